"""Owners and officers of each organisation by registered role, and who lives with them, as SQL. `OWNER_SIDE` is kept as ``owner_side``."""

from __future__ import annotations

from follow_money.graph.flows.exit_rules import OFFICERS

OWNER_SIDE = f"""
    with officers as (
        select to_id as organisation_id, from_id as owner_id, min(record_id) as role_record_id,
            min(coalesce(valid_from, date '1900-01-01')) as valid_from, max(coalesce(valid_to, date '2999-12-31')) as valid_to
        from links where kind in {OFFICERS} group by to_id, from_id
    ),
    near as (
        select from_id, to_id from links where kind in ('household', 'family', 'shared_address')
        union select to_id, from_id from links where kind in ('household', 'family', 'shared_address')
    ),
    side as (
        select organisation_id, owner_id, owner_id as member_id, role_record_id, valid_from, valid_to from officers
        union all
        select o.organisation_id, o.owner_id, n.to_id as member_id, o.role_record_id, o.valid_from, o.valid_to
        from officers o join near n on n.from_id = o.owner_id
    )
    select organisation_id, member_id, min(owner_id) as owner_id, min(role_record_id) as role_record_id, min(valid_from) as valid_from,
        max(valid_to) as valid_to
    from side group by organisation_id, member_id
"""
"""One row an organisation and member of its owner side: ``organisation_id, member_id, owner_id, role_record_id, valid_from, valid_to`` (the span of the
owner's roles)."""
