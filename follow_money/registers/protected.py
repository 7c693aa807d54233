"""Protected identities (skyddade personuppgifter): gathered before all else, withheld from everything that is written.

A row that names a protected person stays with its hours and sums, without any column that identifies that person; in
the
population register itself it is left out. Numbers are compared by their last ten characters, so the century does not
matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.model import ARROW_TYPES, EntityKind, Party, Register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from follow_money.registers.dates import Flags

_KEY_LENGTH: Final = 10
_NUMBER_LIKE: Final = re.compile(r"[0-9](?:[-+ ./]?[0-9TFtf]){9,}")
_NOT_ALPHANUMERIC: Final = re.compile(r"[^0-9A-Za-z]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_HOLDER_OF: Final = {"account": "holder"}
_ACCOUNT_SUFFIX: Final = "_account"


@dataclass(frozen=True)
class Protected:
    """The numbers and accounts of protected persons, as keys."""

    numbers: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.numbers or self.accounts)

    def named_by(self, register: Register, columns: Mapping[str, pa.Array], rows: int) -> dict[str, Flags]:
        """For each group of a person and their account, the rows that name a protected one."""
        named: dict[str, Flags] = {}
        for party in register.parties:
            keys = self.accounts if party.kind is EntityKind.ACCOUNT else self.numbers
            name = party.account if party.kind is EntityKind.ACCOUNT else party.number
            if name is None or not keys:
                continue
            flags = _among(columns[name], keys)
            if flags.any():
                group = _group(party)
                named[group] = named.get(group, np.zeros(rows, dtype=bool)) | flags
        return named

    def in_text(self, text: str) -> bool:
        """Whether a raw text holds the number or the account of a protected person, however it is spaced or broken."""
        if not self:
            return False
        text = _CONTROL.sub("", text)
        for match in _NUMBER_LIKE.finditer(text):
            digits = _NOT_ALPHANUMERIC.sub("", match.group()).upper()
            if any(digits[i : i + _KEY_LENGTH] in self.numbers for i in range(len(digits) - _KEY_LENGTH + 1)):
                return True
        squeezed = _NOT_ALPHANUMERIC.sub("", text).upper()
        return any(account in squeezed for account in self.accounts)


def number_keys(numbers: pa.Array) -> pa.Array:
    """What numbers are compared by: their last ten letters and digits."""
    squeezed = pc.ascii_upper(pc.replace_substring_regex(numbers, r"[^0-9A-Za-z]", ""))
    return pc.utf8_slice_codeunits(squeezed, start=-_KEY_LENGTH)


def account_keys(accounts: pa.Array) -> pa.Array:
    """What accounts are compared by: all their letters and digits."""
    return pc.ascii_upper(pc.replace_substring_regex(accounts, r"[^0-9A-Za-z]", ""))


def key_set(keys: pa.Array) -> frozenset[str]:
    """Distinct keys that are not empty."""
    return frozenset(key for key in pc.unique(keys).to_pylist() if key)


def _among(values: pa.Array, keys: Iterable[str]) -> Flags:
    encoded = pc.dictionary_encode(values)
    distinct = number_keys(encoded.dictionary)
    whole = account_keys(encoded.dictionary)
    wanted = pa.array(sorted(keys), pa.string())
    hit = pc.or_(pc.is_in(distinct, wanted), pc.is_in(whole, wanted))
    flags = pc.fill_null(hit.take(encoded.indices), fill_value=False)
    return np.asarray(flags.to_numpy(zero_copy_only=False), dtype=bool)


def _group(party: Party) -> str:
    return _HOLDER_OF.get(party.role, party.role).removesuffix(_ACCOUNT_SUFFIX)


def without(register: Register, columns: Mapping[str, pa.Array], named: Mapping[str, Flags]) -> dict[str, pa.Array]:
    """The columns with everything empty that identifies a protected person, their account included."""
    kept = dict(columns)
    for party in register.parties:
        flags = named.get(_group(party))
        if flags is None:
            continue
        for name in party.columns():
            if register.column(name).restricted:
                nothing = pa.scalar(None, ARROW_TYPES[register.column(name).type])
                kept[name] = pc.if_else(pa.array(flags), nothing, kept[name])
    return kept
