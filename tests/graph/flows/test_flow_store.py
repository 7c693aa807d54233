"""Payments in time order, listed by node, saved and opened again."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings

from follow_money.errors import StorageError, UsageError
from follow_money.graph.flows.flow_store import FlowStore, open_store
from tests.graph.flows.letter_flows import flows, small_stores

if TYPE_CHECKING:
    from pathlib import Path

ARRAYS = ("payer", "payee", "paid_at_us", "amount_ore", "row", "out_start", "out_payments", "in_start", "in_payments")


def ids(store: FlowStore) -> list[str]:
    return list(store.payment_ids.to_pylist())


def test_within_an_instant_money_comes_before_it_goes() -> None:
    # Told against the way of the money: C pays D before B pays C before A pays B.
    assert ids(flows("1 C D 5", "1 B C 5", "1 A B 5")) == ["p2", "p1", "p0"]


def test_ring_at_one_instant_is_opened_at_its_largest_payment_whatever_the_order_in_the_table() -> None:
    for rows in permutations(("1 A B 1000", "1 B C 950", "1 C A 920")):
        assert ids(flows(*rows)) == [f"p{rows.index(row)}" for row in sorted(rows)]


@pytest.mark.parametrize("came", ["1 S A 5", "2 S A 5"])
def test_ring_of_equal_payments_is_opened_where_money_came_in_whatever_the_order_in_the_table(came: str) -> None:
    # Twice, since what went round before must count, too: the second time it is B that holds the money.
    ring, later = ("2 A B 5", "2 B C 5", "2 C A 5"), ("4 B C 5", "4 C A 5", "4 A B 5")
    for rows in permutations((came, *ring)):
        for more in permutations(later):
            told = (*rows, "3 A B 5", *more)
            order = [told[int(name[1:])] for name in ids(flows(*told))]
            assert order == [came, *ring, "3 A B 5", *later]


def test_ring_of_equal_payments_downstream_of_another_one_is_opened_where_that_ones_money_comes_in() -> None:
    # A holds the money; by B it comes to C within the same instant, and goes round there.
    rows = ("2 A B 5", "2 B A 5", "2 B C 4", "2 C D 4", "2 D E 4", "2 E C 4")
    for some in permutations(rows):
        told = ("1 S A 5", *some)
        order = [told[int(name[1:])] for name in ids(flows(*told))]
        assert [row for row in order if row in rows[3:]] == list(rows[3:])


def test_ring_of_equal_payments_that_nothing_came_into_is_opened_at_the_one_told_first() -> None:
    assert ids(flows("1 B C 5", "1 C A 5", "1 A B 5")) == ["p0", "p1", "p2"]


def test_what_hangs_on_a_ring_waits_for_it_and_a_ring_for_what_comes_in() -> None:
    ring = ["1 C D 100", "1 A B 5", "1 B A 5", "1 B C 95", "1 S B 50"]
    for rows in permutations(ring):
        order = [rows[int(name[1:])] for name in ids(flows(*rows))]
        assert order.index("1 B C 95") < order.index("1 C D 100")
        assert order[0] == "1 S B 50"
        assert max(order.index("1 A B 5"), order.index("1 S B 50")) < order.index("1 B C 95")


def test_a_ring_within_a_ring_is_opened_at_the_largest_payment_that_is_left() -> None:
    # Without B's 2,000 to A the other three still go round.
    assert ids(flows("1 C A 920", "1 B C 950", "1 A B 1000", "1 B A 2000")) == ["p3", "p2", "p1", "p0"]


def test_payments_at_one_instant_that_do_not_meet_keep_the_order_in_which_they_are_told() -> None:
    assert ids(flows("2 A B 5", "2 C D 5", "2 E F 5", "1 E F 5")) == ["p3", "p0", "p1", "p2"]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(small_stores())
def test_every_payment_stands_once_with_its_payer_and_once_with_its_payee_in_time_order(store: FlowStore) -> None:
    assert (np.diff(store.paid_at_us) >= 0).all()
    for side, listed in ((store.payer, store.paid_by), (store.payee, store.paid_to)):
        lists = [listed(node).tolist() for node in range(store.nodes)]
        assert sorted(p for places in lists for p in places) == list(range(len(store)))
        assert all(places == sorted(places) for places in lists)
        assert all(side[p] == node for node, places in enumerate(lists) for p in places)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(small_stores(most_payments=12))
def test_a_payment_on_no_ring_of_its_instant_stands_after_all_that_its_payer_receives_then(store: FlowStore) -> None:
    for instant in np.unique(store.paid_at_us):
        at = np.flatnonzero(store.paid_at_us == instant)
        edges = {(int(store.payer[p]), int(store.payee[p])) for p in at}
        reach = set(edges)
        for _ in range(store.nodes):
            reach |= {(a, d) for a, b in reach for c, d in edges if b == c}
        for q in at:
            if (int(store.payee[q]), int(store.payer[q])) not in reach:
                assert all(p < q for p in at if store.payee[p] == store.payer[q])


def test_saved_store_is_opened_as_it_was_and_mapped_not_read(tmp_path: Path) -> None:
    store = flows("1 A B 5", "2 B C 4", "2 C A 3")
    store.save(tmp_path)
    opened = open_store(tmp_path)
    assert all((getattr(store, name) == getattr(opened, name)).all() for name in ARRAYS)
    assert all(isinstance(getattr(opened, name), np.memmap) for name in ARRAYS)
    assert (ids(opened), opened.node_ids.to_pylist()) == (ids(store), ["A", "B", "C"])


def test_store_that_is_not_there_or_broken_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be read"):
        open_store(tmp_path)
    flows("1 A B 5").save(tmp_path)
    (tmp_path / "payer.npy").write_bytes(b"no array")
    with pytest.raises(StorageError, match="Screen the same folder again"):
        open_store(tmp_path)


def test_node_is_found_by_its_id_and_a_stranger_is_refused() -> None:
    store = flows("1 A B 5", "2 B C 4")
    assert store.node("C") == 2
    assert store.numbers(["B", "Q", None]).tolist() == [1, -1, -1]
    with pytest.raises(UsageError, match="follow-money find"):
        store.node("Q")
