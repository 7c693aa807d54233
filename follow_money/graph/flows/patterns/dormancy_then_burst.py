"""Dormancy, then burst: a node that lay still for long moves much at once."""

from __future__ import annotations

import numpy as np
from numba import njit

from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_groups import FoundGroups, checked_total, found_groups
from follow_money.graph.flows.search_rule import DAY_US, at_least, checked_window
from follow_money.graph.flows.time_order import Int32s, Int64s


def dormancy_then_burst(
    store: FlowStore,
    *,
    dormant_us: int = 180 * DAY_US,
    within_us: int = 7 * DAY_US,
    fewest_payments: int = 5,
    least_ore: int = 0,
) -> FoundGroups:
    """Nodes that neither pay nor are paid for a time, and then make and receive many payments within a window that begins with the first of them.

    Before its first payment in the data a node does not count as dormant: nobody knows. Figures: ``before`` (the payment before the dormancy) and
    ``dormant_us``. Lawful makers: seasonal trades, estates, a summer house's account, a dormant company that a new owner takes up.

    Args:
        store: The payments.
        dormant_us: Time without a payment in or out, inclusive.
        within_us: Length of the window after it, both ends inclusive.
        fewest_payments: Payments in and out in the window.
        least_ore: Their sum, öre.

    Raises:
        UsageError: Times or number make no sense, or the payments cannot be summed.

    Source:
        FATF, Money laundering typologies (dormant accounts); typologies 8 and 22.
    """
    checked_total(store)
    at_least(dormant_us, 1, "dormant_us")
    rows, payments = _bursts(
        store.in_start, store.in_payments, store.out_start, store.out_payments, store.paid_at_us, store.amount_ore,
        dormant_us, checked_window(within_us), at_least(fewest_payments, 1, "fewest_payments"), least_ore,
    )  # fmt: skip
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(rows[:, 2])])
    node = rows[:, 0]
    before = rows[:, 1]
    is_out = store.payer[payments] == np.repeat(node, rows[:, 2])
    return found_groups(
        store,
        node,
        start,
        payments,
        role=is_out.astype(np.int8),
        roles=("in", "out"),
        figures={"before": before, "dormant_us": store.paid_at_us[payments[start[:-1]]] - store.paid_at_us[before]},
    )


@njit(cache=True)
def _bursts(
    in_start: Int64s,
    in_payments: Int32s,
    out_start: Int64s,
    out_payments: Int32s,
    paid_at_us: Int64s,
    amount_ore: Int64s,
    dormant_us: int,
    within_us: int,
    fewest: int,
    least_ore: int,
) -> tuple[Int64s, Int32s]:
    """Groups as rows (node, payment before, how many payments), and their payments one after the other."""
    rows = np.empty((16, 3), np.int64)
    found, size = 0, 0
    payments = np.empty(64, np.int32)
    own = np.empty(64, np.int32)
    for node in range(len(in_start) - 1):
        count = in_start[node + 1] - in_start[node] + out_start[node + 1] - out_start[node]
        if count <= fewest:
            continue
        if count > len(own):
            own = np.empty(2 * count, np.int32)
        _merge(
            in_payments[in_start[node] : in_start[node + 1]], out_payments[out_start[node] : out_start[node + 1]], own
        )
        for first in range(1, count):
            woke_us = paid_at_us[own[first]]
            if woke_us - paid_at_us[own[first - 1]] < dormant_us:
                continue
            end, total = first, 0
            while end < count and paid_at_us[own[end]] - woke_us <= within_us:
                total += amount_ore[own[end]]
                end += 1
            if end - first < fewest or total < least_ore:
                continue
            if found == len(rows):
                more = np.empty((2 * found, 3), np.int64)
                more[:found] = rows
                rows = more
            while size + end - first > len(payments):
                longer = np.empty(2 * len(payments), np.int32)
                longer[:size] = payments[:size]
                payments = longer
            rows[found, 0], rows[found, 1], rows[found, 2] = node, own[first - 1], end - first
            payments[size : size + end - first] = own[first:end]
            found += 1
            size += end - first
    return rows[:found], payments[:size]


@njit(cache=True)
def _merge(ins: Int32s, outs: Int32s, both: Int32s) -> None:
    """Write two ascending lists into ``both`` as one."""
    i, o = 0, 0
    for at in range(len(ins) + len(outs)):
        if o == len(outs) or (i < len(ins) and ins[i] < outs[o]):
            both[at] = ins[i]
            i += 1
        else:
            both[at] = outs[o]
            o += 1
