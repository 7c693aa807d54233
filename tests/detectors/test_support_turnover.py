from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.support_turnover import SupportTurnover
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
APPLICATION: Row = {"record_id": "a", "organisation_id": "A", "application_id": "1", "amount_ore": 10_000_000} | {
    "period_from": day("2025-03-01"),
    "period_to": day("2025-05-31"),
    "reference_from": day("2024-03-01"),
    "reference_to": day("2024-05-31"),
    "turnover_ore": 6_000_000,
    "reference_turnover_ore": 30_000_000,
}
"""A drop of 80 % is stated."""


def returns(*kronor: int, year: int = 2025, **more: Any) -> list[Row]:
    """Declared turnover of March, April and May."""
    return [
        {"record_id": f"{year}-{month} {more}", "organisation_id": "A", "month": day(f"{year}-{month:02}-01")}
        | {"turnover_ore": 100 * ore}
        | more
        for month, ore in zip((3, 4, 5), kronor, strict=True)
    ]


BEFORE = returns(100_000, 100_000, 100_000, year=2024)


def found(tmp_path: Path, declared: list[Row], *, events: list[Row] | None = None, **changed: Any) -> HitTables:
    graph = small_graph(
        tmp_path,
        support_applications=[APPLICATION | changed],
        tax_returns=declared,
        organisation_events=events or [],
    )
    return screen(SupportTurnover(), graph)


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_a_drop_that_the_declarations_do_not_show_is_contradicted(tmp_path: Path) -> None:
    tables = found(tmp_path, BEFORE + returns(60_000, 60_000, 60_000))
    (hit,) = hits(tables)
    assert (hit["subject_id"], hit["kind"], hit["payer"]) == ("A", "contradiction", "kommun")
    # stated 80 %, declared 40 %: half of the support, and 27/80 beyond the tolerance
    assert (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (3_375_000, 5_000_000, 10_000_000)  # fmt: skip
    assert "fallen 80\u00a0%" in hit["reason_en"]
    told = {row["register"] for row in tables.evidence.to_pylist()}
    assert told == {"support_applications", "tax_returns"}


@pytest.mark.parametrize(("kronor", "flagged"), [(33_001, 1), (32_900, 0)])
def test_thirteen_points_are_the_tolerance(tmp_path: Path, kronor: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, BEFORE + returns(*[kronor] * 3)))) == flagged


def test_a_reference_that_was_raised_is_contradicted_too(tmp_path: Path) -> None:
    declared = returns(40_000, 40_000, 40_000, year=2024) + returns(20_000, 20_000, 20_000)
    assert len(hits(found(tmp_path, declared))) == 1


def test_one_month_with_sales_of_another_is_not_flagged(tmp_path: Path) -> None:
    assert hits(found(tmp_path, BEFORE + returns(120_000, 20_000, 20_000))) == []


def test_the_latest_declaration_of_a_month_counts(tmp_path: Path) -> None:
    first = returns(90_000, 90_000, 90_000, received_on=day("2025-06-12"))
    later = returns(20_000, 20_000, 20_000, received_on=day("2025-08-12"))
    assert hits(found(tmp_path, BEFORE + first + later)) == []


def test_months_that_are_not_declared_are_not_evaluable(tmp_path: Path) -> None:
    tables = found(tmp_path, BEFORE + returns(90_000, 90_000, 90_000)[:2])
    assert hits(tables) == []
    assert [test["not_evaluable"] is not None for test in tables.tests.to_pylist()] == [True]


@pytest.mark.parametrize(("monthly", "flagged"), [(9_000, 1), (8_999, 0)])
def test_a_difference_of_20_000_kronor_counts(tmp_path: Path, monthly: int, flagged: int) -> None:
    declared = returns(10_000, 10_000, 10_000, year=2024) + returns(*[monthly] * 3)
    tables = found(tmp_path, declared, turnover_ore=700_000, reference_turnover_ore=3_000_000)
    assert len(hits(tables)) == flagged


@pytest.mark.parametrize(
    ("decided", "flagged"), [("2025-02-28", 0), ("2025-03-01", 1), ("2026-02-25", 1), ("2026-02-26", 0)]
)
def test_a_dividend_in_the_ban_period_puts_the_whole_support_at_risk(
    tmp_path: Path, decided: str, flagged: int
) -> None:
    event = {"record_id": "e", "organisation_id": "A", "happened_on": day(decided), "kind": "dividend_decided"}
    tables = found(tmp_path, BEFORE + returns(20_000, 20_000, 20_000), events=[event])
    assert [hit["amount_low_ore"] for hit in hits(tables)] == [10_000_000] * flagged


def test_a_bankruptcy_afterwards_is_not_flagged(tmp_path: Path) -> None:
    event = {"record_id": "e", "organisation_id": "A", "happened_on": day("2025-07-01"), "kind": "bankruptcy"}
    assert hits(found(tmp_path, BEFORE + returns(20_000, 20_000, 20_000), events=[event])) == []


def test_doubtful_identity_links_are_no_contradiction(tmp_path: Path) -> None:
    assert hits(found(tmp_path, BEFORE + returns(90_000, 90_000, 90_000), links_exact=False)) == []
