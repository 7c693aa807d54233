"""The rules of exit classes as SQL: each step is kept as a table that the next ones read; ``CLASSED`` is the answer.

Needs the graph's tables attached, ``exit_store`` (one row a payment of the store: ``place, record_id, payer, payee, amount_ore``; ``place`` is in the order
of time) and ``exit_nodes`` (``node, entity_id``). Payments and parties are known by their numbers in the store.
"""

from __future__ import annotations

from typing import Final

OFFICERS: Final = (
    "('owner', 'beneficial_owner', 'board_member', 'chair', 'managing_director', 'signatory', 'treasurer')"
)
"""Roles of the register that make somebody part of the owner side. Deputies, auditors, accountants and administrators are not."""

OWN_AFFAIRS: Final = "('rent', 'loan', 'tax', 'supplier')"
"""What a wage earner pays for something that he got: no handing on, though the payee is an owner of his employer."""

_PUBLIC_FORMS: Final = "('STAT', 'MYND', 'KOMMUN', 'REGION', '81', '82', '83', '84', '85', '87')"
"""Legal forms of public bodies: letters as in the exports of municipalities, numbers as in SCB's list of legal forms (juridisk form)."""

PUBLIC_BODIES: Final = f"""
    with forms as (
        select organisation_id, count_if(upper(trim(legal_form)) in {_PUBLIC_FORMS}) > 0 as is_public from organisations
        where organisation_id is not null and legal_form is not null group by organisation_id
    ),
    disbursing as (
        select coalesce(from_id, from_account_id) as entity_id from transfers where kind = 'public' group by coalesce(from_id, from_account_id)
    ),
    told as (
        select organisation_id as entity_id, is_public from forms
        union all
        select d.entity_id, true as is_public from disbursing d left join forms f on f.organisation_id = d.entity_id where f.organisation_id is null
    )
    select n.node, t.is_public from told t join exit_nodes n on n.entity_id = t.entity_id
"""
"""Parties that are known to be public bodies, by legal form or because they pay public money, or to be none. Needs ``exit_nodes``."""

OWNER_SIDE: Final = f"""
    with officers as (
        select to_id as organisation_id, from_id as member_id, coalesce(valid_from, date '1900-01-01') as valid_from,
            coalesce(valid_to, date '2999-12-31') as valid_to
        from links where kind in {OFFICERS}
    ),
    living as (
        select from_id, to_id, valid_from, valid_to from links where kind in ('household', 'shared_address')
        union all select to_id as from_id, from_id as to_id, valid_from, valid_to from links where kind in ('household', 'shared_address')
    ),
    side as (
        select organisation_id, member_id, valid_from, valid_to from officers
        union
        select o.organisation_id, l.to_id as member_id, greatest(o.valid_from, coalesce(l.valid_from, o.valid_from)) as valid_from,
            least(o.valid_to, coalesce(l.valid_to, o.valid_to)) as valid_to
        from officers o join living l on l.from_id = o.member_id
    )
    select s.organisation_id, n.node as member, s.valid_from, s.valid_to from side s join exit_nodes n on n.entity_id = s.member_id
"""
"""Owners and officers of each organisation and who lives with them, with the days on which it is so. Needs ``exit_nodes`` and ``links``."""

_FLOWS: Final = """
    with bureaus as (select account_id from accounts where kind = 'payroll_bureau' and account_id is not null group by account_id)
    select s.place, s.payer, s.payee, s.amount_ore, t.day, cast(date_trunc('month', t.day) as date) as month, t.kind,
        coalesce(t.named_payee_id, t.to_id) = t.to_id as is_holder, b.account_id is not null as by_bureau,
        coalesce(upper(trim(t.payee_country)) <> 'SE', false) as is_abroad
    from exit_store s
    join transfers t on t.record_id = s.record_id
    left join bureaus b on b.account_id = t.from_account_id
"""

_PAYROLL: Final = """
    with told as (
        select organisation_id, person_id, month from current_payroll
        where organisation_id is not null and person_id is not null and coalesce(cash_pay_ore + coalesce(f_tax_pay_ore, 0), f_tax_pay_ore, 1) > 0
        group by organisation_id, person_id, month
    ),
    declared as (
        select o.node as employer, p.node as person, t.month, t.organisation_id
        from told t
        join exit_nodes p on p.entity_id = t.person_id
        left join exit_nodes o on o.entity_id = t.organisation_id
    )
    select employer, person, month, organisation_id from declared
    union all select employer, person, cast(month + interval 1 month as date) as month, organisation_id from declared
    union all select employer, person, cast(month - interval 1 month as date) as month, organisation_id from declared
"""
"""Employers, persons and months that were declared, or that stand beside such a month: a wage may be paid in another month than its own."""

_WAGES: Final = """
    with paid as (
        select f.place, f.payer, f.payee, f.month, f.amount_ore, f.by_bureau
        from exit_flows f
        join exit_nodes n on n.node = f.payee
        join entity_facts e on e.entity_id = n.entity_id and e.kind = 'person'
        where (f.kind = 'salary' or f.kind is null) and f.is_holder
    ),
    declared as (
        select p.place from paid p join exit_payroll d on d.employer = p.payer and d.person = p.payee and d.month = p.month
        union
        select p.place from paid p join exit_payroll d on d.person = p.payee and d.month = p.month where p.by_bureau
    )
    select p.place, p.payee as person, p.month, p.amount_ore from paid p join declared d on d.place = p.place
"""
"""Wages with payroll behind them: paid by the employer who declares, or from a payroll bureau's account by any who does."""

_EMPLOYMENT: Final = """
    select organisation_id, person, min(month) as since from exit_payroll group by organisation_id, person
"""

_COLLECTORS: Final = f"""
    with paying_on as (
        select s.organisation_id, f.payer as collector from exit_flows f
        join exit_owner_side s on s.member = f.payee and f.day between s.valid_from and s.valid_to
        join exit_nodes n on n.node = f.payer and n.entity_id <> s.organisation_id
        join exit_parties p on p.node = f.payer and not p.sells_to_many and not p.handles_cash and not coalesce(p.is_public, false)
        where coalesce(f.kind, '') not in {OWN_AFFAIRS} and coalesce(f.kind, '') <> 'salary'
        group by s.organisation_id, f.payer
    ),
    collected as (
        select p.organisation_id, p.collector, f.payer, f.place from paying_on p
        join exit_flows f on f.payee = p.collector and coalesce(f.kind, '') not in {OWN_AFFAIRS}
        join exit_employment e on e.person = f.payer and e.organisation_id = p.organisation_id and e.since <= f.day
    ),
    crowded as (select organisation_id, collector from collected group by organisation_id, collector having count(distinct payer) >= $collects_from)
    select c.place from collected c join crowded k on k.organisation_id = c.organisation_id and k.collector = c.collector group by c.place
"""
"""What employees pay to somebody whom several of them pay, and who pays on to the owner side of their employer: an association, a colleague."""

_SPENDING: Final = f"""
    with earners as (
        select person, min(place) as since, sum(amount_ore) / count(distinct month) as month_ore from exit_wages group by person
    )
    select f.place, f.payer, f.payee, f.day,
        c.place is null and 2 * sum(f.amount_ore) over (partition by f.payer, f.payee, f.month) < e.month_ore as is_ordinary,
        coalesce(f.kind, '') in {OWN_AFFAIRS} as is_own_affair
    from exit_flows f
    join earners e on e.person = f.payer and f.place > e.since
    left join exit_collected c on c.place = f.place
"""
"""What wage earners pay after their first wage."""

_TO_OWNERS: Final = f"""
    with members as (select member from exit_owner_side group by member)
    select f.place from exit_flows f
    join exit_nodes n on n.node = f.payer
    join exit_owner_side s on s.organisation_id = n.entity_id and s.member = f.payee and f.day between s.valid_from and s.valid_to
    union
    select f.place from exit_flows f
    join members m on m.member = f.payee
    join exit_employment e on e.person = f.payer and e.since <= f.day
    join exit_owner_side s on s.organisation_id = e.organisation_id and s.member = f.payee and f.day between s.valid_from and s.valid_to
    where coalesce(f.kind, '') not in {OWN_AFFAIRS}
"""

_HANDED_ON: Final = """
    with handing as (
        select s.payer as person, cast(date_trunc('month', s.day) as date) as month
        from exit_spending s left join exit_to_owners o on o.place = s.place
        where o.place is not null or not s.is_ordinary and not s.is_own_affair
        group by s.payer, date_trunc('month', s.day)
    )
    select w.place from exit_wages w join handing h on h.person = w.person and h.month = w.month
    union
    select w.place from exit_wages w join handing h on h.person = w.person and h.month = cast(w.month + interval 1 month as date)
"""
"""Wages of which much was handed on, or something to an owner, in their own month or the next."""

_OFFICES: Final = """
    with entries as (
        -- An application is no permit; a revocation that a court has stayed leaves it in force.
        select organisation_id, valid_from, case when status = 'stayed' then date '2999-12-31' else coalesce(valid_to, date '2999-12-31') end as valid_to
        from permits where kind = 'currency_exchange' and organisation_id is not null and coalesce(status, 'granted') <> 'applied'
    )
    select f.place, count_if(f.day between e.valid_from and e.valid_to) > 0 as is_in_force
    from entries e join exit_nodes n on n.entity_id = e.organisation_id join exit_flows f on f.payee = n.node group by f.place
"""

_PARTIES: Final = """
    with paying as (select payer as node from exit_flows group by payer),
    counted as (
        select payee as node, count(distinct payer) as payers, count(distinct case when kind = 'rent' then payer end) as tenants,
            count(distinct case when kind = 'cash' then payer end) as withdrawing
        from exit_flows group by payee
    ),
    crowded as (select hub_id from hubs where kind = 'organisation' group by hub_id),
    keepers as (
        select holder_id from accounts where kind in ('payroll_bureau', 'client_funds', 'group') and holder_id is not null group by holder_id
    )
    select n.node, coalesce(c.tenants, 0) as tenants, coalesce(c.withdrawing, 0) >= $cash_handler as handles_cash, e.kind as entity_kind,
        p.node is not null as pays, b.is_public,
        k.holder_id is null and (h.hub_id is not null or e.kind = 'organisation' and c.payers > $hub) as sells_to_many
    from exit_nodes n
    left join counted c on c.node = n.node
    left join entity_facts e on e.entity_id = n.entity_id
    left join paying p on p.node = n.node
    left join exit_public_bodies b on b.node = n.node
    left join crowded h on h.hub_id = n.entity_id
    left join keepers k on k.holder_id = n.entity_id
"""
"""What is known of each party. Whoever keeps others' money (payroll bureau, client funds, group account) is paid by many and sells to none of them for it."""

STEPS: Final = {
    "exit_public_bodies": PUBLIC_BODIES,
    "exit_owner_side": OWNER_SIDE,
    "exit_flows": _FLOWS,
    "exit_parties": _PARTIES,
    "exit_payroll": _PAYROLL,
    "exit_employment": _EMPLOYMENT,
    "exit_wages": _WAGES,
    "exit_collected": _COLLECTORS,
    "exit_spending": _SPENDING,
    "exit_to_owners": _TO_OWNERS,
    "exit_handed_on": _HANDED_ON,
    "exit_offices": _OFFICES,
}
"""Table -> query, in the order in which they are kept."""

CLASSED: Final = """
    select f.place, case
            when o.place is not null and w.place is not null then $owner_wages
            when o.place is not null then $owners
            when s.is_ordinary then $wages
            when f.is_abroad then $abroad
            when x.is_in_force then $exchange_office
            when x.place is not null then $lapsed_exchange_office
            when f.kind = 'cash' and not g.handles_cash then $cash
            when f.kind = 'tax' and coalesce(p.is_public, p.entity_kind is distinct from 'person') then $tax
            when p.is_public then $public
            when w.place is not null and (h.place is null or not p.pays) then $wages
            when w.place is not null then 0
            when f.kind = 'rent' and (p.entity_kind is distinct from 'organisation' or p.tenants >= $tenants or not p.pays) then $rent
            when p.sells_to_many and coalesce(f.kind, '') not in ('gift', 'loan', 'transfer', 'salary') then $supplier
            when not p.pays then $left_the_data
            else 0
        end as class
    from exit_flows f
    join exit_parties p on p.node = f.payee
    join exit_parties g on g.node = f.payer
    left join exit_to_owners o on o.place = f.place
    left join exit_wages w on w.place = f.place
    left join exit_spending s on s.place = f.place
    left join exit_handed_on h on h.place = f.place
    left join exit_offices x on x.place = f.place
"""
"""``place, class``, one row a payment, in no order."""
