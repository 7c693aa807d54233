"""How clusters of a component grow in which nothing forbids anything: the best two first, by the mean over all pairs of their members.

Most components are such. It is what `cluster_growth` does, without what asks who may not be one; it stands here a second
time for speed alone, because `partition` then takes two fifths of the time, and a fifth where three items are surely one
(most of them are such again: these are joined all at once).
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

TRIANGLE: Final = 3
"""Pairs of three items."""

UNCOMPARED_BITS: Final = -6.0
"""What a pair counts that was not compared, or scored lower than this: sharing nothing to be found by is evidence."""

_TOTAL, _PAIRS, _BEST, _LEFT, _RIGHT = range(5)


def grow_freely(
    pairs: Iterable[tuple[int, int, float]],
    link_bits: float,
    merges: list[tuple[int, int, float, float]],
    parent: dict[int, int],
) -> list[tuple[int, int]]:
    """Join the clusters of one component, and tell the pairs that weigh enough and are outvoted.

    Args:
        pairs: Items, the lower first, and what the pair weighs; each at most once.
        link_bits: The least that the best pair of two clusters must weigh.
        merges: Gets the joins, in the order in which they are made: the pair, what it weighs, and the mean.
        parent: Gets the cluster that each joined one went into.
    """
    near: dict[int, dict[int, list[float]]] = {}
    heap: list[tuple[float, int, int]] = []
    for a, b, bits in pairs:
        total = bits if bits > UNCOMPARED_BITS else UNCOMPARED_BITS
        near.setdefault(a, {})[b] = near.setdefault(b, {})[a] = [total, 1, bits, a, b]
        if bits >= link_bits:
            heap.append((-total, a, b))
    heapq.heapify(heap)
    size: dict[int, int] = {}
    outvoted = []
    while heap:
        negative_mean, kept, gone = heapq.heappop(heap)
        tie = near.get(kept, {}).get(gone)
        if tie is None or -negative_mean != _mean(tie, size.get(kept, 1) * size.get(gone, 1)):
            continue  # one of them has grown since
        if negative_mean >= 0:
            outvoted.append((int(tie[_LEFT]), int(tie[_RIGHT])))
            continue
        merges.append((int(tie[_LEFT]), int(tie[_RIGHT]), tie[_BEST], -negative_mean))
        parent[gone] = kept
        size[kept] = size.get(kept, 1) + size.get(gone, 1)
        mine = near[kept]
        _take_over(near, kept, gone)
        for other, ours in mine.items():
            if ours[_BEST] >= link_bits:
                mean = _mean(ours, size[kept] * size.get(other, 1))
                heapq.heappush(heap, (-mean, kept, other) if kept < other else (-mean, other, kept))
    return outvoted


def are_sure_triangles(low: Ints, high: Ints, weight: Floats, link_bits: float) -> npt.NDArray[np.bool_]:
    """For threes of pairs, a row each and in order: whether they are all pairs of three items, and each weighs enough."""
    closed = (low[:, 0] == low[:, 1]) & (high[:, 0] == low[:, 2]) & (high[:, 1] == high[:, 2])
    return np.asarray(closed & (weight >= max(link_bits, np.nextafter(0, 1))).all(axis=1), dtype=np.bool_)


def join_triangles(
    low: Ints, high: Ints, weight: Floats, merges: list[tuple[int, int, float, float]], parent: dict[int, int]
) -> None:
    """Join the items of such triangles (`are_sure_triangles`): the best pair first, then the third item by its two pairs."""
    rows = np.arange(len(weight))
    first = np.argmax(weight, axis=1)  # of equal ones the first in order, as everywhere
    one, other = np.where(first == 0, 1, 0), np.where(first == TRIANGLE - 1, 1, TRIANGLE - 1)
    ours, theirs = weight[rows, one], weight[rows, other]
    better = np.where(ours >= theirs, one, other)
    joins = zip(
        *(column[rows, pick].tolist() for pick in (first, better) for column in (low, high, weight)),
        ((ours + theirs) / 2).tolist(),
        (low[:, 0] + high[:, 0] + high[:, 1] - low[rows, first] - high[rows, first]).tolist(),
        strict=True,
    )
    for kept, gone, best, a, b, next_best, mean, third in joins:
        merges += ((kept, gone, best, best), (a, b, next_best, mean))
        parent[gone] = kept
        parent[max(kept, third)] = min(kept, third)


def _mean(tie: list[float], pairs: int) -> float:
    if pairs == tie[_PAIRS]:
        return tie[_TOTAL] / pairs
    return (tie[_TOTAL] + UNCOMPARED_BITS * (pairs - tie[_PAIRS])) / pairs


def _take_over(near: dict[int, dict[int, list[float]]], kept: int, gone: int) -> None:
    """The ties of ``gone`` become those of ``kept``; where both had one to the same cluster they are one."""
    mine = near[kept]
    for other, tie in near.pop(gone).items():
        if other == kept:
            continue
        theirs = near[other]
        del theirs[gone]
        ours = mine.get(other)
        if ours is None:
            mine[other] = theirs[kept] = tie
            continue
        ours[_TOTAL] += tie[_TOTAL]
        ours[_PAIRS] += tie[_PAIRS]
        if (tie[_BEST], -tie[_LEFT], -tie[_RIGHT]) > (ours[_BEST], -ours[_LEFT], -ours[_RIGHT]):
            ours[_BEST:] = tie[_BEST:]
    del mine[gone]
