"""A trail's stops laid out on paper: columns by hop, each stop with its height and what stands beside it."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from follow_money.graph.flows.trail import REMAINS
from follow_money.pictures.between import between
from follow_money.pictures.svg import shortened
from follow_money.pictures.trail_bands import MIDDLE, Band, Bands, Stop
from follow_money.pictures.trail_ends import end_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from follow_money.graph.flows.time_order import Int64s
    from follow_money.graph.flows.trail import Trail

BAR: Final = 9
"""Width in px of a stop."""
LINE: Final = 12.5
"""Height in px of a line of a label."""
NARROW: Final = 800
"""Below this many px letters are smaller."""

_TOP: Final = 104
_TALL: Final = 300
"""Height in px of all that is followed."""
_NAME_LINES: Final = 2
_LETTER: Final = 0.67
"""Width of a bold letter, by its size."""

_WORDS: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "others": "övriga ({n})",
        "recycled": "åter till betalaren, räknas en gång",
        "holders": "{label} ({n})",
    },
    "en": {
        "others": "others ({n})",
        "recycled": "back with the payer, counted once",
        "holders": "{label} ({n})",
    },
}


@dataclass
class Place:
    """A stop on the paper. ``named``: how many of its lines are its name; ``given`` and ``taken``: how much of its height bands have used, in px."""

    x: float
    y: float
    height: float
    ore: Int64s
    lines: list[str] = field(default_factory=list)
    named: int = 1
    given: float = 0
    taken: float = 0


class TrailColumns:
    """Where everything of one Sankey diagram stands. ``scale``: px an öre; ``bottom``: the lowest y of a stop."""

    def __init__(self, trail: Trail, bands: Bands, labels: Mapping[str, str], language: str, width: int) -> None:
        self.trail, self.bands, self.labels, self.language, self.width = trail, bands, labels, language, width
        self._names = _WORDS[language]
        self.left, self.right = 0.185 * width, width - 0.205 * width
        self.size = 9.5 if width < NARROW else 10.5
        self.scale = _TALL / max(trail.source_ore, 1)
        every = [*bands.drawn, *bands.thin]
        self.shown = {stop for band in bands.drawn for stop in (band.start, band.end)}
        self.shown |= {band.end for band in bands.thin if band.end.column > MIDDLE}
        self.columns = sorted({stop.column for stop in self.shown})
        self.places: dict[Stop, Place] = {}
        for column in self.columns:
            self._set(column, every)
        self.bottom = max(place.y + place.height for place in self.places.values())
        self._centre()

    def x(self, column: int) -> float:
        """The left edge of a column; backward, the sources stand to the right."""
        share = self.columns.index(column) / max(len(self.columns) - 1, 1)
        return self.left + (self.right - self.left - BAR) * (1 - share if self.trail.is_backward else share)

    def _set(self, column: int, every: list[Band]) -> None:
        """Give the stops of a column their places, those beside their givers highest."""
        inward: dict[Stop, Int64s] = defaultdict(lambda: np.zeros(1, np.int64))
        outward: dict[Stop, Int64s] = defaultdict(lambda: np.zeros(1, np.int64))
        heights: dict[Stop, list[tuple[float, int]]] = defaultdict(list)
        for band in every:
            inward[band.end] = inward[band.end] + band.ore
            outward[band.start] = outward[band.start] + band.ore
            if band.start in self.places:
                at = self.places[band.start]
                heights[band.end].append((at.y + at.height / 2, band.haircut_ore + 1))
        stops = {stop for stop in (*inward, *outward) if stop.column == column and stop in self.shown}
        ore = {stop: inward[stop] if stop in inward else outward[stop] for stop in stops}

        def order(stop: Stop) -> tuple[float, float, Stop]:
            if column == 0:
                return (float(stop.key == "others"), 0, stop)
            if column > MIDDLE:
                return (float(stop.key == str(REMAINS)), -float(ore[stop][-1]), stop)
            beside = heights[stop] or [(0, 1)]
            mean = sum(y * weight for y, weight in beside) / sum(weight for _, weight in beside)
            return (float(stop.key == "others"), mean, stop)

        y = float(_TOP)
        for stop in sorted(stops, key=order):
            height = max(self.scale * max(int(inward[stop][-1]), int(outward[stop][-1])), 2)
            lines, named = self._lines(stop, ore[stop])
            above = LINE * len(lines) + 7 if 0 < column <= MIDDLE else 0
            self.places[stop] = Place(self.x(column), y + above, height, ore[stop], lines, named)
            y += above + (height + 5 if above else max(height, LINE * len(lines)) + 7)

    def _centre(self) -> None:
        """Shift each column so that its middle is that of the tallest."""
        for column in self.columns:
            of_column = [place for stop, place in self.places.items() if stop.column == column]
            lower = (self.bottom - max(place.y + place.height for place in of_column)) / 2
            for place in of_column:
                place.y += lower

    def name(self, stop: Stop) -> str:
        """What a stop is called on the paper."""
        if stop.key == "others":
            return self._names["others"].format(n=self.bands.gathered[stop])
        if stop.key == "recycled":
            return self._names["recycled"]
        if stop.column > MIDDLE:
            told = end_label(self.trail, int(stop.key), self.language)
            is_held = stop.key == str(REMAINS)
            return self._names["holders"].format(label=told, n=self.bands.holders) if is_held else told
        return self.labels.get(stop.key, stop.key)

    def _lines(self, stop: Stop, ore: Int64s) -> tuple[list[str], int]:
        """The lines beside a stop, and how many of them are its name: two at most, for a party."""
        gap = (self.right - self.left) / max(len(self.columns) - 1, 1)
        room = gap - 8 if 0 < stop.column <= MIDDLE else self.left - 24
        letters = int(room / (_LETTER * self.size))
        name = self.name(stop)
        told = textwrap.wrap(name, letters, break_on_hyphens=False)
        if stop.column <= MIDDLE and len(told) > _NAME_LINES:
            told = [*told[: _NAME_LINES - 1], shortened(" ".join(told[_NAME_LINES - 1 :]), letters)]
        named = len(told)
        told += [stop.month] if stop.month else []
        bounds = ore if len(ore) == 1 else ore[:-1]
        amount = between(int(bounds.min()), int(bounds.max()), self.language)
        if stop.month and len(told[-1]) + len(amount) < letters - 1:
            return [*told[:-1], f"{told[-1]}: {amount}"], named
        return [*told, amount], named
