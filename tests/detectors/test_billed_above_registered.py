from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.billed_above_registered import BilledAboveRegistered
from tests.detectors.small_graph import day, screen, shift, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
LAST = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30}


def bill(month: int, hours: float, user: str = "u", **more: Any) -> Row:
    """What provider A billed for a user in a month of 2024, 60 kronor an hour."""
    told = {
        "claim_id": f"k{month}{user}",
        "organisation_id": "A",
        "person_id": user,
        "programme": "home_care",
        "record_id": f"bill {month} {user}",
    }
    period = {"period_from": day(f"2024-{month:02}-01"), "period_to": day(f"2024-{month:02}-{LAST[month]}")}
    return told | period | {"billed_minutes": round(60 * hours), "amount_ore": round(6_000 * hours)} | more


def report(month: int, hours: float, user: str | None = "u", n: int = 1, **more: Any) -> Row:
    """One time report of provider A, so many hours long."""
    row = shift(f"r{month}{user}{n}", "s", user, f"2024-{month:02}-{n:02} 00:00", f"2024-{month:02}-{n:02} 01:00")
    return row | {"programme": "home_care", "minutes": round(60 * hours)} | more


def found(tmp_path: Path, claims: list[Row], shifts: list[Row], **parameters: int) -> HitTables:
    return screen(BilledAboveRegistered(**parameters), small_graph(tmp_path, current_claims=claims, shifts=shifts))


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def months(count: int, billed: float, registered: float, **more: Any) -> tuple[list[Row], list[Row]]:
    claims = [bill(m, billed, **more.get("claim", {})) for m in range(1, count + 1)]
    return claims, [report(m, registered, **more.get("report", {})) for m in range(1, count + 1)]


def test_bills_above_the_providers_own_registration_are_contradicted(tmp_path: Path) -> None:
    tables = found(tmp_path, *months(3, 150, 100))
    (hit,) = hits(tables)
    assert (hit["subject_id"], hit["programme"], hit["payer"]) == ("A", "home_care", "kommun")
    assert (hit["observed"], hit["expected"]) == (450, 300)
    assert hit["amount_low_ore"] == hit["amount_likely_ore"] == 150 * 6_000
    assert hit["amount_high_ore"] == 450 * 6_000
    assert (hit["period_from"], hit["period_to"]) == (day("2024-01-01"), day("2024-03-31"))
    assert hit["reason_sv"] == (
        "450 h fakturerades men 300 h är registrerade i 3 månader (50\u00a0% mer); 9\u00a0000 kr saknar registrering. "
        "0\u00a0% av registreringarna är gjorda för hand."
    )
    assert hit["reason_en"] == (
        "450 h were billed but 300 h are registered in 3 months (50\u00a0% more); SEK 9,000 lack a registration. "
        "0\u00a0% of the registrations were made by hand."
    )
    (test,) = tables.tests.to_pylist()
    assert (test["observed"], test["expected"], test["is_hit"]) == (450, 300, True)


def test_evidence_is_each_bill_with_its_surplus_and_one_report_of_its_month(tmp_path: Path) -> None:
    tables = found(tmp_path, *months(3, 150, 100))
    told = {(row["register"], row["record_id"], row["amount_ore"]) for row in tables.evidence.to_pylist()}
    assert told == {("claims", f"bill {m} u", 300_000) for m in (1, 2, 3)} | {
        ("time_reports", f"r{m}u1", 0) for m in (1, 2, 3)
    }


def test_two_bills_of_one_month_share_its_surplus(tmp_path: Path) -> None:
    claims, shifts = months(3, 75, 100)
    tables = found(
        tmp_path, [*claims, *(claim | {"record_id": claim["record_id"] + " too"} for claim in claims)], shifts
    )
    (hit,) = hits(tables)
    assert hit["amount_low_ore"] == sum(row["amount_ore"] for row in tables.evidence.to_pylist()) == 900_000


@pytest.mark.parametrize(("billed", "flagged"), [(1_080, 0), (1_081, 1)])
def test_eight_per_cent_above_is_rounding(tmp_path: Path, billed: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, *months(3, billed, 1_000)))) == flagged


@pytest.mark.parametrize(("surplus", "flagged"), [(14.9, 0), (15, 1)])
def test_surplus_counts_from_thirty_hours_in_three_months(tmp_path: Path, surplus: float, flagged: int) -> None:
    # The first and last month have one neighbour only: their surplus is that of two months.
    assert len(hits(found(tmp_path, *months(3, 50 + surplus, 50)))) == flagged


@pytest.mark.parametrize(("count", "flagged"), [(2, 0), (3, 1)])
def test_three_months_make_a_contradiction(tmp_path: Path, count: int, flagged: int) -> None:
    claims, shifts = months(6, 100, 100)
    above = [claim | {"billed_minutes": 9_000, "amount_ore": 900_000} for claim in claims[:count]]
    assert len(hits(found(tmp_path, [*above, *claims[count:]], shifts, fewest_hours=10))) == flagged


def test_month_that_a_neighbouring_month_makes_up_for_is_not_flagged(tmp_path: Path) -> None:
    claims = [bill(m, 200 if m % 2 else 50) for m in range(1, 7)]
    assert hits(found(tmp_path, claims, [report(m, 125 if m not in (1, 6) else 130) for m in range(1, 7)])) == []


def test_hours_registered_in_a_month_without_a_bill_count(tmp_path: Path) -> None:
    claims = [bill(m, 200) for m in (2, 4, 6)]
    assert hits(found(tmp_path, claims, [report(m, 100) for m in range(1, 7)])) == []


def test_hours_registered_on_another_user_of_the_provider_were_worked(tmp_path: Path) -> None:
    claims = [bill(m, 100, user) for m in (1, 2, 3) for user in ("u", "v")]
    swapped = [report(m, hours, user) for m in (1, 2, 3) for user, hours in (("u", 180), ("v", 20))]
    assert hits(found(tmp_path, claims, swapped)) == []
    fewer = [report(m, hours, user) for m in (1, 2, 3) for user, hours in (("u", 120), ("v", 20))]
    tables = found(tmp_path / "fewer", claims, fewer)
    (hit,) = hits(tables)
    assert (hit["observed"], hit["expected"]) == (600, 420)
    assert hit["amount_low_ore"] == sum(row["amount_ore"] for row in tables.evidence.to_pylist()) == 180 * 6_000


@pytest.mark.parametrize("report_of", [{"user": None}, {"user": "x", "links_exact": False}])
def test_report_that_may_be_on_the_user_counts_as_registered(tmp_path: Path, report_of: Row) -> None:
    user = report_of.pop("user")
    shifts = [
        report(m, hours, who, **(report_of if who == user else {}))
        for m in (1, 2, 3)
        for who, hours in (("u", 100), (user, 50))
    ]
    assert hits(found(tmp_path, [bill(m, 150) for m in (1, 2, 3)], shifts)) == []


@pytest.mark.parametrize(
    "lawful", [{"links_exact": False}, {"is_withheld": True}, {"billed_minutes": None}, {"organisation_id": None}]
)
def test_doubtful_and_withheld_bills_are_not_flagged(tmp_path: Path, lawful: Row) -> None:
    claims, shifts = months(3, 150, 100)
    assert hits(found(tmp_path, [claim | lawful for claim in claims], shifts)) == []


def test_bill_for_more_than_a_calendar_month_is_not_compared(tmp_path: Path) -> None:
    claims, shifts = months(3, 150, 100)
    assert hits(found(tmp_path, [claim | {"period_to": day("2024-06-30")} for claim in claims], shifts)) == []


def test_provider_without_time_reports_is_listed_as_not_evaluable(tmp_path: Path) -> None:
    claims, _ = months(3, 150, 100)
    tables = found(tmp_path, claims, [report(m, 10, organisation_id="B") for m in (1, 2, 3)])
    assert hits(tables) == []
    (test,) = tables.tests.to_pylist()
    assert (test["subject_id"], test["observed"]) == ("A", 450)
    assert test["not_evaluable"] == "no time reports of this provider for the time that it bills"


def test_months_outside_the_time_of_the_reports_are_not_compared(tmp_path: Path) -> None:
    claims, _ = months(6, 100, 100)
    assert hits(found(tmp_path, claims, [report(m, 100) for m in (1, 2)])) == []


def test_month_without_any_report_of_a_reporting_provider_is_contradicted(tmp_path: Path) -> None:
    claims, _ = months(5, 100, 100)
    others = [report(m, 1, "x", organisation_id="B") for m in range(1, 7)]
    (hit,) = hits(found(tmp_path, claims, [report(6, 1), *others]))
    assert hit["expected"] == 0
    assert hit["reason_en"].startswith("500 h were billed but 0 h are registered in 5 months (more);")


def test_manual_entries_count_and_are_told(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, *months(3, 150, 100, report={"is_manual": True})))
    assert hit["expected"] == 300
    assert "100\u00a0% of the registrations were made by hand" in hit["reason_en"]


def test_withheld_report_may_be_on_the_user_and_counts_as_registered(tmp_path: Path) -> None:
    claims, shifts = months(3, 150, 100)
    withheld = [report(m, 50, None, 2, is_withheld=True) for m in (1, 2, 3)]
    assert hits(found(tmp_path, claims, [*shifts, *withheld])) == []


def test_user_of_whom_the_extract_holds_no_report_is_passed_over(tmp_path: Path) -> None:
    claims, shifts = months(6, 100, 100)
    unreported = [bill(month, 100, "v") for month in range(1, 7)]
    assert hits(found(tmp_path, [*claims, *unreported], shifts)) == []
