from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.payroll_capacity import PayrollCapacity
from tests.detectors.small_graph import day, screen, shift, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
PAY = 15_000
"""Öre an hour, the lowest plausible pay."""
RATE = {"kind": "labour_hour", "valid_from": day("2024-01-01"), "amount_ore": PAY}


def bills(provider: str, hours: int = 100, months: int = 6, programme: str = "home_care", **more: Any) -> list[Row]:
    """So many hours a month from January 2024 on, 300 kronor each."""
    return [
        {
            "claim_id": f"{provider}{m}",
            "record_id": f"bill {provider} {m}",
            "organisation_id": provider,
            "programme": programme,
        }
        | {"period_from": day(f"2024-{m:02}-01"), "period_to": day(f"2024-{m:02}-28"), "billed_minutes": 60 * hours}
        | {"amount_ore": 30_000 * hours}
        | more
        for m in range(1, months + 1)
    ]


def pay(provider: str, hours: float, first: int = 1, months: int = 6, **more: Any) -> list[Row]:
    """Declared pay for so many hours a month at the lowest rate."""
    return [
        {"record_id": f"pay {provider} {m}", "organisation_id": provider, "person_id": f"worker of {provider}"}
        | {"month": day(f"2024-{m:02}-01"), "cash_pay_ore": round(PAY * hours)}
        | more
        for m in range(first, first + months)
    ]


def region(peers: int = 10) -> tuple[list[Row], list[Row]]:
    """Providers that bill about nine tenths of what they pay for."""
    names = [f"P{n:02}" for n in range(peers)]
    return (
        [row for n, name in enumerate(names) for row in bills(name, 86 + n % 9)],
        [row for name in names for row in pay(name, 100)],
    )


def found(tmp_path: Path, claims: list[Row], payroll: list[Row], **more: Any) -> HitTables:
    peers, paid = region(more.pop("peers", 10))
    tables = {"rates": [RATE]} | more
    parameters = tables.pop("parameters", {})
    graph = small_graph(tmp_path, current_claims=[*claims, *peers], current_payroll=[*payroll, *paid], **tables)
    return screen(PayrollCapacity(**parameters), graph)


def told_of(tables: HitTables, provider: str = "A") -> Row:
    (test,) = [test for test in tables.tests.to_pylist() if test["subject_id"] == provider]
    return dict(test)


def flagged(tables: HitTables) -> list[str]:
    return [hit["subject_id"] for hit in tables.hits.to_pylist()]


def test_bills_far_beyond_the_declared_pay_are_a_rate_against_peers(tmp_path: Path) -> None:
    tables = found(tmp_path, bills("A", 300), pay("A", 100))
    (hit,) = tables.hits.to_pylist()
    assert (hit["kind"], hit["subject_id"], hit["programme"]) == ("rate", "A", "home_care")
    assert hit["observed"] == pytest.approx(3)
    assert hit["q_value"] <= 0.05
    assert hit["amount_low_ore"] == 0  # no single row is wrong
    assert hit["amount_likely_ore"] == pytest.approx(6 * 200 * 30_000)  # what three hours an hour exceed one
    assert hit["amount_high_ore"] == 6 * 300 * 30_000
    assert (hit["period_from"], hit["period_to"]) == (day("2024-01-01"), day("2024-06-28"))
    assert hit["reason_sv"] == (
        "1\u00a0800 h fakturerades; den deklarerade lönen räcker till högst 600 h (3 mot 0,9 hos 10 jämförbara utförare)."
    )
    assert (
        hit["reason_en"] == "1,800 h were billed; the declared pay covers at most 600 h (3 against 0.9 with 10 peers)."
    )


def test_evidence_is_every_bill_and_every_declaration(tmp_path: Path) -> None:
    rows = found(tmp_path, bills("A", 300), pay("A", 100)).evidence.to_pylist()
    assert {(row["register"], row["record_id"]) for row in rows} == {
        *(("claims", f"bill A {m}") for m in range(1, 7)),
        *(("payroll", f"pay A {m}") for m in range(1, 7)),
    }
    assert {row["amount_ore"] for row in rows} == {0}


def test_every_provider_is_evaluated_and_honest_ones_are_not_flagged(tmp_path: Path) -> None:
    tables = found(tmp_path, bills("A", 90), pay("A", 100))
    assert flagged(tables) == []
    assert tables.tests.num_rows == 11
    assert told_of(tables)["observed"] == pytest.approx(0.9)


def test_pay_to_payees_with_f_tax_is_capacity(tmp_path: Path) -> None:
    pay_with_f_tax = pay("A", 100, f_tax_pay_ore=200 * PAY)
    assert flagged(found(tmp_path, bills("A", 270), pay_with_f_tax)) == []


def test_hours_that_owners_work_themselves_are_capacity(tmp_path: Path) -> None:
    owner = {"from_id": "o", "to_id": "A", "kind": "owner", "register": "roles"}
    shifts = [
        shift(f"o{m}{n}", "o", "u", f"2024-{m:02}-0{n} 08:00", f"2024-{m:02}-0{n} 09:00")
        for m in range(1, 7)
        for n in (1, 2)
    ]
    tables = found(
        tmp_path, bills("A", 300), pay("A", 100), links=[owner, owner | {"kind": "beneficial_owner"}], shifts=shifts
    )
    assert told_of(tables)["observed"] == pytest.approx(
        300 / (100 + 173)
    )  # once a month, however many roles and shifts
    deputy = found(
        tmp_path / "deputy", bills("A", 300), pay("A", 100), links=[owner | {"kind": "deputy"}], shifts=shifts
    )
    assert told_of(deputy)["observed"] == pytest.approx(3)


def test_pay_may_lag_the_work_by_a_month(tmp_path: Path) -> None:
    tables = found(tmp_path, bills("A", 100), pay("A", 100, first=2))
    assert told_of(tables)["observed"] == pytest.approx(1)


def test_pay_of_two_months_later_and_of_another_employer_is_no_capacity(tmp_path: Path) -> None:
    tables = found(tmp_path, bills("A", 100), [*pay("A", 100, first=3), *pay("B", 100)])
    assert told_of(tables)["observed"] == pytest.approx(600 / 500)


@pytest.mark.parametrize(("hours", "hits"), [(114.9, []), (115, ["A"])])
def test_ratio_below_the_floor_is_not_flagged_however_unusual(tmp_path: Path, hours: float, hits: list[str]) -> None:
    claims = [row | {"billed_minutes": round(60 * hours)} for row in bills("A")]
    same = [row for n in range(10) for row in bills(f"Q{n}", 50 + n % 2)]
    paid = [row for n in range(10) for row in pay(f"Q{n}", 100)]
    tables = found(tmp_path, [*claims, *same], [*pay("A", 100), *paid], peers=0)
    assert told_of(tables)["p_value"] < 0.001
    assert flagged(tables) == hits


@pytest.mark.parametrize("months", [5, 6])
def test_provider_with_fewer_than_six_months_is_not_evaluable(tmp_path: Path, months: int) -> None:
    tables = found(tmp_path, bills("A", 300, months), pay("A", 100))
    why = "fewer than 6 months with bills" if months < 6 else None
    assert told_of(tables)["not_evaluable"] == why
    assert flagged(tables) == (["A"] if months == 6 else [])


def test_provider_that_declares_no_pay_at_all_is_flagged(tmp_path: Path) -> None:
    tables = found(tmp_path, bills("A", 300), [])
    assert flagged(tables) == ["A"]
    assert told_of(tables)["not_evaluable"] is None


def test_provider_without_billed_time_is_not_evaluable(tmp_path: Path) -> None:
    tables = found(tmp_path, bills("B", 0), pay("B", 100))
    assert flagged(tables) == []
    assert told_of(tables, "B")["not_evaluable"] == "fewer than 6 months with bills"


def test_too_few_peers_are_said(tmp_path: Path) -> None:
    tables = found(tmp_path, bills("A", 300), pay("A", 100), peers=7)
    assert told_of(tables)["not_evaluable"] == "only 7 peers in home_care"


def test_provider_is_compared_within_its_main_programme(tmp_path: Path) -> None:
    tables = found(tmp_path, [*bills("A", 20), *bills("A", 30, programme="assistance", payer="fk")], pay("A", 100))
    assert told_of(tables)["not_evaluable"] == "only 0 peers in assistance"


def test_pay_is_counted_once_by_the_lowest_rate_of_its_month(tmp_path: Path) -> None:
    dear = RATE | {"amount_ore": 2 * PAY}
    tables = found(tmp_path, bills("A", 100), pay("A", 100), rates=[RATE, dear])
    assert told_of(tables)["observed"] == pytest.approx(1)


def test_pay_of_months_that_no_rate_covers_still_counts(tmp_path: Path) -> None:
    tables = found(tmp_path, bills("A", 100), pay("A", 100), rates=[RATE | {"valid_from": day("2024-04-01")}])
    assert told_of(tables)["observed"] == pytest.approx(1)
