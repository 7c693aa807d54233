"""Who is registered at the dwelling that housing benefit was decided for, as SQL. Each step is kept as a table that the next ones read."""

from __future__ import annotations

HOMES = """
    with edge as (select max(greatest(valid_from, coalesce(valid_to, valid_from))) as last_on from residences),
    granted as (
        select d.record_id, d.decision_id, d.person_id, d.payer, coalesce(d.household_persons, 1) as counted, d.monthly_amount_ore, d.valid_from,
            coalesce(d.valid_to, greatest(e.last_on, d.valid_from)) as valid_to,
            row_number() over (partition by d.decision_id order by d.record_id) as copy
        from decisions d join edge e on e.last_on is not null
        where d.programme = 'housing_benefit' and d.decision_id is not null and d.person_id is not null and d.links_exact and not d.is_withheld
            and d.monthly_amount_ore > 0
    ),
    lived as (
        select g.*, r.dwelling_id, greatest(g.valid_from, r.valid_from) as from_on, least(g.valid_to, coalesce(r.valid_to, g.valid_to)) as to_on,
            r.record_id as residence_id
        from granted g join residences r on r.person_id = g.person_id and r.links_exact and not r.is_withheld
        where g.copy = 1 and g.valid_to >= g.valid_from
    ),
    ordered as (
        select *, row_number() over (
            partition by decision_id order by dwelling_id is null, date_diff('day', from_on, to_on) desc, residence_id
        ) as place
        from lived where from_on <= to_on
    ),
    sizes as (select dwelling_id, min(rooms) as rooms, min(kind) as kind from dwellings group by dwelling_id)
    select o.record_id, o.decision_id, o.person_id, o.payer, o.counted, o.monthly_amount_ore, o.valid_from, o.valid_to, o.dwelling_id, o.from_on, o.to_on,
        s.rooms, s.kind
    from ordered o left join sizes s on s.dwelling_id = o.dwelling_id where o.place = 1
"""
"""One row a decision: the dwelling where the applicant was registered longest while it held, its size and kind."""

OTHERS = """
    select h.decision_id, h.person_id as applicant_id, o.person_id, min(o.record_id) as record_id,
        min(greatest(h.from_on, o.valid_from)) as from_on, max(least(h.to_on, coalesce(o.valid_to, h.to_on))) as to_on,
        cast(sum(date_diff('day', greatest(h.from_on, o.valid_from), least(h.to_on, coalesce(o.valid_to, h.to_on))) + 1) as bigint) as days
    from housing_homes h
    join residences o on o.dwelling_id = h.dwelling_id and o.person_id <> h.person_id and o.links_exact and not o.is_withheld
    where greatest(h.from_on, o.valid_from) <= least(h.to_on, coalesce(o.valid_to, h.to_on))
    group by h.decision_id, h.person_id, o.person_id
"""
"""Everybody else at that dwelling while the decision held, with the days of it."""

STRANGERS = """
    with near as (
        select person_id as from_id, other_id as to_id from relations where person_id is not null and other_id is not null
        union select other_id, person_id from relations where person_id is not null and other_id is not null
    ),
    strange as (
        select o.* from housing_others o left join near n on n.from_id = o.applicant_id and n.to_id = o.person_id
        where n.to_id is null and o.days > $tolerance
    )
    select s.decision_id, s.person_id, s.record_id, s.from_on, s.to_on, count(t.person_id) = 0 as is_head
    from strange s
    left join near n on n.from_id = s.person_id
    left join strange t on t.decision_id = s.decision_id and t.person_id = n.to_id and t.person_id < s.person_id
    group by s.decision_id, s.person_id, s.record_id, s.from_on, s.to_on
"""
"""Those who are tied to the applicant by no household, family or guardianship; of people who are tied to each other the first one stands for the household."""

COUNTED = """
    with people as (select decision_id, count(*) as others from housing_others where days > $tolerance group by decision_id),
    heads as (
        select decision_id, count(*) as households, min(from_on) as first_on, max(to_on) as last_on from housing_strangers where is_head group by decision_id
    )
    select h.*, coalesce(s.households, 0) as households, greatest(coalesce(p.others, 0) + 1 - h.counted, 0) as beyond, s.first_on, s.last_on
    from housing_homes h left join people p on p.decision_id = h.decision_id left join heads s on s.decision_id = h.decision_id
    order by h.decision_id
"""
"""One row a decision: households of strangers at its dwelling, and people beyond those that it counts."""

CONTRADICTED = """
    with related as (
        select person_id as from_id, other_id as to_id, min(record_id) as record_id from (
            select person_id, other_id, record_id from relations where kind = 'household' and links_exact and not is_withheld
            union all select other_id, person_id, record_id from relations where kind = 'household' and links_exact and not is_withheld
        ) told where person_id is not null and other_id is not null group by person_id, other_id
    ),
    together as (
        select o.decision_id, o.record_id, o.days, o.from_on, o.to_on,
            row_number() over (partition by o.decision_id order by o.days desc, o.person_id) as place
        from housing_others o join related r on r.from_id = o.applicant_id and r.to_id = o.person_id where o.days > $long
    ),
    abroad as (
        select h.decision_id, a.record_id, greatest(h.valid_from, a.from_on) as from_on, least(h.valid_to, a.to_on) as to_on,
            date_diff('day', greatest(h.valid_from, a.from_on), least(h.valid_to, a.to_on)) + 1 as days
        from housing_homes h join absences a on a.person_id = h.person_id and a.kind = 'abroad' and a.links_exact and not a.is_withheld
        where a.from_on <= h.valid_to and a.to_on >= h.valid_from
    ),
    every_one as (
        select decision_id, 'abroad' as reason, 'absences' as register, record_id, from_on, to_on, days from abroad where days > $long
        union all
        -- Those who are together the shortest are the ones whom the decision does not count.
        select t.decision_id, 'household', 'residences', t.record_id, t.from_on, t.to_on, t.days
        from together t join housing_homes h on h.decision_id = t.decision_id where t.place >= h.counted
    )
    select e.*, h.record_id as decision_record_id, h.person_id, h.payer, h.monthly_amount_ore, h.valid_from, h.valid_to, h.counted
    from every_one e join housing_homes h on h.decision_id = e.decision_id
    order by e.decision_id, e.reason, e.record_id
"""
"""Facts that cannot be beside the decision: the applicant long abroad, or more of the household at the dwelling for long than it counts."""
