"""What stands after corrections."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from follow_money.graph.local_time import local_days, near_clock_change
from follow_money.model import INSTANT
from tests.detectors.small_graph import instant

if TYPE_CHECKING:
    from tests.graph.connected_graph import Connected

Row = dict[str, Any]
PERIOD = {"period_from": date(2024, 3, 1), "period_to": date(2024, 3, 31)}


def claim(claim_id: str, ore: int, corrects: str | None = None, payer: str = "kommun", **more: Any) -> Row:
    told = {"claim_id": claim_id, "payer": payer, "programme": "home_care", "amount_ore": ore, "currency": "SEK"}
    return told | PERIOD | {"organisation_name": "A AB", "corrects_claim_id": corrects} | more


def standing(connected: Connected, *claims: Row) -> list[int]:
    graph, _ = connected(claims=list(claims))
    assert graph.table("claims").num_rows == len(claims)
    return sorted(graph.table("current_claims")["amount_ore"].to_pylist())


def test_correction_replaces_the_claim(connected: Connected) -> None:
    assert standing(connected, claim("1", 100), claim("2", 80, "1"), claim("3", 7)) == [7, 80]


def test_correction_of_a_correction_stands_alone(connected: Connected) -> None:
    assert standing(connected, claim("3", 60, "2"), claim("1", 100), claim("2", 80, "1")) == [60]


def test_correction_replaces_every_row_of_the_claim(connected: Connected) -> None:
    assert standing(connected, claim("1", 100), claim("1", 50), claim("2", 80, "1")) == [80]


def test_correction_under_the_same_id_stands_and_the_last_one_wins(connected: Connected) -> None:
    assert standing(connected, claim("1", 100), claim("1", 80, "1")) == [80]


@pytest.mark.parametrize("days", [(10, 20), (20, 10), (None, 20)])
def test_of_two_corrections_under_the_same_id_the_later_one_stands(
    connected: Connected, days: tuple[int | None, int]
) -> None:
    paid = [None if day is None else date(2024, 4, day) for day in days]
    amounts = standing(
        connected, claim("1", 100), claim("1", 80, "1", paid_on=paid[0]), claim("1", 60, "1", paid_on=paid[1])
    )
    assert amounts == ([80] if days == (20, 10) else [60])


def test_without_a_day_the_later_line_stands_also_past_line_ten(connected: Connected) -> None:
    rows = [claim("1", n, "1" if n else None) for n in range(12)]  # record ids end with :0 to :11
    assert standing(connected, *rows) == [11]


def test_claims_of_two_payers_with_one_id_do_not_replace_one_another(connected: Connected) -> None:
    assert standing(connected, claim("1", 100), claim("2", 80, "1", payer="forsakringskassan")) == [80, 100]


def test_correction_of_an_unknown_claim_stands(connected: Connected) -> None:
    assert standing(connected, claim("2", 80, "nowhere")) == [80]


def pay(ore: int, received: str | None = None, **more: Any) -> Row:
    at = None if received is None else datetime.fromisoformat(received).replace(tzinfo=UTC)
    told = {"organisation_name": "A AB", "person_name": "Anna Berg", "month": date(2024, 3, 1), "specification_no": "1"}
    return told | {"cash_pay_ore": ore, "received_at": at} | more


def declared(connected: Connected, *rows: Row) -> list[int]:
    graph, _ = connected(payroll=list(rows))
    return sorted(graph.table("current_payroll")["cash_pay_ore"].to_pylist())


def test_later_declaration_replaces_the_earlier_one(connected: Connected) -> None:
    assert declared(connected, pay(2, "2024-05-02"), pay(1, "2024-04-12")) == [2]


def test_deletion_deletes_and_a_declaration_after_it_stands(connected: Connected) -> None:
    deletion = pay(0, "2024-05-01", is_deletion=True)
    assert declared(connected, pay(1, "2024-04-12"), deletion) == []
    assert declared_again(connected, pay(1, "2024-04-12"), deletion, pay(3, "2024-05-02")) == [3]


def declared_again(connected: Connected, *rows: Row) -> list[int]:
    graph, _ = connected("again", payroll=list(rows))
    return sorted(graph.table("current_payroll")["cash_pay_ore"].to_pylist())


def test_without_a_time_the_later_line_of_the_file_stands_also_past_line_ten(connected: Connected) -> None:
    assert declared(connected, *(pay(n) for n in range(12))) == [11]


@pytest.mark.parametrize(
    "other", [{"month": date(2024, 4, 1)}, {"specification_no": "2"}, {"organisation_name": "B AB"}]
)
def test_another_month_specification_or_employer_is_another_declaration(connected: Connected, other: Row) -> None:
    assert declared(connected, pay(1), pay(2, **other)) == [1, 2]


def test_declarations_without_a_person_do_not_replace_one_another(connected: Connected) -> None:
    assert declared(connected, pay(1, person_name=None), pay(2, person_name=None)) == [1, 2]


def report(report_id: str, starts: str, ends: str, **more: Any) -> Row:
    told = {"report_id": report_id, "programme": "home_care", "organisation_name": "A AB", "staff_name": "Anna Berg"}
    return told | {"starts_at": instant(starts), "ends_at": instant(ends)} | more


def shifts(connected: Connected, *rows: Row) -> list[Row]:
    graph, _ = connected(time_reports=list(rows))
    told: list[Row] = graph.table("shifts").to_pylist()
    return told


def test_shift_is_told_by_its_minutes_and_its_local_day(connected: Connected) -> None:
    (shift,) = shifts(connected, report("1", "2024-03-31 22:30", "2024-04-01 05:00", method="tag"))
    assert (shift["minutes"], shift["kind"], shift["is_clocked"], shift["is_manual"]) == (390, "active", True, False)
    assert (shift["day"], shift["month"]) == (date(2024, 4, 1), date(2024, 4, 1))  # summer time: half past midnight


@pytest.mark.parametrize("name", ["A AB", None])
def test_corrected_report_is_replaced_also_without_an_organisation(connected: Connected, name: str | None) -> None:
    rows = [
        report("1", "2024-03-01 08:00", "2024-03-01 09:00", organisation_name=name),
        report("2", "2024-03-01 08:00", "2024-03-01 10:00", organisation_name=name, corrects_report_id="1"),
        report("2", "2024-03-01 08:00", "2024-03-01 11:00", organisation_name=name, corrects_report_id="2"),
    ]
    assert [shift["minutes"] for shift in shifts(connected, *rows)] == [180]


def test_report_of_another_organisation_with_the_same_id_stands(connected: Connected) -> None:
    rows = [
        report("1", "2024-03-01 08:00", "2024-03-01 09:00"),
        report("2", "2024-03-01 08:00", "2024-03-01 10:00", organisation_name="B AB", corrects_report_id="1"),
    ]
    assert len(shifts(connected, *rows)) == 2


@pytest.mark.parametrize(
    ("starts", "ends", "near"),
    [
        ("2024-03-30 20:00", "2024-03-31 05:00", True),  # over the change in spring
        ("2024-10-26 20:00", "2024-10-27 05:00", True),  # over the change in autumn
        ("2024-03-30 16:00", "2024-03-31 00:00", True),  # ends an hour before it
        ("2024-03-30 16:00", "2024-03-30 23:59", False),
        ("2024-10-27 02:00", "2024-10-27 08:00", True),  # begins an hour after it
        ("2024-10-27 02:01", "2024-10-27 08:00", False),
        ("2024-06-30 20:00", "2024-07-01 05:00", False),
        ("2024-03-24 00:00", "2024-03-24 08:00", False),  # a Sunday in March that is not the last
    ],
)
def test_both_changes_of_the_clock_are_marked(starts: str, ends: str, near: bool) -> None:
    first, last = (pa.chunked_array([pa.array([instant(text)], INSTANT)]) for text in (starts, ends))
    assert near_clock_change(first, last).to_pylist() == [near]


@pytest.mark.parametrize(
    ("at", "day"), [("2024-01-01 22:59", 1), ("2024-01-01 23:00", 2), ("2024-07-01 21:59", 1), ("2024-07-01 22:00", 2)]
)
def test_local_day_begins_at_midnight_in_sweden(at: str, day: int) -> None:
    (told,) = local_days(pa.chunked_array([pa.array([instant(at)], INSTANT)])).to_pylist()
    assert told.day == day


def test_no_instants_have_no_days() -> None:
    none = pa.chunked_array([pa.array([], INSTANT)])
    assert len(local_days(none)) == len(near_clock_change(none, none)) == 0
