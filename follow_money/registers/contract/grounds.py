"""What money is paid on: permits, contracts, decisions, claims and tariffs."""

from __future__ import annotations

from typing import Final

from follow_money.model import Column, ColumnType, Register
from follow_money.registers.contract.columns import (
    CURRENCY,
    ORGANISATION,
    ORGANISATION_COLUMNS,
    PAYER,
    PERSON,
    PERSON_COLUMNS,
    PROGRAMME,
    category,
    date,
    flag,
    minutes,
    ore,
    text,
)

PERMITS: Final = Register(
    name="permits",
    swedish="tillstånd (IVO, kommun, Finansinspektionen)",
    text="Permits to run an activity, and entries in a register that an activity needs, by period.",
    columns=(
        text("permit_id", "the authority's id of the permit", required=True),
        *ORGANISATION_COLUMNS,
        category(
            "kind",
            "which activity the permit is for; placement: homes for care (HVB) and consultants for family homes; serving: alcohol in a restaurant "
            "(serveringstillstånd), granted by the municipality; security: guards (bevakningsföretag), by Länsstyrelsen; "
            "currency_exchange: an exchange office (växlingskontor) in "
            "Finansinspektionen's register (lag 1996:1006), by permit from 1 July 2025",
            "assistance",
            "home_care",
            "placement",
            "serving",
            "security",
            "currency_exchange",
            "other",
            required=True,
        ),
        date("valid_from", "first day", required=True),
        date("valid_to", "last day, empty while it lasts"),
        category(
            "status",
            "state of the permit; a revocation that a court has stayed leaves the permit in force",
            "granted",
            "revoked",
            "stayed",
            "applied",
        ),
        date("applied_on", "when it was applied for or its change notified"),
        Column(name="seats", type=ColumnType.INTEGER, text="guests that a serving permit is for", unit="seats"),
    ),
    parties=(ORGANISATION,),
)

CONTRACTS: Final = Register(
    name="contracts",
    swedish="avtal (LOV, LOU)",
    text="Contracts between a payer and a provider.",
    columns=(
        text("contract_id", "the payer's id of the contract", required=True),
        PAYER,
        *ORGANISATION_COLUMNS,
        PROGRAMME,
        date("valid_from", "first day", required=True),
        date("valid_to", "last day, empty while it lasts"),
    ),
    parties=(ORGANISATION,),
)

DECISIONS: Final = Register(
    name="decisions",
    swedish="beslut",
    text="What a payer has granted: hours of assistance or home care, or a subsidised employment.",
    columns=(
        text("decision_id", "the payer's id of the decision", required=True),
        PAYER,
        PROGRAMME,
        *PERSON_COLUMNS,
        *ORGANISATION_COLUMNS,
        date("valid_from", "first day", required=True),
        date("valid_to", "last day, empty while it lasts"),
        minutes("granted_minutes", "granted time for each unit of granted_per"),
        category("granted_per", "what granted_minutes is counted by", "week", "month"),
        Column(
            name="settlement_months",
            type=ColumnType.INTEGER,
            text="months over which granted time may be moved (avräkningsperiod); empty is 1",
            unit="months",
        ),
        flag("allows_double", "double assistance was granted (dubbel assistans)"),
        flag("allows_hospital", "assistance during a hospital stay was granted"),
        ore("monthly_amount_ore", "subsidy or benefit granted a month"),
        Column(
            name="household_persons",
            type=ColumnType.INTEGER,
            text="persons of the household whom housing benefit was decided for",
            unit="persons",
        ),
        ore("approved_pay_ore", "gross pay a month that the subsidy was approved for"),
    ),
    parties=(PERSON, ORGANISATION),
)

CLAIMS: Final = Register(
    name="claims",
    swedish="räkningar och utbetalningar (FK 3057, fakturaunderlag, lönebidrag)",
    text="What a provider billed, or an employer was paid, for one person and period, and what was paid for it.",
    columns=(
        text("claim_id", "id of the bill, invoice line or payout", required=True),
        text("decision_id", "the decision it rests on"),
        text("contract_id", "the contract it rests on"),
        PAYER,
        PROGRAMME,
        *ORGANISATION_COLUMNS,
        *PERSON_COLUMNS,
        date("period_from", "first day", required=True),
        date("period_to", "last day", required=True),
        minutes("billed_minutes", "billed time"),
        Column(
            name="claimed_days",
            type=ColumnType.INTEGER,
            text="days of parental benefit claimed, whole or part",
            unit="days",
        ),
        Column(
            name="extent_percent",
            type=ColumnType.INTEGER,
            text="how much of each of them; empty is a whole day",
            unit="per cent",
        ),
        ore("amount_ore", "amount paid", required=True),
        CURRENCY,
        date("paid_on", "when it was paid"),
        text("corrects_claim_id", "the claim that this one replaces"),
    ),
    parties=(ORGANISATION, PERSON),
)

RATES: Final = Register(
    name="rates",
    swedish="taxor och timbelopp",
    text="Dated tariffs. Those packaged with the toolkit are used for kinds that no delivery holds.",
    columns=(
        category(
            "kind",
            "assistance_hour, home_care_hour, study_circle_hour: paid an hour of 60 minutes; labour_hour: lowest plausible gross pay an hour",
            "assistance_hour",
            "home_care_hour",
            "study_circle_hour",
            "labour_hour",
            required=True,
        ),
        date("valid_from", "first day", required=True),
        date("valid_to", "last day, empty while it lasts"),
        ore("amount_ore", "öre an hour", required=True),
    ),
)
