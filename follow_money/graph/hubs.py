"""Hubs: what so many parties share that sharing it says nothing about any of them. A hub never joins cases."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from follow_money.engine import Engine

HUB_LIMITS: Final = {"address": 8, "dwelling": 12, "phone": 8, "account": 12, "person": 8, "organisation": 100}
"""More parties than this make a hub: organisations at one address, persons in one dwelling (staff housing is no household),
parties on one telephone, holders of one account,
organisations of one officer, and organisations that trade with one organisation."""


def hubs(engine: Engine) -> pa.Table:
    """Every hub in the schema ``HUBS``. Needs ``shared``, ``roles``, ``accounts``, ``transfers`` and ``entity_facts`` in the engine."""
    return engine.query(_HUBS, {f"{kind}_limit": limit for kind, limit in HUB_LIMITS.items()})


_HUBS = """
    with places as (
        select via_id as hub_id, via_kind as kind, count(distinct entity_id) as parties
        from shared group by via_id, via_kind
        having via_kind = 'phone' and count(distinct entity_id) > $phone_limit
            or via_kind = 'address' and count(distinct case when entity_kind = 'organisation' then entity_id end) > $address_limit
            or via_kind = 'address' and count(distinct case when entity_kind = 'person' then entity_id end) > $dwelling_limit
    ),
    named_accounts as (
        select distinct account_id from accounts where kind in ('payroll_bureau', 'client_funds', 'group')
    ),
    holders as (select account_id, count(distinct holder_id) as parties from accounts where holder_id is not null group by account_id),
    account_hubs as (
        select account_id as hub_id, 'account' as kind, max(parties) as parties from (
            select n.account_id, coalesce(h.parties, 1) as parties from named_accounts n left join holders h on h.account_id = n.account_id
            union all select account_id, parties from holders where parties > $account_limit
        ) told
        where account_id is not null group by account_id
    ),
    officers as (
        select person_id as hub_id, 'person' as kind, count(distinct organisation_id) as parties from roles where person_id is not null
        group by person_id having count(distinct organisation_id) > $person_limit
    ),
    traders as (
        select other_id as hub_id, 'organisation' as kind, count(distinct organisation_id) as parties from (
            select f.entity_id as organisation_id, t.to_id as other_id
                from transfers t join entity_facts f on f.entity_id = t.from_id and f.kind = 'organisation'
            union select f.entity_id, t.from_id from transfers t join entity_facts f on f.entity_id = t.to_id and f.kind = 'organisation'
        ) traded
        join entity_facts o on o.entity_id = traded.other_id and o.kind = 'organisation'
        group by other_id having count(distinct organisation_id) > $organisation_limit
    )
    select hub_id, kind, parties,
        case kind
            when 'address' then 'adress med många organisationer'
            when 'phone' then 'telefon med många innehavare'
            when 'account' then 'konto för många: lönebyrå, klientmedel eller koncern'
            when 'person' then 'person med uppdrag i många organisationer'
            else 'organisation som många handlar med'
        end as why_sv,
        case kind
            when 'address' then 'address of many organisations'
            when 'phone' then 'telephone of many'
            when 'account' then 'account for many: payroll bureau, client funds or group'
            when 'person' then 'person with posts in many organisations'
            else 'organisation that many trade with'
        end as why_en
    from (select * from places union all select * from account_hubs union all select * from officers union all select * from traders) every_hub
    order by kind, hub_id
"""
