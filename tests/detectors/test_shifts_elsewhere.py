from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.shifts_elsewhere import ShiftsElsewhere
from tests.detectors.small_graph import day, instant, screen, shift, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
RATE = {"kind": "assistance_hour", "valid_from": day("2024-01-01"), "amount_ore": 30_000}


def shifts(days: int = 5, first: int = 1, **more: Any) -> list[Row]:
    """Worker s with user u at provider A, 8 to 16 on so many days of March."""
    return [
        shift(f"w{n:02}", "s", "u", f"2024-03-{n:02} 08:00", f"2024-03-{n:02} 16:00", **more)
        for n in range(first, first + days)
    ]


def clocked(days: int = 5, starts: str = "12:00", ends: str = "20:00", **more: Any) -> list[Row]:
    """Worker s clocked in with employer B on the same days."""
    return [
        {"record_id": f"l{n:02}{starts}", "organisation_id": "B", "person_id": "s"}
        | {"starts_at": instant(f"2024-03-{n:02} {starts}"), "ends_at": instant(f"2024-03-{n:02} {ends}")}
        | more
        for n in range(1, days + 1)
    ]


def stay(person: str = "u", kind: str = "hospital", start: str = "01", end: str = "07", **more: Any) -> Row:
    """From 1 to 7 March, so five whole days from 2 to 6, unless told otherwise."""
    told = {"record_id": f"stay {person}", "person_id": person, "kind": kind}
    return told | {"from_on": day(f"2024-03-{start}"), "to_on": day(f"2024-03-{end}")} | more


def found(tmp_path: Path, rows: list[Row], **tables: Any) -> HitTables:
    parameters = tables.pop("parameters", {})
    return screen(ShiftsElsewhere(**parameters), small_graph(tmp_path, shifts=rows, rates=[RATE], **tables))


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def observed(tables: HitTables) -> float:
    (told,) = tables.tests.to_pylist()
    assert told["subject_id"] == "A"
    return float(told["observed"])


def test_work_for_another_employer_at_the_same_hours_is_contradicted_hour_by_hour(tmp_path: Path) -> None:
    tables = found(tmp_path, shifts(), staff_ledgers=clocked())
    (hit,) = hits(tables)
    assert (hit["subject_id"], hit["programme"], hit["kind"]) == ("A", "assistance", "contradiction")
    assert hit["observed"] == 5 * 4  # the overlap, not the whole shifts
    assert hit["amount_low_ore"] == hit["amount_likely_ore"] == 5 * 4 * 30_000
    assert (hit["period_from"], hit["period_to"]) == (day("2024-03-01"), day("2024-03-05"))
    assert {(party["entity_id"], party["role"]) for party in hit["parties"]} == {("s", "staff"), ("u", "user")}
    assert hit["reason_sv"] == (
        "5 pass, 20 h, motsägs av andra register: assistenten var instämplad hos annan arbetsgivare (5 pass)."
    )
    assert hit["reason_en"] == (
        "5 shifts, 20 h, are contradicted by other registers: the worker was clocked in with another employer (5 shifts)."
    )


def test_evidence_is_each_shift_with_its_amount_and_each_row_that_contradicts_it(tmp_path: Path) -> None:
    tables = found(tmp_path, shifts(), staff_ledgers=clocked())
    told = {row["record_id"]: (row["register"], row["amount_ore"]) for row in tables.evidence.to_pylist()}
    assert told == {f"w{n:02}": ("time_reports", 120_000) for n in range(1, 6)} | {
        f"l{n:02}12:00": ("staff_ledgers", 0) for n in range(1, 6)
    }
    assert sum(amount for _, amount in told.values()) == hits(tables)[0]["amount_low_ore"]


@pytest.mark.parametrize(("days", "flagged"), [(4, 0), (5, 1)])
def test_other_work_counts_from_five_days_in_a_month(tmp_path: Path, days: int, flagged: int) -> None:
    tables = found(tmp_path, shifts(), staff_ledgers=clocked(days))
    assert len(hits(tables)) == flagged
    assert observed(tables) == days


def test_five_days_in_two_months_are_not_flagged(tmp_path: Path) -> None:
    rows = [
        shift(f"w{d}", "s", "u", f"2024-{d} 08:00", f"2024-{d} 16:00")
        for d in ("03-29", "03-30", "04-02", "04-03", "04-04")
    ]
    work = [
        {"organisation_id": "B", "person_id": "s", "starts_at": r["starts_at"], "ends_at": r["ends_at"]} for r in rows
    ]
    assert hits(found(tmp_path, rows, staff_ledgers=work)) == []


@pytest.mark.parametrize(("ends", "counted"), [("08:30", 0), ("08:31", 5)])
def test_overlap_with_other_work_within_the_tolerance_does_not_count(tmp_path: Path, ends: str, counted: int) -> None:
    assert observed(found(tmp_path, shifts(), staff_ledgers=clocked(starts="05:00", ends=ends))) == counted


@pytest.mark.parametrize(("ends", "counted"), [("09:30", 0), ("09:31", 5)])
def test_an_hour_more_is_tolerated_when_the_clock_is_changed(tmp_path: Path, ends: str, counted: int) -> None:
    rows = shifts(near_clock_change=True)
    assert observed(found(tmp_path, rows, staff_ledgers=clocked(starts="05:00", ends=ends))) == counted


def test_an_hour_that_two_clockings_tell_of_is_counted_once(tmp_path: Path) -> None:
    twice = [*clocked(starts="08:00", ends="14:00"), *clocked(starts="12:00", ends="15:00")]
    (hit,) = hits(found(tmp_path, shifts(), staff_ledgers=twice))
    assert hit["observed"] == 5 * 7
    assert hit["amount_low_ore"] == 5 * 7 * 30_000


def test_a_shift_contradicted_by_work_and_by_a_stay_is_counted_once(tmp_path: Path) -> None:
    tables = found(tmp_path, shifts(), staff_ledgers=clocked(), absences=[stay(), stay("s")])
    (hit,) = hits(tables)
    assert hit["observed"] == 4 + 4 * 8  # the first day only beside the other work; the stays begin with its second
    amounts = [row["amount_ore"] for row in tables.evidence.to_pylist()]
    assert sum(amounts) == hit["amount_low_ore"] == hit["observed"] * 30_000


@pytest.mark.parametrize(
    "lawful",
    [
        {"organisation_id": "A"},
        {"organisation_id": None},
        {"person_id": "t"},
        {"is_withheld": True},
        {"links_exact": False},
    ],
)
def test_same_employer_other_person_withheld_and_doubtful_clockings_are_not_flagged(
    tmp_path: Path, lawful: Row
) -> None:
    assert hits(found(tmp_path, shifts(), staff_ledgers=clocked(**lawful))) == []


@pytest.mark.parametrize(
    "lawful",
    [{"kind": "waiting"}, {"kind": "standby"}, {"is_withheld": True}, {"staff_id": None}, {"links_exact": False}],
)
def test_standby_waiting_withheld_and_doubtful_shifts_are_not_flagged(tmp_path: Path, lawful: Row) -> None:
    assert hits(found(tmp_path, shifts(**lawful), staff_ledgers=clocked())) == []


@pytest.mark.parametrize(
    ("absence", "reason"),
    [
        (stay(), "the user was in hospital"),
        (stay("s"), "the worker was in hospital"),
        (stay("s", "abroad"), "the worker was abroad"),
        (stay("u", "abroad"), "the user was abroad without the worker"),
        (stay("u", "custody"), "one of them was in custody"),
    ],
)
def test_shifts_during_a_stay_are_contradicted_by_whole_days(tmp_path: Path, absence: Row, reason: str) -> None:
    (hit,) = hits(found(tmp_path, shifts(7), absences=[absence]))
    assert hit["observed"] == 5 * 8
    assert reason in hit["reason_en"]
    assert (hit["period_from"], hit["period_to"]) == (day("2024-03-02"), day("2024-03-06"))


@pytest.mark.parametrize("first", [1, 7])
def test_day_of_admission_and_of_discharge_do_not_count(tmp_path: Path, first: int) -> None:
    assert observed(found(tmp_path, shifts(1, first), absences=[stay()])) == 0


@pytest.mark.parametrize(("days", "flagged"), [(2, 0), (3, 1)])
def test_stay_counts_from_three_claimed_days(tmp_path: Path, days: int, flagged: int) -> None:
    tables = found(tmp_path, shifts(days, 2), absences=[stay()])
    assert len(hits(tables)) == flagged
    assert observed(tables) == days


@pytest.mark.parametrize(("days", "flagged"), [(5, 0), (6, 1)])
def test_most_of_the_stays_whole_days_must_be_claimed(tmp_path: Path, days: int, flagged: int) -> None:
    ten_whole_days = stay(end="12")  # six of them are 60 per cent
    tables = found(tmp_path, shifts(days, 2), absences=[ten_whole_days], parameters={"many_days": 99})
    assert len(hits(tables)) == flagged


@pytest.mark.parametrize(("days", "flagged"), [(4, 0), (5, 1)])
def test_or_else_many_of_them(tmp_path: Path, days: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, shifts(days, 2), absences=[stay(end="20")]))) == flagged


def test_granted_assistance_in_hospital_is_not_flagged(tmp_path: Path) -> None:
    granted = {"person_id": "u", "programme": "assistance", "allows_hospital": True, "valid_from": day("2024-01-01")}
    assert hits(found(tmp_path, shifts(7), absences=[stay()], decisions=[granted])) == []
    other = [
        granted | {"programme": "home_care"},
        granted | {"valid_to": day("2024-02-28")},
        granted | {"allows_hospital": None},
    ]
    assert len(hits(found(tmp_path / "other", shifts(7), absences=[stay()], decisions=other))) == 1


def test_a_journey_made_together_is_not_flagged(tmp_path: Path) -> None:
    both = [stay("u", "abroad"), stay("s", "abroad", start="02", end="06")]
    assert hits(found(tmp_path, shifts(5, 2), absences=both)) == []


@pytest.mark.parametrize("doubt", [{"links_exact": False}, {"is_withheld": True}])
def test_doubtful_and_withheld_stays_are_not_flagged(tmp_path: Path, doubt: Row) -> None:
    assert hits(found(tmp_path, shifts(7), absences=[stay(**doubt)])) == []


@pytest.mark.parametrize("person", ["u", "s"])
@pytest.mark.parametrize(("first", "flagged"), [(4, 0), (5, 1)])
def test_days_after_a_death_are_late_registration_up_to_three(
    tmp_path: Path, person: str, first: int, flagged: int
) -> None:
    died = {"person_id": person, "died_on": day("2024-03-01")}
    tables = found(tmp_path, shifts(1, first), persons=[died], parameters={"death_days": 1})
    assert len(hits(tables)) == observed(tables) == flagged


@pytest.mark.parametrize(("days", "flagged"), [(3, 0), (4, 1)])
def test_a_few_days_after_a_death_are_wrong_dates(tmp_path: Path, days: int, flagged: int) -> None:
    died = {"person_id": "u", "died_on": day("2024-03-01")}
    assert len(hits(found(tmp_path, shifts(days, 5), persons=[died]))) == flagged
    assert hits(found(tmp_path / "doubtful", shifts(days, 5), persons=[died | {"links_exact": False}])) == []


def test_two_absence_rows_of_one_stay_count_each_shift_once(tmp_path: Path) -> None:
    tables = found(tmp_path, shifts(7), absences=[stay(), stay(record_id="again")])
    (hit,) = hits(tables)
    assert (hit["observed"], hit["amount_low_ore"]) == (40, 40 * 30_000)
    assert sum(row["amount_ore"] for row in tables.evidence.to_pylist()) == 40 * 30_000
    assert observed(tables) == 5


def test_of_two_tariffs_on_one_day_the_lower_one_is_at_risk(tmp_path: Path) -> None:
    graph = small_graph(tmp_path, shifts=shifts(), staff_ledgers=clocked(), rates=[RATE, RATE | {"amount_ore": 40_000}])
    (hit,) = hits(screen(ShiftsElsewhere(), graph))
    assert hit["amount_low_ore"] == 20 * 30_000


def test_high_amount_is_what_was_paid_for_the_claims_touched(tmp_path: Path) -> None:
    claim = {
        "claim_id": "k",
        "organisation_id": "A",
        "person_id": "u",
        "programme": "assistance",
        "amount_ore": 9_000_000,
    }
    march = {"period_from": day("2024-03-01"), "period_to": day("2024-03-31")}
    (hit,) = hits(found(tmp_path, shifts(), staff_ledgers=clocked(), current_claims=[claim | march]))
    assert hit["amount_high_ore"] == 9_000_000


def test_clocked_shifts_are_told_as_counter_evidence(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, shifts(is_clocked=True), staff_ledgers=clocked()))
    assert hit["counter_evidence"][0]["en"].startswith("5 of the shifts were registered")


def test_provider_without_anybody_elsewhere_is_evaluated_with_nought(tmp_path: Path) -> None:
    assert observed(found(tmp_path, shifts())) == 0


def test_parameters_move_the_thresholds(tmp_path: Path) -> None:
    looser = {"work_days": 1, "tolerance_minutes": 239}
    assert len(hits(found(tmp_path, shifts(1), staff_ledgers=clocked(1), parameters=looser))) == 1
    assert (
        hits(
            found(
                tmp_path / "none", shifts(1), staff_ledgers=clocked(1), parameters=looser | {"tolerance_minutes": 240}
            )
        )
        == []
    )
