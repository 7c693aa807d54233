"""Fan-in, fan-out and structuring."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from follow_money.errors import UsageError
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_groups import FoundGroups
from follow_money.graph.flows.patterns.fan_in import fan_in
from follow_money.graph.flows.patterns.fan_out import fan_out
from follow_money.graph.flows.patterns.structuring import By, structuring
from tests.graph.flows.letter_flows import flows, small_stores
from tests.graph.flows.plain_windows import ore, plain_episodes

SECOND_US = 1_000_000
always = settings(max_examples=150, deadline=None, derandomize=True)


def told(found: FoundGroups) -> list[list[int]]:
    return sorted(found.group(number).tolist() for number in range(len(found)))


def ids(found: FoundGroups) -> list[str]:
    return [" ".join(found.store.told(found.group(number))["payment_id"].to_pylist()) for number in range(len(found))]


@always
@given(
    store=small_stores(most_ore=10),
    within=st.integers(0, 8),
    fewest=st.integers(1, 4),
    least_ore=st.sampled_from([0, 10, 25]),
    is_in=st.booleans(),
)
def test_every_fan_is_found_and_nothing_else(
    store: FlowStore, within: int, fewest: int, least_ore: int, is_in: bool
) -> None:
    middle, other = (store.payee, store.payer) if is_in else (store.payer, store.payee)
    within_us = within * SECOND_US
    if is_in:
        found = fan_in(store, within_us=within_us, fewest_payers=fewest, least_ore=least_ore)
    else:
        found = fan_out(store, within_us=within_us, fewest_payees=fewest, least_ore=least_ore)
    assert told(found) == sorted(
        group
        for node in range(store.nodes)
        for group in plain_episodes(
            store,
            np.flatnonzero(middle == node).tolist(),
            within_us=within_us,
            is_enough=lambda window: len(set(other[window].tolist())) >= fewest and ore(store, window) >= least_ore,
        )
    )
    for number, row in enumerate(found.figures.to_pylist()):
        group = found.group(number).tolist()
        assert set(middle[group].tolist()) == {row["node"]}
        assert row["sum_ore"] == ore(store, group)
        assert row["counterparties"] == len(set(other[group].tolist()))
        assert fewest <= row["most_counterparties"] <= row["counterparties"]
        assert least_ore <= row["most_ore"] <= row["sum_ore"]


FAN = ("0 A Z 10", "1 B Z 10", "2 C Z 10", "9 A Z 10")


def test_three_payers_within_two_seconds_are_a_fan_in_and_within_one_are_not() -> None:
    assert ids(fan_in(flows(*FAN), within_us=2 * SECOND_US, fewest_payers=3)) == ["p0 p1 p2"]
    assert ids(fan_in(flows(*FAN), within_us=SECOND_US, fewest_payers=3)) == []


def test_one_who_pays_three_times_is_one_payer() -> None:
    assert ids(fan_in(flows("0 A Z 10", "1 A Z 10", "2 A Z 10"), within_us=9 * SECOND_US, fewest_payers=2)) == []


def test_a_fan_in_of_less_than_the_least_sum_is_none() -> None:
    assert ids(fan_in(flows(*FAN), within_us=2 * SECOND_US, fewest_payers=3, least_ore=30)) == ["p0 p1 p2"]
    assert ids(fan_in(flows(*FAN), within_us=2 * SECOND_US, fewest_payers=3, least_ore=31)) == []


def test_payees_that_are_not_asked_for_and_payments_that_do_not_count_are_left_out() -> None:
    store = flows(*FAN, *(f"{at} {letter} Y 10" for at, letter in enumerate("ABC")))
    only_z = np.array([letter == "Z" for letter in store.node_ids.to_pylist()])
    not_p1 = np.array([name != "p1" for name in store.payment_ids.to_pylist()])
    wanted = {"within_us": 2 * SECOND_US, "fewest_payers": 3}
    assert len(fan_in(store, **wanted)) == 2  # type: ignore[arg-type]
    assert fan_in(store, nodes=only_z, **wanted).figures["node_id"].to_pylist() == ["Z"]  # type: ignore[arg-type]
    assert fan_in(store, usable=not_p1, **wanted).figures["node_id"].to_pylist() == ["Y"]  # type: ignore[arg-type]


def test_a_fan_comes_back_as_rows_of_payments() -> None:
    rows = fan_in(flows(*FAN), within_us=2 * SECOND_US, fewest_payers=3).table()
    assert rows.select(["group", "role", "payment", "payment_id", "payer_id", "payee_id", "amount_ore"]).to_pylist() == [
        {"group": 0, "role": "in", "payment": p, "payment_id": f"p{p}", "payer_id": "ABC"[p], "payee_id": "Z", "amount_ore": 10}
        for p in range(3)
    ]  # fmt: skip


@always
@given(
    store=small_stores(most_ore=120),
    within=st.integers(0, 8),
    floor=st.sampled_from([0, 50, 90]),
    fewest=st.integers(1, 4),
    by=st.sampled_from(By),
)
def test_every_structuring_is_found_and_nothing_else(
    store: FlowStore, within: int, floor: int, fewest: int, by: By
) -> None:
    limit = 100
    found = structuring(
        store,
        limit_ore=limit,
        within_us=within * SECOND_US,
        floor_percent=floor,
        fewest_payments=fewest,
        by=by,
    )

    def side(p: int) -> tuple[int, int]:
        return (-1 if by is By.PAYEE else int(store.payer[p]), -1 if by is By.PAYER else int(store.payee[p]))

    below = [p for p in range(len(store)) if floor <= store.amount_ore[p] < limit]
    assert told(found) == sorted(
        group
        for key in {side(p) for p in below}
        for group in plain_episodes(
            store,
            [p for p in below if side(p) == key],
            within_us=within * SECOND_US,
            is_enough=lambda window: len(window) >= fewest and ore(store, window) >= limit,
        )
    )


BELOW = ("0 A Z 99", "1 A Z 70", "2 A Z 98")


def test_a_payment_of_the_limit_is_not_below_it_and_one_under_the_floor_is_not_just_below() -> None:
    assert ids(structuring(flows(*BELOW), limit_ore=100)) == ["p0 p1 p2"]
    assert ids(structuring(flows(*BELOW[:2], "2 A Z 100"), limit_ore=100)) == []
    assert ids(structuring(flows(BELOW[0], "1 A Z 69", BELOW[2]), limit_ore=100)) == []


def test_payments_to_several_payees_are_structuring_by_the_payer_only() -> None:
    store = flows("0 A X 99", "1 A Y 90", "2 A Z 98")
    assert ids(structuring(store, limit_ore=100)) == []
    (row,) = structuring(store, limit_ore=100, by=By.PAYER).figures.to_pylist()
    assert (row["node_id"], row["counter_id"], row["most_payments"], row["most_ore"]) == ("A", None, 3, 287)


def test_structuring_names_both_parties_of_a_pair() -> None:
    (row,) = structuring(flows(*BELOW), limit_ore=100).figures.to_pylist()
    assert (row["node_id"], row["counter_id"]) == ("A", "Z")


def test_payments_that_cannot_be_summed_are_refused() -> None:
    store = flows(*(f"{at} A B {2**53}" for at in range(600)))
    with pytest.raises(UsageError, match="öre"):
        fan_in(store, within_us=1)


@pytest.mark.parametrize("floor", [-1, 100])
def test_a_floor_that_is_not_below_the_limit_is_refused(floor: int) -> None:
    with pytest.raises(UsageError, match="0 to 99"):
        structuring(flows(*BELOW), limit_ore=100, floor_percent=floor)


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UsageError, match="within_us is -1"):
        fan_out(flows(*BELOW), within_us=-1)
