"""The mapping file: from a user's own files, columns, values, dates and signs to the register contract."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from follow_money.errors import UsageError
from follow_money.model import ColumnType, Purpose, Register
from follow_money.registers.blocked import blocked_attribute
from follow_money.registers.contract import REGISTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FORMAT: Final = 1
MAPPING_NAME: Final = "mapping.toml"
ANY_PAYER: Final = "*"
NOT_STATED: Final = "not stated"
SEPARATORS: Final = (";", ",", "\t", "|")

_DELIVERY_KEYS: Final = frozenset(
    ("register", "files", "payer", "purposes", "legal_basis", "encoding", "separator", "decimal", "sheet", "columns")
)
_COLUMN_KEYS: Final = frozenset(
    ("column", "constant", "format", "unit", "sign", "values", "otherwise", "true", "false", "empty")
)
_UNITS: Final = {ColumnType.ORE: ("kr", "ore"), ColumnType.MINUTES: ("minutes", "hours")}
_SIGNS: Final = ("as_is", "negate", "absolute")


@dataclass(frozen=True, kw_only=True)
class ColumnMapping:
    """Where one contract column comes from: the first of ``columns`` that a header has, else ``constant``.

    ``date_format`` is as `datetime.strptime` has it, or "excel" for a day number. ``values`` are texts of the file,
    in lower case,
    to texts of the contract.
    """

    columns: tuple[str, ...] = ()
    constant: str | None = None
    date_format: str | None = None
    unit: str | None = None
    sign: str = "as_is"
    values: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    true: tuple[str, ...] | None = None
    false: tuple[str, ...] | None = None
    empty: tuple[str, ...] = ()
    """Texts of the file that stand for nothing: "null", or a mask over a name."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Files of one register: whose programme they speak of, for which purposes, and how they are read.

    ``place`` names the delivery in messages. ``separator``, ``encoding`` and ``decimal`` are None where the bytes
    decide.
    """

    register: Register
    files: tuple[str, ...]
    payer: str
    purposes: tuple[Purpose, ...]
    legal_basis: str
    columns: Mapping[str, ColumnMapping]
    place: str
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    sheet: str | None = None


def read_mapping(path: Path) -> tuple[Delivery, ...]:
    """The deliveries that a mapping file describes.

    Raises UsageError, with file, delivery and column, for anything that is not understood.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"The mapping file {path} cannot be read ({error.strerror}). Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"The mapping file {path} is not valid TOML: {error}. Correct that line.") from error
    _known_keys(document, frozenset(("format", "delivery")), f"The mapping file {path}")
    if document.get("format") != FORMAT:
        raise UsageError(f"The mapping file {path} must say `format = {FORMAT}` on its first line.")
    deliveries = document.get("delivery")
    if not isinstance(deliveries, list) or not deliveries:
        raise UsageError(f"The mapping file {path} holds no [[delivery]]. Add one for each register.")
    return tuple(_delivery(table, f"{path.name}, delivery {n}") for n, table in enumerate(deliveries, start=1))


def contract_columns(register: Register) -> dict[str, ColumnMapping]:
    """The mapping of a file that already has the contract's own column names, amounts in öre and times in minutes."""
    return {
        column.name: ColumnMapping(
            columns=(column.name,),
            unit=_own_unit(column.type),
            constant="SEK" if column.name == "currency" else None,
        )
        for column in register.columns
    }


def _own_unit(type_: ColumnType) -> str | None:
    return {ColumnType.ORE: "ore", ColumnType.MINUTES: "minutes"}.get(type_)


def _delivery(table: dict[str, Any], place: str) -> Delivery:
    _known_keys(table, _DELIVERY_KEYS, place)
    register = _register(table, place)
    place = f"{place} ({register.name})"
    return Delivery(
        register=register,
        files=_texts(table, "files", place),
        payer=_text(table, "payer", place),
        purposes=_purposes(table, place),
        legal_basis=_text(table, "legal_basis", place),
        columns=_columns(table, register, place),
        place=place,
        encoding=_optional(table, "encoding", place),
        separator=_choice(table, "separator", SEPARATORS, place),
        decimal=_choice(table, "decimal", (",", "."), place),
        sheet=_optional(table, "sheet", place),
    )


def _register(table: dict[str, Any], place: str) -> Register:
    name = _text(table, "register", place)
    if name not in REGISTERS:
        raise UsageError(f"{place}: there is no register {name!r} in the contract.{suggestion(name, REGISTERS)}")
    return REGISTERS[name]


def _purposes(table: dict[str, Any], place: str) -> tuple[Purpose, ...]:
    names = _texts(table, "purposes", place)
    known = [purpose.value for purpose in Purpose]
    for name in names:
        if name not in known:
            raise UsageError(f"{place}: unknown purpose {name!r}. Use one of: {', '.join(known)}.")
    return tuple(Purpose(name) for name in names)


def _columns(table: dict[str, Any], register: Register, place: str) -> dict[str, ColumnMapping]:
    given = table.get("columns")
    if not isinstance(given, dict) or not given:
        raise UsageError(f"{place}: [delivery.columns] is missing. Say which file column each contract column is.")
    known = [column.name for column in register.columns]
    for name in given:
        if name not in known:
            raise UsageError(
                f"{place}: the register {register.name} has no column {name!r}.{suggestion(name, known)} "
                "Remove the line or correct the name."
            )
    columns = {name: _column(register, name, value, place) for name, value in given.items()}
    columns |= {name: value for name, value in _defaults(register, table).items() if name not in columns}
    missing = [column.name for column in register.columns if column.required and column.name not in columns]
    if missing:
        raise UsageError(
            f"{place}: the required column{'s' if len(missing) > 1 else ''} {', '.join(missing)} "
            f"of {register.name} {'are' if len(missing) > 1 else 'is'} not mapped. "
            "Name the file column, or give a { constant = ... }."
        )
    return {name: columns[name] for name in known if name in columns}


def _defaults(register: Register, table: dict[str, Any]) -> dict[str, ColumnMapping]:
    """What need not be written: the currency is SEK, the payer is the delivery's own."""
    names = {column.name for column in register.columns}
    defaults = {}
    if "currency" in names:
        defaults["currency"] = ColumnMapping(constant="SEK")
    if "payer" in names and table.get("payer") != ANY_PAYER:
        defaults["payer"] = ColumnMapping(constant=str(table.get("payer")))
    return defaults


def _column(register: Register, name: str, value: object, delivery: str) -> ColumnMapping:
    place = f"{delivery}, column {name}"
    if isinstance(value, str):
        value = {"column": value}
    if not isinstance(value, dict):
        raise UsageError(f'{place}: give the name of a file column, or a table such as {{ column = "…" }}.')
    _known_keys(value, _COLUMN_KEYS, place)
    if ("column" in value) == ("constant" in value):
        raise UsageError(f"{place}: give either `column` or `constant`.")
    names = value.get("column", [])
    columns = (names,) if isinstance(names, str) else _texts(value, "column", place) if names else ()
    if "column" in value and not all(column.strip() for column in columns or ("",)):
        raise UsageError(f"{place}: the name of the file column is empty. Write it, or remove the line.")
    for column in columns:
        attribute = blocked_attribute(column)
        if attribute is not None:
            raise UsageError(
                f"{place}: {column!r} holds a protected attribute ({attribute}), which is never loaded. Remove it."
            )
    type_ = register.column(name).type
    unit = _choice(value, "unit", _UNITS.get(type_, ()), place)
    constant = value.get("constant")
    return ColumnMapping(
        columns=columns,
        constant=None if constant is None else _plain_text(constant),
        date_format=_optional(value, "format", place),
        unit=unit or (_UNITS[type_][0] if type_ in _UNITS else None),
        sign=_choice(value, "sign", _SIGNS, place) or "as_is",
        values=_values(value, register.column(name).values, place),
        otherwise=_otherwise(value, register.column(name).values, place),
        true=_texts(value, "true", place) if "true" in value else None,
        false=_texts(value, "false", place) if "false" in value else None,
        empty=_texts(value, "empty", place) if "empty" in value else (),
    )


def _plain_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _values(table: dict[str, Any], allowed: tuple[str, ...], place: str) -> dict[str, str]:
    given = table.get("values", {})
    if not isinstance(given, dict):
        raise UsageError(f"{place}: `values` must be a table from the file's texts to the contract's.")
    for target in given.values():
        _allowed(target, allowed, place)
    return {str(source).strip().casefold(): str(target) for source, target in given.items()}


def _otherwise(table: dict[str, Any], allowed: tuple[str, ...], place: str) -> str | None:
    target = _optional(table, "otherwise", place)
    if target is not None:
        _allowed(target, allowed, place)
    return target


def _allowed(target: object, allowed: tuple[str, ...], place: str) -> None:
    if target not in allowed:
        detail = (
            f"Use one of: {', '.join(allowed)}." if allowed else "The column takes any text, so it has no `values`."
        )
        raise UsageError(f"{place}: {target!r} is not a value of the contract. {detail}")


def _known_keys(table: Mapping[str, Any], known: frozenset[str], place: str) -> None:
    for key in table:
        if key not in known:
            raise UsageError(
                f"{place}: unknown key {key!r}.{suggestion(key, known)} Known keys: {', '.join(sorted(known))}."
            )


def _text(table: dict[str, Any], key: str, place: str) -> str:
    value = _optional(table, key, place)
    if not value:
        raise UsageError(f'{place}: `{key}` is missing. Add {key} = "…".')
    return value


def _optional(table: dict[str, Any], key: str, place: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{place}: `{key}` must be a text in quotes.")
    return value


def _choice(table: dict[str, Any], key: str, allowed: tuple[str, ...], place: str) -> str | None:
    value = _optional(table, key, place)
    if value is not None and value not in allowed:
        detail = f"use one of {', '.join(map(repr, allowed))}" if allowed else "this column does not take it"
        raise UsageError(f"{place}: `{key} = {value!r}`: {detail}.")
    return value


def _texts(table: dict[str, Any], key: str, place: str) -> tuple[str, ...]:
    value = table.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
        raise UsageError(f'{place}: `{key}` must be a list of texts, e.g. {key} = ["…"].')
    return tuple(value)


def suggestion(name: str, known: Iterable[str]) -> str:
    """A sentence with the names that look most like this one, or nothing."""
    lowered = {other.casefold(): other for other in known}
    close = difflib.get_close_matches(name.casefold(), lowered, n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(lowered[match] for match in close)}?" if close else ""
