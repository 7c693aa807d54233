"""What decisions on hours rest on: certificates, and what a later review left of the hours."""

from __future__ import annotations

from typing import Final

from follow_money.model import EntityKind, Party, Register
from follow_money.registers.contract.columns import (
    ORGANISATION,
    ORGANISATION_COLUMNS,
    PAYER,
    PERSON,
    PERSON_COLUMNS,
    PROGRAMME,
    category,
    date,
    minutes,
    number,
    spelling,
    text,
)

ASSESSMENTS: Final = Register(
    name="assessments",
    swedish="behovsbedömningar (intyg, beslutade timmar, omprövning)",
    text="Decisions on hours with who issued the certificate that they rest on, and what a later review left of them. No export of this kind exists: it is "
    "drawn from the payer's case files. Who issued a certificate, never what it says; no diagnosis; not which official decided (that is insider control).",
    columns=(
        text("decision_id", "the payer's id of the decision", required=True),
        PAYER,
        PROGRAMME,
        *PERSON_COLUMNS,
        *ORGANISATION_COLUMNS,
        number("certifier_number", "number of who issued the certificate (intygsutfärdare)"),
        spelling("certifier_name", "name of that person"),
        category(
            "certifier_kind",
            "profession of who issued it; certificates are compared within one",
            "doctor",
            "occupational_therapist",
            "psychologist",
            "nurse",
            "other",
        ),
        date("granted_from", "first day of the hours granted", required=True),
        category("granted_per", "what the minutes are counted by", "week", "month"),
        minutes("minutes_before", "granted time before this decision; empty or 0 where there was none"),
        minutes("granted_minutes", "granted time by this decision"),
        minutes("minutes_after_review", "granted time after a review of it; empty where there was none"),
        date("reviewed_on", "first day of the time after the review"),
        category(
            "review_ground",
            "why the review changed it: the need has changed, other practice of courts, or facts that were not as had been stated",
            "changed_need",
            "changed_practice",
            "wrong_facts",
        ),
    ),
    parties=(
        PERSON,
        ORGANISATION,
        Party(role="certifier", kind=EntityKind.PERSON, number="certifier_number", name="certifier_name"),
    ),
)
