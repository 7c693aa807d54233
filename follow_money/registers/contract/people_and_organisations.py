"""Organisations, persons and what they are to each other."""

from __future__ import annotations

from typing import Final

from follow_money.model import EntityKind, Party, Register
from follow_money.registers.contract.columns import (
    ADDRESS_COLUMNS,
    ORGANISATION,
    ORGANISATION_COLUMNS,
    PERSON,
    PERSON_COLUMNS,
    category,
    date,
    flag,
    number,
    spelling,
    text,
)

ORGANISATIONS: Final = Register(
    name="organisations",
    swedish="organisationer (Bolagsverket, SCB, kommunens föreningsregister)",
    text="Companies, associations, foundations, religious communities and sole traders, one row each and source.",
    columns=(
        *ORGANISATION_COLUMNS,
        text("legal_form", "legal form as a code, e.g. AB, HB, EK, I, TSF, E"),
        text("industry_code", "industry (SNI) code"),
        date("registered_on", "when it was registered"),
        date("deregistered_on", "when it was struck off"),
        category(
            "postal_region",
            "first digit of the postcode of its seat; read off the address where the file tells none",
            *"123456789",
        ),
        *ADDRESS_COLUMNS,
    ),
    parties=(
        Party(
            role="organisation",
            kind=EntityKind.ORGANISATION,
            number="organisation_number",
            name="organisation_name",
            street="street",
            postcode="postcode",
            city="city",
            phone="phone",
        ),
    ),
)

PERSONS: Final = Register(
    name="persons",
    swedish="folkbokföring",
    text="Persons as the population register tells them. Only what linkage needs; nothing else is loaded.",
    columns=(
        *PERSON_COLUMNS,
        date("birth_date", "date of birth", restricted=True),
        *ADDRESS_COLUMNS,
        date("died_on", "day of death"),
        flag("is_protected", "protected identity: every row that names this person is withheld"),
    ),
    parties=(
        Party(
            role="person",
            kind=EntityKind.PERSON,
            number="person_number",
            name="person_name",
            birth_date="birth_date",
            street="street",
            postcode="postcode",
            city="city",
            phone="phone",
        ),
    ),
)

FOREIGN_PERSONS: Final = Register(
    name="foreign_persons",
    swedish="utlandets folkregister (personer i ett annat lands register)",
    text="Persons as a register of another country tells them; nobody has a Swedish number here. They are linked by name, birth date, address and telephone, "
    "under the same rules of what never is one person as all others; what is not sure is left for a person to judge. Which country it is, is not loaded.",
    columns=(
        spelling("person_name", "name of the person as this register spells it"),
        date("birth_date", "date of birth", restricted=True),
        text(
            "foreign_number",
            "the person's number in that register, as text, with the country before it where one file holds several; never read as a Swedish number",
            restricted=True,
        ),
        *ADDRESS_COLUMNS,
    ),
    parties=(
        Party(
            role="person",
            kind=EntityKind.PERSON,
            name="person_name",
            birth_date="birth_date",
            street="street",
            postcode="postcode",
            city="city",
            phone="phone",
            source_key="foreign_number",
        ),
    ),
    is_of_another_country=True,
)

RELATIONS: Final = Register(
    name="relations",
    swedish="relationer (god man, förvaltare, hushåll)",
    text="Lawful ties between persons, read only as an explanation: a guardian's account, a shared household.",
    columns=(
        *PERSON_COLUMNS,
        number("other_number", "number of the other person"),
        spelling("other_name", "name of the other person"),
        category("kind", "guardian: person acts for other", "guardian", "household", "family", required=True),
        date("valid_from", "first day"),
        date("valid_to", "last day, empty while it lasts"),
    ),
    parties=(
        PERSON,
        Party(role="other", kind=EntityKind.PERSON, number="other_number", name="other_name"),
    ),
)

ROLES: Final = Register(
    name="roles",
    swedish="funktionärer och huvudmän",
    text="Who represents, owns or audits an organisation, and when.",
    columns=(
        *ORGANISATION_COLUMNS,
        *PERSON_COLUMNS,
        date("birth_date", "date of birth where no number is given", restricted=True),
        category(
            "role",
            "what the person is to the organisation",
            "owner",
            "beneficial_owner",
            "board_member",
            "deputy",
            "chair",
            "managing_director",
            "signatory",
            "treasurer",
            "auditor",
            "accountant",
            "administrator",
            required=True,
        ),
        date("valid_from", "first day"),
        date("valid_to", "last day, empty while it lasts"),
    ),
    parties=(
        ORGANISATION,
        Party(
            role="person",
            kind=EntityKind.PERSON,
            number="person_number",
            name="person_name",
            birth_date="birth_date",
        ),
    ),
)
