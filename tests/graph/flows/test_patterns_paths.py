"""Chains and round trips."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from follow_money.errors import UsageError
from follow_money.graph.flows import amount_lists
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_paths import FoundPaths
from follow_money.graph.flows.patterns.chains import chains
from follow_money.graph.flows.patterns.round_trip import Homes, round_trip
from tests.graph.flows.letter_flows import flows, small_stores
from tests.graph.flows.plain_paths import paths_home, plain_chains

SECOND_US = 1_000_000
always = settings(max_examples=150, deadline=None, derandomize=True)
shares = st.sampled_from([(90, 100), (50, 100), (0, 100), (80, 130)])


def told(found: FoundPaths) -> list[tuple[int, ...]]:
    return [tuple(found.path(number).tolist()) for number in range(len(found))]


def ids(found: FoundPaths) -> list[str]:
    return [" ".join(found.store.told(found.path(number))["payment_id"].to_pylist()) for number in range(len(found))]


def places(store: FlowStore, *payment_ids: str) -> list[int]:
    return [store.payment_ids.to_pylist().index(name) for name in payment_ids]


@always
@given(
    store=small_stores(most_payments=20, most_ore=12),
    hops=st.sampled_from([(2, 3), (3, 6), (2, 2), (4, 5)]),
    within=st.integers(0, 5),
    share=shares,
    starts=st.none() | st.sets(st.integers(0, 19), max_size=4),
    busy_from=st.sampled_from([1, 2048]),
)
def test_every_longest_chain_is_found_and_nothing_else(
    *,
    store: FlowStore,
    hops: tuple[int, int],
    within: int,
    share: tuple[int, int],
    starts: set[int] | None,
    busy_from: int,
) -> None:
    begun = None if starts is None else sorted(p for p in starts if p < len(store))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(amount_lists, "BUSY_FROM", busy_from)
        found = chains(
            store,
            hops=hops,
            within_us=within * SECOND_US,
            share_percent=share,
            starts=None if begun is None else np.array(begun, dtype=np.int64),
            most_onward=30,
        )
    assert told(found) == plain_chains(store, hops=hops, within_us=within * SECOND_US, share=share, starts=begun)
    assert found.is_complete


LAYERS = ("0 A B 1000", "1 B C 950", "2 C D 900", "3 D E 890")


def test_a_chain_is_told_at_its_full_length() -> None:
    assert ids(chains(flows(*LAYERS))) == ["p0 p1 p2 p3"]


def test_a_chain_of_more_than_the_most_hops_is_told_by_its_first_ones() -> None:
    assert ids(chains(flows(*LAYERS), hops=(2, 3))) == ["p0 p1 p2"]


def test_a_chain_begins_at_a_start_whatever_came_before() -> None:
    store = flows(*LAYERS)
    assert ids(chains(store, starts=np.array(places(store, "p1")))) == ["p1 p2 p3"]


def test_a_chain_stops_at_a_node_through_which_nothing_may_pass() -> None:
    store = flows(*LAYERS)
    not_d = np.array([letter != "D" for letter in store.node_ids.to_pylist()])
    assert ids(chains(store, through=not_d)) == ["p0 p1 p2"]


def test_a_chain_leaves_out_payments_that_do_not_count() -> None:
    store = flows(*LAYERS, "2 C F 940", "3 F G 930")
    not_p2 = np.ones(len(store), np.bool_)
    not_p2[places(store, "p2")] = False
    assert ids(chains(store)) == ["p0 p1 p2 p3", "p0 p1 p4 p5"]
    assert ids(chains(store, usable=not_p2)) == ["p0 p1 p4 p5"]


def test_a_chain_ends_at_a_hub_and_that_is_counted() -> None:
    fan = [f"3 D {letter} 890" for letter in "EFGHI"]
    found = chains(flows(*LAYERS[:3], *fan), most_onward=4)
    assert ids(found) == ["p0 p1 p2"]
    assert found.cut.to_pylist() == [{"node": 3, "node_id": "D", "searches": 1}]
    assert len(chains(flows(*LAYERS[:3], *fan), most_onward=5)) == 5


def test_hubs_beyond_the_reach_of_the_starts_are_not_counted() -> None:
    fan = [f"3 X {letter} 890" for letter in "EFGHI"]
    store = flows(*LAYERS, "2 W X 900", *fan)
    assert not chains(store, most_onward=4).is_complete
    assert chains(store, most_onward=4, starts=np.array(places(store, "p0"))).is_complete


def test_a_chain_search_that_meets_the_cap_is_counted() -> None:
    found = chains(flows(*LAYERS), most_candidates=2)
    assert ids(found) == []
    assert found.cut["node_id"].to_pylist() == ["B", "C"]  # those from p0 and from p1 had more to look at


@pytest.mark.parametrize("hops", [(1, 3), (4, 3), (3, 13)])
def test_chains_of_impossible_lengths_are_refused(hops: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match="2 to 12"):
        chains(flows(*LAYERS), hops=hops)


def test_a_mask_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(UsageError, match="through holds 2"):
        chains(flows(*LAYERS), through=np.ones(2, np.bool_))


@always
@given(
    store=small_stores(most_payments=24, most_ore=12),
    starts=st.sets(st.integers(0, 23), min_size=1),
    homes=st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5))),
    hops=st.sets(st.integers(2, 6), min_size=1),
    within=st.integers(0, 8),
    share=shares,
    busy_from=st.sampled_from([1, 4, 2048]),
)
def test_every_round_trip_is_found_once_and_nothing_else(
    *,
    store: FlowStore,
    starts: set[int],
    homes: set[tuple[int, int]],
    hops: Collection[int],
    within: int,
    share: tuple[int, int],
    busy_from: int,
) -> None:
    begun = sorted(p for p in starts if p < len(store))
    pairs = sorted((payer, home) for payer, home in homes if payer < store.nodes and home < store.nodes)
    known = Homes(*(np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(amount_lists, "BUSY_FROM", busy_from)
        found = round_trip(
            store, np.array(begun, np.int64), known, hops=hops, within_us=within * SECOND_US, share_percent=share
        )
    assert told(found) == sorted(
        path
        for p in begun
        for path in paths_home(
            store,
            p,
            {home for payer, home in pairs if payer == store.payer[p]},
            hops=hops,
            within_us=within * SECOND_US,
            share=share,
        )
    )


SALARIES = (
    "0 P E 30000",
    "1 E O 20000",
    "2 E O 5000",
    "3 E C 4000",
    "4 C O 3900",
)
"""Provider P pays employee E, who pays owner O twice, and collector C, who pays O."""


def test_a_salary_comes_back_in_parts_and_by_way_of_a_collector() -> None:
    store = flows(*SALARIES)
    found = round_trip(store, np.array(places(store, "p0")), Homes.of(store, {"P": ["O"]}))
    assert ids(found) == ["p0 p1", "p0 p2", "p0 p3 p4"]
    assert found.paths()["to_id"].to_pylist() == ["O", "O", "O"]


def test_what_is_called_rent_does_not_count_as_coming_back() -> None:
    store = flows(*SALARIES)
    not_rent = np.ones(len(store), np.bool_)
    not_rent[places(store, "p2", "p3")] = False
    found = round_trip(store, np.array(places(store, "p0")), Homes.of(store, {"P": ["O"]}), usable=not_rent)
    assert ids(found) == ["p0 p1"]


def test_money_that_passes_a_bank_is_not_followed_through_it() -> None:
    store = flows(*SALARIES)
    not_c = np.array([letter != "C" for letter in store.node_ids.to_pylist()])
    found = round_trip(store, np.array(places(store, "p0")), Homes.of(store, {"P": ["O"]}), through=not_c)
    assert ids(found) == ["p0 p1", "p0 p2"]


def test_an_owner_is_home_to_his_own_provider_only() -> None:
    store = flows(*SALARIES, "0 Q E 30000")
    found = round_trip(store, np.array(places(store, "p0", "p5")), Homes.of(store, {"P": ["O"], "Q": ["C"]}))
    assert ids(found) == ["p0 p1", "p0 p2", "p0 p3 p4", "p5 p3"]


def test_an_owners_own_salary_is_no_round_trip() -> None:
    store = flows("0 P O 30000", "1 O W 20000", "2 W O 20000")
    assert ids(round_trip(store, np.array([0]), Homes.of(store, {"P": ["O"]}))) == []


def test_homes_that_neither_pay_nor_are_paid_are_left_out() -> None:
    store = flows(*SALARIES)
    homes = Homes.of(store, {"P": ["O", "nobody"], "nobody": ["O"]})
    assert (homes.payer.tolist(), homes.home.tolist()) == ([store.node("P")], [store.node("O")])


def test_a_round_trip_search_that_meets_the_cap_is_counted() -> None:
    store = flows(*SALARIES)
    found = round_trip(store, np.array(places(store, "p0")), Homes.of(store, {"P": ["O"]}), most_candidates=3)
    assert found.cut.to_pylist() == [{"node": store.node("E"), "node_id": "E", "searches": 1}]
