"""The kernel of the signals about cycles: sought backward from the payment that closes them, so that nothing of a later instant decides what is counted."""

from __future__ import annotations

import numpy as np
from numba import njit

from follow_money.graph.flows.time_order import Int32s, Int64s

MOST_STEPS = 10_000
"""So many receipts are looked at for one closing payment; what cycles it closes besides, among payments that all run side by side, is not counted."""


@njit(cache=True)
def cycles_closed(  # noqa: PLR0912, PLR0915  # one walk; what it hands on would cost as much as the walk
    payer: Int32s,
    payee: Int32s,
    paid_at_us: Int64s,
    amount_ore: Int64s,
    in_start: Int64s,
    in_payments: Int32s,
    start: Int64s,
    receipts: Int32s,
    until: Int32s,
    nodes: int,
    within_us: int,
    low_percent: int,
    most_hops: int,
    most: int,
) -> tuple[Int32s, Int64s]:
    """How many cycles of 2 to ``most_hops`` payments each payment closes, and how many each node is on: nodes distinct, each payment passing the one before on.

    Takes a flow store's arrays (m payments), what `passed_on` returned, ``until`` of `rounds`, microseconds from the first payment to the last (inclusive),
    the least share that is passed on, and how many receipts are looked at for one closing payment, the latest ones first. Payments of one instant may follow
    one another in either order, as in `cycles`, and a cycle at one instant that fits from several of its payments on is closed as it is told there.

    Returns int32, (m, ``most_hops`` - 1), and int64, (nodes, ``most_hops`` - 1): of 2 payments, of 3, and so on.
    """
    m = len(payer)
    closed = np.zeros((m, most_hops - 1), np.int32)
    on = np.zeros((nodes, most_hops - 1), np.int64)
    path, at = np.empty(most_hops, np.int64), np.empty(most_hops, np.int64)
    # Of the payer's receipts those that stand after its payment in the store, at the same instant: where the next one is listed, and whether any is left.
    beside, is_beside, has_rounds = np.empty(most_hops, np.int64), np.zeros(most_hops, np.bool_), len(until) > 0
    for p in range(m):
        home = payee[p]
        depth, looked_at, new = -1, 0, p
        while depth >= 0 or new >= 0:
            if new >= 0:
                depth += 1
                path[depth], at[depth] = new, start[new]
                if has_rounds and new < until[new]:
                    listed = in_payments[in_start[payer[new]] : in_start[payer[new] + 1]]
                    beside[depth] = in_start[payer[new]] + np.searchsorted(listed, new)
                    is_beside[depth] = True
                new = -1
            now = path[depth]
            if looked_at == most:
                depth -= 1
                continue
            if is_beside[depth]:
                place = beside[depth]
                if place == in_start[payer[now] + 1] or in_payments[place] >= until[now]:
                    is_beside[depth] = False
                    continue
                receipt = in_payments[place]
                beside[depth] += 1
                looked_at += 1
                if not _passes_on(amount_ore[receipt], amount_ore[now], low_percent):
                    continue
            elif at[depth] == start[now + 1]:
                depth -= 1
                continue
            else:
                receipt = receipts[at[depth]]
                at[depth] += 1
                looked_at += 1
                if paid_at_us[p] - paid_at_us[receipt] > within_us:
                    at[depth] = start[now + 1]  # the ones after it are earlier still
                    continue
            source = payer[receipt]
            if source == home:
                if has_rounds and paid_at_us[receipt] == paid_at_us[p]:
                    is_told = True
                    if _passes_on(amount_ore[p], amount_ore[receipt], low_percent):
                        for hop in range(depth + 1):
                            is_told &= receipt < path[hop]
                    if not is_told:
                        continue
                closed[p, depth] += 1
                on[source, depth] += 1
                for hop in range(depth + 1):
                    on[payer[path[hop]], depth] += 1
                continue
            is_on = depth + 2 == most_hops
            for hop in range(depth + 1):
                is_on |= source == payer[path[hop]]
            if not is_on:
                new = receipt
    return closed, on


@njit(cache=True)
def _passes_on(received_ore: int, paid_ore: int, low_percent: int) -> bool:
    """Whether a payment is as much as was received, or a little less."""
    return paid_ore <= received_ore and 100 * paid_ore >= low_percent * received_ore
