"""Declarations for tax as they stand: one row an organisation and month, the latest; as SQL."""

from __future__ import annotations

DECLARED = """
    with numbered as (
        select record_id, organisation_id, month, turnover_ore, untaxed_sales_ore, output_vat_ore, input_vat_ore, eu_purchases_ore,
            reverse_charge_purchases_ore, refund_ore, wages_ore, sick_pay_ore, links_exact, row_number() over (
            partition by organisation_id, month order by received_on desc nulls last, length(record_id) desc, record_id desc
        ) as newest_first
        from tax_returns where organisation_id is not null and month is not null and not is_withheld
    )
    select record_id, organisation_id, month, turnover_ore, untaxed_sales_ore, output_vat_ore, input_vat_ore, eu_purchases_ore,
        reverse_charge_purchases_ore, refund_ore, wages_ore, sick_pay_ore, links_exact
    from numbered where newest_first = 1
"""
"""Kept as ``declared``."""
