"""Flow signals: any payments table in, figures of each payment and each account out, for ranking and for learning.

What each column means stands in `signal_meanings`. There is no label and no fitted state, and a payment's signals know nothing that comes after it: the money
trail's own time order decides (within one instant a node receives before it pays; payments that go round at one instant are known at that instant, so that
a cycle is closed whatever their order). Two deliveries, one longer by later payments, agree on what they share.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from follow_money.errors import InputError, UsageError
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.payments_in import UNKNOWN_PAYEE, UNKNOWN_PAYER, as_text, instants, payments_in
from follow_money.graph.flows.signal_accounts import account_columns
from follow_money.graph.flows.signal_meanings import ACCOUNT_SIGNALS, SIGNALS
from follow_money.graph.flows.signal_payments import Measured, payment_columns

LATER: Final = "later than as_of"
"""Why a row is set aside that the reader was asked not to know."""

_MOST_ORE_IN_ALL: Final = 2**62


@dataclass(frozen=True, eq=False)
class FlowSignals:
    """Signals as tables.

    Attributes:
        payments: The table that was given, every column and row as it was, and one column a signal of ``SIGNALS``; null in the rows that are set aside.
        accounts: ``account_id`` and one column a signal of ``ACCOUNT_SIGNALS``, one row an account that pays or is paid, by its id.
        set_aside: ``row`` (int64, from 0), ``payment_id``, ``reason``: the rows that could not be followed, see `payments_in`, or came after ``as_of``.
        same_id: Payments that share their id with another one that says something else; each is measured for itself.
        unknown: Payments that nobody tells the payer of, and the payee of. They are measured.
    """

    payments: pa.Table
    accounts: pa.Table
    set_aside: pa.Table
    same_id: int
    unknown: tuple[int, int]


def flow_signals(
    table: pa.Table,
    *,
    payer: str = "payer",
    payee: str = "payee",
    paid_at: str = "paid_at",
    amount_ore: str = "amount_ore",
    payment_id: str | None = None,
    as_of: datetime | None = None,
) -> FlowSignals:
    """Measure every payment as it was known when it was made, and every account as of the end.

    Args:
        table: One row a payment, of one currency (which one leads can only be told from all rows, and would leak): filter a mixed table first.
        payer: Column with ids of accounts, of any type that can be written as text.
        payee: The same.
        paid_at: Column with instants: a timestamp with a zone.
        amount_ore: Column with whole öre.
        payment_id: Column with the payments' ids; with it a payment that is told twice counts once. The row number when left out.
        as_of: Only payments up to and with this instant are read; all when left out.

    Raises:
        InputError: A column is missing, there twice or of the wrong kind, has a signal's name, or the amounts add up to more than 2^62 öre.
        UsageError: ``as_of`` has no zone.
    """
    clash = sorted({signal.name for signal in SIGNALS} & set(table.schema.names))
    if clash:
        raise InputError(
            f"The payments table has columns that are named like signals: {', '.join(clash)}. Rename them, so that nothing is written over."
        )
    known = _known(table, paid_at, as_of)
    taken = payments_in(
        table if known is None else table.take(known),
        payer=payer, payee=payee, paid_at=paid_at, amount_ore=amount_ore, payment_id=payment_id,
    )  # fmt: skip
    store = taken.store
    if float(store.amount_ore.sum(dtype=np.float64)) > _MOST_ORE_IN_ALL:
        raise InputError(
            f"The amounts in '{amount_ore}' add up to more than 2^62 öre: sums would run over. Are they öre? Look for a wrong unit or a broken column."
        )
    rows = store.row if known is None else np.asarray(known)[store.row]
    measured = payment_columns(store)
    return FlowSignals(
        payments=_beside(table, measured, store, rows),
        accounts=_accounts(store, measured),
        set_aside=_all_set_aside(table, taken.set_aside, known, payment_id),
        same_id=taken.same_id,
        unknown=taken.unknown,
    )


def _known(table: pa.Table, paid_at: str, as_of: datetime | None) -> pa.Array | None:
    """The rows up to ``as_of``; None when all are read. A row without a time is read, so that it is set aside for what it is."""
    if as_of is None:
        return None
    if as_of.tzinfo is None:
        raise UsageError("as_of has no zone. Give an instant, such as datetime(2024, 5, 1, tzinfo=UTC).")
    if (
        table.schema.names.count(paid_at) != 1
        or not pa.types.is_timestamp(table[paid_at].type)
        or table[paid_at].type.tz is None
    ):
        return None  # payments_in says what is wrong
    until = pa.scalar(as_of, pa.timestamp("us", tz="UTC")).cast(pa.int64())
    times, _ = instants(table[paid_at], paid_at)
    is_read = pc.fill_null(pc.less_equal(times, until), fill_value=True)
    return pc.indices_nonzero(is_read).cast(pa.int64())


def _beside(table: pa.Table, measured: Measured, store: FlowStore, rows: NDArray[np.int64]) -> pa.Table:
    """The table with its signals. Null: rows that are in no store, what there is nothing to tell of, and parties that are nobody known."""
    place = np.full(len(table), -1, np.int64)  # in the store, of each row
    place[rows] = np.arange(len(rows))
    is_out = place < 0
    is_in_order = len(rows) == len(table) and bool((np.diff(place) > 0).all())
    at = np.maximum(place, 0)

    def beside_rows(values: NDArray[Any]) -> NDArray[Any]:
        if is_in_order:
            return values
        return values.take(at) if len(values) else np.zeros(len(at), values.dtype)

    no_payer = is_out | beside_rows(store.payer == store.numbers([UNKNOWN_PAYER])[0])
    no_payee = is_out | beside_rows(store.payee == store.numbers([UNKNOWN_PAYEE])[0])
    nobody = {"payment": is_out, "payer": no_payer, "payee": no_payee, "pair": no_payer | no_payee}
    for signal in SIGNALS:
        values = beside_rows(measured.columns[signal.name])
        table = table.append_column(signal.name, pa.array(values, mask=nobody[signal.about] | _is_untold(values)))
    return table


def _is_untold(values: NDArray[Any]) -> NDArray[np.bool_]:
    return np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), np.bool_)


def _accounts(store: FlowStore, measured: Measured) -> pa.Table:
    columns = account_columns(store, measured)
    told = {s.name: pa.array(columns[s.name], mask=_is_untold(columns[s.name])) for s in ACCOUNT_SIGNALS}
    for name in ("first_at", "last_at"):
        told[name] = told[name].cast(pa.timestamp("us", tz="UTC"))
    accounts = pa.table({"account_id": store.node_ids, **told})
    is_known = pc.invert(pc.is_in(accounts["account_id"], value_set=pa.array([UNKNOWN_PAYER, UNKNOWN_PAYEE])))
    is_seen = pc.greater(pc.add(accounts["out_count"], accounts["in_count"]), 0)
    return accounts.filter(pc.and_(is_known, is_seen))


def _all_set_aside(table: pa.Table, set_aside: pa.Table, known: pa.Array | None, payment_id: str | None) -> pa.Table:
    """What is set aside of the rows that were read, and the rows that came later, by row of the whole table."""
    if known is None:
        return set_aside
    later = np.setdiff1d(np.arange(len(table)), np.asarray(known))
    ids = (
        as_text(table[payment_id].take(pa.array(later)), payment_id)
        if payment_id
        else pa.array(later).cast(pa.string())
    )
    rows = known.take(set_aside["row"].combine_chunks()) if len(set_aside) else pa.array([], pa.int64())
    ids_read = set_aside["payment_id"] if payment_id else rows.cast(pa.string())
    told = pa.concat_tables(
        [
            pa.table({"row": rows, "payment_id": ids_read, "reason": set_aside["reason"]}),
            pa.table({"row": later, "payment_id": ids, "reason": pa.array([LATER] * len(later), pa.string())}),
        ]
    )
    return told.sort_by("row")
