"""The short ways of clustering, through `partition`: what they join, refuse and tell is what the long way does."""

from __future__ import annotations

from collections import defaultdict
from typing import Final
from unittest.mock import patch

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from follow_money.entities.cluster_growth import Growth
from follow_money.entities.clustering import UNKNOWN, Constraints, Merge, Partition, partition

SHAPES: Final = {
    "pair": [(0, 1)],
    "path of three": [(0, 1), (1, 2)],
    "path of four": [(0, 1), (1, 2), (2, 3)],
    "path, its middle last": [(0, 2), (1, 3), (2, 3)],
    "star": [(0, 1), (0, 2), (0, 3)],
    "star, its middle last": [(0, 3), (1, 3), (2, 3)],
    "triangle": [(0, 1), (0, 2), (1, 2)],
    "triangle with a tail": [(0, 1), (0, 2), (1, 2), (2, 3)],
    "square": [(0, 1), (1, 2), (2, 3), (0, 3)],
    "all of four": [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)],
    "all of five but one": [(0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (1, 3), (1, 4), (2, 3), (2, 4)],
}
"""Components by the places of their items."""

ABOVE_LINK: Final = (-9.0, -2.0, -1.0, -0.25, 0.0, 0.125, 1.5, 3.0, 8.5)
"""What pairs weigh, beside the least that a link must weigh."""

BIRTHS: Final = (UNKNOWN, UNKNOWN, 19800101, 19800110, 19800517, 19900517)


@st.composite
def scored(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]], list[float], Constraints, float, list[int]]:
    """How many items, their pairs and what these weigh, what forbids, the least of a link, and the ranks."""
    link_bits = draw(st.integers(-4, 24)) / 4
    pairs: list[tuple[int, int]] = []
    count = 0
    for shape in draw(st.lists(st.sampled_from(sorted(SHAPES)), min_size=1, max_size=4)):
        pairs += [(count + a, count + b) for a, b in SHAPES[shape]]
        count += 1 + max(b for _, b in SHAPES[shape])
    weight = st.one_of(
        st.sampled_from([link_bits + above for above in ABOVE_LINK]), st.sampled_from([0.125, 0.5, -6.5, 14.5])
    )
    few = draw(st.lists(weight, min_size=1, max_size=4))  # so that many weigh the same
    bits = draw(st.lists(st.sampled_from(few), min_size=len(pairs), max_size=len(pairs)))
    items = st.integers(0, count - 1)
    facts = st.lists(st.sampled_from([UNKNOWN, UNKNOWN, UNKNOWN, 1, 2]), min_size=count, max_size=count)
    births = st.lists(st.sampled_from(BIRTHS), min_size=count, max_size=count)
    told = draw(st.none() | births)
    apart = draw(st.just([]) | st.lists(st.tuples(items, items).filter(lambda pair: pair[0] != pair[1]), max_size=2))
    constraints = Constraints(
        facts=np.array(draw(st.just([UNKNOWN] * count) | facts))[:, None],
        births=None if told is None else np.array(told),
        negative=(np.array([a for a, _ in apart], np.int64), np.array([b for _, b in apart], np.int64)),
    )
    return count, pairs, bits, constraints, link_bits, list(draw(st.permutations(range(count))))


def triangle(*bits: float) -> tuple[int, list[tuple[int, int]], list[float], Constraints, float, list[int]]:
    """Three items, one least link of -1."""
    return 3, SHAPES["triangle"], list(bits), Constraints(facts=np.full((3, 1), UNKNOWN)), -1.0, [0, 1, 2]


def by_cluster(found: Partition) -> dict[int, list[Merge]]:
    """The joins of each cluster, in their order."""
    told: dict[int, list[Merge]] = defaultdict(list)
    for merge in found.merges:
        told[int(found.cluster[merge.left])].append(merge)
    return told


@settings(deadline=None, max_examples=300)
@given(scored())
@example(triangle(3.0, 0.25, -0.5))  # weighs enough, and the mean speaks against the third
@example(triangle(9.0, 7.5, 7.5))
@example((4, SHAPES["star"], [9.0, 9.0, 9.0], Constraints(facts=np.full((4, 1), UNKNOWN)), 3.25, [0, 1, 2, 3]))
@example((4, SHAPES["path of four"], [9.0, 7.5, 9.0], Constraints(facts=np.full((4, 1), UNKNOWN)), 3.25, [0, 1, 2, 3]))
def test_the_short_ways_give_what_the_long_way_gives(
    drawn: tuple[int, list[tuple[int, int]], list[float], Constraints, float, list[int]],
) -> None:
    count, pairs, bits, constraints, link_bits, rank = drawn
    sides = tuple(np.array(side, np.int64) for side in zip(*pairs, strict=True))

    def parted() -> Partition:
        return partition(
            count, (sides[0], sides[1]), np.array(bits), constraints, link_bits=link_bits, rank=np.array(rank)
        )

    def never(_self: Growth, _low: object, _high: object, components: list[object]) -> list[bool]:
        return [False] * len(components)

    short = parted()
    with patch.object(Growth, "free_of_conflict", never):
        long = parted()
    assert short.cluster.tolist() == long.cluster.tolist()
    assert by_cluster(short) == by_cluster(long)
    assert short.refused == long.refused
