"""Which payments can have carried the money, and how much at most."""

from __future__ import annotations

import itertools

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
from follow_money.graph.flows.trace import trace
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


def paths(store: FlowStore, sources: set[int], targets: set[int]) -> set[int]:
    """Every payment on some path, by trying them all."""
    found: set[int] = set()

    def walk(path: list[int]) -> None:
        if path[-1] in targets:
            found.update(path)
        for p in range(path[-1] + 1, len(store)):
            if store.payer[p] == store.payee[path[-1]]:
                walk([*path, p])

    for source in sources:
        walk([source])
    return found


@always
@given(small_stores(most_payments=12), st.data())
def test_corridor_holds_every_payment_on_a_path_and_no_other(store: FlowStore, data: st.DataObject) -> None:
    places = st.sets(st.integers(0, len(store) - 1), min_size=1, max_size=3)
    sources, targets = data.draw(places), data.draw(places)
    assert set(corridor(store, sorted(sources), sorted(targets)).tolist()) == paths(store, sources, targets)


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
    for convention in trail.bounding:
        assert int(trail.payment_ore[convention][targets].sum()) <= found.ore
    network = nx.DiGraph()
    last: dict[int, tuple[int, int]] = {}
    for p in range(len(store)):
        for node in (int(store.payer[p]), int(store.payee[p])):
            if node in last:
                network.add_edge(last[node], (node, p))
            last[node] = (node, p)
        begin = ("source", p) if p in sources else (int(store.payer[p]), p)
        end = "sink" if p in targets else (int(store.payee[p]), p)
        network.add_edge(begin, end, capacity=int(store.amount_ore[p]))
        if p in sources:
            network.add_edge("origin", begin, capacity=int(store.amount_ore[p]))
    network.add_nodes_from(["origin", "sink"])
    assert nx.maximum_flow_value(network, "origin", "sink") == found.ore
    # In the one way that is told, no payment carries more than its amount.
    assert all(carried <= store.amount_ore[p] for p, carried in zip(found.payments, found.payment_ore, strict=True))
    assert not list(itertools.islice((c for c in found.payment_ore if c < 0), 1))
