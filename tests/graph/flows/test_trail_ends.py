"""Where a trail ended, and what of it is still wages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from follow_money.graph.flows.exit_classes import ExitClass
from follow_money.graph.flows.flow_facts import flow_facts
from follow_money.graph.flows.follow import follow
from follow_money.graph.flows.origin_classes import OriginClass
from follow_money.graph.flows.trail import REMAINS, Convention
from follow_money.graph.flows.trail_ends import held_wages, trail_ends
from tests.graph.flows.test_exit_classes import OWNER, earning, paid
from tests.graph.flows.test_follow import ROAD, graph

if TYPE_CHECKING:
    from pathlib import Path

HANDED_ON = (
    paid(1, "F", "A", "public", ore=300_00),
    paid(2, "A", "e", "salary"),  # 100, of which 60 are handed on to the owner and 10 spent
    paid(3, "e", "o", ore=60_00),
    paid(4, "e", "Shop", ore=10_00),
    paid(5, "A", "f", "salary"),
    paid(6, "A", "B"),
    paid(7, "B", "e", ore=170_00),  # no wage, and it stays with who earned one
    paid(8, "o", "End", ore=1_00),
    paid(9, "X", "B", ore=70_00),
)


def test_the_largest_end_is_told_first_and_what_remains_last(tmp_path: Path) -> None:
    declared = [earning("e"), earning("f")]
    with graph(tmp_path, *HANDED_ON, links=[OWNER], current_payroll=declared) as (engine, store):
        told = trail_ends(follow(engine, store, paid_to=["A"])).to_pylist()
    assert [row["exit_class"] for row in told] == [ExitClass.WAGES, ExitClass.OWNERS, REMAINS]
    assert [row["middle_ore"] for row in told] == [110_00, 60_00, 130_00]
    assert [row["payments"] for row in told] == [2, 1, 0]


def test_of_what_an_earner_holds_at_most_the_wages_that_he_got_are_wages(tmp_path: Path) -> None:
    declared = [earning("e"), earning("f")]
    with graph(tmp_path, *HANDED_ON, links=[OWNER], current_payroll=declared) as (engine, store):
        facts = flow_facts(engine, store)
        trail = follow(engine, store, paid_to=["A"], facts=facts)
        before = follow(engine, store, paid_to=["A"], facts=facts, backward=True)
    # e got 100 as a wage and 100 of the followed money otherwise, and still holds 130: no more than 100 of it are wages.
    assert held_wages(trail, facts) == (100_00, 100_00)
    assert held_wages(before, facts) == (0, 0)
    assert facts.is_wage.tolist() == [False, True, False, False, True, False, False, False, False]


def test_bounds_span_the_conventions_and_empty_classes_are_left_out(tmp_path: Path) -> None:
    with graph(tmp_path, *ROAD) as (engine, store):
        facts = flow_facts(engine, store)
        told = trail_ends(follow(engine, store, paid_to=["A"], facts=facts)).to_pylist()
        [only] = trail_ends(
            follow(engine, store, paid_to=["A"], facts=facts, conventions=[Convention.FIFO])
        ).to_pylist()
    assert [(row["exit_class"], row["low_ore"], row["middle_ore"], row["high_ore"]) for row in told] == [
        (ExitClass.CASH, 0, 50_00, 100_00),
        (REMAINS, 0, 50_00, 100_00),
    ]
    assert (only["low_ore"], only["middle_ore"], only["high_ore"]) == (100_00, 100_00, 100_00)


def test_backward_the_ends_are_origins(tmp_path: Path) -> None:
    with graph(tmp_path, *ROAD) as (engine, store):
        told = trail_ends(follow(engine, store, payment_ids=["p04"], backward=True))
    assert set(told["exit_class"].to_pylist()) == {OriginClass.PUBLIC, OriginClass.OUTSIDE}
