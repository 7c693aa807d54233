"""Cycles: what is one, and that none is missed, whatever the hubs."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from follow_money.errors import UsageError
from follow_money.graph.flows import amount_lists
from follow_money.graph.flows.cycles import cycles
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_paths import FoundPaths
from follow_money.graph.flows.search_rule import MOST_FOUND
from tests.graph.flows.cycle_joins import bank_like, joined_cycles
from tests.graph.flows.letter_flows import flows, small_stores
from tests.graph.flows.plain_paths import plain_cycles

DAY = 86_400
SECOND_US = 1_000_000


def told(found: FoundPaths) -> list[tuple[int, ...]]:
    return [tuple(found.path(number).tolist()) for number in range(len(found))]


def ids(found: FoundPaths) -> list[str]:
    """Paths as their payments' ids."""
    return [" ".join(found.store.told(found.path(number))["payment_id"].to_pylist()) for number in range(len(found))]


@pytest.fixture(params=[1, 4, amount_lists.BUSY_FROM], ids=["all busy", "some busy", "none busy"])
def busy_from(request: pytest.FixtureRequest) -> int:
    """From how many payments on a node's payments are listed by size: a question of time alone."""
    return int(request.param)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    store=small_stores(most_payments=24, most_ore=12),
    hops=st.sets(st.integers(2, 6), min_size=1),
    within=st.integers(0, 8),
    share=st.sampled_from([(90, 100), (50, 100), (0, 100), (80, 130), (100, 1000)]),
    busy_from=st.sampled_from([1, 4, 2048]),
)
def test_every_cycle_is_found_once_and_nothing_else(
    store: FlowStore, hops: set[int], within: int, share: tuple[int, int], busy_from: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(amount_lists, "BUSY_FROM", busy_from)
        found = cycles(store, hops=hops, within_us=within * SECOND_US, share_percent=share)
    assert told(found) == plain_cycles(store, hops=hops, within_us=within * SECOND_US, share=share)
    assert found.is_complete


@pytest.mark.parametrize("hub_share", [0.0, 0.15])
def test_cycles_are_those_of_a_join_in_sql(hub_share: float, busy_from: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amount_lists, "BUSY_FROM", min(busy_from, 200))
    store = bank_like(8_000, days=12, hub_share=hub_share, planted=40)
    found = told(cycles(store))
    for hops in (2, 3, 4):
        joined = joined_cycles(store, hops, within_us=DAY * SECOND_US, share=(90, 100))
        assert len(joined) > 5
        assert [path for path in found if len(path) == hops] == joined


def test_planted_cycles_are_found() -> None:
    lone = bank_like(5_000, days=300, hub_share=0.0, planted=0)
    planted = bank_like(5_000, days=300, hub_share=0.0, planted=50)
    assert len(cycles(planted)) >= len(cycles(lone)) + 50


def test_a_hop_of_90_percent_counts_and_one_ore_less_does_not() -> None:
    assert ids(cycles(flows("1 A B 1000", "2 B A 900"))) == ["p0 p1"]
    assert ids(cycles(flows("1 A B 1000", "2 B A 899"))) == []


def test_a_hop_of_more_than_the_one_before_does_not_count() -> None:
    assert ids(cycles(flows("1 A B 1000", "2 B A 1000"))) == ["p0 p1"]
    assert ids(cycles(flows("1 A B 1000", "2 B A 1001"))) == []


def test_each_hop_is_measured_against_the_one_before_it() -> None:
    assert ids(cycles(flows("1 A B 1000", "2 B C 900", "3 C A 810"))) == ["p0 p1 p2"]
    assert ids(cycles(flows("1 A B 1000", "2 B C 900", "3 C A 910"))) == []


def test_the_last_payment_may_come_a_whole_day_after_the_first_and_no_second_later() -> None:
    assert ids(cycles(flows("1 A B 1000", f"{DAY + 1} B A 1000"))) == ["p0 p1"]
    assert ids(cycles(flows("1 A B 1000", f"{DAY + 2} B A 1000"))) == []


def test_money_goes_round_in_the_order_of_time_only() -> None:
    assert ids(cycles(flows("2 A B 1000", "1 B C 1000", "3 C A 1000"))) == []


def test_payments_at_one_instant_chain_as_received_before_paid() -> None:
    assert ids(cycles(flows("1 B C 990", "1 A B 1000", "2 C A 980"))) == ["p1 p0 p2"]


@pytest.mark.parametrize(
    "ring",
    [
        ("1 A B 1000", "1 B C 950", "1 C A 920"),
        ("1 A B 1000", "1 B C 1000", "1 C A 1000"),
        # Round by way of D, and the three of the ring beside it are alike.
        ("1 A B 1000", "1 B C 1000", "1 C A 500", "1 C D 990", "1 D A 980"),
        ("1 A B 1000", "1 B C 1000", "1 C D 1000", "1 D A 1000", "1 C A 1000"),
    ],
)
def test_a_cycle_at_one_instant_is_found_in_every_order_of_the_table(
    ring: tuple[str, ...], busy_from: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(amount_lists, "BUSY_FROM", busy_from)
    sets = set()
    for rows in permutations(ring):
        store = flows(*rows)
        found = [[rows[int(name[1:])] for name in path.split()] for path in ids(cycles(store))]
        sets.add(frozenset(frozenset(path) for path in found))
        assert len(found) == len({frozenset(path) for path in found}) > 0
    assert len(sets) == 1


def test_payments_of_one_instant_within_a_longer_cycle_are_in_either_order() -> None:
    # A pays B and B pays C on one day, on which C pays A more than came; the money is home two days later.
    for rows in permutations(("1 A B 1000", "1 B C 1000", "1 C A 5000")):
        found = cycles(flows(*rows, "2 C D 990", "3 D A 980"))
        assert [found.store.told(found.path(0))["amount_ore"].to_pylist(), len(found)] == [[1000, 1000, 990, 980], 1]


def test_a_node_stands_on_a_cycle_once() -> None:
    figure_of_eight = flows("1 A B 1000", "2 B C 1000", "3 C B 1000", "4 B A 1000")
    assert ids(cycles(figure_of_eight)) == ["p0 p3", "p1 p2"]


def test_a_payment_to_oneself_is_no_hop() -> None:
    assert ids(cycles(flows("1 A B 1000", "2 B B 1000", "3 B A 1000", "4 A A 1000"))) == ["p0 p2"]


def test_a_cycle_of_six_hops_is_found_when_asked_for() -> None:
    ring = flows(
        *(f"{at} {payer} {payee} 1000" for at, (payer, payee) in enumerate(zip("ABCDEF", "BCDEFA", strict=True)))
    )
    assert ids(cycles(ring)) == []
    assert ids(cycles(ring, hops=(6,))) == ["p0 p1 p2 p3 p4 p5"]


def test_amounts_up_to_2_to_the_53_are_compared_exactly() -> None:
    most = 2**53
    nine_tenths = -(-most * 9 // 10)
    assert ids(cycles(flows(f"1 A B {most}", f"2 B A {nine_tenths}"))) == ["p0 p1"]
    assert ids(cycles(flows(f"1 A B {most}", f"2 B A {nine_tenths - 1}"))) == []


def test_cycles_come_back_as_rows_of_payments() -> None:
    found = cycles(flows("1 A B 1000", "2 B C 950", "3 C A 900"))
    rows = found.table().select(["path", "hop", "payment", "payment_id", "payer_id", "payee_id", "amount_ore"])
    assert rows.to_pylist() == [
        {"path": 0, "hop": hop, "payment": hop - 1, "payment_id": f"p{hop - 1}", "payer_id": payer, "payee_id": payee, "amount_ore": ore}
        for hop, payer, payee, ore in ((1, "A", "B", 1000), (2, "B", "C", 950), (3, "C", "A", 900))
    ]  # fmt: skip
    (path,) = found.paths().to_pylist()
    assert (path["hops"], path["from_id"], path["to_id"]) == (3, "A", "A")
    assert (path["first_ore"], path["last_ore"], path["least_ore"]) == (1000, 900, 900)
    assert (path["ended_at"] - path["began_at"]).total_seconds() == 2


def test_two_hubs_that_pay_each_other_all_day_are_searched_by_amount(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amount_lists, "BUSY_FROM", 100)
    sums = [1000 * 2**place for place in range(12)]
    both = [f"{at} {'AB'[at % 2]} {'BA'[at % 2]} {sums[at // 2 % 12] + at}" for at in range(2400)]
    store = flows(*both)
    # Of 1,200 payments that each could be answered by, a twelfth is of about its amount.
    assert cycles(store, hops=(2,), share_percent=(100, 100), most_candidates=150).is_complete
    assert not cycles(store, hops=(2,), share_percent=(0, 100), most_candidates=150).is_complete


def test_what_a_cap_cuts_is_counted_and_what_was_found_is_kept() -> None:
    store = flows("0 A B 1000", *(f"{at} B A 1000" for at in range(1, 50)), *(f"{at} B A 400" for at in range(50, 90)))
    whole, part = cycles(store), cycles(store, most_candidates=60)
    assert len(whole) == 49
    assert whole.cut.to_pylist() == []
    assert part.cut.to_pylist() == [{"node": 1, "node_id": "B", "searches": 1}]
    assert set(told(part)) <= set(told(whole))


def test_many_equal_payments_side_by_side_tell_so_many_cycles_and_say_that_there_are_more() -> None:
    """Twenty equal payments on each side of a ring of four make 160,000 cycles, 8,000 from each first payment."""
    sides = [f"{100 * side + n} {p} {q} 1000" for side, (p, q) in enumerate(pairwise("ABCDA")) for n in range(20)]
    found = cycles(flows(*sides))
    assert len(found) == 20 * MOST_FOUND
    assert found.cut.to_pylist() == [{"node": 1, "node_id": "B", "searches": 20}]


def test_no_payments_have_no_cycles() -> None:
    store = flows("1 A B 5")
    empty = type(store)(
        **{name: getattr(store, name)[:0] for name in ("payer", "payee", "paid_at_us", "amount_ore", "row", "out_payments", "in_payments")},
        out_start=np.zeros(3, np.int64), in_start=np.zeros(3, np.int64), node_ids=store.node_ids, payment_ids=store.payment_ids[:0],
    )  # fmt: skip
    assert len(cycles(empty)) == 0
    assert cycles(empty).table().num_rows == 0
    assert cycles(empty).paths().num_rows == 0


@pytest.mark.parametrize(
    "asked",
    [
        {"hops": ()},
        {"hops": (1, 2)},
        {"hops": (7,)},
        {"share_percent": (100, 90)},
        {"share_percent": (-1, 100)},
        {"share_percent": (0, 1001)},
        {"within_us": -1},
        {"most_candidates": 0},
    ],
)
def test_what_makes_no_sense_is_refused(asked: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="Give"):
        cycles(flows("1 A B 5"), **asked)  # type: ignore[arg-type]
