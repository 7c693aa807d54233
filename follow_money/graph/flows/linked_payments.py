"""Payments linked to the ones that follow them, so that a search walks from payment to payment instead of searching lists."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from follow_money.graph.flows.amount_lists import AmountLists, amount_lists
from follow_money.graph.flows.fetch_ahead import AHEAD, fetch
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.time_order import Int32s, Int64s


class LinkedPayments(NamedTuple):
    """What searches walk on: columns of a store, links, and the payments of busy nodes by size.

    Links are int32, one a payment p: the next payment after it of a kind, m (the number of payments) when there is none.

    Attributes:
        payer: Of the store.
        payee: Of the store.
        amount_ore: Of the store.
        onward: The next payment by the payee of p.
        inward: The next payment to the payer of p.
        next_out: The next payment by the payer of p.
        next_in: The next payment to the payee of p.
        out: What busy nodes pay, by size.
        into: What busy nodes receive, by size.
    """

    payer: Int32s
    payee: Int32s
    amount_ore: Int64s
    onward: Int32s
    inward: Int32s
    next_out: Int32s
    next_in: Int32s
    out: AmountLists
    into: AmountLists


def linked(store: FlowStore) -> LinkedPayments:
    """Link the payments of a store."""
    return LinkedPayments(
        store.payer,
        store.payee,
        store.amount_ore,
        *_links(store.payer, store.payee, store.nodes),
        amount_lists(store, is_out=True),
        amount_lists(store, is_out=False),
    )


@njit(cache=True)
def _links(payer: Int32s, payee: Int32s, nodes: int) -> tuple[Int32s, Int32s, Int32s, Int32s]:
    """``(onward, inward, next_out, next_in)`` in one scan from the last payment to the first. ``payer``, ``payee``: int32, in the order of time."""
    m = len(payer)
    # The next payment out of and into a node stand side by side: one line of the cache for both.
    ahead = np.full((nodes, 2), m, np.int32)
    onward = np.empty(m, np.int32)
    inward = np.empty(m, np.int32)
    next_out = np.empty(m, np.int32)
    next_in = np.empty(m, np.int32)
    for p in range(m - 1, -1, -1):
        if p >= AHEAD:
            fetch(ahead, payer[p - AHEAD])
            fetch(ahead, payee[p - AHEAD])
        u, v = payer[p], payee[p]
        onward[p] = ahead[v, 0]
        inward[p] = ahead[u, 1]
        next_out[p] = ahead[u, 0]
        next_in[p] = ahead[v, 1]
        ahead[u, 0] = p
        ahead[v, 1] = p
    return onward, inward, next_out, next_in


@njit(cache=True)
def ends_of_windows(paid_at_us: Int64s, within_us: int) -> Int32s:
    """For each payment p the first one that is more than ``within_us`` later; m when there is none. int32, one a payment."""
    m = len(paid_at_us)
    ends = np.empty(m, np.int32)
    end = 0
    for p in range(m):
        horizon = paid_at_us[p] + within_us
        while end < m and paid_at_us[end] <= horizon:
            end += 1
        ends[p] = end
    return ends


@njit(cache=True)
def first_payments(onward: Int32s, inward: Int32s, paid_at_us: Int64s, within_us: int) -> tuple[Int32s, Int32s]:
    """Payments after which, within a time, the payee pays and the payer is paid; for each the first payment that is too late. int32, in time order."""
    m = len(paid_at_us)
    first, ends = np.empty(m, np.int32), np.empty(m, np.int32)
    size, end = 0, 0
    for p in range(m):
        horizon = paid_at_us[p] + within_us
        while end < m and paid_at_us[end] <= horizon:
            end += 1
        # Written in any case, counted when it holds: a branch that nobody can foresee costs more.
        first[size], ends[size] = p, end
        size += (onward[p] < end) & (inward[p] < end)
    return first[:size].copy(), ends[:size].copy()
