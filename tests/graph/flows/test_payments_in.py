"""Every row of a payments table is in the store or set aside with its reason, and counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from follow_money.errors import InputError
from follow_money.graph.flows.flow_store import LARGEST_ORE
from follow_money.graph.flows.payments_in import UNKNOWN_PAYEE, UNKNOWN_PAYER, PaymentsIn, SetAside, payments_in

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
Row = dict[str, Any]


def row(**more: Any) -> Row:
    return {"id": "a", "payer": "A", "payee": "B", "paid_at": NOON, "amount_ore": 100, "currency": "SEK"} | more


def table(*rows: Row) -> pa.Table:
    schema = pa.schema(
        [
            ("id", pa.string()),
            ("payer", pa.string()),
            ("payee", pa.string()),
            ("paid_at", pa.timestamp("us", tz="UTC")),
            ("amount_ore", pa.int64()),
            ("currency", pa.string()),
        ]
    )
    return pa.Table.from_pylist(list(rows), schema=schema)


def taken(*rows: Row) -> PaymentsIn:
    return payments_in(table(*rows), payment_id="id", currency="currency")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"amount_ore": -1}, SetAside.NEGATIVE),
        ({"amount_ore": 0}, SetAside.ZERO),
        ({"amount_ore": LARGEST_ORE + 1}, SetAside.TOO_LARGE),
        ({"amount_ore": None}, SetAside.NO_AMOUNT),
        ({"paid_at": None}, SetAside.NO_TIME),
        ({"payee": "A"}, SetAside.TO_ONESELF),
        ({"payer": None, "payee": None}, SetAside.NO_PARTIES),
        ({"currency": "EUR"}, SetAside.OTHER_CURRENCY),
    ],
)
def test_payment_that_cannot_be_followed_is_set_aside_with_its_reason(wrong: Row, reason: SetAside) -> None:
    told = taken(row(id="a"), row(id="b", **wrong), row(id="c"))
    assert told.store.payment_ids.to_pylist() == ["a", "c"]
    assert told.set_aside.to_pylist() == [{"row": 1, "payment_id": "b", "reason": reason.value}]
    assert {why: count for why, count in told.counts().items() if count} == {reason.value: 1}


def test_largest_amount_is_followed() -> None:
    assert taken(row(amount_ore=LARGEST_ORE)).store.amount_ore.tolist() == [LARGEST_ORE]


def test_amount_beyond_64_bits_is_set_aside_and_does_not_run_over() -> None:
    amounts = pa.array([100, 2**63 + 5], pa.uint64())
    two = table(row(id="a"), row(id="b")).set_column(4, "amount_ore", amounts)
    assert payments_in(two, payment_id="id").set_aside["reason"].to_pylist() == [SetAside.TOO_LARGE.value]


def test_unknown_payer_and_payee_are_two_nodes_so_that_no_money_goes_round_by_nobody() -> None:
    store = taken(row(id="a", payee=None), row(id="b", payer=None)).store
    told = store.told(range(2)).to_pylist()
    assert (told[0]["payee_id"], told[1]["payer_id"]) == (UNKNOWN_PAYEE, UNKNOWN_PAYER)


def test_payment_that_two_deliveries_tell_counts_once() -> None:
    told = taken(row(), row(), row(amount_ore=200))
    assert len(told.store) == 2
    assert told.set_aside["reason"].to_pylist() == [SetAside.COPY.value]
    assert told.same_id == 2, "one id for two payments that differ: both are followed, and it is said"


def test_times_without_a_zone_are_refused_in_a_sentence() -> None:
    naive = table(row()).set_column(3, "paid_at", pa.array([NOON.replace(tzinfo=None)], pa.timestamp("us")))
    with pytest.raises(InputError, match=r"have no zone.*Europe/Stockholm"):
        payments_in(naive)


def test_times_of_another_zone_are_the_same_instants() -> None:
    there = timezone(timedelta(hours=2))
    zoned = pa.array([NOON.astimezone(there)], pa.timestamp("ms", tz="+02:00"))
    told = payments_in(table(row()).set_column(3, "paid_at", zoned))
    assert told.store.told([0])["paid_at"].to_pylist() == [NOON]


@pytest.mark.parametrize(
    ("column", "values", "says"),
    [("amount_ore", pa.array([1.5]), "not whole öre"), ("paid_at", pa.array([5]), "not points in time")],
)
def test_column_of_the_wrong_kind_is_refused_in_a_sentence(column: str, values: pa.Array, says: str) -> None:
    place = table(row()).schema.get_field_index(column)
    with pytest.raises(InputError, match=says):
        payments_in(table(row()).set_column(place, column, values))


@pytest.mark.parametrize("column", ["payer", "payee", "id", "currency"])
@pytest.mark.parametrize(
    "values",
    [
        pa.array([b"\xff"]),
        pa.array([b"\xff"]).dictionary_encode(),
        pa.array([["A"]]),
        pa.array([{"id": "A"}]),
    ],
    ids=["bytes", "dictionary", "list", "struct"],
)
def test_ids_that_are_no_text_are_refused_in_a_sentence(column: str, values: pa.Array) -> None:
    place = table(row()).schema.get_field_index(column)
    wrong = table(row()).set_column(place, column, values)
    with pytest.raises(InputError, match=rf"The column '{column}' .* cannot be written as text .*Make it text"):
        payments_in(wrong, payment_id="id", currency="currency")


def test_ids_in_bytes_that_are_text_are_read() -> None:
    told = payments_in(table(row()).set_column(1, "payer", pa.array([b"\xc3\x85sa"])))
    assert "Åsa" in told.store.node_ids.to_pylist()


@pytest.mark.parametrize(
    ("unit", "value"),
    [("s", 2**62), ("s", -(2**62)), ("s", 253_402_300_800), ("ms", 2**63 - 1), ("us", 2**62), ("s", -62_135_596_801)],
)
def test_time_that_no_calendar_tells_is_set_aside_and_does_not_run_over(unit: str, value: int) -> None:
    times = pa.array([value, 1_700_000_000], pa.int64()).cast(pa.timestamp(unit, tz="UTC"))
    told = payments_in(table(row(id="a"), row(id="b")).set_column(3, "paid_at", times), payment_id="id")
    assert told.store.payment_ids.to_pylist() == ["b"]
    assert told.set_aside.to_pylist() == [{"row": 0, "payment_id": "a", "reason": SetAside.TIME_BEYOND.value}]


@pytest.mark.parametrize(("unit", "per_second"), [("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)])
def test_first_and_last_time_that_a_calendar_tells_are_followed(unit: str, per_second: int) -> None:
    ends = [max(-62_135_596_800 * per_second, -(2**63)), min(253_402_300_800 * per_second, 2**63) - 1]
    times = pa.array(ends, pa.int64()).cast(pa.timestamp(unit, tz="UTC"))
    store = payments_in(table(row(id="a"), row(id="b")).set_column(3, "paid_at", times)).store
    expected = [end * 10**6 // per_second for end in ends]
    assert [abs(told - end) for told, end in zip(store.paid_at_us.tolist(), expected, strict=True)] <= [1, 1]


def test_missing_column_is_named_with_those_that_are_there() -> None:
    with pytest.raises(InputError, match=r"no column 'payee'.*payer, paid_at"):
        payments_in(table(row()).select(["payer", "paid_at", "amount_ore"]))


def test_column_that_is_there_twice_is_refused() -> None:
    told = table(row())
    with pytest.raises(InputError, match="several columns 'paid_at'"):
        payments_in(told.append_column("paid_at", told["paid_at"]))


def test_empty_table_is_an_empty_store() -> None:
    told = taken()
    assert (len(told.store), told.store.nodes, len(told.set_aside), told.currency) == (0, 0, 0, None)


wild = st.fixed_dictionaries(
    {
        "id": st.sampled_from("abc"),
        "payer": st.sampled_from(["A", "B", None]),
        "payee": st.sampled_from(["A", "B", None]),
        "paid_at": st.sampled_from([NOON, NOON + timedelta(days=1), None]),
        "amount_ore": st.sampled_from([-5, 0, 5, 7, LARGEST_ORE + 1, None]),
        "currency": st.sampled_from(["SEK", "EUR", None]),
    }
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(wild, max_size=25))
def test_no_row_is_lost_and_none_is_told_twice(rows: list[Row]) -> None:
    told = taken(*rows)
    assert sorted([*told.store.row.tolist(), *told.set_aside["row"].to_pylist()]) == list(range(len(rows)))
    assert sum(told.counts().values()) == len(told.set_aside)
    assert all(told.store.amount_ore[p] == rows[r]["amount_ore"] for p, r in enumerate(told.store.row))


def test_payments_of_nobody_known_are_followed_and_counted_and_a_blank_is_nobody() -> None:
    told = taken(
        row(id="a", payer=None), row(id="b", payee=" "), row(id="c", payee=""), row(id="d", payer=" A "), row(id="e")
    )
    assert len(told.store) == 5
    assert told.unknown == (1, 2)
    assert sorted(told.store.node_ids.to_pylist()) == ["A", "B", UNKNOWN_PAYEE, UNKNOWN_PAYER]


def test_blank_on_both_sides_is_nobody_who_pays_nobody() -> None:
    told = taken(row(id="a", payer="", payee=" "), row(id="b"))
    assert told.set_aside["reason"].to_pylist() == [SetAside.NO_PARTIES.value]
