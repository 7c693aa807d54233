"""A draft of a mapping file, guessed from the headers in a folder, for a person to correct."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Final

from follow_money.errors import FollowMoneyError, InputError, UsageError
from follow_money.model import Column, ColumnType, Register
from follow_money.registers.blocked import blocked_attribute, plain
from follow_money.registers.contract import REGISTERS
from follow_money.registers.deliveries import open_source, read_bytes
from follow_money.registers.draft_words import SWEDISH
from follow_money.registers.mapping import MAPPING_NAME, ColumnMapping, Delivery

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_CLOSE: Final = 0.82
_READ: Final = (".csv", ".txt", ".tsv", ".skv", ".parquet", ".xlsx")
_HEAD: Final = """# A mapping drafted from the headers in the folder. Read every line: the guesses are by name alone.
# Say for each delivery whose programme it speaks of (payer), for which purposes, and on which legal basis.
# Dates need a format when day and month could be confused, amounts a unit (kr or ore) and a sign.
format = 1
"""


def draft_mapping(folder: Path) -> str:
    """A commented TOML mapping for the files of a folder; files with the same header share a delivery. Raises
    UsageError, InputError.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder. Give the folder with the exported registers.")
    groups: dict[tuple[str, ...], list[str]] = {}
    unread: list[str] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.name == MAPPING_NAME or path.suffix.lower() not in _READ:
            continue
        try:
            groups.setdefault(_header(path, name), []).append(name)
        except FollowMoneyError:
            unread.append(name)
    if not groups:
        raise InputError(
            f"The folder {folder} holds no file with a header that can be read. Put the exported registers there."
        )
    parts = [_HEAD, *(f"# Not understood: {name}\n" for name in unread)]
    parts += ["\n".join(_delivery(header, files)) + "\n" for header, files in groups.items()]
    return "\n".join(parts)


def _header(path: Path, name: str) -> tuple[str, ...]:
    """The header cells of a file: the row that holds most words that a register could have as a column."""
    words = tuple(sorted({word for names in _words().values() for word in names}))
    columns = {word: ColumnMapping(columns=(word,)) for word in words}
    any_register = Delivery(
        register=next(iter(REGISTERS.values())),
        files=(name,),
        payer="",
        purposes=(),
        legal_basis="",
        columns=columns,
        place=name,
    )
    return open_source(path, name, any_register, read_bytes(path, name)).header.cells


def _words() -> dict[str, tuple[str, ...]]:
    """What each contract column may be called in a header."""
    names = sorted({column.name for register in REGISTERS.values() for column in register.columns})
    return {name: (name, *SWEDISH.get(name, ())) for name in names}


def _delivery(header: Sequence[str], files: Sequence[str]) -> Iterator[str]:
    register, places = _best(header)
    yield "[[delivery]]"
    yield f"register = {_quoted(register.name)}   # guessed from {len(places)} of its {len(register.columns)} columns"
    yield f"files = {json.dumps(list(files), ensure_ascii=False)}"
    yield 'payer = "kommun"                # or forsakringskassan, arbetsformedlingen, …; "*" for a basic register'
    yield 'purposes = ["payment_control"]  # or supplier_control'
    yield 'legal_basis = "not stated"      # the paragraph that allows the delivery'
    yield ""
    yield "[delivery.columns]"
    for column in register.columns:
        if column.name in places:
            yield _column(column, places[column.name])
        elif column.required and column.name not in ("currency", "payer"):
            yield f'{column.name} = ""   # required: {column.text}'
        else:
            yield f'# {column.name} = ""   # {column.text}'
    for cell in header:
        if cell.strip() and cell not in places.values():
            attribute = blocked_attribute(cell)
            yield f"# not used: {' '.join(cell.split())}" + (
                f" (protected attribute: {attribute}, always dropped)" if attribute else ""
            )


def _best(header: Sequence[str]) -> tuple[Register, dict[str, str]]:
    guesses = [(register, _places(register, header)) for register in REGISTERS.values()]

    def fit(guess: tuple[Register, dict[str, str]]) -> tuple[int, float]:
        register, places = guess
        required = sum(1 for column in register.columns if column.required and column.name in places)
        return len(places) + required, len(places) / len(register.columns)

    return max(guesses, key=fit)


def _places(register: Register, header: Sequence[str]) -> dict[str, str]:
    """Contract column to header cell, each cell used once, exact names first."""
    words = _words()
    free = {plain(cell): cell for cell in header if cell.strip() and blocked_attribute(cell) is None}
    found: dict[str, str] = {}
    for is_exact in (True, False):
        for column in register.columns:
            if column.name in found:
                continue
            names = [plain(name) for name in words[column.name]]
            match = next((name for name in names if name in free), None)
            if match is None and not is_exact:
                close = [difflib.get_close_matches(name, free, n=1, cutoff=_CLOSE) for name in names]
                match = next((hits[0] for hits in close if hits), None)
            if match is not None:
                found[column.name] = free.pop(match)
    return found


def _column(column: Column, cell: str) -> str:
    name = _quoted(cell)
    if column.type is ColumnType.ORE:
        unit = "ore" if cell.strip().endswith("_ore") else "kr"
        return f'{column.name} = {{ column = {name}, unit = "{unit}" }}'
    if column.type is ColumnType.MINUTES:
        return f'{column.name} = {{ column = {name}, unit = "minutes" }}   # or hours'
    if column.type is ColumnType.CATEGORY:
        return f"{column.name} = {{ column = {name}, values = {{}} }}   # to {', '.join(column.values)}"
    return f"{column.name} = {name}"


def _quoted(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
