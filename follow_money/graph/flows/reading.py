"""Reading a store: its payments in the order and direction of one trace, with the balances that purses begin with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from follow_money.errors import UsageError
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.line_kernel import FIFO_ROW, LIFO_ROW, in_lines
from follow_money.graph.flows.opening import Opening, on_credit, opening
from follow_money.graph.flows.share_kernels import by_touch, in_proportion
from follow_money.graph.flows.time_order import Int32s, Int64s
from follow_money.graph.flows.trace_scan import Followed, Scan, Uint8s
from follow_money.graph.flows.trail import Convention

MOST_ORE: Final = 2**61
"""What all payments together may add up to, and any balance: a purse then holds less than 2^62 öre, and no sum runs over."""

_NO_ROWS: Final = np.zeros(0, dtype=np.int32)
_NOTHING: Final = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Reading:
    """A store's payments in the order and direction of one trace.

    Attributes:
        payer, payee, amount_ore, stops, repaid_ore: As `Scan` has them.
        opening_ore: int64, one a node: what purses begin with; backward, what they ended with.
        balances: What they had before the first payment in time.
        order: The place in the store of each payment of the scan; None when they are in the store's order.
    """

    payer: Int32s
    payee: Int32s
    amount_ore: Int64s
    stops: Uint8s
    repaid_ore: Int64s
    opening_ore: Int64s
    balances: Opening
    order: Int64s | None

    def follow(
        self,
        group_of: Int32s,
        conventions: Collection[Convention],
        *,
        row_of: Int32s = _NO_ROWS,
        rows: int = 0,
        groups: int = 0,
    ) -> dict[Convention, Followed]:
        """What each convention finds, in the order of `Convention`, one row each; payments in the order of this reading.

        Args:
            group_of: int32, one a payment in store order: the group whose money it starts, -1 for none.
            conventions: Which ones.
            row_of: int32, one a payment in store order: its row in the parts by group, -1 for none; empty when no parts are asked for.
            rows: How many rows that makes.
            groups: How many groups there are; 0 when no parts are asked for.
        """
        if self.order is not None:
            group_of = group_of[self.order]
            row_of = row_of[self.order] if len(row_of) else row_of
        scan = Scan(
            payer=self.payer,
            payee=self.payee,
            amount_ore=self.amount_ore,
            group_of=read_only(group_of, np.int32),
            stops=self.stops,
            opening_ore=read_only(self.opening_ore, np.int64),
            repaid_ore=self.repaid_ore,
            row_of=read_only(row_of, np.int32),
            rows=rows,
            groups=groups,
        )
        told: dict[Convention, Followed] = {}
        if Convention.FIFO in conventions or Convention.LIFO in conventions:
            both = in_lines(scan)
            told[Convention.FIFO], told[Convention.LIFO] = _row(both, FIFO_ROW), _row(both, LIFO_ROW)
        if Convention.HAIRCUT in conventions:
            told[Convention.HAIRCUT] = in_proportion(scan)
        if Convention.POISON in conventions:
            told[Convention.POISON] = by_touch(scan)
        return {convention: told[convention] for convention in Convention if convention in conventions}

    def in_store_order(self, values: Int64s) -> Int64s:
        """Figures by payment of the scan, put in store order."""
        if self.order is None:
            return values
        told = np.empty_like(values)
        told[self.order] = values
        return told


def read(
    store: FlowStore,
    *,
    stops: Uint8s | None,
    opening_ore: Int64s | None,
    backward: bool = False,
    pays_first: bool = False,
) -> Reading:
    """Read a store for a trace; arguments as there.

    Backward, payments come in the opposite order and go the opposite way, and purses begin with what they ended with: every öre goes the way that it came.

    Raises:
        UsageError: Stops or balances of another store, or more money than can be followed exactly.
    """
    known = np.full(store.nodes, -1, np.int64) if opening_ore is None else np.asarray(opening_ore, dtype=np.int64)
    stopping = np.zeros(0, np.uint8) if stops is None else np.asarray(stops, dtype=np.uint8)
    if len(known) != store.nodes or (stops is not None and len(stopping) != len(store)):
        raise UsageError(
            f"The store has {store.nodes} nodes and {len(store)} payments; {len(known)} opening balances and {len(stopping)} stops were given. Give one each."
        )
    if max(float(np.sum(store.amount_ore, dtype=np.float64)), float(known.max(initial=0))) > MOST_ORE:
        raise UsageError(
            "These payments or balances add up to more öre than can be followed exactly (2^61). Follow a shorter period, or correct impossible amounts."
        )
    order = _paying_first(store.paid_at_us) if pays_first else None
    payer, payee, amount = _taken(store.payer, order), _taken(store.payee, order), _taken(store.amount_ore, order)
    payer, payee = read_only(payer, np.int32), read_only(payee, np.int32)
    amount = read_only(amount, np.int64)
    balances = opening(payer, payee, amount, read_only(known, np.int64))
    begins_with, repaid = balances.ore, _NOTHING
    if backward:
        begins_with = balances.ore + balances.lacking_ore + _sum(payee, amount, store.nodes)
        begins_with -= _sum(payer, amount, store.nodes)
        if balances.lacking_ore.any():
            repaid = on_credit(payer, payee, amount, read_only(balances.ore, np.int64))[::-1].copy()
        order = np.arange(len(store))[::-1] if order is None else order[::-1]
        payer, payee, amount = payee[::-1].copy(), payer[::-1].copy(), amount[::-1].copy()
    return Reading(
        payer=read_only(payer, np.int32),
        payee=read_only(payee, np.int32),
        amount_ore=read_only(amount, np.int64),
        stops=read_only(stopping if not len(stopping) else _taken(stopping, order), np.uint8),
        repaid_ore=read_only(repaid, np.int64),
        opening_ore=begins_with,
        balances=balances,
        order=order,
    )


def read_only(values: NDArray[np.generic], dtype: type[np.generic]) -> NDArray:  # type: ignore[type-arg]  # of that dtype
    """A view that kernels may not write to. One kind of array for stores in memory and for mapped ones: kernels are compiled once."""
    view = np.ascontiguousarray(np.asarray(values, dtype=dtype)).view()
    view.flags.writeable = False
    return view


def _taken(values: NDArray, order: Int64s | None) -> NDArray:  # type: ignore[type-arg]  # whatever it is
    return values if order is None else values[order]


def _row(both: Followed, row: int) -> Followed:
    one = slice(row, row + 1)
    return Followed(both.traced_ore[one], both.parts_ore[one], both.remaining_ore[one], both.recycled_ore[one])


def _sum(node: Int32s, amount_ore: Int64s, nodes: int) -> Int64s:
    total = np.zeros(nodes, np.int64)
    np.add.at(total, node, amount_ore)
    return total


def _paying_first(paid_at_us: Int64s) -> Int64s:
    """The order of time, with the payments of each instant in the opposite order: what received before it paid now pays before it receives."""
    return np.lexsort((-np.arange(len(paid_at_us)), paid_at_us))
