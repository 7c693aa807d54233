from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.visits_without_note import VisitsWithoutNote
from tests.detectors.small_graph import day, screen, small_graph
from tests.detectors.visit_rows import ordinary_clinics, visit

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
PEERS = ordinary_clinics()


def found(tmp_path: Path, visits: list[Row], *, persons: list[Row] | None = None, **parameters: int) -> HitTables:
    graph = small_graph(tmp_path, visits=[*visits, *PEERS], persons=persons or [])
    return screen(VisitsWithoutNote(**parameters), graph)


def hits(tables: HitTables, kind: str = "contradiction") -> list[Row]:
    return [row for row in tables.hits.to_pylist() if row["kind"] == kind]


def many(count: int, **more: Any) -> list[Row]:
    """So many visits of clinic A on different days."""
    return [visit(f"v{n}", f"2024-0{1 + n % 9}-{1 + n // 9:02} 10:00", **more) for n in range(count)]


def dead(*patients: str, died: str = "2024-01-01") -> list[Row]:
    return [{"record_id": f"death {p}", "person_id": p, "died_on": day(died)} for p in patients]


def after_death(count: int, patients: str = "pq") -> list[Row]:
    return [visit(f"v{n}", f"2024-03-{1 + n:02} 10:00", patient_id=patients[n % len(patients)]) for n in range(count)]


@pytest.mark.parametrize(("count", "flagged"), [(3, 0), (4, 1)])
def test_four_visits_after_deaths_are_a_contradiction(tmp_path: Path, count: int, flagged: int) -> None:
    tables = found(tmp_path, after_death(count), persons=dead("p", "q"))
    assert len(hits(tables)) == flagged
    if flagged:
        (hit,) = hits(tables)
        assert hit["amount_low_ore"] == hit["amount_high_ore"] == 400_000
        assert hit["reason_en"] == "Visits are contradicted, SEK 4,000: 4 visits after the patient's death."
        told = {(row["register"], row["record_id"]) for row in tables.evidence.to_pylist()}
        assert told == {("visits", f"v{n}") for n in range(4)} | {("persons", "death p"), ("persons", "death q")}


@pytest.mark.parametrize(("died", "flagged"), [("2024-02-16", 0), ("2024-02-15", 1)])
def test_a_fortnight_after_a_death_is_a_late_date(tmp_path: Path, died: str, flagged: int) -> None:
    assert len(hits(found(tmp_path, after_death(4), persons=dead("p", "q", died=died)))) == flagged


def test_visits_after_the_death_of_one_alone_may_be_a_wrong_number(tmp_path: Path) -> None:
    assert hits(found(tmp_path, after_death(20, "p"), persons=dead("p", "q"))) == []


@pytest.mark.parametrize(("count", "flagged"), [(4, 0), (5, 1)])
def test_five_visits_to_oneself_are_a_contradiction(tmp_path: Path, count: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, many(count, patient_id="d")))) == flagged


def doubled(count: int, **more: Any) -> list[Row]:
    again = [row | {"record_id": f"again {n}", "visit_id": f"again {n}"} for n, row in enumerate(many(count))]
    return [*many(count), *(row | more for row in again)]


@pytest.mark.parametrize(("count", "flagged"), [(7, 0), (8, 1)])
def test_eight_rows_that_repeat_another_are_a_contradiction(tmp_path: Path, count: int, flagged: int) -> None:
    tables = found(tmp_path, doubled(count))
    assert len(hits(tables)) == flagged
    if flagged:
        assert hits(tables)[0]["amount_low_ore"] == 800_000  # one of each two
        assert hits(tables)[0]["amount_high_ore"] == 1_600_000
        assert len(tables.evidence) == 16


@pytest.mark.parametrize(("permille", "flagged"), [(500, 1), (501, 0)])
def test_repeats_are_a_share_of_the_rows_at_least(tmp_path: Path, permille: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, doubled(9), fewest_twice_permille=permille))) == flagged


@pytest.mark.parametrize(
    "more",
    [{"practitioner_id": "e"}, {"code": "999"}, {"amount_ore": 1}, {"patient_id": "z"}, {"setting": "group"}],
)
def test_joint_visits_and_other_items_repeat_nothing(tmp_path: Path, more: Row) -> None:
    assert hits(found(tmp_path, doubled(20, **more))) == []


def test_corrected_rows_and_a_delivery_told_twice_repeat_nothing(tmp_path: Path) -> None:
    corrected = [
        row | ({"corrects_visit_id": f"v{row['record_id'].split()[1]}"} if row["record_id"].startswith("again") else {})
        for row in doubled(20)
    ]
    assert hits(found(tmp_path, corrected)) == []
    same = [row | {"record_id": f"other {n}"} for n, row in enumerate(many(20))]
    assert hits(found(tmp_path / "same", [*many(20), *same])) == []


@pytest.mark.parametrize("doubt", [{"links_exact": False}, {"is_withheld": True}])
def test_doubtful_and_withheld_rows_contradict_nothing(tmp_path: Path, doubt: Row) -> None:
    assert hits(found(tmp_path, [row | doubt for row in doubled(20)])) == []


def noteless(count: int, of: int = 100, **more: Any) -> list[Row]:
    return [row | ({"has_note": False} | more if n < count else {}) for n, row in enumerate(many(of))]


def test_share_without_a_note_far_above_that_of_peers_is_a_rate(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, noteless(30)), "rate")
    assert (hit["subject_id"], hit["observed"]) == ("A", 30)
    assert hit["amount_low_ore"] == 0 < hit["amount_likely_ore"] < 3_000_000 < hit["amount_high_ore"] == 10_000_000


@pytest.mark.parametrize(("count", "flagged"), [(89, 1), (90, 0)])
def test_months_in_which_nearly_nothing_has_a_note_are_left_out(tmp_path: Path, count: int, flagged: int) -> None:
    one_month = [
        row | {"starts_at": PEERS[0]["starts_at"], "practitioner_id": f"d{n}", "has_note": n >= count}
        for n, row in enumerate(many(100))
    ]
    more = [visit(f"w{n}", f"2024-05-{1 + n % 28:02} 10:00", patient_id=f"w{n}") for n in range(60)]
    assert len(hits(found(tmp_path, [*one_month, *more]), "rate")) == flagged


@pytest.mark.parametrize(("known", "evaluable"), [(49, False), (50, True)])
def test_visits_of_which_nobody_told_whether_a_note_exists_are_not_counted(
    tmp_path: Path, known: int, evaluable: bool
) -> None:
    rows = [row | ({} if n < known else {"has_note": None}) for n, row in enumerate(many(80))]
    (told,) = [test for test in found(tmp_path, rows).tests.to_pylist() if test["subject_id"] == "A"]
    assert (told["not_evaluable"] is None) == evaluable
