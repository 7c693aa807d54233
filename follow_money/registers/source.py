"""What every dialect becomes: batches of raw rows with their line numbers, and the rows that have no form at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

if TYPE_CHECKING:
    from follow_money.registers.header import Header
    from follow_money.registers.quarantine import Reason

Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Batch:
    """Raw rows in line order. ``lines``: the first physical line of each (from 1); ``spans``: how many lines it
    covers.
    """

    lines: Positions
    spans: Positions
    columns: Mapping[int, pa.Array]
    """By position in the header: text, or a typed Arrow array where the file has types."""


@dataclass(frozen=True)
class Misshapen:
    """A row without the form of a record: its first line (from 1), how many lines, and why."""

    line: int
    lines: int
    reason: Reason


Converts = Callable[[Mapping[int, pa.Array]], Flags]
"""Which of some raw rows can be typed. A value over several lines is believed only when its row can."""


class Source(Protocol):
    """One delivered file, opened: how it is written, and its rows."""

    header: Header
    encoding: str
    separator: str
    lines: int
    """Physical lines (rows of a sheet or table)."""
    notes: list[str]

    @property
    def header_lines(self) -> int:
        """Lines up to the header, with it."""

    @property
    def blank_lines(self) -> int:
        """Lines after the header with nothing on them."""

    def settle(self, wanted: Sequence[int], converts: Converts, /) -> Sequence[Misshapen]:
        """Decide which lines are rows, and return those that are not."""

    def batches(self, wanted: Sequence[int]) -> Iterator[Batch]:
        """The rows, in line order, in pieces of bounded size, with the columns at the wanted header positions."""

    def raw(self, line: int, lines: int) -> bytes:
        """The bytes of a row as delivered."""
