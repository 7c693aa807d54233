"""Amounts: texts of a ledger to whole öre, by decimal text arithmetic, never through a float.

Read are blanks, no-break spaces and apostrophes between groups of three, either decimal sign, a minus before or after
(U+2212 too), accounting brackets, and "kr" or "SEK". Refused are wrong groups, two decimal signs, other text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.errors import InputError
from follow_money.registers.quarantine import Reason

Flags = npt.NDArray[np.bool_]
Failures = dict[Reason, Flags]

CELL_POINT: Final = "٫"
"""The decimal sign (U+066B) of a number that a workbook or a typed file delivered as a number: never ambiguous."""
MAX_ORE: Final = 2**53
_MAX_DIGITS: Final = 17
_BLANKS: Final = r"[\s\x{00A0}\x{202F}\x{2009}'’]"
_SPACE: Final = r"[\s\x{00A0}\x{202F}]*"
_OUTSIDE: Final = rf"(?i)^{_SPACE}(?:kr|sek)?{_SPACE}|{_SPACE}(?:kr\.?|sek|:-)?{_SPACE}$"
_DECIMALS: Final = 2
_GROUP: Final = 3


@dataclass(frozen=True)
class Decimals:
    """What the amounts of a file say about its decimal sign: how many values can only be read with a comma, with a
    point,
    and how many are ambiguous (one sign, three digits after it).
    """

    comma: int = 0
    point: int = 0
    ambiguous: int = 0

    def __add__(self, other: Decimals) -> Decimals:
        return Decimals(self.comma + other.comma, self.point + other.point, self.ambiguous + other.ambiguous)

    def sign(self, file: str) -> str:
        """The decimal sign of the file. Raises InputError when two readings are equally likely."""
        if self.comma == self.point and self.comma + self.ambiguous > 0:
            seen = (
                "only amounts such as 1,234"
                if self.comma == 0
                else "as many amounts with a decimal comma as with a point"
            )
            raise InputError(
                f"{file}: it holds {seen}, so the decimal sign cannot be told. "
                'Say decimal = "," or decimal = "." for this delivery in the mapping.'
            )
        return "," if self.comma > self.point else "."


def count_decimals(values: pa.Array) -> Decimals:
    """What some amounts say about the decimal sign."""
    text = pc.drop_null(values)
    comma = _matches(
        text,
        r"^[^.,]*,(?:\d{0,2}|\d{4,})[^\d.,]*$|^\D*\d{1,3}(?:\.\d{3})+,\d*[^\d.,]*$|^\D*\d{1,3}(?:\.\d{3}){2,}[^\d.,]*$",
    )
    point = _matches(
        text,
        r"^[^.,]*\.(?:\d{0,2}|\d{4,})[^\d.,]*$|^\D*\d{1,3}(?:,\d{3})+\.\d*[^\d.,]*$|^\D*\d{1,3}(?:,\d{3}){2,}[^\d.,]*$",
    )
    both = comma & point
    either = comma | point
    unsure = ~either & _matches(text, r"[.,]\d{3}[^\d.,]*$")
    # A zero before the sign cannot be a group of thousands: 0,125 is a decimal number.
    zero_comma = unsure & _matches(text, r"^[^\d]*0,")
    zero_point = unsure & _matches(text, r"^[^\d]*0\.")
    return Decimals(
        int(np.count_nonzero((comma & ~both) | zero_comma)),
        int(np.count_nonzero((point & ~both) | zero_point)),
        int(np.count_nonzero(unsure & ~zero_comma & ~zero_point)),
    )


def to_ore(values: pa.Array, *, decimal: str, unit: str, sign: str) -> tuple[pa.Array, Failures]:
    """Amounts in kronor or öre to int64 öre. Null stays null."""
    numbers, failures = to_scaled(values, decimal=decimal, places=_DECIMALS if unit == "kr" else 0)
    whole = _numpy(numbers)
    too_large = np.abs(whole) > MAX_ORE
    failures[Reason.AMOUNT_RANGE] = failures[Reason.AMOUNT_RANGE] | too_large
    signed = {"as_is": whole, "negate": -whole, "absolute": np.abs(whole)}[sign]
    return pa.array(signed, mask=_is_null(numbers) | too_large), failures


def to_scaled(values: pa.Array, *, decimal: str, places: int) -> tuple[pa.Array, Failures]:
    """Decimal numbers times ten to the power of ``places``, exactly. More decimals that are not zero are a failure."""
    present = ~_is_null(values)
    fast = (
        _matches(values, rf"^-?\d{{1,13}}(?:[{decimal}{CELL_POINT}]\d{{1,{max(places, 1)}}})?$") & present
        if places
        else (_matches(values, r"^-?\d{1,15}$") & present)
    )
    failures = {
        reason: np.zeros(len(values), dtype=bool)
        for reason in (Reason.AMOUNT, Reason.AMOUNT_PRECISION, Reason.AMOUNT_RANGE)
    }
    if bool(np.all(fast | ~present)):
        return _scaled(values, places), failures
    slow = np.flatnonzero(~fast & present)
    cleaned, slow_failures = _clean(values.take(pa.array(slow)), decimal, places)
    for reason, flags in slow_failures.items():
        failures[reason][slow[flags]] = True
    text = pc.replace_with_mask(values, pa.array(~fast & present), cleaned)
    return _scaled(text, places), failures


def _clean(values: pa.Array, decimal: str, places: int) -> tuple[pa.Array, Failures]:
    """Unusual spellings as plain ``-1234.50``, with at most ``places`` decimals; null where that cannot be."""
    text = pc.replace_substring_regex(values, _OUTSIDE, "")
    text = pc.replace_substring(text, "−", "-")
    bracketed = _matches(text, r"^\(.*\)$")
    trailing = _matches(text, r"^[^-]*-$")
    leading = _matches(text, r"^-[^-]*$")
    negative = bracketed | trailing | leading
    text = pc.replace_substring_regex(text, r"^[-+(]|[-)]$", "")
    text = pc.replace_substring_regex(text, _OUTSIDE, "")
    text = pc.replace_substring(text, CELL_POINT, decimal)
    other = "." if decimal == "," else ","
    grouped = rf"^\d{{1,3}}(?:[{other}]\d{{3}})+(?:[{decimal}]\d*)?$"
    spaced = rf"^\d{{1,3}}(?:{_BLANKS}\d{{3}})+(?:[{decimal}]\d*)?$"
    plain = rf"^(?:\d+[{decimal}]?\d*|[{decimal}]\d+)$"
    fits = _matches(text, grouped) | _matches(text, spaced) | _matches(text, plain)
    fits &= (bracketed.astype(np.int8) + trailing + leading) <= 1
    text = pc.replace_substring_regex(text, rf"{_BLANKS}|[{other}]", "")
    text = pc.replace_substring(text, decimal, ".")
    text = pc.replace_substring_regex(text, rf"(\.\d{{{places}}})0+$" if places else r"\.0*$", r"\1" if places else "")
    text = pc.replace_substring_regex(text, r"\.$", "")
    precise = _matches(text, rf"^\d*(?:\.\d{{1,{places}}})?$") if places else _matches(text, r"^\d+$")
    small = _matches(text, rf"^0*\d{{0,{_MAX_DIGITS - 2}}}(?:\.\d*)?$")
    signed = pc.if_else(pa.array(negative), pc.binary_join_element_wise("-", text, ""), text)
    good = fits & precise & small
    return (
        pc.if_else(pa.array(good), signed, pa.scalar(None, pa.string())),
        {Reason.AMOUNT: ~fits, Reason.AMOUNT_PRECISION: fits & ~precise, Reason.AMOUNT_RANGE: fits & precise & ~small},
    )


def _scaled(text: pa.Array, places: int) -> pa.Array:
    """Plain numbers with at most ``places`` decimals to integers."""
    if places == 0:
        return pc.cast(pc.replace_substring_regex(text, r"^(-?)0+(\d)", r"\1\2"), pa.int64())
    digits = pc.replace_substring_regex(text, r"\D", "") if len(text) == 0 else text
    place = _numpy(_point(digits))
    lengths = _numpy(pc.utf8_length(digits))
    decimals = np.where(place < 0, 0, lengths - place - 1)
    whole = pc.cast(pc.replace_substring_regex(digits, rf"[.,{CELL_POINT}]", ""), pa.int64())
    factors = 10 ** (places - np.clip(decimals, 0, places))
    return pa.array(_numpy(whole) * factors, mask=_is_null(text))


def _point(text: pa.Array) -> pa.Array:
    """Where the decimal sign stands, in characters, or -1."""
    before = pc.replace_substring_regex(text, rf"[.,{CELL_POINT}].*$", "")
    at = pc.utf8_length(before)
    return pc.if_else(pc.equal(at, pc.utf8_length(text)), pa.scalar(-1, pa.int32()), at)


def _matches(text: pa.Array, pattern: str) -> Flags:
    return _flags(pc.match_substring_regex(text, pattern))


def _flags(values: pa.Array) -> Flags:
    return np.asarray(pc.fill_null(values, fill_value=False).to_numpy(zero_copy_only=False), dtype=bool)


def _numpy(values: pa.Array) -> npt.NDArray[np.int64]:
    return np.asarray(pc.fill_null(values, 0).to_numpy(zero_copy_only=False), dtype=np.int64)


def _is_null(values: pa.Array) -> Flags:
    return np.asarray(values.is_null().to_numpy(zero_copy_only=False), dtype=bool)
