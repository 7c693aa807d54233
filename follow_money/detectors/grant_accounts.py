"""What the account of an association with a grant shows during its period: fees, costs, and money to its own officers; as SQL."""

from __future__ import annotations

from follow_money.graph.flows.exit_rules import OFFICERS

GRANTED = """
    select record_id, organisation_id, payer, period_from, period_to, amount_ore, currency, members_claimed, fee_ore,
        coalesce(paid_on, period_from) as paid_on, links_exact, cast(members_claimed * fee_ore as bigint) as expected_ore
    from association_grants
    where organisation_id is not null and members_claimed is not null and fee_ore is not null and period_from is not null and period_to is not null
        and amount_ore > 0 and not is_withheld
"""
"""Grants with what was stated for them; kept as ``granted``."""

TIED = f"""
    with officers as (
        select o.to_id as organisation_id, o.from_id as officer_id
        from links o join (select distinct organisation_id from granted) g on g.organisation_id = o.to_id
        where o.kind in {OFFICERS}
    ),
    homes as (
        select from_id, to_id from links where kind in ('household', 'shared_address')
        union select to_id, from_id from links where kind in ('household', 'shared_address')
    )
    select distinct organisation_id, tied_id from (
        select organisation_id, officer_id as tied_id from officers
        union all select o.organisation_id, h.to_id from officers o join homes h on h.from_id = o.officer_id
        union all
        select o.organisation_id, l.to_id from officers o join links l on l.from_id = o.officer_id
        left join hubs u on u.hub_id = o.officer_id
        where l.kind in ('owner', 'beneficial_owner') and u.hub_id is null
    ) told where tied_id <> organisation_id
"""
"""Officers of an association, who lives with them, and companies that they own: ``organisation_id, tied_id``; kept as ``tied``."""

ACCOUNT = """
    with came as (
        select g.record_id, t.from_id as payer_id, f.kind as payer_kind, sum(t.amount_ore) as ore
        from granted g join transfers t on t.to_id = g.organisation_id
        left join entity_facts f on f.entity_id = t.from_id
        where t.day between g.period_from and g.period_to and coalesce(t.kind, '') not in ('public', 'loan') and t.from_id is not null
        group by g.record_id, t.from_id, f.kind
    ),
    income as (
        -- One person may pay for a family, not for a crowd.
        select c.record_id, count_if(coalesce(c.payer_kind, 'person') = 'person') as payers, cast(sum(case
            when coalesce(c.payer_kind, 'person') = 'person' then least(c.ore, $fees * g.fee_ore) else c.ore
        end) as bigint) as income_ore
        from came c join granted g on g.record_id = c.record_id group by c.record_id
    ),
    went as (
        select g.record_id, t.record_id as payment_id, t.day, t.amount_ore, e.tied_id is not null as is_tied, coalesce(f.kind, '') as payee_kind,
            t.day between g.paid_on and g.paid_on + $days * interval 1 day as is_soon
        from granted g join transfers t on t.from_id = g.organisation_id
        left join tied e on e.organisation_id = g.organisation_id and e.tied_id = t.to_id
        left join entity_facts f on f.entity_id = t.to_id
        where t.day between g.period_from and g.period_to + $days * interval 1 day and coalesce(t.kind, '') <> 'salary'
    ),
    costs as (
        select record_id, cast(sum(case when payee_kind = 'organisation' and not is_tied then amount_ore else 0 end) as bigint) as cost_ore,
            cast(sum(case when is_tied and is_soon then amount_ore else 0 end) as bigint) as tied_ore, count(*) as payments
        from went group by record_id
    ),
    seen as (
        select g.record_id, count(*) as receipts from granted g join transfers t on t.to_id = g.organisation_id
        where t.day between g.period_from and g.period_to group by g.record_id
    ),
    last_day as (select max(day) as day from transfers)
    select g.*, coalesce(i.payers, 0) as payers, coalesce(i.income_ore, 0) as income_ore, coalesce(c.cost_ore, 0) as cost_ore,
        coalesce(c.tied_ore, 0) as tied_ore, coalesce(s.receipts, 0) > 0 as is_seen, g.period_to <= l.day as is_over
    from granted g
    left join income i on i.record_id = g.record_id
    left join costs c on c.record_id = g.record_id
    left join seen s on s.record_id = g.record_id
    join last_day l on l.day is not null
    order by g.organisation_id, g.payer, g.period_from, g.record_id
"""
"""One row a grant: persons who paid in, fee income (capped a person), costs to others, and what went to the tied within days of its payment. Payments are
joined to grants by organisation first; dates are compared after."""

TIED_PAYMENTS = """
    select g.record_id as grant_record_id, g.organisation_id, t.record_id, t.amount_ore, t.to_id
    from granted g join transfers t on t.from_id = g.organisation_id
    join tied e on e.organisation_id = g.organisation_id and e.tied_id = t.to_id
    where t.day between g.paid_on and g.paid_on + $days * interval 1 day and coalesce(t.kind, '') <> 'salary'
    order by g.record_id, t.record_id
"""

SIGNATORIES = """
    select l.from_id as signatory_id, g.organisation_id
    from links l join (select distinct organisation_id from granted) g on g.organisation_id = l.to_id
    left join hubs h on h.hub_id = l.from_id
    where l.kind in ('signatory', 'chair') and h.hub_id is null group by l.from_id, g.organisation_id order by l.from_id, g.organisation_id
"""
