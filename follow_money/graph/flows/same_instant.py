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
    begins, ends = _rounds(store.payer, store.payee, _tied(store), store.nodes)
    since, until = _marked(begins, ends, len(store))
    if not len(begins):
        return SameInstant(since, until, onward, inward)
    links = _links(store.payer, store.payee, begins, ends, onward, inward, store.nodes)
    return SameInstant(since, until, *links)


def rounds(store: FlowStore) -> tuple[Int32s, Int32s]:
    """``(since, until)`` as in `SameInstant`, both empty where no payments of one instant go round."""
    return _marked(*_rounds(store.payer, store.payee, _tied(store), store.nodes), len(store))


def _marked(begins: Int64s, ends: Int64s, payments: int) -> tuple[Int32s, Int32s]:
    if not len(begins):
        return np.empty(0, np.int32), np.empty(0, np.int32)
    until = np.arange(payments, dtype=np.int32)
    since = until + np.int32(1)
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        since[begin:end], until[begin:end] = begin, end
    return since, until


def _tied(store: FlowStore) -> Int64s:
    return np.flatnonzero(store.paid_at_us[1:] == store.paid_at_us[:-1])


@njit(cache=True)
def _rounds(payer: Int32s, payee: Int32s, tied: Int64s, nodes: int) -> tuple[Int64s, Int64s]:
    """Begin and end of each round: the union of the runs from a payment to a later one of the same instant that it may follow.

    ``tied``: the payments that are followed by one of their own instant, ascending.
    """
    begins, ends, count = np.empty(16, np.int64), np.empty(16, np.int64), 0
    first_paid = np.full(nodes, -1, np.int64)
    at = 0
    while at < len(tied):
        low = high = tied[at]
        while at < len(tied) and tied[at] == high:
            high += 1
            at += 1
        for p in range(low, high + 1):
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
    return begins[:count], ends[:count]


@njit(cache=True)
def _links(
    payer: Int32s, payee: Int32s, begins: Int64s, ends: Int64s, onward: Int32s, inward: Int32s, nodes: int
) -> tuple[Int32s, Int32s]:
    """``(onward, inward)`` as in `SameInstant`."""
    onward, inward = onward.copy(), inward.copy()
    first_paid, first_got = np.full(nodes, -1, np.int64), np.full(nodes, -1, np.int64)
    for each in range(len(begins)):
        begin, end = begins[each], ends[each]
        for p in range(begin, end):
            if first_paid[payer[p]] < begin:
                first_paid[payer[p]] = p
            if first_got[payee[p]] < begin:
                first_got[payee[p]] = p
        for p in range(begin, end):
            if first_paid[payee[p]] >= begin:
                onward[p] = first_paid[payee[p]]
            if first_got[payer[p]] >= begin:
                inward[p] = first_got[payer[p]]
    return onward, inward
