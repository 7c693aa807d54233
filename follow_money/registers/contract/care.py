"""Care paid by the visit: dental care and primary care."""

from __future__ import annotations

from typing import Final

from follow_money.model import EntityKind, Party, Register
from follow_money.registers.contract.columns import (
    CURRENCY,
    ORGANISATION,
    ORGANISATION_COLUMNS,
    PAYER,
    PROGRAMME,
    category,
    flag,
    instant,
    number,
    ore,
    spelling,
    text,
)

VISITS: Final = Register(
    name="visits",
    swedish="besök (tandvårdsstöd, vårdval)",
    text="Visits that a dental clinic or health centre was paid for, one row an item billed: who was with whom, when. No export of this kind exists: "
    "it is drawn from the payer's claims system, and whether a note exists is asked for beside it. Tariff codes only, never a diagnosis.",
    columns=(
        text("visit_id", "id of the row in the payer's system", required=True),
        PAYER,
        PROGRAMME,
        *ORGANISATION_COLUMNS,
        number("patient_number", "number of the patient"),
        spelling("patient_name", "name of the patient"),
        number("practitioner_number", "number of the dentist, doctor or nurse who is said to have treated"),
        spelling("practitioner_name", "name of that person"),
        instant("starts_at", "start of the visit", required=True),
        instant("ends_at", "end of the visit"),
        instant("entered_at", "when it was entered"),
        text("code", "tariff code of what was billed (åtgärdskod); never a diagnosis"),
        ore("amount_ore", "amount paid for the row", required=True),
        CURRENCY,
        flag("has_note", "whether the clinic's records hold a note on the visit"),
        category(
            "setting",
            "emergency: a clinic open at night; away: at a care home or at home; remote: by telephone or picture; "
            "group: several patients at once, as a vaccination round",
            "clinic",
            "emergency",
            "away",
            "remote",
            "group",
        ),
        text("corrects_visit_id", "the row that this one replaces"),
    ),
    parties=(
        ORGANISATION,
        Party(role="patient", kind=EntityKind.PERSON, number="patient_number", name="patient_name"),
        Party(role="practitioner", kind=EntityKind.PERSON, number="practitioner_number", name="practitioner_name"),
    ),
)
