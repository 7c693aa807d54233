"""Kernels of the signals that look back over all that an account did before: when, how much as a rule, the same sum again, and its purse in FIFO order."""

from __future__ import annotations

import numpy as np
from numba import njit

from follow_money.graph.flows.time_order import Float64s, Int32s, Int64s

_HOUR_US = 3_600_000_000


@njit(cache=True)
def last_seen(payer: Int32s, payee: Int32s, paid_at_us: Int64s, nodes: int) -> tuple[Int64s, Int64s, Int64s]:
    """When the two parties of each payment last paid, last received and first did either, before it.

    Returns three int64 arrays ``[party, payment]`` (microseconds since 1970; -2^63 for never): last paid, last received, first seen. Party 0 is the payer.
    """
    never = np.iinfo(np.int64).min
    m = len(payer)
    paid, received, first = np.empty((2, m), np.int64), np.empty((2, m), np.int64), np.empty((2, m), np.int64)
    node_paid, node_received, node_first = np.full(nodes, never), np.full(nodes, never), np.full(nodes, never)
    for p in range(m):
        now = paid_at_us[p]
        for party in range(2):
            node = payer[p] if party == 0 else payee[p]
            paid[party, p], received[party, p], first[party, p] = (
                node_paid[node],
                node_received[node],
                node_first[node],
            )
            if node_first[node] == never:
                node_first[node] = now
        node_paid[payer[p]] = now
        node_received[payee[p]] = now
    return paid, received, first


@njit(cache=True)
def typical_before(start: Int64s, payments: Int32s, amount_ore: Int64s) -> tuple[Float64s, Float64s]:
    """Mean and median of the amounts that come before each payment in its node's list (``start``, ``payments``: an adjacency); NaN for the first one.

    The median is exact: the lower half lies in a heap with the largest on top, the upper half in one with the smallest on top.
    """
    mean, median = np.full(len(amount_ore), np.nan), np.full(len(amount_ore), np.nan)
    largest = 0
    for node in range(len(start) - 1):
        largest = max(largest, start[node + 1] - start[node])
    lower, upper = np.empty(largest // 2 + 2, np.int64), np.empty(largest // 2 + 2, np.int64)
    for node in range(len(start) - 1):
        lows, highs, total = 0, 0, 0
        for place in range(start[node], start[node + 1]):
            p = payments[place]
            if lows:
                mean[p] = total / (lows + highs)
                median[p] = -lower[0] if lows > highs else (upper[0] - lower[0]) / 2
            total += amount_ore[p]
            # The lower half holds negated amounts, so that in both heaps the smallest is on top.
            if lows == highs:
                _push(lower, lows, -_exchange_smallest(upper, highs, amount_ore[p]))
                lows += 1
            else:
                _push(upper, highs, -_exchange_smallest(lower, lows, -amount_ore[p]))
                highs += 1
    return mean, median


@njit(cache=True)
def _push(heap: Int64s, size: int, value: int) -> None:
    """Put ``value`` into a heap (int64, smallest first) of ``size`` values; it has room for one more."""
    at = size
    while at > 0:
        above = (at - 1) // 2
        if heap[above] <= value:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = value


@njit(cache=True)
def _exchange_smallest(heap: Int64s, size: int, value: int) -> int:
    """The smallest of a heap (int64, ``size`` values) and ``value``; the heap keeps the others."""
    if size == 0 or heap[0] >= value:
        return value
    smallest = heap[0]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and heap[below + 1] < heap[below]:
            below += 1
        if heap[below] >= value:
            break
        heap[at] = heap[below]
        at = below
    heap[at] = value
    return int(smallest)


@njit(cache=True)
def same_amount_before(payer: Int32s, payee: Int32s, amount_ore: Int64s) -> tuple[Int32s, Int32s]:
    """Of each payment: the latest earlier one of the same amount between the same two (-1 for none), and how many there were. Two int32 arrays, length m.

    A hash table with open addressing holds the latest payment of each triple; what it finds is compared, so that no two triples are taken for one.
    """
    m = len(payer)
    bits = 4
    while (1 << bits) < 2 * m:
        bits += 1
    latest = np.full(1 << bits, -1, np.int32)
    mask = (1 << bits) - 1
    before, count = np.full(m, -1, np.int32), np.zeros(m, np.int32)
    for p in range(m):
        slot = _hash(payer[p], payee[p], amount_ore[p], bits)
        while True:
            q = latest[slot]
            if q < 0:
                break
            if payer[q] == payer[p] and payee[q] == payee[p] and amount_ore[q] == amount_ore[p]:
                before[p] = q
                count[p] = count[q] + 1
                break
            slot = (slot + 1) & mask
        latest[slot] = p
    return before, count


@njit(cache=True)
def _hash(first: int, second: int, third: int, bits: int) -> int:
    """A slot of 2^``bits`` for three whole numbers (multiplicative hashing, Knuth, The Art of Computer Programming 3, 6.4)."""
    mixed = np.uint64(first) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(29)) ^ np.uint64(second)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(32)) ^ np.uint64(third)) * np.uint64(0x94D049BB133111EB)
    return np.int64(mixed >> np.uint64(64 - bits))  # type: ignore[return-value]  # an int within a kernel; int() would make a float of it


@njit(cache=True)
def purses(
    paid_at_us: Int64s,
    amount_ore: Int64s,
    out_start: Int64s,
    out_payments: Int32s,
    in_start: Int64s,
    in_payments: Int32s,
    soon_us: int,
) -> tuple[Int64s, Float64s, Int64s, Int64s, Int64s]:
    """Each account as a purse out of which what came first is paid first. Money from before the data is not known, and nothing is assumed of it.

    Takes a flow store's arrays (m payments, n nodes); what is paid on within ``soon_us`` microseconds (inclusive) counts as soon.

    Returns per payment: öre of it that come out of known receipts (int64), hours that these lay with the payer, weighted by öre (float64, NaN without any),
    öre of receipts that it left with the payer (int64). Per node: öre left in the end, öre received that were paid on soon (int64).
    """
    m, nodes = len(paid_at_us), len(out_start) - 1
    covered, hours, kept = np.zeros(m, np.int64), np.full(m, np.nan), np.zeros(m, np.int64)
    left, soon = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
    for node in range(nodes):
        oldest = received = in_start[node]  # the receipt that is paid out of, and the one that comes next
        used, purse = 0, 0  # öre of the oldest that are gone; öre in the purse
        for place in range(out_start[node], out_start[node + 1]):
            p = out_payments[place]
            while received < in_start[node + 1] and in_payments[received] < p:
                purse += amount_ore[in_payments[received]]
                received += 1
            wanted, weighted = amount_ore[p], 0.0
            while wanted > 0 and oldest < received:
                q = in_payments[oldest]
                piece = min(wanted, amount_ore[q] - used)
                lay = paid_at_us[p] - paid_at_us[q]
                weighted += piece * (lay / _HOUR_US)
                if lay <= soon_us:
                    soon[node] += piece
                wanted -= piece
                used += piece
                if used == amount_ore[q]:
                    oldest, used = oldest + 1, 0
            covered[p] = amount_ore[p] - wanted
            purse -= covered[p]
            kept[p] = purse
            if covered[p]:
                hours[p] = weighted / covered[p]
        for place in range(received, in_start[node + 1]):
            purse += amount_ore[in_payments[place]]
        left[node] = purse
    return covered, hours, kept, left, soon
