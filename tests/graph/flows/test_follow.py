"""From a public payer's money to a trail whose ends are classed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.engine import Engine
from follow_money.errors import UsageError
from follow_money.graph.flows.exit_classes import ExitClass
from follow_money.graph.flows.flow_facts import flow_facts
from follow_money.graph.flows.follow import follow, source_months, stops_about
from follow_money.graph.flows.origin_classes import ORIGIN_WORDS, OriginClass
from follow_money.graph.flows.transfer_flows import transfer_flows
from tests.detectors.small_graph import day, small_graph
from tests.graph.flows.test_exit_classes import OWNER, Row, earning, fact, paid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from follow_money.graph.flows.flow_store import FlowStore
    from follow_money.graph.flows.trail import Trail

ROAD = (
    paid(1, "F", "A", "public", programme_ref="c1"),
    paid(2, "X", "A", "supplier"),
    paid(3, "A", "B", "supplier"),
    paid(4, "B", "C", "cash"),
    paid(5, "F", "D", "public", programme_ref="d2"),
)


@contextmanager
def graph(folder: Path, *transfers: Row, **tables: Any) -> Iterator[tuple[Engine, FlowStore]]:
    parties = sorted({row[end] for row in transfers for end in ("from_id", "to_id") if row[end]})
    with Engine(threads=1) as engine:
        small_graph(folder, transfers=transfers, entity_facts=map(fact, parties), **tables).attach(engine)
        yield engine, transfer_flows(engine).store


def ends(trail: Trail) -> dict[int, tuple[int, int]]:
    """Low and high amount by class, those with anything."""
    rows = trail.exits().to_pylist()
    return {row["exit_class"]: (row["low_ore"], row["high_ore"]) for row in rows if row["high_ore"]}


def sources(trail: Trail) -> list[str]:
    return [str(each) for each in trail.store.payment_ids.take(trail.sources).to_pylist()]


def test_public_money_of_an_organisation_is_followed_to_its_ends(tmp_path: Path) -> None:
    with graph(tmp_path, *ROAD) as (engine, store):
        trail = follow(engine, store, paid_to=["A"])
    assert sources(trail) == ["p01"]
    # A got as much of somebody else afterwards. First in first out: all of it went on. Last in first out: none.
    assert ends(trail) == {ExitClass.CASH: (0, 100_00), ExitClass.REMAINS: (0, 100_00)}


def test_what_is_followed_can_be_named_by_payer_month_reference_and_payment(tmp_path: Path) -> None:
    claims = [{"claim_id": "c1", "decision_id": "d1"}]
    with graph(tmp_path, *ROAD, current_claims=claims) as (engine, store):

        def of(**more: Any) -> list[str]:
            return sources(follow(engine, store, **more))

        assert of(paid_by=["F"]) == of() == ["p01", "p05"]
        assert of(paid_by=["X"], paid_to=["A"]) == ["p02"]
        assert of(payment_ids=["p03"]) == ["p03"]
        assert of(references=["c1"]) == of(references=["d1"]) == ["p01"]
        assert of(references=["d1", "d2"]) == ["p01", "p05"]
        assert of(paid_to=["A"], backward=True) == ["p01", "p02"]
        assert source_months(follow(engine, store, paid_by=["F"], months=["2024-03"])) == ["2024-03", "2024-03"]


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with graph(tmp_path, *ROAD) as (engine, store):
        with pytest.raises(UsageError, match="No payment fits"):
            follow(engine, store, paid_by=["F"], months=["2024-04"])
        with pytest.raises(UsageError, match="no public payment"):
            follow(engine, store, paid_to=["B"])
        with pytest.raises(UsageError, match="neither pays nor is paid"):
            follow(engine, store, paid_to=["nobody"])
        with pytest.raises(UsageError, match="no payment 'p99'"):
            follow(engine, store, payment_ids=["p01", "p99"])


def test_month_is_the_swedish_one(tmp_path: Path) -> None:
    late = paid(1, "F", "A", "public") | {"paid_at": paid(1, "F", "A")["paid_at"].replace(hour=0, day=1, month=3)}
    before_midnight = late | {"record_id": "p00", "paid_at": late["paid_at"].replace(day=29, month=2, hour=22)}
    after_midnight = late | {"record_id": "p09", "paid_at": late["paid_at"].replace(day=29, month=2, hour=23)}
    with graph(tmp_path, before_midnight, after_midnight) as (engine, store):
        assert source_months(follow(engine, store)) == ["2024-02", "2024-03"]


def test_a_payment_that_is_an_exit_ended_there_unless_its_payee_is_asked_for(tmp_path: Path) -> None:
    road = (paid(1, "A", "B", "cash"), paid(2, "B", "C", "tax"))
    with graph(tmp_path, *road) as (engine, store):
        assert ends(follow(engine, store, payment_ids=["p01"])) == {ExitClass.CASH: (100_00, 100_00)}
        assert ends(follow(engine, store, paid_by=["A"], paid_to=["B"])) == {ExitClass.TAX: (100_00, 100_00)}


def test_owner_of_whom_the_sources_pay_is_an_owner_whoever_pays(tmp_path: Path) -> None:
    road = (
        paid(1, "F", "A", "public"),
        paid(2, "F", "B", "public"),
        paid(3, "A", "G"),
        paid(4, "B", "G"),
        paid(5, "G", "o", ore=200_00),
        paid(6, "o", "Shop", ore=200_00),
    )
    with graph(tmp_path, *road, links=[OWNER]) as (engine, store):
        assert ends(follow(engine, store, paid_to=["A"])) == {ExitClass.OWNERS: (100_00, 100_00)}
        assert ends(follow(engine, store, paid_to=["B"])) == {ExitClass.LEFT_THE_DATA: (100_00, 100_00)}
        through = follow(engine, store, paid_to=["A"], through=[ExitClass.OWNERS])
        assert ends(through) == {ExitClass.LEFT_THE_DATA: (100_00, 100_00)}


def test_owner_of_the_subject_counts_on_the_days_of_the_role(tmp_path: Path) -> None:
    owner = OWNER | {"valid_from": day("2024-03-03"), "valid_to": day("2024-03-04")}
    payments = [paid(n, "G", "o") for n in range(2, 6)]
    with graph(tmp_path, *payments, paid(9, "o", "Shop"), links=[owner]) as (engine, store):
        facts = flow_facts(engine, store)
        stops = dict(zip(store.payment_ids.to_pylist(), stops_about(engine, facts, ["A"]).tolist(), strict=True))
    assert [name for name, each in stops.items() if each == ExitClass.OWNERS] == ["p03", "p04"]


def test_wage_of_the_subjects_owner_elsewhere_and_rent_to_him_are_no_gains_of_an_owner(tmp_path: Path) -> None:
    declared = [earning("o", organisation_id="G"), earning("e", organisation_id="G")]
    payments = (
        paid(1, "G", "o", "salary"),
        paid(2, "G", "e", "salary"),
        paid(3, "e", "o", "rent", ore=10_00),
        paid(4, "e", "o", ore=10_00),
    )
    with graph(tmp_path, *payments, links=[OWNER], current_payroll=declared) as (engine, store):
        stops = stops_about(engine, flow_facts(engine, store), ["A"])
    assert stops.tolist() == [ExitClass.OWNER_WAGES, ExitClass.WAGES, ExitClass.WAGES, ExitClass.OWNERS]


def test_public_money_is_told_by_name_by_reference_by_claim_and_by_who_pays(tmp_path: Path) -> None:
    forms = [{"organisation_id": "K", "legal_form": "KOMMUN"}]
    claims = [{"organisation_id": "A", "paid_on": day("2024-03-03"), "amount_ore": 100_00}]
    payments = (
        paid(1, "F", "A", "public"),
        paid(2, "F", "A", "other", programme_ref="c1"),
        paid(3, "G", "A", None),
        paid(4, "G", "A", None),
        paid(5, "K", "A", "supplier"),
        paid(6, "K", "e", "salary"),
        paid(7, "G", "A", "supplier"),
    )
    with graph(tmp_path, *payments, organisations=forms, current_claims=claims) as (engine, store):
        public = flow_facts(engine, store).is_public.tolist()
    assert public == [True, True, True, False, True, False, False]


def test_backward_tells_whose_money_a_payment_was(tmp_path: Path) -> None:
    with graph(tmp_path, *ROAD) as (engine, store):
        trail = follow(engine, store, payment_ids=["p03"], backward=True)
    rows = {row["payment_id"]: (row["low_ore"], row["high_ore"]) for row in trail.payments().to_pylist()}
    assert rows["p01"] == rows["p02"] == (0, 100_00)
    assert ends(trail) == {OriginClass.PUBLIC: (0, 100_00), OriginClass.OUTSIDE: (0, 100_00)}


def test_origins_are_told_by_what_is_known_of_the_payer(tmp_path: Path) -> None:
    permits = [{"permit_id": "1", "organisation_id": "X", "kind": "currency_exchange", "valid_from": day("2020-01-01")}]
    payments = (
        paid(1, "w", "H", "cash"), paid(2, "H", "o", "cash"), paid(3, "w", "X", "other"), paid(4, "X", "o", "other"),
        paid(5, "G", "e", "salary"), paid(6, "e", "o", ore=10_00), paid(7, "Z", "o"), paid(8, "o", "B"),
    )  # fmt: skip
    declared = [earning("e", organisation_id="G")]
    with graph(tmp_path, *payments, permits=permits, current_payroll=declared) as (engine, store):
        trail = follow(engine, store, paid_to=["o"], backward=True, months=["2024-03"])
        stops = dict(zip(store.payment_ids.to_pylist(), trail.stops.tolist(), strict=True))
        sold = follow(engine, store, payment_ids=["p08"], backward=True)
    assert {name: stops[name] for name in ("p01", "p03", "p05")} == {
        "p01": OriginClass.OUTSIDE, "p03": OriginClass.OUTSIDE, "p05": OriginClass.WAGES,
    }  # fmt: skip
    assert set(ends(sold)) == {OriginClass.CASH, OriginClass.EXCHANGE_OFFICE, OriginClass.WAGES, OriginClass.OUTSIDE}


def test_every_origin_has_words_in_both_languages() -> None:
    assert {language: set(words) for language, words in ORIGIN_WORDS.items()} == {
        "sv": set(OriginClass),
        "en": set(OriginClass),
    }
