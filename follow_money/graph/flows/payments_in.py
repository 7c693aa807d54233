"""From a table of payments to a flow store: every row is in the store or set aside with its reason, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from follow_money.errors import InputError
from follow_money.graph.flows.flow_store import LARGEST_ORE, FlowStore, make_store

UNKNOWN_PAYER: Final = "unknown payer"
"""The node that stands for every payer that nobody tells of. It never receives."""

UNKNOWN_PAYEE: Final = "unknown payee"
"""The node that stands for every payee that nobody tells of. It never pays: what reaches it has left the data."""

_PER_SECOND: Final = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_INT64: Final = np.iinfo(np.int64)
_YEARS: Final = (-62_135_596_800, 253_402_300_800)
"""Seconds from 1970 to the beginning of year 1, and to the end of year 9999."""


class SetAside(StrEnum):
    """Why a row of a payments table is not in the flow store."""

    NEGATIVE = "negative amount"
    """A reversal or credit note: it names what it reverses nowhere, so it is not followed."""
    ZERO = "zero amount"
    TOO_LARGE = "amount beyond 2^53 öre"
    NO_AMOUNT = "no amount"
    NO_TIME = "no time"
    TIME_BEYOND = "time beyond the years 1 to 9999"
    """A time that no calendar tells, as where one unit was taken for another."""
    NO_PARTIES = "neither payer nor payee"
    TO_ONESELF = "paid to oneself"
    """Between accounts of one entity: the money stays where it is."""
    COPY = "told twice"
    """The same payment (id, payer, payee, time, amount) as an earlier row: a krona is counted once."""
    OTHER_CURRENCY = "another currency"
    """Öre of two currencies are never added up; the currency with most payments is followed."""


@dataclass(frozen=True)
class PaymentsIn:
    """A flow store and what is not in it.

    Attributes:
        store: The payments that can be followed.
        set_aside: ``row`` (int64), ``payment_id``, ``reason`` (a `SetAside`), one row a row of the table that is not in the store, in its order.
        same_id: Payments that share their id with another one that says something else. They are in the store, each for itself.
        currency: The currency that is followed; None when the table does not say.
    """

    store: FlowStore
    set_aside: pa.Table
    same_id: int
    currency: str | None

    @property
    def unknown(self) -> tuple[int, int]:
        """Payments in the store that nobody tells the payer of, and the payee of; see `unknown_parties`."""
        return unknown_parties(self.store)

    def counts(self) -> dict[str, int]:
        """Rows set aside by reason, every reason named."""
        told = {row["values"]: row["counts"] for row in self.set_aside["reason"].value_counts().to_pylist()}
        return {reason.value: int(told.get(reason.value, 0)) for reason in SetAside}


def payments_in(
    table: pa.Table,
    *,
    payer: str = "payer",
    payee: str = "payee",
    paid_at: str = "paid_at",
    amount_ore: str = "amount_ore",
    payment_id: str | None = None,
    currency: str | None = None,
    also: pa.Array | pa.ChunkedArray | None = None,
) -> PaymentsIn:
    """Read a payments table into a flow store. A payer or payee that is not told, or blank, becomes ``UNKNOWN_PAYER`` or ``UNKNOWN_PAYEE``.

    Args:
        table: One row a payment.
        payer: Column with ids, of any type that can be written as text.
        payee: The same.
        paid_at: Column with instants: a timestamp with a zone.
        amount_ore: Column with whole öre.
        payment_id: Column with the payments' ids; the row number when left out.
        currency: Column with the currency; all one currency when left out. A row that does not say is taken to be in the one with most payments.
        also: Ids of nodes that are to be there even if they neither pay nor are paid.

    Raises:
        InputError: A column is missing or there twice, the times have no zone, the amounts are not whole öre, or ids cannot be written as text.
    """
    for column in (payer, payee, paid_at, amount_ore, *(name for name in (payment_id, currency) if name)):
        if column not in table.schema.names:
            raise InputError(
                f"The payments table has no column '{column}'. It has: {', '.join(table.schema.names)}. Name the right one, or add it."
            )
        if table.schema.names.count(column) > 1:
            raise InputError(
                f"The payments table has several columns '{column}'. Rename all but the one that is meant."
            )
    times, is_beyond = instants(table[paid_at], paid_at)
    amounts = _ore(table[amount_ore], amount_ore)
    payers, payees = _parties(table[payer], payer), _parties(table[payee], payee)
    ids = as_text(table[payment_id], payment_id) if payment_id else pa.array(np.arange(len(table))).cast(pa.string())
    currencies = as_text(table[currency], currency) if currency else None
    main = _most(currencies) if currencies is not None else None

    reason = np.full(len(table), "", dtype=object)

    def set_aside(where: np.ndarray, why: SetAside) -> None:
        reason[where & (reason == "")] = why.value

    ore = np.asarray(pc.fill_null(amounts, 0), dtype=np.int64)
    set_aside(is_beyond, SetAside.TIME_BEYOND)
    set_aside(np.asarray(pc.is_null(times)), SetAside.NO_TIME)
    set_aside(np.asarray(pc.is_null(amounts)), SetAside.NO_AMOUNT)
    if currencies is not None and main is not None:
        set_aside(np.asarray(pc.not_equal(pc.fill_null(currencies, main), main)), SetAside.OTHER_CURRENCY)
    set_aside(ore < 0, SetAside.NEGATIVE)
    set_aside(ore == 0, SetAside.ZERO)
    set_aside(ore > LARGEST_ORE, SetAside.TOO_LARGE)
    set_aside(np.asarray(pc.and_(pc.is_null(payers), pc.is_null(payees))), SetAside.NO_PARTIES)
    payers, payees = pc.fill_null(payers, UNKNOWN_PAYER), pc.fill_null(payees, UNKNOWN_PAYEE)
    set_aside(np.asarray(pc.equal(payers, payees)), SetAside.TO_ONESELF)

    others = pa.array([], pa.string()) if also is None else _one(also.cast(pa.string()).drop_null())
    node_ids, numbers = _numbered(payers, payees, others)
    payer_no, payee_no = numbers[: len(table)], numbers[len(table) : 2 * len(table)]
    us = np.asarray(pc.fill_null(times, 0), dtype=np.int64)
    same_id = 0
    if payment_id:
        copies, same_id = _twice(ids, (payer_no, payee_no, us, ore), reason == "")
        set_aside(copies, SetAside.COPY)
    kept = np.flatnonzero(reason == "")
    aside = np.flatnonzero(reason != "")
    store = make_store(
        payer_no[kept],
        payee_no[kept],
        us[kept],
        ore[kept],
        node_ids=node_ids,
        payment_ids=ids.take(pa.array(kept)),
        row=kept,
    )
    told = pa.table(
        {
            "row": pa.array(aside, pa.int64()),
            "payment_id": ids.take(pa.array(aside)),
            "reason": pa.array(reason[aside], pa.string()),
        }
    )
    return PaymentsIn(store=store, set_aside=told, same_id=same_id, currency=main)


def unknown_parties(store: FlowStore) -> tuple[int, int]:
    """How many payments of a store nobody tells the payer of, and how many the payee of. They are followed from and to nobody."""
    payer, payee = store.numbers([UNKNOWN_PAYER, UNKNOWN_PAYEE])
    return int((store.payer == payer).sum()), int((store.payee == payee).sum())


def instants(column: pa.ChunkedArray, name: str) -> tuple[pa.Array, NDArray[np.bool_]]:
    """Microseconds since 1970 (int64), null where there is no time or none that a calendar tells; and where it is the latter. Raises InputError."""
    if not pa.types.is_timestamp(column.type):
        raise InputError(
            f"The column '{name}' of the payments table holds {column.type}, not points in time. Make it a timestamp with a zone."
        )
    if column.type.tz is None:
        raise InputError(
            f"The times in the column '{name}' of the payments table have no zone. Say which: for Swedish bank statements, localise them to Europe/Stockholm."
        )
    counted = column.cast(pa.int64())
    begin, end = (second * _PER_SECOND[column.type.unit] for second in _YEARS)
    first, last = max(begin, _INT64.min), min(end - 1, _INT64.max)
    is_beyond = pc.fill_null(pc.or_(pc.less(counted, first), pc.greater(counted, last)), fill_value=False)
    told = pc.if_else(is_beyond, pa.scalar(None, column.type), column)
    return _one(told.cast(pa.timestamp("us", tz="UTC"), safe=False).cast(pa.int64())), np.asarray(is_beyond)


def _ore(column: pa.ChunkedArray, name: str) -> pa.Array:
    if not pa.types.is_integer(column.type):
        raise InputError(
            f"The column '{name}' of the payments table holds {column.type}, not whole öre. Round kronor to öre and make them integers."
        )
    # An unsigned amount that int64 cannot hold is far beyond the limit and is set aside as such.
    if pa.types.is_uint64(column.type):
        column = pc.if_else(
            pc.greater(column, pa.scalar(LARGEST_ORE, pa.uint64())), pa.scalar(LARGEST_ORE + 1, pa.uint64()), column
        )
    return _one(column.cast(pa.int64()))


def as_text(column: pa.ChunkedArray, name: str) -> pa.Array:
    """The values of a column as text. Raises InputError where they cannot be written so."""
    try:
        decoded = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        return _one(decoded.cast(pa.string()))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError(
            f"The column '{name}' of the payments table holds {column.type} that cannot be written as text ({str(error).splitlines()[0]}). "
            "Make it text (UTF-8) or whole numbers."
        ) from error


def _parties(column: pa.ChunkedArray, name: str) -> pa.Array:
    """Ids without the blanks around them; a blank is nobody."""
    told = pc.utf8_trim_whitespace(as_text(column, name))
    return pc.if_else(pc.equal(told, ""), pa.scalar(None, pa.string()), told)


def _one(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _most(currencies: pa.Array) -> str | None:
    counted = sorted(
        ((row["counts"], row["values"]) for row in pc.value_counts(currencies.drop_null()).to_pylist()),
        key=lambda told: (-told[0], told[1]),
    )
    return str(counted[0][1]) if counted else None


def _numbered(*ids: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Node ids in the order of their text, so that a node has one number whatever the order of the rows; and the number of each id, array by array."""
    encoded = pa.concat_arrays(ids).dictionary_encode()
    order = pc.array_sort_indices(encoded.dictionary)
    number = np.empty(len(order), dtype=np.int32)
    number[np.asarray(order)] = np.arange(len(order), dtype=np.int32)
    return encoded.dictionary.take(order), number[np.asarray(encoded.indices)]


def _twice(ids: pa.Array, says: tuple[np.ndarray, ...], is_kept: np.ndarray) -> tuple[np.ndarray, int]:
    """Which rows are copies of an earlier one, and how many payments share their id with another that says something else."""
    number = np.asarray(ids.dictionary_encode().indices.fill_null(-1))
    counts = np.bincount(number[number >= 0], minlength=1)
    again = np.flatnonzero(is_kept & (number >= 0) & (counts[number] > 1))
    copies = np.zeros(len(number), dtype=bool)
    if not len(again):
        return copies, 0
    told = np.stack([number[again], *(column[again] for column in says)], axis=1)
    _, first = np.unique(told, axis=0, return_index=True)
    is_copy = np.ones(len(again), dtype=bool)
    is_copy[first] = False
    copies[again[is_copy]] = True
    left = number[again[~is_copy]]
    return copies, int((np.bincount(left)[left] > 1).sum()) if len(left) else 0
