"""A trail: where followed money went, under each convention, and therefore within which bounds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.time_order import Int64s

Uint8s = NDArray[np.uint8]

REMAINS: Final = 255
"""Exit class of money that stays with the last one who received it."""


class Convention(StrEnum):
    """Which of the money in a purse leaves it first. No payment says, so each is a convention, and an answer lies between them.

    A purse is a line of öre that begins with its opening balance, which is clean; each payment in is laid on its end. What has been paid away is gone, and
    later payments in do not bring it back: no convention finds more of some money in a purse than the least that the purse has held since it came (the lowest
    intermediate balance, James Roscoe (Bolton) Ltd v Winder, 1915).
    """

    FIFO = "fifo"
    """First in, first out: a payment is cut from the beginning of the line, the opening balance first.

    Source: Clayton's case (Devaynes v Noble), 1816; for tracing, Anderson, Shumailov & Ahmed, Making Bitcoin Legal, Security Protocols XXVI, 2018.
    """
    LIFO = "lifo"
    """Last in, first out: a payment is cut from the end of the line, the opening balance last. What came in goes on at once, if anything does."""
    HAIRCUT = "haircut"
    """By share (pro rata): a payment takes of the traced money in a purse what it takes of all that is in it, the opening balance included, in whole öre.

    Source: Möser, Böhme & Breuker, Towards Risk Scoring of Bitcoin Transactions, 2014.
    """
    POISON = "poison"
    """All that a touched purse pays is touched: an outer bound, which makes money and says only where traced money can have been at all.

    Source: Möser, Böhme & Breuker, 2014.
    """


BOUNDING: Final = (Convention.FIFO, Convention.LIFO, Convention.HAIRCUT)
"""The conventions that an interval spans. Poison stands beside it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Trail:
    """Traced öre by payment and node, under every convention that was asked for.

    Attributes:
        store: The payments.
        sources: int64: the payments whose whole amount is followed.
        is_backward: Whether it is sought where the sources' money came from, not where it went.
        is_paid_first: Whether nodes pay before they receive within one instant.
        stops: uint8, one a payment: exit class of the payments by which money leaves the trail, 0 for those that it is followed through.
        known_opening_ore: int64, one a node: the balances that were known, -1 where none; None when nobody knows any.
        payment_ore: int64, one a payment, by convention.
        remaining_ore: int64, one a node, by convention: what it still holds at the end (backward: what it held before the data begin, or paid on credit).
        recycled_ore: By convention: traced öre that came back to a payer of sources and were paid out again by a source. They count once.
        assumed_opening_ore: int64, one a node: the balance that was assumed, because nobody knows it; 0 where it is known.
        lacking_ore: int64, one a node: what it paid beyond a known balance, on credit.
    """

    store: FlowStore
    sources: Int64s
    is_backward: bool
    is_paid_first: bool
    stops: Uint8s
    known_opening_ore: Int64s | None = field(repr=False)
    payment_ore: Mapping[Convention, Int64s]
    remaining_ore: Mapping[Convention, Int64s]
    recycled_ore: Mapping[Convention, int]
    assumed_opening_ore: Int64s = field(repr=False)
    lacking_ore: Int64s = field(repr=False)

    @property
    def source_ore(self) -> int:
        """What the sources add up to."""
        return int(self.store.amount_ore[self.sources].sum())

    @cached_property
    def trail_id(self) -> str:
        """``T-`` and twelve hex digits that stand for the sources, the stops, the known balances, the direction and the order within an instant."""
        asked = [self.is_backward, self.is_paid_first, *sorted(self.store.payment_ids.take(self.sources).to_pylist())]
        told = hashlib.sha256(json.dumps(asked).encode())
        known = np.zeros(0, np.int64) if self.known_opening_ore is None else self.known_opening_ore + 1
        for figures in (self.stops, known):
            at = np.flatnonzero(figures)
            told.update(json.dumps([at.tolist(), figures[at].tolist()]).encode())
        return "T-" + told.hexdigest()[:12]

    @property
    def bounding(self) -> tuple[Convention, ...]:
        """The conventions of this trail that its intervals span."""
        return tuple(convention for convention in BOUNDING if convention in self.payment_ore)

    def touched(self) -> Int64s:
        """The payments with traced money under any bounding convention, in time order."""
        is_touched = np.zeros(len(self.store), dtype=bool)
        for convention in self.bounding:
            is_touched |= self.payment_ore[convention] > 0
        return np.flatnonzero(is_touched)

    @cached_property
    def same_instant(self) -> int:
        """At how many instants a touched payment shares a payer or payee with another payment, so that somebody must say which came first.

        The store lets a node receive before it pays, and takes the table's order for the rest. See `order_sensitivity`.
        """
        store, at = self.store, self.touched()
        instants = np.unique(store.paid_at_us[at])
        begin = np.searchsorted(store.paid_at_us, instants, side="left")
        end = np.searchsorted(store.paid_at_us, instants, side="right")
        is_shared = end - begin > 1
        begin, end = begin[is_shared], end[is_shared]
        # All payments of these instants, and which instant each is of.
        size = end - begin
        instant = np.repeat(np.arange(len(size)), size)
        payments = np.arange(int(size.sum())) + np.repeat(begin - np.cumsum(size) + size, size)
        party = np.concatenate([store.payer[payments], store.payee[payments]]) + np.tile(instant * store.nodes, 2)
        _, which, count = np.unique(party, return_inverse=True, return_counts=True)
        is_touched = np.tile(np.isin(payments, at, assume_unique=True), 2)
        return len(np.unique(np.tile(instant, 2)[is_touched & (count[which] > 1)]))

    def payments(self) -> pa.Table:
        """The touched payments as rows.

        Returns:
            ``payment`` (place in the store), ``payment_id, payer_id, payee_id, paid_at, amount_ore, exit_class``, one ``<convention>_ore`` a convention, and
            ``low_ore, high_ore`` over the bounding ones.
        """
        at = self.touched()
        told = self.store.told(at).add_column(0, "payment", pa.array(at))
        return self._with_bounds(
            told.append_column("exit_class", pa.array(self.stops[at])),
            {convention: ore[at] for convention, ore in self.payment_ore.items()},
        )

    def exits(self) -> pa.Table:
        """Where the money ended, one row an exit class, ``REMAINS`` for what is still with its last holder.

        Returns:
            ``exit_class, payments``, one ``<convention>_ore`` a convention, ``low_ore, high_ore``, by class.
        """
        at = self.touched()
        classes = self.stops[at]
        told = [*sorted(set(classes[classes > 0].tolist())), REMAINS]
        columns = {
            convention: np.array(
                [ore[at][classes == exit_class].sum() for exit_class in told[:-1]]
                + [self.remaining_ore[convention].sum()],
                dtype=np.int64,
            )
            for convention, ore in self.payment_ore.items()
        }
        table = pa.table(
            {
                "exit_class": pa.array(told, pa.uint8()),
                "payments": pa.array(
                    [int((classes == exit_class).sum()) for exit_class in told[:-1]] + [0], pa.int64()
                ),
            }
        )
        return self._with_bounds(table, columns)

    def entities(self) -> pa.Table:
        """Who received traced money, and who still holds some.

        Returns:
            ``node_id``, ``received_low_ore, received_high_ore, remaining_low_ore, remaining_high_ore`` and the same by convention
            (``received_<convention>_ore``, ``remaining_<convention>_ore``), one row a node, those that received most first.
        """
        at = self.touched()
        payees = (self.store.payer if self.is_backward else self.store.payee)[at]
        nodes = np.unique(payees)
        place = np.searchsorted(nodes, payees)
        received = {convention: _sums(place, ore[at], len(nodes)) for convention, ore in self.payment_ore.items()}
        remaining = {convention: ore[nodes] for convention, ore in self.remaining_ore.items()}
        told = pa.table({"node_id": self.store.node_ids.take(pa.array(nodes))})
        told = self._with_bounds(told, received, "received_")
        told = self._with_bounds(told, remaining, "remaining_")
        return told.sort_by([("received_high_ore", "descending"), ("node_id", "ascending")])

    def _with_bounds(self, table: pa.Table, columns: Mapping[Convention, Int64s], prefix: str = "") -> pa.Table:
        for convention, ore in columns.items():
            table = table.append_column(f"{prefix}{convention.value}_ore", pa.array(ore, pa.int64()))
        bounding = np.stack([columns[convention] for convention in self.bounding])
        table = table.append_column(f"{prefix}low_ore", pa.array(bounding.min(axis=0), pa.int64()))
        return table.append_column(f"{prefix}high_ore", pa.array(bounding.max(axis=0), pa.int64()))


def _sums(place: NDArray[np.integer], ore: Int64s, count: int) -> Int64s:
    total = np.zeros(count, np.int64)
    np.add.at(total, place, ore)
    return total
