"""Profiles: which registers and payers a body may read. A delivery outside the profile is not read, and said so."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from importlib import resources
from typing import TYPE_CHECKING, Final

from follow_money.errors import UsageError
from follow_money.registers.contract import REGISTERS
from follow_money.registers.mapping import ANY_PAYER, Delivery, suggestion

if TYPE_CHECKING:
    from pathlib import Path

ANY: Final = "*"
_KEYS: Final = frozenset(("swedish", "payers", "registers", "note"))


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Who looks: the registers that such a body can lawfully hold, the payers whose programmes it may read."""

    name: str
    swedish: str
    payers: tuple[str, ...]
    registers: tuple[str, ...]
    note: str
    reads_officials: bool = False

    def with_officials(self, is_open: bool) -> Profile:  # noqa: FBT001  # the one thing that it says
        """The profile that also reads registers of what officials did, if that is open."""
        return replace(self, reads_officials=is_open)

    def refuses(self, delivery: Delivery) -> str | None:
        """Why the delivery is not read under this profile, or None when it is."""
        if ANY not in self.registers and delivery.register.name not in self.registers:
            return f"the profile {self.name} does not hold the register {delivery.register.name}"
        if ANY not in self.payers and delivery.payer not in (ANY_PAYER, *self.payers):
            return f"the profile {self.name} does not read the payer {delivery.payer}"
        if delivery.register.is_of_officials and not self.reads_officials:
            return f"the register {delivery.register.name} tells what officials did, and is read only with the settings table [insider]"
        return None


def profiles(path: Path | None = None) -> dict[str, Profile]:
    """The profiles by name: those packaged, or those of a user's own file. Raises UsageError."""
    source = f"The profiles file {path}" if path else "The packaged profiles file"
    try:
        text = (
            path.read_text(encoding="utf-8-sig")
            if path
            else resources.files("follow_money.registers").joinpath("profiles.toml").read_text(encoding="utf-8")
        )
        document = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{source} cannot be read ({error.strerror}). Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{source} is not valid TOML: {error}. Correct that line.") from error
    return {name: _profile(name, table, f"{source}, profile {name}") for name, table in document.items()}


def profile(name: str, path: Path | None = None) -> Profile:
    """The profile of that name. Raises UsageError when there is none."""
    known = profiles(path)
    if name not in known:
        raise UsageError(f"There is no profile {name!r}.{suggestion(name, known)} Known profiles: {', '.join(known)}.")
    return known[name]


def _profile(name: str, table: object, place: str) -> Profile:
    if not isinstance(table, dict):
        raise UsageError(f"{place} must be a table with {', '.join(sorted(_KEYS))}.")
    for key in table:
        if key not in _KEYS:
            raise UsageError(f"{place}: unknown key {key!r}. Known keys: {', '.join(sorted(_KEYS))}.")
    for key in ("payers", "registers"):
        if not isinstance(table.get(key), list) or not all(isinstance(item, str) for item in table[key]):
            raise UsageError(f'{place}: `{key}` must be a list of texts; ["*"] means any.')
    for register in table["registers"]:
        if register != ANY and register not in REGISTERS:
            raise UsageError(f"{place}: there is no register {register!r}.{suggestion(register, REGISTERS)}")
    return Profile(
        name=name,
        swedish=str(table.get("swedish", name)),
        payers=tuple(table["payers"]),
        registers=tuple(table["registers"]),
        note=str(table.get("note", "")),
    )
