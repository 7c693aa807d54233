"""What those who were paid said of themselves: applications for grants and support."""

from __future__ import annotations

from typing import Final

from follow_money.model import Column, ColumnType, Register
from follow_money.registers.contract.columns import (
    CURRENCY,
    ORGANISATION,
    ORGANISATION_COLUMNS,
    PAYER,
    date,
    ore,
    text,
)

GRANTS: Final = Register(
    name="association_grants",
    swedish="föreningsbidrag (ansökan och beslut)",
    text="Grants to associations with what was stated for them. The figures stand in applications; few payers have them as an export. Creed, aims "
    "and names of members are no part of it.",
    columns=(
        text("grant_id", "the payer's id of the grant", required=True),
        PAYER,
        *ORGANISATION_COLUMNS,
        date("period_from", "first day of the period that the grant is for", required=True),
        date("period_to", "last day", required=True),
        ore("amount_ore", "amount granted", required=True),
        CURRENCY,
        date("paid_on", "when it was paid"),
        Column(
            name="members_claimed", type=ColumnType.INTEGER, text="members that the association stated", unit="members"
        ),
        ore("fee_ore", "membership fee a year that it stated; 0 where none is asked"),
    ),
    parties=(ORGANISATION,),
)

SUPPORT_APPLICATIONS: Final = Register(
    name="support_applications",
    swedish="ansökningar om stöd till företag (omställningsstöd)",
    text="What a company stated to be supported for lost turnover, and what was paid. Held by the agency that paid.",
    columns=(
        text("application_id", "the payer's id of the application", required=True),
        PAYER,
        *ORGANISATION_COLUMNS,
        date("period_from", "first day of the support period", required=True),
        date("period_to", "last day", required=True),
        date("reference_from", "first day of the period that it is compared with", required=True),
        date("reference_to", "last day", required=True),
        ore("turnover_ore", "turnover stated for the support period", required=True),
        ore("reference_turnover_ore", "turnover stated for the period that it is compared with", required=True),
        ore("amount_ore", "support paid", required=True),
        CURRENCY,
        date("paid_on", "when it was paid"),
    ),
    parties=(ORGANISATION,),
)
