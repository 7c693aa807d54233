"""Kernels that find chains: what can be reached from the starts, how far it goes from there, then the chains themselves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from follow_money.graph.flows.linked_payments import LinkedPayments
from follow_money.graph.flows.onward import onward
from follow_money.graph.flows.time_order import Int32s, Int64s


class ChainRule(NamedTuple):
    """What a chain is.

    Attributes:
        fewest_hops: Fewest payments.
        most_hops: Most payments.
        share: Least and greatest amount in whole per cent of the amount before.
        ends: int32, one a payment: the first payment that is too late to go on from it.
        usable: bool, one a payment, or empty: may it go on from another one?
        through: bool, one a node, or empty: may money pass through it?
        most_onward: Fitting payments onward of one payment, beyond which its payee is a hub.
        most_candidates: Payments looked at for one start, after which its search stops.
        most_found: Chains told for one start, after which its search stops.
    """

    fewest_hops: int
    most_hops: int
    share: tuple[int, int]
    ends: Int32s
    usable: NDArray[np.bool_]
    through: NDArray[np.bool_]
    most_onward: int
    most_candidates: int
    most_found: int


class Ahead(NamedTuple):
    """What lies ahead of each payment.

    Attributes:
        hops: int8: how many hops a chain from it has at most, nodes met twice not seen; 0 when it is not reached.
        is_hub: bool: whether its payee pays on in too many ways.
        before: int32: payments that the payment at the same place of ``after`` goes on from.
        after: int32: payments that could begin a chain that is long enough, if nothing came before.
    """

    hops: NDArray[np.int8]
    is_hub: NDArray[np.bool_]
    before: Int32s
    after: Int32s


@njit(cache=True)
def hops_from_starts(is_start: NDArray[np.bool_], linked: LinkedPayments, rule: ChainRule) -> NDArray[np.int8]:
    """How many hops from a start each payment is at least, itself counted; 0 when more than the most hops or never. int8, one a payment."""
    ends, usable, through, next_onward, payee = rule.ends, rule.usable, rule.through, linked.onward, linked.payee
    m = len(payee)
    hops = np.zeros(m, np.int8)
    room = np.empty(rule.most_onward + 1, np.int32)
    for p in range(m):
        if is_start[p]:
            hops[p] = 1
        is_passed_on = next_onward[p] < ends[p] and (len(through) == 0 or through[payee[p]])
        if hops[p] == 0 or hops[p] >= rule.most_hops or not is_passed_on:
            continue
        size = onward(p, ends[p], rule.share, linked, room)
        if size > rule.most_onward:
            continue
        for i in range(size):
            q = room[i]
            if (len(usable) == 0 or usable[q]) and (hops[q] == 0 or hops[q] > hops[p] + 1):
                hops[q] = hops[p] + 1
    return hops


@njit(cache=True)
def hops_ahead(is_reached: NDArray[np.bool_], linked: LinkedPayments, rule: ChainRule) -> Ahead:
    """What lies ahead of each payment that is reached, in one scan from the last payment to the first."""
    ends, usable, through, next_onward, payee = rule.ends, rule.usable, rule.through, linked.onward, linked.payee
    m = len(payee)
    hops = np.zeros(m, np.int8)
    is_hub = np.zeros(m, np.bool_)
    before, after, pairs = np.empty(64, np.int32), np.empty(64, np.int32), 0
    room = np.empty(rule.most_onward + 1, np.int32)
    for p in range(m - 1, -1, -1):
        if not is_reached[p]:
            continue
        hops[p] = 1
        if next_onward[p] >= ends[p] or (len(through) and not through[payee[p]]):
            continue
        size = onward(p, ends[p], rule.share, linked, room)
        if size > rule.most_onward:
            is_hub[p] = True
            continue
        for i in range(size):
            q = room[i]
            if len(usable) and not usable[q]:
                continue
            hops[p] = max(hops[p], min(hops[q] + 1, rule.most_hops))
            if hops[q] >= rule.fewest_hops:
                if pairs == len(before):
                    before, after = _longer(before), _longer(after)
                before[pairs], after[pairs] = p, q
                pairs += 1
    return Ahead(hops, is_hub, before[:pairs], after[:pairs])


@njit(cache=True)
def find_chains(
    starts: Int32s, ahead: Ahead, before_start: Int64s, linked: LinkedPayments, rule: ChainRule
) -> tuple[Int32s, Int32s]:
    """Maximal chains, one a row (their payments, -1 after the last), and the starts whose search was stopped.

    ``ahead.before[before_start[p]:before_start[p + 1]]`` are the payments that payment p goes on from; ``before_start`` is empty when the starts are given, for
    then nothing before them matters.
    """
    payer, payee, ends, usable, through = linked.payer, linked.payee, rule.ends, rule.usable, rule.through
    fewest_hops, most_hops = rule.fewest_hops, rule.most_hops
    hops, is_hub, before = ahead.hops, ahead.is_hub, ahead.before
    found, rows = np.empty((64, most_hops), np.int32), 0
    is_cut = np.zeros(len(starts), np.bool_)
    # At each depth: the payment, the payments onward from it, how many they are and which is next, and whether any goes on.
    path = np.empty(most_hops, np.int32)
    room = np.empty((most_hops, rule.most_onward + 1), np.int32)
    size, at = np.zeros(most_hops, np.int64), np.zeros(most_hops, np.int64)
    goes_on = np.zeros(most_hops, np.bool_)
    for number in range(len(starts)):
        if hops[starts[number]] < fewest_hops:
            continue
        looked_at, rows_before = 0, rows
        path[0], depth, is_new = starts[number], 0, True
        while depth >= 0 and looked_at < rule.most_candidates and rows - rows_before < rule.most_found:
            p = path[depth]
            if is_new:
                is_new = False
                at[depth], size[depth], goes_on[depth] = 0, 0, False
                if depth + 1 < most_hops and not is_hub[p] and (len(through) == 0 or through[payee[p]]):
                    size[depth] = onward(p, ends[p], rule.share, linked, room[depth])
            if at[depth] < size[depth]:
                q = room[depth, at[depth]]
                at[depth] += 1
                looked_at += 1
                if (len(usable) and not usable[q]) or _is_on(payee[q], path, depth, payer, payee):
                    continue
                goes_on[depth] = True
                if depth + 1 + hops[q] >= fewest_hops:
                    depth += 1
                    path[depth] = q
                    is_new = True
                continue
            is_long = depth + 1 >= fewest_hops and not goes_on[depth]
            if is_long and not _comes_from(path, depth, before_start, before, payer, payee):
                if rows == len(found):
                    more = np.empty((2 * rows, most_hops), np.int32)
                    more[:rows] = found
                    found = more
                for i in range(most_hops):
                    found[rows, i] = path[i] if i <= depth else -1
                rows += 1
            depth -= 1
        is_cut[number] = depth >= 0
    return found[:rows], starts[is_cut]


@njit(cache=True)
def _comes_from(path: Int32s, depth: int, before_start: Int64s, before: Int32s, payer: Int32s, payee: Int32s) -> bool:
    """Whether the path could be lengthened at its beginning."""
    if len(before_start) == 0:
        return False
    for i in range(before_start[path[0]], before_start[path[0] + 1]):
        node, is_on = payer[before[i]], False
        for j in range(depth + 1):
            is_on |= payee[path[j]] == node
        if not is_on:
            return True
    return False


@njit(cache=True)
def _is_on(node: int, path: Int32s, depth: int, payer: Int32s, payee: Int32s) -> bool:
    """Whether a node stands on the path already."""
    if node == payer[path[0]]:
        return True
    for i in range(depth + 1):  # noqa: SIM110 - numba compiles no any()
        if node == payee[path[i]]:
            return True
    return False


@njit(cache=True)
def _longer(values: Int32s) -> Int32s:
    """The same values, and room for as many again."""
    more = np.empty(2 * len(values), values.dtype)
    more[: len(values)] = values
    return more
