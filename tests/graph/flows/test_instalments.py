"""Payments in instalments count as one sum too, and a path through them is told by its parts."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from follow_money.graph.flows.cycles import cycles
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.instalments import with_instalments
from follow_money.graph.flows.patterns.round_trip import Homes, round_trip
from tests.graph.flows.letter_flows import flows

SECOND = 1_000_000


def rings(store: FlowStore, *, within_us: int = 10 * SECOND) -> list[list[str]]:
    """Rings of two and three hops, by the ids of their payments; sums that were partly paid too early left out."""
    whole = with_instalments(store, within_us=within_us)
    found = cycles(whole.store, hops=(2, 3), within_us=1000 * SECOND, share_percent=(90, 100))
    ids = store.payment_ids.to_pylist()
    return sorted([ids[place] for place in way] for way in whole.paths(found) if way is not None)


def test_a_hop_in_two_payments_is_found_and_told_by_both() -> None:
    assert rings(flows("1 A B 100", "2 B C 60", "3 B C 38", "4 C A 95")) == [["p0", "p1", "p2", "p3"]]


def test_a_hop_in_three_payments_is_found_and_one_in_four_is_not() -> None:
    three = ("1 A B 90", "2 B A 30", "3 B A 30", "4 B A 29")
    assert rings(flows(*three)) == [["p0", "p1", "p2", "p3"]]
    assert rings(flows("1 A B 90", "2 B A 22", "3 B A 22", "4 B A 22", "5 B A 22")) == []


def test_parts_must_lie_within_the_time() -> None:
    payments = ("1 A B 100", "2 B A 60", "12 B A 38")
    assert rings(flows(*payments)) == [["p0", "p1", "p2"]]
    assert rings(flows(*payments), within_us=9 * SECOND) == []


def test_a_part_that_was_paid_before_the_money_came_makes_no_path() -> None:
    assert rings(flows("1 B A 60", "2 A B 100", "3 B A 38")) == []


@pytest.mark.parametrize("rows", list(permutations(("1 A B 100", "1 B C 60", "1 B C 40", "1 C A 100"))))
def test_money_that_goes_round_at_one_instant_is_told_whatever_the_order_of_the_rows(rows: tuple[str, ...]) -> None:
    whole = with_instalments(flows(*rows), within_us=0)
    starts = np.flatnonzero(whole.store.payer == whole.store.node("A"))
    found = round_trip(whole.store, starts, Homes.of(whole.store, {"A": ["A"]}), hops=(3,), share_percent=(90, 100))
    [way] = whole.paths(found)
    assert way is not None
    assert sorted(way.tolist()) == [0, 1, 2, 3]


def test_single_payments_are_found_as_before() -> None:
    assert rings(flows("1 A B 100", "2 B A 95", "3 B A 1")) == [["p0", "p1"], ["p0", "p1", "p2"]]


def test_every_payment_is_there_with_its_sums_at_the_time_of_the_last_part() -> None:
    store = flows("1 A B 5", "3 A B 7", "9 A B 11", "4 B A 2")
    whole = with_instalments(store, within_us=6 * SECOND)
    told = {
        tuple(part for part in parts if part >= 0): int(ore)
        for parts, ore in zip(whole.parts.tolist(), whole.store.amount_ore, strict=True)
    }
    assert told == {(0,): 5, (1,): 7, (2,): 2, (3,): 11, (0, 1): 12, (1, 3): 18}
    last = whole.parts.max(axis=1)
    assert (whole.store.paid_at_us == np.asarray(store.paid_at_us)[last]).all()
    assert (whole.store.payer == np.asarray(store.payer)[last]).all()


def test_no_payments_make_no_sums() -> None:
    store = flows("1 A B 1")
    assert len(with_instalments(store, within_us=0).store) == 1
