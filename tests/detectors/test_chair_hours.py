from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.chair_hours import ChairHours
from tests.detectors.small_graph import day, screen, small_graph
from tests.detectors.visit_rows import ordinary_clinics, visit

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]


def crowded(days: int, *, patients: int = 3, minutes: int = 40, **more: Any) -> list[Row]:
    """So many patients at once with dentist d of clinic A at 10:00 on the first days of March 2024, beside one alone."""
    return [
        visit(
            f"crowd {d} {n}", f"2024-03-{d:02} 10:00", minutes=minutes, patient_id=f"p{n}", practitioner_id="d", **more
        )
        for d in range(1, days + 1)
        for n in range(patients)
    ]


def found(tmp_path: Path, visits: list[Row], *, absences: list[Row] | None = None, **parameters: int) -> HitTables:
    rows = [*visits, *ordinary_clinics()]
    return screen(ChairHours(**parameters), small_graph(tmp_path, visits=rows, absences=absences or []))


def hits(tables: HitTables, kind: str = "contradiction") -> list[Row]:
    return [row for row in tables.hits.to_pylist() if row["kind"] == kind]


def test_three_patients_at_once_on_six_days_are_contradicted(tmp_path: Path) -> None:
    tables = found(tmp_path, crowded(6))
    (hit,) = hits(tables)
    assert (hit["subject_id"], hit["payer"], hit["programme"]) == ("A", "kommun", "dental")
    # 30 of 120 minutes a day are beyond two chairs once the changeover is taken off: a quarter of 3 000 kronor, six days
    assert (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (450_000, 450_000, 1_800_000)
    assert hit["reason_en"] == (
        "Visits are contradicted, SEK 4,500: on 6 days one practitioner has visits for 3 h more than 2 patients at a time and 16 h a day hold."
    )
    assert (hit["period_from"], hit["period_to"]) == (day("2024-03-01"), day("2024-03-06"))
    evidence = tables.evidence.to_pylist()
    assert len(evidence) == 18
    assert sum(row["amount_ore"] for row in evidence) == 450_000


@pytest.mark.parametrize(("days", "flagged"), [(5, 0), (6, 1)])
def test_six_days_make_a_contradiction(tmp_path: Path, days: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, crowded(days)))) == flagged


@pytest.mark.parametrize(("further", "flagged"), [(594, 1), (595, 0)])
def test_they_are_a_hundredth_of_the_days_at_least(tmp_path: Path, further: int, flagged: int) -> None:
    other = [
        visit(f"further {n}", "2024-06-03 10:00", practitioner_id=f"e{n}", patient_id=f"q{n}") for n in range(further)
    ]
    assert len(hits(found(tmp_path, [*crowded(6), *other]))) == flagged


def test_two_patients_at_once_are_two_chairs(tmp_path: Path) -> None:
    assert hits(found(tmp_path, crowded(20, patients=2))) == []
    assert len(hits(found(tmp_path / "one", crowded(20, patients=2), chairs_at_once=1))) == 1


@pytest.mark.parametrize(("minutes", "flagged"), [(25, 0), (26, 1)])
def test_changeover_and_tolerance_of_a_day_are_not_counted(tmp_path: Path, minutes: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, crowded(6, minutes=minutes)))) == flagged


@pytest.mark.parametrize(("hours", "flagged"), [(16, 0), (17, 1)])
def test_day_of_treatment_longer_than_sixteen_hours_is_counted(tmp_path: Path, hours: int, flagged: int) -> None:
    # two visits that join: merged they last the hours asked and the changeover
    long = [
        visit(f"long {d} {n}", f"2024-03-{d:02} {4 + n * 8:02}:00", minutes=60 * (8 if n == 0 else hours - 8) + 10)
        for d in range(1, 7)
        for n in (0, 1)
    ]
    assert len(hits(found(tmp_path, long))) == flagged


@pytest.mark.parametrize("setting", ["emergency", "remote", "group"])
def test_settings_in_which_many_are_seen_are_not_counted(tmp_path: Path, setting: str) -> None:
    assert hits(found(tmp_path, crowded(20, setting=setting))) == []


def test_days_entered_in_one_go_tell_no_time(tmp_path: Path) -> None:
    rows = [row | {"entered_at": row["starts_at"]} for row in crowded(20)]
    assert hits(found(tmp_path, rows)) == []


@pytest.mark.parametrize("doubt", [{"links_exact": False}, {"is_withheld": True}, {"practitioner_id": None}])
def test_doubtful_and_withheld_rows_contradict_nothing(tmp_path: Path, doubt: Row) -> None:
    assert hits(found(tmp_path, [row | doubt for row in crowded(20)])) == []


def test_corrected_rows_and_a_delivery_told_twice_are_not_counted(tmp_path: Path) -> None:
    rows = crowded(20, patients=2)
    again = [row | {"record_id": f"again {n}"} for n, row in enumerate(rows)]
    corrected = [
        row | {"record_id": f"new {n}", "visit_id": f"new {n}", "corrects_visit_id": row["visit_id"]}
        for n, row in enumerate(rows)
    ]
    assert hits(found(tmp_path, [*rows, *again])) == []
    assert hits(found(tmp_path / "corrected", [*rows, *corrected])) == []


AWAY: Row = {
    "record_id": "trip",
    "person_id": "d",
    "kind": "abroad",
    "from_on": day("2024-03-01"),
    "to_on": day("2024-03-10"),
}


@pytest.mark.parametrize(("days", "flagged"), [((1, 2, 3, 10), 0), ((2, 3, 9), 1)])
def test_visits_on_three_whole_days_of_an_absence_are_contradicted(
    tmp_path: Path, days: tuple[int, ...], flagged: int
) -> None:
    visits = [visit(f"v{d}", f"2024-03-{d:02} 10:00", practitioner_id="d") for d in days]
    tables = found(tmp_path, visits, absences=[AWAY])
    assert len(hits(tables)) == flagged
    if flagged:
        assert hits(tables)[0]["amount_low_ore"] == 300_000
        assert ("absences", "trip") in {(row["register"], row["record_id"]) for row in tables.evidence.to_pylist()}


def at_night(count: int, of: int = 100, **more: Any) -> list[Row]:
    """So many of 100 visits of clinic A at night, the others by day."""
    return [
        visit(
            f"n{n}",
            f"2024-0{1 + n % 9}-{5 + n % 5 * 5:02} {'23:30' if n < count else '10:00'}",
            practitioner_id=f"d{n % 7}",
            patient_id=f"p{n}",
            **(more if n < count else {}),
        )
        for n in range(of)
    ]


def test_share_at_night_far_above_that_of_peers_is_a_rate(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, at_night(40)), "rate")
    assert hit["subject_id"] == "A"
    assert hit["observed"] >= 40
    assert hit["amount_low_ore"] == 0 < hit["amount_likely_ore"] < hit["amount_high_ore"] == 100 * 100_000
    assert "against" in hit["reason_en"]


@pytest.mark.parametrize("more", [{"setting": "emergency"}, {"setting": "away"}, {"setting": "remote"}])
def test_emergency_mobile_and_telephone_visits_are_not_counted_as_odd(tmp_path: Path, more: Row) -> None:
    assert hits(found(tmp_path, at_night(40, **more)), "rate") == []


@pytest.mark.parametrize(("visits", "evaluable"), [(49, False), (50, True)])
def test_fifty_visits_are_needed_for_a_share(tmp_path: Path, visits: int, evaluable: bool) -> None:
    tests = found(tmp_path, at_night(0, of=visits)).tests.to_pylist()
    (told,) = [test for test in tests if test["subject_id"] == "A"]
    assert (told["not_evaluable"] is None) == evaluable


def test_too_few_peers_are_not_evaluable(tmp_path: Path) -> None:
    graph = small_graph(tmp_path, visits=[*at_night(40), *ordinary_clinics(7)])
    assert all(test["not_evaluable"] for test in screen(ChairHours(), graph).tests.to_pylist())


def test_of_a_crowded_hour_the_cheapest_visits_are_surely_at_risk(tmp_path: Path) -> None:
    rows = [row | ({"amount_ore": 40_000} if row["patient_id"] == "p0" else {}) for row in crowded(6)]
    (hit,) = hits(found(tmp_path, rows))
    assert (hit["amount_low_ore"], hit["amount_likely_ore"]) == (6 * 30_000, 6 * 60_000)
