from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.sick_pay_share import SickPayShare
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]


def months(
    organisation: str, sick: int, wages: int, *, of: tuple[int, ...] = (1, 2, 3, 4, 5), **more: Any
) -> list[Row]:
    """Declared sick pay and wages in kronor, the same each month of 2024."""
    return [
        {"record_id": f"{organisation} {month}", "organisation_id": organisation, "month": day(f"2024-{month:02}-01")}
        | {"sick_pay_ore": 100 * sick, "wages_ore": 100 * wages}
        | more
        for month in of
    ]


def claims(organisation: str = "A") -> list[Row]:
    return [
        {"record_id": f"claim {month}", "claim_id": f"k{month}", "organisation_id": organisation}
        | {"programme": "sick_pay", "period_from": day(f"2024-{month:02}-01"), "period_to": day(f"2024-{month:02}-28")}
        | {"amount_ore": 1_000_000}
        for month in (1, 2, 3)
    ]


def pay(organisation: str, *of: int) -> list[Row]:
    return [
        {"record_id": f"pay {month}", "organisation_id": organisation, "person_id": "p", "cash_pay_ore": 3_000_000}
        | {"month": day(f"2024-{month:02}-01")}
        for month in of
    ]


PEERS = [row for number in range(24) for row in months(f"peer {number:02}", 8_000 + 1_000 * (number % 7), 300_000)]


def found(tmp_path: Path, declared: list[Row], *, payroll: list[Row] | None = None, **parameters: int) -> HitTables:
    graph = small_graph(
        tmp_path, tax_returns=PEERS + declared, current_claims=claims(), current_payroll=payroll or pay("Q", 1)
    )
    return screen(SickPayShare(**parameters), graph)


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_sick_pay_without_anybody_employed_is_contradicted_and_the_compensation_is_at_risk(tmp_path: Path) -> None:
    tables = found(tmp_path, months("A", 20_000, 0))
    (hit,) = hits(tables)
    assert (hit["subject_id"], hit["kind"], hit["observed"]) == ("A", "contradiction", 5)
    assert (hit["amount_low_ore"], hit["amount_high_ore"]) == (3_000_000, 10_000_000)
    told = {(row["register"], row["record_id"]) for row in tables.evidence.to_pylist()}
    assert told == {("tax_returns", f"A {n}") for n in range(1, 6)} | {("claims", f"claim {n}") for n in (1, 2, 3)}


def test_a_share_of_wages_far_above_the_others_is_a_rate(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, months("A", 150_000, 300_000), payroll=pay("A", 1, 2, 3, 4, 5)))
    assert (hit["subject_id"], hit["kind"], hit["amount_low_ore"]) == ("A", "rate", 0)
    assert 0 < hit["amount_likely_ore"] < hit["amount_high_ore"]


def test_a_share_as_others_have_is_not_flagged(tmp_path: Path) -> None:
    assert hits(found(tmp_path, months("A", 18_000, 300_000))) == []


def test_employees_in_one_of_the_months_are_employees(tmp_path: Path) -> None:
    assert hits(found(tmp_path, months("A", 20_000, 0), payroll=pay("A", 3))) == []


def test_wages_in_the_employers_own_total_are_employees_too(tmp_path: Path) -> None:
    declared = months("A", 9_000, 300_000)
    assert hits(found(tmp_path, declared, payroll=pay("Q", 1))) == []


@pytest.mark.parametrize(("of", "flagged"), [((1, 2), 0), ((1, 2, 3), 1)])
def test_three_months_make_a_contradiction(tmp_path: Path, of: tuple[int, ...], flagged: int) -> None:
    assert len(hits(found(tmp_path, months("A", 20_000, 0, of=of)))) == flagged


@pytest.mark.parametrize(("kronor", "flagged"), [(10_000, 1), (9_999, 0)])
def test_30_000_kronor_in_all_count(tmp_path: Path, kronor: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, months("A", kronor, 0, of=(1, 2, 3))))) == flagged


@pytest.mark.parametrize(("of", "flagged"), [((5, 6, 7), 1), ((6, 7, 8), 0)])
def test_months_after_july_2024_are_not_read(tmp_path: Path, of: tuple[int, ...], flagged: int) -> None:
    assert len(hits(found(tmp_path, months("A", 20_000, 0, of=of)))) == flagged


def test_a_tiny_employer_with_a_long_illness_is_not_evaluable(tmp_path: Path) -> None:
    tables = found(tmp_path, months("A", 30_000, 60_000), payroll=pay("A", 1, 2, 3, 4, 5))
    assert hits(tables) == []
    (test,) = [test for test in tables.tests.to_pylist() if test["subject_id"] == "A"]
    assert test["not_evaluable"] is not None


def test_a_month_of_influenza_for_all_is_expected_of_all(tmp_path: Path) -> None:
    ill = [row | {"sick_pay_ore": 20 * row["sick_pay_ore"]} if row["month"].month == 2 else row for row in PEERS]
    declared = ill + months("A", 120_000, 300_000, of=(2,)) + months("A", 6_000, 300_000, of=(1, 3))
    graph = small_graph(tmp_path, tax_returns=declared, current_claims=claims(), current_payroll=pay("A", 1, 2, 3))
    assert hits(screen(SickPayShare(), graph)) == []


@pytest.mark.parametrize(("percent", "tells"), [(20, True), (19, False)])
def test_who_declares_up_to_a_fifth_of_wages_tells_what_is_usual_also_when_extreme(
    tmp_path: Path, percent: int, tells: bool
) -> None:
    """Five employers at a fifth of wages make the null wide; above a fifth (here by a lower limit) they tell nothing."""
    unlucky = [row for n in range(5) for row in months(f"U{n}", 60_000, 300_000)]
    (test,) = (
        row
        for row in found(tmp_path, unlucky, implausible_percent=percent).tests.to_pylist()
        if row["subject_id"] == "U0"
    )
    assert (test["p_value"] > 0.01) == tells


def test_where_most_employers_are_above_a_fifth_they_are_compared_with_all_and_those_beyond_are_found(
    tmp_path: Path,
) -> None:
    plausible = [row for n in range(8) for row in months(f"P{n}", 10_000 + 500 * n, 300_000)]
    graph = small_graph(
        tmp_path,
        tax_returns=[*plausible, *months("X", 150_000, 300_000), *months("Y", 150_000, 300_000)],
        current_claims=claims(),
        current_payroll=pay("Q", 1),
    )
    assert {hit["subject_id"] for hit in hits(screen(SickPayShare(), graph))} == {"X", "Y"}


def test_doubtful_identity_links_are_no_contradiction(tmp_path: Path) -> None:
    assert hits(found(tmp_path, months("A", 20_000, 0, links_exact=False))) == []
