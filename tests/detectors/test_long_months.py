from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.long_months import LongMonths
from tests.detectors.small_graph import day, screen, shift, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
RATES = [
    {"kind": "assistance_hour", "valid_from": day("2024-01-01"), "amount_ore": 30_000},
    {"kind": "labour_hour", "valid_from": day("2024-01-01"), "amount_ore": 16_000},
]
PEERS = "BCDEFGHIJK"
HOUR_ELSEWHERE = 200_00
"""125 % of the labour-hour rate: what an hour with another employer is taken to be paid."""


def month_of(staff: str, month: str, hours: int, organisation: str = "A", **more: Any) -> list[Row]:
    """Shifts of ten hours a day from the first of the month on, with user u; the last one shorter."""
    days, rest = divmod(hours, 10)
    lengths = [10] * days + [rest] * (rest > 0)
    return [
        shift(
            f"{organisation}{staff}{month}-{n:02}{more.get('user_id', '')}",
            staff,
            "u",
            f"{month}-{n:02} 08:00",
            f"{month}-{n:02} {8 + length:02}:00",
            organisation_id=organisation,
        )
        | more
        for n, length in enumerate(lengths, 1)
    ]


def honest() -> list[Row]:
    """Ten providers, five people each, two months of 160 hours."""
    return [
        row
        for organisation in PEERS
        for person in range(5)
        for month in ("2024-03", "2024-04")
        for row in month_of(f"{organisation}{person}", month, 160, organisation)
    ]


def elsewhere(staff: str, month: str, hours: int) -> Row:
    return {
        "organisation_id": "Z",
        "person_id": staff,
        "month": day(f"{month}-01"),
        "cash_pay_ore": hours * HOUR_ELSEWHERE,
    }


def found(folder: Path, shifts: list[Row], payroll: list[Row] | None = None, **parameters: Any) -> HitTables:
    graph = small_graph(folder, shifts=shifts, rates=RATES, current_payroll=payroll or [])
    return screen(LongMonths(fewest_trials=4, **parameters), graph)


def observed(tables: HitTables) -> float:
    (told,) = {test["observed"] for test in tables.tests.to_pylist() if test["subject_id"] == "A"}
    return float(told)


MONTHS = ("2024-03", "2024-04", "2024-05", "2024-06")


def full_time_twice(hours_elsewhere: int = 160) -> tuple[list[Row], list[Row]]:
    """Provider A reports 120 hours a month of s, who has a full-time job at Z."""
    shifts = [row for month in MONTHS for row in month_of("s", month, 120)]
    return shifts, [elsewhere("s", month, hours_elsewhere) for month in MONTHS]


def test_hours_beside_a_full_time_job_are_flagged_as_a_rate(tmp_path: Path) -> None:
    shifts, payroll = full_time_twice()
    tables = found(tmp_path, honest() + shifts, payroll)
    (hit,) = tables.hits.to_pylist()
    assert (hit["subject_id"], hit["kind"], hit["observed"]) == ("A", "rate", 4)
    # Four months of 280 hours: 30 of each lie above; the whole is what A reported.
    assert hit["amount_low_ore"] == 0
    assert hit["amount_likely_ore"] == 4 * 30 * 30_000
    assert hit["amount_high_ore"] == 4 * 120 * 30_000
    assert "inferred from monthly pay" in hit["counter_evidence"][0]["en"]
    assert {row["register"] for row in tables.evidence.to_pylist()} == {"time_reports", "payroll"}


@pytest.mark.parametrize(("hours_elsewhere", "counted"), [(130, 0), (131, 4)])
def test_month_is_counted_above_the_hours_and_not_at_them(tmp_path: Path, hours_elsewhere: int, counted: int) -> None:
    shifts, payroll = full_time_twice(hours_elsewhere)
    assert observed(found(tmp_path, honest() + shifts, payroll)) == counted


@pytest.mark.parametrize(("months", "hits"), [(2, 0), (3, 1)])
def test_fewer_person_months_than_the_fewest_are_no_hit(tmp_path: Path, months: int, hits: int) -> None:
    shifts, payroll = full_time_twice()
    assert len(found(tmp_path, honest() + shifts, payroll[:months]).hits) == hits


def test_two_users_at_the_same_time_count_once(tmp_path: Path) -> None:
    both = [row for user in "uv" for month in MONTHS for row in month_of("s", month, 200, user_id=user)]
    assert observed(found(tmp_path, honest() + both)) == 0


@pytest.mark.parametrize(
    "lawful", [{"kind": "waiting"}, {"kind": "standby"}, {"is_withheld": True}, {"staff_id": None}]
)
def test_waiting_standby_and_withheld_hours_do_not_count(tmp_path: Path, lawful: Row) -> None:
    work = [row for month in MONTHS for row in month_of("s", month, 100)]
    more = [
        row | lawful | {"record_id": f"w{row['record_id']}"} for month in MONTHS for row in month_of("s", month, 290)
    ]
    assert observed(found(tmp_path, honest() + work + more)) == 0


def test_pay_from_an_employer_that_reports_the_shifts_is_not_added_to_them(tmp_path: Path) -> None:
    shifts, payroll = full_time_twice()
    own = [row | {"organisation_id": "A"} for row in payroll]
    assert observed(found(tmp_path, honest() + shifts, own)) == 0


@pytest.mark.parametrize(("own_hours", "counted"), [(120, 4), (121, 0)])
def test_long_month_counts_for_a_provider_from_its_own_hours_on(tmp_path: Path, own_hours: int, counted: int) -> None:
    shifts, payroll = full_time_twice()
    assert observed(found(tmp_path, honest() + shifts, payroll, own_hours=own_hours)) == counted


def test_provider_with_few_person_months_is_not_evaluable(tmp_path: Path) -> None:
    tables = found(tmp_path, honest() + month_of("s", "2024-03", 160))
    (told,) = [test for test in tables.tests.to_pylist() if test["subject_id"] == "A"]
    assert told["not_evaluable"] == "fewer than 4 person-months"
