from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.official_supplier_tie import OfficialSupplierTie
from tests.detectors.approval_rows import Row, approval
from tests.detectors.small_graph import day, instant, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

APPROVED = [approval("o", "Z", place) for place in (100, 110, 120)]
"""10, 20 and 30 April 2024."""
POST = {"record_id": "post", "person_id": "person o", "organisation_id": "Z", "role": "board_member"}
ACCOUNTS = [
    {"record_id": "own", "account_id": "K", "holder_id": "person o"},
    {"record_id": "theirs", "account_id": "K", "holder_id": "Z"},
]


def paid(on: str, amount: int = 100_000, **more: Any) -> Row:
    """Money from Z to the official."""
    told = {"record_id": f"paid {on}", "paid_at": instant(f"{on} 10:00"), "day": day(on), "from_id": "Z"}
    return told | {"to_id": "person o", "named_payee_id": "person o", "amount_ore": amount, "kind": "gift"} | more


GIFTS = [paid("2024-04-12"), paid("2024-04-22")]


def found(tmp_path: Path, approvals: list[Row] = APPROVED, **tables: Any) -> HitTables:
    parameters = tables.pop("parameters", {})
    return screen(OfficialSupplierTie(**parameters), small_graph(tmp_path, approvals=approvals, **tables))


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_a_post_in_the_organisation_is_contradicted(tmp_path: Path) -> None:
    tables = found(tmp_path, roles=[POST])
    (hit,) = hits(tables)
    assert (hit["kind"], hit["subject_kind"], hit["subject_id"]) == ("contradiction", "account", "o")
    assert (hit["observed"], hit["organisation_id"]) == (3, None)
    assert (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (0, 3_000_000, 3_000_000)
    assert {row["record_id"] for row in tables.evidence.to_pylist()} == {
        "post",
        *(row["record_id"] for row in APPROVED),
    }
    assert "a post in the organisation" in hit["reason_en"]


def test_a_common_account_is_contradicted(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, accounts=ACCOUNTS))
    assert (hit["kind"], hit["observed"]) == ("contradiction", 3)


def test_money_is_a_flow(tmp_path: Path) -> None:
    tables = found(tmp_path, transfers=GIFTS)
    (hit,) = hits(tables)
    assert (hit["kind"], hit["observed"], hit["amount_likely_ore"]) == ("flow", 3, 3_000_000)
    assert {row["record_id"] for row in tables.evidence.to_pylist()} >= {"paid 2024-04-12", "paid 2024-04-22"}


def test_without_a_tie_nothing_is_flagged_and_the_pair_is_evaluated(tmp_path: Path) -> None:
    tables = found(tmp_path)
    assert hits(tables) == []
    assert [(test["subject_id"], test["observed"]) for test in tables.tests.to_pylist()] == [("o", 0)]


@pytest.mark.parametrize("handled", ["side_job", "recused"])
def test_a_tie_that_was_handled_is_not_flagged(tmp_path: Path, handled: str) -> None:
    rows = [row | {"tie_handled": handled} for row in APPROVED]
    assert hits(found(tmp_path, rows, roles=[POST], accounts=ACCOUNTS, transfers=GIFTS)) == []


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        ({"valid_to": day("2024-04-19")}, 0),
        ({"valid_to": day("2024-04-20")}, 2),
        ({"valid_from": day("2024-04-20")}, 2),
        ({"valid_from": day("2024-04-21")}, 0),
        ({"role": "auditor"}, 0),
        ({"role": "accountant"}, 0),
        ({"links_exact": False}, 0),
        ({"person_id": "sister"}, 0),
    ],
)
def test_the_post_must_be_there_on_the_day(tmp_path: Path, change: Row, counted: int) -> None:
    assert [hit["observed"] for hit in hits(found(tmp_path, roles=[POST | change]))] == [counted] * bool(counted)


def test_kinship_and_a_home_in_common_are_no_tie(tmp_path: Path) -> None:
    home = [
        {"from_id": "owner", "to_id": "person o", "kind": kind, "register": "relations"}
        for kind in ("family", "household", "shared_address")
    ]
    assert hits(found(tmp_path, links=home, roles=[POST | {"person_id": "owner", "role": "owner"}])) == []


@pytest.mark.parametrize("kind", ["client_funds", "payroll_bureau", "group", "guardian"])
def test_accounts_set_apart_are_no_tie(tmp_path: Path, kind: str) -> None:
    assert hits(found(tmp_path, accounts=[row | {"kind": kind} for row in ACCOUNTS])) == []


def test_a_hub_is_no_tie(tmp_path: Path) -> None:
    hub = {"hub_id": "K", "kind": "account", "parties": 40, "why_sv": "-", "why_en": "-"}
    assert hits(found(tmp_path, accounts=ACCOUNTS, hubs=[hub])) == []


@pytest.mark.parametrize(
    ("money", "flagged"),
    [
        (GIFTS[:1], 0),
        ([paid("2024-04-12", 99_999), paid("2024-04-22")], 0),
        ([row | {"kind": "rent"} for row in GIFTS], 0),
        ([row | {"links_exact": False} for row in GIFTS], 0),
        ([paid("2023-10-13"), paid("2024-10-27")], 1),
        ([paid("2023-10-12"), paid("2024-10-27")], 0),
        ([paid("2023-10-13"), paid("2024-10-28")], 0),
    ],
)
def test_money_counts_above_a_sum_and_near_the_approvals(tmp_path: Path, money: list[Row], flagged: int) -> None:
    assert len(hits(found(tmp_path, transfers=money))) == flagged


def test_a_single_approval_is_not_enough(tmp_path: Path) -> None:
    assert hits(found(tmp_path, APPROVED[:1], roles=[POST])) == []
    assert len(hits(found(tmp_path / "one", APPROVED[:1], roles=[POST], parameters={"fewest_approvals": 1}))) == 1


def test_parameters_move_the_thresholds(tmp_path: Path) -> None:
    one = {"fewest_payments": 1, "least_ore": 100_000}
    assert len(hits(found(tmp_path / "one", transfers=GIFTS[:1], parameters=one))) == 1
    late = [paid("2024-11-20"), paid("2024-11-21")]
    assert len(hits(found(tmp_path / "late", transfers=late, parameters={"around_days": 220}))) == 1
