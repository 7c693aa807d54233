"""A folder of made-up deliveries, for the tests of load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from follow_money.registers.load import load
from follow_money.registers.profiles import profile

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.registers.intake import Intake

PAYMENTS_MAPPING = """format = 1

[[delivery]]
register = "payments"
files = ["*.csv"]
payer = "kommun"
purposes = ["payment_control"]
legal_basis = "test"
{dialect}

[delivery.columns]
payment_id = "Id"
paid_at = "Datum"
payee_name = "Mottagare"
amount_ore = {{ column = "Belopp", unit = "kr" }}
"""


@dataclass
class Loaded:
    """A folder after a load: the intake, and the tables it wrote."""

    out: Path
    intake: Intake

    def records(self, register: str) -> pa.Table:
        return pq.read_table(self.out / "records" / f"{register}.parquet")

    def rows(self, register: str) -> list[dict[str, Any]]:
        return list(self.records(register).to_pylist())

    def column(self, register: str, name: str) -> list[Any]:
        return list(self.records(register).column(name).to_pylist())

    def quarantine(self) -> list[dict[str, Any]]:
        return list(pq.read_table(self.out / "quarantine.parquet").to_pylist())

    def reasons(self) -> dict[int, str]:
        return {row["line"]: row["reason"] for row in self.quarantine()}


@dataclass
class Folder:
    """A folder of delivered files that can be loaded."""

    path: Path
    out: Path

    def put(self, name: str, content: str | bytes) -> Path:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return target

    def map_payments(self, dialect: str = "") -> None:
        self.put("mapping.toml", PAYMENTS_MAPPING.format(dialect=dialect))

    def load(self, *, max_quarantine: float = 1.0, profile_name: str = "own", synthetic: bool = False) -> Loaded:
        self.out.mkdir(exist_ok=True)
        intake = load(
            self.path,
            self.out,
            mapping=None,
            profile=profile(profile_name),
            synthetic=synthetic,
            max_quarantine=max_quarantine,
        )
        return Loaded(self.out, intake)
