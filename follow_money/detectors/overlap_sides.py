"""Overlaps of one person's shifts, as SQL: each step is kept as a table that the next ones read.

In order: ``overlap_work`` (`WORK`), ``overlap_weighed`` (`WEIGHED`), ``overlap_sides`` (`SIDES`).
"""

from __future__ import annotations

from follow_money.detectors.amounts import HOURLY_RATES

WORK = """
    with ordered as (
        select *, max(ends_at) over (
            partition by staff_id order by starts_at, record_id rows between unbounded preceding and 1 preceding
        ) as busy_until
        from shifts
        where kind = 'active' and not is_double and not is_withheld
            and staff_id is not null and user_id is not null and organisation_id is not null
    ),
    crowded_days as (select distinct staff_id, cast(starts_at as date) as bucket from ordered where busy_until > starts_at),
    near_crowded as (
        select staff_id, bucket from crowded_days
        union select staff_id, cast(bucket - interval 1 day as date) from crowded_days
    )
    select o.* from ordered o
    join near_crowded n on n.staff_id = o.staff_id and n.bucket = cast(o.starts_at as date)
"""
"""Shifts of people who have any overlap, around the days on which they have it."""

WEIGHED = """
    with households as (
        select from_id, to_id from links where kind in ('household', 'shared_address', 'family')
        union select to_id, from_id from links where kind in ('household', 'shared_address', 'family')
    ),
    same_or_next_day as (
        select record_id, staff_id, cast(starts_at as date) as bucket from overlap_work
        union select record_id, staff_id, cast(ends_at as date) as bucket from overlap_work
    ),
    met as (
        select distinct a.record_id as left_id, b.record_id as right_id
        from same_or_next_day a join same_or_next_day b on a.staff_id = b.staff_id and a.bucket = b.bucket and a.record_id < b.record_id
    ),
    pairs as (
        select a.staff_id, a.record_id as left_id, b.record_id as right_id, a.user_id <> b.user_id as two_users,
            date_diff('minute', greatest(a.starts_at, b.starts_at), least(a.ends_at, b.ends_at)) as overlap,
            a.near_clock_change or b.near_clock_change as near_clock_change, a.links_exact and b.links_exact as pair_exact
        from met join overlap_work a on a.record_id = met.left_id join overlap_work b on b.record_id = met.right_id
        left join households h on h.from_id = a.user_id and h.to_id = b.user_id
        -- No inequality between the two shifts here: engines would join on it first, every shift with every other.
        where h.from_id is null
    ),
    beyond as (select * from pairs where overlap > $tolerance + case when near_clock_change then 60 else 0 end),
    two_sides as (
        select l.organisation_id as left_organisation, r.organisation_id as right_organisation, b.left_id, b.right_id
        from beyond b join overlap_work l on l.record_id = b.left_id join overlap_work r on r.record_id = b.right_id
    ),
    each_way as (
        select left_organisation as organisation_id, right_organisation as other_id, left_id as record_id from two_sides
        union select right_organisation as organisation_id, left_organisation as other_id, right_id as record_id from two_sides
    ),
    in_all as (select organisation_id, count(distinct record_id) as overlapping from each_way group by organisation_id),
    with_one as (select organisation_id, other_id, count(distinct record_id) as overlapping from each_way group by organisation_id, other_id),
    apart_from as (
        -- Overlaps of a provider that have nothing to do with the other one: what speaks of its own care.
        select w.organisation_id, w.other_id, a.overlapping - w.overlapping as elsewhere
        from with_one w join in_all a on a.organisation_id = w.organisation_id
    )
    select b.*, l.organisation_id as left_organisation, r.organisation_id as right_organisation,
        case
            when l.is_clocked and not r.is_clocked then 'right'
            when r.is_clocked and not l.is_clocked then 'left'
            when l.organisation_id = r.organisation_id then case when l.record_id > r.record_id then 'left' else 'right' end
            when el.elsewhere >= $clear and el.elsewhere > 3 * er.elsewhere then 'left'
            when er.elsewhere >= $clear and er.elsewhere > 3 * el.elsewhere then 'right'
            else 'open'
        end as at_risk
    from beyond b
    join overlap_work l on l.record_id = b.left_id join overlap_work r on r.record_id = b.right_id
    join apart_from el on el.organisation_id = l.organisation_id and el.other_id = r.organisation_id
    join apart_from er on er.organisation_id = r.organisation_id and er.other_id = l.organisation_id
"""
"""Pairs of shifts of one person that overlap beyond the tolerance, and which side is at risk: the one not registered on the spot, else within one provider the
later row, else the provider that clearly has more overlaps apart from the other one; else it is open."""

_VALUED = f"""
    tariffs as ({HOURLY_RATES}),
    once as (
        select record_id, min(other_record_id) as other_record_id, sum(overlap) as overlap, count_if(two_users) > 0 as two_users,
            count_if(pair_exact) = count(*) as pair_exact
        from sided group by record_id
    )
    select w.organisation_id, w.programme, w.staff_id, w.user_id, w.day, w.month, w.is_clocked, s.record_id, s.other_record_id,
        o.organisation_id as other_organisation_id, s.two_users, s.pair_exact,
        cast(least(s.overlap, w.minutes) as bigint) as minutes,
        cast(floor(least(s.overlap, w.minutes) * coalesce(t.amount_ore, 0) / 60.0) as bigint) as amount_ore
    from once s
    join overlap_work w on w.record_id = s.record_id
    join overlap_work o on o.record_id = s.other_record_id
    left join tariffs t on t.programme = w.programme and w.day between t.valid_from and t.valid_to
"""

SIDES = f"""
    with sided as (
        select case when at_risk = 'left' then left_id else right_id end as record_id,
            case when at_risk = 'left' then right_id else left_id end as other_record_id, overlap, two_users, pair_exact
        from overlap_weighed where at_risk <> 'open'
    ),
    {_VALUED}
"""
"""One row an overlapped shift, on the side that is at risk. What is open is charged to neither."""

OPEN_SIDES = f"""
    with between_two as (
        select w.*, l.month, l.day, least(w.left_organisation, w.right_organisation) as first_id,
            greatest(w.left_organisation, w.right_organisation) as second_id
        from overlap_weighed w join overlap_work l on l.record_id = w.left_id
        where w.at_risk = 'open' and w.two_users and w.pair_exact
    ),
    person_months as (
        select first_id, second_id, staff_id, month from between_two group by first_id, second_id, staff_id, month
        having count(distinct day) >= $days and sum(overlap) >= $minutes
    ),
    many as (
        select b.* from between_two b join person_months m on m.first_id = b.first_id and m.second_id = b.second_id
            and m.staff_id = b.staff_id and m.month = b.month
    ),
    sided as (
        select left_id as record_id, right_id as other_record_id, overlap, two_users, pair_exact from many
        union all select right_id as record_id, left_id as other_record_id, overlap, two_users, pair_exact from many
    ),
    {_VALUED}
    order by w.organisation_id, w.programme, w.record_id
"""
"""One row a shift on either side of the open overlaps between two providers, in person-months with many of them."""
