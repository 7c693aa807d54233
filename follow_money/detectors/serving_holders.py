"""Holders of serving permits, as SQL: who holds one, for how many guests, and which of them one owner has."""

from __future__ import annotations

SERVING_HOLDERS = """
    with permit as (
        select organisation_id, permit_id, max(seats) as seats, min(record_id) as permit_record_id, min(valid_from) as granted_on,
            count_if(links_exact) = count(*) as links_exact
        from permits
        where kind = 'serving' and organisation_id is not null and coalesce(status, 'granted') <> 'applied' group by organisation_id, permit_id
    ),
    holder as (
        select organisation_id, sum(seats) as seats, min(permit_record_id) as permit_record_id, min(granted_on) as granted_on,
            count_if(links_exact) = count(*) as links_exact
        from permit group by organisation_id
    ),
    owned as (
        select distinct l.from_id as owner_id, h.organisation_id from holder h
        join links l on l.to_id = h.organisation_id and l.kind in ('owner', 'beneficial_owner')
    ),
    chains as (
        select a.organisation_id, min(b.organisation_id) as chain_id from owned a join owned b on b.owner_id = a.owner_id group by a.organisation_id
    )
    select h.organisation_id, coalesce(c.chain_id, h.organisation_id) as chain_id, h.seats, h.permit_record_id, h.granted_on, h.links_exact
    from holder h left join chains c on c.organisation_id = h.organisation_id
"""
"""One row a holder; kept as ``serving_holders``. A notified change is no permit of its own. ``chain_id`` is one for holders with a common owner."""
