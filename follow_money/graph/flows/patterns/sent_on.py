"""What was sent on in time: the most of what nodes received that can have left within a time after it came."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray

from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_groups import checked_total
from follow_money.graph.flows.patterns.residence import Queues, queues
from follow_money.graph.flows.search_rule import checked_window
from follow_money.graph.flows.time_order import Int64s


def sent_on(store: FlowStore, *, within_us: int, nodes: NDArray[np.bool_]) -> pa.Table:
    """Match what nodes pay with what came in within the time before it.

    Each payment out takes of the payments in that are no older than ``within_us``, the oldest of them first; that is the most that can be matched. Older
    rests take no part: of a node that keeps a tenth of every sum nine tenths are sent on, however many sums came, where first in first out (`residence`)
    would have the rests of before go instead of the newest sum.

    Args:
        store: The payments.
        within_us: Microseconds, inclusive.
        nodes: One a node: of interest.

    Returns:
        ``in_payment, out_payment, amount_ore``: places in the store and the öre matched, by node and in time order.

    Raises:
        UsageError: The time makes no sense, or the payments cannot be summed.

    Source:
        Matching of points to windows whose ends never go back: the earliest deadline first is best (Glover, Maximum matching in a convex bipartite graph,
        1967).
    """
    checked_window(within_us)
    checked_total(store)
    lists = queues(store, nodes)
    rows = _matched(lists, within_us)
    return pa.table(
        {
            "in_payment": lists.in_payments[rows[:, 0]].astype(np.int64),
            "out_payment": lists.out_payments[rows[:, 1]].astype(np.int64),
            "amount_ore": rows[:, 2],
        }
    )


@njit(cache=True)
def _matched(lists: Queues, within_us: int) -> Int64s:
    """Rows of (position among payments in, position among payments out, öre)."""
    in_start, in_ore, in_us = lists.in_start, lists.in_ore, lists.in_us
    out_start, out_ore, out_us = lists.out_start, lists.out_ore, lists.out_us
    rows, size = np.empty((16, 3), np.int64), 0
    for node in range(len(in_start) - 1):
        i, end = in_start[node], in_start[node + 1]
        matched = np.int64(0)  # of the payment at i
        for o in range(out_start[node], out_start[node + 1]):
            owed = out_ore[o]
            while owed > 0 and i < end and in_us[i] <= out_us[o]:
                if in_us[i] < out_us[o] - within_us or matched == in_ore[i]:
                    i, matched = i + 1, np.int64(0)
                    continue
                paid = min(owed, in_ore[i] - matched)
                owed -= paid
                matched += paid
                if size == len(rows):
                    more = np.empty((2 * size, 3), np.int64)
                    more[:size] = rows
                    rows = more
                rows[size, 0], rows[size, 1], rows[size, 2] = i, o, paid
                size += 1
    return rows[:size]
