"""A trail as rows, and the largest ways through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from follow_money.graph.flows.exit_classes import ExitClass
from follow_money.graph.flows.flow_facts import FlowFacts
from follow_money.graph.flows.trace import trace
from follow_money.graph.flows.trail import REMAINS, Trail
from follow_money.graph.flows.trail_rows import TRAIL_ROWS, trail_rows
from follow_money.graph.flows.trail_ways import LONGEST, Ways, largest_ways
from tests.graph.flows.letter_flows import flows

if TYPE_CHECKING:
    from collections.abc import Sequence


def rows(
    *payments: str, sources: Sequence[int] = (0,), stops: dict[int, ExitClass] | None = None, backward: bool = False
) -> pa.Table:
    store = flows(*payments)
    classes = np.zeros(len(store), np.uint8)
    for place, exit_class in (stops or {}).items():
        classes[place] = exit_class
    trail: Trail = trace(store, list(sources), stops=classes, backward=backward)
    nothing = np.zeros(len(store), dtype=bool)
    facts = FlowFacts(store, classes, nothing, nothing, np.full(store.nodes, -1, np.int64))
    return trail_rows(trail, facts)


def ways(found: Ways) -> list[list[str]]:
    return [[row["payment_id"] for row in way.payments] for way in found.shown]


def test_rows_are_the_touched_payments_in_time_order_with_every_convention() -> None:
    told = rows("1 F A 100", "2 X A 100", "3 A B 100", "4 Y Z 100", stops={2: ExitClass.TAX})
    assert told.schema == TRAIL_ROWS
    assert told["payment_id"].to_pylist() == ["p0", "p2"]
    assert told["is_source"].to_pylist() == [True, False]
    assert told["exit_class"].to_pylist() == [0, ExitClass.TAX]
    assert [told[f"{each}_ore"][1].as_py() for each in ("fifo", "lifo", "haircut")] == [100, 0, 50]
    assert told["month"].to_pylist() == ["1970-01", "1970-01"]


CHAIN = ("1 F A 100", "2 A B 90", "3 A T 10", "4 B C 80", "5 B O 10")
STOPS = {2: ExitClass.TAX, 3: ExitClass.CASH, 4: ExitClass.OWNERS}


def test_a_way_goes_from_a_source_to_the_end_and_the_largest_end_comes_first() -> None:
    told = largest_ways(rows(*CHAIN, stops=STOPS), rows_at_most=100)
    assert ways(told) == [["p0", "p1", "p3"], ["p0", "p2"], ["p0", "p1", "p4"]]
    assert [way.end["exit_class"] for way in told.shown] == [ExitClass.CASH, ExitClass.TAX, ExitClass.OWNERS]
    assert told.more == 0


def test_each_class_is_shown_before_a_second_end_of_one() -> None:
    payments = ("1 F A 100", "2 A C 50", "3 A D 40", "4 A T 10")
    stops = {1: ExitClass.CASH, 2: ExitClass.CASH, 3: ExitClass.TAX}
    assert ways(largest_ways(rows(*payments, stops=stops), rows_at_most=100)) == [
        ["p0", "p1"],
        ["p0", "p3"],
        ["p0", "p2"],
    ]


def test_rows_are_limited_but_the_first_way_is_whole() -> None:
    told = rows(*CHAIN, stops=STOPS)
    assert ways(largest_ways(told, rows_at_most=1)) == [["p0", "p1", "p3"]]
    assert largest_ways(told, rows_at_most=1).more == 2
    assert len(largest_ways(told, rows_at_most=5).shown) == 2


def test_a_step_back_goes_to_the_nearest_payment_that_carried_half_as_much() -> None:
    payments = ("1 F A 100", "2 F A 60", "3 F A 10", "4 A C 100")
    [way] = largest_ways(rows(*payments, sources=(0, 1, 2), stops={3: ExitClass.CASH}), rows_at_most=9).shown
    assert [row["payment_id"] for row in way.payments] == ["p1", "p3"]


def test_money_that_went_nowhere_is_shown_where_it_lies() -> None:
    told = largest_ways(rows("1 F A 100", "2 A B 60"), rows_at_most=9)
    assert ways(told)[0] == ["p0"]
    assert {way.end["exit_class"] for way in told.shown} == {REMAINS}


def test_a_ring_does_not_go_on_for_ever() -> None:
    ring = [f"{n + 2} {'ABC'[n % 3]} {'ABC'[(n + 1) % 3]} 100" for n in range(40)]
    told = rows("1 F A 100", *ring, "99 B X 100", stops={41: ExitClass.CASH})
    [way] = largest_ways(told, rows_at_most=9).shown
    assert len(way.payments) <= LONGEST
    assert way.payments[-1]["payment_id"] == "p41"


def test_of_a_long_way_the_middle_is_left_out_and_counted_never_its_source() -> None:
    letters = "ABCDEFGHIJKLMNOP"
    steps = [f"{n + 1} {letters[n]} {letters[n + 1]} 100" for n in range(15)]
    [way] = largest_ways(rows(*steps, stops={14: ExitClass.CASH}), rows_at_most=9).shown
    assert (len(way.payments), way.left_out) == (LONGEST, 3)
    assert [row["payment_id"] for row in way.payments] == [f"p{n}" for n in (0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14)]


def test_backward_a_way_runs_from_the_source_back_to_the_origin() -> None:
    told = rows("1 F A 100", "2 A B 100", "3 B C 100", sources=(2,), stops={0: ExitClass.CASH}, backward=True)
    [way] = largest_ways(told, rows_at_most=9, is_backward=True).shown
    assert [row["payment_id"] for row in way.payments] == ["p2", "p1", "p0"]
