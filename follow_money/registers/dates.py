"""Dates and clock times: texts to calendar fields, by fixed patterns over the bytes, in bulk.

A format is written as `datetime.strptime` has it. One whose parts all have a fixed width is read in bulk; what that
leaves (days without a leading zero, names of months) is read one distinct text at a time by `strptime` itself.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

Flags = npt.NDArray[np.bool_]
Micros = npt.NDArray[np.int64]

EXCEL: Final = "excel"
"""The format of a day number, counted from 30 December 1899."""
DATE_FORMATS: Final = (
    "%Y-%m-%d",
    "%Y%m%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%Y-%m-%d 00:00:00",
    "%Y-%m-%dT00:00:00",
    "%Y-%m-%d 00:00",
)
"""What is read without a format: nothing in which day and month could be confused."""
MONTH_FORMATS: Final = ("%Y%m", "%Y-%m", "%Y/%m", *DATE_FORMATS)
INSTANT_FORMATS: Final = (
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%Y%m%d%H%M%S",
    "%Y%m%d%H%M",
    "%Y%m%d %H:%M:%S",
    "%Y%m%d %H:%M",
    "%Y%m%dT%H%M%S",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    *DATE_FORMATS[:4],
)
DAY: Final = 86_400_000_000
"""Microseconds in a day."""
_WIDTHS: Final = {"Y": 4, "y": 2, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_LIMITS: Final = {"Y": (1000, 9999), "y": (0, 99), "m": (1, 12), "d": (1, 31), "H": (0, 23), "M": (0, 59), "S": (0, 59)}
_PIVOT: Final = 69
"""A year of two digits from 69 on is of the last century (POSIX, as `strptime`)."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EXCEL_EPOCH_DAYS: Final = -25_569
_NINE: Final = 9
_DIRECTIVE: Final = re.compile(r"%(.)|(.)", re.DOTALL)


def parse(values: pa.Array, formats: Sequence[str]) -> tuple[Micros, Flags]:
    """Microseconds since 1970 of each text, as its own clock tells, and which texts could be read. Null counts as
    not read.
    """
    micros = np.zeros(len(values), dtype=np.int64)
    read = np.zeros(len(values), dtype=bool)
    lengths = np.asarray(pc.fill_null(pc.binary_length(values), -1).to_numpy(zero_copy_only=False))
    for format_ in formats:
        slots = _slots(format_)
        if slots is None:
            continue
        candidates = np.flatnonzero((lengths == slots[0]) & ~read)
        if len(candidates):
            table = _characters(
                values if len(candidates) == len(values) else values.take(pa.array(candidates)), slots[0]
            )
            found, good = _fixed(table, slots[1], slots[2])
            micros[candidates[good]] = found[good]
            read[candidates[good]] = True
    return micros, read


def parse_given(values: pa.Array, format_: str) -> tuple[Micros, Flags]:
    """The same for the one format that a mapping gives."""
    if format_ == EXCEL:
        return _excel(values)
    micros, read = parse(values, (format_,))
    rest = np.flatnonzero(~read & np.asarray(values.is_valid().to_numpy(zero_copy_only=False)))
    if len(rest):
        encoded = pc.dictionary_encode(values.take(pa.array(rest)))
        distinct = [_strptime(text, format_) for text in encoded.dictionary.to_pylist()]
        codes = np.asarray(encoded.indices)
        micros[rest] = np.array([value or 0 for value in distinct], dtype=np.int64)[codes]
        read[rest] = np.array([value is not None for value in distinct], dtype=bool)[codes]
    return micros, read


def _strptime(text: str, format_: str) -> int | None:
    try:
        parsed = datetime.strptime(text, format_)  # noqa: DTZ007 - a clock time; its zone is settled later
    except ValueError:
        return None
    return (parsed.replace(tzinfo=parsed.tzinfo or UTC) - _EPOCH) // timedelta(microseconds=1)


def _excel(values: pa.Array) -> tuple[Micros, Flags]:
    good = np.asarray(
        pc.fill_null(pc.match_substring_regex(values, r"^\d{1,6}(?:[.,٫]0*)?$"), fill_value=False).to_numpy(
            zero_copy_only=False
        )
    )
    digits = pc.replace_substring_regex(pc.if_else(pa.array(good), values, "0"), r"[.,٫]0*$", "")
    days = np.asarray(pc.cast(digits, pa.int64()).to_numpy(zero_copy_only=False))
    return (days + _EXCEL_EPOCH_DAYS) * DAY, good


def _slots(format_: str) -> tuple[int, list[tuple[str, int]], list[tuple[int, int]]] | None:
    """Length of a text of this format, (directive, position) of its numbers, (character, position) of the rest."""
    position = 0
    numbers: list[tuple[str, int]] = []
    literals: list[tuple[int, int]] = []
    for directive, literal in _DIRECTIVE.findall(format_):
        if directive:
            if directive not in _WIDTHS:
                return None
            numbers.append((directive, position))
            position += _WIDTHS[directive]
        elif ord(literal) < ord("\x80"):
            literals.append((ord(literal), position))
            position += 1
        else:
            return None
    return position, numbers, literals


def _characters(values: pa.Array, width: int) -> npt.NDArray[np.uint8]:
    """Texts of one length as a table of bytes."""
    offset = np.frombuffer(values.buffers()[1], dtype=np.int32)[values.offset]
    data = np.frombuffer(values.buffers()[2], dtype=np.uint8)
    return data[offset : offset + width * len(values)].reshape(len(values), width)


def _fixed(
    table: npt.NDArray[np.uint8], numbers: Sequence[tuple[str, int]], literals: Sequence[tuple[int, int]]
) -> tuple[Micros, Flags]:
    good = np.ones(len(table), dtype=bool)
    for character, position in literals:
        good &= table[:, position] == character
    fields: dict[str, npt.NDArray[np.int64]] = {}
    for directive, position in numbers:
        value = np.zeros(len(table), dtype=np.int64)
        for column in range(position, position + _WIDTHS[directive]):
            digit = table[:, column] - np.uint8(ord("0"))  # below "0" wraps round to a large number
            good &= digit <= _NINE
            value *= 10
            value += digit
        low, high = _LIMITS[directive]
        good &= (value >= low) & (value <= high)
        fields[directive] = value
    if "y" in fields:
        fields["Y"] = fields["y"] + np.where(fields["y"] >= _PIVOT, 1900, 2000)
    one = np.ones(len(table), dtype=np.int64)
    year, month, day = (np.where(good, fields.get(name, one), 1) for name in ("Y", "m", "d"))
    months = (year - 1970) * 12 + month - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    good &= day <= following - first
    seconds = fields.get("H", 0 * one) * 3600 + fields.get("M", 0 * one) * 60 + fields.get("S", 0 * one)
    return (first + day - 1) * DAY + seconds * 1_000_000, good
