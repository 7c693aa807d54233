from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.official_supplier_concentration import OfficialSupplierConcentration
from tests.detectors.approval_rows import Row, approval
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables


def work(official: str, count: int = 40, first: int = 0) -> list[Row]:
    """Approvals for ten suppliers, in turn."""
    return [approval(official, f"S{(place + first) % 10}", place) for place in range(count)]


HONEST = [row for n in range(30) for row in work(f"x{n:02}", first=n)]


def many(count: int, organisation: str = "Z", **more: Any) -> list[Row]:
    """Approvals of o for one organisation."""
    return [approval("o", organisation, place + 100, **more) for place in range(count)]


def found(tmp_path: Path, rows: list[Row], **parameters: Any) -> HitTables:
    return screen(OfficialSupplierConcentration(**parameters), small_graph(tmp_path, approvals=[*HONEST, *rows]))


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_one_organisation_far_more_often_than_among_colleagues_is_flagged(tmp_path: Path) -> None:
    tables = found(tmp_path, [*work("o"), *many(30)])
    (hit,) = hits(tables)
    assert (hit["kind"], hit["subject_kind"], hit["subject_id"], hit["organisation_id"]) == (
        "rate",
        "account",
        "o",
        None,
    )
    assert (hit["observed"], hit["amount_low_ore"], hit["amount_high_ore"]) == (30, 0, 30_000_000)
    assert 25_000_000 < hit["amount_likely_ore"] < 30_000_000
    assert [(party["entity_id"], party["role"]) for party in hit["parties"]] == [("Z", "supplier")]
    assert len(tables.evidence.to_pylist()) == 30
    assert "no loss" in hit["reason_en"]


def test_as_colleagues_is_not_flagged(tmp_path: Path) -> None:
    tables = found(tmp_path, [*work("o"), *many(3, "S1")])
    assert hits(tables) == []
    assert "o" in set(tables.tests["subject_id"].to_pylist())


@pytest.mark.parametrize("allocation", ["district", "framework", "stand_in", "standing"])
def test_what_was_allotted_by_rule_is_not_counted(tmp_path: Path, allocation: str) -> None:
    assert hits(found(tmp_path, [*work("o"), *many(30, allocation=allocation)])) == []


def test_what_is_drawn_counts(tmp_path: Path) -> None:
    assert len(hits(found(tmp_path, [*work("o"), *many(30, allocation="drawn")]))) == 1


@pytest.mark.parametrize(("least", "flagged"), [(30, 1), (31, 0)])
def test_so_many_for_one_are_asked_for(tmp_path: Path, least: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, [*work("o"), *many(30)], fewest_for_one=least))) == flagged


@pytest.mark.parametrize(("count", "why"), [(14, "fewer than 15 approvals"), (15, None)])
def test_few_approvals_are_not_evaluable(tmp_path: Path, count: int, why: str | None) -> None:
    tables = found(tmp_path, work("o", count))
    (test,) = [each for each in tables.tests.to_pylist() if each["subject_id"] == "o"]
    assert test["not_evaluable"] == why
    (other,) = [
        each
        for each in found(tmp_path / "more", work("o", count), fewest_approvals=count).tests.to_pylist()
        if each["subject_id"] == "o"
    ]
    assert other["not_evaluable"] is None


def test_each_year_is_compared_within_itself(tmp_path: Path) -> None:
    tables = found(tmp_path, [*work("o"), *many(30, approved_on=day("2025-03-01"))])
    assert hits(tables) == []  # nobody else approved in that year
    assert {each["not_evaluable"] for each in tables.tests.to_pylist() if each["observed"] is None} == {
        "only 0 colleagues"
    }


def test_doubtful_identity_links_do_not_count(tmp_path: Path) -> None:
    assert hits(found(tmp_path, [*work("o"), *many(30, links_exact=False)])) == []
