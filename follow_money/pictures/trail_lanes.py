"""The lanes of a trail in time: how much of the followed money lay with each party and with each end, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from follow_money.graph.flows.trail import Convention
from follow_money.pictures.between import between
from follow_money.pictures.svg import INK, SKY
from follow_money.pictures.trail_ends import end_colour, end_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from follow_money.graph.flows.time_order import Int64s
    from follow_money.graph.flows.trail import Trail

TOP: Final = 100
_LANE: Final = 46
_END_LANE: Final = 38
_DAY_US: Final = 86_400_000_000
_MOST_LANES: Final = 8

_WORDS: Final[dict[str, dict[str, str]]] = {
    "sv": {"payers": "betalare", "stay": "{most} · {time}", "days": "{n} d", "hours": "{n} h"},
    "en": {"payers": "payers", "stay": "{most} · {time}", "days": "{n} d", "hours": "{n} h"},
}


@dataclass(frozen=True)
class Lane:
    """``at_us`` ascending, ``held_ore`` what lies there from each of these instants on."""

    name: str
    second: str
    colour: str
    at_us: Int64s
    held_ore: Int64s
    y: float


class TrailLanes:
    """The touched payments of a trail as arrays of one length, and the lanes that they run between, by kind and number, uppermost first."""

    def __init__(self, trail: Trail, labels: Mapping[str, str], language: str) -> None:
        self.trail, self.labels, self.language = trail, labels, language
        self._names = _WORDS[language]
        store, at = trail.store, trail.touched()
        self.at = at
        self.giver, self.taker = store.payer[at].astype(np.int64), store.payee[at].astype(np.int64)
        self.when, self.ore, self.stop = (
            store.paid_at_us[at],
            trail.payment_ore[Convention.HAIRCUT][at],
            trail.stops[at],
        )
        self.is_source = np.isin(at, trail.sources)
        self.first, self.last = int(self.when.min()), int(max(self.when.max(), self.when.min() + _DAY_US))
        self.lanes: dict[tuple[str, int], Lane] = {}
        self._fill()

    def lanes_of(self, n: int) -> tuple[tuple[str, int], tuple[str, int]]:
        """From which lane to which a payment goes. Backward, the payers of the sources' money are on the other side, and so are the ends."""
        start, end = ("party", int(self.giver[n])), ("party", int(self.taker[n]))
        if self.is_source[n]:
            return (start, ("sources", 0)) if self.trail.is_backward else (("sources", 0), end)
        if self.stop[n]:
            outside = ("end", int(self.stop[n]))
            return (outside, end) if self.trail.is_backward else (start, outside)
        return start, end

    def _fill(self) -> None:
        """The parties that most passes through, and every end."""
        back = self.trail.is_backward
        reached, left = (self.giver, self.taker) if back else (self.taker, self.giver)
        inward = self.stop == 0
        through = np.zeros(self.trail.store.nodes, np.int64)
        np.add.at(through, reached[inward], self.ore[inward])
        passes = np.zeros(self.trail.store.nodes, dtype=bool)
        passes[left[~self.is_source]] = True
        passes[reached[self.is_source]] = True
        chosen = [
            int(node) for node in np.argsort(-through, kind="stable")[:_MOST_LANES] if through[node] and passes[node]
        ]
        self.parties = int(np.count_nonzero(through)) - len(chosen)
        seen = {node: int(self.when[(self.giver == node) | (self.taker == node)].min()) for node in chosen}
        none = np.zeros(0, np.int64)
        y = float(TOP + 20)
        self.lanes["sources", 0] = Lane(*self._source_names(), INK, none, none, y)
        ids = self.trail.store.node_ids
        for node in sorted(chosen, key=lambda node: (seen[node], -through[node])):
            y += _LANE
            held = self._held((reached == node) & inward, (left == node) & ~self.is_source, int(self._remaining(node)))
            name = str(ids[node].as_py())
            stay = self._stay(held, int(through[node]))
            self.lanes["party", node] = Lane(self.labels.get(name, name), stay, SKY, *held, y)
        self.ends_y = y + 18
        y += 20
        for end in sorted(set(self.stop[self.stop > 0].tolist())):
            y += _END_LANE
            is_end = self.stop == end
            held = self._held(is_end, np.zeros(len(self.at), dtype=bool), 0, is_end=True)
            bounds = [int(self.trail.payment_ore[each][self.at][is_end].sum()) for each in self.trail.bounding]
            amount = between(min(bounds), max(bounds), self.language)
            name = end_label(self.trail, end, self.language)
            self.lanes["end", end] = Lane(name, amount, end_colour(self.trail, end), *held, y)
        self.bottom = y

    def _source_names(self) -> tuple[str, str]:
        store, sources = self.trail.store, self.trail.sources
        sides = np.unique((store.payee if self.trail.is_backward else store.payer)[sources])
        names = [str(each) for each in store.node_ids.take(pa.array(sides)).to_pylist()]
        amount = between(self.trail.source_ore, self.trail.source_ore, self.language)
        if len(names) == 1:
            return self.labels.get(names[0], names[0]), amount
        return f"{self._names['payers']} ({len(names)})", amount

    def _remaining(self, node: int) -> int:
        return int(self.trail.remaining_ore[Convention.HAIRCUT][node])

    def _held(
        self, arrives: NDArray[np.bool_], leaves: NDArray[np.bool_], remains_ore: int, *, is_end: bool = False
    ) -> tuple[Int64s, Int64s]:
        """What lies in a lane, from each instant on. Backward, a party holds the money until it pays, and may have held some from the beginning."""
        back = self.trail.is_backward and not is_end
        when = np.concatenate([self.when[arrives], self.when[leaves]])
        change = np.concatenate([self.ore[arrives], -self.ore[leaves]])
        order = np.argsort(when, kind="stable")
        held = np.cumsum(-change[order] if back else change[order]) + (remains_ore if back else 0)
        instants, place = np.unique(when[order][::-1], return_index=True)
        held = held[::-1][place]
        if back and remains_ore:
            instants, held = np.concatenate([[self.first], instants]), np.concatenate([[remains_ore], held])
        return instants.astype(np.int64), np.maximum(held, 0).astype(np.int64)

    def _stay(self, held: tuple[Int64s, Int64s], through_ore: int) -> str:
        """Mean stay by Little's law: money times time in the lane over what came in."""
        at_us, ore = held
        spans = np.diff(np.append(at_us, self.last)) / _DAY_US
        days = float((spans * ore).sum()) / max(through_ore, 1)
        told = self._names["hours" if days < 1 else "days"].format(n=round(days * 24 if days < 1 else days))
        most = int(ore.max()) if len(ore) else 0
        return self._names["stay"].format(most=between(most, most, self.language), time=told)
