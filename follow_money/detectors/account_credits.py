"""Pay and benefits of people that are credited to somebody else's account: what detectors on shared accounts begin with."""

from __future__ import annotations

CREDITS = """
    with homes as (
        select organisation_id from permits where kind = 'placement' and organisation_id is not null
        union select organisation_id from contracts where programme = 'placement' and organisation_id is not null
    ),
    set_apart as (
        select account_id from accounts where kind in ('guardian', 'client_funds', 'payroll_bureau', 'group')
        union select a.account_id from accounts a join homes h on h.organisation_id = a.holder_id
        union select hub_id as account_id from hubs where kind = 'account'
    ),
    wards as (select person_id as guardian_id, other_id as ward_id from relations where kind = 'guardian'),
    near as (
        select from_id, to_id from links where kind in ('household', 'family', 'shared_address')
        union select to_id, from_id from links where kind in ('household', 'family', 'shared_address')
    ),
    registered as (select distinct account_id from accounts where account_id is not null and holder_id is not null),
    told as (
        select t.record_id, t.to_account_id as account_id, t.named_payee_id as payee_id, t.from_id as payer_id, t.to_id as holder_id,
            t.day, t.amount_ore, t.currency, t.kind
        from transfers t join registered r on r.account_id = t.to_account_id
        where t.kind in ('salary', 'public') and t.named_payee_id <> t.to_id
    ),
    untold as (
        select t.record_id, t.to_account_id as account_id, t.named_payee_id as payee_id, t.from_id as payer_id, t.day, t.amount_ore,
            t.currency, t.kind
        from transfers t left join registered r on r.account_id = t.to_account_id
        where t.kind in ('salary', 'public') and t.to_account_id is not null and r.account_id is null
    ),
    presumed as (
        select account_id, payee_id as holder_id, row_number() over (partition by account_id order by count(*) desc, payee_id) as place
        from untold where payee_id is not null group by account_id, payee_id
    ),
    pay as (
        select record_id, account_id, payee_id, payer_id, holder_id, day, amount_ore, currency, kind from told
        union all
        select u.record_id, u.account_id, u.payee_id, u.payer_id, h.holder_id, u.day, u.amount_ore, u.currency, u.kind
        from untold u join presumed h on h.account_id = u.account_id and h.place = 1
    ),
    held as (
        select p.* from pay p
        join entity_facts f on f.entity_id = p.payee_id and f.kind = 'person' and (f.is_numbered or not $numbered)
        left join set_apart s on s.account_id = p.account_id
        where s.account_id is null
    ),
    not_own as (
        select p.* from held p
        left join wards w on w.guardian_id = p.holder_id and w.ward_id = p.payee_id
        left join near n on n.from_id = p.holder_id and n.to_id = p.payee_id
        where p.payee_id <> p.holder_id and w.ward_id is null and n.to_id is null
    ),
    recurring as (select account_id, payee_id from not_own group by account_id, payee_id having count(*) >= $payments)
    select n.*, b.hub_id is not null as payer_is_hub
    from not_own n
    join recurring r on r.account_id = n.account_id and r.payee_id = n.payee_id
    left join hubs b on b.hub_id = n.payer_id
"""
"""Pay and benefits credited to an account of somebody who is neither the payee, of their household, nor their guardian, and no home for people
in need: ``record_id, account_id, payee_id, payer_id, holder_id, day, amount_ore, currency, kind, payer_is_hub``; binds ``payments`` (of each payee, at least)
and ``numbered`` (only payees known by a number: who is named alone may be one of the others)."""
