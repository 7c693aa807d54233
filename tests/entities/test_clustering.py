"""Clustering: what forbids a join, what one bad pair can do, and that a person's judgement outranks scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from follow_money.entities.birth_conflicts import births_conflict
from follow_money.entities.cluster_growth import Growth
from follow_money.entities.clustering import UNKNOWN, Constraints, Partition, partition

LINK = 6.6


def clustered(
    count: int,
    scored: dict[tuple[int, int], float],
    constraints: Constraints | None = None,
    rank: list[int] | None = None,
) -> Partition:
    pairs = np.array(sorted(scored), np.int64).reshape(-1, 2)
    bits = np.array([scored[a, b] for a, b in pairs.tolist()], np.float64)
    free = constraints or Constraints(facts=np.full((count, 1), UNKNOWN))
    return partition(
        count, (pairs[:, 0], pairs[:, 1]), bits, free, link_bits=LINK, rank=None if rank is None else np.array(rank)
    )


def numbered(count: int, *numbers: int) -> Constraints:
    facts = np.full((count, 1), UNKNOWN)
    facts[: len(numbers), 0] = numbers
    return Constraints(facts=facts)


def test_a_sure_pair_is_one_and_explained_by_itself() -> None:
    found = clustered(3, {(1, 2): 9.0})
    assert found.cluster.tolist() == [0, 1, 1]
    assert [(m.left, m.right, m.bits, m.mean_bits) for m in found.merges] == [(1, 2, 9.0, 9.0)]


def test_a_pair_below_the_limit_joins_nothing() -> None:
    assert clustered(2, {(0, 1): LINK - 0.01}).cluster.tolist() == [0, 1]
    assert clustered(2, {(0, 1): LINK}).cluster.tolist() == [0, 0]


def test_one_bad_pair_does_not_chain_two_groups() -> None:
    groups = {(a, b): 12.0 for g in (range(3), range(3, 6)) for a in g for b in g if a < b}
    found = clustered(6, groups | {(2, 3): 10.0})
    assert found.cluster.tolist() == [0, 0, 0, 3, 3, 3]
    assert found.refused == {(2, 3): "outvoted"}


def test_evidence_for_the_whole_group_joins_it() -> None:
    groups = {(a, b): 12.0 for g in (range(3), range(3, 6)) for a in g for b in g if a < b}
    assert set(clustered(6, groups | {(a, b): 9.0 for a in range(3) for b in range(3, 6)}).cluster.tolist()) == {0}


def test_two_numbers_are_never_one_not_even_through_a_third() -> None:
    found = clustered(3, {(0, 1): 14.0, (0, 2): 14.0, (1, 2): 8.0}, numbered(3, 7, 8))
    assert found.cluster[0] != found.cluster[1]
    assert found.refused[0, 1] == "denied"


def test_a_record_that_fits_two_numbers_alike_joins_neither() -> None:
    found = clustered(3, {(0, 2): 9.0, (1, 2): 9.0}, numbered(3, 7, 8))
    assert found.cluster.tolist() == [0, 1, 2]
    assert set(found.refused.values()) == {"rivals"}


def test_a_record_that_fits_one_number_far_better_joins_it() -> None:
    assert clustered(3, {(0, 2): 13.0, (1, 2): 3.0}, numbered(3, 7, 8)).cluster.tolist() == [0, 1, 0]


def test_birth_dates_further_apart_than_a_slip_forbid() -> None:
    births = np.array([19800101 + 1000, 19900517, 19900518])
    constraints = Constraints(facts=np.full((3, 1), UNKNOWN), births=births)
    assert clustered(3, {(0, 1): 14.0, (1, 2): 14.0}, constraints).cluster.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("first", "second", "conflict"),
    [
        (19900517, 19900517, False),
        (19900517, 19900518, False),  # one digit
        (19900517, 19900571, False),  # neighbours changed places
        (19900512, 19901205, False),  # day and month
        (19900101, 19900517, False),  # an office's 1 January
        (19900517, 19910518, True),
        (19600517, 19900518, True),
        (19800517, 19900517, False),  # one digit, ten years
        (19600517, 19900517, True),  # one digit, but a generation
        (19700517, 19900517, True),
    ],
)
def test_slips_in_a_birth_date_are_no_conflict(first: int, second: int, conflict: bool) -> None:
    assert births_conflict(first, second) is conflict
    assert births_conflict(second, first) is conflict


def test_a_negative_judgement_outranks_scores() -> None:
    apart = Constraints(facts=np.full((2, 1), UNKNOWN), negative=(np.array([0]), np.array([1])))
    assert clustered(2, {(0, 1): 14.0}, apart).cluster.tolist() == [0, 1]


def test_a_negative_judgement_holds_for_whole_groups() -> None:
    negative = Constraints(facts=np.full((3, 1), UNKNOWN), negative=(np.array([0]), np.array([2])))
    found = clustered(3, {(0, 1): 14.0, (1, 2): 9.0, (0, 2): 9.0}, negative)
    assert found.cluster[0] != found.cluster[2]


_SCORES = st.dictionaries(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] < pair[1]),
    st.sampled_from([-9.0, -2.0, 3.0, 7.0, 9.0, 14.0]),
    max_size=40,
)


@settings(deadline=None, max_examples=200)
@given(_SCORES, st.lists(st.sampled_from([UNKNOWN, 1, 2, 3]), min_size=12, max_size=12), st.permutations(range(12)))
def test_order_does_not_matter_and_nothing_forbidden_is_joined(
    scored: dict[tuple[int, int], float], facts: list[int], places: list[int]
) -> None:
    told = np.array(facts)[:, None]
    found = clustered(12, scored, Constraints(facts=told))
    for root in set(found.cluster.tolist()):
        assert len({facts[i] for i in np.flatnonzero(found.cluster == root)} - {UNKNOWN}) <= 1
    moved = {tuple(sorted((places[a], places[b]))): bits for (a, b), bits in scored.items()}
    shuffled = np.empty((12, 1), np.int64)
    shuffled[places] = told
    rank = np.empty(12, np.int64)
    rank[places] = np.arange(12)
    again = clustered(12, moved, Constraints(facts=shuffled), rank.tolist())  # type: ignore[arg-type]
    assert [places[i] for i in found.cluster.tolist()] == again.cluster[places].tolist()


@given(st.data())
def test_what_nothing_forbids_grows_as_if_it_had_been_asked(data: st.DataObject) -> None:
    """The short way gives the joins, and the refusals, that the long way gives where nothing is forbidden."""
    count = data.draw(st.integers(2, 9))
    every = [(a, b) for a in range(count) for b in range(a + 1, count)]
    pairs = data.draw(st.lists(st.sampled_from(every), unique=True, min_size=1))
    bits = data.draw(st.lists(st.integers(-10, 14).map(float), min_size=len(pairs), max_size=len(pairs)))
    low, high = ([pair[side] for pair in sorted(pairs)] for side in (0, 1))
    long, short = (
        Growth(facts=np.full((count, 1), UNKNOWN), births=None, negative=set(), link_bits=3.0) for _ in range(2)
    )
    long.cluster(low, high, bits)
    short.cluster_freely(low, high, bits)
    assert short.merges == long.merges
    assert short.refused == long.refused
    assert short.roots(count).tolist() == long.roots(count).tolist()


@given(data=st.data())
def test_sure_triangles_are_joined_at_once_as_they_would_be_one_by_one(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 4))
    items = np.array(data.draw(st.permutations(range(3 * count)))).reshape(count, 3)
    items.sort(axis=1)
    low, high = items[:, [0, 0, 1]], items[:, [1, 2, 2]]
    bits = np.array(data.draw(st.lists(st.integers(-1, 5), min_size=3 * count, max_size=3 * count)), float)
    long, short = (
        Growth(facts=np.full((3 * count, 1), UNKNOWN), births=None, negative=set(), link_bits=3.0) for _ in range(2)
    )
    places = list(np.arange(3 * count).reshape(count, 3))
    joined = short.triangles(low.ravel(), high.ravel(), bits, places, [True] * count)
    assert joined == (bits.reshape(count, 3) >= 3).all(axis=1).tolist()
    for part, is_joined in zip(places, joined, strict=True):
        if is_joined:
            long.cluster(*(side.ravel()[part].tolist() for side in (low, high, bits)))
    assert short.merges == long.merges
    assert short.roots(3 * count).tolist() == long.roots(3 * count).tolist()
