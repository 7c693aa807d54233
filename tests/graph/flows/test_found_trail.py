"""The trail of found payments: the payments alone say how their money is followed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from follow_money.errors import UsageError
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_trail import CAME_HOME, LEFT, FoundTrail, found_trail, part_of
from follow_money.graph.flows.trace import trace
from follow_money.graph.flows.trail import Convention
from tests.graph.flows.letter_flows import flows, small_stores


def places(store: FlowStore, *ids: str) -> list[int]:
    return [store.payment_ids.to_pylist().index(name) for name in ids]


def ends(store: FlowStore, found: FoundTrail) -> dict[str, int]:
    """Haircut öre by payment id."""
    names = store.payment_ids.take(found.ends).to_pylist()
    return dict(zip(names, found.ends_ore[Convention.HAIRCUT].tolist(), strict=True))


# The state S pays A 100, A pays B 80, B pays the owner O 70; X pays B 70 of its own.
ROAD = ("1 S A 100", "2 A B 80", "3 X B 70", "4 B O 70")


def test_sources_are_what_nobody_on_the_way_pays_and_ends_are_what_leaves_it() -> None:
    store = flows(*ROAD)
    found = found_trail(store, places(store, "p0", "p1", "p3"))
    assert store.payment_ids.take(found.sources).to_pylist() == ["p0"]
    assert store.payment_ids.take(found.ends).to_pylist() == ["p3"]


def test_other_money_in_a_purse_makes_an_interval() -> None:
    store = flows(*ROAD)
    found = found_trail(store, places(store, "p0", "p1", "p3"))
    # B had 80 of the state's and 70 of X's. First in, first out: 70 of the 80. Last in: none. In proportion: 70 * 80 / 150.
    assert (found.low_ore, found.likely_ore, found.high_ore) == (0, 37, 70)


def test_opening_balance_of_a_purse_is_read_where_it_is_known() -> None:
    store = flows("1 S A 100", "2 A O 50")
    opening = np.array([100, -1, -1])
    found = found_trail(store, [0, 1], opening_ore=opening)
    assert (found.low_ore, found.likely_ore, found.high_ore) == (0, 25, 50)


def test_payments_of_the_purses_that_were_not_found_take_their_part() -> None:
    store = flows("1 S A 100", "2 A Z 60", "3 A O 40")
    assert found_trail(store, places(store, "p0", "p2")).likely_ore == 40
    store = flows("1 S A 100", "2 A Z 60", "3 Z A 60", "4 A O 100")
    # What was paid to somebody beyond and comes back from there is not the state's any more.
    assert found_trail(store, places(store, "p0", "p3")).likely_ore == 40


def test_money_that_comes_home_leaves_the_trail_and_counts_once() -> None:
    store = flows("1 S A 100", "2 A B 100", "3 B A 100", "4 A B 100", "5 B A 100")
    found = found_trail(store, range(5))
    assert set(found.trail.stops.tolist()) == {0, CAME_HOME}
    assert found.high_ore == 100
    assert ends(store, found) == {"p2": 100, "p4": 0}


def test_source_that_goes_beyond_at_once_is_its_own_end() -> None:
    store = flows("1 A O 100", "2 A P 30")
    found = found_trail(store, [0])
    assert (found.sources.tolist(), found.ends.tolist(), found.low_ore) == ([0], [0], 100)
    assert found.trail.stops.tolist() == [LEFT]


def test_low_amount_is_the_sum_of_what_reached_the_end_by_source() -> None:
    store = flows("1 S A 100", "2 S A 50", "3 A O 120")
    found = found_trail(store, range(3))
    assert found.least_by_source().sum() == found.low_ore == 120


def test_sources_of_two_months_are_told_apart_exactly() -> None:
    month = 31 * 86_400
    store = flows(f"{month} S A 100", f"{2 * month} S A 50", f"{2 * month + 5} A O 120")
    found = found_trail(store, range(3))
    least = min(found.ends_ore, key=lambda convention: (found.ends_ore[convention].sum(), convention.value))
    assert least == Convention.FIFO
    assert found.least_by_source().tolist() == [100, 20]


def test_the_same_payments_make_the_same_trail_in_any_order() -> None:
    store = flows(*ROAD)
    one, other = found_trail(store, [0, 1, 3]), found_trail(store, [3, 1, 0, 1])
    assert one.trail.trail_id == other.trail.trail_id
    assert one.trail.trail_id != found_trail(store, [0, 1]).trail.trail_id


def test_nothing_that_comes_in_is_refused() -> None:
    store = flows("1 A B 100", "2 B A 100")
    with pytest.raises(UsageError, match="No payment brings money"):
        found_trail(store, [0, 1])
    with pytest.raises(UsageError, match="No payment brings money"):
        found_trail(store, [])


def test_a_part_keeps_the_order_and_tells_the_places_in_the_whole() -> None:
    store = flows("1 A B 1", "2 B C 2", "3 C D 3", "4 A C 4")
    part, nodes = part_of(store, np.array([3, 1]))
    assert part.payment_ids.to_pylist() == ["p1", "p3"]
    assert part.row.tolist() == [1, 3]
    assert store.node_ids.take(nodes).to_pylist() == part.node_ids.to_pylist() == ["A", "B", "C"]
    assert [part.payment_ids[int(place)].as_py() for place in part.paid_to(2)] == ["p1", "p3"]


@given(small_stores(), st.sets(st.integers(0, 29), min_size=1, max_size=12))
def test_a_part_tells_what_the_whole_tells_with_the_same_stops(store: FlowStore, wanted: set[int]) -> None:
    found_payments = sorted({place % len(store) for place in wanted})
    try:
        found = found_trail(store, found_payments)
    except UsageError:
        return
    at = found.trail.store.row
    # Beyond the purses nothing is followed, so that all other payments may stop.
    stops = np.full(len(store), LEFT, np.uint8)
    stops[at] = found.trail.stops
    whole = trace(store, found.sources, stops=stops)
    for convention, ore in whole.payment_ore.items():
        assert found.ends_ore[convention].tolist() == ore[found.ends].tolist()


@given(small_stores(), st.sets(st.integers(0, 29), min_size=1, max_size=12))
def test_ends_never_carry_more_than_the_sources_brought_in(store: FlowStore, wanted: set[int]) -> None:
    try:
        found = found_trail(store, sorted({place % len(store) for place in wanted}))
    except UsageError:
        return
    brought = int(store.amount_ore[found.sources].sum())
    assert 0 <= found.low_ore <= found.likely_ore <= found.high_ore <= brought or found.likely_ore < found.low_ore
    least = found.least_by_source()
    assert least.sum() == found.low_ore
    assert (least >= 0).all()
