"""What organisations declared of themselves for tax."""

from __future__ import annotations

from typing import Final

from follow_money.model import Column, ColumnType, EntityKind, Party, Register
from follow_money.registers.contract.columns import (
    ORGANISATION,
    ORGANISATION_COLUMNS,
    category,
    date,
    number,
    ore,
    spelling,
)

TAX_RETURNS: Final = Register(
    name="tax_returns",
    swedish="skattedeklarationer (moms och arbetsgivare)",
    text="VAT and employer's declarations, one row an organisation and month; a later row for the same month replaces an earlier one. Held by Skatteverket; "
    "others get single answers. Quarterly and yearly filers have a row in the months in which they file.",
    columns=(
        *ORGANISATION_COLUMNS,
        Column(name="month", type=ColumnType.MONTH, text="the month declared", required=True),
        date("received_on", "when the declaration was received"),
        ore("turnover_ore", "turnover, exempt sales and sales abroad included (boxes 05-08, 35-42)"),
        ore("untaxed_sales_ore", "of it sales without Swedish VAT: abroad, reverse charge, exempt (boxes 35-42)"),
        ore("output_vat_ore", "output VAT on sales (boxes 10-12)"),
        ore("input_vat_ore", "input VAT (box 48)"),
        ore("eu_purchases_ore", "goods bought from other EU countries (box 20)"),
        ore("reverse_charge_purchases_ore", "bought within Sweden under reverse charge (boxes 23-24)"),
        ore("refund_ore", "VAT to be refunded (box 49 below zero)"),
        ore("wages_ore", "pay on which employer's fees are paid"),
        ore("sick_pay_ore", "total cost of sick pay (field 499; ended July 2024)"),
    ),
    parties=(ORGANISATION,),
)

VAT_REGISTRATIONS: Final = Register(
    name="vat_registrations",
    swedish="momsregistrering (VIES)",
    text="Who is registered for VAT, and when, as VIES answers for one number at a time; how often it files, and the VAT group (momsgrupp) that files "
    "for it, are known to Skatteverket alone.",
    columns=(
        *ORGANISATION_COLUMNS,
        date("valid_from", "first day of the VAT number"),
        category("filing", "how often it files", "month", "quarter", "year"),
        number("vat_group_number", "number of the organisation that files for it, where it is a member of a VAT group"),
        spelling("vat_group_name", "name of that organisation"),
    ),
    parties=(
        ORGANISATION,
        Party(role="vat_group", kind=EntityKind.ORGANISATION, number="vat_group_number", name="vat_group_name"),
    ),
)

EU_SUPPLIES: Final = Register(
    name="eu_supplies",
    swedish="leveranser från EU-länder (periodisk sammanställning)",
    text="What sellers in other EU countries told their own tax authority that they supplied to a Swedish VAT number, one row a buyer and month. "
    "Held by Skatteverket, some months late.",
    columns=(
        *ORGANISATION_COLUMNS,
        Column(name="month", type=ColumnType.MONTH, text="the month of supply", required=True),
        ore("supplied_ore", "goods supplied, without VAT, in kronor", required=True),
    ),
    parties=(ORGANISATION,),
)
