"""The documentation page of the register contract, generated from the contract itself.

``python -m follow_money.registers.contract_page > docs/register-contract.md`` writes it again.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from follow_money.model import Column, ColumnType, EntityKind, Party, Register
from follow_money.registers.contract import REGISTERS

if TYPE_CHECKING:
    from collections.abc import Iterator

_TYPES = {
    ColumnType.TEXT: "text, trimmed; empty is null",
    ColumnType.NUMBER: "identity number, text exactly as delivered; a leading zero is never lost",
    ColumnType.DATE: "calendar day",
    ColumnType.MONTH: "calendar month, stored as its first day",
    ColumnType.INSTANT: "point in time, stored as UTC; without a zone it is read as Europe/Stockholm",
    ColumnType.ORE: "amount in whole öre (the hundredth of the row's currency)",
    ColumnType.MINUTES: "length of time in whole minutes",
    ColumnType.INTEGER: "whole number",
    ColumnType.BOOLEAN: "true or false",
    ColumnType.CATEGORY: "one of the listed values",
}
_KINDS = {
    EntityKind.PERSON: "a person",
    EntityKind.ORGANISATION: "an organisation",
    EntityKind.PARTY: "a person or an organisation",
    EntityKind.ACCOUNT: "an account",
}


def contract_page() -> str:
    """The page in Markdown."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# Register contract"
    yield ""
    yield "This page is generated from `follow_money/registers/contract/`; a test holds them equal."
    yield ""
    yield "A delivery may hold any of these registers, with any of their columns. A row without a *required* column is"
    yield "quarantined. A *restricted* column identifies somebody: it stays in the restricted folder, up to `resolve`."
    yield "A row may lack an identity number, and a party altogether."
    yield ""
    yield "Every loaded row also has `record_id` (the first 12 hex digits of its file's SHA-256, a colon, its line) and"
    yield "`is_withheld` (it names a protected identity: what identifies that person is empty)."
    yield ""
    yield "## Types"
    yield ""
    yield "| type | what it is |"
    yield "|---|---|"
    yield from (f"| {type_.value} | {text} |" for type_, text in _TYPES.items())
    yield ""
    yield "## Registers"
    yield ""
    yield "| register | Swedish | columns |"
    yield "|---|---|---|"
    yield from (f"| [{r.name}](#{r.name}) | {r.swedish} | {len(r.columns)} |" for r in REGISTERS.values())
    for register in REGISTERS.values():
        yield ""
        yield from _register(register)


def _register(register: Register) -> Iterator[str]:
    yield f"### {register.name}"
    yield ""
    yield f"*{register.swedish}.* {register.text}"
    yield ""
    if register.is_of_officials:
        yield "It tells what officials did: read only where the settings table `[insider]` is filled in, and for the purpose `insider_control`."
        yield ""
    yield "| column | type | unit | required | restricted | meaning |"
    yield "|---|---|---|---|---|---|"
    yield from (_column(column) for column in register.columns)
    if register.parties:
        yield ""
        yield "Parties: " + "; ".join(_party(party) for party in register.parties) + "."


def _column(column: Column) -> str:
    values = f" Values: {', '.join(f'`{value}`' for value in column.values)}." if column.values else ""
    required, restricted = ("yes" if flag else "" for flag in (column.required, column.restricted))
    cells = (f"`{column.name}`", column.type.value, column.unit, required, restricted, f"{column.text}.{values}")
    return f"| {' | '.join(cells)} |"


def _party(party: Party) -> str:
    return f"`{party.role}` ({_KINDS[party.kind]}: {', '.join(f'`{name}`' for name in party.columns())})"


if __name__ == "__main__":
    sys.stdout.write(contract_page())
