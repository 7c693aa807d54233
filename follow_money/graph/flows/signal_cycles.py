"""The kernel of the signals about cycles: sought backward from the payment that closes them, so that nothing later decides what is counted."""

from __future__ import annotations

import numpy as np
from numba import njit

from follow_money.graph.flows.time_order import Int32s, Int64s

MOST_STEPS = 10_000
"""So many receipts are looked at for one closing payment; what cycles it closes besides, among payments that all run side by side, is not counted."""


@njit(cache=True)
def cycles_closed(
    payer: Int32s,
    payee: Int32s,
    paid_at_us: Int64s,
    start: Int64s,
    receipts: Int32s,
    nodes: int,
    within_us: int,
    most_hops: int,
    most: int,
) -> tuple[Int32s, Int64s]:
    """How many cycles of 2 to ``most_hops`` payments each payment closes, and how many each node is on: nodes distinct, each payment passing the one before on.

    Takes a flow store's arrays (m payments), what `passed_on` returned, microseconds from the first payment to the last (inclusive), and how many receipts
    are looked at for one closing payment, the latest ones first.

    Returns int32, (m, ``most_hops`` - 1), and int64, (nodes, ``most_hops`` - 1): of 2 payments, of 3, and so on.
    """
    m = len(payer)
    closed = np.zeros((m, most_hops - 1), np.int32)
    on = np.zeros((nodes, most_hops - 1), np.int64)
    path, at = np.empty(most_hops, np.int64), np.empty(most_hops, np.int64)
    for p in range(m):
        home = payee[p]
        path[0], at[0] = p, start[p]
        depth, looked_at = 0, 0
        while depth >= 0:
            now = path[depth]
            if at[depth] == start[now + 1] or looked_at == most:
                depth -= 1
                continue
            receipt = receipts[at[depth]]
            at[depth] += 1
            looked_at += 1
            if paid_at_us[p] - paid_at_us[receipt] > within_us:
                at[depth] = start[now + 1]  # the ones after it are earlier still
                continue
            source = payer[receipt]
            if source == home:
                closed[p, depth] += 1
                on[source, depth] += 1
                for hop in range(depth + 1):
                    on[payer[path[hop]], depth] += 1
                continue
            is_on = depth + 2 == most_hops
            for hop in range(depth + 1):
                is_on |= source == payer[path[hop]]
            if not is_on:
                depth += 1
                path[depth], at[depth] = receipt, start[receipt]
    return closed, on
