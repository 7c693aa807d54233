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
        ``payment_chain``: the payments in the order of time.

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
        select c.decision_id, c.contract_id, t.record_id, t.amount_ore, c.period_from as first_day, c.period_to as last_day
        from told t join current_claims c on t.register = 'claims' and c.record_id = t.record_id
        union all
        select s.decision_id, cast(null as varchar) as contract_id, t.record_id, t.amount_ore, s.day as first_day, s.day as last_day
        from told t join shifts s on t.register = 'time_reports' and s.record_id = t.record_id
        union all
        select d.decision_id, cast(null as varchar) as contract_id, t.record_id, t.amount_ore, d.valid_from as first_day, d.valid_to as last_day
        from told t join decisions d on t.register = 'decisions' and d.record_id = t.record_id
    )
"""

_VIEWS = {
    "provider": """
        select coalesce(h.organisation_id, h.subject_id) as organisation_id, h.programme, count(distinct h.hit_id) as hits,
            count(distinct e.record_id) as source_rows, cast(sum(e.amount_ore) as bigint) as amount_ore
        from view_hits h join view_evidence e on e.hit_id = h.hit_id
        group by coalesce(h.organisation_id, h.subject_id), h.programme
        order by amount_ore desc, organisation_id
    """,
    "decision": f"""
        {_WITH_DECISION}
        select decision_id, count(*) as source_rows, cast(sum(amount_ore) as bigint) as amount_ore, min(first_day) as first_day, max(last_day) as last_day
        from placed where decision_id is not null group by decision_id order by amount_ore desc, decision_id
    """,
    "contract": f"""
        {_WITH_DECISION}
        select contract_id, count(*) as source_rows, cast(sum(amount_ore) as bigint) as amount_ore, min(first_day) as first_day, max(last_day) as last_day
        from placed where contract_id is not null group by contract_id order by amount_ore desc, contract_id
    """,
    "payment_chain": """
        select t.paid_at, t.from_id, t.to_id, t.amount_ore, t.currency, t.kind, t.record_id, min(e.note_sv) as note_sv, min(e.note_en) as note_en
        from view_evidence e join transfers t on e.register = 'payments' and t.record_id = e.record_id
        group by t.paid_at, t.from_id, t.to_id, t.amount_ore, t.currency, t.kind, t.record_id
        order by t.paid_at, t.record_id
    """,
}
