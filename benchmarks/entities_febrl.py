"""FEBRL through the linkage for another country's register, with and without its number, beside Splink's own advice and what a screening links."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.febrl import FILES, febrl
from benchmarks.partitions import Agreement, agreement
from benchmarks.plain_splink import febrl_clusters
from benchmarks.row import Row
from follow_money.engine import Engine
from follow_money.entities.foreign_register import resolve_foreign
from follow_money.entities.resolve import record_entities, resolve
from follow_money.registers.contract import REGISTERS

if TYPE_CHECKING:
    from benchmarks.row import Budget

WITHOUT_NUMBER, WITH_NUMBER = 0.998, 0.9995
_OURS = {
    "given_name": "given_name",
    "family_name": "surname",
    "birth_date": "date_of_birth",
    "house": "street_number",
    "street": "address_1",
    "locality": "address_2",
    "city": "suburb",
    "postcode": "postcode",
    "region": "state",
    "number": "soc_sec_id",
}


def febrl_rows(budget: Budget) -> list[Row]:
    """F1 over pairs of records for each of the four registers."""
    rows = []
    for name in FILES:
        for with_number, asked in ((False, WITHOUT_NUMBER), (True, WITH_NUMBER)):
            what = f"{name} {'with' if with_number else 'without'} the number: F1 over pairs"
            if budget.is_spent():
                rows.append(Row(measure=what, value="", asked=f">= {asked}", holds=None, note="out of time"))
                continue
            try:
                table, person = febrl(name)
            except FileNotFoundError as error:
                rows.append(Row(measure=what, value="", asked=f">= {asked}", holds=None, note=str(error)))
                continue
            truth = np.asarray(person.to_pylist(), dtype=np.int64)
            ours = found(table, truth, with_number=with_number)
            note = f"precision {ours.precision:.5f}, recall {ours.recall:.5f}"
            rows.append(
                Row(measure=what, value=round(ours.f1, 5), asked=f">= {asked}", holds=ours.f1 >= asked, note=note)
            )
            plain = agreement(febrl_clusters(table, with_number=with_number), truth)
            rows.append(
                Row(
                    measure=f"{name}: plain Splink on the same fields",
                    value=round(plain.f1, 5),
                    asked="",
                    holds=None,
                    note=f"precision {plain.precision:.5f}, recall {plain.recall:.5f}",
                )
            )
            if not with_number:
                ours = screened(table, truth)
                note = f"precision {ours.precision:.5f}, recall {ours.recall:.5f}; twins and other birth dates are never one"
                what = f"{name}: as the register foreign_persons of a screening"
                rows.append(Row(measure=what, value=round(ours.f1, 5), asked="", holds=None, note=note))
    return rows


def found(table: pa.Table, truth: np.ndarray, *, with_number: bool) -> Agreement:
    """What our linkage makes of a register."""
    columns = {ours: table[theirs] for ours, theirs in _OURS.items()}
    if not with_number:
        columns["number"] = pa.nulls(table.num_rows, pa.string())
    with Engine(threads=1, memory_gb=4) as engine:
        parts, _, _ = resolve_foreign(engine, pa.table(columns))
    return agreement(parts.cluster, truth)


def screened(table: pa.Table, truth: np.ndarray) -> Agreement:
    """What a screening makes of a register without its number: the ordinary resolution, under its cannot-links."""
    register = REGISTERS["foreign_persons"]
    rows = [
        {
            "record_id": f"{place:06d}",
            "is_withheld": False,
            "person_name": _joined(row["given_name"], row["surname"]),
            "birth_date": _day(row["date_of_birth"]),
            "street": _joined(row["address_1"], row["street_number"]),
            "postcode": row["postcode"],
            "city": row["suburb"],
        }
        for place, row in enumerate(table.to_pylist())
    ]
    with tempfile.TemporaryDirectory() as folder, Engine(threads=1, memory_gb=4) as engine:
        records = {register.name: Path(folder, "records.parquet")}
        pq.write_table(pa.Table.from_pylist(rows, schema=register.record_schema()), records[register.name])
        resolve(engine, records, Path(folder), key=b"of a benchmark", synthetic=True)
        told = record_entities(engine, records, Path(folder))
    entity = dict(zip(told["record_id"].to_pylist(), told["entity_id"].to_pylist(), strict=True))
    codes = pa.array([entity.get(row["record_id"], row["record_id"]) for row in rows]).dictionary_encode()
    return agreement(np.asarray(codes.indices), truth)


def _joined(*parts: str | None) -> str | None:
    return " ".join(part for part in parts if part) or None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
