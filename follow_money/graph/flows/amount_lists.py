"""The payments of busy nodes by size: a hub's payments of about one amount are found without walking the rest of them."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from follow_money.graph.flows.fetch_ahead import AHEAD, fetch
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.time_order import Int32s, Int64s

BUSY_FROM: Final = 4096
"""Payments paid or received from which on a node's payments are listed by size. It changes the time a search takes, never what it finds."""


_ROW: Final = np.dtype([("amount_ore", np.int64), ("place", np.int32), ("other", np.int32)])


class AmountLists(NamedTuple):
    """Payments of busy nodes on one side (paid, or received), by node, then size class, then time.

    Attributes:
        busy: int32, one a node: the number of a busy node, -1 for the others.
        lowest: The class of the smallest amount.
        classes: How many classes there are.
        start: int64: the payments of busy node b in class c are ``rows[start[b * classes + c]:start[b * classes + c + 1]]``.
        rows: 16 bytes each, so that a look at one costs one line of the cache: ``amount_ore`` (int64), ``place`` (int32: the payment), ``other`` (int32: the
            node at its other end).
    """

    busy: Int32s
    lowest: int
    classes: int
    start: Int64s
    rows: np.ndarray


def amount_lists(store: FlowStore, *, is_out: bool) -> AmountLists:
    """List the payments of busy nodes by size: those that they pay (``is_out``) or those that they receive."""
    start = store.out_start if is_out else store.in_start
    busy_nodes = np.flatnonzero(np.diff(start) >= BUSY_FROM)
    busy = np.full(store.nodes, -1, np.int32)
    busy[busy_nodes] = np.arange(len(busy_nodes), dtype=np.int32)
    lowest = int(size_class(int(store.amount_ore.min()))) if len(store) else 0
    highest = int(size_class(int(store.amount_ore.max()))) if len(store) else 0
    classes = highest - lowest + 1
    payments = store.out_payments if is_out else store.in_payments
    other = store.payee if is_out else store.payer
    list_start, rows = _by_class(busy_nodes, start, payments, store.amount_ore, other, lowest, classes)
    return AmountLists(busy, lowest, classes, list_start, rows)


@njit(cache=True, forceinline=True)
def size_class(amount_ore: int) -> int:
    """The class of an amount: the leading four binary digits, eight classes from an amount to its double. Never falls as the amount rises."""
    # Amounts are below 2^53, so that the float is exact; its bits are exponent, then mantissa.
    return int(np.float64(amount_ore).view(np.int64) >> 49)


@njit(cache=True)
def _by_class(
    nodes: Int64s, start: Int64s, payments: Int32s, amount_ore: Int64s, other: Int32s, lowest: int, classes: int
) -> tuple[Int64s, np.ndarray]:
    """Counting sort of the payments of ``nodes``: ``(start, rows)`` as in `AmountLists`."""
    lists = len(nodes) * classes
    list_start = np.zeros(lists + 1, np.int64)
    size = 0
    for node in nodes:
        size += start[node + 1] - start[node]
    # Gathered once, by node, since payments lie far apart in the columns; what is moved into the lists then lies side by side.
    list_of, gathered = np.empty(size, np.int32), np.empty(size, _ROW)
    at = 0
    for b in range(len(nodes)):
        end_of_node = start[nodes[b] + 1]
        for i in range(start[nodes[b]], end_of_node):
            ahead = payments[min(i + AHEAD, end_of_node - 1)]
            fetch(amount_ore, ahead)
            fetch(other, ahead)
            p, row = payments[i], gathered[at]
            row.amount_ore, row.place, row.other = amount_ore[p], p, other[p]
            list_of[at] = b * classes + size_class(amount_ore[p]) - lowest
            list_start[list_of[at] + 1] += 1
            at += 1
    for at in range(lists):
        list_start[at + 1] += list_start[at]
    end = list_start[:-1].copy()
    rows = np.empty(size, _ROW)
    for at in range(size):
        row, taken = rows[end[list_of[at]]], gathered[at]
        row.amount_ore, row.place, row.other = taken.amount_ore, taken.place, taken.other
        end[list_of[at]] += 1
    return list_start, rows
