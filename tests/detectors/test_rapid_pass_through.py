from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.rapid_pass_through import RapidPassThrough
from tests.detectors.money_rows import Row, later, letters, money_graph, pay, public
from tests.detectors.small_graph import day, screen

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

MONTHS = range(1, 7)
STAFF = [{"organisation_id": "P", "person_id": "e", "month": day("2024-01-01")}]


def passing(
    *,
    share: float = 1.0,
    hours: float = 30,
    kronor: float = 40_000,
    payers: str = "P",
    to: str = "X",
    months: range = MONTHS,
    **out: Any,
) -> list[Row]:
    """F gets a sum of each payer a month, on different days, and sends on a share of it so many hours later to the receivers in turn."""
    rows = []
    for month in months:
        for place, payer in enumerate(payers):
            at, receiver = f"2024-{month:02}-{11 + 5 * place} 08:00", to[(month + place) % len(to)]
            rows.append(pay(f"in {payer}{month}", payer, "F", at, kronor))
            rows.append(pay(f"out {payer}{month}", "F", receiver, later(at, hours), kronor * share, **out))
    return rows


def found(tmp_path: Path, transfers: list[Row], *, current_payroll: list[Row] | None = None, **more: Any) -> HitTables:
    parameters = more.pop("parameters", {})
    staff = STAFF if current_payroll is None else current_payroll
    return screen(RapidPassThrough(**parameters), money_graph(tmp_path, transfers, current_payroll=staff, **more))


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def evaluated(tables: HitTables, subject: str = "F") -> Row:
    rows: dict[str, Row] = {row["subject_id"]: row for row in tables.tests.to_pylist()}
    return rows[subject]


def test_company_that_sends_on_all_it_gets_of_a_provider_is_a_flow(tmp_path: Path) -> None:
    tables = found(tmp_path, [*public(months=MONTHS), *passing()])
    (hit,) = hits(tables)
    assert (hit["kind"], hit["subject_id"], hit["organisation_id"], hit["observed"]) == ("flow", "F", "P", 100)
    assert (hit["period_from"], hit["period_to"]) == (day("2024-01-11"), day("2024-06-12"))
    assert {(party["entity_id"], party["role"]) for party in hit["parties"]} == {
        ("F", "related_organisation"),
        ("X", "exit"),
    }
    # All that P had was public money: P's purse holds nothing else.
    assert hit["amount_low_ore"] == hit["amount_likely_ore"] == hit["amount_high_ore"] == 6 * 4_000_000
    assert hit["reason_sv"] == (
        "240\u00a0000 kr i 6 betalningar gick till en organisation som varken redovisar löner eller betalar hyra, och som kan ha skickat vidare "
        "100\u00a0% av allt den tog emot inom 48 timmar, till 1 mottagare. Av det som gick vidare var 240\u00a0000 kr offentliga pengar från denna utförare."
    )
    assert "and that can have sent on 100\u00a0% of all it received within 48 hours, to 1 receiver." in hit["reason_en"]
    assert sum(row["amount_ore"] for row in tables.evidence.to_pylist()) == hit["amount_low_ore"]
    assert {row["record_id"] for row in tables.evidence.to_pylist() if row["amount_ore"]} <= {
        f"public P{month}" for month in MONTHS
    }
    assert evaluated(tables)["is_hit"]


def test_each_provider_gets_a_finding_of_its_own_money(tmp_path: Path) -> None:
    rows = [*public("P", months=MONTHS), *public("Q", months=MONTHS), *passing(payers="PQ")]
    told = {hit["organisation_id"]: hit for hit in hits(found(tmp_path, rows))}
    assert set(told) == {"P", "Q"}
    assert {hit["subject_id"] for hit in told.values()} == {"F"}
    assert sum(hit["amount_high_ore"] for hit in told.values()) == 12 * 4_000_000


def test_company_paid_by_the_state_itself_is_its_own_provider(tmp_path: Path) -> None:
    rows = [row | {"from_id": "S", "kind": "public"} if row["to_id"] == "F" else row for row in passing()]
    (hit,) = hits(found(tmp_path, rows))
    assert (hit["subject_id"], hit["organisation_id"], hit["amount_low_ore"]) == ("F", "F", 6 * 4_000_000)


def test_person_who_receives_is_a_receiver_and_a_company_an_exit(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, [*public(months=MONTHS), *passing(to="oX")]))
    assert {("o", "receiver"), ("X", "exit")} <= {(party["entity_id"], party["role"]) for party in hit["parties"]}


@pytest.mark.parametrize(("hours", "flagged"), [(48, 1), (48.1, 0)])
def test_money_must_leave_within_two_days(tmp_path: Path, hours: float, flagged: int) -> None:
    tables = found(tmp_path, [*public(months=MONTHS), *passing(hours=hours)])
    assert len(hits(tables)) == flagged
    assert evaluated(tables)["observed"] == 100 * flagged


@pytest.mark.parametrize(("late", "flagged"), [(2, 1), (3, 0)])
def test_three_quarters_must_leave_in_time(tmp_path: Path, late: int, flagged: int) -> None:
    rows = [*passing(months=range(1, 9 - late)), *passing(months=range(9 - late, 9), hours=60)]
    tables = found(tmp_path, [*public(months=range(1, 9)), *rows])
    assert len(hits(tables)) == flagged
    assert evaluated(tables)["observed"] == 100 - 12.5 * late


def test_of_who_always_keeps_one_sum_it_is_said_that_the_others_can_have_passed(tmp_path: Path) -> None:
    """First in, first out each sum stayed a month; the amounts are those of the trail, from least to most."""
    rows = [row for row in passing(hours=1, months=range(1, 13)) if row["record_id"] != "out P1"]
    (hit,) = hits(found(tmp_path, [*public(months=range(1, 13)), *rows]))
    assert hit["observed"] == pytest.approx(91.7)
    assert "can have sent on 92" in hit["reason_en"]


@pytest.mark.parametrize(
    ("share", "months", "payers"), [(0.9, 5, "P"), (0.9, 12, "P"), (0.96, 12, "PQ"), (0.97, 12, "PQR")]
)
def test_who_keeps_a_little_of_many_sums_passes_them_on_all_the_same(
    tmp_path: Path, share: float, months: int, payers: str
) -> None:
    of = range(1, months + 1)
    given = [row for payer in payers for row in public(payer, months=of)]
    tables = found(tmp_path, [*given, *passing(share=share, hours=20, payers=payers, months=of)])
    assert {hit["organisation_id"] for hit in hits(tables)} == set(payers)
    assert evaluated(tables)["observed"] == pytest.approx(100 * share)


@pytest.mark.parametrize(("left", "flagged"), [(24_000, 1), (24_100, 0)])
def test_a_tenth_may_be_left_at_the_end(tmp_path: Path, left: float, flagged: int) -> None:
    rows = [*public(months=MONTHS), *passing()]
    rows[-1] = rows[-1] | {"amount_ore": rows[-1]["amount_ore"] - round(100 * left)}
    assert len(hits(found(tmp_path, rows))) == flagged


@pytest.mark.parametrize(("count", "flagged"), [(4, 0), (5, 1)])
def test_five_payments_make_a_finding_and_fewer_are_not_evaluable(tmp_path: Path, count: int, flagged: int) -> None:
    tables = found(tmp_path, [*public(months=MONTHS), *passing(months=range(1, count + 1))])
    assert len(hits(tables)) == flagged
    assert (evaluated(tables)["not_evaluable"] is None) == bool(flagged)


@pytest.mark.parametrize(("kronor", "flagged"), [(16_666, 0), (16_667, 1)])
def test_a_hundred_thousand_kronor_make_a_finding(tmp_path: Path, kronor: float, flagged: int) -> None:
    assert len(hits(found(tmp_path, [*public(months=MONTHS), *passing(kronor=kronor)]))) == flagged


@pytest.mark.parametrize(("sales", "flagged"), [(240_000, 1), (240_100, 0)])
def test_half_of_what_it_gets_must_come_from_those_with_public_money(
    tmp_path: Path, sales: float, flagged: int
) -> None:
    other = [pay("sale", "C", "F", "2024-03-20 08:00", sales), pay("sent", "F", "X", "2024-03-20 09:00", sales)]
    assert len(hits(found(tmp_path, [*public(months=MONTHS), *passing(), *other]))) == flagged


@pytest.mark.parametrize(("receivers", "flagged"), [("XYZ", 1), ("UVWXYZ", 0)])
def test_who_hands_out_to_many_is_not_flagged(tmp_path: Path, receivers: str, flagged: int) -> None:
    tables = found(tmp_path, [*public(months=MONTHS), *passing(to=receivers)])
    assert len(hits(tables)) == flagged
    assert evaluated(tables)["observed"] == 100


def test_company_with_declared_pay_is_not_evaluated(tmp_path: Path) -> None:
    staff = [*STAFF, {"organisation_id": "F", "person_id": "x", "month": day("2024-01-01")}]
    tables = found(tmp_path, [*public(months=MONTHS), *passing()], current_payroll=staff)
    assert tables.hits.num_rows == tables.tests.num_rows == 0


def test_company_that_pays_rent_is_not_evaluated(tmp_path: Path) -> None:
    rent = pay("rent", "F", "L", "2024-02-01 08:00", 100, kind="rent")
    assert found(tmp_path, [*public(months=MONTHS), *passing(), rent]).tests.num_rows == 0


@pytest.mark.parametrize("kind", ["payroll_bureau", "client_funds", "group"])
def test_keeper_of_the_money_of_others_is_not_evaluated(tmp_path: Path, kind: str) -> None:
    account = [{"account_id": "k", "holder_id": "F", "kind": kind}]
    rows = [*public(months=MONTHS), *passing()]
    assert found(tmp_path, rows, accounts=account).tests.num_rows == 0
    assert len(hits(found(tmp_path / "own", rows, accounts=[account[0] | {"kind": "own"}]))) == 1


def test_hub_and_sole_trader_are_not_evaluated(tmp_path: Path) -> None:
    rows = [*public(months=MONTHS), *passing()]
    hub = [{"hub_id": "F", "kind": "organisation", "parties": 200, "why_sv": "", "why_en": ""}]
    assert found(tmp_path, rows, hubs=hub).tests.num_rows == 0
    facts = [row | {"is_sole_trader": row["entity_id"] == "F"} for row in letters(rows)]
    assert found(tmp_path / "sole", rows, entity_facts=facts).tests.num_rows == 0


def test_subcontractor_that_keeps_its_money_is_evaluated_and_not_flagged(tmp_path: Path) -> None:
    tables = found(tmp_path, [*public(months=MONTHS), *passing(share=0.3)])
    assert hits(tables) == []
    assert evaluated(tables)["observed"] < 31


def test_money_that_no_public_payment_came_before_is_not_flagged(tmp_path: Path) -> None:
    assert hits(found(tmp_path, [*public(months=[12]), *passing()])) == []


def test_a_part_that_stays_behind_for_weeks_hides_nothing_of_many_sums_in_a_row(tmp_path: Path) -> None:
    """First in first out, what stayed goes out before the next sum, and as much of that one is late."""
    rests = [
        pay(f"rest {payer}{month}", "F", "Y", later(f"2024-{month:02}-{11 + 5 * place} 08:00", 24 * 20), 6_000)
        for month in MONTHS
        for place, payer in enumerate("PQR")
    ]
    rows = [
        *(row for payer in "PQR" for row in public(payer, months=MONTHS)),
        *passing(share=0.85, payers="PQR"),
        *rests,
    ]
    assert {hit["organisation_id"] for hit in hits(found(tmp_path, rows))} == {"P", "Q", "R"}
