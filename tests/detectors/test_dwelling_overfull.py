from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.dwelling_overfull import DwellingOverfull
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
MONTHLY = 304_000
"""So that a day is 100 kronor."""
FIRST, LAST = "2024-01-01", "2024-12-31"


def decision(name: str, person: str, **more: Any) -> Row:
    return {
        "record_id": f"decision {name}", "decision_id": name, "person_id": person, "programme": "housing_benefit", "payer": "forsakringskassan",
        "valid_from": day(FIRST), "valid_to": day(LAST), "monthly_amount_ore": MONTHLY, "household_persons": 1,
    } | more  # fmt: skip


def lives(person: str, dwelling: str | None, first: str = FIRST, days: int | None = None, **more: Any) -> Row:
    until = None if days is None else day(first) + timedelta(days=days - 1)
    return {"record_id": f"at {person}", "person_id": person, "dwelling_id": dwelling, "valid_from": day(first), "valid_to": until} | more  # fmt: skip


def strangers(count: int, days: int = 200, **more: Any) -> list[Row]:
    return [lives(f"s{n}", "home", "2024-02-01", days, **more) for n in range(count)]


def tied(person: str, other: str, kind: str = "household", **more: Any) -> Row:
    return {"record_id": f"tie {person} {other}", "person_id": person, "other_id": other, "kind": kind} | more


ELSE = range(40)
DECISIONS = [decision(f"E{n}", f"e{n}") for n in ELSE]
HOMES = [lives(f"e{n}", f"home {n}") for n in ELSE] + [lives(f"l{n}", f"home {n}") for n in range(8)]


def found(
    tmp_path: Path,
    residences: list[Row],
    relations: list[Row] | None = None,
    absences: list[Row] | None = None,
    *,
    kind: str = "ordinary",
    mine: Row | None = None,
    **more: Any,
) -> HitTables:
    graph = small_graph(
        tmp_path,
        decisions=[mine or decision("D", "a"), *DECISIONS],
        residences=[*residences, *HOMES],
        dwellings=[{"dwelling_id": "home", "rooms": 2, "kind": kind}]
        + [{"dwelling_id": f"home {n}", "rooms": 2, "kind": "ordinary"} for n in ELSE],
        relations=relations or [],
        absences=absences or [],
    )
    return screen(DwellingOverfull(**more), graph)


def test_strangers_far_beyond_other_dwellings_are_told_about_the_decision(tmp_path: Path) -> None:
    tables = found(tmp_path, [lives("a", "home"), *strangers(9)])
    (hit,) = tables.hits.to_pylist()
    assert (hit["subject_id"], hit["subject_kind"], hit["organisation_id"], hit["kind"]) == (
        "D",
        "decision",
        None,
        "rate",
    )
    assert (hit["observed"], hit["amount_kind"], hit["amount_low_ore"]) == (9, "A2", 0)
    assert hit["amount_likely_ore"] == 200 * 10_000
    assert hit["amount_high_ore"] == 366 * 10_000
    told = {(row["register"], row["record_id"]) for row in tables.evidence.to_pylist()}
    assert told == {("decisions", "decision D"), *(("residences", f"at s{n}") for n in range(9))}


def test_no_table_is_keyed_by_a_person_or_a_dwelling(tmp_path: Path) -> None:
    tests = found(tmp_path, [lives("a", "home"), *strangers(9)]).tests.to_pylist()
    assert {test["subject_id"] for test in tests} == {"D", *(f"E{n}" for n in ELSE)}
    assert {test["peer_group"] for test in tests} == {"dwellings, weighed by their size"}


def observed(tables: HitTables) -> float:
    return next(float(test["observed"]) for test in tables.tests.to_pylist() if test["subject_id"] == "D")


def test_a_large_family_that_is_counted_is_not_flagged(tmp_path: Path) -> None:
    ties = [tied("a", f"s{n}") for n in range(9)]
    tables = found(tmp_path, [lives("a", "home"), *strangers(9)], ties, mine=decision("D", "a", household_persons=10))
    assert (observed(tables), tables.hits.num_rows) == (0, 0)


@pytest.mark.parametrize("kind", ["family", "guardian"])
def test_people_who_are_tied_to_the_applicant_are_no_strangers(tmp_path: Path, kind: str) -> None:
    tables = found(tmp_path, [lives("a", "home"), *strangers(9)], [tied(f"s{n}", "a", kind) for n in range(9)])
    assert (observed(tables), tables.hits.num_rows) == (0, 0)


def test_a_lodger_with_a_family_is_one_household(tmp_path: Path) -> None:
    tables = found(tmp_path, [lives("a", "home"), *strangers(5)], [tied("s0", f"s{n}") for n in range(1, 5)])
    assert observed(tables) == 1


def test_people_whom_the_decision_counts_are_not_beyond_it(tmp_path: Path) -> None:
    mine = decision("D", "a", household_persons=8)
    assert observed(found(tmp_path, [lives("a", "home"), *strangers(9)], mine=mine)) == 2


@pytest.mark.parametrize(("days", "counted"), [(60, 0), (61, 9)])
def test_short_stays_are_not_counted(tmp_path: Path, days: int, counted: int) -> None:
    assert observed(found(tmp_path, [lives("a", "home"), *strangers(9, days)])) == counted


def test_a_dwelling_of_five_households_tells_nothing_of_the_others_and_one_of_four_does(tmp_path: Path) -> None:
    nulls = [
        {test["null_model"] for test in found(tmp_path / str(n), [lives("a", "home"), *strangers(n)]).tests.to_pylist()}
        for n in (4, 5, 9)
    ]
    assert nulls[0] != nulls[1] == nulls[2]


def test_a_dwelling_of_four_households_says_what_is_usual_among_those_of_its_size(tmp_path: Path) -> None:
    expected = [
        next(
            test["expected"]
            for test in found(tmp_path / str(n), [lives("a", "home"), *strangers(n)]).tests.to_pylist()
            if test["subject_id"] == "D"
        )
        for n in (4, 5)
    ]
    assert expected[0] > 1.2 * expected[1]


@pytest.mark.parametrize(("fewest", "flagged"), [(9, 1), (10, 0)])
def test_fewer_households_than_the_fewest_are_not_flagged(tmp_path: Path, fewest: int, flagged: int) -> None:
    tables = found(tmp_path, [lives("a", "home"), *strangers(9)], fewest_households=fewest)
    assert tables.hits.num_rows == flagged


@pytest.mark.parametrize("kind", ["student", "staff", "care"])
def test_dwellings_where_many_live_lawfully_are_not_evaluable(tmp_path: Path, kind: str) -> None:
    tables = found(tmp_path, [lives("a", "home"), *strangers(9)], kind=kind)
    assert tables.hits.num_rows == 0
    assert "student or staff housing, or a care home" in {test["not_evaluable"] for test in tables.tests.to_pylist()}


def test_without_a_dwelling_number_nothing_is_evaluated(tmp_path: Path) -> None:
    tables = found(tmp_path, [lives("a", None), *[lives(f"s{n}", None) for n in range(9)]])
    (told,) = [test for test in tables.tests.to_pylist() if test["subject_id"] == "D"]
    assert told["not_evaluable"] == "no dwelling is told for the applicant"


@pytest.mark.parametrize("wrong", [{"links_exact": False}, {"is_withheld": True}])
def test_doubtful_links_and_protected_people_are_left_out(tmp_path: Path, wrong: Row) -> None:
    assert observed(found(tmp_path, [lives("a", "home"), *strangers(9, **wrong)])) == 0


@pytest.mark.parametrize(("days", "flagged"), [(180, 0), (181, 1)])
def test_a_long_stay_abroad_contradicts_the_decision(tmp_path: Path, days: int, flagged: int) -> None:
    away = {"record_id": "away", "person_id": "a", "kind": "abroad", "from_on": day("2024-03-01")}
    away["to_on"] = day("2024-03-01") + timedelta(days=days - 1)
    tables = found(tmp_path, [lives("a", "home")], absences=[away])
    assert tables.hits.num_rows == flagged
    if flagged:
        (hit,) = tables.hits.to_pylist()
        assert (hit["kind"], hit["subject_id"], hit["observed"]) == ("contradiction", "D", 181)
        assert [hit[f"amount_{bound}_ore"] for bound in ("low", "likely", "high")] == [10_000, 1_810_000, 3_660_000]


@pytest.mark.parametrize(("days", "counted", "flagged"), [(180, 1, 0), (181, 1, 1), (300, 2, 0)])
def test_somebody_of_the_household_who_is_not_counted_contradicts_it(tmp_path: Path, days: int, counted: int, flagged: int) -> None:  # fmt: skip
    residences = [lives("a", "home"), lives("b", "home", "2024-02-01", days)]
    tables = found(tmp_path, residences, [tied("b", "a")], mine=decision("D", "a", household_persons=counted))
    assert [(hit["kind"], hit["observed"]) for hit in tables.hits.to_pylist()] == [("contradiction", days)] * flagged


@pytest.mark.parametrize("relation", [tied("b", "a", "family"), tied("b", "a", links_exact=False)])
def test_kinship_and_doubtful_ties_contradict_nothing(tmp_path: Path, relation: Row) -> None:
    assert found(tmp_path, [lives("a", "home"), lives("b", "home")], [relation]).hits.num_rows == 0


def test_other_decisions_are_not_looked_at(tmp_path: Path) -> None:
    tables = found(tmp_path, [lives("a", "home"), *strangers(9)], mine=decision("D", "a", programme="assistance"))
    assert "D" not in {test["subject_id"] for test in tables.tests.to_pylist()}
