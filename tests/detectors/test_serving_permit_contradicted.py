from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.serving_permit_contradicted import ServingPermitContradicted
from tests.detectors.small_graph import day, instant, screen, small_graph

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
MONTHS = (1, 2, 3, 4, 5, 6)


def permit(organisation: str, **more: Any) -> Row:
    told = {"record_id": f"permit {organisation}", "organisation_id": organisation, "permit_id": organisation}
    return told | {"kind": "serving", "status": "granted", "valid_from": day("2020-01-01"), "seats": 50} | more


def work(person: str, months: Sequence[int] = MONTHS, organisation: str = "A", hours: int = 80) -> list[Row]:
    """Shifts of ten hours each month."""
    return [
        {
            "record_id": f"work {organisation}{person}{month}-{number}",
            "organisation_id": organisation,
            "person_id": person,
        }
        | {"starts_at": (at := instant(f"2024-{month:02}-05 10:00") + timedelta(days=number))}
        | {"ends_at": at + timedelta(hours=10)}
        for month in months
        for number in range(hours // 10)
    ]


def pay(person: str, months: Sequence[int], kronor: int = 20_000, employer: str = "A") -> list[Row]:
    return [
        {"record_id": f"pay {employer}{person}{month}", "organisation_id": employer, "person_id": person}
        | {"month": day(f"2024-{month:02}-01"), "cash_pay_ore": 100 * kronor}
        for month in months
    ]


def owns(person: str, organisation: str, kind: str = "owner") -> Row:
    return {"record_id": f"role {person}{organisation}", "from_id": person, "to_id": organisation, "kind": kind, "register": "roles"}  # fmt: skip


OTHER_PAY = pay("z", range(1, 13), employer="Z")
"""Somebody is declared in every month, so that declarations are there for it."""


def staff(
    tmp_path: Path, ledger: list[Row], payroll: Sequence[Row] = (), *, links: Sequence[Row] = (), **more: Any
) -> HitTables:
    parameters = {name: more.pop(name) for name in list(more) if name in ServingPermitContradicted().parameters()}
    graph = small_graph(
        tmp_path,
        permits=more.pop("permits", [permit("A")]),
        staff_ledgers=ledger,
        current_payroll=[*OTHER_PAY, *payroll],
        links=list(links),
        **more,
    )
    return screen(ServingPermitContradicted(**parameters), graph)


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_work_in_the_ledger_that_nobody_declared_is_contradicted_and_the_permit_has_no_amount(tmp_path: Path) -> None:
    (hit,) = hits(tables := staff(tmp_path, work("p") + work("q"), pay("q", MONTHS)))
    assert (hit["kind"], hit["subject_id"], hit["observed"]) == ("contradiction", "A", 6)
    assert (hit["amount_low_ore"], hit["amount_high_ore"], hit["amount_kind"]) == (0, 0, "A5")
    assert "480 h" in hit["reason_en"]
    assert "6 person-months (of 12)" in hit["reason_en"]
    assert [party["entity_id"] for party in hit["parties"]] == ["p"]
    rows = {row["record_id"] for row in tables.evidence.to_pylist() if row["register"] == "staff_ledgers"}
    assert rows == {row["record_id"] for row in work("p")}


def test_pay_below_the_hourly_limit_does_not_cover_the_month_and_stands_beside_it(tmp_path: Path) -> None:
    assert not hits(staff(tmp_path / "paid", work("p"), pay("p", MONTHS, 4_800)))
    (hit,) = hits(tables := staff(tmp_path / "hardly", work("p"), pay("p", MONTHS, 4_799)))
    assert hit["observed"] == 6
    assert {row["register"] for row in tables.evidence.to_pylist()} == {"staff_ledgers", "payroll", "permits"}


def test_pay_of_the_month_beside_covers_a_month(tmp_path: Path) -> None:
    assert not hits(staff(tmp_path, work("p"), pay("p", (2, 5))))


@pytest.mark.parametrize(
    ("why", "more"),
    [
        ("the owner", {"links": [owns("p", "A")]}),
        ("who lives with the owner", {"links": [owns("o", "A"), owns("o", "p", "household")]}),
        ("declared by the owner's other company", {"links": [owns("o", "A"), owns("o", "B")], "payroll": pay("p", MONTHS, employer="B")}),
        ("declared by a firm that is paid each month", {"payroll": pay("p", MONTHS, employer="B"), "transfers": [
            {"record_id": f"t{month}", "paid_at": instant(f"2024-{month:02}-20 08:00"), "day": day(f"2024-{month:02}-20")}
            | {"from_id": "A", "to_id": "B", "amount_ore": 100} for month in (1, 2, 3)
        ]}),
        ("declared by a tenant who pays each month", {"payroll": pay("p", MONTHS, employer="B"), "transfers": [
            {"record_id": f"t{month}", "paid_at": instant(f"2024-{month:02}-20 08:00"), "day": day(f"2024-{month:02}-20")}
            | {"from_id": "B", "to_id": "A", "amount_ore": 100} for month in (1, 2, 3)
        ]}),
        ("another kind of permit", {"permits": [permit("A", kind="placement")]}),
        ("only applied for", {"permits": [permit("A", status="applied")]}),
    ],
)  # fmt: skip
def test_nothing_is_said_of(tmp_path: Path, why: str, more: Any) -> None:
    assert not hits(staff(tmp_path, work("p"), **more)), why


def test_a_job_elsewhere_does_not_declare_the_work_here(tmp_path: Path) -> None:
    assert hits(staff(tmp_path, work("p"), pay("p", MONTHS, employer="B")))


def test_few_hours_few_months_and_a_small_share_do_not_count(tmp_path: Path) -> None:
    assert not hits(staff(tmp_path / "hours", work("p", hours=30)))
    assert hits(staff(tmp_path / "more hours", work("p", hours=40)))
    assert not hits(staff(tmp_path / "months", work("p", MONTHS[:3])))
    assert hits(staff(tmp_path / "more months", work("p", MONTHS[:4])))
    others = [row for person in "abcdefghijklmnop" for row in work(person)]
    paid = [row for person in "abcdefghijklmnop" for row in pay(person, MONTHS)]
    assert not hits(staff(tmp_path / "share", work("p", MONTHS[:4]) + others[:-48], paid))
    assert hits(staff(tmp_path / "asked", work("P", MONTHS[:4]) + others, paid, months_percent=4))


def test_months_without_any_declaration_are_not_evaluable(tmp_path: Path) -> None:
    graph = small_graph(tmp_path, permits=[permit("A")], staff_ledgers=work("p"), current_payroll=pay("z", [11], employer="Z"))  # fmt: skip
    tables = screen(ServingPermitContradicted(), graph)
    assert not hits(tables)
    (test,) = [row for row in tables.tests.to_pylist() if row["unit"] == "person-months without declared pay"]
    assert "no declarations of its months" in test["not_evaluable"]


def report(organisation: str, sales: float, bought: float, year: int = 2024, **more: Any) -> Row:
    """A year's sales and purchases, in thousands of kronor."""
    told = {"record_id": f"report {organisation}{year}", "organisation_id": organisation, "permit_id": organisation}
    dates = {
        "period_from": day(f"{year}-01-01"),
        "period_to": day(f"{year}-12-31"),
        "received_on": day(f"{year + 1}-02-01"),
    }
    return told | dates | {"sales_ore": round(sales * 100_000), "purchases_ore": round(bought * 100_000)} | more


PEERS = [report(f"N{number}", 3_000, 1_000 + 8 * number) for number in range(-20, 21)]


def sales(tmp_path: Path, *reports: Row, links: Sequence[Row] = (), **parameters: Any) -> HitTables:
    told = [*PEERS, *reports]
    permits = [permit(each) for each in sorted({row["organisation_id"] for row in told})]
    graph = small_graph(tmp_path, permits=permits, serving_reports=told, links=list(links))
    return screen(ServingPermitContradicted(**parameters), graph)


def kinds(tables: HitTables) -> list[tuple[str, str]]:
    return [(row["kind"], row["subject_id"]) for row in hits(tables)]


def test_goods_bought_for_more_than_was_sold_are_contradicted_beyond_stock(tmp_path: Path) -> None:
    assert kinds(sales(tmp_path / "a", report("A", 800, 1_000))) == [("contradiction", "A")]
    assert kinds(sales(tmp_path / "b", report("A", 801, 1_000))) == [("rate", "A")]
    assert kinds(sales(tmp_path / "c", report("A", 850, 1_000), stock_percent=0)) == [("contradiction", "A")]


def test_sales_that_neither_seats_nor_goods_bear_are_contradicted(tmp_path: Path) -> None:
    # 50 seats, 366 days: 900 kr for each is 16 470 000 kr.
    assert kinds(sales(tmp_path / "a", report("A", 16_471, 2_000))) == [("contradiction", "A")]
    assert kinds(sales(tmp_path / "b", report("A", 16_470, 2_000))) == [("rate", "A")]
    assert kinds(sales(tmp_path / "to go", report("A", 16_471, 5_400))) == []


def test_a_ratio_far_from_peers_is_a_rate_and_one_within_the_times_is_none(tmp_path: Path) -> None:
    (hit,) = hits(tables := sales(tmp_path / "a", report("A", 3_000, 1_800)))
    assert (hit["kind"], hit["unit"]) == ("rate", "purchases of goods to sales")
    assert hit["q_value"] < 0.05
    assert {row["register"] for row in tables.evidence.to_pylist()} == {"serving_reports", "permits"}
    assert kinds(sales(tmp_path / "b", report("A", 3_000, 1_800), least_times=1.9)) == []
    (hit,) = hits(sales(tmp_path / "c", report("A", 3_000, 550)))
    assert hit["unit"] == "sales to purchases of goods"


def test_a_corrected_report_replaces_the_first_one(tmp_path: Path) -> None:
    wrong = report("A", 300, 1_000)
    right = report("A", 3_000, 1_000) | {"record_id": "right", "received_on": day("2025-03-01")}
    assert kinds(sales(tmp_path, wrong, right)) == []


def test_a_chain_is_compared_as_one_and_told_of_its_largest(tmp_path: Path) -> None:
    links = [owns("o", "A"), owns("o", "B")]
    assert kinds(sales(tmp_path / "a", report("A", 3_100, 2_000), report("B", 3_000, 30), links=links)) == []
    assert kinds(sales(tmp_path / "b", report("A", 3_000, 3_000), report("B", 3_100, 2_000), links=links)) == [("rate", "B")]  # fmt: skip


def test_without_purchases_or_peers_the_ratio_is_not_evaluable(tmp_path: Path) -> None:
    tables = sales(tmp_path / "a", report("A", 3_000, 0))
    said = {row["not_evaluable"] for row in tables.tests.to_pylist() if row["subject_id"] == "A"}
    assert "no sales or no purchases reported" in said
    graph = small_graph(tmp_path / "few", permits=[permit("A")], serving_reports=[report("A", 3_000, 10)])
    tables = screen(ServingPermitContradicted(), graph)
    assert all("peers" in row["not_evaluable"] for row in tables.tests.to_pylist() if row["unit"].endswith(("goods", "to sales")))  # fmt: skip
