"""What came to a party: within the conventions' bounds, and never more than the greatest flow."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from follow_money.errors import UsageError
from follow_money.graph.flows.came_to import came_to
from follow_money.graph.flows.trace import trace
from tests.graph.flows.letter_flows import flows
from tests.graph.flows.test_trace_properties import Question, always, questions


def test_clean_money_on_the_way_makes_an_interval_and_the_greatest_flow_the_bound() -> None:
    store = flows("1 A B 100", "2 X B 100", "3 B C 100")
    told = came_to(trace(store, [0]), ["C"])
    assert (told.low_ore, told.likely_ore, told.high_ore, told.most_ore, told.payments) == (0, 50, 100, 100, 2)


def test_backward_it_is_what_came_from_a_party() -> None:
    store = flows("1 A B 100", "2 X B 100", "3 B C 100")
    told = came_to(trace(store, [2], backward=True), ["A"])
    assert (told.low_ore, told.high_ore, told.most_ore) == (0, 100, 100)


def test_money_that_comes_by_twice_counts_once() -> None:
    told = came_to(trace(flows("1 A B 100", "2 B C 100", "3 C B 100", "4 B D 100"), [0]), ["B"])
    assert (told.low_ore, told.high_ore, told.most_ore) == (100, 100, 100)


def test_what_hangs_on_a_ring_of_one_instant_is_reached_whatever_the_order_in_the_table() -> None:
    ring = ["2 C D 100", "2 A B 5", "2 B A 5", "2 B C 95"]
    for rows in permutations(ring):
        told = came_to(trace(flows("1 S B 100", *rows), [0]), ["D"])
        assert (told.high_ore, told.most_ore) == (95, 95)
        assert 90 <= told.low_ore <= told.likely_ore <= 95  # by share, whichever of A and B pays the other first


def test_ways_end_where_stops_end_them() -> None:
    store = flows("1 A B 100", "2 B W 100", "3 W C 100")
    wage = np.array([0, 3, 0], dtype=np.uint8)
    assert came_to(trace(store, [0]), ["C"]).most_ore == 100
    assert came_to(trace(store, [0], stops=wage), ["C"]).most_ore == 0


def test_a_party_that_is_never_paid_is_refused() -> None:
    store = flows("1 A B 100")
    with pytest.raises(UsageError, match="Nothing is paid to A"):
        came_to(trace(store, [0]), ["A"])
    with pytest.raises(UsageError, match="neither pays nor is paid"):
        came_to(trace(store, [0]), ["Z"])


@always
@given(questions(), st.booleans(), st.data())
def test_no_convention_finds_more_than_the_greatest_flow(
    question: Question, backward: bool, data: st.DataObject
) -> None:
    store, trail = question.store, question.trail(backward=backward)
    side = store.payer if backward else store.payee
    who = store.node_ids[int(side[data.draw(st.integers(0, len(store) - 1))])].as_py()
    told = came_to(trail, [who])
    assert 0 <= told.low_ore <= told.likely_ore <= told.high_ore <= told.most_ore <= trail.source_ore
