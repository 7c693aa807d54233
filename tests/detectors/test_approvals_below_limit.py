from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.approvals_below_limit import ApprovalsBelowLimit
from tests.detectors.approval_rows import LIMIT, Row, approval
from tests.detectors.small_graph import screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

ORDINARY = [
    approval("o", f"S{place % 7}", place, amount=LIMIT * (60 + place % 80) // 100 + 1_000 * place)
    for place in range(80)
]
"""One each per cent from 60 to 139 of the limit."""


def split(pairs: int, *, apart: int = 3, amount: int = LIMIT * 97 // 100, **more: Any) -> list[Row]:
    """So many purchases in two, just below the limit, no two of one amount."""
    rows = []
    for pair in range(pairs):
        first = date(2024, 1, 5) + timedelta(days=40 * pair)
        for half in (0, 1):
            told: Row = {
                "approved_on": first + timedelta(days=apart * half),
                "amount": amount + 100 * (2 * pair + half),
            }
            rows.append(approval("o", "Z", 500 + 2 * pair + half, **(told | more)))
    return rows


def found(tmp_path: Path, rows: list[Row], **parameters: Any) -> HitTables:
    return screen(ApprovalsBelowLimit(**parameters), small_graph(tmp_path, approvals=[*ORDINARY, *rows]))


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_pairs_just_below_the_limit_are_flagged(tmp_path: Path) -> None:
    tables = found(tmp_path, split(8))
    (hit,) = hits(tables)
    assert (hit["kind"], hit["subject_kind"], hit["subject_id"]) == ("rate", "account", "o")
    assert hit["observed"] == 16 + 5
    assert 3 < hit["expected"] < 8
    told = {row["record_id"]: row["amount_ore"] for row in tables.evidence.to_pylist()}
    assert len(told) == 16
    assert (hit["amount_low_ore"], hit["amount_high_ore"]) == (0, sum(told.values()))
    assert 0 < hit["amount_likely_ore"] < sum(told.values())
    assert [party["entity_id"] for party in hit["parties"]] == ["Z"]


def test_an_even_run_of_amounts_is_not_flagged(tmp_path: Path) -> None:
    tables = found(tmp_path, [])
    assert hits(tables) == []
    (test,) = tables.tests.to_pylist()
    assert test["not_evaluable"] is None
    assert test["p_value"] > 0.2


@pytest.mark.parametrize(("apart", "flagged"), [(10, 1), (11, 0)])
def test_pairs_within_ten_days_are_asked_for(tmp_path: Path, apart: int, flagged: int) -> None:
    rows = split(6, apart=apart)
    assert len(hits(found(tmp_path, rows, within_days=10))) == flagged


def test_exactly_the_limit_is_not_below_it(tmp_path: Path) -> None:
    at_limit = [approval("o", "Z", 500 + n, amount=LIMIT) for n in range(30)]
    assert hits(found(tmp_path, at_limit)) == []


def test_one_sum_that_comes_back_each_month_counts_once(tmp_path: Path) -> None:
    monthly = [approval("o", "Z", 30 * n, amount=LIMIT * 97 // 100) for n in range(12)]
    tables = found(tmp_path, [row | {"record_id": f"m{n}"} for n, row in enumerate(monthly)])
    assert hits(tables) == []
    assert tables.tests.to_pylist()[0]["observed"] == 5 + 1


@pytest.mark.parametrize("allocation", ["standing", "framework"])
def test_standing_approvals_and_call_offs_are_not_counted(tmp_path: Path, allocation: str) -> None:
    assert hits(found(tmp_path, split(8, allocation=allocation))) == []


@pytest.mark.parametrize(("least", "flagged"), [(16, 1), (17, 0)])
def test_so_many_split_are_asked_for(tmp_path: Path, least: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, split(8), fewest_split=least))) == flagged


@pytest.mark.parametrize(("least", "why"), [(80, None), (82, "fewer than 82 approvals about the limit")])
def test_few_amounts_about_the_limit_are_not_evaluable(tmp_path: Path, least: int, why: str | None) -> None:
    (test,) = found(tmp_path, [], fewest_around=least).tests.to_pylist()
    assert test["not_evaluable"] == why


def test_width_moves_what_is_just_below(tmp_path: Path) -> None:
    (test,) = found(tmp_path, [], width_percent=10).tests.to_pylist()
    assert test["observed"] == 10
