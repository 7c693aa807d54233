"""The ways of a salary back to the owner side, as SQL: each step is kept as a table that the next ones read.

In order: ``return_employees`` (`EMPLOYEES`), ``return_owner_side`` (`OWNER_SIDE`), ``return_outside`` (`OUTSIDE`), ``return_straight`` (`STRAIGHT`),
``return_back`` (`BACK`), ``return_salaries`` (`SALARIES`), ``return_left`` (`LEFT_AGAIN`), ``return_ways`` (`WAYS`).
"""

from __future__ import annotations

_OFFICERS = "('owner', 'beneficial_owner', 'board_member', 'chair', 'managing_director', 'signatory', 'treasurer')"

EMPLOYEES = f"""
    with paid as (
        select from_id as organisation_id, coalesce(named_payee_id, to_id) as person_id from transfers
        where kind = 'salary' or kind is null group by from_id, coalesce(named_payee_id, to_id)
    ),
    declared as (
        select organisation_id, person_id from current_payroll where organisation_id is not null and person_id is not null
        group by organisation_id, person_id
    ),
    owners as (select distinct to_id as organisation_id, from_id as person_id from links where kind in {_OFFICERS})
    select d.organisation_id, d.person_id
    from declared d
    join paid p on p.organisation_id = d.organisation_id and p.person_id = d.person_id
    left join owners o on o.organisation_id = d.organisation_id and o.person_id = d.person_id
    where o.person_id is null
"""
"""Employees with declared and paid salaries who are not themselves owners or officers."""

OWNER_SIDE = f"""
    with officers as (
        select to_id as organisation_id, from_id as owner_id, min(record_id) as role_record_id from links
        where kind in {_OFFICERS} group by to_id, from_id
    ),
    near as (
        select from_id, to_id from links where kind in ('household', 'family', 'shared_address')
        union select to_id, from_id from links where kind in ('household', 'family', 'shared_address')
    ),
    side as (
        select organisation_id, owner_id, owner_id as member_id, role_record_id from officers
        union all
        select o.organisation_id, o.owner_id, n.to_id as member_id, o.role_record_id from officers o join near n on n.from_id = o.owner_id
    )
    select organisation_id, member_id, min(owner_id) as owner_id, min(role_record_id) as role_record_id
    from side group by organisation_id, member_id
"""
"""Owners and officers, and who lives with them: the owner side of each organisation."""

OUTSIDE = """
    select e.organisation_id, e.person_id
    from return_employees e
    left join return_owner_side m on m.organisation_id = e.organisation_id and m.member_id = e.person_id
    where m.member_id is null
"""
"""Employees who do not live with the owner side."""

STRAIGHT = """
    select t.record_id as salary_id, e.organisation_id, e.person_id, t.to_id as receiver_id
    from transfers t join return_outside e on e.organisation_id = t.from_id and e.person_id = t.named_payee_id
    where (t.kind = 'salary' or t.kind is null) and t.to_id <> t.named_payee_id
"""
"""Salaries that were credited to somebody else's account in the first place."""

BACK = """
    with gone as (
        select t.record_id, e.organisation_id, t.from_id as person_id, t.to_id as receiver_id, t.amount_ore, t.currency, t.day, t.paid_at,
            t.links_exact
        from transfers t join return_outside e on e.person_id = t.from_id
        where coalesce(t.kind, '') not in ('rent', 'tax', 'supplier', 'loan', 'salary') and t.to_id <> t.from_id
            and t.to_id <> e.organisation_id
    ),
    passing_on as (
        select distinct m.organisation_id, t.from_id as receiver_id
        from transfers t join return_owner_side m on m.member_id = t.to_id
        where coalesce(t.kind, '') not in ('rent', 'tax', 'supplier', 'loan', 'salary')
    ),
    crowded as (
        select r.organisation_id, r.receiver_id
        from (
            select organisation_id, receiver_id, person_id from gone
            union all select organisation_id, receiver_id, person_id from return_straight
        ) r
        join passing_on p on p.organisation_id = r.organisation_id and p.receiver_id = r.receiver_id
        group by r.organisation_id, r.receiver_id having count(distinct r.person_id) >= $collect
    )
    select g.* from gone g
    left join crowded c on c.organisation_id = g.organisation_id and c.receiver_id = g.receiver_id
    left join return_owner_side m on m.organisation_id = g.organisation_id and m.member_id = g.receiver_id
    where c.receiver_id is not null or m.member_id is not null
"""
"""What employees paid to the owner side, or to somebody whom several of them pay and who pays on: few rows to compare dates on."""

SALARIES = """
    with people as (
        select organisation_id, person_id from return_back union select organisation_id, person_id from return_straight
    )
    select t.record_id as salary_id, e.organisation_id, e.person_id, t.to_id, t.paid_at, t.day, date_trunc('month', t.day) as month,
        t.amount_ore, t.currency, t.links_exact,
        lead(t.paid_at) over (partition by e.organisation_id, e.person_id order by t.paid_at, t.record_id) as next_paid_at,
        sum(t.amount_ore) over (partition by e.organisation_id, e.person_id, date_trunc('month', t.day)) as month_ore
    from transfers t
    join people e on e.organisation_id = t.from_id and e.person_id = coalesce(t.named_payee_id, t.to_id)
    where t.kind = 'salary' or t.kind is null
"""
"""All salaries of those employees, with what the employer paid them in the month."""

LEFT_AGAIN = """
    select s.salary_id, s.organisation_id, s.person_id, s.day, s.month, s.month_ore, s.amount_ore as salary_ore, s.currency,
        s.salary_id as return_id, s.to_id as receiver_id, s.amount_ore as returned_ore, s.day as return_day, s.paid_at as return_at, s.links_exact
    from return_salaries s where s.to_id <> s.person_id
    union all
    select s.salary_id, s.organisation_id, s.person_id, s.day, s.month, s.month_ore, s.amount_ore as salary_ore, s.currency,
        t.record_id as return_id, t.receiver_id, t.amount_ore as returned_ore, t.day as return_day, t.paid_at as return_at,
        s.links_exact and t.links_exact as links_exact
    from return_salaries s
    join return_back t on t.organisation_id = s.organisation_id and t.person_id = s.person_id and t.currency = s.currency
        and t.day between s.day and cast(s.day + $days * interval 1 day as date)
        and t.paid_at >= s.paid_at and (s.next_paid_at is null or t.paid_at < s.next_paid_at)
    where s.to_id = s.person_id
"""
"""Money that left an employee within days of a salary, and salaries that landed on another's account."""

WAYS = """
    with collectors as (
        select organisation_id, receiver_id from return_left group by organisation_id, receiver_id having count(distinct person_id) >= $collect
    ),
    passed_on as (
        select l.return_id, l.salary_id, l.organisation_id, l.receiver_id, l.returned_ore, t.record_id as onward_id, t.amount_ore as onward_ore,
            m.owner_id, m.role_record_id
        from return_left l
        join collectors c on c.organisation_id = l.organisation_id and c.receiver_id = l.receiver_id
        left join return_owner_side direct on direct.organisation_id = l.organisation_id and direct.member_id = l.receiver_id
        join transfers t on t.from_id = l.receiver_id and t.paid_at >= l.return_at and t.day <= cast(l.return_day + $days * interval 1 day as date)
        join return_owner_side m on m.organisation_id = l.organisation_id and m.member_id = t.to_id
        where direct.member_id is null and coalesce(t.kind, '') not in ('rent', 'tax', 'supplier', 'loan', 'salary')
    ),
    onward as (
        select return_id, salary_id, organisation_id, receiver_id, returned_ore, min(onward_id) as onward_id, min(owner_id) as owner_id,
            min(role_record_id) as role_record_id
        from passed_on group by return_id, salary_id, organisation_id, receiver_id, returned_ore
    ),
    collected as (select organisation_id, receiver_id, sum(returned_ore) as ore from onward group by organisation_id, receiver_id),
    forwarded as (
        select organisation_id, receiver_id, sum(onward_ore) as ore
        from (select distinct organisation_id, receiver_id, onward_id, onward_ore from passed_on) each_once
        group by organisation_id, receiver_id
    )
    select l.*, m.owner_id, m.role_record_id, cast(null as varchar) as onward_id
    from return_left l join return_owner_side m on m.organisation_id = l.organisation_id and m.member_id = l.receiver_id
    union all
    -- What a collector kept did not reach the owner side: each receipt counts by the share that went on.
    select l.salary_id, l.organisation_id, l.person_id, l.day, l.month, l.month_ore, l.salary_ore, l.currency, l.return_id, l.receiver_id,
        cast(floor(l.returned_ore * least(1.0, f.ore * 1.0 / c.ore)) as bigint) as returned_ore, l.return_day, l.return_at, l.links_exact,
        o.owner_id, o.role_record_id, o.onward_id
    from return_left l
    join onward o on o.return_id = l.return_id and o.salary_id = l.salary_id and o.organisation_id = l.organisation_id
    join collected c on c.organisation_id = o.organisation_id and c.receiver_id = o.receiver_id
    join forwarded f on f.organisation_id = o.organisation_id and f.receiver_id = o.receiver_id
"""
"""What of it reached the owner side, straight or by way of a collector."""
