"""The staff ledgers of restaurants against declared pay: person-months of work that nobody tied to the restaurant declared, as SQL."""

from __future__ import annotations

EMPLOYERS_NEAR = """
    with holder_owners as (
        select h.organisation_id, l.from_id as owner_id from serving_holders h
        join links l on l.to_id = h.organisation_id and l.kind in ('owner', 'beneficial_owner')
    ),
    paid as (
        select h.organisation_id, t.to_id as employer_id, date_trunc('month', t.day) as month
        from serving_holders h join transfers t on t.from_id = h.organisation_id
        union all
        select h.organisation_id, t.from_id as employer_id, date_trunc('month', t.day) as month
        from serving_holders h join transfers t on t.to_id = h.organisation_id
    )
    select organisation_id, organisation_id as employer_id from serving_holders
    union
    select o.organisation_id, l.to_id as employer_id from holder_owners o
    join links l on l.from_id = o.owner_id and l.kind in ('owner', 'beneficial_owner')
    union
    select organisation_id, employer_id from paid where employer_id is not null
    group by organisation_id, employer_id having count(distinct month) >= $near_months
"""
"""Who may lawfully declare the staff of a restaurant; kept as ``employers_near``: itself, its owners' other companies, and those whom it pays, or who pay
it, again and again: a company of the same chain, a staffing firm, a tenant of the kitchen."""

CLOCKED_MONTHS = """
    with told as (select min(month) as first_month, max(month) as last_month from current_payroll),
    clocked as (
        select s.organisation_id, s.person_id, cast(date_trunc('month', s.starts_at) as date) as month,
            sum(date_diff('minute', s.starts_at, s.ends_at)) as minutes
        from staff_ledgers s join serving_holders h on h.organisation_id = s.organisation_id
        left join owner_side o on o.organisation_id = s.organisation_id and o.member_id = s.person_id
        where s.person_id is not null and s.links_exact and not s.is_withheld and o.member_id is null and s.ends_at > s.starts_at
        group by s.organisation_id, s.person_id, date_trunc('month', s.starts_at)
    ),
    declared as (
        select n.organisation_id, p.person_id, p.month, sum(coalesce(p.cash_pay_ore, 0) + coalesce(p.f_tax_pay_ore, 0)) as pay_ore
        from employers_near n join current_payroll p on p.organisation_id = n.employer_id
        where p.person_id is not null group by n.organisation_id, p.person_id, p.month
    )
    select c.organisation_id, c.person_id, c.month, c.minutes, coalesce(max(d.pay_ore), 0) as pay_ore
    from clocked c join told t on c.month between t.first_month and t.last_month
    left join declared d on d.organisation_id = c.organisation_id and d.person_id = c.person_id
        and d.month between c.month - interval 1 month and c.month + interval 1 month
    where c.minutes >= $least_minutes
    group by c.organisation_id, c.person_id, c.month, c.minutes
"""
"""One row a person and month with work in the ledger, and the largest pay declared for the month or one beside it; kept as ``clocked_months``."""

STAFF_COUNTS = """
    with told as (
        select organisation_id, person_id, month, minutes, pay_ore, case when pay_ore * 60 < minutes * $hour_ore then 1 else 0 end as is_bare
        from clocked_months
    )
    select organisation_id, count(*) as person_months, sum(is_bare) as uncovered, count(distinct case when is_bare = 1 then person_id end) as persons,
        sum(is_bare * minutes) as minutes, sum(is_bare * pay_ore) as pay_ore, min(case when is_bare = 1 then month end) as month_from,
        max(case when is_bare = 1 then month end) as month_to
    from told group by organisation_id order by organisation_id
"""

STAFF_ROWS = """
    select s.organisation_id, s.person_id, s.record_id from staff_ledgers s
    join clocked_months c on c.organisation_id = s.organisation_id and c.person_id = s.person_id and c.month = date_trunc('month', s.starts_at)
    where c.pay_ore * 60 < c.minutes * $hour_ore and s.links_exact and not s.is_withheld and s.ends_at > s.starts_at order by s.record_id
"""

PAY_ROWS = """
    select c.organisation_id, p.record_id from clocked_months c
    join current_payroll p on p.organisation_id = c.organisation_id and p.person_id = c.person_id and p.month = c.month
    where c.pay_ore * 60 < c.minutes * $hour_ore order by p.record_id
"""
