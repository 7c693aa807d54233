"""Which month's and which decision's money reached which end, and the outer bound."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from follow_money.errors import UsageError
from follow_money.graph.flows.exit_classes import ExitClass
from follow_money.graph.flows.follow import follow
from follow_money.graph.flows.provenance import provenance, provenance_of_ends
from follow_money.graph.flows.trace import trace
from follow_money.graph.flows.trail import REMAINS
from follow_money.graph.flows.trail_groups import (
    MOST_GROUPS,
    NO_DECISION,
    OTHER_DECISIONS,
    ends_by_group,
    largest_groups,
    outer_bound,
    source_decisions,
    source_ore,
)
from tests.graph.flows.letter_flows import flows, small_stores
from tests.graph.flows.test_exit_classes import paid
from tests.graph.flows.test_follow import graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.graph.flows.flow_store import FlowStore

TAX, CASH = ExitClass.TAX, ExitClass.CASH


def stops(*classes: int) -> np.ndarray:
    return np.array(classes, dtype=np.uint8)


def test_ends_are_told_by_group_within_their_bounds() -> None:
    # B gets 100 for January and 50 for February, pays 60 in tax, and takes 60 out. The tax is January's, or February's 50 and 10 more.
    store = flows("1 F B 100", "2 F B 50", "3 B T 60", "4 B C 60")
    told = ends_by_group(trace(store, [0, 1], stops=stops(0, 0, TAX, CASH)), ["1", "2"], name="month").to_pylist()
    assert [tuple(row.values()) for row in told] == [
        ("1", TAX, 10, 40, 60),
        ("1", CASH, 40, 40, 60),
        ("2", TAX, 0, 20, 50),
        ("2", CASH, 0, 20, 20),
    ]


@given(store=small_stores(), data=st.data())
def test_ends_by_group_are_the_payments_by_group_added_up(store: FlowStore, data: st.DataObject) -> None:
    sources = data.draw(st.sets(st.integers(0, len(store) - 1), min_size=1, max_size=4))
    classes = data.draw(st.lists(st.sampled_from([0, 0, 1, 2]), min_size=len(store), max_size=len(store)))
    trail = trace(store, sorted(sources), stops=stops(*classes))
    groups = data.draw(st.lists(st.sampled_from("ab"), min_size=len(sources), max_size=len(sources)))
    summed: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in provenance(trail, groups, payments=np.flatnonzero(trail.stops)).to_pylist():
        key = (int(trail.stops[row["payment"]]), row["group"])
        summed[key] = [
            have + row[f"{name}_ore"] for have, name in zip(summed[key], ("fifo", "lifo", "haircut"), strict=True)
        ]
    told = provenance_of_ends(trail, groups).to_pylist()
    assert {
        (row["exit_class"], row["group"]): [row[f"{name}_ore"] for name in ("fifo", "lifo", "haircut")] for row in told
    } == summed


def test_groups_of_ends_are_one_a_source() -> None:
    with pytest.raises(UsageError, match="1 sources, and 2 groups"):
        ends_by_group(trace(flows("1 F B 100"), [0]), ["a", "b"], name="month")


def claim(claim_id: str, decision: str | None, **more: Any) -> dict[str, Any]:
    return {"record_id": f"{claim_id}{decision}{more}", "claim_id": claim_id, "decision_id": decision} | more


def test_payment_rests_on_the_decision_of_its_claim_or_on_what_it_names(tmp_path: Path) -> None:
    refs = ["c1", "c2", "c3", "c4", "b9", None]
    rows = [paid(n, "F", "A", "public", programme_ref=ref) for n, ref in enumerate(refs, 1)]
    claims = [
        claim("c1", "b1"), claim("c1", "b1", payer="region"),
        claim("c2", None),
        claim("c3", "b1"), claim("c3", "b2", payer="region"),
        claim("c4", "b1"), claim("c4", None),
    ]  # fmt: skip
    with graph(tmp_path, *rows, current_claims=claims) as (engine, store):
        told = source_decisions(engine, follow(engine, store, paid_to=["A"]))
    assert told == ["b1", "c2", "c3", "c4", "b9", NO_DECISION]


def test_most_decisions_are_told_apart_and_the_smallest_stand_together() -> None:
    count = MOST_GROUPS + 3
    store = flows(*(f"{place} F B {1 + place}" for place in range(count)))
    trail = trace(store, range(count))
    groups = [NO_DECISION, *(f"b{place}" for place in range(1, count))]
    told = largest_groups(trail, groups)
    assert told[0] == NO_DECISION
    assert told.count(OTHER_DECISIONS) == 2
    assert set(groups) - set(told) == {"b1", "b2"}, "those with least money"
    assert next(iter(source_ore(trail, groups))) == f"b{count - 1}"
    assert list(source_ore(trail, groups))[-1] == NO_DECISION


def test_outer_bound_holds_all_that_a_touched_purse_pays() -> None:
    # X's 500 were there too: no convention takes more than 100 to the end, and all 600 can be touched.
    store = flows("1 X B 500", "2 F B 100", "3 B T 400", "4 B C 50")
    trail = trace(store, [1], stops=stops(0, 0, TAX, CASH))
    assert outer_bound(trail) == {TAX: 400, REMAINS: 150, CASH: 50}


@given(store=small_stores(), source=st.integers(0, 0), data=st.data())
def test_outer_bound_is_never_below_an_interval(store: FlowStore, source: int, data: st.DataObject) -> None:
    classes = data.draw(st.lists(st.sampled_from([0, 0, 1, 2]), min_size=len(store), max_size=len(store)))
    trail = trace(store, [source], stops=stops(*classes))
    most = outer_bound(trail)
    for row in trail.exits().to_pylist():
        assert most.get(row["exit_class"], 0) >= row["high_ore"]
