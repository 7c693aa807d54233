"""What traders bought in the EU, sold within Sweden and declared, by whoever files for them: as SQL."""

from __future__ import annotations

FILERS = """
    select organisation_id, coalesce(min(vat_group_id), organisation_id) as filer_id, min(valid_from) as valid_from, max(filing) as filing
    from vat_registrations
    where organisation_id is not null and links_exact and not is_withheld
    group by organisation_id
"""
"""Kept as ``filers``: everybody registered for VAT, with the one that files for it: itself, or another member of its VAT group."""

FILED = """
    select coalesce(f.filer_id, d.organisation_id) as filer_id, d.month, d.record_id, d.links_exact,
        coalesce(d.turnover_ore, 0) as turnover_ore, coalesce(d.untaxed_sales_ore, 0) as untaxed_ore, coalesce(d.output_vat_ore, 0) as output_vat_ore,
        coalesce(d.input_vat_ore, 0) as input_vat_ore, coalesce(d.eu_purchases_ore, 0) as eu_ore,
        coalesce(d.reverse_charge_purchases_ore, 0) as reverse_charge_ore, coalesce(d.refund_ore, 0) as refund_ore
    from declared d left join filers f on f.organisation_id = d.organisation_id
"""
"""Kept as ``filed``: declarations by the one that files. Needs ``declared`` and ``filers``."""

IMPORTERS = """
    with told as (
        select filer_id, month, eu_ore as declared_ore, 0 as supplied_ore from filed where eu_ore > 0
        union all
        select f.filer_id, s.month, 0 as declared_ore, s.supplied_ore
        from eu_supplies s join filers f on f.organisation_id = s.organisation_id
        where s.supplied_ore > 0 and s.links_exact and not s.is_withheld
    ),
    by_month as (
        select filer_id, month, cast(greatest(sum(declared_ore), sum(supplied_ore)) as bigint) as bought_ore from told group by filer_id, month
    ),
    bought as (
        select filer_id, min(month) as first_month, cast(sum(bought_ore) as bigint) as bought_ore from by_month group by filer_id
    ),
    registered as (
        select organisation_id, min(registered_on) as registered_on from organisations where organisation_id is not null group by organisation_id
    ),
    taken_over as (
        select b.filer_id, max(e.happened_on) as taken_over_on
        from bought b join organisation_events e on e.organisation_id = b.filer_id
        where e.kind = 'owner_change' and e.links_exact and e.happened_on <= last_day(b.first_month)
        group by b.filer_id
    )
    select b.filer_id, b.first_month, b.bought_ore, f.filing,
        greatest(coalesce(r.registered_on, f.valid_from), f.valid_from, coalesce(t.taken_over_on, f.valid_from)) as since
    from bought b
    join filers f on f.organisation_id = b.filer_id
    left join registered r on r.organisation_id = b.filer_id
    left join taken_over t on t.filer_id = b.filer_id
    where b.bought_ore >= $least_ore and f.valid_from is not null
    order by b.filer_id
"""
"""One row a filer with purchases in the EU, as declared or as the sellers told, the larger of both: when they began, and since when it is what it is
(registered, registered for VAT, or under its present owner)."""

BOUGHT = """
    select b.filer_id as buyer_id, t.to_id, t.record_id, t.day, t.amount_ore, t.links_exact
    from transfers t join filers b on b.organisation_id = t.from_id
    where t.currency = 'SEK' and coalesce(t.kind, 'supplier') in ('supplier', 'other', 'transfer')
"""
"""Kept as ``bought``: what those registered for VAT pay. Needs ``filers``."""

SOLD = """
    select s.filer_id as seller_id, t.buyer_id, date_trunc('month', t.day) as month, t.record_id, t.amount_ore, t.links_exact
    from bought t join filers s on s.organisation_id = t.to_id
    where s.filer_id <> t.buyer_id
"""
"""Kept as ``sold``: what those registered for VAT pay one another; within a VAT group nothing is sold. Needs ``bought``, kept: were both ends sought at once,
an engine may pair every two filers first because they must differ (10 GB were not enough for 22,361 of them)."""

TRADE = """
    select seller_id, buyer_id, month, cast(sum(amount_ore) as bigint) as paid_ore,
        cast(sum(case when links_exact then amount_ore else 0 end) as bigint) as exact_ore
    from sold group by seller_id, buyer_id, month
"""
"""Kept as ``trade``: ``sold`` by month."""

BEHIND = """
    select 'payments' as register, y.filer_id, t.record_id, t.amount_ore
    from sold t join found_traders y on y.filer_id = t.seller_id
    where t.links_exact
    union all
    select 'tax_returns' as register, f.filer_id, f.record_id, 0 as amount_ore
    from filed f join found_traders y on y.filer_id = f.filer_id
    union all
    select 'eu_supplies' as register, f.filer_id, e.record_id, 0 as amount_ore
    from eu_supplies e join filers f on f.organisation_id = e.organisation_id join found_traders y on y.filer_id = f.filer_id
    where not e.is_withheld
    order by register, filer_id, record_id
"""
"""The rows behind the findings about ``found_traders``: what they were paid, declared and were supplied with."""
