"""How columns and parties of registers are written, and those that many registers have in common."""

from __future__ import annotations

from follow_money.model import Column, ColumnType, EntityKind, Party
from follow_money.registers.contract.programmes import PROGRAMMES


def text(column: str, says: str, *, required: bool = False, restricted: bool = False) -> Column:
    """A text."""
    return Column(name=column, type=ColumnType.TEXT, text=says, required=required, restricted=restricted)


def number(column: str, says: str) -> Column:
    """An identity number, restricted."""
    return Column(name=column, type=ColumnType.NUMBER, text=says, restricted=True)


def spelling(column: str, says: str) -> Column:
    """A name, restricted."""
    return text(column, says, restricted=True)


def date(column: str, says: str, *, required: bool = False, restricted: bool = False) -> Column:
    """A calendar day."""
    return Column(name=column, type=ColumnType.DATE, text=says, required=required, restricted=restricted)


def instant(column: str, says: str, *, required: bool = False) -> Column:
    """An instant."""
    return Column(name=column, type=ColumnType.INSTANT, text=says, required=required)


def ore(column: str, says: str, *, required: bool = False) -> Column:
    """An amount in öre."""
    return Column(name=column, type=ColumnType.ORE, text=says, unit="öre", required=required)


def minutes(column: str, says: str, *, required: bool = False) -> Column:
    """A duration in minutes."""
    return Column(name=column, type=ColumnType.MINUTES, text=says, unit="minutes", required=required)


def flag(column: str, says: str) -> Column:
    """Yes or no."""
    return Column(name=column, type=ColumnType.BOOLEAN, text=says)


def category(column: str, says: str, *values: str, required: bool = False) -> Column:
    """One of ``values``."""
    return Column(name=column, type=ColumnType.CATEGORY, text=says, values=values, required=required)


PROGRAMME = category("programme", "the public programme that pays", *PROGRAMMES, required=True)
CURRENCY = text("currency", "ISO 4217 code; SEK when the mapping says nothing else", required=True)
PAYER = text("payer", "the authority or committee that pays, as a code", required=True)

ORGANISATION = Party(
    role="organisation", kind=EntityKind.ORGANISATION, number="organisation_number", name="organisation_name"
)
ORGANISATION_COLUMNS = (
    number("organisation_number", "organisation number (organisationsnummer)"),
    spelling("organisation_name", "name of the organisation as this register spells it"),
)
PERSON = Party(role="person", kind=EntityKind.PERSON, number="person_number", name="person_name")
PERSON_COLUMNS = (
    number("person_number", "personal, coordination or interim number"),
    spelling("person_name", "name of the person as this register spells it"),
)
ADDRESS_COLUMNS = (
    text("street", "street, number, flat (lgh), c/o or box", restricted=True),
    text("postcode", "postcode", restricted=True),
    text("city", "post town", restricted=True),
    text("phone", "telephone number", restricted=True),
)
