"""Who paid whom: holders by period, joint accounts, and the day on which it was booked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.entities.small_registers import made_up

if TYPE_CHECKING:
    from tests.entities.small_registers import World
    from tests.graph.connected_graph import Connected

Row = dict[str, Any]
ANNA, BERTIL, CARIN = ("19" + made_up(nine) for nine in ("800101123", "820202123", "840404123"))
FIRM = "16" + made_up("556677889")
ACCOUNT = "bg:5050-1055"


def payment(at: str = "2024-03-25T08:00", payee: str | None = ANNA, account: str | None = ACCOUNT, **more: Any) -> Row:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    told = {"payment_id": "b", "paid_at": moment, "amount_ore": 100, "currency": "SEK", "payer_number": FIRM}
    return told | {"payee_number": payee, "payee_account": account, "kind": "salary"} | more


def holder(number: str, first: str | None = None, last: str | None = None, **more: Any) -> Row:
    period = {
        name: date.fromisoformat(text) if text else None for name, text in (("valid_from", first), ("valid_to", last))
    }
    return {"account": ACCOUNT, "holder_number": number} | period | more


def landed(connected: Connected, accounts: list[Row], *payments: Row) -> list[str | None]:
    """The numbers of those on whose accounts the payments landed, in their order."""
    graph, world = connected(
        accounts=accounts, payments=list(payments), persons=[{"person_number": n} for n in (ANNA, BERTIL, CARIN)]
    )
    rows = sorted(graph.table("transfers").to_pylist(), key=lambda row: int(row["record_id"].split(":")[1]))
    assert len(rows) == len(payments)
    return [_number(world, row["to_id"]) for row in rows]


def _number(world: World, entity: str | None) -> str | None:
    return None if entity is None else str(world.entities[entity]["number"])


def test_payment_lands_with_the_holder_of_the_account_and_keeps_the_named_payee(connected: Connected) -> None:
    graph, world = connected(accounts=[holder(BERTIL)], payments=[payment()], persons=[{"person_number": ANNA}])
    (row,) = graph.table("transfers").to_pylist()
    assert _number(world, row["to_id"]) == BERTIL
    assert _number(world, row["named_payee_id"]) == ANNA
    assert _number(world, row["from_id"]) == FIRM
    assert (row["amount_ore"], row["currency"], row["kind"], row["links_exact"]) == (100, "SEK", "salary", True)


@pytest.mark.parametrize("account", [None, "bg:1-1"])
def test_without_a_known_holder_the_named_payee_counts(connected: Connected, account: str | None) -> None:
    assert landed(connected, [holder(BERTIL)], payment(account=account)) == [ANNA]


def test_account_belongs_to_a_holder_for_a_period_both_days_included(connected: Connected) -> None:
    accounts = [holder(BERTIL, None, "2024-03-31"), holder(CARIN, "2024-04-01", "2024-04-30")]
    days = ("2024-03-31T12:00", "2024-04-01T12:00", "2024-04-30T12:00", "2024-05-01T12:00")
    assert landed(connected, accounts, *(payment(at) for at in days)) == [BERTIL, CARIN, CARIN, ANNA]


def test_days_of_holders_are_local_days(connected: Connected) -> None:
    accounts = [holder(BERTIL, None, "2024-03-31"), holder(CARIN, "2024-04-01")]
    assert landed(connected, accounts, payment("2024-03-31T21:59"), payment("2024-03-31T22:00")) == [BERTIL, CARIN]


def test_payment_told_by_its_day_is_of_that_day(connected: Connected) -> None:
    graph, _ = connected(payments=[payment("2024-01-24T23:00"), payment("2024-07-24T22:00")])  # first moments in Sweden
    assert sorted(graph.table("transfers")["day"].to_pylist()) == [date(2024, 1, 25), date(2024, 7, 25)]


def test_of_the_holders_of_a_joint_account_the_named_one_is_paid(connected: Connected) -> None:
    accounts = [holder(ANNA, kind="joint"), holder(BERTIL, kind="joint")]
    told = landed(connected, accounts, payment(payee=ANNA), payment(payee=BERTIL), payment(payee=CARIN))
    assert told[:2] == [ANNA, BERTIL]
    assert told[2] in {ANNA, BERTIL}


def test_holder_told_twice_changes_nothing(connected: Connected) -> None:
    assert landed(connected, [holder(BERTIL), holder(BERTIL)], payment(), payment()) == [BERTIL, BERTIL]


def test_payer_is_the_holder_of_the_debited_account(connected: Connected) -> None:
    debit = payment(account=None, payer_number=ANNA, payer_account=ACCOUNT, payee_number=CARIN)
    graph, world = connected(
        accounts=[holder(BERTIL)], payments=[debit], persons=[{"person_number": n} for n in (ANNA, CARIN)]
    )
    (row,) = graph.table("transfers").to_pylist()
    assert [_number(world, row[side]) for side in ("from_id", "to_id")] == [BERTIL, CARIN]


def test_withheld_payments_are_no_transfers(connected: Connected) -> None:
    graph, _ = connected(payments=[payment(), payment(is_withheld=True)])
    assert graph.table("payments").num_rows == 2
    assert graph.table("transfers")["record_id"].to_pylist() == ["payments:0"]


def test_country_of_the_receiving_account_is_carried_where_the_statement_tells_it(connected: Connected) -> None:
    graph, _ = connected(payments=[payment(payee_country="DE"), payment("2024-03-26T08:00")])
    rows = sorted(graph.table("transfers").to_pylist(), key=lambda row: str(row["day"]))
    assert [row["payee_country"] for row in rows] == ["DE", None]
