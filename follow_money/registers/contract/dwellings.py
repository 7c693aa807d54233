"""Who is registered at which dwelling, and how large it is. A dwelling is a key: no address, no place."""

from __future__ import annotations

from typing import Final

from follow_money.model import Column, ColumnType, Register
from follow_money.registers.contract.columns import PERSON, PERSON_COLUMNS, category, date, text

RESIDENCES: Final = Register(
    name="residences",
    swedish="folkbokföring per lägenhet",
    text="Who was registered at a dwelling, and when. Only for the decisions under test. The key tells dwellings apart and nothing of where they are; it is "
    "empty where the dwelling number (lägenhetsnummer) is missing, and for an address care of somebody (c/o).",
    columns=(
        *PERSON_COLUMNS,
        text("dwelling_id", "the delivering system's key of the dwelling; never an address"),
        date("valid_from", "first day", required=True),
        date("valid_to", "last day, empty while it lasts"),
    ),
    parties=(PERSON,),
)

DWELLINGS: Final = Register(
    name="dwellings",
    swedish="lägenhetsregister",
    text="Dwellings by size and kind, under the key of the residences.",
    columns=(
        text("dwelling_id", "the delivering system's key of the dwelling", required=True),
        Column(name="rooms", type=ColumnType.INTEGER, text="rooms, the kitchen not counted", unit="rooms"),
        category("kind", "what it is", "ordinary", "student", "staff", "care", "other"),
    ),
)
