"""The same evidence by provider, by decision, by contract and along the payments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.engine import Engine
from follow_money.triage.views import VIEWS, view
from tests.detectors.small_graph import day, instant, shift, small_graph
from tests.triage.small_cases import Row, evidence, evidence_table, hit, hit_table

if TYPE_CHECKING:
    from pathlib import Path

PERIOD = {"period_from": day("2024-01-01"), "period_to": day("2024-01-31")}
CLAIM = {"claim_id": "k", "organisation_id": "A", "programme": "home_care", "amount_ore": 100} | PERIOD


def viewed(folder: Path, by: str, hits: list[Row], rows: list[Row], **tables: Any) -> list[Row]:
    with Engine(threads=1) as engine:
        small_graph(folder, **tables).attach(engine)
        told: list[Row] = view(engine, evidence_table(rows), hit_table(hits), by).to_pylist()
        return told


def test_by_provider_a_row_of_two_hits_counts_once(tmp_path: Path) -> None:
    hits = [hit("1", "A"), hit("2", "A"), hit("3", "B"), hit("4", "A", programme="assistance")]
    rows = [
        evidence("1", "r", 500),
        evidence("2", "r", 700),
        evidence("2", "s", 100),
        evidence("3", "t", 900),
        evidence("4", "u", 50),
    ]
    assert viewed(tmp_path, "provider", hits, [*rows, evidence("1", "v", 5_000, role="against")]) == [
        {"organisation_id": "B", "programme": "home_care", "hits": 1, "source_rows": 1, "amount_ore": 900},
        {"organisation_id": "A", "programme": "home_care", "hits": 2, "source_rows": 2, "amount_ore": 800},
        {"organisation_id": "A", "programme": "assistance", "hits": 1, "source_rows": 1, "amount_ore": 50},
    ]


def test_by_provider_registers_of_the_same_money_are_not_added_up(tmp_path: Path) -> None:
    rows = [evidence("1", "r", 500), evidence("1", "s", 400, "time_reports")]
    (told,) = viewed(tmp_path, "provider", [hit("1", "A", programme=None)], rows)
    assert (told["programme"], told["source_rows"], told["amount_ore"]) == (None, 2, 500)


def test_by_decision_claims_shifts_and_decisions_come_together(tmp_path: Path) -> None:
    rows = [
        evidence("1", "c", 500),
        evidence("1", "s", 400, "time_reports"),
        evidence("1", "d", 0, "decisions"),
        evidence("1", "e", 70),
    ]
    tables = {
        "current_claims": [CLAIM | {"record_id": "c", "decision_id": "D"}, CLAIM | {"record_id": "e"}],
        "shifts": [shift("s", "w", "u", "2024-02-05 08:00", "2024-02-05 09:00", decision_id="D")],
        "decisions": [
            {"record_id": "d", "decision_id": "D", "programme": "home_care", "valid_from": day("2023-01-01")}
        ],
    }
    assert viewed(tmp_path, "decision", [hit("1", "A")], rows, **tables) == [
        {
            "decision_id": "D",
            "source_rows": 3,
            "amount_ore": 500,
            "first_day": day("2023-01-01"),
            "last_day": day("2024-02-05"),
        }
    ]


def test_by_contract_claims_are_added_up(tmp_path: Path) -> None:
    claims = [
        CLAIM | {"record_id": name, "contract_id": contract} for name, contract in (("c", "X"), ("e", "X"), ("f", None))
    ]
    rows = [evidence("1", "c", 500), evidence("1", "e", 70), evidence("1", "f", 7)]
    assert viewed(tmp_path, "contract", [hit("1", "A")], rows, current_claims=claims) == [
        {
            "contract_id": "X",
            "source_rows": 2,
            "amount_ore": 570,
            "first_day": day("2024-01-01"),
            "last_day": day("2024-01-31"),
        }
    ]


def test_payment_chain_is_in_the_order_of_time_and_each_payment_once(tmp_path: Path) -> None:
    payment = {"from_id": "A", "to_id": "p", "amount_ore": 9, "kind": "salary", "day": day("2024-01-01")}
    transfers = [
        payment | {"record_id": name, "paid_at": instant(f"2024-01-{at} 08:00")}
        for name, at in (("a", "03"), ("b", "01"), ("c", "02"))
    ]
    rows = [evidence(hit_id, name, 9, "payments") for hit_id, name in (("1", "a"), ("1", "b"), ("2", "a"))]
    told = viewed(tmp_path, "payment_chain", [hit("1", "A"), hit("2", "A")], rows, transfers=transfers)
    assert [row["record_id"] for row in told] == ["b", "a"]
    assert told[0]["note_sv"] == "rad"


@pytest.mark.parametrize("by", VIEWS)
def test_case_without_such_rows_has_an_empty_view(tmp_path: Path, by: str) -> None:
    assert viewed(tmp_path, by, [], []) == []


def test_unknown_view_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="There is no view 'colour'"):
        viewed(tmp_path, "colour", [], [])
