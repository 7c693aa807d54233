from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.pupil_paid_twice import PupilPaidTwice
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
DAYS = 46
"""One more than the tolerance."""


def paid(school: str, pupil: str, days: int = DAYS, first: str = "2024-02-01", **more: Any) -> Row:
    """100 kronor a day for a pupil of a school."""
    begins = day(first)
    return {
        "record_id": f"{school} {pupil} {first}",
        "claim_id": f"{school} {pupil} {first}",
        "programme": "school_voucher",
        "organisation_id": school,
        "person_id": pupil,
        "period_from": begins,
        "period_to": begins + timedelta(days=days - 1),
        "amount_ore": 10_000 * days,
    } | more


def doubled(*pupils: str, days: int = DAYS, **more: Any) -> list[Row]:
    """Pupils of schools of their own, for whom school A is paid too."""
    return [row for pupil in pupils for row in (paid(f"real {pupil}", pupil, 200), paid("A", pupil, days, **more))]


def found(tmp_path: Path, claims: list[Row], **more: Any) -> HitTables:
    parameters = more.pop("parameters", {})
    return screen(PupilPaidTwice(**parameters), small_graph(tmp_path, current_claims=claims, **more))


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_school_paid_for_three_pupils_of_other_schools_is_contradicted(tmp_path: Path) -> None:
    tables = found(tmp_path, [*doubled("p", "q", "r"), paid("A", "own")])
    (hit,) = hits(tables)
    assert (hit["subject_id"], hit["payer"], hit["programme"]) == ("A", "kommun", "school_voucher")
    assert (hit["observed"], hit["period_from"], hit["period_to"]) == (3, day("2024-02-01"), day("2024-03-17"))
    assert hit["amount_low_ore"] == hit["amount_likely_ore"] == 3 * DAYS * 10_000
    assert hit["amount_high_ore"] == 4 * DAYS * 10_000  # all that the school was paid in those months
    assert hit["reason_en"] == (
        "Vouchers, SEK 13,800, are contradicted for 3 pupils for whom another school was paid in full for the same days "
        "(more than 45 days each)."
    )
    assert {party["entity_id"] for party in hit["parties"]} == {"real p", "real q", "real r"}
    assert len(tables.evidence) == 6


@pytest.mark.parametrize(("pupils", "flagged"), [("pq", 0), ("pqr", 1)])
def test_three_pupils_are_needed(tmp_path: Path, pupils: str, flagged: int) -> None:
    assert len(hits(found(tmp_path, doubled(*pupils)))) == flagged


@pytest.mark.parametrize(("days", "flagged"), [(45, 0), (46, 1)])
def test_six_weeks_are_a_change_of_school(tmp_path: Path, days: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, doubled("p", "q", "r", days=days)))) == flagged


def test_days_are_summed_over_the_claims_of_one_pupil_and_school(tmp_path: Path) -> None:
    short = [
        row
        for pupil in "pqr"
        for row in (
            paid(f"real {pupil}", pupil, 200),
            paid("A", pupil, 23),
            paid("A", pupil, 23, first="2024-04-01"),
        )
    ]
    assert len(hits(found(tmp_path, short))) == 1


@pytest.mark.parametrize(("others", "flagged"), [("p", 1), ("pq", 0)])
def test_school_with_nearly_as_many_such_pupils_is_not_told_apart(tmp_path: Path, others: str, flagged: int) -> None:
    claims = [
        row | ({"organisation_id": "B"} if "real" in row["record_id"] and row["person_id"] in others else {})
        for row in doubled("p", "q", "r")
    ]
    assert sum(hit["subject_id"] == "A" for hit in hits(found(tmp_path, claims))) == flagged


@pytest.mark.parametrize(("first", "flagged"), [("2024-03-17", 0), ("2024-03-18", 1)])
def test_school_billing_in_the_midst_of_the_others_time_is_told_apart(tmp_path: Path, first: str, flagged: int) -> None:
    # B has as many such pupils as A, but is paid for them from 1 February until long after
    claims = [
        row | ({"organisation_id": "C" if row["person_id"] == "p" else "B"} if "real" in row["record_id"] else {})
        for row in doubled("p", "q", "r", first=first)
    ]
    more = [paid("D", pupil, 100) for pupil in "pqr"]
    assert sum(hit["subject_id"] == "A" for hit in hits(found(tmp_path, [*claims, *more]))) == flagged


def test_two_schools_that_share_pupils_alone_are_not_told_apart(tmp_path: Path) -> None:
    claims = [paid(school, pupil, 100) for school in ("A", "B") for pupil in "pqrstu"]
    tables = found(tmp_path, claims)
    assert hits(tables) == []
    assert {test["observed"] for test in tables.tests.to_pylist()} == {6}


@pytest.mark.parametrize(("share", "flagged"), [(60, 0), (61, 1)])
def test_half_vouchers_of_two_schools_are_one(tmp_path: Path, share: int, flagged: int) -> None:
    whole = [paid(school, f"{school} {n}") for school in ("A", "real p", "real q", "real r") for n in range(9)]
    claims = [row | {"amount_ore": row["amount_ore"] * share // 100} for row in doubled("p", "q", "r")]
    assert len(hits(found(tmp_path, [*whole, *claims]))) == flagged


def trips(*pupils: str, first: str = "2024-01-31", last: str = "2024-03-18") -> list[Row]:
    return [
        {"record_id": f"trip {p}", "person_id": p, "kind": "abroad", "from_on": day(first), "to_on": day(last)}
        for p in pupils
    ]


@pytest.mark.parametrize(("last", "flagged"), [("2024-03-17", 0), ("2024-03-18", 1)])
def test_pupils_abroad_for_more_than_six_weeks_are_counted(tmp_path: Path, last: str, flagged: int) -> None:
    claims = [paid("A", pupil, 100) for pupil in "pqr"]
    tables = found(tmp_path, claims, absences=trips(*"pqr", last=last))
    assert len(hits(tables)) == flagged
    if flagged:
        assert hits(tables)[0]["amount_low_ore"] == 3 * DAYS * 10_000
        assert ("absences", "trip p") in {(row["register"], row["record_id"]) for row in tables.evidence.to_pylist()}


def test_stay_in_hospital_is_no_stay_abroad(tmp_path: Path) -> None:
    stays = [row | {"kind": "hospital"} for row in trips(*"pqr")]
    assert hits(found(tmp_path, [paid("A", pupil, 100) for pupil in "pqr"], absences=stays)) == []


def test_pupils_who_had_died_are_counted(tmp_path: Path) -> None:
    dead = [{"record_id": f"death {p}", "person_id": p, "died_on": day("2024-01-31")} for p in "pqr"]
    (hit,) = hits(found(tmp_path, [paid("A", pupil) for pupil in "pqr"], persons=dead))
    assert "3 pupils who had died" in hit["reason_en"]


@pytest.mark.parametrize("doubt", [{"links_exact": False}, {"is_withheld": True}, {"person_id": None}])
def test_doubtful_and_withheld_claims_contradict_nothing(tmp_path: Path, doubt: Row) -> None:
    assert hits(found(tmp_path, [row | doubt for row in doubled("p", "q", "r")])) == []


@pytest.mark.parametrize("programme", ["assistance", "other"])
def test_other_programmes_are_not_read(tmp_path: Path, programme: str) -> None:
    assert found(tmp_path, doubled("p", "q", "r", programme=programme)).tests.num_rows == 3


@pytest.mark.parametrize(("pupils", "is_found"), [(1_500, True), (1_501, False)])
def test_three_pupils_are_few_in_a_school_of_thousands(tmp_path: Path, pupils: int, is_found: bool) -> None:
    own = [paid("A", f"own {number}") for number in range(pupils - 3)]
    assert bool(hits(found(tmp_path, [*doubled("p", "q", "r"), *own]))) == is_found
