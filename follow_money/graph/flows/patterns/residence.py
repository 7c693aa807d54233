"""How long money stays with a node: what came in first goes out first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray

from follow_money.errors import UsageError
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_groups import checked_total, listed
from follow_money.graph.flows.opening import least_opening
from follow_money.graph.flows.search_rule import checked_window
from follow_money.graph.flows.time_order import Int32s, Int64s


@dataclass(frozen=True, eq=False)
class Residence:
    """What became of each payment at its payee, first in first out.

    Attributes:
        store: The payments.
        within_us: The time that counts as passing through.
        left_ore: int64, one a payment: how much of it its payee paid on within that time.
        left_at_all_ore: int64, one a payment: how much of it its payee paid on by the end of the data.
        stay_us: int64, one a payment: how long the öre that left had stayed, on average; -1 when none left.
        opening_ore: int64, one a node: what it is taken to have had at the beginning, which goes out first.
    """

    store: FlowStore
    within_us: int
    left_ore: Int64s
    left_at_all_ore: Int64s
    stay_us: Int64s
    opening_ore: Int64s

    def links(self, payments: NDArray[np.integer] | None = None) -> pa.Table:
        """Which payment was paid on by which: ``in_payment, out_payment, amount_ore, stay_us``, in the order of the payments in, then out.

        Args:
            payments: The payments in that are of interest; all when left out.
        """
        store = self.store
        is_wanted = np.ones(len(store), np.bool_)
        if payments is not None:
            is_wanted[:] = False
            is_wanted[payments] = True
        nodes = np.zeros(store.nodes, np.bool_)
        nodes[store.payee[is_wanted]] = True
        lists = queues(store, nodes)
        *_, rows = _first_in_first_out(lists, self.opening_ore, self.within_us, is_wanted[lists.in_payments])
        into, out = lists.in_payments[rows[:, 0]].astype(np.int64), lists.out_payments[rows[:, 1]].astype(np.int64)
        order = np.lexsort((out, into))
        into, out = into[order], out[order]
        return pa.table(
            {
                "in_payment": into,
                "out_payment": out,
                "amount_ore": rows[order, 2],
                "stay_us": store.paid_at_us[out] - store.paid_at_us[into],
            }
        )


def residence(store: FlowStore, *, within_us: int, opening_ore: Int64s | None = None) -> Residence:
    """How much of every payment its payee paid on within a time, and how long it stayed, first in first out.

    Args:
        store: The payments.
        within_us: The time that counts as passing through, inclusive.
        opening_ore: int64, one a node: what it had before the first payment, -1 where nobody tells. Unknown everywhere when left out; then the least is assumed
            with which a node never pays what it has not got. A known balance that is too small is filled up to that.

    Raises:
        UsageError: The time makes no sense, the balances are not one a node, or the payments cannot be summed.

    Source:
        First in first out is the rule of Clayton's case (Devaynes v Noble, 1816) and of inventory accounting; residence time as in detector D4a.
    """
    checked_window(within_us)
    checked_total(store)
    if opening_ore is not None and len(opening_ore) != store.nodes:
        raise UsageError(
            f"There are {len(opening_ore)} opening balances and {store.nodes} nodes. Give one a node, -1 where unknown."
        )
    least = least_opening(store.payer, store.payee, store.amount_ore, store.nodes)
    opening = least if opening_ore is None else np.maximum(least, opening_ore)
    lists = queues(store, None)
    *columns, _ = _first_in_first_out(lists, opening, within_us, np.zeros(len(store), np.bool_))
    in_store_order = []
    for column in columns:
        values = np.empty(len(store), np.int64)
        values[lists.in_payments] = column
        in_store_order.append(values)
    left, left_at_all, stay = in_store_order
    return Residence(store, within_us, left, left_at_all, stay, opening)


class Queues(NamedTuple):
    """What nodes receive and pay, list after list: the payments of node v are at ``in_start[v]`` up to ``in_start[v + 1]``, and with them öre and µs.

    Side by side in memory, for a look at a payment wherever it stands in the store costs more than all that is done with it.
    """

    in_start: Int64s
    in_payments: Int32s
    in_ore: Int64s
    in_us: Int64s
    out_start: Int64s
    out_payments: Int32s
    out_ore: Int64s
    out_us: Int64s


_Queues = Queues
"""Kernels that an earlier version compiled and kept ask for it by this name when they are read."""


def queues(store: FlowStore, nodes: NDArray[np.bool_] | None) -> Queues:
    """The lists of the nodes of interest; all when None."""
    in_start, ins = listed(store, store.payee, nodes=nodes, usable=None)
    out_start, outs = listed(store, store.payer, nodes=nodes, usable=None)
    ore, us = store.amount_ore, store.paid_at_us
    return Queues(in_start, ins, ore[ins], us[ins], out_start, outs, ore[outs], us[outs])


@njit(cache=True)
def _first_in_first_out(
    lists: Queues, opening_ore: Int64s, within_us: int, is_wanted: NDArray[np.bool_]
) -> tuple[Int64s, Int64s, Int64s, Int64s]:
    """Match what each node pays with what it received: ``(left_ore, left_at_all_ore, stay_us, rows)``.

    The first three are one a payment in, in the order of the lists, as in `Residence`; ``rows`` (position in the lists of payments in, in those of payments
    out, öre) are the matches of those that ``is_wanted`` (bool, one a payment in).
    """
    in_start, in_ore, in_us = lists.in_start, lists.in_ore, lists.in_us
    out_start, out_ore, out_us = lists.out_start, lists.out_ore, lists.out_us
    left, left_at_all = np.zeros(len(in_ore), np.int64), np.zeros(len(in_ore), np.int64)
    stay = np.full(len(in_ore), -1, np.int64)
    rows, size = np.empty((16, 3), np.int64), 0
    for node in range(len(in_start) - 1):
        i, end = in_start[node], in_start[node + 1]
        opening = opening_ore[node]
        weighted = 0.0  # öre times µs of the payment at the head of the queue, beyond what 64 bits hold
        for o in range(out_start[node], out_start[node + 1]):
            paid = min(opening, out_ore[o])
            opening -= paid
            owed = out_ore[o] - paid
            while owed > 0 and i < end:
                paid = min(owed, in_ore[i] - left_at_all[i])
                stayed = out_us[o] - in_us[i]
                owed -= paid
                left_at_all[i] += paid
                weighted += np.float64(paid) * np.float64(stayed)
                if stayed <= within_us:
                    left[i] += paid
                if is_wanted[i]:
                    if size == len(rows):
                        more = np.empty((2 * size, 3), np.int64)
                        more[:size] = rows
                        rows = more
                    rows[size, 0], rows[size, 1], rows[size, 2] = i, o, paid
                    size += 1
                if left_at_all[i] == in_ore[i]:
                    stay[i] = np.int64(np.rint(weighted / np.float64(in_ore[i])))
                    i += 1
                    weighted = 0.0
        if i < end and left_at_all[i] > 0:
            stay[i] = np.int64(np.rint(weighted / np.float64(left_at_all[i])))
    return left, left_at_all, stay, rows[:size]
