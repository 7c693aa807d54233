"""Small registers with letter names, and numbers whose check digit is nobody's."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from follow_money.entities.judgements import NOTHING_JUDGED, Act, Judged, standing
from follow_money.entities.resolve import resolve
from follow_money.registers.contract import REGISTERS

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.engine import Engine

AS_OF = date(2025, 6, 30)
KEY = b"a key of thirty-two bytes, or so"


def made_up(nine: str, *, shift: int = 1) -> str:
    """Ten digits: nine, and a check digit that is off by ``shift``. Only off by nought would be a real one."""
    total = 0
    for place, digit in enumerate(nine):
        product = int(digit) * (2 - place % 2)
        total += product - 9 if product > 9 else product
    return nine + str((-total + shift) % 10)


def said(*pairs: tuple[str, str, str], judge: str = "analyst") -> Act:
    """Judgements of (left, right, sign)."""
    left, right, signs = zip(*pairs, strict=True)
    return Act(
        judge=judge, version="1", who="a", when="2025-06-30T12:00:00+00:00", evidence=("seen on paper",), left=left,
        right=right, verdicts="".join(signs),
    )  # fmt: skip


def judged(*pairs: tuple[str, str, str]) -> Judged:
    """What stands of one act of an analyst."""
    return standing({"J-1": said(*pairs)})


class World:
    """Registers of a few rows, resolved into a folder."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        self.records: dict[str, Path] = {}

    def register(self, name: str, *rows: dict[str, Any]) -> None:
        """Write one register; a row tells only the columns that matter."""
        told = [{"record_id": f"{name}:{i}", "is_withheld": False, **row} for i, row in enumerate(rows)]
        self.records[name] = self.folder / f"{name}.parquet"
        pq.write_table(pa.Table.from_pylist(told, schema=REGISTERS[name].record_schema()), self.records[name])

    def resolve(
        self, *, judged: Judged = NOTHING_JUDGED, synthetic: bool = True, out: str = "out", kept: Path | None = None
    ) -> dict[str, dict[str, Any]]:
        """Resolve and read back; the entities by their id."""
        (self.folder / out).mkdir(exist_ok=True)
        self.resolution = resolve(
            self.engine,
            self.records,
            self.folder / out,
            key=KEY,
            synthetic=synthetic,
            judged=judged,
            as_of=AS_OF,
            kept=kept,
        )
        self.mentions = pq.read_table(self.folder / out / "mentions.parquet").to_pylist()
        self.entities = {
            row["entity_id"]: row for row in pq.read_table(self.folder / out / "entities.parquet").to_pylist()
        }
        self.pairs = pq.read_table(self.folder / out / "pairs.parquet").to_pylist()
        return dict(self.entities)

    def entity(self, register: str, **told: Any) -> str:
        """The entity of the only mention in ``register`` with these raw values."""
        return str(self.mention(register, **told)["entity_id"])

    def mention(self, register: str, **told: Any) -> dict[str, Any]:
        """The only mention in ``register`` with these values."""
        (found,) = (m for m in self.mentions if m["register"] == register and all(m[k] == v for k, v in told.items()))
        return dict(found)
