"""What stands after corrections: a later row replaces what it corrects, a deletion takes away, and one krona or hour is counted once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money.engine import Engine
from follow_money.graph.money_graph import SHIFTS, MoneyGraph, table_schema
from follow_money.graph.transfers import transfers
from follow_money.model import INSTANT
from follow_money.registers.contract import REGISTERS

SWEDISH_TIME: Final = ZoneInfo("Europe/Stockholm")


def write_current(engine: Engine, graph: MoneyGraph) -> None:
    """Write ``current_claims``, ``current_payroll``, ``shifts`` and ``transfers`` beside the registers they come from."""
    if graph.has("claims"):
        _write(graph, "current_claims", engine.query(_CURRENT_CLAIMS.format(columns=_columns("claims", "c."))))
    if graph.has("payroll"):
        _write(graph, "current_payroll", engine.query(_CURRENT_PAYROLL.format(columns=_columns("payroll"))))
    if graph.has("time_reports"):
        _write(graph, "shifts", _with_local_time(engine.query(_STANDING_REPORTS)))
    if graph.has("payments"):
        _write(graph, "transfers", transfers(engine))


def _columns(register: str, prefix: str = "") -> str:
    return ", ".join(prefix + name for name in REGISTERS[register].graph_schema().names)


def _write(graph: MoneyGraph, name: str, table: pa.Table) -> None:
    schema = table_schema(name)
    pq.write_table(
        table.select(schema.names).cast(schema),
        graph.folder / f"{name}.parquet",
        compression="zstd",
        row_group_size=262_144,
    )


_CURRENT_CLAIMS = """
    with replaced as (select distinct payer, corrects_claim_id from claims where corrects_claim_id is not null)
    select {columns} from claims c
    left join replaced on replaced.payer = c.payer and replaced.corrects_claim_id = c.claim_id
    where replaced.corrects_claim_id is null
    order by c.record_id
"""

_CURRENT_PAYROLL = """
    with numbered as (
        select *, row_number() over (
            partition by organisation_id, person_id, month, coalesce(specification_no, ''), is_withheld,
                case when person_id is null or organisation_id is null then record_id end
            order by received_at desc nulls last, record_id desc
        ) as newest_first
        from payroll
    )
    select {columns} from numbered
    where newest_first = 1 and not coalesce(is_deletion, false)
    order by record_id
"""

_STANDING_REPORTS = """
    with replaced as (
        select distinct organisation_id, corrects_report_id from time_reports where corrects_report_id is not null
    )
    select t.record_id, t.programme, t.decision_id, t.organisation_id, t.user_id, t.staff_id, t.starts_at, t.ends_at,
        date_diff('minute', t.starts_at, t.ends_at) as minutes, coalesce(t.kind, 'active') as kind,
        coalesce(t.is_double, false) as is_double, coalesce(t.method in ('tag', 'phone'), false) as is_clocked,
        coalesce(t.method = 'manual', false) as is_manual, t.links_exact, t.is_withheld
    from time_reports t
    left join replaced on replaced.organisation_id = t.organisation_id and replaced.corrects_report_id = t.report_id
    where replaced.corrects_report_id is null
    order by t.record_id
"""


def _with_local_time(reports: pa.Table) -> pa.Table:
    """Add the local day and month, and whether a shift touches an hour in which the clock was changed."""
    starts = pc.cast(reports["starts_at"], INSTANT)
    local = pc.local_timestamp(pc.cast(starts, pa.timestamp("us", tz=SWEDISH_TIME.key)))
    day = pc.cast(pc.floor_temporal(local, unit="day"), pa.date32())
    month = pc.cast(pc.floor_temporal(local, unit="month"), pa.date32())
    return (
        reports.append_column("day", day)
        .append_column("month", month)
        .append_column("near_clock_change", _near_clock_change(starts, pc.cast(reports["ends_at"], INSTANT)))
        .select(SHIFTS.names)
    )


def _near_clock_change(starts: pa.ChunkedArray, ends: pa.ChunkedArray) -> pa.Array:
    if len(starts) == 0:
        return pa.array([], pa.bool_())
    first = np.asarray(starts.cast(pa.int64()))
    last = np.asarray(ends.cast(pa.int64()))
    hour = 3_600_000_000
    changes = np.array([_microseconds(change) for change in _clock_changes(2000, 2060)])
    # The next change at or after (start - 1 h): the shift is near it when it has not ended an hour before it.
    following = changes[np.minimum(np.searchsorted(changes, first - hour), len(changes) - 1)]
    return pa.array((following >= first - hour) & (following <= last + hour))


def _clock_changes(first_year: int, last_year: int) -> list[datetime]:
    """Both changes of the Swedish clock for each year, as UTC instants."""
    changes = []
    for year in range(first_year, last_year + 1):
        for month in (3, 10):
            last = date(year, month, 31)
            sunday = last - timedelta(days=(last.weekday() + 1) % 7)
            changes.append(datetime(sunday.year, sunday.month, sunday.day, 1, tzinfo=UTC))
    return changes


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)
