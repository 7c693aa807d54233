from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.recurring_round_payments import RecurringRoundPayments
from tests.detectors.money_rows import money_graph, pay
from tests.detectors.small_graph import day, screen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
PAYERS = ("A", "B", "C", "D", "E")
MONTHS = (1, 2, 3)
APPROVED = [{"organisation_id": f"N{number}", "kind": "f_tax", "valid_from": day("2020-01-01")} for number in range(20)]


def sums(
    payers: Sequence[str] = PAYERS,
    kronor: float = 5_000,
    months: Sequence[int] = MONTHS,
    payee: str = "R",
    days: int = 5,
    **more: Any,
) -> list[Row]:
    """The same sum from each of them, on a day of each month, onto one account."""
    told = {"kind": "supplier", "to_account_id": f"K-{payee}"} | more
    return [
        pay(f"{payer}{payee}{month}-{days}", payer, payee, f"2024-{month:02}-{days:02} 08:00", kronor, **told)
        for payer in payers
        for month in months
    ]


def cash(kronor: float, payer: str = "R", at: str = "2024-03-06 08:00") -> list[Row]:
    return [pay(f"cash {payer}{at}", payer, "W", at, kronor, kind="cash")]


def found(tmp_path: Path, payments: list[Row], *, statuses: Sequence[Row] = APPROVED, payroll: Sequence[Row] = (), **more: Any) -> HitTables:  # fmt: skip
    parameters = {name: more.pop(name) for name in list(more) if name in RecurringRoundPayments().parameters()}
    graph = money_graph(tmp_path, payments, statuses=list(statuses), current_payroll=list(payroll), **more)
    return screen(RecurringRoundPayments(**parameters), graph)


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_fixed_round_sums_to_one_with_nothing_behind_are_told_of_the_account_and_no_payer_is_the_subject(
    tmp_path: Path,
) -> None:
    (hit,) = hits(tables := found(tmp_path, [*sums(), *cash(60_000)]))
    assert (hit["kind"], hit["subject_kind"], hit["subject_id"], hit["organisation_id"]) == (
        "flow",
        "account",
        "K-R",
        "R",
    )
    assert (hit["observed"], hit["amount_kind"]) == (5, "A1")
    assert (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (7_500_000,) * 3
    parties = {(party["entity_id"], party["role"]) for party in hit["parties"]}
    assert parties == {("R", "holder")} | {(payer, "paying_business") for payer in PAYERS}
    assert "safety goes first" in hit["reason_en"]
    assert "säkerhet går först" in hit["reason_sv"]
    subjects = {row["subject_id"] for row in tables.tests.to_pylist()} | {hit["subject_id"], hit["organisation_id"]}
    assert not subjects & set(PAYERS)
    assert sum(row["amount_ore"] for row in tables.evidence.to_pylist()) == 7_500_000


def test_findings_are_for_polisen_alone() -> None:
    assert RecurringRoundPayments.recipients == ("polismyndigheten",)


def test_a_person_who_is_paid_is_told_of_by_the_account(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, [*sums(payee="r"), *cash(60_000, "r")]))
    assert (hit["subject_id"], hit["organisation_id"]) == ("K-r", None)


def test_each_payer_may_have_a_sum_of_its_own(tmp_path: Path) -> None:
    own = [row for number, payer in enumerate(PAYERS) for row in sums((payer,), 1_000 * (number + 1))]
    (hit,) = hits(found(tmp_path, [*own, *cash(40_000)]))
    assert "SEK 1,000 to SEK 5,000" in hit["reason_en"]


@pytest.mark.parametrize(
    ("why", "payments"),
    [
        ("four payers", sums(PAYERS[:4])),
        ("two times", sums(months=(1, 2))),
        ("not round", sums(kronor=4_999)),
        ("called rent", sums(kind="rent")),
        ("called a loan", sums(kind="loan")),
        ("not month after month", [row for days in (5, 6, 7) for row in sums(months=(1,), days=days)]),
        ("too far apart", sums(months=(1, 3, 5))),
    ],
)
def test_what_does_not_fit_is_not_told(tmp_path: Path, why: str, payments: list[Row]) -> None:
    assert not hits(found(tmp_path, [*payments, *cash(60_000), *cash(60_000, at="2024-05-06 08:00")])), why


def test_what_is_read_of_the_payee(tmp_path: Path) -> None:
    whole = [*sums(), *cash(60_000)]
    assert hits(found(tmp_path / "nothing", whole))
    pay_row = {"organisation_id": "R", "person_id": "w", "month": day("2024-02-01"), "cash_pay_ore": 1}
    assert not hits(found(tmp_path / "staff", whole, payroll=[pay_row]))
    earlier = pay_row | {"month": day("2023-12-01")}
    assert hits(found(tmp_path / "staff before", whole, payroll=[earlier]))
    f_tax = {"organisation_id": "R", "kind": "f_tax", "valid_from": day("2020-01-01")}
    assert not hits(found(tmp_path / "approved", whole, statuses=[*APPROVED, f_tax]))
    assert hits(found(tmp_path / "ended", whole, statuses=[*APPROVED, f_tax | {"valid_to": day("2023-12-31")}]))
    licence = {"organisation_id": "R", "kind": "security", "permit_id": "1", "valid_from": day("2020-01-01")}
    assert not hits(found(tmp_path / "licensed", whole, permits=[licence]))
    assert hits(found(tmp_path / "applied", whole, permits=[licence | {"status": "applied"}]))


def test_cash_is_half_of_what_came_in_withdrawn_by_the_payee_or_those_whom_it_pays(tmp_path: Path) -> None:
    assert not hits(found(tmp_path / "less", [*sums(), *cash(37_499)]))
    assert hits(found(tmp_path / "half", [*sums(), *cash(37_500)]))
    assert not hits(found(tmp_path / "late", [*sums(), *cash(60_000, at="2024-04-06 08:00")]))
    assert hits(found(tmp_path / "in time", [*sums(), *cash(60_000, at="2024-04-05 08:00")]))
    by_person = [
        pay("Rh", "R", "h", "2024-03-06 08:00", 40_000, kind="transfer"),
        *cash(50_000, "h", "2024-03-07 08:00"),
    ]
    assert hits(found(tmp_path / "by a person", [*sums(), *by_person]))
    office = {"organisation_id": "X", "kind": "currency_exchange", "permit_id": "1", "valid_from": day("2020-01-01")}
    exchanged = [pay("RX", "R", "X", "2024-03-06 08:00", 40_000, kind="supplier")]
    assert hits(found(tmp_path / "office", [*sums(), *exchanged], permits=[office]))
    assert not hits(found(tmp_path / "another", [*sums(), *exchanged]))


def test_a_large_employer_and_a_public_payer_are_no_small_business(tmp_path: Path) -> None:
    whole = [*sums(), *cash(60_000)]
    staff = [{"organisation_id": "A", "person_id": f"p{number}", "month": day("2024-01-01"), "cash_pay_ore": 1} for number in range(26)]  # fmt: skip
    assert not hits(found(tmp_path / "large", whole, payroll=staff))
    assert hits(found(tmp_path / "small", whole, payroll=staff[:25]))
    assert not hits(found(tmp_path / "public", [*whole, pay("grant", "A", "Z", "2024-01-03 08:00", 10, kind="public")]))


def test_where_approval_is_hardly_known_nothing_can_be_said(tmp_path: Path) -> None:
    tables = found(tmp_path, [*sums(), *cash(60_000)], statuses=APPROVED[:19])
    assert not hits(tables)
    assert all("unknown is not missing" in row["not_evaluable"] for row in tables.tests.to_pylist())


def test_books_that_name_a_lawful_reason_speak_against(tmp_path: Path) -> None:
    entry = {"counterpart_id": "R", "ledger_account": "5010", "booked_on": day("2024-02-05"), "amount_ore": 500_000}
    booked = [entry | {"record_id": f"book {payer}", "organisation_id": payer} for payer in "AB"]
    (hit,) = hits(tables := found(tmp_path, [*sums(), *cash(60_000)], bookkeeping=booked))
    assert hit["counter_evidence"][0]["en"] == "2 businesses have booked the payments as rent (account 50…)."
    assert sum(row["register"] == "bookkeeping" for row in tables.evidence.to_pylist()) == 2


def test_payers_of_one_trade_are_tested_against_degrees_kept(tmp_path: Path) -> None:
    others = [
        row for number in range(6) for row in sums(tuple(f"{letter}{number}" for letter in "FGHIJ"), payee=f"S{number}")
    ]
    trades = [{"organisation_id": payer, "industry_code": "56.100"} for payer in PAYERS]
    trades += [{"organisation_id": f"{letter}{number}", "industry_code": f"{10 + number}.1"} for number in range(6) for letter in "FGHIJ"]  # fmt: skip
    tables = found(tmp_path, [*sums(), *others, *cash(60_000)], organisations=trades)
    told = {
        row["subject_id"]: row for row in tables.tests.to_pylist() if row["unit"] == "paying businesses of one trade"
    }
    assert told["K-R"]["observed"] == 5
    assert told["K-R"]["expected"] == pytest.approx(5 * 5 / 35)
    assert told["K-R"]["p_value"] < 1e-4
