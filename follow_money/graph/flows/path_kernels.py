"""The kernel that finds paths home: the payments that could bring the money home are gathered first, then money is walked forward towards them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from follow_money.graph.flows.amount_lists import size_class
from follow_money.graph.flows.linked_payments import LinkedPayments
from follow_money.graph.flows.same_instant import SameInstant
from follow_money.graph.flows.search_rule import Rule
from follow_money.graph.flows.time_order import Int32s, Int64s

_PLACES = 4096  # of the table of closing payments by payer; a power of two


class Starts(NamedTuple):
    """Where paths begin and where they end.

    Attributes:
        payment: int32: first payments, in the order of time.
        end: int32, one a first payment: the first payment that is too late to be on a path with it.
        home_start: int64, nodes + 1.
        home: int32: the paths of payer v end at ``home[home_start[v]:home_start[v + 1]]``.
        in_start: Of the store.
        in_payments: Of the store.
        is_cycle: Whether a path that is a cycle at one instant, and fits from several of its payments on, is told once: from the first of them in the store.
    """

    payment: Int32s
    end: Int32s
    home_start: Int64s
    home: Int32s
    in_start: Int64s
    in_payments: Int32s
    is_cycle: bool


# One function whose loops hand no tuples on: counting the references to their arrays would cost as much as the search itself.
@njit(cache=True)
def find_paths_home(starts: Starts, linked: LinkedPayments, same: SameInstant, rule: Rule) -> tuple[Int32s, Int32s]:  # noqa: PLR0912, PLR0915
    """All paths home, one a row (their payments, -1 after the last), and the first payments whose search was stopped."""
    payer, payee, amount_ore = linked.payer, linked.payee, linked.amount_ore
    onward, inward, next_out, next_in = same.onward, same.inward, linked.next_out, linked.next_in
    since, until, has_rounds = same.since, same.until, len(same.since) > 0
    out_busy, out_start, out_rows = linked.out.busy, linked.out.start, linked.out.rows
    into_busy, into_start, into_rows = linked.into.busy, linked.into.start, linked.into.rows
    lowest_class, classes = linked.out.lowest, linked.out.classes
    low, high, most_hops = rule.low, rule.high, rule.most_hops
    most_candidates, most_found = rule.most_candidates, rule.most_found
    usable, through = rule.usable, rule.through
    home_start, homes, in_start, in_payments = starts.home_start, starts.home, starts.in_start, starts.in_payments
    out_cursor, into_cursor = out_start[:-1].copy(), into_start[:-1].copy()
    found, rows = np.empty((64, most_hops), np.int32), 0
    is_cut = np.zeros(len(starts.payment), np.bool_)
    # Closing payments, and a table of them by who pays: the first in each place, the next in the same place, and the start that the place was filled for.
    closing = np.empty(min(most_candidates, len(payer)), np.int32)
    following = np.empty(len(closing), np.int32)
    first, stamp = np.empty(_PLACES, np.int32), np.full(_PLACES, -1, np.int32)
    # At each depth: the payment, where the search for the next one stands (a payment, or a position in an amount list), the list it is in (-1: none), the last
    # one to look into, the least and greatest amount, and where the next one can stand at the earliest.
    path, at = np.empty(most_hops, np.int64), np.empty(most_hops, np.int64)
    list_now, list_last = np.empty(most_hops, np.int64), np.empty(most_hops, np.int64)
    least, greatest = np.empty(most_hops, np.int64), np.empty(most_hops, np.int64)
    earliest = np.empty(most_hops, np.int64)

    for number in range(len(starts.payment)):
        p, end = starts.payment[number], starts.end[number]
        u, v, amount = payer[p], payee[p], amount_ore[p]
        before = since[p] - 1 if has_rounds else p
        if u == v or onward[p] >= end or (len(through) and not through[v]):
            continue
        if out_busy[v] < 0:
            # Cheap to see whether anything at all goes on.
            q = onward[p]
            while q < end and not amount * low <= amount_ore[q] * 100 <= amount * high:
                q = next_out[q]
            if q >= end:
                continue

        # Gather what could bring the money home.
        smallest, largest = _band(amount, low, high, most_hops - 1)
        lowest, highest = _lists(smallest, largest, lowest_class, classes)
        size, limit, looked_at = 0, -1, 0
        for h in range(home_start[u], home_start[u + 1]):
            home = homes[h]
            b = into_busy[home]
            if b < 0:
                q = (
                    inward[p]
                    if home == u
                    else _first_after(in_payments, in_start[home], in_start[home + 1], before, end)
                )
                while q < end and looked_at < most_candidates:
                    looked_at += 1
                    if smallest <= amount_ore[q] <= largest and (len(usable) == 0 or usable[q]):
                        place = payer[q] & (_PLACES - 1)
                        following[size] = first[place] if stamp[place] == p else -1
                        stamp[place], first[place], closing[size] = p, size, q
                        size, limit = size + 1, max(limit, until[q] if has_rounds else q)
                    q = next_in[q]
                continue
            for now in range(b * classes + lowest, b * classes + highest + 1):
                i = _forward(into_start, into_rows, into_cursor, now, before)
                while i < into_start[now + 1] and into_rows[i].place < end and looked_at < most_candidates:
                    looked_at += 1
                    q = into_rows[i].place
                    if smallest <= into_rows[i].amount_ore <= largest and (len(usable) == 0 or usable[q]):
                        place = into_rows[i].other & (_PLACES - 1)
                        following[size] = first[place] if stamp[place] == p else -1
                        stamp[place], first[place], closing[size] = p, size, q
                        size, limit = size + 1, max(limit, until[q] if has_rounds else q)
                    i += 1

        # Walk towards it. The path's last payment is path[depth].
        path[0], is_new = p, True
        depth = 0 if size or looked_at >= most_candidates else -1
        rows_before = rows
        while depth >= 0 and looked_at < most_candidates and rows - rows_before < most_found:
            last = path[depth]
            if is_new:
                is_new = False
                amount, node = amount_ore[last], payee[last]
                least[depth], greatest[depth] = (amount * low + 99) // 100, amount * high // 100
                earliest[depth] = since[last] if has_rounds else last + 1
                place = node & (_PLACES - 1)
                if (rule.wanted >> (depth + 2)) & 1 and stamp[place] == p:
                    c = first[place]
                    while c >= 0 and rows - rows_before < most_found:
                        looked_at += 1
                        q = closing[c]
                        fits = (
                            q >= earliest[depth]
                            and payer[q] == node
                            and least[depth] <= amount_ore[q] <= greatest[depth]
                        )
                        is_at_once = fits and starts.is_cycle and has_rounds and p < until[p] and q < until[p]
                        if is_at_once and amount_ore[q] * low <= amount_ore[p] * 100 <= amount_ore[q] * high:
                            # It goes on from the last payment to the first, so that it goes round from any of them.
                            fits = q > p
                            for i in range(1, depth + 1):
                                fits &= path[i] > p
                        if fits:
                            if rows == len(found):
                                found = _with_room(found)
                            for i in range(most_hops):
                                found[rows, i] = path[i] if i <= depth else -1
                            found[rows, depth + 1] = q
                            rows += 1
                        c = following[c]
                if depth + 2 == most_hops or onward[last] >= limit:
                    depth -= 1
                    continue
                b = out_busy[node]
                if b < 0:
                    list_now[depth], at[depth] = -1, onward[last]
                else:
                    lowest, highest = _lists(least[depth], greatest[depth], lowest_class, classes)
                    if lowest > highest:
                        depth -= 1
                        continue
                    list_now[depth], list_last[depth] = b * classes + lowest, b * classes + highest
                    at[depth] = _forward(out_start, out_rows, out_cursor, list_now[depth], before)
            now = list_now[depth]
            if now < 0:
                q = at[depth]
                if q >= limit:
                    depth -= 1
                    continue
                at[depth] = next_out[q]
                amount, node = amount_ore[q], payee[q]
            else:
                i = at[depth]
                if i >= out_start[now + 1] or out_rows[i].place >= limit:
                    if now == list_last[depth]:
                        depth -= 1
                    else:
                        list_now[depth] = now + 1
                        at[depth] = _forward(out_start, out_rows, out_cursor, now + 1, before)
                    continue
                at[depth] = i + 1
                q, amount, node = out_rows[i].place, out_rows[i].amount_ore, out_rows[i].other
            looked_at += 1
            if q < earliest[depth] or not least[depth] <= amount <= greatest[depth]:
                continue
            # One hop before the end only who pays a closing payment is of use.
            if depth + 3 == most_hops and stamp[node & (_PLACES - 1)] != p:
                continue
            if (len(usable) and not usable[q]) or (len(through) and not through[node]):
                continue
            is_on = node == u
            for i in range(depth + 1):
                is_on |= node == payee[path[i]]
            for h in range(home_start[u], home_start[u + 1]):
                is_on |= node == homes[h]
            if not is_on:
                depth += 1
                path[depth] = q
                is_new = True
        is_cut[number] = depth >= 0
    return found[:rows], starts.payment[is_cut]


@njit(cache=True)
def _band(amount_ore: int, low: int, high: int, hops: int) -> tuple[int, int]:
    """The least and greatest amount that 1 to ``hops`` hops of ``low`` to ``high`` per cent each can leave of an amount."""
    least, greatest = amount_ore, 0
    smallest, largest = amount_ore, amount_ore
    for _ in range(hops):
        smallest, largest = (smallest * low + 99) // 100, min(largest * high // 100, 2**53)
        least, greatest = min(least, smallest), max(greatest, largest)
    return max(least, 1), greatest


@njit(cache=True)
def _lists(least: int, greatest: int, lowest_class: int, classes: int) -> tuple[int, int]:
    """The first and last amount list of a busy node that hold amounts from ``least`` to ``greatest``."""
    return max(size_class(least) - lowest_class, 0), min(size_class(greatest) - lowest_class, classes - 1)


@njit(cache=True)
def _forward(start: Int64s, list_rows: np.ndarray, cursor: Int64s, at: int, p: int) -> int:
    """Move the cursor of list ``at`` to its first payment after ``p``, and say where that is; lists are asked in the order of time."""
    i, last = int(cursor[at]), start[at + 1]
    while i < last and list_rows[i].place <= p:
        i += 1
    cursor[at] = i
    return i


@njit(cache=True)
def _first_after(payments: Int32s, low: int, high: int, p: int, end: int) -> int:
    """The first of ``payments[low:high]`` after ``p``; ``end`` when there is none."""
    i = low + np.searchsorted(payments[low:high], p, side="right")
    return int(payments[i]) if i < high else end


@njit(cache=True)
def _with_room(found: Int32s) -> Int32s:
    """The same rows, and room for as many again."""
    more = np.empty((2 * len(found), found.shape[1]), found.dtype)
    more[: len(found)] = found
    return more
