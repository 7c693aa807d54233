"""Kernels of the signals that look back over a sliding window: counts, sums and distinct counterparties, one pass in time order."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from follow_money.graph.flows.time_order import Int32s, Int64s

_WIDTH = 3  # of one window's state: payments that have left it, öre in it, parties in it


@njit(cache=True)
def earlier_between(
    payer: Int32s, payee: Int32s, out_start: Int64s, out_payments: Int32s, in_start: Int64s, in_payments: Int32s
) -> tuple[Int32s, Int32s, Int32s]:
    """Of each payment: the latest earlier one from the same payer to the same payee, how many there were, and the latest earlier one the other way.

    Arrays of a flow store in, three int32 arrays of one length m out; -1 where there is none.
    """
    m, nodes = len(payer), len(out_start) - 1
    same, same_count, reverse = np.full(m, -1, np.int32), np.zeros(m, np.int32), np.full(m, -1, np.int32)
    last_paid = np.full(nodes, -1, np.int32)  # by payee: the payer's latest payment to it, if it is this payer's
    last_received = np.full(nodes, -1, np.int32)
    for node in range(nodes):
        received, received_end = in_start[node], in_start[node + 1]
        for place in range(out_start[node], out_start[node + 1]):
            p = out_payments[place]
            while received < received_end and in_payments[received] < p:
                last_received[payer[in_payments[received]]] = in_payments[received]
                received += 1
            other = payee[p]
            before = last_paid[other]
            if before >= 0 and payer[before] == node:
                same[p] = before
                same_count[p] = same_count[before] + 1
            last_paid[other] = p
            back = last_received[other]
            if back >= 0 and payee[back] == node:
                reverse[p] = back
    return same, same_count, reverse


@njit(cache=True)
def sliding_windows(
    paid_at_us: Int64s,
    amount_ore: Int64s,
    out_start: Int64s,
    out_payments: Int32s,
    in_start: Int64s,
    in_payments: Int32s,
    earlier: Int32s,
    within_us: Int64s,
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
    """What the payer and the payee paid and received within each window up to and with each payment: counts, öre, distinct counterparties.

    Takes a flow store's arrays (m payments), ``earlier`` (int32, m: the latest earlier payment of the same payer to the same payee, -1 for none) and
    ``within_us`` (int64, w: the windows' lengths, inclusive).

    Returns three arrays ``[party, direction, window, payment]`` (int32, int64, int32): party 0 is the payer, 1 the payee; direction 0 what it paid, 1 what
    it received. Each account's payments are gone through in time order, and each enters and leaves each window once, so that a hub costs no more a payment
    than anybody.
    """
    m, windows = len(paid_at_us), len(within_us)
    counts = np.empty((2, 2, windows, m), np.int32)
    ore = np.empty((2, 2, windows, m), np.int64)
    parties = np.empty((2, 2, windows, m), np.int32)
    later = np.full(m, -1, np.int32)
    for p in range(m):
        if earlier[p] >= 0:
            later[earlier[p]] = p
    first = np.empty(
        (2, windows), np.int64
    )  # place in its list of the first payment in the window, of those paid and those received
    held = np.empty((2, windows), np.int64)  # öre in the window
    known = np.empty((2, windows), np.int64)  # counterparties in the window
    for node in range(len(out_start) - 1):
        first[0], first[1], held[:], known[:] = out_start[node], in_start[node], 0, 0
        paid, received = out_start[node], in_start[node]  # what comes next
        while paid < out_start[node + 1] or received < in_start[node + 1]:
            is_payer = received == in_start[node + 1] or (
                paid < out_start[node + 1] and out_payments[paid] < in_payments[received]
            )
            p = out_payments[paid] if is_payer else in_payments[received]
            party = 0 if is_payer else 1
            for window in range(windows):
                oldest_us = paid_at_us[p] - within_us[window]
                while first[0, window] < paid and paid_at_us[out_payments[first[0, window]]] < oldest_us:
                    q = out_payments[first[0, window]]
                    first[0, window] += 1
                    held[0, window] -= amount_ore[q]
                    known[0, window] -= later[q] < 0 or later[q] >= p  # its counterparty does not come again
                while first[1, window] < received and paid_at_us[in_payments[first[1, window]]] < oldest_us:
                    q = in_payments[first[1, window]]
                    first[1, window] += 1
                    held[1, window] -= amount_ore[q]
                    known[1, window] -= later[q] < 0 or later[q] >= p
                held[party, window] += amount_ore[p]
                known[party, window] += earlier[p] < 0 or paid_at_us[earlier[p]] < oldest_us
            paid, received = paid + is_payer, received + 1 - is_payer
            for window in range(windows):
                counts[party, 0, window, p] = paid - first[0, window]
                counts[party, 1, window, p] = received - first[1, window]
                for direction in range(2):
                    ore[party, direction, window, p] = held[direction, window]
                    parties[party, direction, window, p] = known[direction, window]
    return counts, ore, parties
