"""First in, first out; and last in, first out: one scan in the order of time, krona by krona, without touching the clean ones."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit

from follow_money.graph.flows.fetch_ahead import AHEAD, fetch
from follow_money.graph.flows.purse_segments import (
    add_parts,
    bottom_of,
    drop,
    end_of,
    has_room,
    lay,
    length_from,
    no_segments,
    queue_at,
    shift,
    stack_at,
    take_newest,
    take_oldest,
    tie,
    where,
    with_room,
)
from follow_money.graph.flows.time_order import Int64s
from follow_money.graph.flows.trace_scan import Followed, Scan

FIFO_ROW: Final = 0
LIFO_ROW: Final = 1
FIRST_ROOM: Final = 1024
"""So many segments there is room for at first; it doubles as they come, and must hold what one payment moves (six)."""

# Of every purse, close together, what each payment reads: öre that came in so far and that went out, where the first traced öre of its queue lies (FIFO), how
# high the top one of its stack (LIFO). A queue lies on the line of what came in, so an öre goes out when as many did; a stack is as high as the balance.
_IN, _OUT, _DUE, _TOP = 0, 1, 2, 3
# Beside it, of the few that a payment takes segments from or brings some: the first and the last of the queue and where it ends, and the top of the stack.
_OLDEST, _LATEST, _END, _NEWEST = 4, 5, 6, 7
_NO_QUEUE, _NO_STACK = 2**62, -1


@njit(cache=True)
def in_lines(scan: Scan, room: int = FIRST_ROOM) -> Followed:
    """Follow money first in, first out (row ``FIFO_ROW``) and last in, first out (``LIFO_ROW``).

    A purse is a line of öre: what comes in is laid on its end as it lay in the purse that it came from; what is paid is cut from its beginning (FIFO) or its
    end (LIFO). Every öre has one way, whatever else is followed: the trail of several sources is the sum of their trails, and backward is forward, reversed.
    """
    nodes = len(scan.opening_ore)
    followed = Followed(
        np.empty((2, len(scan.payer)), np.int64),
        np.zeros((2, scan.rows, scan.groups), np.int64),
        np.zeros((2, nodes), np.int64),
        np.zeros(2, np.int64),
    )
    purses = _one_line_each(nodes)
    for node in range(nodes):
        purses[node, _IN], purses[node, _DUE], purses[node, _TOP] = scan.opening_ore[node], _NO_QUEUE, _NO_STACK
    segments, used = no_segments(room)
    at = 0
    while at < len(scan.payer):
        at = _follow_on(scan, at, followed, purses, segments, used)
        if at < len(scan.payer):
            segments = with_room(segments)
    for node in range(nodes):
        if purses[node, _DUE] != _NO_QUEUE:
            followed.remaining_ore[FIFO_ROW, node] += length_from(segments, purses[node, _OLDEST])
        if purses[node, _TOP] != _NO_STACK:
            followed.remaining_ore[LIFO_ROW, node] += length_from(segments, purses[node, _NEWEST])
    return followed


@njit(cache=True)
def _one_line_each(nodes: int) -> Int64s:
    """int64, nodes x 8, zeros: each row one line of the cache (64 bytes), so that what a payment touches of a purse is read at once."""
    room = np.zeros((nodes + 1) * 8, np.int64)
    begin = (64 - room.ctypes.data % 64) % 64 // 8
    return room[begin : begin + nodes * 8].reshape((nodes, 8))


@njit(cache=True)
def _follow_on(  # noqa: PLR0912 - one scan, both lines side by side
    scan: Scan,
    begin: int,
    followed: Followed,
    purses: Int64s,
    segments: Int64s,
    used: Int64s,
) -> int:
    """Follow the payments from ``begin`` on, until there is no room for segments. The first payment not followed, or how many there are.

    The segments stay one array throughout, as one that a loop replaces costs several times what the rest of it does.
    """
    payer, payee, amount_ore, group_of = scan.payer, scan.payee, scan.amount_ore, scan.group_of
    stops, repaid_ore, row_of, groups = scan.stops, scan.repaid_ore, scan.row_of, scan.groups
    traced, parts, remaining, recycled = followed
    for p in range(begin, len(payer)):
        if p + AHEAD < len(payer):
            fetch(purses, payer[p + AHEAD])
            fetch(purses, payee[p + AHEAD])
            soon = payer[p + AHEAD // 2]
            fetch(segments, purses[soon, _OLDEST])
            fetch(segments, purses[soon, _NEWEST])
        u, v, amount, group = payer[p], payee[p], amount_ore[p], group_of[p]
        went = purses[u, _OUT]
        came_in = max(purses[u, _IN], went + amount)  # credit comes in when it is needed
        left = came_in - went - amount
        repaid = repaid_ore[p] if len(repaid_ore) else 0
        is_touched = group >= 0 or went + amount > purses[u, _DUE] or left < purses[u, _TOP]
        if (is_touched or repaid) and not has_room(segments, used, 6):  # a payment cuts or lays four, a repayment two
            return p
        purses[u, _OUT] = went + amount
        purses[u, _IN] = came_in
        fifo, lifo = 0, 0
        if is_touched:
            oldest, latest, newest, lowest = -1, -1, -1, -1
            if went + amount > purses[u, _DUE]:
                fifo, oldest, latest = _off_queue(purses, segments, used, u)
            if left < purses[u, _TOP]:
                lifo, newest, lowest = _off_stack(purses, segments, used, u, left)
            if group >= 0:
                recycled[FIFO_ROW] += fifo
                recycled[LIFO_ROW] += lifo
                drop(segments, used, oldest)
                drop(segments, used, newest)
                fifo, lifo = amount, amount
                oldest = latest = lay(segments, used, went, amount, -1, group if groups else 0)
                newest = lowest = lay(segments, used, left + amount, amount, -1, group if groups else 0)
            if groups and row_of[p] >= 0:
                add_parts(segments, oldest, parts[FIFO_ROW, row_of[p]])
                add_parts(segments, newest, parts[LIFO_ROW, row_of[p]])
            if len(stops) and stops[p]:
                drop(segments, used, oldest)
                drop(segments, used, newest)
            else:
                came = purses[v, _IN]
                if fifo:
                    _into_queue(purses, segments, used, v, oldest, latest, came - went)
                if lifo:
                    _onto_stack(purses, segments, used, v, newest, lowest, came - purses[v, _OUT] - left)
        traced[FIFO_ROW, p], traced[LIFO_ROW, p] = fifo, lifo
        purses[v, _IN] += amount
        if repaid:
            _repay(purses, segments, used, v, repaid, remaining)
    return len(payer)


@njit(cache=True)
def _off_queue(purses: Int64s, segments: Int64s, used: Int64s, node: int) -> tuple[int, int, int]:
    """Cut off a node's queue what has gone out: traced öre, and the first and last segment of the chain that holds them (-1: none)."""
    first = purses[node, _OLDEST]
    taken, last, remainder = take_oldest(segments, used, first, purses[node, _OUT])
    if remainder < 0:
        purses[node, _DUE] = _NO_QUEUE
    else:
        if purses[node, _LATEST] == last:  # the last segment of all was cut
            purses[node, _LATEST] = remainder
        purses[node, _OLDEST], purses[node, _DUE] = remainder, where(segments, remainder)
    return taken, first if taken else -1, last


@njit(cache=True)
def _off_stack(purses: Int64s, segments: Int64s, used: Int64s, node: int, left: int) -> tuple[int, int, int]:
    """Cut off a node's stack what lies above the balance ``left``: traced öre, and the first (top) and last segment of the chain that holds them (-1: none)."""
    first = purses[node, _NEWEST]
    taken, last, remainder = take_newest(segments, used, first, left)
    if remainder < 0:
        purses[node, _TOP] = _NO_STACK
    else:
        purses[node, _NEWEST], purses[node, _TOP] = remainder, where(segments, remainder)
    return taken, first if taken else -1, last


@njit(cache=True)
def _into_queue(purses: Int64s, segments: Int64s, used: Int64s, node: int, first: int, last: int, by: int) -> None:
    """Lay a chain on the end of a node's queue, ``by`` from where it lies now."""
    shift(segments, first, by)
    if purses[node, _DUE] == _NO_QUEUE:
        purses[node, _OLDEST], purses[node, _LATEST], purses[node, _DUE] = first, last, where(segments, first)
    elif purses[node, _END] == where(segments, first):
        purses[node, _LATEST] = queue_at(segments, used, purses[node, _LATEST], first, last)
    else:
        tie(segments, purses[node, _LATEST], first)
        purses[node, _LATEST] = last
    purses[node, _END] = end_of(segments, purses[node, _LATEST])


@njit(cache=True)
def _onto_stack(purses: Int64s, segments: Int64s, used: Int64s, node: int, first: int, last: int, by: int) -> None:
    """Put a chain on a node's stack, ``by`` higher than it lies now."""
    shift(segments, first, by)
    if purses[node, _TOP] == bottom_of(segments, last):
        stack_at(segments, used, purses[node, _NEWEST], last)
    elif purses[node, _TOP] != _NO_STACK:
        tie(segments, last, purses[node, _NEWEST])
    purses[node, _NEWEST], purses[node, _TOP] = first, where(segments, first)


@njit(cache=True)
def _repay(purses: Int64s, segments: Int64s, used: Int64s, node: int, amount: int, remaining: Int64s) -> None:
    """Take ``amount`` out of a node's purse; what is traced of it stays in ``remaining`` (int64, 2 x nodes) for good."""
    purses[node, _OUT] += amount
    left = purses[node, _IN] - purses[node, _OUT]
    if purses[node, _OUT] > purses[node, _DUE]:
        taken, first, _ = _off_queue(purses, segments, used, node)
        remaining[FIFO_ROW, node] += taken
        drop(segments, used, first)
    if left < purses[node, _TOP]:
        taken, first, _ = _off_stack(purses, segments, used, node, left)
        remaining[LIFO_ROW, node] += taken
        drop(segments, used, first)
