"""Who paid whom: holders by period, joint accounts, and the day on which it was booked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.engine import Engine
from follow_money.graph.flows.payments_in import SetAside
from follow_money.graph.flows.transfer_flows import transfer_flows
from tests.entities.small_registers import made_up

if TYPE_CHECKING:
    from follow_money.graph.flows.payments_in import PaymentsIn
    from follow_money.graph.money_graph import MoneyGraph
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
    twice = [payment(), payment(payment_id="c")]
    assert landed(connected, [holder(BERTIL), holder(BERTIL)], *twice) == [BERTIL, BERTIL]


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


# --- one payment told twice ---


def as_flows(graph: MoneyGraph) -> PaymentsIn:
    with Engine(threads=1) as engine:
        graph.attach(engine)
        return transfer_flows(engine)


def told(connected: Connected, *payments: Row) -> tuple[list[str], dict[str, str], PaymentsIn]:
    """Record ids of the transfers, of their copies with what they tell again, and the flows; both banks know the account as Bertil's."""
    graph, _ = connected(
        accounts=[holder(BERTIL)], payments=list(payments), persons=[{"person_number": n} for n in (ANNA, BERTIL)]
    )
    assert graph.table("payments").num_rows == len(payments)
    copies = {row["record_id"]: row["copy_of"] for row in graph.table("payment_copies").to_pylist()}
    return graph.table("transfers")["record_id"].to_pylist(), copies, as_flows(graph)


def test_row_that_two_deliveries_tell_is_one_payment_and_the_copy_is_set_aside(connected: Connected) -> None:
    standing, copies, flows = told(connected, payment(), payment(payment_id="c"), payment())
    assert standing == ["payments:0", "payments:1"]
    assert copies == {"payments:2": "payments:0"}
    assert flows.store.payment_ids.to_pylist() == standing
    aside = {"row": 2, "payment_id": "payments:2", "reason": SetAside.COPY.value}
    assert (flows.set_aside.to_pylist(), flows.same_id) == ([aside], 0)


def test_the_banks_of_payer_and_payee_may_tell_one_payment_by_other_accounts(connected: Connected) -> None:
    theirs = payment(account=None, payee=BERTIL, payer_account="bg:1-1")
    ours = payment(payee=None)
    assert told(connected, theirs, ours)[1] == {"payments:1": "payments:0"}


@pytest.mark.parametrize(
    "other",
    [
        {"amount_ore": 101},
        {"currency": "EUR"},
        {"paid_at": datetime(2024, 3, 25, 8, 1, tzinfo=UTC)},
        {"payer_number": ANNA},
        {"payee": BERTIL},
        {"account": "bg:1-1"},
    ],
)
def test_payments_of_one_id_that_differ_are_all_followed_and_counted(connected: Connected, other: Row) -> None:
    standing, copies, flows = told(connected, payment(), payment(**other))
    assert (len(standing), copies) == (2, {})
    is_other_currency = "currency" in other
    assert flows.same_id == (0 if is_other_currency else 2), "one that is set aside is not in the store"
    assert len(flows.store) == (1 if is_other_currency else 2)


def test_row_that_names_no_payee_tells_again_what_one_does_that_names_it(connected: Connected) -> None:
    standing, copies, _ = told(connected, payment(payee=None), payment(), payment(payee=BERTIL))
    assert len(standing) == 2, "two who are named are two payments"
    assert len(copies) == 1


def test_of_two_copies_the_one_stands_that_tells_what_it_rests_on(connected: Connected) -> None:
    public = payment(kind="public", programme_ref="K1")
    standing, copies, _ = told(connected, payment(kind="other"), public)
    assert (standing, copies) == (["payments:1"], {"payments:0": "payments:1"})


def test_withheld_row_is_no_copy(connected: Connected) -> None:
    standing, copies, _ = told(connected, payment(is_withheld=True), payment())
    assert (standing, copies) == (["payments:1"], {})
