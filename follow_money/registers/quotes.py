"""Quotes that need a closer look: stray ones inside a value, values over several lines, quotes that never close.

A quote is only a quote at the start of a value; anywhere else it is a character. A quoted value may span at most
``JOIN_WITHIN``
lines, and only lines that are not records by themselves; a join must have exactly the right number of columns, and
its row must be typed later, otherwise the first line alone is quarantined and the next line is looked at afresh.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from follow_money.registers.quarantine import Reason
from follow_money.registers.scan import Shape, Shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

JOIN_WITHIN: Final = 20
"""A quoted value may continue on so many following lines."""


@dataclass(frozen=True)
class OddRow:
    """A row that was read by itself: first line index, number of lines, its values."""

    index: int
    lines: int
    values: tuple[str, ...]


def stray(text: str, separator: str, width: int) -> tuple[str, ...] | None:
    """The values of a line whose quotes are all mere characters, or None: the right number, none beginning with a
    quote.
    """
    values = text.split(separator)
    if len(values) == width and not any(value.startswith('"') for value in values):
        return tuple(values)
    return None


def strict(text: str, separator: str, width: int) -> tuple[str, ...] | None:
    """The values of a text with its quotes where they belong and the right number of columns, or None."""
    if "\0" in text:
        return None
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return None
    return tuple(rows[0]) if len(rows) == 1 and len(rows[0]) == width else None


class OddLines:
    """Reads the lines whose shape is `Shape.QUOTED`, one by one."""

    def __init__(self, shapes: Shapes, line: Callable[[int], str], separator: str, width: int) -> None:
        self._shapes = shapes
        self._line = line
        self._separator = separator
        self._width = width

    def read(self, candidates: Collection[int], unjoinable: Collection[int]) -> Iterator[OddRow | tuple[int, Reason]]:
        """Rows, or the reason why a line is none, for candidate line indices in order.

        ``unjoinable``: first lines whose join could not be typed. A line inside an accepted join is not looked at
        again.
        """
        done = -1
        for index in candidates:
            if index <= done:
                continue
            outcome = self._one(index, may_join=index not in unjoinable)
            if isinstance(outcome, OddRow):
                done = index + outcome.lines - 1
            yield outcome

    def _one(self, index: int, *, may_join: bool) -> OddRow | tuple[int, Reason]:
        text = self._line(index)
        values = self._alone(text)
        if values is not None:
            return OddRow(index, 1, values)
        if text.count('"') % 2 == 0:
            return index, Reason.BAD_QUOTES
        joined = self._join(index, text) if may_join else None
        return joined or (index, Reason.UNCLOSED_QUOTE)

    def _alone(self, text: str) -> tuple[str, ...] | None:
        """The values of a line that is a record by itself, or None."""
        return stray(text, self._separator, self._width) or strict(text, self._separator, self._width)

    def _join(self, index: int, text: str) -> OddRow | None:
        is_open = True
        for following in range(index + 1, min(index + JOIN_WITHIN + 1, len(self._shapes.shape))):
            if not self._may_continue(following):
                return None
            part = self._line(following)
            text += "\n" + part
            is_open ^= part.count('"') % 2 == 1
            if not is_open:
                values = strict(text, self._separator, self._width)
                if values is not None:
                    return OddRow(index, following - index + 1, values)
        return None

    def _may_continue(self, index: int) -> bool:
        """Whether a line can be the rest of a value: not a record by itself, and not one by the count of its
        separators.
        """
        shape = self._shapes.shape[index]
        if shape in (Shape.RECORD, Shape.NUL, Shape.CONTROL, Shape.ENCODING):
            return False
        if shape == Shape.QUOTED and self._alone(self._line(index)) is not None:
            return False
        return self._width == 1 or shape == Shape.BLANK or int(self._shapes.separators[index]) != self._width - 1
