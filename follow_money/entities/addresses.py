"""Addresses taken apart: street, number, letter, flat, postcode, post town, c/o and box.

The flat number (lägenhetsnummer, lgh) decides: the same stairwell is not the same flat. A missing one gives "same
building", never "same dwelling". Numbers are compared exactly. c/o is a relation to somebody else, a box a mail point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.names import fold
from follow_money.entities.per_distinct import per_distinct

_CARE_OF: Final = r"(?i)\bc\s*/\s*o\b\.?\s*(?P<co>[^,0-9]+?)(?:,|$)"
_CARE_OF_UNDIVIDED: Final = (
    r"(?i)^\s*c\s*/\s*o\b\.?\s*([^,0-9]+?)\s+(\pL+(?:gatan|gata|vägen|väg|stigen|gränd|plan|torget|torg|backen|allén"
    r"|[gv](?:\.|\s))\s*[0-9].*)$"
)
_BOX: Final = r"(?i)\b(?:p\.?\s?o\.?\s*box|(?:post)?box|fe|fack)\s*(?P<box>[0-9]+)"
_FLAT: Final = r"(?i)\b(?:lgh|l[äa]genhet|apt)\.?:?\s*(?P<lgh>[0-9]{3,4})\b"
_FLAT_UNNAMED: Final = r"^([^0-9]*[0-9]+\s?[A-Za-z]?)(?:\s*[/,]\s*|\s+)(1[0-9]{3})\s*$"
_WITHIN: Final = r"(?i)^\s*(?:plan|våning|vån|uppgång|uppg|port|hus|trapphus|trappa|lokal)\.?\s*[0-9]{1,3}\s*[a-z]?\s*,?\s+(\pL.*\s[0-9])"
_HOUSE: Final = (
    r"^[\s,]*(?P<street>[^0-9,]*?[^0-9,\s])[\s,]*(?P<number>[0-9]+(?::[0-9]+)?)\s*(?P<letter>[A-Za-z](?:\b))?"
)
_ABBREVIATIONS: Final = (
    (r"(?i)^([\s,]*)1:a\s+(\pL)", r"\1första \2"),
    (r"(?i)^([\s,]*)2:a\s+(\pL)", r"\1andra \2"),
    (r"(?i)^([\s,]*)3:e\s+(\pL)", r"\1tredje \2"),
    (r"(?i)^([\s,]*)4:e\s+(\pL)", r"\1fjärde \2"),
    (r"(?i)(\pL{2,})väg(\s+[0-9])", r"\1vägen\2"),
    (r"(?i)(\pL{2,})g(?:at|t)?\.", r"\1gatan "),
    (r"(?i)(\pL{2,})v(?:äg|ag)?\.", r"\1vägen "),
    (r"(?i)(\pL{2,})pl\.", r"\1plan "),
    (r"(?i)(\pL{2,})gr\.", r"\1gränd "),
    (r"(?i)(\pL{2,})st\.", r"\1stigen "),
    (r"(?i)(\pL{4,})g(?:at)?(\s+[0-9])", r"\1gatan\2"),
    (r"(?i)(\pL{4,})v(\s+[0-9])", r"\1vägen\2"),
    (r"(?i)\bs:?t\b\.?", "sankt"),
    (r"(?i)^\s*n(?::a|ra)?\.?\s+(\pL)", r"norra \1"),
    (r"(?i)^\s*s(?::a|dra)?\.?\s+(\pL)", r"södra \1"),
    (r"(?i)^\s*ö(?::a|stra)?\.?\s+(\pL)", r"östra \1"),
    (r"(?i)^\s*v(?::a|ästra)?\.?\s+(\pL)", r"västra \1"),
    (r"(?i)^\s*l(?::a|illa)\.?\s+(\pL)", r"lilla \1"),
)


@dataclass(frozen=True, kw_only=True)
class Address:
    """One address. Empty text where a part is missing. ``street`` is folded and written out in full."""

    street: str
    number: str
    letter: str
    lgh: str
    postcode: str
    city: str
    co: str
    box: str


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Many addresses, a column each, empty text where missing."""

    street: pa.Array
    number: pa.Array
    letter: pa.Array
    lgh: pa.Array
    postcode: pa.Array
    city: pa.Array
    co: pa.Array
    box: pa.Array

    def building(self) -> pa.Array:
        """Street, number, letter and postcode (or post town): one building. Null where too little is known."""
        place = pc.if_else(pc.equal(self.postcode, ""), self.city, self.postcode)
        known = pc.and_(pc.and_(pc.not_equal(self.street, ""), pc.not_equal(self.number, "")), pc.not_equal(place, ""))
        return pc.if_else(known, pc.binary_join_element_wise(self.street, self.number, self.letter, place, " "), None)

    def dwelling(self) -> pa.Array:
        """The building and the flat. Null where no flat is told."""
        building = self.building()
        return pc.if_else(pc.equal(self.lgh, ""), None, pc.binary_join_element_wise(building, self.lgh, " lgh "))


def parse_address(street: str, postcode: str = "", city: str = "") -> Address:
    """Take one address apart. See `parse_addresses`."""
    columns = parse_addresses(*(pa.array([text]) for text in (street, postcode, city)))
    return Address(**{name: getattr(columns, name)[0].as_py() for name in Address.__dataclass_fields__})


def parse_addresses(street: pa.Array, postcode: pa.Array, city: pa.Array) -> Addresses:
    """Take many addresses apart. The postcode may also stand at the end of the street line; leading nought is none."""
    told = [pc.fill_null(column, "") for column in (street, postcode, city)]
    whole = pc.binary_join_element_wise(*told, "\x1f").dictionary_encode()
    place = np.asarray(whole.indices).astype(np.int64)
    first = np.zeros(len(whole.dictionary), np.int64)
    first[place[::-1]] = np.arange(len(place))[::-1]
    parts = _parse(*(column.take(pa.array(first)) for column in told))
    return Addresses(**{part: getattr(parts, part).take(whole.indices) for part in Addresses.__dataclass_fields__})


def _parse(line: pa.Array, postcode: pa.Array, town: pa.Array) -> Addresses:
    line = pc.utf8_normalize(line, form="NFKC")  # the figures and spaces of other keyboards
    tail = pc.extract_regex(line, r"(?P<code>[1-9][0-9]{2} ?[0-9]{2})\s+(?P<town>\pL[^0-9,]*)$")
    line = pc.replace_substring_regex(line, r",?\s*(?:SE?-)?[1-9][0-9]{2} ?[0-9]{2}\s+\pL[^0-9,]*$", "")
    line = pc.replace_substring_regex(line, _CARE_OF_UNDIVIDED, r"c/o \1, \2")
    line = pc.replace_substring_regex(line, _FLAT_UNNAMED, r"\1 lgh \2")
    co, box, lgh = _found(line, _CARE_OF, "co"), _found(line, _BOX, "box"), _found(line, _FLAT, "lgh")
    rest = line
    for pattern in (_CARE_OF, _BOX, _FLAT):
        rest = pc.replace_substring_regex(rest, _unnamed(pattern), ",")
    rest = pc.replace_substring_regex(rest, _WITHIN, r"\1")
    for pattern, instead in _ABBREVIATIONS:
        rest = pc.replace_substring_regex(rest, pattern, instead)
    house = pc.extract_regex(rest, _HOUSE)
    named = pc.if_else(
        pc.is_valid(house), pc.struct_field(house, "street"), pc.replace_substring_regex(rest, "[0-9,].*$", "")
    )
    code = pc.replace_substring_regex(postcode, "[^0-9]", "")
    code = pc.if_else(pc.equal(code, ""), pc.replace_substring(_part(tail, "code"), " ", ""), code)
    return Addresses(
        street=per_distinct(fold, named),
        number=_part(house, "number"),
        letter=pc.utf8_lower(_part(house, "letter")),
        lgh=lgh,
        postcode=pc.if_else(pc.match_substring_regex(code, "^[1-9][0-9]{4}$"), code, ""),
        city=per_distinct(fold, pc.if_else(pc.equal(town, ""), _part(tail, "town"), town)),
        co=per_distinct(fold, co),
        box=box,
    )


def phone_key(phones: pa.Array) -> pa.Array:
    """Telephone numbers as digits with the Swedish country code; null where there are fewer than seven digits."""
    digits = pc.replace_substring_regex(phones, r"\(0\)|[^0-9+]", "")
    for pattern, instead in ((r"^(?:\+|00)", ""), (r"^0", "46")):
        digits = pc.replace_substring_regex(digits, pattern, instead)
    return pc.if_else(pc.match_substring_regex(digits, "^[0-9]{7,}$"), digits, None)


def account_key(accounts: pa.Array) -> pa.Array:
    """Account texts ``scheme:number`` in lower case with letters and digits alone; null stays null."""
    return pc.replace_substring_regex(pc.utf8_lower(accounts), "[^a-z0-9:]", "")


def _found(line: pa.Array, pattern: str, name: str) -> pa.Array:
    return _part(pc.extract_regex(line, pattern), name)


def _part(parts: pa.StructArray, name: str) -> pa.Array:
    return pc.fill_null(pc.struct_field(parts, name), "")


def _unnamed(pattern: str) -> str:
    for name in ("co", "box", "lgh"):
        pattern = pattern.replace(f"?P<{name}>", "?:")
    return pattern
