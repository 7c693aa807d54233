"""Which payments can have carried the money, and how much at most."""

from __future__ import annotations

import itertools
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from follow_money.errors import UsageError
from follow_money.graph.flows import greatest_flow as module
from follow_money.graph.flows.corridor import corridor
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.greatest_flow import greatest_flow
from follow_money.graph.flows.trace import order_sensitivity, trace
from tests.graph.flows.letter_flows import flows, small_stores

always = settings(max_examples=120, deadline=None, derandomize=True)


def ids(store: FlowStore, places: np.ndarray) -> list[str]:
    return [store.payment_ids[int(p)].as_py() for p in places]


def at(store: FlowStore, *names: str) -> list[int]:
    return [store.payment_ids.to_pylist().index(name) for name in names]


def test_payment_before_the_money_came_is_not_in_the_corridor() -> None:
    store = flows("1 F B 10", "2 B C 10", "3 X B 10", "4 C D 10", "0 B D 10")
    assert ids(store, corridor(store, at(store, "p0"), at(store, "p3"))) == ["p0", "p1", "p3"]


def test_dead_end_is_not_in_the_corridor() -> None:
    store = flows("1 F B 10", "2 B X 10", "3 B C 10")
    assert ids(store, corridor(store, at(store, "p0"), at(store, "p2"))) == ["p0", "p2"]


@pytest.mark.parametrize(("within", "found"), [(3, ["p0", "p1", "p2"]), (2, [])])
def test_path_that_takes_longer_is_not_in_the_corridor(within: int, found: list[str]) -> None:
    store = flows("1 F B 10", "2 B C 10", "4 C D 10")
    assert ids(store, corridor(store, at(store, "p0"), at(store, "p2"), within_us=within * 1_000_000)) == found


def test_greatest_flow_is_what_the_narrowest_place_lets_through() -> None:
    store = flows("1 F B 100", "2 B C 70", "2 B D 50", "3 C E 40", "4 D E 60")
    found = greatest_flow(store, at(store, "p0"), at(store, "p3", "p4"))
    assert found.ore == 90  # 40 by C; by D the 50 that it got
    assert dict(zip(ids(store, found.payments), found.payment_ore.tolist(), strict=True))["p3"] == 40


def test_money_does_not_flow_back_in_time() -> None:
    store = flows("1 F B 100", "3 B C 100", "2 C D 100")
    assert greatest_flow(store, at(store, "p0"), at(store, "p2")).ore == 0


def test_the_order_within_an_instant_does_not_narrow_the_bound() -> None:
    # All at one instant, round by B, C and D; 40 of what C gets can go on to E only if D paid C first.
    ring = ["2 B C 10", "2 C B 5", "2 C E 100", "2 D C 50", "2 B D 50", "2 C D 1"]
    for rows in itertools.permutations(ring):
        store = flows("1 F B 100", *rows)
        target = at(store, f"p{1 + rows.index('2 C E 100')}")
        assert greatest_flow(store, at(store, "p0"), target).ore == 60


def test_source_that_is_a_target_carries_all_of_itself() -> None:
    store = flows("1 F B 100")
    assert greatest_flow(store, [0], [0]).ore == 100


def test_corridor_that_is_too_large_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAYMENTS", 1)
    store = flows("1 F B 10", "2 B C 10")
    with pytest.raises(UsageError, match="Name fewer sources"):
        greatest_flow(store, [0], [1])


@pytest.mark.parametrize(("sources", "targets"), [([], [0]), ([0], []), ([0], [9])])
def test_no_payments_or_payments_of_another_store_are_refused(sources: list[int], targets: list[int]) -> None:
    with pytest.raises(UsageError):
        corridor(flows("1 F B 10"), sources, targets)


def ways(store: FlowStore, sources: set[int], targets: set[int]) -> set[int]:
    """Every payment on some way in time, by trying what follows what until nothing new is reached."""

    def reached(begun: set[int], *, backward: bool) -> set[int]:
        found, size = set(begun), 0
        while size < len(found):
            size = len(found)
            for p, q in itertools.product(range(len(store)), repeat=2):
                first, then = (q, p) if backward else (p, q)
                follows = store.payer[then] == store.payee[first] and store.paid_at_us[first] <= store.paid_at_us[then]
                if p in found and follows:
                    found.add(q)
        return found

    return reached(sources, backward=False) & reached(targets, backward=True)


@always
@given(small_stores(most_payments=12), st.data())
def test_corridor_holds_every_payment_on_a_way_in_time_and_no_other(store: FlowStore, data: st.DataObject) -> None:
    places = st.sets(st.integers(0, len(store) - 1), min_size=1, max_size=3)
    sources, targets = data.draw(places), data.draw(places)
    assert set(corridor(store, sorted(sources), sorted(targets)).tolist()) == ways(store, sources, targets)


@always
@given(small_stores(most_payments=15), st.data())
def test_greatest_flow_bounds_what_any_convention_traces_and_is_networkx_own(
    store: FlowStore, data: st.DataObject
) -> None:
    places = st.sets(st.integers(0, len(store) - 1), min_size=1, max_size=3)
    sources, targets = sorted(data.draw(places)), sorted(data.draw(places))
    stops = np.zeros(len(store), dtype=np.uint8)
    stops[targets] = 1
    found = greatest_flow(store, sources, targets)
    trail = trace(store, sources, stops=stops, opening_ore=np.zeros(store.nodes, np.int64))
    for order in (trail, order_sensitivity(trail)):
        for convention in order.bounding:
            assert int(order.payment_ore[convention][targets].sum()) <= found.ore
    # Money waits with a node from one instant to the next; within an instant it may go on at once. A payment is a node of its own, since several are alike.
    network = nx.DiGraph()
    for node, at_us in itertools.product(range(store.nodes), pairwise(sorted(set(store.paid_at_us.tolist())))):
        network.add_edge((node, at_us[0]), (node, at_us[1]))
    for p in range(len(store)):
        begin = "origin" if p in sources else (int(store.payer[p]), int(store.paid_at_us[p]))
        end = "sink" if p in targets else (int(store.payee[p]), int(store.paid_at_us[p]))
        network.add_edge(begin, p, capacity=int(store.amount_ore[p]))
        network.add_edge(p, end, capacity=int(store.amount_ore[p]))
    network.add_nodes_from(["origin", "sink"])
    assert nx.maximum_flow_value(network, "origin", "sink") == found.ore
    # In the one way that is told, no payment carries more than its amount.
    assert all(carried <= store.amount_ore[p] for p, carried in zip(found.payments, found.payment_ore, strict=True))
    assert not list(itertools.islice((c for c in found.payment_ore if c < 0), 1))
