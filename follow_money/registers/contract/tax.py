"""What organisations declared of themselves for tax."""

from __future__ import annotations

from typing import Final

from follow_money.model import Column, ColumnType, Register
from follow_money.registers.contract.columns import ORGANISATION, ORGANISATION_COLUMNS, date, ore

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
        ore("output_vat_ore", "output VAT on sales (boxes 10-12)"),
        ore("input_vat_ore", "input VAT (box 48)"),
        ore("eu_purchases_ore", "goods bought from other EU countries (box 20)"),
        ore("refund_ore", "VAT to be refunded (box 49 below zero)"),
        ore("wages_ore", "pay on which employer's fees are paid"),
        ore("sick_pay_ore", "total cost of sick pay (field 499; ended July 2024)"),
    ),
    parties=(ORGANISATION,),
)
