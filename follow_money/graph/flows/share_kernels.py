"""By share (haircut), and as poison: one scan in the order of time each."""

from __future__ import annotations

import numpy as np
from numba import njit

from follow_money.graph.flows.fetch_ahead import AHEAD, fetch
from follow_money.graph.flows.time_order import Int64s
from follow_money.graph.flows.trace_scan import Followed, Scan

_LARGEST_PRODUCT = 9.0e18  # below 2^63


@njit(cache=True)
def in_proportion(scan: Scan) -> Followed:
    """Follow money by the haircut: a payment takes of the traced money in a purse what it takes of the purse, rounded down to the öre.

    What is rounded away stays in the purse, and the payment that empties it takes all.
    """
    payer, payee, amount_ore, group_of, stops, groups = (
        scan.payer,
        scan.payee,
        scan.amount_ore,
        scan.group_of,
        scan.stops,
        scan.groups,
    )
    nodes = len(scan.opening_ore)
    traced = np.empty((1, len(payer)), np.int64)
    parts = np.zeros((1, scan.rows, groups), np.int64)
    remaining, recycled = np.zeros((1, nodes), np.int64), np.zeros(1, np.int64)
    purses = np.zeros((nodes, 2), np.int64)  # öre in it, traced öre in it
    purses[:, 0] = scan.opening_ore
    purse_parts = np.zeros((nodes if groups else 0, groups), np.int64)
    carried = np.zeros(groups, np.int64)
    for p in range(len(payer)):
        if p + AHEAD < len(payer):
            fetch(purses, payer[p + AHEAD])
            fetch(purses, payee[p + AHEAD])
        u, v, amount = payer[p], payee[p], amount_ore[p]
        balance = max(purses[u, 0], amount)
        purses[u, 0] = balance - amount
        going = 0
        if purses[u, 1]:
            going = part_of(amount, purses[u, 1], balance)
            if groups:
                carried[:] = 0
                move(purse_parts[u], purses[u, 1], going, carried)
            purses[u, 1] -= going
        if group_of[p] >= 0:
            recycled[0] += going
            going = amount
            if groups:
                carried[:] = 0
                carried[group_of[p]] = amount
        purses[v, 0] += amount
        traced[0, p] = going
        if going:
            if groups and scan.row_of[p] >= 0:
                parts[0, scan.row_of[p]] += carried
            if not (len(stops) and stops[p]):
                purses[v, 1] += going
                if groups:
                    purse_parts[v] += carried
        if len(scan.repaid_ore) and scan.repaid_ore[p]:
            repaid = part_of(scan.repaid_ore[p], purses[v, 1], purses[v, 0])
            if groups:
                move(purse_parts[v], purses[v, 1], repaid, carried)
            purses[v, 0] -= scan.repaid_ore[p]
            purses[v, 1] -= repaid
            remaining[0, v] += repaid
    remaining[0] += purses[:, 1]
    return Followed(traced, parts, remaining, recycled)


@njit(cache=True)
def by_touch(scan: Scan) -> Followed:
    """Follow money as poison: whatever a touched purse pays is touched, all of it. An outer bound, which makes money; no parts are told."""
    payer, payee, amount_ore, group_of, stops = scan.payer, scan.payee, scan.amount_ore, scan.group_of, scan.stops
    traced = np.zeros((1, len(payer)), np.int64)
    is_touched = np.zeros(len(scan.opening_ore), np.bool_)
    balance = scan.opening_ore.copy()
    remaining = np.zeros((1, len(balance)), np.int64)
    for p in range(len(payer)):
        u, v, amount = payer[p], payee[p], amount_ore[p]
        balance[u] = max(balance[u] - amount, 0)
        balance[v] += amount
        if is_touched[u] or group_of[p] >= 0:
            traced[0, p] = amount
            if not (len(stops) and stops[p]):
                is_touched[v] = True
        if len(scan.repaid_ore):
            balance[v] -= scan.repaid_ore[p]
            if is_touched[v]:
                remaining[0, v] += scan.repaid_ore[p]
    remaining[0] += np.where(is_touched, balance, 0)
    return Followed(traced, np.zeros((1, 0, 0), np.int64), remaining, np.zeros(1, np.int64))


@njit(cache=True, error_model="numpy")
def part_of(amount: int, part: int, whole: int) -> int:
    """``amount * part // whole`` without a product that runs over: 0 <= part <= whole < 2^62, 0 <= amount < 2^62."""
    if part == whole:
        return amount
    if float(amount) * float(part) < _LARGEST_PRODUCT:
        # Floats divide several times as fast; what they are off by is mended in whole numbers.
        product = amount * part
        quotient = int(float(product) / float(whole))
        rest = product - quotient * whole
        while rest < 0:
            quotient, rest = quotient - 1, rest + whole
        while rest >= whole:
            quotient, rest = quotient + 1, rest - whole
        return quotient
    # Double and add, with the rest kept below the whole.
    quotient, rest = 0, 0
    for bit in range(61, -1, -1):
        quotient, rest = 2 * quotient, 2 * rest
        if rest >= whole:
            quotient, rest = quotient + 1, rest - whole
        if (amount >> bit) & 1:
            rest += part
            if rest >= whole:
                quotient, rest = quotient + 1, rest - whole
    return quotient


@njit(cache=True)
def move(from_parts: Int64s, held: int, taken: int, to_parts: Int64s) -> None:
    """Move ``taken`` of the ``held`` öre that ``from_parts`` (one a group) add up to into ``to_parts``, each group by its share, to the öre."""
    so_far, moved = 0, 0
    for group in range(len(from_parts)):
        so_far += from_parts[group]
        share = part_of(taken, so_far, held) - moved
        moved += share
        from_parts[group] -= share
        to_parts[group] += share
