"""Dormancy then burst, recurring round payments, and what holds of every pattern."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from follow_money.errors import UsageError
from follow_money.graph.flows.cycles import cycles
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_groups import FoundGroups
from follow_money.graph.flows.found_paths import FoundPaths
from follow_money.graph.flows.patterns.chains import chains
from follow_money.graph.flows.patterns.dormancy_then_burst import dormancy_then_burst
from follow_money.graph.flows.patterns.fan_in import fan_in
from follow_money.graph.flows.patterns.fan_out import fan_out
from follow_money.graph.flows.patterns.gather_scatter import gather_scatter
from follow_money.graph.flows.patterns.pass_through import pass_through
from follow_money.graph.flows.patterns.recurring_round_payments import recurring_round_payments
from follow_money.graph.flows.patterns.round_trip import Homes, round_trip
from follow_money.graph.flows.patterns.scatter_gather import scatter_gather
from follow_money.graph.flows.patterns.structuring import structuring
from tests.graph.flows.letter_flows import flows, small_stores
from tests.graph.flows.plain_windows import ore

SECOND_US = 1_000_000
DAY = 86_400
always = settings(max_examples=150, deadline=None, derandomize=True)


def ids(found: FoundGroups) -> list[str]:
    return [" ".join(found.store.told(found.group(number))["payment_id"].to_pylist()) for number in range(len(found))]


@always
@given(
    store=small_stores(most_ore=10),
    dormant=st.integers(1, 4),
    within=st.integers(0, 3),
    fewest=st.integers(1, 4),
    least_ore=st.sampled_from([0, 10, 25]),
)
def test_every_burst_after_dormancy_is_found_and_nothing_else(
    store: FlowStore, dormant: int, within: int, fewest: int, least_ore: int
) -> None:
    expected = []
    for node in range(store.nodes):
        own = [p for p in range(len(store)) if node in (store.payer[p], store.payee[p])]
        for before, first in pairwise(own):
            if store.paid_at_us[first] - store.paid_at_us[before] < dormant * SECOND_US:
                continue
            reach = store.paid_at_us[first] + within * SECOND_US
            burst = [p for p in own if p >= first and store.paid_at_us[p] <= reach]
            if len(burst) >= fewest and ore(store, burst) >= least_ore:
                expected.append((node, before, burst))
    found = dormancy_then_burst(
        store,
        dormant_us=dormant * SECOND_US,
        within_us=within * SECOND_US,
        fewest_payments=fewest,
        least_ore=least_ore,
    )
    rows = found.figures.to_pylist()
    assert [(row["node"], row["before"], found.group(row["group"]).tolist()) for row in rows] == expected
    for row in rows:
        role = found.role[found.start[row["group"]] : found.start[row["group"] + 1]]
        assert ((store.payer[found.group(row["group"])] == row["node"]) == (role == 1)).all()


def test_a_node_that_is_paid_for_the_first_time_was_not_dormant() -> None:
    burst = [f"{200 * DAY + at} A Z 10" for at in range(5)]
    assert ids(dormancy_then_burst(flows("0 Y Z 1", *burst))) == ["p1 p2 p3 p4 p5"]
    assert ids(dormancy_then_burst(flows("0 Y X 1", *burst))) == []


def test_dormancy_counts_from_180_days_on() -> None:
    for wait, groups in ((180 * DAY, 1), (180 * DAY - 1, 0)):
        store = flows("0 Y Z 1", *(f"{wait + at} {letter} Z 10" for at, letter in enumerate("ABCDE")))
        assert len(dormancy_then_burst(store)) == groups


def months(payer: str, payee: str, sum_ore: int, *days: int) -> list[str]:
    return [f"{day * DAY} {payer} {payee} {sum_ore}" for day in days]


def longest_row(days: list[int], soonest: int, latest: int) -> int:
    """The longest row of days that are the right number of days apart, by trying all."""
    best = [1] * len(days)
    for j in range(len(days)):
        for i in range(j):
            if soonest <= days[j] - days[i] <= latest:
                best[j] = max(best[j], best[i] + 1)
    return max(best, default=0)


@always
@given(
    paid=st.lists(
        st.tuples(st.sampled_from("ABC"), st.sampled_from("YZ"), st.sampled_from([100, 200, 250]), st.integers(0, 20)),
        min_size=1,
        max_size=40,
    ),
    fewest_payers=st.integers(1, 3),
    fewest_times=st.integers(2, 4),
    every=st.sampled_from([(4, 6), (1, 3), (5, 5)]),
)
def test_every_recurring_round_payment_is_found_and_nothing_else(
    paid: list[tuple[str, str, int, int]], fewest_payers: int, fewest_times: int, every: tuple[int, int]
) -> None:
    store = flows(*(f"{day * DAY} {payer} {payee} {sum_ore}" for payer, payee, sum_ore, day in paid))
    expected = {}
    for payee in "YZ":
        rows = {
            (payer, sum_ore): longest_row(sorted(day for *who, day in paid if who == [payer, payee, sum_ore]), *every)
            for payer in "ABC"
            for sum_ore in (100, 200)  # 250 is not round
        }
        long_enough = {key: times for key, times in rows.items() if times >= fewest_times}
        payers = {payer for payer, _ in long_enough}
        if len(payers) >= fewest_payers:
            sums = [sum_ore for _, sum_ore in long_enough]
            expected[payee] = (len(payers), max(long_enough.values()), sum(long_enough.values()), min(sums), max(sums))
    found = recurring_round_payments(
        store, round_to_ore=100, fewest_payers=fewest_payers, fewest_times=fewest_times, every_days=every
    )
    told = {
        row["node_id"]: (row["payers"], row["most_times"], row["payments"], row["least_each_ore"], row["most_each_ore"])
        for row in found.figures.to_pylist()
    }
    assert told == expected
    for number in range(len(found)):
        group = found.group(number)
        pays = list(zip(store.payer[group].tolist(), store.amount_ore[group].tolist(), strict=True))
        for one in set(pays):
            gaps = np.diff(store.paid_at_us[group[[each == one for each in pays]]]) / (DAY * SECOND_US)
            assert ((gaps >= every[0]) & (gaps <= every[1])).all()


def test_a_round_sum_each_month_from_five_payers_is_found_whatever_each_pays_and_from_four_is_not() -> None:
    five = [
        payment for n, payer in enumerate("ABCDE") for payment in months(payer, "Z", 500_000 + 100_000 * n, 1, 31, 62)
    ]
    (row,) = recurring_round_payments(flows(*five)).figures.to_pylist()
    assert (row["node_id"], row["least_each_ore"], row["most_each_ore"]) == ("Z", 500_000, 900_000)
    assert (row["payers"], row["most_times"]) == (5, 3)
    assert len(recurring_round_payments(flows(*five[3:]))) == 0


def test_payers_that_do_not_count_do_not_recur() -> None:
    store = flows(*(payment for payer in "ABCDE" for payment in months(payer, "Z", 500_000, 1, 31, 62)))
    assert len(recurring_round_payments(store, payers=np.arange(store.nodes) != store.node("A"))) == 0
    assert len(recurring_round_payments(store, payers=np.ones(store.nodes, np.bool_))) == 1


def test_a_sum_that_is_not_round_does_not_recur() -> None:
    odd = [payment for payer in "ABCDE" for payment in months(payer, "Z", 512_345, 1, 31, 62)]
    assert len(recurring_round_payments(flows(*odd))) == 0


def test_a_payment_in_between_is_passed_over() -> None:
    extra = [payment for payer in "ABCDE" for payment in months(payer, "Z", 500_000, 1, 10, 31, 62)]
    found = recurring_round_payments(flows(*extra))
    assert found.figures["payments"].to_pylist() == [15]


def test_payees_that_are_not_asked_for_and_payments_that_do_not_count_do_not_recur() -> None:
    store = flows(*(payment for payer in "ABCDE" for payment in months(payer, "Z", 500_000, 1, 31, 62)))
    assert len(recurring_round_payments(store, nodes=np.zeros(store.nodes, np.bool_))) == 0
    not_first = np.arange(len(store)) > 0
    assert len(recurring_round_payments(store, usable=not_first)) == 0


def test_days_that_run_backwards_are_refused() -> None:
    with pytest.raises(UsageError, match="smaller number first"):
        recurring_round_payments(flows("0 A B 1"), every_days=(34, 27))


EVERY: dict[str, Callable[[FlowStore], FoundPaths | FoundGroups]] = {
    "cycles": cycles,
    "chains": lambda store: chains(store, hops=(2, 4)),
    "round_trip": lambda store: round_trip(store, np.arange(len(store)), Homes(np.array([0, 1]), np.array([1, 0]))),
    "fan_in": lambda store: fan_in(store, within_us=SECOND_US, fewest_payers=2),
    "fan_out": lambda store: fan_out(store, within_us=SECOND_US, fewest_payees=2),
    "structuring": lambda store: structuring(store, limit_ore=500),
    "pass_through": lambda store: pass_through(store, within_us=SECOND_US, share_percent=50),
    "scatter_gather": lambda store: scatter_gather(store, within_us=9 * SECOND_US, fewest_middles=2),
    "gather_scatter": lambda store: gather_scatter(store, within_us=9 * SECOND_US, fewest_payers=2, fewest_payees=1),
    "dormancy_then_burst": lambda store: dormancy_then_burst(store, dormant_us=SECOND_US, fewest_payments=2),
    "recurring_round_payments": lambda store: recurring_round_payments(store, round_to_ore=1, fewest_payers=1),
}


@pytest.mark.parametrize("name", EVERY)
def test_without_payments_there_are_no_patterns(name: str) -> None:
    one = flows("0 A B 5")
    columns = ("payer", "payee", "paid_at_us", "amount_ore", "row", "out_payments", "in_payments", "payment_ids")
    none = FlowStore(
        **{column: getattr(one, column)[:0] for column in columns},
        out_start=np.zeros(3, np.int64),
        in_start=np.zeros(3, np.int64),
        node_ids=one.node_ids,
    )
    found = EVERY[name](none)
    assert len(found) == 0
    assert found.is_complete
    assert found.table().num_rows == 0


@pytest.mark.parametrize("name", EVERY)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(store=small_stores())
def test_payments_of_a_pattern_stand_in_the_order_of_time_and_are_told_once_each(name: str, store: FlowStore) -> None:
    found = EVERY[name](store)
    for low, high in pairwise(found.start.tolist()):
        assert high > low
        assert (np.diff(found.payments[low:high]) > 0).all()
