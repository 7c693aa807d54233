"""How many patients one practitioner had at a time, day by day: visits as intervals, counted where they overlap."""

from __future__ import annotations

CHAIR_VISITS = """
    select *, date_diff('minute', starts_at, ends_at) as minutes from standing_visits
    where setting in ('clinic', 'away') and not is_stamped and not is_withheld and practitioner_id is not null
        and ends_at is not null and ends_at > starts_at and links_exact
"""
"""Visits in person whose time is known."""

CHAIR_DAYS = """
    with edges as (
        select organisation_id, programme, practitioner_id, day, starts_at as moment, 1 as step
        from chair_visits where minutes > $changeover
        union all
        select organisation_id, programme, practitioner_id, day, ends_at - $changeover * interval 1 minute as moment, -1 as step
        from chair_visits where minutes > $changeover
    ),
    moments as (
        select organisation_id, programme, practitioner_id, day, moment, sum(step) as step from edges
        group by organisation_id, programme, practitioner_id, day, moment
    ),
    depths as (
        select organisation_id, programme, practitioner_id, day, moment,
            sum(step) over (
                partition by organisation_id, programme, practitioner_id, day order by moment rows between unbounded preceding and current row
            ) as depth,
            lead(moment) over (partition by organisation_id, programme, practitioner_id, day order by moment) as until
        from moments
    ),
    measured as (
        select organisation_id, programme, practitioner_id, day,
            sum(case when depth > 0 then date_diff('minute', moment, until) else 0 end) as merged,
            sum(case when depth > $chairs then (depth - $chairs) * date_diff('minute', moment, until) else 0 end) as crowded
        from depths where until is not null
        group by organisation_id, programme, practitioner_id, day
    )
    select organisation_id, programme, practitioner_id, day,
        case when crowded > $tolerance then crowded else 0 end + greatest(0, merged - $longest) as beyond
    from measured
"""
"""One row a practitioner and day: minutes beyond what chairs and hours hold."""
