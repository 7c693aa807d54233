from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.permit_owner_change import PermitOwnerChange
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
GRANTED, SOLD = day("2024-01-10"), day("2024-03-01")
PERMIT: Row = {"record_id": "permit", "organisation_id": "A", "kind": "placement", "status": "granted"} | {
    "permit_id": "1",
    "valid_from": GRANTED,
    "applied_on": day("2023-09-01"),
}


def owner(person: str, starts: str | None, ends: str | None, **more: Any) -> Row:
    told = {"record_id": f"owner {person}", "from_id": person, "to_id": "A", "kind": "owner", "register": "roles"}
    dates = {"valid_from": day(starts) if starts else None, "valid_to": day(ends) if ends else None}
    return told | dates | more


OWNERS = [owner("o", "2023-01-01", "2024-02-29"), owner("n", "2024-03-01", None)]


def told(organisation: str, applied: str, record: str = "") -> Row:
    """A notified change."""
    row = {"record_id": record or f"told {organisation}", "organisation_id": organisation, "kind": "placement"}
    return row | {"permit_id": "2", "status": "applied", "valid_from": day(applied), "applied_on": day(applied)}


OTHERS = [
    row
    for organisation in ("X", "Y", "Z")
    for row in (PERMIT | {"record_id": f"permit {organisation}", "organisation_id": organisation}, told(organisation, "2024-06-01"))
]  # fmt: skip


def bills() -> list[Row]:
    """10 000 kronor for each of six months."""
    return [
        {"record_id": f"bill {month}", "claim_id": f"k{month}", "organisation_id": "A", "programme": "placement"}
        | {"period_from": day(f"2024-{month:02}-02"), "period_to": day(f"2024-{month:02}-28"), "amount_ore": 1_000_000}
        for month in range(1, 7)
    ]


def found(
    tmp_path: Path,
    owners: list[Row] = OWNERS,
    notices: list[Row] = (),  # type: ignore[assignment]
    *,
    others: list[Row] = OTHERS,
    permit: Row = PERMIT,
    died: str = "",
    events: list[Row] = (),  # type: ignore[assignment]
    **parameters: int,
) -> HitTables:
    facts = [{"entity_id": row["from_id"], "kind": "person", "died_on": GRANTED if row["from_id"] == died else None} for row in owners]  # fmt: skip
    graph = small_graph(
        tmp_path,
        permits=[permit, *others, *notices],
        links=owners,
        current_claims=bills(),
        entity_facts=facts,
        organisation_events=events,
    )
    return screen(PermitOwnerChange(**parameters), graph)


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_a_permit_sold_soon_without_a_word_is_contradicted_and_what_was_paid_after_is_exposure(tmp_path: Path) -> None:
    event = {"record_id": "event", "organisation_id": "A", "happened_on": SOLD, "kind": "owner_change"}
    tables = found(tmp_path, events=[event])
    (hit,) = hits(tables)
    assert (hit["kind"], hit["subject_id"], hit["programme"]) == ("contradiction", "A", "placement")
    assert (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (0, 4_000_000, 4_000_000)
    assert hit["period_from"] == SOLD
    assert {(row["register"], row["record_id"]) for row in tables.evidence.to_pylist()} == {
        *(("claims", f"bill {month}") for month in (3, 4, 5, 6)),
        ("permits", "permit"),
        ("roles", "owner o"),
        ("roles", "owner n"),
        ("organisation_events", "event"),
    }
    assert "replaced from 2024-03-01 on" in hit["reason_en"]


@pytest.mark.parametrize(
    ("applied", "flagged"), [("2023-11-29", 1), ("2023-11-30", 0), ("2024-06-01", 0), ("2024-06-02", 1)]
)
def test_a_change_notified_within_92_days_before_or_after_it_is_not_flagged(
    tmp_path: Path, applied: str, flagged: int
) -> None:
    assert len(hits(found(tmp_path, notices=[told("A", applied)]))) == flagged


def test_an_owner_who_died_is_succession(tmp_path: Path) -> None:
    assert hits(found(tmp_path, died="o")) == []


def test_a_partner_who_stays_is_no_change_of_control(tmp_path: Path) -> None:
    assert hits(found(tmp_path, [*OWNERS, owner("partner", "2023-01-01", None)])) == []


def test_a_new_owner_beside_the_old_one_is_no_change_of_control(tmp_path: Path) -> None:
    assert hits(found(tmp_path, [owner("o", "2023-01-01", None), OWNERS[1]])) == []


@pytest.mark.parametrize(("days", "flagged"), [(51, 1), (50, 0)])
def test_a_change_long_after_the_permit_is_not_flagged(tmp_path: Path, days: int, flagged: int) -> None:
    assert timedelta(days=51) == (SOLD - GRANTED)
    assert len(hits(found(tmp_path, within_days=days))) == flagged


@pytest.mark.parametrize(("ends", "flagged"), [("2024-02-29", 1), (None, 0)])
def test_leaders_who_are_all_replaced_are_a_change_and_a_newcomer_beside_them_is_none(
    tmp_path: Path, ends: str | None, flagged: int
) -> None:
    leaders = [owner("l", "2023-01-01", ends, kind="board_member"), owner("n", "2024-03-01", None, kind="chair")]
    found_hits = hits(found(tmp_path, [owner("o", "2023-01-01", None), *leaders]))
    assert len(found_hits) == flagged
    assert all("All leaders of 2024-01-10" in hit["reason_en"] for hit in found_hits)


def test_a_deputy_or_auditor_is_no_leader(tmp_path: Path) -> None:
    others = [OWNERS[0] | {"kind": "deputy"}, OWNERS[1] | {"kind": "auditor"}]
    assert found(tmp_path, others).tests.num_rows == 0


def test_owners_without_dates_are_not_changed(tmp_path: Path) -> None:
    assert hits(found(tmp_path, [owner("o", None, None), owner("n", None, None)])) == []


@pytest.mark.parametrize(("telling", "flagged"), [(6, 1), (4, 0)])
def test_a_register_without_notifications_of_anybody_is_not_evaluable(
    tmp_path: Path, telling: int, flagged: int
) -> None:
    tables = found(tmp_path, others=OTHERS[:telling])
    assert len(hits(tables)) == flagged
    assert all((test["not_evaluable"] is None) == bool(flagged) for test in tables.tests.to_pylist())


def test_a_permit_that_is_for_neither_care_nor_serving_is_not_evaluated(tmp_path: Path) -> None:
    assert found(tmp_path, permit=PERMIT | {"kind": "currency_exchange"}).tests.num_rows == 0


@pytest.mark.parametrize("doubt", ["owner", "permit"])
def test_doubtful_identity_links_are_no_contradiction(tmp_path: Path, doubt: str) -> None:
    owners = [row | {"is_exact": doubt != "owner"} for row in OWNERS]
    assert hits(found(tmp_path, owners, permit=PERMIT | {"links_exact": doubt != "permit"})) == []


def test_a_serving_permit_is_screened_too_and_has_no_amount(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, permit=PERMIT | {"kind": "serving"}))
    assert (hit["programme"], hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (
        None,
        0,
        0,
        0,
    )
    assert "paid" not in hit["reason_en"]
