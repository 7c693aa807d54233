"""Settlement periods (avräkningsperioder): what decisions grant in them, counted once, and what was billed, as SQL.

Granted minutes are rounded to thousandths, so that they do not depend on the order in which decisions are added up. `GRANTS` is kept
as ``grants``, `GRANT_MONTHS` as ``grant_months``, and `SETTLEMENT_PERIODS` reads both.
"""

from __future__ import annotations

GRANTS = """
    select min(record_id) as record_id, person_id, programme, payer, valid_from, coalesce(valid_to, date '2999-12-31') as valid_to,
        granted_minutes, granted_per, coalesce(settlement_months, 1) as settlement_months, count_if(links_exact) = count(*) as links_exact
    from decisions
    where granted_minutes is not null and granted_per is not null and person_id is not null and programme <> 'wage_subsidy'
        and not is_withheld
    group by payer, decision_id, person_id, programme, valid_from, valid_to, granted_minutes, granted_per, settlement_months
"""
"""Decisions that grant time, each once however many deliveries hold it."""

GRANT_MONTHS = """
    with matched as (
        select b.record_id, b.organisation_id, b.person_id, b.programme, b.payer, b.period_from, b.period_to, b.billed_minutes,
            b.amount_ore, b.links_exact and g.links_exact as links_exact,
            g.record_id as decision_record_id, g.valid_from, g.settlement_months,
            g.granted_minutes * (date_diff('day', greatest(b.period_from, g.valid_from), least(b.period_to, g.valid_to)) + 1)
                / case g.granted_per
                    when 'week' then 7.0
                    else date_diff('day', date_trunc('month', b.period_from), last_day(b.period_from)) + 1.0
                end as granted
        from current_claims b
        join grants g on g.person_id = b.person_id and g.programme = b.programme and g.payer = b.payer
            and g.valid_from <= b.period_to and g.valid_to >= b.period_from
        where b.billed_minutes is not null and b.organisation_id is not null and not b.is_withheld
    ),
    by_claim as (
        select record_id, organisation_id, person_id, programme, payer, period_from, period_to, billed_minutes, amount_ore,
            min(decision_record_id) as decision_record_id, min(valid_from) as valid_from, max(settlement_months) as settlement_months,
            round(sum(granted), 3) as granted, count_if(links_exact) = count(*) as links_exact
        from matched
        group by record_id, organisation_id, person_id, programme, payer, period_from, period_to, billed_minutes, amount_ore
    )
    select *, cast(floor(greatest(0, date_diff('month', valid_from, period_from)) * 1.0 / settlement_months) as bigint) as settlement
    from by_claim
"""
"""One row a claim with what all decisions in force granted for its days, and the settlement period that it falls in."""

SETTLEMENT_PERIODS = """
    with totals as (
        select person_id, programme, payer, valid_from, settlement_months, settlement, sum(billed_minutes) as billed,
            count(distinct organisation_id) as providers, min(organisation_id) as organisation_id,
            count_if(links_exact) = count(*) as links_exact, min(period_from) as first_billed, max(period_to) as last_billed
        from grant_months group by person_id, programme, payer, valid_from, settlement_months, settlement
    ),
    dated as (
        -- The ceiling is that of the whole settlement period, also of its months without a bill: hours may be moved within it.
        select *,
            least(first_billed, cast(date_trunc('month', valid_from) + settlement * settlement_months * interval 1 month as date)) as from_on,
            greatest(last_billed, cast(
                date_trunc('month', valid_from) + (settlement + 1) * settlement_months * interval 1 month - interval 1 day as date
            )) as to_on
        from totals
    ),
    in_force as (
        select d.person_id, d.programme, d.payer, d.valid_from, d.settlement_months, d.settlement, g.granted_minutes, g.granted_per,
            greatest(g.valid_from, d.from_on) as from_on,
            cast(least(g.valid_to, d.to_on) + interval 1 day as date) as until_on
        from dated d
        join grants g on g.person_id = d.person_id and g.programme = d.programme and g.payer = d.payer
            and g.valid_from <= d.to_on and g.valid_to >= d.from_on
    ),
    ceilings as (
        select person_id, programme, payer, valid_from, settlement_months, settlement,
            round(sum(case granted_per
                when 'week' then granted_minutes * date_diff('day', from_on, until_on) / 7.0
                else granted_minutes * (
                    date_diff('month', from_on, until_on)
                    + date_diff('day', date_trunc('month', until_on), until_on) * 1.0
                        / (date_diff('day', date_trunc('month', until_on), last_day(until_on)) + 1)
                    - date_diff('day', date_trunc('month', from_on), from_on) * 1.0
                        / (date_diff('day', date_trunc('month', from_on), last_day(from_on)) + 1)
                )
            end), 3) as granted
        from in_force group by person_id, programme, payer, valid_from, settlement_months, settlement
    )
    select d.*, c.granted,
        d.links_exact and 100 * d.billed > $percent * c.granted and d.billed > c.granted + $minutes as is_above
    from dated d
    join ceilings c on c.person_id = d.person_id and c.programme = d.programme and c.payer = d.payer and c.valid_from = d.valid_from
        and c.settlement_months = d.settlement_months and c.settlement = d.settlement
"""
"""One row a person and settlement period: what was billed in it, by how many providers, and the ceiling, counted once."""
