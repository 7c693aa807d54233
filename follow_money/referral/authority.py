"""An authority that packets are written to: what it decides, and which columns of which register it may receive."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from follow_money.errors import UsageError
from follow_money.registers.contract import REGISTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER: Final = files("follow_money.referral") / "authorities"
_KEYS: Final = frozenset(
    {
        "format",
        "code",
        "name_sv",
        "name_en",
        "decides_sv",
        "decides_en",
        "programmes",
        "payers",
        "gateways",
        "person_roles",
        "registers",
    }
)


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """The columns of one register that may be handed over: of rows of the authority's own programmes, and of others.

    ``other_programmes`` is empty: rows of other programmes are not handed over at all.
    """

    columns: tuple[str, ...]
    other_programmes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Authority:
    """A recipient. ``registers`` is its allow-list; a register that it lacks is never handed over."""

    code: str
    name_sv: str
    name_en: str
    decides_sv: str
    decides_en: str
    programmes: tuple[str, ...]
    payers: tuple[str, ...]
    gateways: tuple[str, ...]
    person_roles: tuple[str, ...]
    registers: Mapping[str, Allowed]

    def concerns(self, programme: str | None, payer: str | None) -> bool:
        """Whether a hit or row of that programme and payer is this authority's. A payer that is not known does not
        rule it out.
        """
        return programme in self.programmes and (payer in (None, "*") or payer in self.payers)


def authority_codes() -> tuple[str, ...]:
    """The codes of all authorities that a packet can be written to."""
    return tuple(
        sorted(entry.name.removesuffix(".toml") for entry in _FOLDER.iterdir() if entry.name.endswith(".toml"))
    )


def find_authority(code: str) -> Authority:
    """The authority of that code. Raises UsageError when there is none, or when its file breaks the contract."""
    if code not in authority_codes():
        raise UsageError(
            f"There is no authority '{code}'. Those that a packet can be written to: {', '.join(authority_codes())}."
        )
    return parse_authority(tomllib.loads((_FOLDER / f"{code}.toml").read_text(encoding="utf-8")))


def parse_authority(told: Mapping[str, Any]) -> Authority:
    """An authority from the content of its file. Raises UsageError, naming the key, register or column that is
    wrong.
    """
    code = told.get("code", "?")
    wrong = sorted(set(told) ^ _KEYS)
    if wrong:
        raise UsageError(f"The file of authority '{code}' has unknown or missing keys: {', '.join(wrong)}.")
    if told["format"] != 1:
        raise UsageError(f"The file of authority '{code}' has format {told['format']}; this version reads format 1.")
    return Authority(
        code=told["code"],
        name_sv=told["name_sv"],
        name_en=told["name_en"],
        decides_sv=told["decides_sv"],
        decides_en=told["decides_en"],
        programmes=tuple(told["programmes"]),
        payers=tuple(told["payers"]),
        gateways=tuple(told["gateways"]),
        person_roles=tuple(told["person_roles"]),
        registers={name: _allowed(code, name, columns) for name, columns in told["registers"].items()},
    )


def _allowed(code: str, name: str, told: Mapping[str, list[str]]) -> Allowed:
    if name not in REGISTERS:
        raise UsageError(
            f"The file of authority '{code}' names register '{name}', which the register contract does not have."
        )
    known = {column.name for column in REGISTERS[name].columns}
    unknown = sorted({column for columns in told.values() for column in columns} - known)
    if unknown or not set(told) <= {"columns", "other_programmes"}:
        raise UsageError(
            f"The file of authority '{code}' lists for register '{name}' what the contract lacks: {', '.join(unknown)}."
        )
    return Allowed(columns=tuple(told["columns"]), other_programmes=tuple(told.get("other_programmes", ())))
