"""Hand-made graphs with letter ids, and one detector run on them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from follow_money.detectors.contract import Context, Detector
from follow_money.detectors.findings import HitTables, tabulate
from follow_money.engine import Engine
from follow_money.graph.money_graph import MoneyGraph, table_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Q_LIMIT = 0.05
_FILLED = {"payer": "kommun", "currency": "SEK", "links_exact": True, "is_exact": True, "unlike_names": 0}
"""What a row holds when a test says nothing of it. Every other flag that must be told is false."""


def day(text: str) -> date:
    """``2024-01-31`` as a date."""
    return date.fromisoformat(text)


def instant(text: str) -> datetime:
    """``2024-01-31 08:00`` as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shift(record: str, staff: str | None, user: str | None, starts: str, ends: str, **more: Any) -> dict[str, Any]:
    """One time report; instants in UTC, far from midnight and from a change of the clock unless a test says
    otherwise."""
    begins, stops = instant(starts), instant(ends)
    return {
        "record_id": record,
        "programme": "assistance",
        "organisation_id": "A",
        "user_id": user,
        "staff_id": staff,
        "starts_at": begins,
        "ends_at": stops,
        "minutes": round((stops - begins).total_seconds() / 60),
        "day": begins.date(),
        "month": begins.date().replace(day=1),
        "kind": "active",
    } | more


def small_graph(folder: Path, **tables: Iterable[Mapping[str, Any]]) -> MoneyGraph:
    """Write a graph of the given rows and return it.

    Args:
        folder: Where the Parquet files go.
        tables: Rows by table. A column that a row leaves out is filled: the record id by table and place, the flags
            that must be told by false, whatever may be missing by null.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        schema = table_schema(name)
        filled = [_row(name, place, row, schema) for place, row in enumerate(rows)]
        pq.write_table(pa.Table.from_pylist(filled, schema=schema), folder / f"{name}.parquet")
    return MoneyGraph(folder)


def _row(table: str, place: int, row: Mapping[str, Any], schema: pa.Schema) -> dict[str, Any]:
    unknown = set(row) - set(schema.names)
    assert not unknown, f"{table} has no column {', '.join(sorted(unknown))}"
    told = {"record_id": f"{table}:{place:05}", **_FILLED, **row}
    return {
        field.name: told.get(field.name, False if pa.types.is_boolean(field.type) and not field.nullable else None)
        for field in schema
    }


def screen(
    detector: Detector, graph: MoneyGraph, *, q_limit: float = Q_LIMIT, data_to: date | None = None
) -> HitTables:
    """Run one detector on a graph, down to the tables of a run."""
    with Engine(threads=1) as engine:
        graph.attach(engine)
        return tabulate(detector, detector.detect(Context(engine=engine, q_limit=q_limit, data_to=data_to)), q_limit)
