"""How clusters of one component grow: the best two first, by the mean over all pairs of their members."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from follow_money.entities.birth_conflicts import births_conflict
from follow_money.entities.free_growth import TRIANGLE, UNCOMPARED_BITS, are_sure_triangles, grow_freely, join_triangles

if TYPE_CHECKING:
    from collections.abc import Callable

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

UNKNOWN: Final = -1
"""A fact that nobody told: it denies nothing."""


@dataclass(slots=True)
class Tie:
    """What lies between two clusters: sum and number of scored pairs, and the best pair."""

    total: float
    pairs: int
    best: float
    left: int
    right: int


@dataclass
class Growth:
    """Clusters while they grow, by their member of lowest number."""

    facts: Ints
    births: Ints | None
    negative: set[frozenset[int]]
    link_bits: float
    merges: list[tuple[int, int, float, float]] = field(default_factory=list)
    refused: dict[tuple[int, int], str] = field(default_factory=dict)
    parent: dict[int, int] = field(default_factory=dict)
    members: dict[int, list[int]] = field(default_factory=dict)
    days: dict[int, frozenset[int]] = field(default_factory=dict)
    told: dict[int, tuple[int, ...]] = field(default_factory=dict)
    size: dict[int, int] = field(default_factory=dict)
    known_facts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Facts that have one value at most forbid nothing."""
        columns = [np.unique(self.facts[:, place]) for place in range(self.facts.shape[1])]
        self.known_facts = tuple(place for place, values in enumerate(columns) if int((values != UNKNOWN).sum()) > 1)

    def roots(self, count: int) -> Ints:
        """For each item the one that stands for its cluster."""
        above = np.arange(count)
        for child, parent in self.parent.items():
            above[child] = parent
        while True:
            further = above[above]
            if np.array_equal(further, above):
                return above
            above = further

    def pairs_alone(self, low: Ints, high: Ints, weight: Floats) -> None:
        """Join, or refuse, pairs of two items that have nothing to do with any other."""
        left, right = self.facts[low], self.facts[high]
        apart = ((left != right) & (left != UNKNOWN) & (right != UNKNOWN)).any(axis=1)
        if self.births is not None:
            known = (self.births[low] != UNKNOWN) & (self.births[high] != UNKNOWN)
            odd = np.flatnonzero(known & (self.births[low] != self.births[high]))
            dates = zip(self.births[low[odd]].tolist(), self.births[high[odd]].tolist(), strict=True)
            apart[odd] |= np.array([births_conflict(first, second) for first, second in dates], np.bool_)
        for a, b, bits, denied in zip(low.tolist(), high.tolist(), weight.tolist(), apart.tolist(), strict=True):
            if denied or (self.negative and frozenset((a, b)) in self.negative):
                self.refused[a, b] = "denied"
            else:
                self.merges.append((a, b, bits, bits))
                self.parent[b] = a

    def free_of_conflict(self, low: Ints, high: Ints, components: list[Ints]) -> list[bool]:
        """For components told by the places of their pairs: whether nothing forbids anything within them."""
        if not components:
            return []
        places = np.concatenate(components)
        component = np.repeat(np.arange(len(components)), [len(part) for part in components])
        kept_apart = np.array(sorted({item for pair in self.negative for item in pair}), np.int64)
        columns = [self.facts[:, place] for place in self.known_facts]
        if self.births is not None:
            columns.append(self.births)
        free = np.ones(len(components), np.bool_)
        free[component[np.isin(low[places], kept_apart) | np.isin(high[places], kept_apart)]] = False
        for column in columns:
            least = np.full(len(components), np.iinfo(np.int64).max)
            most = np.full(len(components), np.iinfo(np.int64).min)
            for side in (low, high):
                values = column[side[places]]
                known = values != UNKNOWN
                np.minimum.at(least, component[known], values[known])
                np.maximum.at(most, component[known], values[known])
            free &= least >= most
        return [bool(each) for each in free]

    def denied(self, a: int, b: int) -> bool:
        """Whether a fact, a birth date or a judgement keeps two clusters apart."""
        left, right = self._told(a), self._told(b)
        for place in self.known_facts:
            x, y = left[place], right[place]
            if x != y and x != UNKNOWN and y != UNKNOWN:  # noqa: PLR1714 - a set would be built for each of many pairs
                return True
        ours, theirs = self._days(a), self._days(b)
        if ours and theirs and ours != theirs and any(births_conflict(x, y) for x in ours for y in theirs):
            return True
        return bool(self.negative) and any(
            frozenset((x, y)) in self.negative for x in self._members(a) for y in self._members(b)
        )

    def _told(self, root: int) -> tuple[int, ...]:
        told = self.told.get(root)
        if told is None:
            told = self.told[root] = tuple(self.facts[root].tolist())
        return told

    def _members(self, root: int) -> list[int]:
        return self.members.get(root, [root])

    def _days(self, root: int) -> frozenset[int]:
        if self.births is None:
            return frozenset()
        known = self.days.get(root)
        if known is None:
            day = int(self.births[root])
            known = self.days[root] = frozenset() if day == UNKNOWN else frozenset((day,))
        return known

    def _unite(self, a: int, b: int) -> int:
        low, high = min(a, b), max(a, b)
        self.members[low] = sorted(self._members(low) + self._members(high))
        self.members.pop(high, None)
        self.size[low] = len(self.members[low])
        self.days[low] = self._days(low) | self._days(high)
        self.told[low] = tuple(map(max, self._told(low), self._told(high)))
        self.parent[high] = low
        return low

    def cluster_freely(self, low: list[int], high: list[int], weight: list[float]) -> None:
        """Grow the clusters of one component in which nothing forbids anything."""
        pairs = zip(low, high, weight, strict=True)
        for outvoted in grow_freely(pairs, self.link_bits, self.merges, self.parent):
            self.refused[outvoted] = "outvoted"

    def triangles(self, low: Ints, high: Ints, weight: Floats, components: list[Ints], free: list[bool]) -> list[bool]:
        """Join, of components told by the places of their pairs, those of three items of which each two are surely one. Says which were such."""
        joined = np.array(
            [is_free and len(part) == TRIANGLE for part, is_free in zip(components, free, strict=True)], np.bool_
        )
        threes = np.array([components[place] for place in np.flatnonzero(joined)], np.int64).reshape(-1, TRIANGLE)
        sure = are_sure_triangles(low[threes], high[threes], weight[threes], self.link_bits)
        joined[joined] = sure
        threes = threes[sure]
        join_triangles(low[threes], high[threes], weight[threes], self.merges, self.parent)
        told: list[bool] = joined.tolist()
        return told

    def cluster(self, low: list[int], high: list[int], weight: list[float]) -> None:
        """Grow the clusters of one component."""
        ties: dict[int, dict[int, Tie]] = {}
        for a, b, bits in zip(low, high, weight, strict=True):
            ties.setdefault(a, {})[b] = ties.setdefault(b, {})[a] = Tie(max(bits, UNCOMPARED_BITS), 1, bits, a, b)
        heap = [(-self._mean(a, b, tie), a, b) for a, near in ties.items() for b, tie in near.items() if a < b]
        heapq.heapify(heap)
        while heap:
            negative_mean, a, b = heapq.heappop(heap)
            tie = ties.get(a, {}).get(b)
            if tie is None or -negative_mean != self._mean(a, b, tie):
                continue  # one of them has grown since
            why = self._against(a, b, tie, ties)
            if why is not None:
                if tie.best >= self.link_bits:
                    self.refused[tie.left, tie.right] = why
                continue
            self.merges.append((tie.left, tie.right, tie.best, -negative_mean))
            self._join(a, b, ties, lambda mean, x, y: heapq.heappush(heap, (-mean, x, y)))

    def _mean(self, a: int, b: int, tie: Tie) -> float:
        pairs = self.size.get(a, 1) * self.size.get(b, 1)
        if pairs == tie.pairs:
            return tie.total / pairs
        return (tie.total + UNCOMPARED_BITS * (pairs - tie.pairs)) / pairs

    def _against(self, a: int, b: int, tie: Tie, ties: dict[int, dict[int, Tie]]) -> str | None:
        if tie.best < self.link_bits:
            return "unsure"
        if self.denied(a, b):
            return "denied"
        if self._mean(a, b, tie) <= 0:
            return "outvoted"
        return "rivals" if self._has_rival(a, b, tie, ties) or self._has_rival(b, a, tie, ties) else None

    def _has_rival(self, a: int, b: int, tie: Tie, ties: dict[int, dict[int, Tie]]) -> bool:
        """Whether ``a`` might as well belong to a cluster that ``b`` can never be one with."""
        near = ties[a]
        if len(near) == 1:
            return False
        least = max(self._mean(a, b, tie) - self.link_bits, 0.0)
        for other, rival in near.items():
            if other == b or rival.best <= least or self._mean(a, other, rival) <= least:
                continue
            if self.denied(b, other) and not self.denied(a, other):
                return True
        return False

    def _join(self, a: int, b: int, ties: dict[int, dict[int, Tie]], push: Callable[[float, int, int], None]) -> None:
        kept = self._unite(a, b)
        gone = b if kept == a else a
        near = ties.pop(gone)
        for other, tie in near.items():
            if other == kept:
                continue
            del ties[other][gone]
            mine = ties[kept].get(other)
            if mine is None:
                ties[kept][other] = ties[other][kept] = tie
                continue
            mine.total += tie.total
            mine.pairs += tie.pairs
            if (tie.best, -tie.left, -tie.right) > (mine.best, -mine.left, -mine.right):
                mine.best, mine.left, mine.right = tie.best, tie.left, tie.right
        del ties[kept][gone]
        for other, tie in ties[kept].items():
            push(self._mean(kept, other, tie), min(kept, other), max(kept, other))
