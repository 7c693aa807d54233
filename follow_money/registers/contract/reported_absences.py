"""Absences that employers declare to the tax agency for those who may get parental benefit for them."""

from __future__ import annotations

from typing import Final

from follow_money.model import Register
from follow_money.registers.contract.columns import (
    ORGANISATION,
    ORGANISATION_COLUMNS,
    PERSON,
    PERSON_COLUMNS,
    date,
)

REPORTED_ABSENCES: Final = Register(
    name="reported_absences",
    swedish="frånvarouppgifter (AGI)",
    text="Days on which an employee was absent with parental benefit or for a sick child, as the employer declared them: since 1 January 2025, passed on to "
    "Försäkringskassan. Only for the claims under test.",
    columns=(
        *ORGANISATION_COLUMNS,
        *PERSON_COLUMNS,
        date("absent_on", "the day, or part of it", required=True),
    ),
    parties=(ORGANISATION, PERSON),
)
