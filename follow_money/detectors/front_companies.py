"""Organisations without any sign of an activity of their own, as SQL: money may pass through them, and nothing tells that they work for it."""

from __future__ import annotations

WITHOUT_ACTIVITY = """
    with employers as (select distinct organisation_id as entity_id from current_payroll where organisation_id is not null),
    tenants as (select distinct from_id as entity_id from transfers where kind = 'rent' and from_id is not null),
    keepers as (
        select distinct holder_id as entity_id from accounts where holder_id is not null and kind in ('payroll_bureau', 'client_funds', 'group')
    )
    select entity_id from entity_facts
    where kind = 'organisation' and not is_sole_trader
        and entity_id not in (select entity_id from employers)
        and entity_id not in (select entity_id from tenants)
        and entity_id not in (select entity_id from keepers)
        and entity_id not in (select hub_id from hubs)
    order by entity_id
"""
"""Organisations that declare no pay and pay no rent, hold no account for many, are no hub and no sole trader (whose money is the owner's own)."""
