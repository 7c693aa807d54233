"""What a description says, in words of both languages: its fields, the register and the role that it stands in, and what ties it to its entity."""

from __future__ import annotations

from typing import Final

from follow_money.registers.contract import REGISTERS

FIELDS: Final = {
    "register": "register",
    "role": "roll",
    "number": "nummer",
    "name": "namn",
    "birth_date": "födelsedatum",
    "street": "adress",
    "postcode": "postnummer",
    "city": "postort",
    "phone": "telefon",
    "account": "konto",
    "source_key": "registrets egen nyckel",
    "records": "rader",
}
"""The fields of `entities.mentions`, with their Swedish names."""

ROLES: Final = {
    "account": "konto",
    "administrator": "förvaltare",
    "certifier": "intygsutfärdare",
    "counterpart": "motpart",
    "holder": "kontohavare",
    "leader": "ledare",
    "official": "handläggare",
    "organisation": "organisation",
    "other": "den andra",
    "participant": "deltagare",
    "patient": "patient",
    "payee": "mottagare",
    "payee_account": "mottagarens konto",
    "payer": "betalare",
    "payer_account": "betalarens konto",
    "person": "person",
    "practitioner": "behandlare",
    "source": "finansiär",
    "staff": "personal",
    "supplier": "leverantör",
    "user": "brukare",
    "vat_group": "momsgrupp",
    "vehicle": "fordon",
}
"""The parties of the contract's registers, with their Swedish names."""

TIES: Final = {
    "exact_number": ("samma giltiga nummer", "same valid number"),
    "wrong_number": ("samma felaktiga nummer", "same wrong number"),
    "exact_source_key": ("samma nyckel i registret", "same key of the register"),
    "exact_account": ("samma konto", "same account"),
    "same_name": ("samma registrerade namn", "same registered name"),
    "linked": ("länkad", "linked"),
    "judged": ("bedömd", "judged"),
    "alone": ("för sig", "alone"),
    "split": ("bedömd som någon annan", "judged to be somebody else"),
}
"""What ties a description to its entity (`entities.resolution_tables.WHY`), in Swedish and in English."""


def field_told(name: str, language: str) -> str:
    """The name of a field."""
    return FIELDS[name] if language == "sv" else name.replace("_", " ")


def register_told(name: str, language: str) -> str:
    """The register that a description stands in; of its Swedish name what stands before the brackets."""
    return REGISTERS[name].swedish.split(" (")[0] if language == "sv" else name.replace("_", " ")


def role_told(name: str, language: str) -> str:
    """The role that a description has there."""
    return ROLES[name] if language == "sv" else name.replace("_", " ")


def tie_told(why: str, language: str) -> str:
    """What ties it to its entity."""
    return TIES[why][0 if language == "sv" else 1]
