"""The trails that hits rest on, made again from their evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from follow_money.detectors.circular_money import CircularMoney
from follow_money.detectors.donation_return import DonationReturn
from follow_money.engine import Engine
from follow_money.graph.flows.exit_classes import ExitClass
from follow_money.graph.flows.flow_facts import flow_facts
from follow_money.graph.flows.found_trail import found_trail
from follow_money.graph.flows.trail import REMAINS, Convention, Trail
from follow_money.graph.flows.trail_ends import trail_ends
from follow_money.graph.flows.transfer_flows import transfer_flows, write_flows
from follow_money.graph.money_graph import MoneyGraph
from follow_money.model import EVIDENCE, HITS
from follow_money.triage.hit_trails import hit_trails
from tests.detectors import test_donation_return as donations
from tests.detectors.money_rows import money_graph, public, road, role
from tests.detectors.small_graph import screen, small_graph
from tests.graph.flows.test_exit_classes import fact, paid

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.contract import Detector

ROUND = (
    paid(1, "F", "A", "public"),
    paid(2, "A", "B", "supplier", ore=70_00),
    paid(3, "B", "C", "supplier", ore=70_00),
    paid(4, "C", "A", "supplier", ore=60_00),
    paid(5, "A", "T", "tax", ore=20_00),
    paid(6, "C", "D", "supplier", ore=10_00),
    paid(7, "D", "E", "supplier", ore=10_00),
)
FOUND = ("p01", "p02", "p03", "p04")


def saved(folder: Path) -> MoneyGraph:
    parties = sorted({row[end] for row in ROUND for end in ("from_id", "to_id")})
    return with_flows(small_graph(folder, transfers=ROUND, entity_facts=map(fact, parties)))


def with_flows(graph: MoneyGraph) -> MoneyGraph:
    with Engine(threads=1) as engine:
        graph.attach(engine)
        taken = transfer_flows(engine)
        write_flows(taken, graph.flows_folder)
        flow_facts(engine, taken.store).save(graph.flows_folder)
    return graph


def trail_of(graph: MoneyGraph, *records: str) -> Trail:
    facts = graph.flow_facts()
    places = np.asarray(pc.index_in(pa.array(records), value_set=facts.store.payment_ids))
    return found_trail(facts.store, places, opening_ore=facts.opening_ore).trail


def tables(trail_id: str | None, records: tuple[str, ...]) -> tuple[pa.Table, pa.Table]:
    hit: dict[str, Any] = {field.name: _filled(field) for field in HITS} | {"hit_id": "H-1", "trail_id": trail_id}
    rows = [{field.name: _filled(field) for field in EVIDENCE} for _ in records]
    for row, record in zip(rows, records, strict=True):
        row |= {"hit_id": "H-1", "register": "payments", "record_id": record, "role": "for"}
    return pa.Table.from_pylist([hit], schema=HITS), pa.Table.from_pylist(rows, schema=EVIDENCE)


def _filled(field: pa.Field) -> object:
    if field.nullable:
        return None
    return [] if pa.types.is_list(field.type) else "-" if pa.types.is_string(field.type) else 0


def test_the_trail_of_a_hit_is_made_again_with_its_exits_classed(tmp_path: Path) -> None:
    graph = saved(tmp_path)
    first = trail_of(graph, *FOUND)
    trail = hit_trails(graph, *tables(first.trail_id, FOUND))["H-1"]
    for convention in Convention:
        if convention in first.payment_ore:
            assert trail.payment_ore[convention].tolist() == first.payment_ore[convention].tolist()
    stops = dict(zip(trail.store.payment_ids.to_pylist(), trail.stops.tolist(), strict=True))
    assert stops == {
        "p01": 0, "p02": 0, "p03": 0, "p04": ExitClass.CAME_BACK, "p05": ExitClass.TAX, "p06": ExitClass.ONWARD,
    }  # fmt: skip


def test_a_hit_whose_trail_cannot_be_made_again_is_left_out(tmp_path: Path) -> None:
    graph = saved(tmp_path)
    trail_id = trail_of(graph, *FOUND).trail_id
    assert hit_trails(graph, *tables("T-other", FOUND)) == {}
    assert hit_trails(graph, *tables(trail_id, (*FOUND, "p99"))) == {}
    assert hit_trails(graph, *tables(trail_id, ())) == {}


def test_hits_without_a_trail_need_no_payments(tmp_path: Path) -> None:
    graph = small_graph(tmp_path, persons=[])
    assert hit_trails(graph, *tables(None, ())) == {}


OWNER = role("o", "P")
LAPS = [*public(), *road("P", "A", "B", "o"), *road("A", "X", kronor=3_000)]
"""Public money that is with the owner after two companies; a little goes from the first of them to somebody else."""
GIFTS = [*public(), *donations.wages(), *donations.gifts(), *donations.back()]


def told(detector: Detector, graph: MoneyGraph) -> tuple[dict[str, Any], dict[ExitClass, tuple[int, ...]]]:
    """The one hit of a detector, and the ends of its trail: low, middle and high öre by class."""
    tables = screen(detector, graph)
    (hit,) = tables.hits.to_pylist()
    (trail,) = hit_trails(graph, tables.hits, tables.evidence).values()
    ends: dict[ExitClass, tuple[int, ...]] = {
        ExitClass(row["exit_class"]): (row["low_ore"], row["middle_ore"], row["high_ore"])
        for row in trail_ends(trail).to_pylist()
        if row["exit_class"] != REMAINS
    }
    return hit, ends


def amounts(hit: dict[str, Any]) -> tuple[int, ...]:
    return tuple(hit[f"amount_{name}_ore"] for name in ("low", "likely", "high"))


@pytest.mark.parametrize("near", ["o", "household", "family"])
def test_trail_of_money_that_goes_round_says_what_the_finding_says(tmp_path: Path, near: str) -> None:
    lives = {"from_id": "k", "to_id": "o", "kind": near, "register": "relations"}
    links, end = ([OWNER], "o") if near == "o" else ([OWNER, lives], "k")
    rows = [row | ({"to_id": end, "named_payee_id": end} if row["to_id"] == "o" else {}) for row in LAPS]
    hit, ends = told(CircularMoney(), with_flows(money_graph(tmp_path, rows, links=links)))
    assert "was back with those who own or represent it" in hit["reason_en"]
    assert ends[ExitClass.OWNERS] == amounts(hit)
    assert set(ends) == {ExitClass.OWNERS, ExitClass.LEFT_THE_DATA}


def test_trail_of_donations_that_come_back_says_what_the_finding_says(tmp_path: Path) -> None:
    graph = money_graph(tmp_path, GIFTS, links=[OWNER], current_payroll=donations.STAFF)
    hit, ends = told(DonationReturn(), with_flows(graph))
    assert "paid on within 14 days to those who own or represent the employer" in hit["reason_en"]
    assert ends == {ExitClass.OWNERS: amounts(hit)}


def test_what_goes_to_owners_of_somebody_else_is_no_end_at_ones_own(tmp_path: Path) -> None:
    rows = [*public(), *road("P", "A", "B", "P"), *road("B", "q", kronor=3_000), *road("q", "End", kronor=10)]
    _, ends = told(CircularMoney(), with_flows(money_graph(tmp_path, rows, links=[OWNER, role("q", "End")])))
    assert set(ends) == {ExitClass.CAME_BACK, ExitClass.ONWARD}
