"""Where followed money goes, in worked examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from follow_money.errors import UsageError
from follow_money.graph.flows.flow_store import FlowStore, open_store
from follow_money.graph.flows.trace import exits_beside, order_sensitivity, parties_beside, trace
from follow_money.graph.flows.trail import BOUNDING, REMAINS, Convention
from tests.graph.flows.letter_flows import by_id, by_node, flows

if TYPE_CHECKING:
    from pathlib import Path

FIFO, LIFO, HAIRCUT, POISON = Convention


def places(store: FlowStore, *ids: str) -> list[int]:
    return [store.payment_ids.to_pylist().index(name) for name in ids]


# B gets 100 of the payer F and then 300 of others, and pays 200.
MIXED = ("1 F B 100", "2 X B 300", "3 B C 200")


@pytest.mark.parametrize(("convention", "traced"), [(FIFO, 100), (LIFO, 0), (HAIRCUT, 50), (POISON, 200)])
def test_conventions_differ_in_what_a_mixed_purse_pays(convention: Convention, traced: int) -> None:
    store = flows(*MIXED)
    trail = trace(store, places(store, "p0"), conventions=tuple(Convention))
    assert by_id(store, trail.payment_ore[convention]).get("p2", 0) == traced


def test_answer_is_an_interval_across_conventions_with_poison_beside_it() -> None:
    store = flows(*MIXED)
    (row,) = trace(store, places(store, "p0"), conventions=tuple(Convention)).payments().slice(1).to_pylist()
    assert (row["payment_id"], row["low_ore"], row["high_ore"], row["poison_ore"]) == ("p2", 0, 100, 200)


def test_opening_balance_leaves_first_under_fifo_and_last_under_lifo() -> None:
    store = flows("1 F B 100", "2 B C 120")
    trail = trace(store, places(store, "p0"), opening_ore=np.array([100, 0, 1000]))
    told = {convention: by_id(store, ore).get("p1", 0) for convention, ore in trail.payment_ore.items()}
    # B had 100 of its own. FIFO: these first, then 20. LIFO: all 100. Haircut: 120 of 200 are 60 %.
    assert told == {FIFO: 20, LIFO: 100, HAIRCUT: 60}
    assert trail.assumed_opening_ore.sum() == 0


def test_unknown_opening_balance_is_the_least_with_which_nobody_pays_what_it_has_not_got() -> None:
    store = flows("1 F B 100", "2 B C 120", "3 B D 30")
    trail = trace(store, places(store, "p0"))
    assert by_node(store, trail.assumed_opening_ore) == {"B": 50, "F": 100}
    assert by_id(store, trail.payment_ore[FIFO]) == {"p0": 100, "p1": 70, "p2": 30}


def test_payment_hands_its_ore_on_in_the_order_in_which_they_lay_in_the_purse() -> None:
    # B's line is 100 of F, then 300 of X; C gets all of it, and pays a quarter: F's öre lie at its beginning.
    store = flows("1 F B 100", "2 X B 300", "3 B C 400", "4 C D 100")
    trail = trace(store, places(store, "p0"))
    told = {convention: by_id(store, ore).get("p3", 0) for convention, ore in trail.payment_ore.items()}
    assert told == {FIFO: 100, LIFO: 0, HAIRCUT: 25}


def test_haircut_rounds_down_and_the_payment_that_empties_the_purse_takes_the_rest() -> None:
    # Of 3 öre in B one is F's. A third of each öre paid is nothing, twice; the last one is all that is left.
    store = flows("1 F B 1", "2 X B 2", "3 B C 1", "4 B D 1", "5 B E 1")
    assert by_id(store, trace(store, places(store, "p0")).payment_ore[HAIRCUT]) == {"p0": 1, "p4": 1}


def test_money_that_comes_back_is_followed_again() -> None:
    # Round and round: B to C to B to D.
    store = flows("1 F B 100", "2 B C 100", "3 C B 100", "4 B D 100")
    trail = trace(store, places(store, "p0"))
    for convention in BOUNDING:
        assert by_id(store, trail.payment_ore[convention]) == {"p0": 100, "p1": 100, "p2": 100, "p3": 100}
        assert by_node(store, trail.remaining_ore[convention]) == {"D": 100}


def test_credit_comes_in_when_it_is_needed_and_goes_out_at_once() -> None:
    # B is known to have nothing. Of the 50 that C gets 40 are F's and 10 on credit; what F pays later is F's alone.
    store = flows("1 F B 40", "2 B C 50", "3 F B 60", "4 B D 60")
    trail = trace(store, places(store, "p0", "p2"), opening_ore=np.array([0, -1, -1, -1]))
    assert by_node(store, trail.lacking_ore) == {"B": 10}
    for convention in BOUNDING:
        assert by_id(store, trail.payment_ore[convention]) == {"p0": 40, "p1": 40, "p2": 60, "p3": 60}


def test_backward_credit_is_money_of_its_own() -> None:
    store = flows("1 F B 40", "2 B C 50", "3 F B 60", "4 B D 60")
    trail = trace(store, places(store, "p1"), opening_ore=np.array([0, -1, -1, -1]), backward=True)
    for convention in BOUNDING:
        assert by_id(store, trail.payment_ore[convention]) == {"p1": 50, "p0": 40}
        assert by_node(store, trail.remaining_ore[convention]) == {"B": 10, "F": 40}


def test_poison_holds_what_was_paid_on_credit() -> None:
    store = flows("1 F B 40", "2 B C 50", "3 F B 60", "4 B D 60")
    trail = trace(
        store, places(store, "p1"), opening_ore=np.array([0, -1, -1, -1]), conventions=tuple(Convention), backward=True
    )
    assert by_node(store, trail.remaining_ore[POISON]) == {"B": 10, "F": 100}


def test_known_opening_balance_that_is_too_small_is_told_and_paid_on_credit() -> None:
    store = flows("1 F B 100", "2 B C 120")
    trail = trace(store, places(store, "p0"), opening_ore=np.array([5, 0, 100]))
    assert by_node(store, trail.lacking_ore) == {"B": 15}
    assert by_id(store, trail.payment_ore[FIFO]) == {"p0": 100, "p1": 100}


def test_money_that_was_there_before_is_not_followed() -> None:
    store = flows("1 B C 80", "2 F B 100", "3 B D 20")
    trail = trace(store, places(store, "p1"))
    assert by_id(store, trail.payment_ore[LIFO]) == {"p1": 100, "p2": 20}


def test_stop_takes_the_money_out_and_the_receiver_goes_on_clean() -> None:
    store = flows("1 F B 100", "2 B C 100", "3 C D 100")
    stops = np.array([0, 7, 0], dtype=np.uint8)
    trail = trace(store, places(store, "p0"), stops=stops)
    assert by_id(store, trail.payment_ore[HAIRCUT]) == {"p0": 100, "p1": 100}
    assert [(row["exit_class"], row["low_ore"], row["high_ore"]) for row in trail.exits().to_pylist()] == [
        (7, 100, 100),
        (REMAINS, 0, 0),
    ]


def test_source_that_traced_money_pays_counts_once() -> None:
    # F pays B, B pays F back, F pays B again: 100 came in, and 100 came in once more, of which 100 were the same.
    store = flows("1 F B 100", "2 B F 100", "3 F B 100")
    trail = trace(store, places(store, "p0", "p2"), opening_ore=np.array([0, 100]))
    for convention in BOUNDING:
        assert trail.recycled_ore[convention] == 100
        assert by_node(store, trail.remaining_ore[convention]) == {"B": 100}


def test_within_one_instant_a_node_receives_before_it_pays_and_the_other_order_is_told() -> None:
    store = flows("1 B C 100", "1 F B 100")
    trail = trace(store, places(store, "p1"))
    assert by_id(store, trail.payment_ore[FIFO]) == {"p1": 100, "p0": 100}
    other = order_sensitivity(trail)
    assert by_id(store, other.payment_ore[FIFO]) == {"p1": 100}


def test_instants_at_which_the_order_is_nobodys_are_counted_and_how_far_it_moves_the_exits() -> None:
    store = flows("1 B C 100", "1 F B 100", "2 C D 60", "3 X Y 5", "3 Y Z 5")
    stops = np.array([0, 7, 0, 0, 0], dtype=np.uint8)  # in the store's order: p1, p0, p2, p3, p4
    trail = trace(store, places(store, "p1"), stops=stops)
    assert trail.same_instant == 1
    assert exits_beside(trail, order_sensitivity(trail)).to_pylist() == [
        {"exit_class": 7, "low_ore": 100, "high_ore": 100, "other_low_ore": 0, "other_high_ore": 0},
        {"exit_class": REMAINS, "low_ore": 0, "high_ore": 0, "other_low_ore": 100, "other_high_ore": 100},
    ]


def test_a_shift_between_parties_that_no_end_shows_is_told_by_party() -> None:
    ring = flows("1 S B 100", "2 A B 5", "2 B A 5", "2 B C 95", "2 C D 95")
    trail = trace(ring, places(ring, "p0"))
    other = order_sensitivity(trail)
    (end,) = exits_beside(trail, other).to_pylist()
    assert (end["low_ore"], end["high_ore"]) == (end["other_low_ore"], end["other_high_ore"]) == (100, 100)
    moved = {row.pop("node_id"): tuple(row.values()) for row in parties_beside(trail, other).to_pylist()}
    assert moved["D"] == (95, 95, 0, 0)


def test_source_that_is_a_stop_is_out_at_once() -> None:
    store = flows("1 F B 100", "2 B C 100")
    trail = trace(store, places(store, "p0"), stops=np.array([3, 0], dtype=np.uint8))
    assert by_id(store, trail.payment_ore[FIFO]) == {"p0": 100}
    assert by_node(store, trail.remaining_ore[FIFO]) == {}


def test_store_that_is_mapped_from_disk_is_followed_as_one_in_memory(tmp_path: Path) -> None:
    store = flows(*MIXED)
    store.save(tmp_path)
    mapped, here = trace(open_store(tmp_path), [0]), trace(store, [0])
    assert mapped.payments() == here.payments()
    assert mapped.trail_id == here.trail_id


def test_backward_finds_whose_money_a_payment_was() -> None:
    store = flows("1 F B 100", "2 X B 300", "3 B C 200")
    trail = trace(store, places(store, "p2"), backward=True)
    told = {convention: by_id(store, ore) for convention, ore in trail.payment_ore.items()}
    assert told[FIFO] == {"p2": 200, "p0": 100, "p1": 100}
    assert told[LIFO] == {"p2": 200, "p1": 200}
    assert told[HAIRCUT] == {"p2": 200, "p1": 150, "p0": 50}
    assert by_node(store, trail.remaining_ore[FIFO]) == {"F": 100, "X": 100}


def test_entities_say_who_received_and_who_still_holds_it() -> None:
    store = flows(*MIXED)
    rows = {row["node_id"]: row for row in trace(store, places(store, "p0")).entities().to_pylist()}
    assert (rows["B"]["received_low_ore"], rows["B"]["received_high_ore"]) == (100, 100)
    assert (rows["B"]["remaining_low_ore"], rows["B"]["remaining_high_ore"]) == (0, 100)
    assert (rows["C"]["received_low_ore"], rows["C"]["remaining_high_ore"]) == (0, 100)


def test_trail_is_named_after_what_it_follows() -> None:
    store = flows(*MIXED)
    first, second = trace(store, [0]), trace(store, [1])
    assert first.trail_id == trace(store, [0]).trail_id
    assert first.trail_id != second.trail_id
    assert first.trail_id != trace(store, [0], backward=True).trail_id
    assert first.trail_id != trace(store, [0], pays_first=True).trail_id
    assert first.trail_id != trace(store, [0], opening_ore=np.array([5, -1, -1, -1])).trail_id
    assert first.trail_id != trace(store, [0], stops=np.array([0, 0, 1], dtype=np.uint8)).trail_id


@pytest.mark.parametrize("sources", [[], [3], [-1]])
def test_nothing_to_follow_or_a_payment_of_another_store_is_refused(sources: list[int]) -> None:
    with pytest.raises(UsageError):
        trace(flows(*MIXED), sources)


def test_poison_alone_is_no_answer() -> None:
    with pytest.raises(UsageError, match="bounds nothing"):
        trace(flows(*MIXED), [0], conventions=[POISON])


def test_more_money_than_can_be_counted_exactly_is_refused() -> None:
    store = flows(*(f"{second} A B {2**53}" for second in range(257)))  # 2^61 and a little
    with pytest.raises(UsageError, match=r"2\^61"):
        trace(store, [0])
    with pytest.raises(UsageError, match=r"2\^61"):
        trace(flows(*MIXED), [0], opening_ore=np.array([2**62, 0, 0, 0]))


def test_stops_and_balances_of_another_store_are_refused() -> None:
    store = flows(*MIXED)
    with pytest.raises(UsageError, match="4 nodes and 3 payments"):
        trace(store, [0], stops=np.zeros(2, np.uint8))
    with pytest.raises(UsageError, match="Give one each"):
        trace(store, [0], opening_ore=np.zeros(9, np.int64))
