from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.donation_return import DonationReturn
from tests.detectors.money_rows import MONTHS, Row, later, money_graph, pay, public, role
from tests.detectors.small_graph import day, screen

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

OWNER = role("o", "P")
STAFF = [{"organisation_id": "P", "person_id": person, "month": day("2024-01-01")} for person in "efg"]


def found(tmp_path: Path, transfers: list[Row], *, links: list[Row] | None = None, **more: Any) -> HitTables:
    parameters = more.pop("parameters", {})
    tables = {"current_payroll": STAFF} | more
    graph = money_graph(tmp_path, transfers, links=[OWNER] if links is None else links, **tables)
    return screen(DonationReturn(**parameters), graph)


def wages(people: str = "efg") -> list[Row]:
    return [
        pay(f"wage {person}{month}", "P", person, f"2024-{month:02}-25 08:00", 20_000, kind="salary")
        for person in people
        for month in MONTHS
    ]


def gifts(kronor: float = 5_000, *, people: str = "efg", body: str = "A", kind: str | None = "gift") -> list[Row]:
    """Each of these gives to a body on the 26th."""
    return [
        pay(f"gift {person}{month}", person, body, f"2024-{month:02}-26 08:00", kronor, kind=kind)
        for person in people
        for month in MONTHS
    ]


def back(
    kronor: float = 12_000,
    *,
    to: str = "o",
    body: str = "A",
    hours: float = 48,
    months: tuple[int, ...] = MONTHS,
    **more: Any,
) -> list[Row]:
    """The body pays the owner side so many hours after the gifts."""
    return [
        pay(f"back {body}{month}", body, to, later(f"2024-{month:02}-26 08:00", hours), kronor, **more)
        for month in months
    ]


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def observed(tables: HitTables) -> float:
    told = {row["subject_id"]: row["observed"] for row in tables.tests.to_pylist()}
    return float(told["P"])


def test_gifts_of_employees_that_an_association_pays_on_to_the_owner_are_a_flow(tmp_path: Path) -> None:
    tables = found(tmp_path, [*public(), *wages(), *gifts(), *back()])
    (hit,) = hits(tables)
    assert (hit["kind"], hit["subject_id"], hit["observed"]) == ("flow", "P", 3)
    assert (hit["period_from"], hit["period_to"]) == (day("2024-01-26"), day("2024-03-28"))
    assert {(party["entity_id"], party["role"]) for party in hit["parties"]} == {
        *((person, "employee") for person in "efg"),
        ("A", "related_organisation"),
        ("o", "receiver"),
        ("o", "owner_side"),
    }
    assert hit["amount_low_ore"] == hit["amount_high_ore"] == 3 * 1_200_000
    assert hit["reason_sv"] == (
        "Av 45\u00a0000 kr i gåvor från 3 anställda till 1 organisation betalades 36\u00a0000 kr (80\u00a0%) inom 14 dagar vidare till dem som äger "
        "eller företräder arbetsgivaren, eller deras hushåll, 3 gånger. Därav var 36\u00a0000 kr lön från arbetsgivaren."
    )
    assert hit["reason_en"] == (
        "Of SEK 45,000 in gifts of 3 employees to 1 organisation SEK 36,000 (80\u00a0%) was paid on within 14 days to those who own or represent "
        "the employer, or their households, 3 times. Of it SEK 36,000 was pay from the employer."
    )
    told = {row["record_id"]: row for row in tables.evidence.to_pylist() if row["register"] == "payments"}
    assert {name for name in told if name.startswith("back")} == {"back A1", "back A2", "back A3"}
    assert {row["note_sv"] for name, row in told.items() if name.startswith("wage")} == {"utbetald lön"}
    assert sum(row["amount_ore"] for row in told.values()) == hit["amount_low_ore"]
    assert ("roles", "role oP") in {(row["register"], row["record_id"]) for row in tables.evidence.to_pylist()}


def test_gifts_of_the_employer_itself_are_followed_from_the_public_money(tmp_path: Path) -> None:
    tables = found(tmp_path, [*public(), *gifts(20_000, people="P"), *back(18_000)])
    (hit,) = hits(tables)
    assert hit["amount_low_ore"] == hit["amount_high_ore"] == 3 * 1_800_000
    assert "i gåvor från arbetsgivaren till" in hit["reason_sv"]
    assert hit["reason_sv"].endswith("Därav var 54\u00a0000 kr offentliga pengar.")
    both = found(tmp_path / "both", [*public(), *wages(), *gifts(20_000, people="Pe"), *back(36_000)])
    assert "in gifts of the employer and 1 employee to" in hits(both)[0]["reason_en"]


def test_a_gift_comes_back_once(tmp_path: Path) -> None:
    again = back(12_000, hours=60)
    rows = [*wages(), *gifts(), *back(), *(row | {"record_id": f"again{n}"} for n, row in enumerate(again))]
    tables = found(tmp_path, [*public(), *rows])
    (hit,) = hits(tables)
    assert hit["observed"] == 3
    assert hit["amount_high_ore"] == 3 * 1_200_000


@pytest.mark.parametrize(("times", "flagged"), [(2, 0), (3, 1)])
def test_three_payments_to_the_owner_side_make_a_finding(tmp_path: Path, times: int, flagged: int) -> None:
    tables = found(tmp_path, [*public(), *wages(), *gifts(), *back(15_000, months=MONTHS[:times])])
    assert len(hits(tables)) == flagged
    assert observed(tables) == times


@pytest.mark.parametrize(("hours", "times"), [(14 * 24, 3), (14 * 24 + 0.1, 0)])
def test_the_body_must_pay_on_within_two_weeks(tmp_path: Path, hours: float, times: int) -> None:
    assert observed(found(tmp_path, [*public(), *wages(), *gifts(), *back(hours=hours)])) == times


@pytest.mark.parametrize(("kronor", "flagged"), [(7_500, 1), (7_499, 0)])
def test_half_of_the_gifts_must_come_back(tmp_path: Path, kronor: float, flagged: int) -> None:
    assert len(hits(found(tmp_path, [*public(), *wages(), *gifts(), *back(kronor)]))) == flagged


@pytest.mark.parametrize(("kronor", "flagged"), [(30_000, 1), (30_001, 0)])
def test_what_the_owner_gets_must_mostly_be_the_gifts(tmp_path: Path, kronor: float, flagged: int) -> None:
    assert len(hits(found(tmp_path, [*public(), *wages(), *gifts(), *back(kronor)]))) == flagged


@pytest.mark.parametrize(("kronor", "flagged"), [(6_666, 0), (6_667, 1)])
def test_small_sums_are_not_flagged(tmp_path: Path, kronor: float, flagged: int) -> None:
    assert len(hits(found(tmp_path, [*public(), *wages(), *gifts(3_000), *back(kronor)]))) == flagged


def test_collection_that_stays_with_the_body_is_not_flagged(tmp_path: Path) -> None:
    relief = [row | {"payee_country": "ET"} for row in back(to="R", kind="gift")]
    tables = found(tmp_path, [*public(), *wages(), *gifts(), *relief], links=[OWNER, role("o", "A", "board_member")])
    assert hits(tables) == []
    assert observed(tables) == 0


@pytest.mark.parametrize("kind", ["rent", "tax", "salary"])
def test_rent_and_wages_that_the_body_pays_are_not_flagged(tmp_path: Path, kind: str) -> None:
    assert hits(found(tmp_path, [*public(), *wages(), *gifts(), *back(kind=kind)])) == []


def test_declared_pay_for_work_in_the_body_is_not_flagged(tmp_path: Path) -> None:
    payroll = [
        *STAFF,
        *({"organisation_id": "A", "person_id": "o", "month": day(f"2024-{month:02}-01")} for month in MONTHS),
    ]
    assert hits(found(tmp_path, [*public(), *wages(), *gifts(), *back()], current_payroll=payroll)) == []


@pytest.mark.parametrize("kind", ["rent", "tax", "supplier", "loan", "salary"])
def test_what_is_no_gift_is_not_flagged(tmp_path: Path, kind: str) -> None:
    assert hits(found(tmp_path, [*public(), *wages(), *gifts(kind=kind), *back()])) == []


@pytest.mark.parametrize(("lent", "flagged"), [(28_800, 0), (28_700, 1)])
def test_loan_of_the_owner_to_the_body_repaid_is_not_flagged(tmp_path: Path, lent: float, flagged: int) -> None:
    loan = pay("loan", "o", "A", "2024-01-02 08:00", lent, kind="transfer")
    assert len(hits(found(tmp_path, [*public(), *wages(), *gifts(), *back(), loan]))) == flagged


def test_gifts_of_the_owner_side_itself_are_not_flagged(tmp_path: Path) -> None:
    home = {"from_id": "o", "to_id": "e", "kind": "household", "register": "relations"}
    rows = [*public(), *wages("e"), *gifts(15_000, people="e"), *back()]
    assert hits(found(tmp_path, rows, links=[OWNER, home])) == []
    assert len(hits(found(tmp_path / "apart", rows))) == 1


def test_members_who_are_not_employed_are_no_givers(tmp_path: Path) -> None:
    tables = found(tmp_path, [*public(), *gifts(people="xyz"), *back()])
    assert hits(tables) == []
    assert observed(tables) == 0


def test_money_to_the_owners_household_is_money_to_the_owner_side(tmp_path: Path) -> None:
    home = {"from_id": "w", "to_id": "o", "kind": "household", "register": "relations"}
    (hit,) = hits(found(tmp_path, [*public(), *wages(), *gifts(), *back(to="w")], links=[OWNER, home]))
    assert {("w", "receiver"), ("o", "owner_side")} <= {(party["entity_id"], party["role"]) for party in hit["parties"]}


def test_owner_of_other_days_is_not_the_owner_side(tmp_path: Path) -> None:
    rows = [*public(), *wages(), *gifts(), *back()]
    assert hits(found(tmp_path, rows, links=[role("o", "P", valid_to=day("2023-12-31"))])) == []


def test_umbrella_that_hands_on_to_members_is_not_flagged(tmp_path: Path) -> None:
    assert hits(found(tmp_path, [*public(), *gifts(20_000, people="P"), *back(18_000, to="M")])) == []


def test_employer_without_public_money_is_not_evaluated(tmp_path: Path) -> None:
    tables = found(tmp_path, [*public("Q"), *wages(), *gifts(), *back()])
    assert {row["subject_id"] for row in tables.tests.to_pylist()} == {"Q"}
