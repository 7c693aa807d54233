"""Which source reached which payment."""

from __future__ import annotations

import pytest

from follow_money.errors import UsageError
from follow_money.graph.flows.provenance import provenance
from follow_money.graph.flows.trace import order_sensitivity, trace
from tests.graph.flows.letter_flows import flows


def test_month_that_reached_a_payment_is_told() -> None:
    # B gets 100 for January and 50 for February, and pays 120.
    store = flows("1 F B 100", "2 F B 50", "3 B C 120")
    rows = provenance(trace(store, [0, 1]), ["january", "february"]).to_pylist()
    assert [(r["payment_id"], r["group"], r["fifo_ore"], r["lifo_ore"], r["haircut_ore"]) for r in rows] == [
        ("p0", "january", 100, 100, 100),
        ("p1", "february", 50, 50, 50),
        ("p2", "february", 20, 50, 40),
        ("p2", "january", 100, 70, 80),
    ]


def test_source_that_pays_the_money_of_another_on_is_its_own_group_alone() -> None:
    store = flows("1 F B 100", "2 B F 100", "3 F B 100")
    rows = provenance(trace(store, [0, 2]), ["january", "february"]).to_pylist()
    assert [(row["payment_id"], row["group"]) for row in rows] == [
        ("p0", "january"),
        ("p1", "january"),
        ("p2", "february"),
    ]


def test_trail_in_another_order_within_an_instant_has_its_own_provenance() -> None:
    store = flows("1 B C 100", "1 F B 100")
    other = order_sensitivity(trace(store, [0]))
    assert provenance(other, ["january"])["payment_id"].to_pylist() == ["p1"]


def test_groups_are_one_a_source() -> None:
    with pytest.raises(UsageError, match="1 sources, and 2 groups"):
        provenance(trace(flows("1 F B 100"), [0]), ["a", "b"])
