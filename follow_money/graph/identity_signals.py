"""Identity signals: what is strange about who is who, as a table that detectors and `explain` read. No finding by itself.

Lawful reasons are common: a coordination number is replaced when somebody is registered as a resident, names change at
marriage, and whoever sells shelf companies or runs a group takes on many boards in one week.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money.engine import Engine
from follow_money.entities.number_signals import NUMBER_SIGNALS, SUCCEEDED
from follow_money.model import ColumnType, Register
from follow_money.registers.contract import REGISTERS

BURST: Final = "burst_of_directorships"
"""One person who takes on posts in many organisations within few days."""

BURST_ROLES: Final = ("owner", "beneficial_owner", "board_member", "deputy", "chair", "managing_director", "signatory")
"""Posts that lead or own; auditors and accountants serve many, as their work is."""

BURST_DAYS: Final = 90
BURST_ORGANISATIONS: Final = 5

IDENTITY_SIGNALS: Final = pa.schema(
    [
        pa.field("signal", pa.string(), nullable=False),
        pa.field("entity_id", pa.string(), nullable=False),
        pa.field("other_id", pa.string()),
        pa.field("observed", pa.int64(), nullable=False),  # names, numbers, descriptions or organisations
        pa.field("first_on", pa.date32()),  # the first day that the signal is about
        pa.field("last_on", pa.date32()),
        pa.field("record_id", pa.string()),  # a row that tells it, where one row does
    ]
)
"""One row a signal. A coordination number that was succeeded: ``last_on`` is the last day of the old number, ``first_on`` the first of the new."""


def identity_signals(engine: Engine, records: Mapping[str, Path], entities: Path) -> pa.Table:
    """Every signal in the schema ``IDENTITY_SIGNALS``. Needs the registers on entity ids in the engine."""
    path = entities / "signals.parquet"
    told = pq.read_table(path) if path.exists() else NUMBER_SIGNALS.empty_table()
    succeeded = _told_by(told, SUCCEEDED)
    days = _days(
        engine,
        records,
        pc.unique(pa.concat_arrays([_ids(told, succeeded, "entity_id"), _ids(told, succeeded, "other_id")])),
    )
    first = [
        days.get(row["other_id"], (None, None))[0] if row["signal"] == SUCCEEDED else None for row in told.to_pylist()
    ]
    last = [
        days.get(row["entity_id"], (None, None))[1] if row["signal"] == SUCCEEDED else None for row in told.to_pylist()
    ]
    numbers = pa.table(
        {
            **{name: told[name] for name in NUMBER_SIGNALS.names},
            "first_on": pa.array(first, pa.date32()),
            "last_on": pa.array(last, pa.date32()),
            "record_id": pa.nulls(len(told), pa.string()),
        }
    ).cast(IDENTITY_SIGNALS)
    every = pa.concat_tables([numbers, _bursts(engine)])
    keys = ("signal", "entity_id", "other_id", "first_on", "observed")
    return every.sort_by([(name, "ascending") for name in keys])


def _told_by(told: pa.Table, signal: str) -> pa.Array:
    """Where the rows tell one signal."""
    return pc.equal(told["signal"], signal).combine_chunks()


def _ids(told: pa.Table, rows: pa.Array, name: str) -> pa.Array:
    return told.filter(rows)[name].combine_chunks().cast(pa.string())


def _days(engine: Engine, records: Mapping[str, Path], ids: pa.Array) -> dict[str, tuple[object, object]]:
    """The first and last day that registers of events tell of some entities."""
    asked = [part for name in sorted(records) if (part := _asked(REGISTERS[name]))]
    if not len(ids) or not asked:
        return {}
    engine.table("signal_ids", pa.table({"id": ids}))
    rows = engine.query(
        f"select id, min(day) as first_on, max(day) as last_on from ({' union all '.join(asked)}) seen group by id order by id"
    )
    return {row["id"]: (row["first_on"], row["last_on"]) for row in rows.to_pylist()}


def _asked(register: Register) -> str:
    event = (ColumnType.INSTANT, ColumnType.MONTH)
    dated = [
        c.name
        for c in register.columns
        if not c.restricted and (c.type in event or (c.type is ColumnType.DATE and c.name.endswith("_on")))
    ]
    return " union all ".join(
        f"select {party.role}_id as id, cast({dated[0]} as date) as day from {register.name} where {party.role}_id in (select id from signal_ids)"
        for party in (register.parties if dated else ())
    )


def _bursts(engine: Engine) -> pa.Table:
    """People whose posts in many organisations begin within few days: the window that holds most, the first of equals."""
    engine.table("burst_roles", pa.table({"role": pa.array(BURST_ROLES)}))
    begun = engine.query(
        """
        select person_id, organisation_id, min(valid_from) as day, min(record_id) as record_id
        from roles where person_id is not null and organisation_id is not null and valid_from is not null
            and role in (select role from burst_roles)
        group by person_id, organisation_id order by person_id, day, organisation_id
        """
    )
    if not len(begun):
        return IDENTITY_SIGNALS.empty_table()
    person = np.asarray(pc.rank(begun["person_id"], tiebreaker="dense")).astype(np.int64)
    day = begun["day"].cast(pa.int32()).to_numpy().astype(np.int64)
    key = person * (1 << 24) + day + (1 << 20)
    held = np.searchsorted(key, key + BURST_DAYS, side="right") - np.arange(len(key))
    order = np.lexsort((np.arange(len(key)), -held, person))
    best = order[np.append(True, np.diff(person[order]) != 0)]
    best = np.sort(best[held[best] >= BURST_ORGANISATIONS])
    rows, last = pa.array(best), pa.array(best + held[best] - 1)
    return pa.table(
        {
            "signal": pa.array([BURST] * len(best), pa.string()),
            "entity_id": begun["person_id"].take(rows),
            "other_id": pa.nulls(len(best), pa.string()),
            "observed": pa.array(held[best]),
            "first_on": begun["day"].take(rows),
            "last_on": begun["day"].take(last),
            "record_id": begun["record_id"].take(rows),
        }
    ).cast(IDENTITY_SIGNALS)
