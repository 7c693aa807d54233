"""Bankruptcies: who was declared bankrupt, when, and who administers the estate."""

from __future__ import annotations

from typing import Final

from follow_money.model import EntityKind, Party, Register
from follow_money.registers.contract.columns import (
    ORGANISATION,
    ORGANISATION_COLUMNS,
    category,
    date,
    number,
    spelling,
    text,
)

BANKRUPTCIES: Final = Register(
    name="bankruptcies",
    swedish="konkurser (lönegarantibeslut, konkursregister)",
    text="Bankruptcies with their administrator. What the guarantee paid each employee is a claim of the programme wage_guarantee. No common export "
    "exists: it is drawn from the county administrative board's decisions and the register of bankruptcies.",
    columns=(
        text("bankruptcy_id", "the court's id of the bankruptcy", required=True),
        *ORGANISATION_COLUMNS,
        date("declared_on", "when it was declared", required=True),
        number("administrator_number", "number of the administrator (konkursförvaltare)"),
        spelling("administrator_name", "name of that person"),
        category("proposer", "who proposed the administrator", "debtor", "creditor", "court"),
    ),
    parties=(
        ORGANISATION,
        Party(role="administrator", kind=EntityKind.PERSON, number="administrator_number", name="administrator_name"),
    ),
)
