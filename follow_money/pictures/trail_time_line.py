"""A trail in time: one lane a party, how much of the followed money lay there and for how long, and the largest payments between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from follow_money.errors import UsageError
from follow_money.graph.flows.trail import Convention
from follow_money.graph.local_time import SWEDISH_TIME
from follow_money.pictures.between import between
from follow_money.pictures.picture import Picture
from follow_money.pictures.svg import (
    BLUE,
    GREY,
    INK,
    PAPER,
    SOFT_INK,
    document,
    escaped,
    label,
    line,
    number,
    shortened,
)
from follow_money.pictures.trail_lanes import TOP, Lane, TrailLanes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from follow_money.graph.flows.time_order import Int64s
    from follow_money.graph.flows.trail import Trail

_TALL: Final = 30
"""Height in px of the most that lies in a lane."""
_NARROW: Final = 800
_TICKS: Final = 10

_DATA: Final = pa.schema(
    [
        ("payment_id", pa.string()),
        ("from", pa.string()),
        ("to", pa.string()),
        ("paid_at", pa.timestamp("us", tz="UTC")),
        ("exit_class", pa.uint8()),
        ("low_ore", pa.int64()),
        ("haircut_ore", pa.int64()),
        ("high_ore", pa.int64()),
    ]
)

_WORDS: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "payment": "1 betalning",
        "payments": "{n} betalningar",
        "title": "Spåret i tid: {amount} ({n})",
        "key": "Höjd: hur mycket av de följda pengarna som låg där; varje part i sin egen skala. Nederst det som slutat, i en skala.",
        "key2": "Under namnet: mest på en gång, och hur länge pengarna låg i snitt. Pil: en betalning. Proportionell fördelning, svensk tid.",
        "ends": "har slutat som",
        "ends back": "började som",
        "more": "Betalningar som inte ritas som pilar: {n}. Parter utan egen rad: {parties}.",
        "description": "Rader: {lanes}. Pilar: {arrows} av {n} betalningar.",
    },
    "en": {
        "payment": "1 payment",
        "payments": "{n} payments",
        "title": "The trail in time: {amount} ({n})",
        "key": "Height: how much of the followed money lay there, each party to its own scale. At the bottom what has ended, to one.",
        "key2": "Below a name: the most at one time, and the mean stay. Arrow: a payment. Haircut, Swedish time.",
        "ends": "has ended as",
        "ends back": "began as",
        "more": "Payments without an arrow: {n}. Parties without a lane: {parties}.",
        "description": "Lanes: {lanes}. Arrows: {arrows} of {n} payments.",
    },
}


def trail_time_line(
    trail: Trail, *, labels: Mapping[str, str] | None = None, language: str = "sv", width: int = 900, arrows: int = 48
) -> Picture:
    """Draw a trail in time.

    The payers of the sources have the uppermost lane, then the parties that most went through, by when it reached them first, then the ends. The area of a
    lane is money times time: wide and low is money that stayed, a spike is money that went straight on.

    Args:
        trail: Traced by haircut.
        labels: Entity id to the name to show; without it only ids appear.
        language: sv or en.
        width: In px, 600 or more.
        arrows: The most payments to draw, those that carry most; the others are counted, and still raise and lower the lanes.

    Returns:
        ``data``: one row an arrow in time order: the payment with its parties, exit class (0: followed on) and traced öre.

    Raises:
        UsageError: The trail was not traced by haircut.
    """
    if Convention.HAIRCUT not in trail.payment_ore:
        raise UsageError("A picture of a trail needs the haircut convention. Trace it with FIFO, LIFO and haircut.")
    return _TimeLine(trail, labels or {}, language, width, arrows).picture()


class _TimeLine(TrailLanes):
    """What is drawn on the lanes."""

    def __init__(self, trail: Trail, labels: Mapping[str, str], language: str, width: int, arrows: int) -> None:
        super().__init__(trail, labels, language)
        self.width, self.words = width, _WORDS[language]
        self.size = 9.5 if width < _NARROW else 10.5
        self.left, self.right = 0.21 * width, width - 20.0
        self.begins, self.ends = self.first - (self.last - self.first) // 60, self.last + (self.last - self.first) // 90
        bounds = np.stack([trail.payment_ore[each][self.at] for each in trail.bounding])
        self.low, self.high = bounds.min(axis=0), bounds.max(axis=0)
        ends = np.array([all(lane in self.lanes for lane in self.lanes_of(n)) for n in range(len(self.at))], dtype=bool)
        self.drawn = self._largest(ends & (self.ore > 0), arrows)

    def _largest(self, can_be_drawn: NDArray[np.bool_], arrows: int) -> Int64s:
        """The payments to draw. A third each for sources, payments between parties and ends, so that large sources do not hide all else; the rest by size."""
        largest = np.lexsort((self.at, -self.ore))
        largest = largest[can_be_drawn[largest]]
        kind = np.where(self.is_source, 0, np.where(self.stop == 0, 1, 2))[largest]
        first = np.concatenate([largest[kind == each][: arrows // 3] for each in range(3)])
        rest = largest[~np.isin(largest, first)][: arrows - len(first)]
        return np.sort(np.concatenate([first, rest]))

    def _x(self, at_us: float) -> float:
        return self.left + (self.right - self.left) * (at_us - self.begins) / (self.ends - self.begins)

    def picture(self) -> Picture:
        """The whole picture."""
        amount = between(self.trail.source_ore, self.trail.source_ore, self.language)
        count = len(self.trail.sources)
        told = self.words["payment"] if count == 1 else self.words["payments"].format(n=count)
        title = self.words["title"].format(amount=amount, n=told)
        elements = [
            label(20, 30, title, size=14 if self.width < _NARROW else 17, bold=True),
            label(20, 50, self.words["key"], size=self.size - 0.5, fill=SOFT_INK),
            label(20, 64, self.words["key2"], size=self.size - 0.5, fill=SOFT_INK),
            *self._months(),
        ]
        most = {key: int(lane.held_ore.max()) for key, lane in self.lanes.items() if len(lane.held_ore)}
        most_ended = max((ore for (kind, _), ore in most.items() if kind == "end"), default=0)
        for key, lane in self.lanes.items():
            is_end = key[0] == "end"
            elements += self._area(lane, max(most_ended if is_end else most.get(key, 0), 1), is_end=is_end)
        largest = int(self.ore[self.drawn].max()) if len(self.drawn) else 1
        elements += [self._arrow(int(n), largest) for n in self.drawn]
        if any(kind == "end" for kind, _ in self.lanes):
            name = self.words["ends back" if self.trail.is_backward else "ends"]
            elements.append(label(20, self.ends_y + 8, name, size=self.size - 1, fill=SOFT_INK))
        rest = np.setdiff1d(np.arange(len(self.at)), self.drawn)
        if len(rest):
            note = self.words["more"].format(n=len(rest), parties=self.parties)
            elements.append(label(20, self.bottom + 26, note, size=self.size - 0.5, fill=SOFT_INK))
        description = self.words["description"].format(lanes=len(self.lanes), arrows=len(self.drawn), n=len(self.at))
        svg = document(self.width, self.bottom + 40, elements, title=title, description=description)
        return Picture(svg=svg, data=self._data(), description=description)

    def _months(self) -> list[str]:
        first, last = (datetime.fromtimestamp(us / 1e6, UTC).astimezone(SWEDISH_TIME) for us in (self.first, self.last))
        month = first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        starts = []
        while month <= last:
            month = (month + timedelta(days=32)).replace(day=1)
            starts.append(month)
        told = []
        for start in starts[:: max(1, -(-len(starts) // _TICKS))]:
            x = self._x(start.timestamp() * 1e6)
            if x < self.right - 44:
                told += [
                    line(x, TOP - 8, x, self.bottom),
                    label(x + 2, TOP - 4, f"{start:%Y-%m}", size=9, fill=SOFT_INK),
                ]
        return told

    def _area(self, lane: Lane, most: int, *, is_end: bool) -> list[str]:
        letters = int((self.left - 28) / (0.67 * self.size))
        told = [
            line(20, lane.y, self.right, lane.y, stroke=GREY, width=0.6),
            label(20, lane.y - 16, shortened(lane.name, letters), size=self.size, bold=True),
            label(20, lane.y - 4, lane.second, size=self.size - 1, fill=SOFT_INK),
        ]
        if not len(lane.at_us):
            return told
        # One point a pixel and step is enough, and keeps the picture small.
        steps = [f"M{number(self._x(int(lane.at_us[0])))} {number(lane.y)}"]
        for at_us, ore in zip(lane.at_us.tolist(), lane.held_ore.tolist(), strict=True):
            steps.append(f"H{number(round(self._x(at_us), 1))} V{number(round(lane.y - _TALL * ore / most, 1))}")
        steps.append(f"H{number(self._x(self.last))} V{number(lane.y)} Z")
        fill, edge = lane.colour, lane.colour if is_end else BLUE
        told.insert(
            1,
            f'<path d="{" ".join(steps)}" fill="{fill}" fill-opacity="0.55" stroke="{edge}" stroke-width="0.7"/>',
        )
        return told

    def _arrow(self, n: int, largest: int) -> str:
        start, end = self.lanes_of(n)
        a, b = self.lanes[start], self.lanes[end]
        x, way = self._x(int(self.when[n])), 1 if b.y > a.y else -1
        thick = 0.8 + 3.2 * int(self.ore[n]) / largest
        head = 4 + thick
        colour = b.colour if end[0] == "end" else a.colour if start[0] == "end" else INK
        moment = datetime.fromtimestamp(int(self.when[n]) / 1e6, UTC).astimezone(SWEDISH_TIME)
        amount = between(int(self.low[n]), int(self.high[n]), self.language)
        told = f"{moment:%Y-%m-%d %H:%M} {a.name} → {b.name}: {amount}"
        tip = f"{number(x)},{number(b.y)} {number(x - head / 2)},{number(b.y - way * head)} {number(x + head / 2)},{number(b.y - way * head)}"
        return (
            f'<g opacity="0.8"><title>{escaped(told)}</title><line x1="{number(x)}" y1="{number(a.y)}" x2="{number(x)}" '
            f'y2="{number(b.y - way * head)}" stroke="{colour}" stroke-width="{number(thick)}"/>'
            f'<polygon points="{tip}" fill="{colour}" stroke="{PAPER}" stroke-width="0.3"/></g>'
        )

    def _data(self) -> pa.Table:
        told = self.trail.store.told(self.at[self.drawn]).to_pylist()
        rows = [
            {
                "payment_id": row["payment_id"],
                "from": row["payer_id"],
                "to": row["payee_id"],
                "paid_at": row["paid_at"],
                "exit_class": int(self.stop[n]),
                "low_ore": int(self.low[n]),
                "haircut_ore": int(self.ore[n]),
                "high_ore": int(self.high[n]),
            }
            for n, row in zip(self.drawn, told, strict=True)
        ]
        return pa.Table.from_pylist(rows, schema=_DATA)
