"""Serving of alcohol: what permit holders reported of sales and purchases, and how they said that the business is paid for."""

from __future__ import annotations

from typing import Final

from follow_money.model import EntityKind, Party, Register
from follow_money.registers.contract.columns import (
    CURRENCY,
    ORGANISATION,
    ORGANISATION_COLUMNS,
    date,
    number,
    ore,
    spelling,
    text,
)

SERVING_REPORTS: Final = Register(
    name="serving_reports",
    swedish="restaurangrapporter (serveringstillstånd)",
    text="Sales and purchases of goods of a restaurant with a serving permit, one row a permit and period; a later row for the same permit and period replaces "
    "an earlier one. No export of this kind exists: yearly sales stand in the report to the municipality, deliveries are asked of the wholesalers, and "
    "the memory of a cash register is read at a visit of Skatteverket.",
    columns=(
        text("permit_id", "the municipality's id of the permit", required=True),
        *ORGANISATION_COLUMNS,
        date("period_from", "first day", required=True),
        date("period_to", "last day", required=True),
        date("received_on", "when the report was received"),
        ore("sales_ore", "sales in the cash register, food and drink, without VAT"),
        ore("purchases_ore", "food and drink bought, without VAT"),
        CURRENCY,
    ),
    parties=(ORGANISATION,),
)

SERVING_FUNDS: Final = Register(
    name="serving_funds",
    swedish="finansiering (serveringstillstånd)",
    text="How the holder of a serving permit said that the business is paid for: own funds, loans with their contracts, one row a source. No export "
    "exists: it is drawn from the files of the municipality's permit unit, to which an applicant shows where the money comes from.",
    columns=(
        text("permit_id", "the municipality's id of the permit", required=True),
        *ORGANISATION_COLUMNS,
        number("source_number", "number of the lender, or of who puts in funds"),
        spelling("source_name", "name of that person or organisation"),
        ore("amount_ore", "the sum that was stated", required=True),
        CURRENCY,
    ),
    parties=(
        ORGANISATION,
        Party(role="source", kind=EntityKind.PARTY, number="source_number", name="source_name"),
    ),
)
