"""Views of a case: the same evidence by provider, by decision, by contract and along the payment chain."""

from __future__ import annotations

import pyarrow as pa

from follow_money.engine import Engine

VIEWS = ("provider", "decision", "contract", "payment_chain")
"""The views that `view` can make."""


def view(engine: Engine, evidence: pa.Table, hits: pa.Table, by: str) -> pa.Table:
    """One view of a case's evidence.

    Args:
        engine: With the graph attached.
        evidence: The case's rows in the schema ``EVIDENCE``.
        hits: The case's hits in the schema ``HITS``.
        by: One of ``VIEWS``.

    Returns:
        ``provider``: organisation, programme, hits, rows, amount. ``decision`` and ``contract``: its id, rows, amount, first and last day.
        ``payment_chain``: the payments in the order of time. A source row counts once, and of registers that tell of the same
        money the one with the largest sum.

    Raises:
        ValueError: For a view that does not exist.
    """
    if by not in VIEWS:
        raise ValueError(f"There is no view '{by}'. There are: {', '.join(VIEWS)}.")
    engine.table("view_evidence", evidence)
    engine.table("view_hits", hits.select(["hit_id", "organisation_id", "subject_id", "programme", "detector"]))
    return engine.query(_VIEWS[by])


_WITH_DECISION = """
    with told as (
        select e.register, e.record_id, max(e.amount_ore) as amount_ore from view_evidence e where e.role = 'for' group by e.register, e.record_id
    ),
    placed as (
        select c.decision_id, c.contract_id, t.register, t.record_id, t.amount_ore, c.period_from as first_day, c.period_to as last_day
        from told t join current_claims c on t.register = 'claims' and c.record_id = t.record_id
        union all
        select s.decision_id, cast(null as varchar) as contract_id, t.register, t.record_id, t.amount_ore, s.day as first_day, s.day as last_day
        from told t join shifts s on t.register = 'time_reports' and s.record_id = t.record_id
        union all
        select d.decision_id, cast(null as varchar) as contract_id, t.register, t.record_id, t.amount_ore, d.valid_from as first_day, d.valid_to as last_day
        from told t join decisions d on t.register = 'decisions' and d.record_id = t.record_id
    )
"""

_VIEWS = {
    "provider": """
        with told as (
            select coalesce(h.organisation_id, h.subject_id) as organisation_id, h.programme, h.hit_id, e.register, e.record_id,
                e.amount_ore
            from view_hits h join view_evidence e on e.hit_id = h.hit_id and e.role = 'for'
        ),
        once as (
            select organisation_id, programme, register, record_id, max(amount_ore) as amount_ore from told
            group by organisation_id, programme, register, record_id
        ),
        by_register as (
            select organisation_id, programme, count(*) as source_rows, sum(amount_ore) as amount_ore from once
            group by organisation_id, programme, register
        ),
        summed as (
            select organisation_id, programme, sum(source_rows) as source_rows, max(amount_ore) as amount_ore from by_register
            group by organisation_id, programme
        ),
        counted as (
            select organisation_id, programme, count(distinct hit_id) as hits from told group by organisation_id, programme
        )
        select s.organisation_id, s.programme, c.hits, cast(s.source_rows as bigint) as source_rows,
            cast(s.amount_ore as bigint) as amount_ore
        from summed s join counted c on c.organisation_id = s.organisation_id and c.programme is not distinct from s.programme
        order by s.amount_ore desc, s.organisation_id, s.programme
    """,
    "decision": f"""
        {_WITH_DECISION},
        by_register as (
            select decision_id, count(*) as source_rows, sum(amount_ore) as amount_ore, min(first_day) as first_day, max(last_day) as last_day
            from placed where decision_id is not null group by decision_id, register
        )
        select decision_id, cast(sum(source_rows) as bigint) as source_rows, cast(max(amount_ore) as bigint) as amount_ore,
            min(first_day) as first_day, max(last_day) as last_day
        from by_register group by decision_id order by max(amount_ore) desc, decision_id
    """,
    "contract": f"""
        {_WITH_DECISION}
        select contract_id, count(*) as source_rows, cast(sum(amount_ore) as bigint) as amount_ore, min(first_day) as first_day,
            max(last_day) as last_day
        from placed where contract_id is not null group by contract_id order by sum(amount_ore) desc, contract_id
    """,
    "payment_chain": """
        select t.paid_at, t.from_id, t.to_id, t.amount_ore, t.currency, t.kind, t.record_id, min(e.note_sv) as note_sv, min(e.note_en) as note_en
        from view_evidence e join transfers t on e.register = 'payments' and t.record_id = e.record_id
        group by t.paid_at, t.from_id, t.to_id, t.amount_ore, t.currency, t.kind, t.record_id
        order by t.paid_at, t.record_id
    """,
}
