"""A trail as bands between the parties that matter: from where its sources come, by hops, to where the money ended."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from follow_money.errors import UsageError
from follow_money.graph.flows.follow import source_months
from follow_money.graph.flows.trail import REMAINS, Convention

if TYPE_CHECKING:
    from follow_money.graph.flows.time_order import Int64s
    from follow_money.graph.flows.trail import Trail

MIDDLE: Final = 3
"""Columns between the sources and the ends; who is further away stands in the last one."""

_MOST_SOURCES: Final = 12
_MOST_IN_COLUMN: Final = 6
_LEAST_SHARE: Final = 0.01
"""Of the sources: a party through which less goes is gathered with others of its column."""
_LEAST_BAND: Final = 0.002
"""Of the sources: thinner bands are counted, not drawn."""


@dataclass(frozen=True, order=True)
class Stop:
    """Where bands begin and end. ``column``: 0 sources, 1 to `MIDDLE` parties by hop, `MIDDLE` + 1 ends."""

    column: int
    key: str
    """Entity id (of a source with its month), number of an exit class, ``recycled`` or ``others``."""
    month: str = ""


@dataclass
class Band:
    """Traced öre from one stop to another, by bounding convention."""

    start: Stop
    end: Stop
    ore: Int64s
    payments: int

    @property
    def low_ore(self) -> int:
        """The least that a bounding convention traces here."""
        return int(self.ore[:-1].min())

    @property
    def high_ore(self) -> int:
        """The most that a bounding convention traces here."""
        return int(self.ore[:-1].max())

    @property
    def haircut_ore(self) -> int:
        """What the haircut traces here."""
        return int(self.ore[-1])


@dataclass(frozen=True)
class Bands:
    """A trail's bands.

    Attributes:
        drawn: Those to draw, widest first.
        thin: Those too thin to draw.
        gathered: How many parties each ``others`` stands for.
        holders: How many parties still hold money of the trail.
    """

    drawn: list[Band]
    thin: list[Band]
    gathered: dict[Stop, int]
    holders: int


def trail_bands(trail: Trail) -> Bands:
    """The bands of a trail.

    A party that passes nothing on has no stop of its own: what it still holds runs straight to ``REMAINS``. The sums of the bands into the last column, drawn
    and thin, are the trail's exits (and what was recycled), for every convention. Payments between two gathered parties of one column have no band.

    Raises:
        UsageError: The trail was not traced by haircut, which sets the widths.
    """
    if Convention.HAIRCUT not in trail.payment_ore:
        raise UsageError("A picture of a trail needs the haircut convention. Trace it with FIFO, LIFO and haircut.")
    bands = _by_party(trail)
    merged, gathered = _gathered(bands, trail.source_ore)
    least = trail.source_ore * _LEAST_BAND
    ordered = sorted(merged, key=lambda band: (-band.haircut_ore, band.start, band.end))
    return Bands(
        drawn=[band for band in ordered if band.high_ore >= least],
        thin=[band for band in ordered if band.high_ore < least],
        gathered=gathered,
        holders=int(np.count_nonzero(sum(trail.remaining_ore[each] for each in trail.bounding))),
    )


def _by_party(trail: Trail) -> list[Band]:
    """One band a pair of parties, or a party and an end, nothing gathered yet."""
    store, at = trail.store, trail.touched()
    giver, taker = (
        each[at].astype(np.int64)
        for each in ((store.payee, store.payer) if trail.is_backward else (store.payer, store.payee))
    )
    stop = trail.stops[at]
    ore = np.stack([trail.payment_ore[each][at] for each in _rows(trail)])
    left = np.stack([trail.remaining_ore[each] for each in _rows(trail)])
    is_source = np.isin(at, trail.sources)
    place_of = {int(place): stop for place, stop in zip(trail.sources, _source_stops(trail), strict=True)}
    passes = ~is_source & (ore.max(axis=0) > 0)
    hop = _hops(giver[passes & (stop == 0)], taker[passes & (stop == 0)], taker[is_source], store.nodes)
    pays_on = np.zeros(store.nodes, dtype=bool)
    pays_on[giver[passes]] = True
    # What reached a payer of sources and was paid out again by one of them leaves the trail there: it counts once.
    balance = -left
    for row in range(len(ore)):
        np.add.at(balance[row], taker[stop == 0], ore[row][stop == 0])
        np.subtract.at(balance[row], giver[~is_source], ore[row][~is_source])

    total: dict[tuple[Stop, Stop], Int64s] = defaultdict(lambda: np.zeros(len(ore), np.int64))
    count: dict[tuple[Stop, Stop], int] = defaultdict(int)
    ids = store.node_ids

    def party(node: int) -> Stop:
        return Stop(min(int(hop[node]), MIDDLE), str(ids[node].as_py()))

    def add(start: Stop, end: Stop, more: Int64s, payments: int) -> None:
        total[start, end] += more
        count[start, end] += payments

    def end(key: str | int) -> Stop:
        return Stop(MIDDLE + 1, str(key))

    for n in range(len(at)):
        start = place_of[int(at[n])] if is_source[n] else party(int(giver[n]))
        node = int(taker[n])
        if stop[n]:
            add(start, end(int(stop[n])), ore[:, n], 1)
        elif pays_on[node] or balance[:, node].any():
            add(start, party(node), ore[:, n], 1)
        else:
            add(start, end(REMAINS), ore[:, n], 1)
    for node in np.flatnonzero((pays_on | balance.any(axis=0)) & (hop > 0)).tolist():
        if left[:, node].any():
            add(party(node), end(REMAINS), left[:, node], 0)
        if balance[:, node].any():
            add(party(node), end("recycled"), balance[:, node], 0)
    return [Band(*pair, ore=told, payments=count[pair]) for pair, told in total.items()]


def _source_stops(trail: Trail) -> list[Stop]:
    """Where each source comes from: payer and month when these are few, else the payer."""
    store = trail.store
    payers = (store.payee if trail.is_backward else store.payer)[trail.sources]
    ids = [str(each) for each in store.node_ids.take(pa.array(payers.astype(np.int64))).to_pylist()]
    dated = [Stop(0, entity, month) for entity, month in zip(ids, source_months(trail), strict=True)]
    return dated if len(set(dated)) <= _MOST_SOURCES else [Stop(0, entity) for entity in ids]


def _hops(giver: Int64s, taker: Int64s, first: Int64s, nodes: int) -> Int64s:
    """How many payments from the sources each node is, at least; 1 for those whom sources reach, 0 for those whom nothing reaches."""
    hop = np.zeros(nodes, np.int64)
    hop[first] = 1
    step = 1
    while True:
        reached = taker[(hop[giver] == step) & (hop[taker] == 0)]
        if not len(reached):
            return hop
        step += 1
        hop[reached] = step


def _gathered(bands: list[Band], source_ore: int) -> tuple[list[Band], dict[Stop, int]]:
    """Small parties of one column become one, when they are at least two."""
    through: dict[Stop, int] = defaultdict(int)
    for band in bands:
        if band.end.column <= MIDDLE:
            through[band.end] += band.haircut_ore
        if band.start.column == 0:
            through[band.start] += band.haircut_ore
    becomes: dict[Stop, Stop] = {}
    gathered: dict[Stop, int] = {}
    for column in range(MIDDLE + 1):
        of_column = sorted((stop for stop in through if stop.column == column), key=lambda stop: (-through[stop], stop))
        most = _MOST_SOURCES if column == 0 else _MOST_IN_COLUMN
        small = [
            stop
            for n, stop in enumerate(of_column)
            if n >= most or (column > 0 and through[stop] < source_ore * _LEAST_SHARE)
        ]
        if len(small) > 1:
            others = Stop(column, "others")
            gathered[others] = len(small)
            becomes.update(dict.fromkeys(small, others))
    merged: dict[tuple[Stop, Stop], Band] = {}
    for band in bands:
        start, end = becomes.get(band.start, band.start), becomes.get(band.end, band.end)
        if start == end and start.key == "others":
            continue
        if (start, end) in merged:
            merged[start, end].ore = merged[start, end].ore + band.ore
            merged[start, end].payments += band.payments
        else:
            merged[start, end] = Band(start, end, band.ore, band.payments)
    return list(merged.values()), gathered


def _rows(trail: Trail) -> tuple[Convention, ...]:
    """The bounding conventions, then the haircut once more: the last row is what is drawn."""
    return (*trail.bounding, Convention.HAIRCUT)
