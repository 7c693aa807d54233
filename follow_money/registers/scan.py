"""Shapes: what each physical line looks like, told from its bytes alone, each line by itself.

A line is judged without what stands before it, so that an unclosed quote cannot swallow the good lines after it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from follow_money.registers.lines import Lines
    from follow_money.registers.utf8 import Bytes

BLOCK_BYTES: Final = 16 << 20
"""A text is looked at in pieces of about so many bytes: bounded memory, and the piece stays in the cache."""
QUOTE: Final = ord('"')
_TAB: Final = ord("\t")
_LF: Final = ord("\n")
_SPACE: Final = ord(" ")
_DELETE: Final = 0x7F
_END_OF_FILE: Final = b"\x1a"

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]


class Shape(IntEnum):
    """What a line looks like."""

    RECORD = 0
    """The right number of columns, quotes (if any) where they belong."""
    BLANK = 1
    NUL = 2
    CONTROL = 3
    ENCODING = 4
    QUOTED = 5
    """Its quotes need a closer look: an odd number, or in odd places."""
    FEW = 6
    MANY = 7


@dataclass(frozen=True)
class Shapes:
    """The shape of each line, and how many separators stand on it, within quotes or not."""

    shape: npt.NDArray[np.uint8]
    separators: Counts


def line_blocks(lines: Lines) -> list[tuple[int, int]]:
    """Ranges of line indices that cover about ``BLOCK_BYTES`` each."""
    if len(lines) == 0:
        return []
    cuts = np.arange(BLOCK_BYTES, int(lines.ends[-1]) + 1, BLOCK_BYTES)
    edges = np.unique(np.concatenate(([0], np.searchsorted(lines.starts, cuts), [len(lines)])))
    return [(int(first), int(last)) for first, last in itertools.pairwise(edges)]


def scan(text: Bytes, lines: Lines, *, separator: str, width: int) -> Shapes:
    """The shape of every line for records of ``width`` columns."""
    shape = np.empty(len(lines), dtype=np.uint8)
    separators = np.empty(len(lines), dtype=np.int64)
    for first, last in line_blocks(lines):
        shape[first:last], separators[first:last] = _scan_block(
            text, lines, (first, last), separator=ord(separator), width=width
        )
    return Shapes(shape, separators)


def count_separators(text: Bytes, lines: Lines, separator: str) -> Counts:
    """Separators on each line, within quotes or not."""
    places = np.flatnonzero(text == ord(separator))
    return np.searchsorted(places, lines.ends) - np.searchsorted(places, lines.starts)


def _scan_block(
    text: Bytes, lines: Lines, block_lines: tuple[int, int], *, separator: int, width: int
) -> tuple[npt.NDArray[np.uint8], Counts]:
    first, last = block_lines
    base, top = int(lines.starts[first]), int(lines.ends[last - 1])
    block = text[base:top]
    starts, ends = lines.starts[first:last] - base, lines.ends[first:last] - base
    places = np.flatnonzero(block == separator)
    separators = np.searchsorted(places, ends) - np.searchsorted(places, starts)
    outside = separators
    shape = np.zeros(last - first, dtype=np.uint8)
    quotes = np.flatnonzero(block == QUOTE)
    if len(quotes):
        outside, odd = _quoted(block, starts, ends, quotes=quotes, places=places, separator=separator)
        shape[odd] = Shape.QUOTED
    plain = shape == Shape.RECORD
    shape[plain & (outside < width - 1)] = Shape.FEW
    shape[plain & (outside > width - 1)] = Shape.MANY
    shape[_blank(block, starts, ends, separators, width)] = Shape.BLANK
    _mark_controls(block, starts, ends, shape)
    return shape, separators


def _quoted(
    block: Bytes, starts: Counts, ends: Counts, *, quotes: Counts, places: Counts, separator: int
) -> tuple[Counts, Flags]:
    """Separators outside quotes on each line, and the lines whose quotes are odd in number or place."""
    first_quote = np.searchsorted(quotes, starts)
    counts = np.searchsorted(quotes, ends) - first_quote
    owner = np.repeat(np.arange(len(starts)), counts)
    rank = np.arange(len(quotes)) - first_quote[owner]
    before = np.where(quotes > 0, block[quotes - 1], _LF)
    after = np.where(quotes + 1 < len(block), block[np.minimum(quotes + 1, len(block) - 1)], _LF)
    opens = rank % 2 == 0
    fits_open = (before == separator) | (before == QUOTE) | (quotes == starts[owner])
    fits_close = (after == separator) | (after == QUOTE) | (quotes + 1 == ends[owner])
    odd = counts % 2 == 1
    odd[owner[np.where(opens, ~fits_open, ~fits_close)]] = True
    # Parity of quotes up to each byte, over the whole block; each line compares with the parity at its own start.
    parity = np.bitwise_xor.accumulate((block == QUOTE).view(np.uint8))
    inside = parity[places] == 1
    at_start = np.where(starts > 0, parity[np.maximum(starts - 1, 0)], 0) == 1
    even_places, odd_places = places[~inside], places[inside]
    outside_even = np.searchsorted(even_places, ends) - np.searchsorted(even_places, starts)
    outside_odd = np.searchsorted(odd_places, ends) - np.searchsorted(odd_places, starts)
    return np.where(at_start, outside_odd, outside_even), odd


def _blank(block: Bytes, starts: Counts, ends: Counts, separators: Counts, width: int) -> Flags:
    """Lines that hold nothing, or only separators, or only blanks, or only the end-of-file mark of DOS."""
    lengths = ends - starts
    blank: Flags = lengths == separators
    is_candidate = ~blank & ((separators == 0) if width > 1 else (lengths > 0))
    candidates = np.flatnonzero(is_candidate)
    head = block[starts[candidates]]
    candidates = candidates[(head == _SPACE) | (head == _TAB) | (head == _END_OF_FILE[0])]
    for index in candidates:
        content = block[starts[index] : ends[index]].tobytes()
        blank[index] = content.strip(b" \t") in (b"", _END_OF_FILE)
    return blank


def _mark_controls(block: Bytes, starts: Counts, ends: Counts, shape: npt.NDArray[np.uint8]) -> None:
    low = np.flatnonzero((block < _SPACE) | (block == _DELETE))
    values = block[low]
    low = low[values != _TAB]
    if len(low) == 0:
        return
    owner = np.searchsorted(starts, low, side="right") - 1
    within = low < ends[owner]
    low, owner = low[within], owner[within]
    values = block[low]
    is_mark = (values == _END_OF_FILE[0]) & (shape[owner] == Shape.BLANK)
    shape[owner[~is_mark]] = Shape.CONTROL
    shape[owner[(values == 0) & ~is_mark]] = Shape.NUL


def mark_encoding(shape: npt.NDArray[np.uint8], affected: Counts) -> None:
    """Mark the lines at the given indices as not written in the file's encoding, unless they are worse."""
    lines = affected[(shape[affected] != Shape.NUL) & (shape[affected] != Shape.CONTROL)]
    shape[lines] = Shape.ENCODING
