"""Money that passes through a node: residence and pass-through, gather-scatter, scatter-gather."""

from __future__ import annotations

from collections import deque

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from follow_money.errors import UsageError
from follow_money.graph.flows import amount_lists
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_groups import FoundGroups
from follow_money.graph.flows.patterns.gather_scatter import gather_scatter
from follow_money.graph.flows.patterns.pass_through import pass_through
from follow_money.graph.flows.patterns.residence import residence
from follow_money.graph.flows.patterns.scatter_gather import scatter_gather
from follow_money.graph.flows.patterns.sent_on import sent_on
from tests.graph.flows.letter_flows import by_id, flows, small_stores
from tests.graph.flows.plain_paths import continues
from tests.graph.flows.plain_windows import ore

SECOND_US = 1_000_000
always = settings(max_examples=150, deadline=None, derandomize=True)


def roles(found: FoundGroups) -> list[dict[str, str]]:
    """The payments of each group by role."""
    groups: list[dict[str, str]] = [{} for _ in range(len(found))]
    for row in found.table().to_pylist():
        group = groups[row["group"]]
        group[row["role"]] = f"{group.get(row['role'], '')} {row['payment_id']}".strip()
    return groups


def plain_matches(store: FlowStore, opening: list[int]) -> list[tuple[int, int, int]]:
    """Which payment was paid on by which and how much of it, öre by öre, first in first out."""
    matches: dict[tuple[int, int], int] = {}
    purses = [deque([-1] * ore) for ore in opening]
    for p in range(len(store)):
        for _ in range(int(store.amount_ore[p])):
            came = purses[store.payer[p]].popleft()
            if came >= 0:
                matches[came, p] = matches.get((came, p), 0) + 1
        purses[store.payee[p]].extend([p] * int(store.amount_ore[p]))
    return sorted((came, went, paid) for (came, went), paid in matches.items())


def least_opening(store: FlowStore, node: int) -> int:
    """What a node must have had so that it never pays what it has not got."""
    balance, lowest = 0, 0
    for p in range(len(store)):
        balance += int(store.amount_ore[p]) * (int(store.payee[p] == node) - int(store.payer[p] == node))
        lowest = min(lowest, balance)
    return -lowest


@always
@given(
    store=small_stores(most_ore=30),
    within=st.integers(0, 8),
    known=st.lists(st.integers(-1, 60), min_size=6, max_size=6),
)
def test_what_came_in_first_goes_out_first(store: FlowStore, within: int, known: list[int]) -> None:
    opening = [max(least_opening(store, node), known[node]) for node in range(store.nodes)]
    stays = residence(store, within_us=within * SECOND_US, opening_ore=np.array(known[: store.nodes], dtype=np.int64))
    matches = plain_matches(store, opening)
    links = stays.links()
    rows = links.select(["in_payment", "out_payment", "amount_ore"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == matches
    assert stays.opening_ore.tolist() == opening
    for p in range(len(store)):
        left = [(paid, int(store.paid_at_us[went] - store.paid_at_us[p])) for came, went, paid in matches if came == p]
        total = sum(paid for paid, _ in left)
        assert stays.left_at_all_ore[p] == total
        assert stays.left_ore[p] == sum(paid for paid, stay in left if stay <= within * SECOND_US)
        mean = round(sum(paid * stay for paid, stay in left) / total) if total else -1
        assert stays.stay_us[p] == mean


@always
@given(store=small_stores(most_ore=30), wanted=st.sets(st.integers(0, 29), min_size=1))
def test_links_of_some_payments_are_those_among_all_links(store: FlowStore, wanted: set[int]) -> None:
    some = sorted(p for p in wanted if p < len(store))
    stays = residence(store, within_us=0)
    every = [row for row in stays.links().to_pylist() if row["in_payment"] in some]
    assert stays.links(np.array(some, dtype=np.int64)).to_pylist() == every


def test_a_node_that_pays_more_than_it_received_is_taken_to_have_had_the_rest_which_goes_first() -> None:
    stays = residence(flows("0 A B 100", "1 B C 130"), within_us=SECOND_US)
    assert stays.opening_ore.tolist() == [100, 30, 0]
    assert by_id(stays.store, stays.left_ore) == {"p0": 100}
    late = residence(flows("0 A B 100", "1 B C 130", "9 B C 1"), within_us=SECOND_US)
    assert by_id(late.store, late.left_ore) == {"p0": 99}


def test_a_known_balance_goes_out_before_what_came_in() -> None:
    stays = residence(flows("0 A B 100", "1 B C 100"), within_us=SECOND_US, opening_ore=np.array([100, 40, -1]))
    assert by_id(stays.store, stays.left_ore) == {"p0": 60}
    assert stays.stay_us.tolist() == [SECOND_US, -1]


def test_balances_of_other_nodes_are_refused() -> None:
    with pytest.raises(UsageError, match="one a node"):
        residence(flows("0 A B 100"), within_us=1, opening_ore=np.array([1]))


def test_rests_of_before_take_no_part_in_what_is_sent_on() -> None:
    store = flows("0 A M 100", "1 M X 90", "20 A M 100", "21 M X 90", "22 M X 5")
    links = sent_on(store, within_us=2 * SECOND_US, nodes=np.ones(store.nodes, np.bool_)).to_pylist()
    assert [tuple(row.values()) for row in links] == [(0, 1, 90), (2, 3, 90), (2, 4, 5)]
    assert residence(store, within_us=2 * SECOND_US).left_ore[[0, 2]].tolist() == [90, 85]


@always
@given(store=small_stores(most_ore=30), within=st.integers(0, 5))
def test_no_matching_of_payments_out_to_those_in_before_them_holds_more(store: FlowStore, within: int) -> None:
    links = sent_on(store, within_us=within * SECOND_US, nodes=np.ones(store.nodes, np.bool_))
    into, out, ore = (np.asarray(links[name]) for name in ("in_payment", "out_payment", "amount_ore"))
    stay = store.paid_at_us[out] - store.paid_at_us[into]
    assert (store.payee[into] == store.payer[out]).all()
    assert (stay >= 0).all()
    assert (stay <= within * SECOND_US).all()
    for side in (into, out):
        assert (np.bincount(side, ore, minlength=len(store)) <= store.amount_ore).all()
    for node in range(store.nodes):
        network = nx.DiGraph()
        for at in store.paid_to(node).tolist():
            network.add_edge("from", ("in", at), capacity=int(store.amount_ore[at]))
            for to in store.paid_by(node).tolist():
                if 0 <= store.paid_at_us[to] - store.paid_at_us[at] <= within * SECOND_US:
                    network.add_edge(("in", at), ("out", to))
        for to in store.paid_by(node).tolist():
            network.add_edge(("out", to), "to", capacity=int(store.amount_ore[to]))
        most = nx.maximum_flow_value(network, "from", "to") if {"from", "to"} <= set(network) else 0
        assert int(ore[store.payee[into] == node].sum()) == most


PASSING = ("0 A M 100", "1 M X 100", "2 B M 100", "3 M Y 60", "8 C M 100")


def test_a_node_passes_through_when_the_share_of_all_it_received_left_in_time() -> None:
    # 160 of 300 öre left within a second.
    store = flows(*PASSING)
    assert len(pass_through(store, within_us=SECOND_US, share_percent=54)) == 0
    found = pass_through(store, within_us=SECOND_US, share_percent=53)
    assert roles(found) == [{"in": "p0 p2", "out": "p1 p3"}]
    (row,) = found.figures.to_pylist()
    assert (row["node_id"], row["received_ore"], row["left_ore"], row["stay_us"]) == ("M", 300, 160, SECOND_US)


def test_a_node_that_received_too_seldom_or_too_little_does_not_pass_through() -> None:
    store = flows(*PASSING)
    assert len(pass_through(store, within_us=SECOND_US, share_percent=50, fewest_payments=4)) == 0
    assert len(pass_through(store, within_us=SECOND_US, share_percent=50, least_ore=301)) == 0
    assert len(pass_through(store, within_us=SECOND_US, share_percent=50, least_ore=300)) == 1


def test_nodes_that_are_not_asked_for_do_not_pass_through() -> None:
    store = flows(*PASSING)
    assert len(pass_through(store, within_us=SECOND_US, share_percent=50, nodes=np.zeros(store.nodes, np.bool_))) == 0


@pytest.mark.parametrize("share", [0, 101])
def test_a_share_that_nothing_or_nobody_can_pass_on_is_refused(share: int) -> None:
    with pytest.raises(UsageError, match="1 to 100"):
        pass_through(flows(*PASSING), within_us=1, share_percent=share)


def plain_turns(
    store: FlowStore, within_us: int, payers: int, payees: int, share: tuple[int, int]
) -> list[tuple[list[int], list[int]]]:
    """Payments in and out of each group of gather-scatter."""
    groups = []
    for node in range(store.nodes):
        last_turn, ins, outs = None, set[int](), set[int]()
        for p in np.flatnonzero(store.payee == node).tolist():
            at = store.paid_at_us[p]
            before = {q for q in range(p + 1) if store.payee[q] == node and at - store.paid_at_us[q] <= within_us}
            after = {
                q for q in range(p, len(store)) if store.payer[q] == node and store.paid_at_us[q] - at <= within_us
            }
            gathered, scattered = ore(store, before), ore(store, after)
            is_turn = (
                len({int(store.payer[q]) for q in before}) >= payers
                and len({int(store.payee[q]) for q in after}) >= payees
                and share[0] * gathered <= 100 * scattered <= share[1] * gathered
            )
            if not is_turn:
                continue
            if last_turn is not None and last_turn not in before:
                groups.append((sorted(ins), sorted(outs)))
                ins, outs = set(), set()
            ins, outs, last_turn = ins | before, outs | after, p
        if ins:
            groups.append((sorted(ins), sorted(outs)))
    return sorted(groups)


@always
@given(
    store=small_stores(most_ore=20),
    within=st.integers(0, 6),
    payers=st.integers(1, 3),
    payees=st.integers(1, 3),
    share=st.sampled_from([(80, 100), (30, 150), (0, 1000)]),
)
def test_every_gather_scatter_is_found_and_nothing_else(
    store: FlowStore, within: int, payers: int, payees: int, share: tuple[int, int]
) -> None:
    found = gather_scatter(
        store, within_us=within * SECOND_US, fewest_payers=payers, fewest_payees=payees, share_percent=share
    )
    told = []
    for number in range(len(found)):
        role = found.role[found.start[number] : found.start[number + 1]]
        told.append((found.group(number)[role == 0].tolist(), found.group(number)[role == 1].tolist()))
    assert sorted(told) == plain_turns(store, within * SECOND_US, payers, payees, share)


GATHERED = ("0 A M 100", "1 B M 100", "2 C M 100", "3 M X 100", "3 M Y 80", "4 M Z 60")


def test_what_three_pay_in_and_three_are_then_paid_is_gather_scatter() -> None:
    found = gather_scatter(flows(*GATHERED), within_us=2 * SECOND_US)
    assert roles(found) == [{"gather": "p0 p1 p2", "scatter": "p3 p4 p5"}]
    (row,) = found.figures.to_pylist()
    assert (row["node_id"], row["most_gathered_ore"], row["scattered_ore"], row["turns"]) == ("M", 300, 240, 1)


def test_paying_out_before_gathering_is_no_gather_scatter() -> None:
    assert len(gather_scatter(flows("0 M X 100", "0 M Y 80", "0 M Z 60", *GATHERED[:3]), within_us=9 * SECOND_US)) == 0


def test_a_scatter_of_less_than_the_share_is_none() -> None:
    assert len(gather_scatter(flows(*GATHERED[:5], "4 M Z 59"), within_us=2 * SECOND_US)) == 0


def plain_scatter_gathers(
    store: FlowStore, within_us: int, fewest: int, share: tuple[int, int]
) -> list[tuple[list[int], list[int]]]:
    """First and last payments of each group of scatter-gather."""
    pairs: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for p in range(len(store)):
        for q in range(len(store)):
            soon = store.paid_at_us[q] - store.paid_at_us[p] <= within_us
            if p < q and continues(store, p, q, share) and soon and store.payee[q] != store.payer[p]:
                pairs.setdefault((int(store.payer[p]), int(store.payee[q])), []).append((p, q))
    groups: list[list[tuple[int, int]]] = []
    at = store.paid_at_us
    for paths in pairs.values():
        kept = set()
        for begin in {at[p] for p, _ in paths}:
            window = [(p, q) for p, q in paths if at[p] >= begin and at[q] <= begin + within_us]
            if len({int(store.payee[p]) for p, _ in window}) >= fewest:
                kept |= set(window)
        latest = None
        for p, q in sorted(kept):
            if latest is None or at[p] - latest > within_us:
                groups.append([])
                latest = at[q]
            groups[-1].append((p, q))
            latest = max(latest, at[q])
    return sorted((sorted({p for p, _ in group}), sorted({q for _, q in group})) for group in groups)


@always
@given(
    store=small_stores(most_ore=12),
    within=st.integers(0, 5),
    fewest=st.integers(2, 3),
    share=st.sampled_from([(80, 100), (30, 150), (0, 1000)]),
    busy_from=st.sampled_from([1, 2048]),
)
def test_every_scatter_gather_is_found_and_nothing_else(
    store: FlowStore, within: int, fewest: int, share: tuple[int, int], busy_from: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(amount_lists, "BUSY_FROM", busy_from)
        found = scatter_gather(store, within_us=within * SECOND_US, fewest_middles=fewest, share_percent=share)
    told = []
    for number, row in enumerate(found.figures.to_pylist()):
        role = found.role[found.start[number] : found.start[number + 1]]
        first, last = found.group(number)[role == 0], found.group(number)[role == 1]
        told.append((first.tolist(), last.tolist()))
        assert set(store.payer[first].tolist()) == {row["node"]}
        assert set(store.payee[last].tolist()) == {row["target"]}
        assert row["middles"] == len(set(store.payee[first].tolist()))
    assert sorted(told) == plain_scatter_gathers(store, within * SECOND_US, fewest, share)


SCATTERED = ("0 S A 100", "0 S B 100", "0 S C 100", "1 A T 90", "2 B T 80", "3 C T 100")


def test_what_one_pays_three_who_pay_the_same_one_is_scatter_gather() -> None:
    found = scatter_gather(flows(*SCATTERED), within_us=3 * SECOND_US)
    assert roles(found) == [{"scatter": "p0 p1 p2", "gather": "p3 p4 p5"}]
    (row,) = found.figures.to_pylist()
    assert (row["node_id"], row["target_id"], row["middles"]) == ("S", "T", 3)
    assert len(scatter_gather(flows(*SCATTERED), within_us=2 * SECOND_US)) == 0


def test_a_middle_that_pays_before_it_is_paid_is_no_scatter_gather() -> None:
    assert (
        len(scatter_gather(flows(*SCATTERED[:2], "2 S C 100", *SCATTERED[3:5], "1 C T 100"), within_us=9 * SECOND_US))
        == 0
    )


def test_a_middle_that_keeps_too_much_is_no_scatter_gather() -> None:
    assert len(scatter_gather(flows(*SCATTERED[:5], "3 C T 79"), within_us=3 * SECOND_US)) == 0


def test_a_middle_that_pays_on_in_too_many_ways_is_a_hub_and_counted() -> None:
    store = flows(*SCATTERED, *(f"3 C {letter} 100" for letter in "UVWX"))
    assert scatter_gather(store, within_us=3 * SECOND_US, most_onward=5).is_complete
    found = scatter_gather(store, within_us=3 * SECOND_US, most_onward=4)
    assert found.cut.select(["node_id", "searches"]).to_pylist() == [{"node_id": "C", "searches": 1}]
    assert len(found) == 0
