"""Kernels of the signals about paths that end with a payment: receipts passed on, chains of them, and scatter-gather."""

from __future__ import annotations

import numpy as np
from numba import njit

from follow_money.graph.flows.time_order import Int32s, Int64s

MOST_LOOKED_AT = 64
"""A payment is compared with so many of its payer's latest receipts, and a path with so many of the latest between the same two ends."""


@njit(cache=True)
def passed_on(
    payer: Int32s,
    paid_at_us: Int64s,
    amount_ore: Int64s,
    in_start: Int64s,
    in_payments: Int32s,
    within_us: int,
    low_percent: int,
    most: int,
) -> tuple[Int64s, Int32s, Int32s]:
    """The receipts that each payment passes on: at most ``within_us`` before it, and the payment is ``low_percent`` to 100 % of the receipt (all inclusive).

    Takes a flow store's arrays (m payments). Only the payer's latest ``most`` receipts are looked at: a hub costs no more a payment than that.

    Returns ``start`` (int64, m + 1) and ``receipts`` (int32): those that payment p passes on are ``receipts[start[p]:start[p + 1]]``, latest first; and
    ``hops`` (int32, m): payments in the longest chain of passing on that ends with p, 1 when it passes nothing on.
    """
    m = len(payer)
    start, hops = np.zeros(m + 1, np.int64), np.ones(m, np.int32)
    receipts = np.empty(max(m // 8, 16), np.int32)
    entered = in_start[:-1].copy()
    found = 0
    for p in range(m):
        node = payer[p]
        while entered[node] < in_start[node + 1] and in_payments[entered[node]] < p:
            entered[node] += 1
        for place in range(entered[node] - 1, max(in_start[node], entered[node] - most) - 1, -1):
            q = in_payments[place]
            if paid_at_us[p] - paid_at_us[q] > within_us:
                break
            if amount_ore[p] <= amount_ore[q] and 100 * amount_ore[p] >= low_percent * amount_ore[q]:
                if found == len(receipts):
                    longer = np.empty(2 * found, np.int32)
                    longer[:found] = receipts
                    receipts = longer
                receipts[found] = q
                found += 1
                hops[p] = max(hops[p], hops[q] + 1)
        start[p + 1] = found
    return start, receipts[:found], hops


@njit(cache=True)
def scatter_gathers(
    payer: Int32s,
    payee: Int32s,
    paid_at_us: Int64s,
    start: Int64s,
    receipts: Int32s,
    unknown_payer: np.int32,
    unknown_payee: np.int32,
    within_us: int,
    most: int,
) -> Int32s:
    """How many scatter-gathers each payment closes: pairs of two-payment paths of passing on, from one source to one payee, through two intermediaries.

    Takes a flow store's arrays (m payments), what `passed_on` returned, the nodes that stand for nobody known (-1 for none; they are no common end),
    microseconds from the first of the four payments to the last (inclusive), and with how many of the latest paths between its ends a path is compared.
    Returns int32, m.
    """
    m, paths = len(payer), len(receipts)
    closes = np.zeros(m, np.int32)
    bits = 4
    while (1 << bits) < 2 * paths:
        bits += 1
    latest = np.full(1 << bits, -1, np.int64)  # by source and payee: the latest path between them
    mask = (1 << bits) - 1
    before = np.full(paths, -1, np.int64)  # the path before it between the same two
    closed_by = np.empty(paths, np.int32)
    for p in range(m):
        for path in range(start[p], start[p + 1]):
            closed_by[path] = p
            source, sink = payer[receipts[path]], payee[p]
            if source in (sink, unknown_payer) or sink == unknown_payee:
                continue
            mixed = (np.uint64(source) << np.uint64(32) | np.uint64(sink)) * np.uint64(0x9E3779B97F4A7C15)
            slot = np.int64((mixed ^ (mixed >> np.uint64(32))) & np.uint64(mask))
            while latest[slot] >= 0:
                other = latest[slot]
                if payer[receipts[other]] == source and payee[closed_by[other]] == sink:
                    break
                slot = (slot + 1) & mask
            other = latest[slot]
            before[path] = other
            latest[slot] = path
            for _ in range(most):
                if other < 0 or paid_at_us[p] - paid_at_us[closed_by[other]] > within_us:
                    break
                if payer[closed_by[other]] != payer[p]:
                    first = min(paid_at_us[receipts[other]], paid_at_us[receipts[path]])
                    if paid_at_us[p] - first <= within_us:
                        closes[p] += 1
                other = before[other]
    return closes
