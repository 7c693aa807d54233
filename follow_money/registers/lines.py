"""Physical lines: where each begins and ends, counted on the bytes before anything is parsed.

A line ends with LF, with CRLF, or, in a file with more bare CR than LF, with CR. In a file of LF lines a bare CR is
a control
character inside a line, so line numbers are those that an editor shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

LF: Final = ord("\n")
CR: Final = ord("\r")

Positions = npt.NDArray[np.int64]
Units = npt.NDArray[Any]
"""Code units of a text: bytes, or 16-bit units of UTF-16 in the byte order of the file."""


@dataclass(frozen=True)
class Lines:
    """Start and end (without its line ending) of each physical line, in code units."""

    starts: Positions
    ends: Positions
    ending: str
    is_ended: bool
    """Whether the last line has its line ending."""

    def __len__(self) -> int:
        return len(self.starts)

    def line_of(self, positions: Positions) -> Positions:
        """The index of the line that each position is in."""
        return np.searchsorted(self.starts, positions, side="right") - 1


def physical_lines(units: Units) -> Lines:
    """The physical lines of a text given as its code units."""
    size = len(units)
    feeds = np.flatnonzero(units == LF)
    returns = np.flatnonzero(units == CR)
    following = units[np.minimum(returns + 1, size - 1)] if len(returns) else returns
    is_pair = (following == LF) & (returns + 1 < size)
    if int(np.count_nonzero(~is_pair)) > len(feeds):
        return _lines(size, ends=returns, nexts=returns + 1 + is_pair, ending="\r")
    ends = feeds.copy()
    if len(returns):
        ends[np.searchsorted(feeds, returns[is_pair])] -= 1
    return _lines(size, ends=ends, nexts=feeds + 1, ending="\r\n" if 2 * is_pair.sum() > len(feeds) else "\n")


def _lines(size: int, *, ends: Positions, nexts: Positions, ending: str) -> Lines:
    starts = np.concatenate((np.zeros(1, dtype=np.int64), nexts))
    is_ended = size > 0 and int(starts[-1]) == size
    if is_ended or size == 0:
        return Lines(starts[:-1], ends, ending, is_ended=True)
    return Lines(starts, np.append(ends, size), ending, is_ended=False)
