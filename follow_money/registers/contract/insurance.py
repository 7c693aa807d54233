"""What insurers were told."""

from __future__ import annotations

from typing import Final

from follow_money.model import EntityKind, Party, Register
from follow_money.registers.contract.columns import (
    CURRENCY,
    ORGANISATION,
    ORGANISATION_COLUMNS,
    PAYER,
    PERSON,
    PERSON_COLUMNS,
    category,
    date,
    ore,
    text,
)

INCIDENTS: Final = Register(
    name="incidents",
    swedish="skadeanmälningar (försäkringsbolag, gemensamt skaderegister)",
    text="Who was part of which traffic incident, one row a claim and person. Held by the insurers, who share in their claims register (GSR) that a claim "
    "exists, and not who was witness: as an export across insurers it does not exist.",
    columns=(
        text("claim_id", "the insurer's id of the claim", required=True),
        PAYER,
        *ORGANISATION_COLUMNS,
        text(
            "vehicle_registration",
            "registration number of the vehicle that was insured",
            required=True,
            restricted=True,
        ),
        date("occurred_on", "day of the incident", required=True),
        *PERSON_COLUMNS,
        category(
            "role",
            "what the person was in it; driver of the insured vehicle, counterparty: driver of the other one",
            "driver",
            "counterparty",
            "passenger",
            "witness",
            required=True,
        ),
        ore("amount_ore", "paid for the claim in all, the same on each of its rows"),
        CURRENCY,
    ),
    parties=(
        ORGANISATION,
        PERSON,
        Party(role="vehicle", kind=EntityKind.ACCOUNT, account="vehicle_registration"),
    ),
)
