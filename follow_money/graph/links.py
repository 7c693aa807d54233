"""Links: dated ties between entities, each with the record that tells it."""

from __future__ import annotations

import pyarrow as pa

from follow_money.engine import Engine


def links(engine: Engine) -> pa.Table:
    """Every link in the schema ``LINKS``. Needs ``shared``, ``hubs``, ``roles``, ``relations``, ``accounts`` and ``entity_facts`` in the engine.

    Roles point from the person to the organisation. Sharing ties each two parties once, smaller id first; what a hub shares ties nobody.
    """
    return engine.query(_LINKS)


_LINKS = """
    with role_links as (
        select person_id as from_id, organisation_id as to_id, role as kind, valid_from, valid_to, cast(null as varchar) as via_id,
            'roles' as register, record_id, links_exact as is_exact
        from roles where person_id is not null and organisation_id is not null
    ),
    relation_links as (
        select person_id as from_id, other_id as to_id, kind, valid_from, valid_to, cast(null as varchar) as via_id,
            'relations' as register, record_id, links_exact as is_exact
        from relations where person_id is not null and other_id is not null
    ),
    account_links as (
        select holder_id as from_id, account_id as to_id, 'holds_account' as kind, valid_from, valid_to, cast(null as varchar) as via_id,
            'accounts' as register, record_id, links_exact as is_exact
        from accounts where holder_id is not null and account_id is not null
    ),
    told as (
        select entity_id, min(register) as register, min(record_id) as record_id from (
            select person_id as entity_id, 'persons' as register, record_id from persons
            union all select organisation_id, 'organisations' as register, record_id from organisations
        ) rows_of_entities where entity_id is not null group by entity_id
    ),
    place_links as (
        select a.entity_id as from_id, b.entity_id as to_id, 'shared_' || a.via_kind as kind, cast(null as date) as valid_from,
            cast(null as date) as valid_to,
            a.via_id, t.register, t.record_id, false as is_exact
        from shared a
        join shared b on b.via_id = a.via_id and a.entity_id < b.entity_id
        left join hubs h on h.hub_id = a.via_id
        join told t on t.entity_id = a.entity_id
        where h.hub_id is null and (a.via_kind = 'phone' or a.entity_kind = b.entity_kind)
    ),
    shared_accounts as (
        -- A joint account that two deliveries tell of ties its holders once.
        select a.holder_id as from_id, b.holder_id as to_id, 'shared_account' as kind, greatest(a.valid_from, b.valid_from) as valid_from,
            least(a.valid_to, b.valid_to) as valid_to, a.account_id as via_id, 'accounts' as register, min(a.record_id) as record_id,
            count_if(a.links_exact and b.links_exact) = count(*) as is_exact
        from accounts a join accounts b on b.account_id = a.account_id and a.holder_id < b.holder_id
            and coalesce(a.valid_from, date '1900-01-01') <= coalesce(b.valid_to, date '2999-12-31')
            and coalesce(b.valid_from, date '1900-01-01') <= coalesce(a.valid_to, date '2999-12-31')
        left join hubs h on h.hub_id = a.account_id
        where h.hub_id is null
        group by a.holder_id, b.holder_id, a.account_id, greatest(a.valid_from, b.valid_from), least(a.valid_to, b.valid_to)
    )
    select * from role_links union all select * from relation_links union all select * from account_links
    union all select * from place_links union all select * from shared_accounts
    order by kind, from_id, to_id, record_id
"""
