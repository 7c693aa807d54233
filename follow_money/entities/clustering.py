"""From scored pairs to a partition: constrained, and resistant to chaining.

Clusters grow by the best pair of clusters first. What counts is the mean over all pairs of members, a pair that was not
found worth comparing counting against; so one bad pair cannot join two groups that otherwise have nothing in common.
Three things forbid a join, whatever speaks for it: a fact that differs, birth dates further apart than a slip of the
pen, and a person's negative judgement. And a cluster with two candidates that exclude each other, of which neither is
clearly the better, joins neither.

Ties are broken by rank alone, so that the order of the input does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from follow_money.entities.cluster_growth import UNKNOWN, Growth
from follow_money.entities.free_growth import UNCOMPARED_BITS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Pairs = tuple[Ints, Ints]

MOST_BITS: Final = 14.0
"""What one pair counts at most, so that no single one outweighs all others."""

__all__ = ["NO_PAIRS", "UNCOMPARED_BITS", "UNKNOWN", "Constraints", "Merge", "Partition", "partition"]

NO_PAIRS: Final[Pairs] = (np.empty(0, np.int64), np.empty(0, np.int64))


@dataclass(frozen=True, kw_only=True)
class Constraints:
    """What forbids a join.

    Args:
        facts: One row an item, one column a fact; ``UNKNOWN`` where not told. Items that differ in a told fact are
            never one.
        births: Birth dates as YYYYMMDD, ``UNKNOWN`` where not told; None: birth dates forbid nothing here.
        negative: Pairs of items that a person has judged to be two.
    """

    facts: Ints
    births: Ints | None = None
    negative: Pairs = NO_PAIRS


class Merge(NamedTuple):
    """One join of two clusters: the pair of items that explains it, what it weighs, and the mean over all pairs."""

    left: int
    right: int
    bits: float
    mean_bits: float


@dataclass(frozen=True, kw_only=True)
class Partition:
    """``cluster`` is each item's cluster, told by its member of lowest rank.

    ``merges`` are in the order in which they were made: pairs that meet no others first, then sure triangles, then the
    other components, each kind by its first items; within a component the best first.

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
        constraints: What forbids a join.
        link_bits: The least that the best pair of two clusters must weigh for them to be joined.
        rank: A canonical place for each item that breaks ties; their numbers when it is not given.
    """
    place = np.arange(count) if rank is None else rank
    item = np.argsort(place, kind="stable")  # from here on items are numbered by rank
    number = np.empty(count, np.int64)
    number[item] = np.arange(count)
    left, right = number[pairs[0]], number[pairs[1]]
    work = Growth(
        facts=constraints.facts[item],
        births=None if constraints.births is None else constraints.births[item],
        negative={frozenset(p) for p in zip(*(number[side].tolist() for side in constraints.negative), strict=True)},
        link_bits=link_bits,
    )
    low, high = np.minimum(left, right), np.maximum(left, right)
    order = np.lexsort((high, low))
    low, high, weight = low[order], high[order], np.minimum(bits[order], MOST_BITS)
    alone, several = _components(count, low, high, weight, link_bits)
    work.pairs_alone(low[alone], high[alone], weight[alone])
    free = work.free_of_conflict(low, high, several)
    joined = work.triangles(low, high, weight, several, free)
    for members, is_free, is_joined in zip(several, free, joined, strict=True):
        if not is_joined:
            grow = work.cluster_freely if is_free else work.cluster
            grow(low[members].tolist(), high[members].tolist(), weight[members].tolist())
    roots = work.roots(count)
    told = item.tolist()
    return Partition(
        cluster=item[roots[number]],
        merges=tuple(Merge(told[a], told[b], best, mean) for a, b, best, mean in work.merges),
        refused={(told[a], told[b]): why for (a, b), why in work.refused.items()},
    )


def _components(count: int, low: Ints, high: Ints, weight: Floats, link_bits: float) -> tuple[Ints, list[Ints]]:
    """The places of pairs that are a whole component each, and those of every larger component, in order of its first item.

    Only components that have a pair strong enough.
    """
    strong = weight > 0
    graph = coo_array((np.ones(int(strong.sum()), np.int8), (low[strong], high[strong])), shape=(count, count))
    _, component = connected_components(graph, directed=False)
    inside = np.flatnonzero(component[low] == component[high])
    _, of_pair = np.unique(component[low[inside]], return_inverse=True)
    components = int(of_pair.max(initial=-1)) + 1
    best = np.full(components, -np.inf)
    np.maximum.at(best, of_pair, weight[inside])
    is_simple = np.bincount(of_pair, minlength=components) == 1
    can = best[of_pair] >= link_bits
    alone = inside[can & is_simple[of_pair]]
    inside, of_pair = inside[can & ~is_simple[of_pair]], of_pair[can & ~is_simple[of_pair]]
    order = np.argsort(of_pair, kind="stable")
    cuts = np.flatnonzero(np.diff(of_pair[order])) + 1
    return alone, [part for part in np.split(inside[order], cuts) if len(part)]
