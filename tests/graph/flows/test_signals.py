"""Flow signals against plain words, and what must hold of any table: nothing leaks back, order does not matter, no row is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from follow_money.errors import InputError, UsageError
from follow_money.graph.flows.cycles import cycles
from follow_money.graph.flows.payments_in import SetAside, payments_in
from follow_money.graph.flows.signal_meanings import ACCOUNT_SIGNALS, SIGNALS
from follow_money.graph.flows.signals import LATER, flow_signals
from tests.graph.flows.signal_oracle import Paid, signals

BEGIN = datetime(2024, 3, 1, tzinfo=UTC)
NAMES = [signal.name for signal in SIGNALS]


def table(*rows: tuple[str | None, str | None, float, int], **more: list[Any]) -> pa.Table:
    """Payments: payer, payee, days after the first of March, öre."""
    return pa.table(
        {
            "payer": pa.array([row[0] for row in rows], pa.string()),
            "payee": pa.array([row[1] for row in rows], pa.string()),
            "paid_at": pa.array([BEGIN + timedelta(days=row[2]) for row in rows], pa.timestamp("us", tz="UTC")),
            "amount_ore": pa.array([row[3] for row in rows], pa.int64()),
            **more,
        }
    )


def told(payments: pa.Table, row: int = -1) -> dict[str, Any]:
    """The signals of one row."""
    return dict(flow_signals(payments).payments.to_pylist()[row])


def account(payments: pa.Table, name: str) -> dict[str, Any]:
    (row,) = [row for row in flow_signals(payments).accounts.to_pylist() if row["account_id"] == name]
    return dict(row)


# A few accounts, amounts within the band of one another now and then, times hours apart: every pattern occurs.
row = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from("abcd"),
    st.integers(0, 45 * 4).map(lambda quarter: quarter / 4),
    st.sampled_from([1_000, 950, 960, 910, 900, 899, 100_000, 3_000_000]),
).filter(lambda row: row[0] != row[1])
rows = st.lists(row, min_size=1, max_size=30)


@given(rows)
@settings(max_examples=150, deadline=None)
def test_signals_are_what_the_plain_words_say(paid: list[tuple[str, str, float, int]]) -> None:
    payments = table(*paid)
    measured = flow_signals(payments).payments.to_pylist()
    order = payments_in(payments).store.row.tolist()
    in_order = [Paid(r["payer"], r["payee"], round(r["paid_at"].timestamp() * 1e6), r["amount_ore"]) for r in payments.take(order).to_pylist()]  # fmt: skip
    for row, expected in zip(order, signals(in_order), strict=True):
        for name, value in expected.items():
            assert measured[row][name] == (value if value is None else pytest.approx(value, rel=1e-12)), name


@given(rows, rows)
@settings(max_examples=80, deadline=None)
def test_later_payments_change_no_earlier_row(
    paid: list[tuple[str, str, float, int]], more: list[tuple[str, str, float, int]]
) -> None:
    last = max(days for _, _, days, _ in paid)
    later = [(payer, payee, last + 0.01 + days / 10, ore) for payer, payee, days, ore in more]
    before = flow_signals(table(*paid)).payments
    after = flow_signals(table(*paid, *later)).payments
    assert after.slice(0, len(before)).equals(before)


@pytest.mark.parametrize(("side", "closed"), [(5, 5**4), (60, 60 * 10_000)])
def test_payments_side_by_side_cost_no_more_than_the_cap_and_nothing_leaks_by_it(side: int, closed: int) -> None:
    """A ring of four with many equal payments on each side: 625 rings; or 13 million of them, of which each last payment counts at most so many."""
    ring = [(p, q, n / 10 + each / 1_000, 1_000) for n, (p, q) in enumerate(pairwise("abcda")) for each in range(side)]
    measured = flow_signals(table(*ring)).payments
    told = sum(measured["cycles_4_closed"].to_pylist())
    assert told == closed if side < 10 else closed / 2 < told <= closed
    more = [(p, q, 0.5 + n / 1_000, 1_000) for n in range(30) for p, q in pairwise("abdc")]
    assert flow_signals(table(*ring, *more)).payments.slice(0, len(measured)).equals(measured)


@given(rows, st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_order_of_the_rows_does_not_matter(paid: list[tuple[str, str, float, int]], random: Any) -> None:
    apart = [(payer, payee, days + place / 10_000, ore) for place, (payer, payee, days, ore) in enumerate(paid)]
    shuffled = random.sample(range(len(apart)), len(apart))
    straight = flow_signals(table(*apart))
    mixed = flow_signals(table(*(apart[place] for place in shuffled)))
    assert mixed.payments.equals(straight.payments.take(shuffled))
    assert mixed.accounts.equals(straight.accounts)


@given(rows, st.integers(0, 45))
@settings(max_examples=50, deadline=None)
def test_as_of_is_the_same_as_not_having_the_later_rows(paid: list[tuple[str, str, float, int]], days: int) -> None:
    payments = table(*paid)
    until = BEGIN + timedelta(days=days)
    is_read = pc.less_equal(payments["paid_at"], pa.scalar(until, pa.timestamp("us", tz="UTC")))
    cut = flow_signals(payments, as_of=until)
    alone = flow_signals(payments.filter(is_read))
    assert cut.payments.filter(is_read).equals(alone.payments)
    assert cut.accounts.equals(alone.accounts)
    assert set(cut.set_aside["reason"].to_pylist()) <= {LATER}
    assert len(cut.set_aside) == len(payments) - len(alone.payments)


@given(rows)
@settings(max_examples=50, deadline=None)
def test_accounts_are_the_sums_of_their_payments(paid: list[tuple[str, str, float, int]]) -> None:
    measured = flow_signals(table(*paid))
    payments, accounts = measured.payments.to_pylist(), measured.accounts.to_pylist()
    for told in accounts:
        own = [p for p in payments if p["payer"] == told["account_id"]]
        got = [p for p in payments if p["payee"] == told["account_id"]]
        assert told["out_ore"] == sum(p["amount_ore"] for p in own)
        assert told["in_ore"] == sum(p["amount_ore"] for p in got)
        assert (told["out_payees"], told["in_payers"]) == (len({p["payee"] for p in own}), len({p["payer"] for p in got}))  # fmt: skip
        assert told["kept_ore"] == told["in_ore"] - told["out_ore"] + told["uncovered_ore"]
        assert told["most_in_payers_7d"] == max((p["payee_in_payers_7d"] for p in got), default=0)
        assert told["chain_hops"] == max((p["chain_hops"] for p in own), default=0)
        assert told["scatter_gathers_to"] == sum(p["scatter_gathers_closed"] for p in got)
        dormant = [p["payer_dormant_days"] for p in own] + [p["payee_dormant_days"] for p in got]
        assert told["longest_dormant_days"] == max((days for days in dormant if days is not None), default=None)
    for hops in (2, 3, 4):
        closed = sum(p[f"cycles_{hops}_closed"] for p in payments)
        assert sum(told[f"cycles_{hops}"] for told in accounts) == hops * closed


def test_every_signal_is_a_column_with_a_meaning() -> None:
    measured = flow_signals(table(("a", "b", 0, 100)))
    assert measured.payments.column_names == ["payer", "payee", "paid_at", "amount_ore", *NAMES]
    assert measured.accounts.column_names == ["account_id", *(signal.name for signal in ACCOUNT_SIGNALS)]
    assert len(set(NAMES)) == len(NAMES)
    assert all(signal.meaning.endswith(".") and signal.unit for signal in (*SIGNALS, *ACCOUNT_SIGNALS))


def test_a_cycle_is_known_at_its_closing_payment_only() -> None:
    ring = table(("a", "b", 0, 1000), ("b", "c", 0.1, 950), ("c", "a", 0.2, 950))
    measured = flow_signals(ring)
    assert measured.payments["cycles_3_closed"].to_pylist() == [0, 0, 1]
    assert measured.accounts["cycles_3"].to_pylist() == [1, 1, 1]


# Days alone: most payments share an instant with others, and many of them go round.
coarse = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(0, 2), st.sampled_from([1_000, 950, 960, 900, 3_000_000])).filter(
        lambda row: row[0] != row[1]
    ),
    min_size=1,
    max_size=24,
)  # fmt: skip


@given(coarse, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_cycles_closed_are_the_cycles_that_a_search_finds_and_the_order_of_the_rows_decides_none(
    paid: list[tuple[str, str, float, int]], random: Any
) -> None:
    for rows in (paid, random.sample(paid, len(paid))):
        payments = table(*rows)
        store = payments_in(payments).store
        measured = flow_signals(payments).payments
        for hops in (2, 3, 4):
            closed = np.bincount(store.row[cycles(store, hops=(hops,)).last()], minlength=len(payments))
            assert measured[f"cycles_{hops}_closed"].to_pylist() == closed.tolist()
    shuffled = flow_signals(table(*random.sample(paid, len(paid)))).payments
    for hops in (2, 3, 4):
        assert pc.sum(shuffled[f"cycles_{hops}_closed"]) == pc.sum(measured[f"cycles_{hops}_closed"])


@pytest.mark.parametrize(("days", "ore", "closed"), [(1, 900, 1), (1.001, 900, 0), (1, 899, 0), (1, 1001, 0)])
def test_a_cycle_closes_within_24_hours_and_its_band(days: float, ore: int, closed: int) -> None:
    assert told(table(("a", "b", 0, 1000), ("b", "a", days, ore)))["cycles_2_closed"] == closed


def test_a_scatter_gather_is_closed_by_the_second_intermediary() -> None:
    paid = table(("s", "x", 0, 1000), ("s", "y", 0.1, 1000), ("x", "d", 0.2, 990), ("y", "d", 0.3, 900))
    measured = flow_signals(paid)
    assert measured.payments["scatter_gathers_closed"].to_pylist() == [0, 0, 0, 1]
    assert account(paid, "d")["scatter_gathers_to"] == account(paid, "y")["scatter_gathers_through"] == 1


def test_payments_of_an_unknown_payer_have_no_common_source() -> None:
    paid = table((None, "x", 0, 1000), (None, "y", 0.1, 1000), ("x", "d", 0.2, 990), ("y", "d", 0.3, 900))
    measured = flow_signals(paid)
    assert measured.payments["scatter_gathers_closed"].to_pylist() == [0, 0, 0, 0]


def test_an_unknown_payer_has_no_signals_of_its_own() -> None:
    measured = flow_signals(table((None, "x", 0, 1000), ("x", "d", 0.2, 990)))
    first = measured.payments.to_pylist()[0]
    by_name = {signal.name: signal for signal in SIGNALS}
    assert {by_name[name].about for name in NAMES if first[name] is not None} == {"payee", "payment"}
    assert first["payee_in_count_1d"] == 1
    assert measured.accounts["account_id"].to_pylist() == ["d", "x"]


def test_a_chain_is_as_long_as_its_hops_pass_on() -> None:
    paid = table(("a", "b", 0, 1000), ("b", "c", 0.5, 950), ("c", "d", 1.4, 950), ("d", "e", 2, 500))
    assert flow_signals(paid).payments["chain_hops"].to_pylist() == [1, 2, 3, 1]


def test_money_that_lay_three_days_has_a_residence_of_72_hours() -> None:
    paid = told(table(("m", "p", 0, 600), ("m", "p", 2, 400), ("p", "x", 3, 500)))
    assert (paid["fifo_covered_share"], paid["fifo_residence_hours"], paid["payer_kept_ore"]) == (1, 72, 500)


def test_what_was_there_before_is_not_covered() -> None:
    paid = told(table(("m", "p", 0, 400), ("p", "x", 3, 500)))
    assert (paid["fifo_covered_share"], paid["passed_on_share_7d"]) == (0.8, 1.25)


@pytest.mark.parametrize(
    ("ore", "zeros", "digits", "is_round"), [(2_000_000, 6, 1, True), (1_234_500, 2, 5, False), (7, 0, 1, False), (100_000, 5, 1, True)]
)  # fmt: skip
def test_round_sums_are_told_by_their_zeros(ore: int, zeros: int, digits: int, *, is_round: bool) -> None:
    paid = told(table(("a", "b", 0, ore)))
    assert (paid["trailing_zeros"], paid["significant_digits"], paid["is_whole_thousand_kronor"]) == (zeros, digits, is_round)  # fmt: skip


def test_a_monthly_payment_repeats_after_thirty_days() -> None:
    paid = told(table(("a", "b", 0, 500), ("a", "b", 1, 700), ("a", "b", 30, 500)))
    assert (paid["same_amount_count"], paid["same_amount_days_since"], paid["pair_count"]) == (1, 30, 2)


def test_a_hub_is_compared_with_its_latest_receipts_only() -> None:
    receipts = [("payer", "hub", place / 1000, 1000) for place in range(100)]
    assert told(table(*receipts, ("hub", "x", 0.2, 1000)))["receipts_passed_on"] == 64


def test_rows_that_cannot_be_followed_are_listed_and_their_signals_are_null() -> None:
    paid = table(("a", "b", 0, 100), ("a", "b", 1, -100), ("a", "a", 2, 5), ("a", "b", 3, 0), ("b", "a", 4, 100))
    measured = flow_signals(paid)
    assert measured.set_aside["row"].to_pylist() == [1, 2, 3]
    for row in (1, 2, 3):
        assert all(measured.payments[name][row].as_py() is None for name in NAMES)
    assert measured.payments["reverse_count"].to_pylist() == [0, None, None, None, 1]


def test_set_aside_rows_are_numbered_as_in_the_whole_table() -> None:
    paid = table(("a", "b", 9, 100), ("a", "b", 0, 100), ("a", "b", 1, -1), payment_id=["x", "y", "z"])
    measured = flow_signals(paid, payment_id="payment_id", as_of=BEGIN + timedelta(days=5))
    rows = [(row["row"], row["payment_id"], row["reason"]) for row in measured.set_aside.to_pylist()]
    assert rows == [(0, "x", LATER), (2, "z", "negative amount")]


def test_other_columns_are_carried_along_unchanged() -> None:
    paid = table(("b", "c", 1, 100), ("a", "b", 0, 100), note=["second", "first"], weight=[0.5, None])
    measured = flow_signals(paid)
    assert measured.payments.select(paid.column_names).equals(paid)


def test_columns_are_named_by_the_caller() -> None:
    paid = table(("a", "b", 0, 100), ("b", "a", 0.5, 100)).rename_columns(["from", "to", "when", "ore"])
    measured = flow_signals(paid, payer="from", payee="to", paid_at="when", amount_ore="ore")
    assert measured.payments["cycles_2_closed"].to_pylist() == [0, 1]


def test_an_empty_table_has_the_columns_all_the_same() -> None:
    full, empty = flow_signals(table(("a", "b", 0, 100))), flow_signals(table())
    assert empty.payments.schema == full.payments.schema
    assert empty.accounts.schema == full.accounts.schema
    assert (len(empty.payments), len(empty.accounts)) == (0, 0)


def test_a_table_in_which_nothing_can_be_followed_keeps_its_rows() -> None:
    measured = flow_signals(table(("a", "a", 0, 100)))
    assert len(measured.payments) == len(measured.set_aside) == 1
    assert measured.payments["chain_hops"].to_pylist() == [None]
    assert len(measured.accounts) == 0


def test_a_column_that_is_named_like_a_signal_is_refused() -> None:
    with pytest.raises(InputError, match="chain_hops"):
        flow_signals(table(("a", "b", 0, 100), chain_hops=[1]))


def test_sums_that_would_run_over_are_refused() -> None:
    with pytest.raises(InputError, match="2\\^62"):
        flow_signals(table(*(("a", "b", 0, 2**53) for _ in range(600))))


def test_as_of_without_a_zone_is_refused() -> None:
    with pytest.raises(UsageError, match="zone"):
        flow_signals(table(("a", "b", 0, 100)), as_of=datetime(2024, 3, 1))  # noqa: DTZ001 - the fault that is meant


def test_as_of_does_not_hide_what_is_wrong_with_the_table() -> None:
    with pytest.raises(InputError, match="no column 'paid_at'"):
        flow_signals(table(("a", "b", 0, 100)).drop_columns(["paid_at"]), as_of=BEGIN)
    twice = table(("a", "b", 0, 100))
    with pytest.raises(InputError, match="several columns 'paid_at'"):
        flow_signals(twice.append_column("paid_at", twice["paid_at"]), as_of=BEGIN)


def test_row_whose_time_no_calendar_tells_is_set_aside_for_that_whatever_as_of_is() -> None:
    times = pa.array([2**62, 1_700_000_000], pa.int64()).cast(pa.timestamp("s", tz="UTC"))
    payments = pa.table({"payer": ["A", "A"], "payee": ["B", "B"], "paid_at": times, "amount_ore": [1, 2]})
    told = flow_signals(payments, as_of=datetime(2024, 1, 1, tzinfo=UTC)).set_aside.to_pylist()
    assert [(each["row"], each["reason"]) for each in told] == [(0, SetAside.TIME_BEYOND.value)]


def test_later_row_with_an_id_that_is_no_text_is_refused_in_a_sentence() -> None:
    times = pa.array([1_600_000_000, 1_700_000_000], pa.int64()).cast(pa.timestamp("s", tz="UTC"))
    payments = pa.table(
        {"id": [b"a", b"\xff"], "payer": ["A"] * 2, "payee": ["B"] * 2, "paid_at": times, "amount_ore": [1, 2]}
    )
    with pytest.raises(InputError, match="The column 'id'"):
        flow_signals(payments, payment_id="id", as_of=datetime(2021, 1, 1, tzinfo=UTC))
