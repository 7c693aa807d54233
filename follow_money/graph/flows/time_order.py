"""Kernels that put payments in the order of time, without a comparison beyond the sort of time itself."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Float64s = NDArray[np.float64]


def time_order(payer: Int32s, payee: Int32s, paid_at_us: Int64s, amount_ore: Int64s, nodes: int) -> Int64s:
    """Positions of the payments in the order of time; within one instant a node receives before it pays.

    Within an instant payments are in topological order (Kahn, Topological sorting of large networks, 1962), ties in the order of the table. Where payments of
    one instant go round, no order lets everybody receive first: a ring is opened when all that comes into it from outside has come, at its largest payment,
    and so on with what is left of it, for what goes round seldom grows; of equal payments at that of the payer who has received most beyond what it paid
    until then, and of those at the first in the table. So a payment on no ring of its instant comes after all that its payer receives then.

    Args:
        payer: Node numbers, one a payment.
        payee: The same.
        paid_at_us: Microseconds since 1970 (UTC), one a payment.
        amount_ore: Amounts, one a payment.
        nodes: How many nodes there are.
    """
    order = np.argsort(paid_at_us, kind="stable")
    undecided = _receive_before_paying(payer, payee, paid_at_us, amount_ore, order, nodes)
    if len(undecided):
        _open_where_money_is(payer, payee, paid_at_us, amount_ore, order, undecided, nodes)
    return order


@njit(cache=True)
def _receive_before_paying(
    payer: Int32s, payee: Int32s, paid_at_us: Int64s, amount_ore: Int64s, order: Int64s, nodes: int
) -> Int64s:
    """Reorder ``order`` in place within each instant, and say where instants begin in which a ring could have been opened at another equal payment.

    All arrays of one length m; ``nodes`` a count.
    """
    m = len(order)
    undecided, count, nothing_held = np.empty(16, np.int64), 0, np.empty(0, np.float64)
    pays_in = np.full(nodes, -1, np.int64)  # the last instant in which the node pays
    waiting = np.zeros(nodes, np.int32)  # payments to the node in this instant that are still to come
    head = np.full(nodes, -1, np.int64)  # its first payment of this instant
    number = np.full(nodes, -1, np.int32)  # its number within an instant with a ring
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
            if is_chained and _topological(
                payer, payee, amount_ore, nothing_held, order[low:high], waiting, head, number
            ):
                if count == len(undecided):
                    undecided = np.append(undecided, undecided)
                undecided[count] = low
                count += 1
        low = high
    return undecided[:count]


@njit(cache=True)
def _open_where_money_is(
    payer: Int32s, payee: Int32s, paid_at_us: Int64s, amount_ore: Int64s, order: Int64s, undecided: Int64s, nodes: int
) -> None:
    """Reorder ``order`` in place in the instants that begin at ``undecided``, now by what each payer holds then. A pass of its own: few tables need it."""
    waiting, head, number = np.zeros(nodes, np.int32), np.full(nodes, -1, np.int64), np.full(nodes, -1, np.int32)
    held = np.zeros(nodes, np.float64)
    high = 0
    for low in undecided:
        for place in range(high, low):
            held[payer[order[place]]] -= amount_ore[order[place]]
            held[payee[order[place]]] += amount_ore[order[place]]
        high = low
        while high < len(order) and paid_at_us[order[high]] == paid_at_us[order[low]]:
            high += 1
        order[low:high] = np.sort(order[low:high])  # as in the table
        _topological(payer, payee, amount_ore, held, order[low:high], waiting, head, number)


@njit(cache=True)
def _topological(  # noqa: PLR0912  # scratch that is set, used and cleared in one place
    payer: Int32s,
    payee: Int32s,
    amount_ore: Int64s,
    held: Float64s,
    group: Int64s,
    waiting: Int32s,
    head: Int64s,
    number: Int32s,
) -> bool:
    """Put one instant's payments ``group`` (a view, changed in place) in topological order, and say whether a ring had equals to open it at.

    ``held``: öre that each node has received beyond what it paid, kept up to date, or empty. ``waiting``, ``head``, ``number`` are scratch, left as found.
    """
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
    openings, ring, opened, is_undecided = np.empty(0, np.int64), np.empty(0, np.int64), 0, False
    at = 0
    while at < size:
        if at == end:  # what is left waits for a ring
            if len(openings) == 0:
                openings, ring = _openings(payer, payee, amount_ore, told, head, following, number)
            while is_queued[openings[opened]]:
                opened += 1
            opening, has_equals = _of_equals(payer, amount_ore, held, told, openings[opened:], ring[opened:], is_queued)
            is_undecided |= has_equals
            queue[end] = opening
            is_queued[opening] = True
            end += 1
        place = queue[at]
        p = told[place]
        group[at] = p
        at += 1
        if len(held):
            held[payer[p]] -= amount_ore[p]
            held[payee[p]] += amount_ore[p]
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
    return is_undecided


@njit(cache=True)
def _of_equals(
    payer: Int32s,
    amount_ore: Int64s,
    held: Float64s,
    told: Int64s,
    openings: Int64s,
    ring: Int64s,
    is_queued: NDArray[np.bool_],
) -> tuple[int, bool]:
    """The first of ``openings`` or, of those that wait on its ring with an equal amount, the one whose payer holds most; and whether there are such."""
    opening, has_equals = openings[0], False
    for i in range(1, len(openings)):
        if ring[i] != ring[0] or amount_ore[told[openings[i]]] != amount_ore[told[opening]]:
            break
        if not is_queued[openings[i]]:
            has_equals = True
            if len(held) and held[payer[told[openings[i]]]] > held[payer[told[opening]]]:
                opening = openings[i]
    return opening, has_equals


@njit(cache=True)
def _openings(
    payer: Int32s, payee: Int32s, amount_ore: Int64s, told: Int64s, head: Int64s, following: Int64s, number: Int32s
) -> tuple[Int64s, Int64s]:
    """Places in ``told`` of the payments on rings, in the order in which they open one, and the ring of each.

    Upstream rings first, in each the largest, then the table's order.
    """
    size, nodes = len(told), 0
    node_at = np.empty(2 * size, np.int32)
    for p in told:
        for node in (payer[p], payee[p]):
            if number[node] < 0:
                number[node] = nodes
                node_at[nodes] = node
                nodes += 1
    component = _components(payee, told, head, following, number, node_at[:nodes])
    rings, ring, amount, count = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64), 0
    for place in range(size):
        p = told[place]
        if payer[p] != payee[p] and component[number[payer[p]]] == component[number[payee[p]]]:
            rings[count], ring[count], amount[count] = place, component[number[payer[p]]], amount_ore[p]
            count += 1
    for node in node_at[:nodes]:
        number[node] = -1
    by_amount = np.argsort(-amount[:count], kind="mergesort")
    by_ring = by_amount[np.argsort(-ring[:count][by_amount], kind="mergesort")]
    return rings[:count][by_ring], ring[:count][by_ring]


@njit(cache=True)
def _components(
    payee: Int32s, told: Int64s, head: Int64s, following: Int64s, number: Int32s, node_at: Int32s
) -> Int64s:
    """The strongly connected component of each numbered node; one is numbered after all that are downstream of it.

    Source: Tarjan, Depth-first search and linear graph algorithms, 1972.
    """
    nodes = len(node_at)
    met, low = np.zeros(nodes, np.int64), np.zeros(nodes, np.int64)
    component = np.full(nodes, -1, np.int64)
    onward, walk, kept = np.empty(nodes, np.int64), np.empty(nodes, np.int64), np.empty(nodes, np.int64)
    clock, components, top = 0, 0, 0
    for root in range(nodes):
        depth, new = -1, root if met[root] == 0 else -1
        while depth >= 0 or new >= 0:
            if new >= 0:
                clock += 1
                depth += 1
                walk[depth] = kept[top] = new
                top += 1
                met[new] = low[new] = clock
                onward[new] = head[node_at[new]]
                new = -1
            v = walk[depth]
            if onward[v] >= 0:
                w = number[payee[told[onward[v]]]]
                onward[v] = following[onward[v]]
                if met[w] == 0:
                    new = w
                elif component[w] < 0:
                    low[v] = min(low[v], met[w])
                continue
            depth -= 1
            if depth >= 0:
                low[walk[depth]] = min(low[walk[depth]], low[v])
            if low[v] == met[v]:
                while component[v] < 0:
                    top -= 1
                    component[kept[top]] = components
                components += 1
    return component
