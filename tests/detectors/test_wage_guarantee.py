from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.wage_guarantee import WageGuarantee
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
PAY = 3_000_000
"""Declared pay a month: 30 000 kronor."""


def guaranteed(employer: str, person: str, ore: int = 2 * PAY, **more: Any) -> Row:
    """The guarantee for the 60 days from 1 June 2024."""
    return {
        "record_id": f"{employer} {person}",
        "claim_id": f"{employer} {person}",
        "payer": "lansstyrelsen",
        "programme": "wage_guarantee",
        "organisation_id": employer,
        "person_id": person,
        "period_from": day("2024-06-01"),
        "period_to": day("2024-07-30"),
        "amount_ore": ore,
    } | more


def declared(employer: str, person: str, *months: str, ore: int = PAY) -> list[Row]:
    return [
        {"record_id": f"pay {employer} {person} {month}", "organisation_id": employer, "person_id": person}
        | {"month": day(f"{month}-01"), "cash_pay_ore": ore}
        for month in months or ("2024-02", "2024-05")
    ]


PEERS = [f"B{n:02}" for n in range(16)]
ORDINARY = [guaranteed(peer, f"{peer} {n}") for peer in PEERS for n in range(8)]
ORDINARY_PAY = [
    row
    for peer in PEERS
    for n in range(8)
    for row in declared(peer, f"{peer} {n}")[: 0 if peer < "B04" and n == 0 else 2]
]


def found(tmp_path: Path, claims: list[Row], payroll: list[Row], **more: Any) -> HitTables:
    parameters = more.pop("parameters", {})
    graph = small_graph(
        tmp_path, current_claims=[*claims, *ORDINARY], current_payroll=[*payroll, *ORDINARY_PAY], **more
    )
    return screen(WageGuarantee(**parameters), graph)


def hits(tables: HitTables, kind: str = "contradiction", subject: str = "A") -> list[Row]:
    return [row for row in tables.hits.to_pylist() if row["kind"] == kind and row["subject_id"] == subject]


def staff(people: str, ore: int = 2 * PAY) -> list[Row]:
    return [guaranteed("A", person, ore) for person in people]


def pay_of(people: str, *months: str) -> list[Row]:
    return [row for person in people for row in declared("A", person, *months)]


def test_staff_that_was_never_declared_is_a_rate(tmp_path: Path) -> None:
    estates = [{"record_id": "estate", "bankruptcy_id": "1", "organisation_id": "A", "declared_on": day("2024-07-01")}]
    tables = found(tmp_path, staff("pqrstuvw"), pay_of("pq"), bankruptcies=estates)
    (hit,) = hits(tables, "rate")
    assert (hit["observed"], hit["payer"], hit["programme"]) == (6, "lansstyrelsen", "wage_guarantee")
    assert hit["amount_low_ore"] == 0
    assert 5 * 2 * PAY < hit["amount_likely_ore"] < 6 * 2 * PAY
    assert hit["amount_high_ore"] == 8 * 2 * PAY
    told = {(row["register"], row["record_id"]) for row in tables.evidence.to_pylist()}
    assert told == {("claims", f"A {person}") for person in "rstuvw"} | {("bankruptcies", "estate")}


def test_two_new_hires_of_eight_are_not_flagged(tmp_path: Path) -> None:
    assert hits(found(tmp_path, staff("pqrstuvw"), pay_of("pqrstu")), "rate") == []


@pytest.mark.parametrize("months", [("2024-01",), ("2023-07",)])
def test_late_declarations_and_seasonal_staff_are_declared(tmp_path: Path, months: tuple[str, ...]) -> None:
    assert hits(found(tmp_path, staff("pqrstuvw"), pay_of("pqrstuvw", *months)), "rate") == []


@pytest.mark.parametrize(("people", "evaluable"), [("pq", False), ("pqr", True)])
def test_three_people_are_needed_for_a_share(tmp_path: Path, people: str, evaluable: bool) -> None:
    tests = found(tmp_path, staff(people), pay_of(people)).tests.to_pylist()
    (told,) = [test for test in tests if test["subject_id"] == "A"]
    assert (told["not_evaluable"] is None) == evaluable


def test_bankruptcy_before_the_declarations_begin_is_not_evaluable(tmp_path: Path) -> None:
    early = {"period_from": day("2024-04-01"), "period_to": day("2024-05-30")}
    tests = found(tmp_path, [row | early for row in staff("pqrs")], []).tests.to_pylist()
    (told,) = [test for test in tests if test["subject_id"] == "A"]
    assert told["not_evaluable"] is not None


@pytest.mark.parametrize(("people", "flagged"), [("pq", 0), ("pqr", 1)])
def test_three_people_above_their_pay_are_a_contradiction(tmp_path: Path, people: str, flagged: int) -> None:
    tables = found(tmp_path, staff(people, 4 * PAY), pay_of(people))
    assert len(hits(tables)) == flagged
    if flagged:
        (hit,) = hits(tables)
        # twice the pay of 60 days: 40 % of it is tolerance, what is above the pay is likely
        assert (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (
            3 * 4 * PAY - 3 * 2 * PAY * 14 // 10,
            3 * 2 * PAY,
            3 * 4 * PAY,
        )
        assert hit["reason_en"] == (
            "Wage guarantee, SEK 180,000, is contradicted: 3 people got more than the pay declared in the year before."
        )
        assert ("payroll", "pay A p 2024-02") in {(r["register"], r["record_id"]) for r in tables.evidence.to_pylist()}


@pytest.mark.parametrize(("percent", "flagged"), [(140, 0), (141, 1)])
def test_holiday_and_notice_are_within_the_tolerance(tmp_path: Path, percent: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, staff("pqr", 2 * PAY * percent // 100), pay_of("pqr")))) == flagged


def test_pay_of_longer_ago_than_a_year_is_not_compared_with(tmp_path: Path) -> None:
    assert hits(found(tmp_path, staff("pqr", 9 * PAY), pay_of("pqr", "2023-05"))) == []
    assert len(hits(found(tmp_path / "within", staff("pqr", 9 * PAY), pay_of("pqr", "2023-06")))) == 1


def in_two(people: str, **more: Any) -> list[Row]:
    return [row for person in people for row in (guaranteed("A", person), guaranteed("Z", person, **more))]


@pytest.mark.parametrize(("people", "flagged"), [("pq", 0), ("pqr", 1)])
def test_three_undeclared_people_paid_from_two_bankruptcies_are_a_contradiction(
    tmp_path: Path, people: str, flagged: int
) -> None:
    tables = found(tmp_path, in_two(people), [])
    assert len(hits(tables)) == len(hits(tables, subject="Z")) == flagged
    if flagged:
        (hit,) = hits(tables)
        assert hit["amount_low_ore"] == hit["amount_high_ore"] == 3 * 2 * PAY
        assert {"entity_id": "Z", "role": "related_organisation"} in hit["parties"]


def test_employer_that_declared_them_is_not_the_one(tmp_path: Path) -> None:
    tables = found(tmp_path, in_two("pqr"), pay_of("pqr"))
    assert hits(tables) == []
    assert len(hits(tables, subject="Z")) == 1


@pytest.mark.parametrize(("first", "flagged"), [("2024-06-30", 0), ("2024-06-29", 1)])
def test_a_month_of_both_is_not_counted(tmp_path: Path, first: str, flagged: int) -> None:
    later = {"period_from": day(first), "period_to": day("2024-12-31")}
    assert len(hits(found(tmp_path, in_two("pqr", **later), []))) == flagged


@pytest.mark.parametrize("doubt", [{"links_exact": False}, {"is_withheld": True}])
def test_doubtful_and_withheld_rows_contradict_nothing(tmp_path: Path, doubt: Row) -> None:
    claims = [row | doubt for row in [*staff("stu", 9 * PAY), *in_two("pqr")]]
    assert hits(found(tmp_path, claims, pay_of("stu"))) == []


def test_other_programmes_are_not_read(tmp_path: Path) -> None:
    tables = found(tmp_path, [row | {"programme": "wage_subsidy"} for row in staff("pqrs")], [])
    assert "A" not in tables.tests["subject_id"].to_pylist()


def test_several_employers_of_undeclared_people_do_not_hide_one_another(tmp_path: Path) -> None:
    others = [guaranteed(employer, f"{employer} {n}") for employer in "CDEFG" for n in range(9)]
    tables = found(tmp_path, [*staff("pqrstuvwxy"), *others], pay_of("pq"))
    assert {row["subject_id"] for row in tables.hits.to_pylist()} == set("ACDEFG")
