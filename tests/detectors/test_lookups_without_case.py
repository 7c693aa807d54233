from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.lookups_without_case import LookupsWithoutCase
from tests.detectors.small_graph import instant, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]


def lookup(official: str, place: int, *, case: str | None = None, person: str | None = None, **more: Any) -> Row:
    """One record opened; another person and day each time unless said."""
    day = date(2024, 1, 1) + timedelta(days=place)
    told = {"official_id": official, "unit": "E1", "system": "s", "looked_at": instant(f"{day} 09:00"), "case_id": case}
    return {"record_id": f"{official} {place}", "person_id": person or f"{official}-{place}"} | told | more


def work(official: str, without: int, trials: int = 100, **more: Any) -> list[Row]:
    """So many look-ups, the first ones without a case."""
    return [lookup(official, place, case=None if place < without else f"c{place}", **more) for place in range(trials)]


HONEST = [row for n in range(30) for row in work(f"x{n:02}", n % 4)]


def found(tmp_path: Path, rows: list[Row], **parameters: Any) -> HitTables:
    return screen(LookupsWithoutCase(**parameters), small_graph(tmp_path, access_log=[*HONEST, *rows]))


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def observed(tables: HitTables, official: str = "o") -> tuple[float, str | None]:
    (test,) = [each for each in tables.tests.to_pylist() if each["subject_id"] == official]
    return test["observed"], test["not_evaluable"]


def test_many_more_than_colleagues_have_are_flagged_and_nobody_looked_at_is_a_party(tmp_path: Path) -> None:
    tables = found(tmp_path, work("o", 40))
    (hit,) = hits(tables)
    assert (hit["kind"], hit["subject_kind"], hit["subject_id"], hit["organisation_id"]) == (
        "rate",
        "account",
        "o",
        None,
    )
    assert (hit["observed"], hit["parties"], hit["amount_high_ore"]) == (40, [], 0)
    assert len(tables.evidence.to_pylist()) == 40
    assert hit["reason_en"].startswith("40 of 100 look-ups are without a case (")
    assert hit["reason_en"].endswith("30 colleagues).")


def test_as_many_as_colleagues_are_not_flagged(tmp_path: Path) -> None:
    assert hits(found(tmp_path, work("o", 4))) == []


@pytest.mark.parametrize("reason", ["sampling", "on_call", "migration", "training"])
def test_reasons_that_the_log_tells_are_not_counted(tmp_path: Path, reason: str) -> None:
    lawful = [lookup("o", 200 + place, reason=reason, looked_at=instant("2024-11-01 09:00")) for place in range(60)]
    assert observed(found(tmp_path, [*work("o", 2), *lawful])) == (2, None)


@pytest.mark.parametrize(("day", "counted"), [("2024-03-31", 1), ("2024-04-01", 2)])
def test_a_case_within_thirty_days_covers_it(tmp_path: Path, day: str, counted: int) -> None:
    call = lookup("o", 300, person="p", looked_at=instant("2024-03-01 09:00"))
    case = lookup("o", 301, person="p", case="c", looked_at=instant(f"{day} 09:00"))
    assert observed(found(tmp_path, [*work("o", 1), call, case])) == (counted, None)


def test_a_record_opened_again_on_the_same_day_counts_once(tmp_path: Path) -> None:
    again = [lookup("o", 400 + n, person="p", looked_at=instant(f"2024-03-01 0{n}:00")) for n in range(5)]
    assert observed(found(tmp_path, [*work("o", 1), *again])) == (2, None)


@pytest.mark.parametrize(("trials", "why"), [(29, "fewer than 30 look-ups"), (30, None)])
def test_few_lookups_are_not_evaluable(tmp_path: Path, trials: int, why: str | None) -> None:
    assert observed(found(tmp_path, work("o", 5, trials))) == (5, why)


@pytest.mark.parametrize(("least", "flagged"), [(40, 1), (41, 0)])
def test_so_many_are_asked_for(tmp_path: Path, least: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, work("o", 40), fewest_without=least))) == flagged


def test_small_units_are_compared_together(tmp_path: Path) -> None:
    other = [row for n in range(9) for row in work(f"y{n}", n % 4, unit="E2")]
    tables = found(tmp_path, [*other, *work("o", 1, unit="E3")])
    groups = {test["subject_id"]: test["peer_group"] for test in tables.tests.to_pylist()}
    assert (groups["x00"], groups["y0"], groups["o"]) == (
        "officials of the unit E1",
        "officials of smaller units",
        "officials of smaller units",
    )


def test_too_few_colleagues_are_not_evaluable(tmp_path: Path) -> None:
    tables = screen(LookupsWithoutCase(), small_graph(tmp_path, access_log=[*work("o", 40), *HONEST[:300]]))
    assert hits(tables) == []
    assert all(test["not_evaluable"] for test in tables.tests.to_pylist())


def test_parameters_move_the_thresholds(tmp_path: Path) -> None:
    assert observed(found(tmp_path / "few", work("o", 5, 20), fewest_lookups=20)) == (5, None)
    call = lookup("o", 300, person="p", looked_at=instant("2024-03-01 09:00"))
    case = lookup("o", 301, person="p", case="c", looked_at=instant("2024-03-09 09:00"))
    assert observed(found(tmp_path / "late", [*work("o", 1), call, case], late_days=7)) == (2, None)
    tables = found(tmp_path / "unit", work("o", 1), fewest_of_unit=32)
    assert {test["peer_group"] for test in tables.tests.to_pylist()} == {"officials of smaller units"}
