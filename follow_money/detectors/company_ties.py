"""What an organisation that begins to be paid shares with one that ended shortly before: owner side, staff, telephone, vehicles; as SQL.

Each step is kept as a table that the next ones read. ``ended`` and ``begun`` are small; ties are found by what is shared, and dates are compared after.
"""

from __future__ import annotations

from follow_money.graph.flows.exit_rules import OFFICERS

ENDED = """
    select organisation_id, happened_on as ended_on, kind, 'organisation_events' as register, record_id
    from organisation_events
    where kind in ('contract_terminated', 'permit_revoked', 'bankruptcy', 'liquidation') and organisation_id is not null and happened_on is not null
    union all
    select organisation_id, valid_to as ended_on, 'permit_revoked' as kind, 'permits' as register, record_id
    from permits where status = 'revoked' and organisation_id is not null and valid_to is not null
"""
"""Ends of organisations: ``organisation_id, ended_on, kind, register, record_id``. A contract that ran out is none."""

BEGUN = """
    with paid as (
        select organisation_id, min(period_from) as begun_on from current_claims where organisation_id is not null group by organisation_id
    ),
    agreed as (select organisation_id, min(valid_from) as begun_on from contracts where organisation_id is not null group by organisation_id),
    first_day as (select min(period_from) as day from current_claims)
    select p.organisation_id, least(p.begun_on, coalesce(a.begun_on, p.begun_on)) as begun_on
    from paid p left join agreed a on a.organisation_id = p.organisation_id join first_day d on d.day is not null
    where least(p.begun_on, coalesce(a.begun_on, p.begun_on)) >= d.day + $settled * interval 1 day
"""
"""Organisations whose first public claim or contract lies within the data, some time after their beginning: ``organisation_id, begun_on``."""

TIES = f"""
    with spans as (
        select e.organisation_id as old_id, e.ended_on, e.kind, e.register as end_register, e.record_id as end_record_id
        from ended e
    ),
    officers as (
        select l.to_id as organisation_id, l.from_id as person_id, min(l.record_id) as record_id, max(coalesce(l.valid_to, date '2999-12-31')) as valid_to
        from links l left join hubs h on h.hub_id = l.from_id
        where l.kind in {OFFICERS} and h.hub_id is null group by l.to_id, l.from_id
    ),
    pay as (
        select organisation_id, person_id, min(month) as first_month, max(month) as last_month, min(record_id) as record_id
        from current_payroll where organisation_id is not null and person_id is not null group by organisation_id, person_id
    ),
    old_officers as (select o.* from officers o join (select distinct old_id from spans) s on s.old_id = o.organisation_id),
    people as (
        select o.organisation_id as old_id, n.organisation_id as new_id, o.person_id as shared_id, o.valid_to, 'roles' as register, n.record_id
        from old_officers o join officers n on n.person_id = o.person_id and n.organisation_id <> o.organisation_id
        union all
        select o.organisation_id, p.organisation_id, o.person_id, o.valid_to, 'payroll', p.record_id
        from old_officers o join pay p on p.person_id = o.person_id and p.organisation_id <> o.organisation_id
    ),
    staff as (
        select o.organisation_id as old_id, n.organisation_id as new_id, o.person_id as shared_id, o.last_month, n.record_id
        from pay o
        join (select distinct old_id from spans) s on s.old_id = o.organisation_id
        join pay n on n.person_id = o.person_id and n.organisation_id <> o.organisation_id
        left join officers f on f.organisation_id = o.organisation_id and f.person_id = o.person_id
        where f.person_id is null
    ),
    few_phones as (
        select via_id from (
            select via_id, from_id as entity_id from links where kind = 'shared_phone' union select via_id, to_id from links where kind = 'shared_phone'
        ) told join entity_facts f on f.entity_id = told.entity_id and f.kind = 'organisation'
        group by via_id having count(*) <= $holders
    ),
    phones as (
        select l.from_id as old_id, l.to_id as new_id, l.via_id as shared_id, l.register, l.record_id
        from links l join few_phones p on p.via_id = l.via_id where l.kind = 'shared_phone'
        union all
        select l.to_id, l.from_id, l.via_id, l.register, l.record_id
        from links l join few_phones p on p.via_id = l.via_id where l.kind = 'shared_phone'
    ),
    few_vehicles as (
        select vehicle_id from vehicles where vehicle_id is not null and organisation_id is not null
        group by vehicle_id having count(distinct organisation_id) <= $holders
    ),
    cars as (
        select o.organisation_id as old_id, n.organisation_id as new_id, o.vehicle_id as shared_id, n.record_id
        from vehicles o join few_vehicles f on f.vehicle_id = o.vehicle_id
        join vehicles n on n.vehicle_id = o.vehicle_id and n.organisation_id <> o.organisation_id
    ),
    every_tie as (
        select old_id, new_id, 'people' as tie, shared_id, valid_to as until, register, record_id from people
        union all select old_id, new_id, 'staff', shared_id, last_day(last_month), 'payroll', record_id from staff
        union all select old_id, new_id, 'telephone', shared_id, date '2999-12-31', register, record_id from phones
        union all select old_id, new_id, 'vehicles', shared_id, date '2999-12-31', 'vehicles', record_id from cars
    )
    select s.old_id, s.ended_on, s.kind, s.end_register, s.end_record_id, b.organisation_id as new_id, b.begun_on, t.tie, t.shared_id, t.register, t.record_id
    from every_tie t
    join spans s on s.old_id = t.old_id
    join begun b on b.organisation_id = t.new_id
    where b.begun_on >= s.ended_on - $before * interval 1 day and b.begun_on <= s.ended_on + $within * interval 1 day
        and t.until >= s.ended_on - 365 * interval 1 day
"""
"""One row a shared person, telephone or vehicle of a pair: ``old_id, ended_on, kind, end_register, end_record_id, new_id, begun_on, tie, shared_id, register,
record_id``."""

STAFF_OF_THE_NEW = """
    select p.organisation_id, count(distinct p.person_id) as staff from current_payroll p join begun b on b.organisation_id = p.organisation_id
    where p.person_id is not null group by p.organisation_id
"""
