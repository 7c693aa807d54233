"""What may follow what in time alone: within one instant a payment may follow another in either order, also where payments go round.

A store puts the payments of one instant in an order, and where they go round, some payment stands before one that it may have followed. Searches that find
paths by time, whatever the order within an instant, start looking at ``since``; where nothing goes round at one instant there is nothing to add.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.time_order import Int32s, Int64s


class SameInstant(NamedTuple):
    """Where to look for what follows a payment, or comes before it, at its own instant or another.

    A *round* is a run of payments of one instant within which some payment stands before one that it may follow.

    Attributes:
        since: int32, one a payment p, empty where there are no rounds: what follows p stands here or later; the begin of its round, p + 1 outside of rounds.
        until: int32, the same: what p follows stands before this; the end of its round, p outside of rounds.
        onward: int32, one a payment: the first payment by the payee of p from ``since`` on; m (the number of payments) when there is none.
        inward: int32, one a payment: the first payment to the payer of p from there on; m when there is none.
    """

    since: Int32s
    until: Int32s
    onward: Int32s
    inward: Int32s


def same_instant(store: FlowStore, onward: Int32s, inward: Int32s) -> SameInstant:
    """Find the rounds of a store. ``onward`` and ``inward`` are those of `LinkedPayments`, which know the store's order alone; they are not changed."""
    since, until = rounds(store)
    if not len(since):
        return SameInstant(since, until, onward, inward)
    return SameInstant(since, until, *_links(store.payer, store.payee, until, onward, inward, store.nodes))


def rounds(store: FlowStore) -> tuple[Int32s, Int32s]:
    """``(since, until)`` as in `SameInstant`, both empty where no payments of one instant go round."""
    begins, ends = _rounds(store.payer, store.payee, store.paid_at_us, store.nodes)
    if not len(begins):
        return np.empty(0, np.int32), np.empty(0, np.int32)
    until = np.arange(len(store), dtype=np.int32)
    since = until + np.int32(1)
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        since[begin:end], until[begin:end] = begin, end
    return since, until


@njit(cache=True)
def _rounds(payer: Int32s, payee: Int32s, paid_at_us: Int64s, nodes: int) -> tuple[Int64s, Int64s]:
    """Begin and end of each round: the union of the runs from a payment to a later one of the same instant that it may follow."""
    m = len(payer)
    begins, ends, count = np.empty(16, np.int64), np.empty(16, np.int64), 0
    first_paid = np.full(nodes, -1, np.int64)
    low = 0
    while low < m:
        high = low + 1
        while high < m and paid_at_us[high] == paid_at_us[low]:
            high += 1
        if high - low > 1:
            for p in range(low, high):
                u, v = payer[p], payee[p]
                begin = first_paid[v]
                if begin >= low and u != v:
                    while count > 0 and ends[count - 1] > begin:
                        count -= 1
                        begin = min(begin, begins[count])
                    if count == len(begins):
                        begins, ends = np.append(begins, begins), np.append(ends, ends)
                    begins[count], ends[count] = begin, p + 1
                    count += 1
                if first_paid[u] < low:
                    first_paid[u] = p
        low = high
    return begins[:count], ends[:count]


@njit(cache=True)
def _links(
    payer: Int32s, payee: Int32s, until: Int32s, onward: Int32s, inward: Int32s, nodes: int
) -> tuple[Int32s, Int32s]:
    """``(onward, inward)`` as in `SameInstant`."""
    onward, inward = onward.copy(), inward.copy()
    first_paid, first_got = np.full(nodes, -1, np.int64), np.full(nodes, -1, np.int64)
    begin = 0
    while begin < len(payer):
        if until[begin] <= begin:
            begin += 1
            continue
        for p in range(begin, until[begin]):
            if first_paid[payer[p]] < begin:
                first_paid[payer[p]] = p
            if first_got[payee[p]] < begin:
                first_got[payee[p]] = p
        for p in range(begin, until[begin]):
            if first_paid[payee[p]] >= begin:
                onward[p] = first_paid[payee[p]]
            if first_got[payer[p]] >= begin:
                inward[p] = first_got[payer[p]]
        begin = until[begin]
    return onward, inward
