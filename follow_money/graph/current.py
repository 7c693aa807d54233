"""What stands after corrections: a later row replaces what it corrects, a deletion takes away, and one krona or hour is counted once."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money.engine import Engine
from follow_money.graph.local_time import local_days, local_months, near_clock_change
from follow_money.graph.money_graph import SHIFTS, MoneyGraph, table_schema
from follow_money.graph.transfers import payment_days, transfers
from follow_money.model import INSTANT
from follow_money.registers.contract import REGISTERS


def write_current(engine: Engine, graph: MoneyGraph) -> None:
    """Write ``current_claims``, ``current_payroll``, ``shifts``, ``transfers`` and ``payment_copies`` beside the registers they come from."""
    if graph.has("claims"):
        _write(graph, "current_claims", engine.query(_CURRENT_CLAIMS.format(columns=_columns("claims", "c."))))
    if graph.has("payroll"):
        _write(graph, "current_payroll", engine.query(_CURRENT_PAYROLL.format(columns=_columns("payroll"))))
    if graph.has("time_reports"):
        _write(graph, "shifts", _with_local_time(engine.query(_STANDING_REPORTS)))
    if graph.has("payments"):
        engine.table("payment_days", payment_days(engine))
        standing, copies = transfers(engine)
        _write(graph, "transfers", standing)
        _write(graph, "payment_copies", copies)


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
    with replaced as (
        select distinct payer, corrects_claim_id from claims where corrects_claim_id is not null and corrects_claim_id <> claim_id
    ),
    same_id as (
        -- Some systems send a correction under the id of what it corrects: then the last one stands.
        select payer, claim_id, record_id, row_number() over (
            partition by payer, claim_id order by paid_on desc nulls last, length(record_id) desc, record_id desc
        ) as newest_first
        from claims where corrects_claim_id = claim_id
    ),
    same_row as (
        -- Two deliveries that overlap tell one row twice; rows of one id that differ are lines of one bill.
        select record_id, row_number() over (
            partition by payer, claim_id, organisation_id, person_id, period_from, period_to, billed_minutes, amount_ore, currency, programme
            order by length(record_id), record_id
        ) as copy
        from claims
    )
    select {columns} from claims c
    join same_row d on d.record_id = c.record_id and d.copy = 1
    left join replaced r on r.payer = c.payer and r.corrects_claim_id = c.claim_id
    left join same_id s on s.payer = c.payer and s.claim_id = c.claim_id and s.newest_first = 1 and s.record_id <> c.record_id
    where r.corrects_claim_id is null and s.record_id is null
    order by c.record_id
"""

_CURRENT_PAYROLL = """
    with numbered as (
        select *, row_number() over (
            partition by organisation_id, person_id, month, coalesce(specification_no, ''), is_withheld,
                case when person_id is null or organisation_id is null then record_id end
            order by received_at desc nulls last, length(record_id) desc, record_id desc
        ) as newest_first
        from payroll
    )
    select {columns} from numbered
    where newest_first = 1 and not coalesce(is_deletion, false)
    order by record_id
"""

_STANDING_REPORTS = """
    with replaced as (
        select distinct coalesce(organisation_id, '') as organisation_id, corrects_report_id from time_reports
        where corrects_report_id is not null and corrects_report_id <> report_id
    ),
    same_id as (
        select coalesce(organisation_id, '') as organisation_id, report_id, record_id, row_number() over (
            partition by coalesce(organisation_id, ''), report_id order by entered_at desc nulls last, length(record_id) desc, record_id desc
        ) as newest_first
        from time_reports where corrects_report_id = report_id
    ),
    twice as (
        select coalesce(organisation_id, '') as organisation_id, report_id from time_reports
        group by coalesce(organisation_id, ''), report_id having count(*) > 1
    ),
    copies as (
        -- Two deliveries that overlap tell one row twice.
        select t.record_id, row_number() over (
            partition by t.organisation_id, t.report_id, t.programme, t.user_id, t.staff_id, t.starts_at, t.ends_at,
            t.kind order by length(t.record_id), t.record_id
        ) as copy
        from time_reports t join twice w on w.report_id = t.report_id and w.organisation_id = coalesce(t.organisation_id, '')
    )
    select t.record_id, t.programme, t.decision_id, t.organisation_id, t.user_id, t.staff_id, t.starts_at, t.ends_at,
        date_diff('minute', t.starts_at, t.ends_at) as minutes, coalesce(t.kind, 'active') as kind,
        coalesce(t.is_double, false) as is_double, coalesce(t.method in ('tag', 'phone'), false) as is_clocked,
        coalesce(t.method = 'manual', false) as is_manual, t.links_exact, t.is_withheld
    from time_reports t
    left join replaced r on r.corrects_report_id = t.report_id and r.organisation_id = coalesce(t.organisation_id, '')
    left join same_id s on s.report_id = t.report_id and s.organisation_id = coalesce(t.organisation_id, '')
        and s.newest_first = 1 and s.record_id <> t.record_id
    left join copies c on c.record_id = t.record_id and c.copy > 1
    where r.corrects_report_id is null and s.record_id is null and c.record_id is null
    order by t.record_id
"""


def _with_local_time(reports: pa.Table) -> pa.Table:
    """Add the local day and month, and whether a shift touches an hour in which the clock was changed."""
    starts, ends = (pc.cast(reports[name], INSTANT) for name in ("starts_at", "ends_at"))
    return (
        reports.append_column("day", local_days(starts))
        .append_column("month", local_months(starts))
        .append_column("near_clock_change", near_clock_change(starts, ends))
        .select(SHIFTS.names)
    )
