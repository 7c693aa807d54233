from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.salary_return import SalaryReturn
from tests.detectors.money_rows import letters
from tests.detectors.small_graph import day, instant, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
OWNER = {"from_id": "o", "to_id": "A", "kind": "owner", "register": "roles", "record_id": "role o"}
PAY = 2_000_000
"""Öre a month."""


def payment(record: str, payer: str, payee: str, at: str, ore: int, *, kind: str | None = None, **more: Any) -> Row:
    """A payment to the payee's own account unless a test says otherwise."""
    moment = instant(at)
    told = {"record_id": record, "paid_at": moment, "day": moment.date(), "from_id": payer, "to_id": payee}
    return told | {"named_payee_id": payee, "amount_ore": ore, "kind": kind} | more


def salaries(months: int = 3, person: str = "p", **more: Any) -> list[Row]:
    """Employer A pays the person on the 25th of each month of 2024."""
    return [
        payment(f"pay {person}{m}", "A", person, f"2024-{m:02}-25 08:00", PAY, kind="salary", **more)
        for m in range(1, months + 1)
    ]


def back(
    months: int = 3, *, share: float = 0.6, person: str = "p", to: str = "o", after: int = 2, vary: int = 1, **more: Any
) -> list[Row]:
    """So many days later part of it goes to the owner, each month a little different."""
    rows = []
    for m in range(1, months + 1):
        at = instant(f"2024-{m:02}-25 09:00") + timedelta(days=after)
        rows.append(
            payment(
                f"back {person}{m}", person, to, at.strftime("%Y-%m-%d %H:%M"), round(PAY * share) + vary * m, **more
            )
        )
    return rows


def found(tmp_path: Path, transfers: list[Row], links: list[Row] | None = None, **more: Any) -> HitTables:
    parameters = more.pop("parameters", {})
    people = {row["named_payee_id"] for row in transfers if row["kind"] == "salary"}
    payroll = [{"organisation_id": "A", "person_id": person, "month": day("2024-01-01")} for person in sorted(people)]
    tables = {"current_payroll": payroll, "entity_facts": letters(transfers, links or [OWNER])} | more
    graph = small_graph(tmp_path, transfers=transfers, links=[OWNER] if links is None else links, **tables)
    return screen(SalaryReturn(**parameters), graph)


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def observed(tables: HitTables) -> float:
    (told,) = tables.tests.to_pylist()
    assert told["subject_id"] == "A"
    return float(told["observed"])


def test_salaries_of_which_most_goes_to_the_owner_are_a_flow(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, [*salaries(), *back()]))
    assert (hit["kind"], hit["subject_id"], hit["observed"]) == ("flow", "A", 3)
    assert hit["amount_low_ore"] == hit["amount_likely_ore"] == hit["amount_high_ore"] == 3 * 1_200_000 + 6
    assert (hit["period_from"], hit["period_to"]) == (day("2024-01-25"), day("2024-03-27"))
    parties = {(party["entity_id"], party["role"]) for party in hit["parties"]}
    assert parties == {("p", "employee"), ("o", "receiver"), ("o", "owner_side")}
    assert hit["reason_sv"] == (
        "Av 60\u00a0000 kr i lön till 1 anställd gick 36\u00a0000 kr (60\u00a0%) inom 7 dagar till personer som äger eller företräder "
        "arbetsgivaren, eller till deras hushåll (3 personmånader). Därav var 36\u00a0000 kr lön från arbetsgivaren."
    )
    assert hit["reason_en"] == (
        "Of SEK 60,000 in salaries to 1 employee, SEK 36,000 (60\u00a0%) went within 7 days to people who own or represent the employer, "
        "or to their households (3 employee-months). Of it SEK 36,000 was pay from the employer."
    )
    assert hit["counter_evidence"] == []


def test_evidence_is_each_salary_with_what_of_it_came_back_the_payments_back_and_the_role(tmp_path: Path) -> None:
    tables = found(tmp_path, [*salaries(), *back()])
    told = {(row["register"], row["record_id"]): row["amount_ore"] for row in tables.evidence.to_pylist()}
    # First in, first out: what was left of January's pay went back in February.
    assert told == {
        ("payments", "pay p1"): PAY,
        ("payments", "pay p2"): 3_600_006 - PAY,
        ("payments", "pay p3"): 0,
        **{("payments", f"back p{m}"): 0 for m in (1, 2, 3)},
        ("roles", "role o"): 0,
    }
    assert sum(told.values()) == hits(tables)[0]["amount_low_ore"]
    assert hits(tables)[0]["trail_id"].startswith("T-")


def test_other_money_of_the_employee_makes_the_amount_an_interval(tmp_path: Path) -> None:
    other = [payment(f"other{m}", "X", "p", f"2024-{m:02}-25 12:00", PAY, kind="transfer") for m in (1, 2, 3)]
    (hit,) = hits(found(tmp_path, [*salaries(), *other, *back()]))
    # Last in, first out: all that went back was the other money.
    assert hit["amount_low_ore"] == 0 < hit["amount_likely_ore"] < hit["amount_high_ore"] == PAY
    assert "36\u00a0000 kr (60\u00a0%)" in hit["reason_sv"]
    assert "(lägst 0 kr, högst 20\u00a0000 kr) lön från arbetsgivaren." in hit["reason_sv"]


@pytest.mark.parametrize(("months", "flagged"), [(2, 0), (3, 1)])
def test_three_employee_months_make_a_finding(tmp_path: Path, months: int, flagged: int) -> None:
    tables = found(tmp_path, [*salaries(), *back(months)])
    assert len(hits(tables)) == flagged
    assert observed(tables) == months


def test_weekly_wages_of_one_month_are_one_employee_month(tmp_path: Path) -> None:
    weeks = [payment(f"w{n}", "A", "p", f"2024-01-{n:02} 08:00", PAY, kind="salary") for n in (2, 9, 16, 23)]
    returned = [payment(f"r{n}", "p", "o", f"2024-01-{n + 1:02} 08:00", PAY - n) for n in (2, 9, 16, 23)]
    tables = found(tmp_path, [*weeks, *returned])
    assert hits(tables) == []
    assert observed(tables) == 1


def test_months_of_several_employees_are_added_up(tmp_path: Path) -> None:
    rows = [row for person in "pqr" for row in (*salaries(1, person), *back(1, person=person))]
    (hit,) = hits(found(tmp_path, rows))
    assert hit["observed"] == 3
    assert "to 3 employees" in hit["reason_en"]


@pytest.mark.parametrize(("share", "flagged"), [(0.4999, 0), (0.5, 1)])
def test_half_of_the_months_salary_must_return(tmp_path: Path, share: float, flagged: int) -> None:
    assert len(hits(found(tmp_path, [*salaries(), *back(share=share, vary=0)]))) == flagged


def test_the_share_is_of_all_that_the_employer_paid_in_the_month(tmp_path: Path) -> None:
    advances = [payment(f"a{m}", "A", "p", f"2024-{m:02}-10 08:00", PAY, kind="salary") for m in (1, 2, 3)]
    assert hits(found(tmp_path, [*salaries(), *advances, *back(share=0.9)])) == []


def test_more_than_the_salary_cannot_be_salary_that_returned(tmp_path: Path) -> None:
    tables = found(tmp_path, [*salaries(), *back(share=2.5)])
    (hit,) = hits(tables)
    assert hit["amount_low_ore"] == 3 * PAY == sum(row["amount_ore"] for row in tables.evidence.to_pylist())
    assert "(100\u00a0%)" in hit["reason_en"]


@pytest.mark.parametrize(("after", "flagged"), [(7, 1), (8, 0)])
def test_money_that_leaves_within_seven_days_counts(tmp_path: Path, after: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, [*salaries(), *back(after=after)]))) == flagged


def test_payment_before_the_salary_of_the_day_does_not_count(tmp_path: Path) -> None:
    early = [payment(f"e{m}", "p", "o", f"2024-{m:02}-25 07:59", PAY - m) for m in (1, 2, 3)]
    assert hits(found(tmp_path, [*salaries(), *early])) == []


@pytest.mark.parametrize("kind", ["rent", "tax", "supplier", "loan", "salary"])
def test_rent_and_other_named_payments_are_not_flagged(tmp_path: Path, kind: str) -> None:
    tables = found(
        tmp_path,
        [*salaries(), *back(kind=kind)],
        current_payroll=[{"organisation_id": "A", "person_id": "p", "month": day("2024-01-01")}],
    )
    assert hits(tables) == []


def test_the_same_amount_each_month_from_a_varying_wage_is_rent(tmp_path: Path) -> None:
    varying = [row | {"amount_ore": PAY + 50_000 * n} for n, row in enumerate(salaries())]
    assert hits(found(tmp_path, [*varying, *back(vary=0)])) == []
    assert len(hits(found(tmp_path / "fixed", [*salaries(), *back(vary=0)]))) == 1
    assert len(hits(found(tmp_path / "varying", [*varying, *back()]))) == 1


@pytest.mark.parametrize("lender", ["o", "wife"])
def test_repayment_of_a_loan_from_the_owner_side_is_not_flagged(tmp_path: Path, lender: str) -> None:
    home = {"from_id": "o", "to_id": "wife", "kind": "household", "register": "relations"}
    loan = payment("loan", lender, "p", "2024-01-02 08:00", 2_900_000)
    assert hits(found(tmp_path, [*salaries(), *back(), loan], [OWNER, home])) == []
    small = loan | {"amount_ore": 2_800_000}
    assert len(hits(found(tmp_path / "small", [*salaries(), *back(), small], [OWNER, home]))) == 1


def test_money_from_the_owner_after_the_first_return_is_no_loan(tmp_path: Path) -> None:
    later = payment("later", "o", "p", "2024-02-10 08:00", 9_000_000)
    assert len(hits(found(tmp_path, [*salaries(), *back(), later]))) == 1


@pytest.mark.parametrize("kind", ["household", "family", "shared_address"])
@pytest.mark.parametrize("ends", [("o", "p"), ("p", "o")])
def test_employee_of_the_owners_home_is_not_flagged(tmp_path: Path, kind: str, ends: tuple[str, str]) -> None:
    home = {"from_id": ends[0], "to_id": ends[1], "kind": kind, "register": "relations"}
    tables = found(tmp_path, [*salaries(), *back()], [OWNER, home])
    assert hits(tables) == []
    assert observed(tables) == 0


def test_owners_own_salary_is_not_flagged(tmp_path: Path) -> None:
    links = [OWNER, OWNER | {"from_id": "p", "kind": "board_member"}]
    assert found(tmp_path, [*salaries(), *back()], links).tests.num_rows == 0


@pytest.mark.parametrize("kind", ["deputy", "auditor", "accountant", "administrator"])
def test_deputies_auditors_and_accountants_are_not_the_owner_side(tmp_path: Path, kind: str) -> None:
    assert hits(found(tmp_path, [*salaries(), *back()], [OWNER | {"kind": kind}])) == []


def test_money_to_the_owners_household_is_money_to_the_owner_side(tmp_path: Path) -> None:
    home = {"from_id": "wife", "to_id": "o", "kind": "household", "register": "relations"}
    (hit,) = hits(found(tmp_path, [*salaries(), *back(to="wife")], [OWNER, home]))
    assert {("wife", "receiver"), ("o", "owner_side")} <= {
        (party["entity_id"], party["role"]) for party in hit["parties"]
    }


def test_salary_credited_to_the_owners_account_returned_whole(tmp_path: Path) -> None:
    tables = found(tmp_path, salaries(to_id="o"))
    (hit,) = hits(tables)
    assert hit["amount_low_ore"] == 3 * PAY
    assert sum(row["amount_ore"] for row in tables.evidence.to_pylist()) == 3 * PAY


def collected(people: str = "pqr", onward: float = 1.0) -> list[Row]:
    """Each of the people pays to c three times, and c passes a share of each month's sum on to the owner."""
    rows = [row for person in people for row in (*salaries(3, person), *back(person=person, to="c"))]
    months = [sum(r["amount_ore"] for r in rows if r["to_id"] == "c" and r["paid_at"].month == m) for m in (1, 2, 3)]
    return [
        *rows,
        *(payment(f"on{m}", "c", "o", f"2024-{m:02}-28 08:00", round(ore * onward)) for m, ore in enumerate(months, 1)),
    ]


@pytest.mark.parametrize(("people", "flagged"), [("pq", 0), ("pqr", 1)])
def test_one_who_collects_from_three_is_a_way_to_the_owner(tmp_path: Path, people: str, flagged: int) -> None:
    tables = found(tmp_path, collected(people))
    assert len(hits(tables)) == flagged
    if flagged:
        (hit,) = hits(tables)
        assert hit["amount_low_ore"] == 3 * 3_600_006
        assert "partly by way of one who collects from several" in hit["reason_en"]
        assert {"on1", "on2", "on3"} <= {row["record_id"] for row in tables.evidence.to_pylist()}


def test_what_the_collector_keeps_did_not_reach_the_owner(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, collected(onward=0.9)))
    assert hit["amount_low_ore"] == pytest.approx(0.9 * 3 * 3_600_006, abs=20)
    assert hits(found(tmp_path / "little", collected(onward=0.5))) == []


def test_two_collectors_one_after_the_other_are_a_way_to_the_owner(tmp_path: Path) -> None:
    rows = [row | ({"to_id": "d", "named_payee_id": "d"} if row["from_id"] == "c" else {}) for row in collected()]
    last = [payment(f"last{m}", "d", "o", f"2024-{m:02}-29 08:00", 3 * 1_200_000 + 3 * m) for m in (1, 2, 3)]
    tables = found(tmp_path, [*rows, *last])
    (hit,) = hits(tables)
    assert hit["amount_low_ore"] == 3 * 3_600_006
    assert {"on1", "last1"} <= {row["record_id"] for row in tables.evidence.to_pylist()}
    kept = [row | {"amount_ore": row["amount_ore"] // 2} for row in last]
    assert hits(found(tmp_path / "kept", [*rows, *kept])) == []


def test_collector_may_pay_in_one_sum_what_many_gave(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, collected("pqrstuvwxyzåä")))
    assert hit["amount_low_ore"] == 13 * 3_600_006
    assert hit["observed"] == 39


def test_collector_who_passes_on_later_is_no_way_to_the_owner(tmp_path: Path) -> None:
    late = [
        row | ({"paid_at": row["paid_at"] + timedelta(days=30)} if row["from_id"] == "c" else {}) for row in collected()
    ]
    assert hits(found(tmp_path, late)) == []


def test_owner_of_other_days_is_not_the_owner_side(tmp_path: Path) -> None:
    rows = [*salaries(), *back()]
    assert hits(found(tmp_path, rows, [OWNER | {"valid_to": day("2023-12-31")}])) == []
    assert len(hits(found(tmp_path / "now", rows, [OWNER | {"valid_from": day("2024-01-01")}]))) == 1


@pytest.mark.parametrize("is_declared", [True, False])
def test_declared_pay_of_the_owner_at_another_company_is_no_salary_handed_on(tmp_path: Path, is_declared: bool) -> None:
    sides = {"c": "C"}
    rows = [
        row | {side: sides.get(row[side], row[side]) for side in ("from_id", "to_id", "named_payee_id")}
        for row in collected()
    ]
    paid = [*(("A", person) for person in "pqr"), *([("C", "o")] if is_declared else [])]
    payroll = [
        {"organisation_id": organisation, "person_id": person, "month": day(f"2024-{m:02}-01")}
        for organisation, person in paid
        for m in (1, 2, 3)
    ]
    assert len(hits(found(tmp_path, rows, current_payroll=payroll))) == int(not is_declared)


def test_doubtful_links_are_told_as_counter_evidence(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, [*salaries(), *back(links_exact=False)]))
    assert hit["counter_evidence"] == [
        {
            "sv": "I 3 av betalningarna är någon part inte säkert identifierad med nummer.",
            "en": "In 3 of the payments a party is not surely identified by a number.",
        }
    ]


def test_employees_with_money_beforehand_are_told_as_counter_evidence(tmp_path: Path) -> None:
    account = {"account_id": "k", "holder_id": "p"}
    balance = {"account_id": "k", "balance_on": day("2024-01-01"), "balance_ore": 3 * PAY + 1}
    (hit,) = hits(found(tmp_path, [*salaries(), *back()], accounts=[account, account], balances=[balance]))
    assert hit["counter_evidence"][0]["en"].startswith("1 of the employees held more than three months' pay")


def test_payments_of_another_currency_are_not_compared(tmp_path: Path) -> None:
    assert hits(found(tmp_path, [*salaries(), *back(currency="EUR")])) == []


def test_two_roles_and_two_ties_count_a_payment_once(tmp_path: Path) -> None:
    links = [OWNER, OWNER | {"kind": "chair", "record_id": "role c"}, OWNER | {"from_id": "o2", "record_id": "role 2"}]
    links += [
        {"from_id": "o", "to_id": "o2", "kind": kind, "register": "relations"} for kind in ("household", "family")
    ]
    (hit,) = hits(found(tmp_path, [*salaries(), *back()], links))
    assert (hit["observed"], hit["amount_low_ore"]) == (3, 3_600_006)


def test_employer_without_returns_is_evaluated_with_nought(tmp_path: Path) -> None:
    assert observed(found(tmp_path, salaries())) == 0


def test_payee_without_declared_pay_is_no_employee(tmp_path: Path) -> None:
    assert found(tmp_path, [*salaries(), *back()], current_payroll=[]).tests.num_rows == 0
