"""Kernels that list each node's payments: counting sorts, without a comparison."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

from follow_money.graph.flows.time_order import Int32s, Int64s

_FEW_NODES: Final = 2**16
"""So many counters of four bytes fit into a core's own cache: up to here one pass is the faster way, beyond it each count and each write waits for memory."""

_GROUP_BITS: Final = 12
"""Nodes of one group in two passes, as a power of two: their counters lie in the nearest cache, and so does one line a group of what the first pass writes."""


def adjacency(node_of: Int32s, nodes: int) -> tuple[Int64s, Int32s]:
    """Payments of each node in the order given: ``(start, payments)``; those of node v are ``payments[start[v]:start[v + 1]]``.

    ``node_of``: int32, one a payment; ``nodes``: a count. ``start``: int64, nodes + 1; ``payments``: int32, one a payment.
    """
    return in_one_pass(node_of, nodes) if nodes <= _FEW_NODES else in_two_passes(node_of, nodes, _GROUP_BITS)


@njit(cache=True)
def in_one_pass(node_of: Int32s, nodes: int) -> tuple[Int64s, Int32s]:
    """`adjacency` by one counting sort over all nodes."""
    m = len(node_of)
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


@njit(cache=True)
def in_two_passes(node_of: Int32s, nodes: int, group_bits: int) -> tuple[Int64s, Int32s]:
    """`adjacency` by a counting sort into groups of 2 to the power of ``group_bits`` neighbouring nodes, and one within each group.

    Source: Manegold, Boncz & Kersten, Optimizing main-memory join on modern hardware (IEEE TKDE 14, 2002), radix clustering.
    """
    m = len(node_of)
    groups, width = (nodes >> group_bits) + 1, 1 << group_bits
    group_start = np.zeros(groups + 1, np.int64)
    for p in range(m):
        group_start[(node_of[p] >> group_bits) + 1] += 1
    for group in range(groups):
        group_start[group + 1] += group_start[group]
    grouped, place = np.empty(m, np.int64), group_start.copy()  # node and payment side by side in 64 bits
    for p in range(m):
        node = node_of[p]
        grouped[place[node >> group_bits]] = (np.int64(node) << 32) | p
        place[node >> group_bits] += 1
    start, payments = np.empty(nodes + 1, np.int64), np.empty(m, np.int32)
    place = np.empty(width + 1, np.int64)
    for group in range(groups):
        first = group << group_bits
        low, high = group_start[group], group_start[group + 1]
        place[:] = 0
        place[0] = low
        for i in range(low, high):
            place[(grouped[i] >> 32) - first + 1] += 1
        for node in range(width):
            place[node + 1] += place[node]
        here = min(width, nodes + 1 - first)
        start[first : first + here] = place[:here]
        for i in range(low, high):
            node = (grouped[i] >> 32) - first
            payments[place[node]] = np.int32(grouped[i] & 0x7FFFFFFF)
            place[node] += 1
    return start, payments
