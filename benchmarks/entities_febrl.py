"""FEBRL through the linkage for another country's register, with and without its number, beside Splink's own advice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from benchmarks.febrl import FILES, febrl
from benchmarks.partitions import Agreement, agreement
from benchmarks.plain_splink import febrl_clusters
from benchmarks.row import Row
from follow_money.engine import Engine
from follow_money.entities.foreign_register import resolve_foreign

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
    return rows


def found(table: pa.Table, truth: np.ndarray, *, with_number: bool) -> Agreement:
    """What our linkage makes of a register."""
    columns = {ours: table[theirs] for ours, theirs in _OURS.items()}
    if not with_number:
        columns["number"] = pa.nulls(table.num_rows, pa.string())
    with Engine(threads=1, memory_gb=4) as engine:
        parts, _, _ = resolve_foreign(engine, pa.table(columns))
    return agreement(parts.cluster, truth)
