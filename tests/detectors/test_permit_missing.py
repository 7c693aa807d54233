from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.permit_missing import PermitMissing
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
LAST = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
OLD: Row = {"record_id": "old", "permit_id": "1", "organisation_id": "A", "kind": "home_care", "status": "granted"} | {
    "valid_from": day("2020-01-01"),
    "valid_to": day("2024-03-31"),
}


def bills(*months: int, **more: Any) -> list[Row]:
    """1 000 kronor for each of these months of 2024."""
    return [
        {
            "record_id": f"bill {m}",
            "claim_id": f"k{m}",
            "organisation_id": "A",
            "programme": "home_care",
            "person_id": "u",
        }
        | {"period_from": day(f"2024-{m:02}-01"), "period_to": day(f"2024-{m:02}-{LAST[m]}"), "amount_ore": 100_000}
        | more
        for m in months
    ]


def found(tmp_path: Path, claims: list[Row], permits: list[Row], **parameters: int) -> HitTables:
    return screen(PermitMissing(**parameters), small_graph(tmp_path, current_claims=claims, permits=permits))


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def uncovered(tables: HitTables) -> float:
    (test,) = [test for test in tables.tests.to_pylist() if test["subject_id"] == "A"]
    return float(test["observed"])


def test_bills_for_days_after_the_permit_ended_are_contradicted(tmp_path: Path) -> None:
    tables = found(tmp_path, bills(3, 4, 5, 6), [OLD])
    (hit,) = hits(tables)
    assert (hit["subject_id"], hit["payer"], hit["programme"], hit["observed"]) == ("A", "kommun", "home_care", 2)
    assert hit["amount_low_ore"] == hit["amount_likely_ore"] == 200_000
    assert hit["amount_high_ore"] == 300_000  # April lies within the tolerance
    assert (hit["period_from"], hit["period_to"]) == (day("2024-05-01"), day("2024-06-30"))
    assert hit["reason_sv"] == (
        "2 räkningar, 2\u00a0000 kr, gäller tid 2024-05-01 till 2024-06-30 då tillståndsregistret saknar gällande tillstånd för "
        "verksamheten. Senaste tillstånd gällde till 2024-03-31."
    )
    assert hit["reason_en"] == (
        "2 bills, SEK 2,000, are for the time 2024-05-01 to 2024-06-30, when the permit register holds no valid permit for the service. "
        "The last permit was valid until 2024-03-31."
    )
    told = {(row["register"], row["record_id"], row["amount_ore"]) for row in tables.evidence.to_pylist()}
    assert told == {("claims", "bill 5", 100_000), ("claims", "bill 6", 100_000), ("permits", "old", 0)}


@pytest.mark.parametrize(("months", "flagged"), [((5,), 0), ((5, 6), 1)])
def test_two_bills_make_a_contradiction(tmp_path: Path, months: tuple[int, ...], flagged: int) -> None:
    tables = found(tmp_path, bills(*months), [OLD])
    assert len(hits(tables)) == flagged
    assert uncovered(tables) == len(months)


@pytest.mark.parametrize(("ended", "counted"), [("2024-05-30", 1), ("2024-05-31", 0)])
def test_31_days_after_the_permit_are_registration_lag(tmp_path: Path, ended: str, counted: int) -> None:
    claim = bills(7)[0] | {"period_from": day("2024-06-15"), "period_to": day("2024-07-01")}
    assert uncovered(found(tmp_path, [claim], [OLD | {"valid_to": day(ended)}])) == counted


@pytest.mark.parametrize(("began", "counted"), [("2024-05-02", 0), ("2024-05-03", 1)])
def test_31_days_before_the_permit_are_registration_lag(tmp_path: Path, began: str, counted: int) -> None:
    assert uncovered(found(tmp_path, bills(4), [OLD | {"valid_from": day(began), "valid_to": None}])) == counted


def test_permits_that_follow_one_another_cover_together(tmp_path: Path) -> None:
    quarter = [row | {"period_to": day("2024-06-30")} for row in bills(1)]
    new = OLD | {"record_id": "new", "valid_from": day("2024-04-01"), "valid_to": None}
    assert uncovered(found(tmp_path, quarter, [OLD, new], tolerance_days=0)) == 0
    late = new | {"valid_from": day("2024-04-02")}
    assert uncovered(found(tmp_path / "gap", quarter, [OLD, late], tolerance_days=0)) == 1
    assert uncovered(found(tmp_path / "within", quarter, [OLD, late], tolerance_days=1)) == 0


def test_of_a_bill_partly_covered_the_uncovered_days_are_surely_at_risk(tmp_path: Path) -> None:
    year = [row | {"period_to": day("2024-12-31"), "amount_ore": 36_600} for row in bills(1)]
    tables = found(tmp_path, [*year, *(row | {"record_id": "second"} for row in year)], [OLD])
    (hit,) = hits(tables)
    assert (hit["amount_low_ore"], hit["amount_high_ore"]) == (2 * 27_500, 2 * 36_600)  # 275 of 366 days
    assert sum(row["amount_ore"] for row in tables.evidence.to_pylist()) == 2 * 27_500


def test_provider_that_the_register_does_not_hold_is_not_evaluable(tmp_path: Path) -> None:
    tables = found(tmp_path, bills(5, 6), [OLD | {"organisation_id": "B"}])
    assert hits(tables) == []
    (test,) = tables.tests.to_pylist()
    assert test["not_evaluable"] == "the permit register holds no row on this provider: unknown is not missing"


def test_service_of_which_the_register_holds_no_permit_at_all_is_not_evaluable(tmp_path: Path) -> None:
    tables = found(tmp_path, bills(5, 6), [OLD | {"kind": "assistance"}])
    assert hits(tables) == []
    assert tables.tests.to_pylist()[0]["not_evaluable"] is not None


def test_permit_for_another_service_is_no_permit_for_this_one(tmp_path: Path) -> None:
    permits = [OLD | {"kind": "assistance", "valid_to": None}, OLD | {"organisation_id": "B", "record_id": "b"}]
    tables = found(tmp_path, bills(5, 6), permits)
    assert hits(tables)[0]["observed"] == 2
    assert ("permits", "old") in {(row["register"], row["record_id"]) for row in tables.evidence.to_pylist()}


@pytest.mark.parametrize("programme", ["wage_subsidy", "other"])
def test_service_that_needs_no_permit_is_not_evaluated(tmp_path: Path, programme: str) -> None:
    assert found(tmp_path, bills(5, 6, programme=programme), [OLD]).tests.num_rows == 0


APPLIED: Row = OLD | {"record_id": "applied", "status": "applied", "valid_from": day("2024-04-01"), "valid_to": None}


@pytest.mark.parametrize(("applied_on", "flagged"), [("2024-03-31", 0), ("2024-04-01", 1)])
def test_change_applied_for_before_the_old_permit_ended_is_not_flagged(
    tmp_path: Path, applied_on: str, flagged: int
) -> None:
    tables = found(tmp_path, bills(5, 6), [OLD, APPLIED | {"applied_on": day(applied_on)}])
    assert len(hits(tables)) == flagged


def test_permit_granted_late_after_a_timely_application_is_not_flagged(tmp_path: Path) -> None:
    granted = APPLIED | {"status": "granted", "valid_from": day("2024-09-01"), "applied_on": day("2024-02-01")}
    assert hits(found(tmp_path, bills(4, 5, 6, 7), [OLD, granted])) == []
    untimely = granted | {"applied_on": day("2024-05-01")}
    assert len(hits(found(tmp_path / "untimely", bills(4, 5, 6, 7), [OLD, untimely]))) == 1


def test_application_without_any_permit_before_is_no_permit(tmp_path: Path) -> None:
    assert len(hits(found(tmp_path, bills(5, 6), [APPLIED | {"applied_on": day("2024-01-01")}]))) == 1


@pytest.mark.parametrize(("status", "flagged"), [("revoked", 1), ("stayed", 0)])
def test_revocation_that_a_court_has_stayed_leaves_the_permit_in_force(
    tmp_path: Path, status: str, flagged: int
) -> None:
    assert len(hits(found(tmp_path, bills(5, 6), [OLD | {"status": status}]))) == flagged


def test_late_bill_for_care_given_under_the_permit_is_not_flagged(tmp_path: Path) -> None:
    assert hits(found(tmp_path, bills(1, 2, 3, paid_on=day("2024-12-01")), [OLD])) == []


@pytest.mark.parametrize("doubt", ["permit", "claim"])
def test_doubtful_identity_links_are_counted_and_no_contradiction(tmp_path: Path, doubt: str) -> None:
    tables = found(tmp_path, bills(5, 6, links_exact=doubt != "claim"), [OLD | {"links_exact": doubt != "permit"}])
    assert hits(tables) == []
    assert uncovered(tables) == 2


def test_permit_delivered_twice_changes_nothing(tmp_path: Path) -> None:
    once, twice = (
        hits(found(tmp_path / name, bills(5, 6), rows))
        for name, rows in (("1", [OLD]), ("2", [OLD, OLD | {"record_id": "zz"}]))
    )
    assert (once[0]["observed"], once[0]["amount_low_ore"]) == (twice[0]["observed"], twice[0]["amount_low_ore"])


def test_entry_of_an_exchange_office_does_not_make_a_provider_known_to_the_care_register(tmp_path: Path) -> None:
    office = OLD | {"kind": "currency_exchange", "valid_to": None}
    others = OLD | {"record_id": "other", "organisation_id": "B", "valid_to": None}
    assert hits(found(tmp_path, bills(5, 6), [office, others])) == []
    assert len(hits(found(tmp_path, bills(5, 6), [office, others, OLD]))) == 1


def test_a_home_for_care_needs_a_permit_too(tmp_path: Path) -> None:
    tables = found(tmp_path, bills(5, 6, programme="placement"), [OLD | {"kind": "placement", "status": "revoked"}])
    assert hits(tables)[0]["amount_low_ore"] == 200_000
