"""From scored pairs to a partition: constrained, and resistant to chaining.

Clusters grow by the best pair of clusters first. What counts is the mean over all pairs of members, a pair that was not
found worth comparing counting against; so one bad pair cannot join two groups that otherwise have nothing in common.
Three things forbid a join, whatever speaks for it: a fact that differs, birth dates further apart than a slip of the
pen, and a person's negative judgement. And a cluster with two candidates that exclude each other, of which neither is
clearly the better, joins neither.

Ties are broken by rank alone, so that the order of the input does not matter.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from follow_money.entities.birth_conflicts import births_conflict

if TYPE_CHECKING:
    from collections.abc import Callable

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Pairs = tuple[Ints, Ints]

UNKNOWN: Final = -1
"""A fact that nobody told: it denies nothing."""

UNCOMPARED_BITS: Final = -6.0
"""What a pair counts that was not compared, or scored lower than this: sharing nothing to be found by is evidence."""

MOST_BITS: Final = 14.0
"""What one pair counts at most, so that no single one outweighs all others."""

NO_PAIRS: Final[Pairs] = (np.empty(0, np.int64), np.empty(0, np.int64))


@dataclass(frozen=True, kw_only=True)
class Constraints:
    """What forbids or forces a join.

    Args:
        facts: One row an item, one column a fact; ``UNKNOWN`` where not told. Items that differ in a told fact are
            never one.
        births: Birth dates as YYYYMMDD, ``UNKNOWN`` where not told; None: birth dates forbid nothing here.
        negative: Pairs of items that a person has judged to be two.
        positive: Pairs of items that a person has judged to be one: joined first, whatever the facts say.
    """

    facts: Ints
    births: Ints | None = None
    negative: Pairs = NO_PAIRS
    positive: Pairs = NO_PAIRS


@dataclass(frozen=True, kw_only=True)
class Merge:
    """One join of two clusters: the pair of items that explains it, what it weighs, and the mean over all pairs."""

    left: int
    right: int
    bits: float
    mean_bits: float
    is_judged: bool = False


@dataclass(frozen=True, kw_only=True)
class Partition:
    """``cluster`` is each item's cluster, told by its member of lowest rank; ``merges`` in the order in which they were made.

    ``refused`` says why a pair of items that weighs enough is not one: "denied", "rivals" or "outvoted".
    """

    cluster: Ints
    merges: tuple[Merge, ...]
    refused: dict[tuple[int, int], str]


def partition(
    count: int, pairs: Pairs, bits: Floats, constraints: Constraints, *, link_bits: float, rank: Ints | None = None
) -> Partition:
    """Partition ``count`` items.

    Args:
        count: Items are 0 to ``count`` - 1.
        pairs: Scored pairs of items, each at most once, in any order and any direction.
        bits: Log2 odds that the pair is one, in the order of ``pairs``.
        constraints: What forbids or forces a join.
        link_bits: The least that the best pair of two clusters must weigh for them to be joined.
        rank: A canonical place for each item that breaks ties; their numbers when it is not given.
    """
    place = np.arange(count) if rank is None else rank
    item = np.argsort(place, kind="stable")  # from here on items are numbered by rank
    number = np.empty(count, np.int64)
    number[item] = np.arange(count)
    left, right = number[pairs[0]], number[pairs[1]]
    work = _Work(
        facts=constraints.facts[item],
        births=None if constraints.births is None else constraints.births[item],
        negative={frozenset(p) for p in zip(*(number[side].tolist() for side in constraints.negative), strict=True)},
        link_bits=link_bits,
    )
    work.judged_one(sorted(zip(*(number[side].tolist() for side in constraints.positive), strict=True)))
    low, high = np.minimum(left, right), np.maximum(left, right)
    order = np.lexsort((high, low))
    low, high, weight = low[order], high[order], np.minimum(bits[order], MOST_BITS)
    for members in _components(count, low, high, weight, work):
        work.cluster(low[members].tolist(), high[members].tolist(), weight[members].tolist())
    roots = work.roots(count)
    return Partition(
        cluster=item[roots[number]],
        merges=tuple(
            Merge(
                left=int(item[m.left]), right=int(item[m.right]), bits=m.bits, mean_bits=m.mean_bits,
                is_judged=m.is_judged,
            )
            for m in work.merges
        ),
        refused={(int(item[a]), int(item[b])): why for (a, b), why in work.refused.items()},
    )  # fmt: skip


def _components(count: int, low: Ints, high: Ints, weight: Floats, work: _Work) -> list[Ints]:
    """The places of the pairs of each connected component that has a pair strong enough, in order of its first item.

    Items that a person joined are one node, so that a component holds all that can meet.
    """
    roots = work.roots(count)
    low, high = roots[low], roots[high]
    strong = weight > 0
    graph = coo_array((np.ones(int(strong.sum()), np.int8), (low[strong], high[strong])), shape=(count, count))
    _, component = connected_components(graph, directed=False)
    inside = np.flatnonzero(component[low] == component[high])
    of_pair = component[low[inside]]
    _, of_pair = np.unique(of_pair, return_inverse=True)
    best = np.full(int(of_pair.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(best, of_pair, weight[inside])
    inside, of_pair = inside[best[of_pair] >= work.link_bits], of_pair[best[of_pair] >= work.link_bits]
    order = np.argsort(of_pair, kind="stable")
    cuts = np.flatnonzero(np.diff(of_pair[order])) + 1
    return [part for part in np.split(inside[order], cuts) if len(part)]


@dataclass
class _Tie:
    """What lies between two clusters: sum and number of scored pairs, and the best pair."""

    total: float
    pairs: int
    best: float
    left: int
    right: int


@dataclass
class _Work:
    """Clusters while they grow, by their member of lowest number."""

    facts: Ints
    births: Ints | None
    negative: set[frozenset[int]]
    link_bits: float
    merges: list[Merge] = field(default_factory=list)
    refused: dict[tuple[int, int], str] = field(default_factory=dict)
    parent: dict[int, int] = field(default_factory=dict)
    members: dict[int, list[int]] = field(default_factory=dict)
    days: dict[int, frozenset[int]] = field(default_factory=dict)

    def root(self, item: int) -> int:
        while item in self.parent:
            item = self.parent[item]
        return item

    def roots(self, count: int) -> Ints:
        above = np.arange(count)
        for child, parent in self.parent.items():
            above[child] = parent
        while True:
            further = above[above]
            if np.array_equal(further, above):
                return above
            above = further

    def judged_one(self, pairs: list[tuple[int, int]]) -> None:
        for a, b in pairs:
            first, second = self.root(a), self.root(b)
            if first != second:
                self.merges.append(Merge(left=a, right=b, bits=np.inf, mean_bits=np.inf, is_judged=True))
                self._unite(first, second)

    def denied(self, a: int, b: int) -> bool:
        left, right = self.facts[a], self.facts[b]
        if bool(((left != right) & (left != UNKNOWN) & (right != UNKNOWN)).any()):
            return True
        ours, theirs = self._days(a), self._days(b)
        if any(births_conflict(x, y) for x in ours for y in theirs):
            return True
        return bool(self.negative) and any(
            frozenset((x, y)) in self.negative for x in self._members(a) for y in self._members(b)
        )

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
        self.days[low] = self._days(low) | self._days(high)
        self.members[low] = sorted(self._members(low) + self._members(high))
        self.members.pop(high, None)
        self.facts[low] = np.maximum(self.facts[low], self.facts[high])
        self.parent[high] = low
        return low

    def cluster(self, low: list[int], high: list[int], weight: list[float]) -> None:
        """Grow the clusters of one component."""
        ties: dict[int, dict[int, _Tie]] = {}
        for x, y, bits in zip(low, high, weight, strict=True):
            a, b = self.root(x), self.root(y)
            if a == b:
                continue
            tie = ties.setdefault(a, {}).get(b)
            if tie is None:
                tie = ties[a][b] = ties.setdefault(b, {})[a] = _Tie(0.0, 0, -np.inf, x, y)
            tie.total += max(bits, UNCOMPARED_BITS)
            tie.pairs += 1
            if bits > tie.best:
                tie.best, tie.left, tie.right = bits, x, y
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
            self.merges.append(Merge(left=tie.left, right=tie.right, bits=tie.best, mean_bits=-negative_mean))
            self._join(a, b, ties, lambda mean, x, y: heapq.heappush(heap, (-mean, x, y)))

    def _mean(self, a: int, b: int, tie: _Tie) -> float:
        pairs = len(self._members(a)) * len(self._members(b))
        return (tie.total + UNCOMPARED_BITS * (pairs - tie.pairs)) / pairs

    def _against(self, a: int, b: int, tie: _Tie, ties: dict[int, dict[int, _Tie]]) -> str | None:
        if tie.best < self.link_bits:
            return "unsure"
        if self.denied(a, b):
            return "denied"
        if self._mean(a, b, tie) <= 0:
            return "outvoted"
        return "rivals" if self._has_rival(a, b, tie, ties) or self._has_rival(b, a, tie, ties) else None

    def _has_rival(self, a: int, b: int, tie: _Tie, ties: dict[int, dict[int, _Tie]]) -> bool:
        """Whether ``a`` might as well belong to a cluster that ``b`` can never be one with."""
        least = max(self._mean(a, b, tie) - self.link_bits, 0.0)
        return any(
            other != b and self._mean(a, other, rival) > least and not self.denied(a, other) and self.denied(b, other)
            for other, rival in ties[a].items()
        )

    def _join(self, a: int, b: int, ties: dict[int, dict[int, _Tie]], push: Callable[[float, int, int], None]) -> None:
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
