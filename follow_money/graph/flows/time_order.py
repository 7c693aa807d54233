"""Kernels that put payments in the order of time and list each node's payments, without a comparison beyond the sort of time itself."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]


def time_order(payer: Int32s, payee: Int32s, paid_at_us: Int64s, nodes: int) -> Int64s:
    """Positions of the payments in the order of time; within one instant a node receives before it pays.

    Within an instant payments are in topological order (Kahn, Topological sorting of large networks, 1962), ties in the order of the table; a ring of payments
    at one instant is opened at the payment that comes first in the table.

    Args:
        payer: Node numbers, one a payment.
        payee: The same.
        paid_at_us: Microseconds since 1970 (UTC), one a payment.
        nodes: How many nodes there are.
    """
    order = np.argsort(paid_at_us, kind="stable")
    _receive_before_paying(payer, payee, paid_at_us, order, nodes)
    return order


@njit(cache=True)
def _receive_before_paying(payer: Int32s, payee: Int32s, paid_at_us: Int64s, order: Int64s, nodes: int) -> None:
    """Reorder ``order`` in place within each instant. All arrays of one length m; ``nodes`` a count."""
    m = len(order)
    pays_in = np.full(nodes, -1, np.int64)  # the last instant in which the node pays
    waiting = np.zeros(nodes, np.int32)  # payments to the node in this instant that are still to come
    head = np.full(nodes, -1, np.int64)  # its first payment of this instant
    low = 0
    while low < m:
        high = low + 1
        instant = paid_at_us[order[low]]
        while high < m and paid_at_us[order[high]] == instant:
            high += 1
        if high - low > 1:
            for place in range(low, high):
                pays_in[payer[order[place]]] = low
            is_chained = False
            for place in range(low, high):
                p = order[place]
                if pays_in[payee[p]] == low and payer[p] != payee[p]:
                    is_chained = True
                    break
            if is_chained:
                _topological(payer, payee, order[low:high], waiting, head)
        low = high


@njit(cache=True)
def _topological(payer: Int32s, payee: Int32s, group: Int64s, waiting: Int32s, head: Int64s) -> None:
    """Put one instant's payments ``group`` (a view, changed in place) in topological order. ``waiting`` and ``head`` are scratch, left as found."""
    size = len(group)
    told = group.copy()
    following = np.full(size, -1, np.int64)  # the next payment of the same payer
    for place in range(size - 1, -1, -1):
        p = told[place]
        following[place] = head[payer[p]]
        head[payer[p]] = place
        if payer[p] != payee[p]:
            waiting[payee[p]] += 1
    is_queued = np.zeros(size, np.bool_)
    queue = np.empty(size, np.int64)
    end = 0
    for place in range(size):
        if waiting[payer[told[place]]] == 0:
            queue[end] = place
            is_queued[place] = True
            end += 1
    at, first_left = 0, 0
    while at < size:
        if at == end:  # a ring: open it at the payment that comes first in the table
            while is_queued[first_left]:
                first_left += 1
            queue[end] = first_left
            is_queued[first_left] = True
            end += 1
        place = queue[at]
        p = told[place]
        group[at] = p
        at += 1
        node = payee[p]
        if payer[p] != node:
            waiting[node] -= 1
            if waiting[node] == 0:
                follower = head[node]
                while follower >= 0:
                    if not is_queued[follower]:
                        queue[end] = follower
                        is_queued[follower] = True
                        end += 1
                    follower = following[follower]
    for place in range(size):
        head[payer[told[place]]] = -1
        waiting[payee[told[place]]] = 0


@njit(cache=True)
def adjacency(node_of: Int32s, nodes: int) -> tuple[Int64s, Int32s]:
    """Payments of each node in the order given: ``(start, payments)``; those of node v are ``payments[start[v]:start[v + 1]]``.

    A counting sort. ``node_of``: int32, one a payment; ``nodes``: a count. ``start``: int64, nodes + 1; ``payments``: int32, one a payment.
    """
    m = len(node_of)
    # Places fit into 32 bits, and counters of that size into the cache: a third less time on tens of millions of payments.
    place = np.zeros(nodes + 1, np.int32)
    for p in range(m):
        place[node_of[p] + 1] += 1
    for node in range(nodes):
        place[node + 1] += place[node]
    start = place.astype(np.int64)
    payments = np.empty(m, np.int32)
    for p in range(m):
        node = node_of[p]
        payments[place[node]] = p
        place[node] += 1
    return start, payments
