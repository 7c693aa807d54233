"""What purses had before the first payment: known, or the least that explains what they paid; and what was paid on credit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from follow_money.graph.flows.fetch_ahead import AHEAD, fetch
from follow_money.graph.flows.time_order import Int32s, Int64s


@dataclass(frozen=True, eq=False)
class Opening:
    """Balances before the first payment.

    Attributes:
        ore: int64, one a node: the known balance, else the assumed one.
        assumed_ore: int64, one a node: *the least with which the node never pays what it has not got*, where nobody knows the balance; else 0. With less
            it could not have paid. Had it more, then as clean money that was there first: FIFO would bring traced money later, the haircut thinner.
        lacking_ore: int64, one a node: what it paid beyond a known balance, on credit (an overdraft, or money in that these data do not hold). Credit is
            clean, comes in with the payment that needs it and goes out by it.
    """

    ore: Int64s
    assumed_ore: Int64s
    lacking_ore: Int64s


def opening(payer: Int32s, payee: Int32s, amount_ore: Int64s, known_ore: Int64s) -> Opening:
    """Opening balances of payments in the order of time. ``known_ore``: int64, one a node, -1 where nobody knows it."""
    least = least_opening(payer, payee, amount_ore, len(known_ore))
    is_known = known_ore >= 0
    return Opening(
        ore=np.where(is_known, known_ore, least),
        assumed_ore=np.where(is_known, 0, least),
        lacking_ore=np.where(is_known, np.maximum(least - known_ore, 0), 0),
    )


@njit(cache=True)
def least_opening(payer: Int32s, payee: Int32s, amount_ore: Int64s, nodes: int) -> Int64s:
    """The balance, int64, with which each node can just pay all that it pays. ``payer``, ``payee`` (int32), ``amount_ore`` (int64) in the order of time."""
    balance = np.zeros((nodes, 2), np.int64)  # what it has, what it needed before
    for p in range(len(payer)):
        if p + AHEAD < len(payer):
            fetch(balance, payer[p + AHEAD])
            fetch(balance, payee[p + AHEAD])
        u = payer[p]
        left = balance[u, 0] - amount_ore[p]
        if left < 0:
            balance[u, 1] -= left
            left = 0
        balance[u, 0] = left
        balance[payee[p], 0] += amount_ore[p]
    return balance[:, 1].copy()


@njit(cache=True)
def on_credit(payer: Int32s, payee: Int32s, amount_ore: Int64s, opening_ore: Int64s) -> Int64s:
    """What is paid beyond the balance, int64, one a payment. Arguments as for `least_opening`; ``opening_ore``: int64, one a node, 0 or more."""
    balance = opening_ore.copy()
    credit = np.zeros(len(payer), np.int64)
    for p in range(len(payer)):
        u = payer[p]
        left = balance[u] - amount_ore[p]
        if left < 0:
            credit[p] = -left
            left = 0
        balance[u] = left
        balance[payee[p]] += amount_ore[p]
    return credit
