"""Gather-scatter: many pay one, and the one then pays many, within days."""

from __future__ import annotations

import numpy as np
from numba import njit

from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_groups import FoundGroups, checked_total, found_groups, runs
from follow_money.graph.flows.search_rule import at_least, checked_share, checked_window
from follow_money.graph.flows.time_order import Int32s, Int64s


def gather_scatter(
    store: FlowStore,
    *,
    within_us: int,
    fewest_payers: int = 3,
    fewest_payees: int = 3,
    share_percent: tuple[int, int] = (80, 100),
) -> FoundGroups:
    """Nodes that different payers pay within a window, and that then pay different payees nearly that sum within a window.

    The scatter follows the gather: a turn is a payment in at which the window that ends with it holds enough payers, and the window that begins after it enough
    payees, whose sum is a share of what was gathered. Turns within a window of each other are one group. Figures: ``turns``,
    ``most_gathered_ore`` (in the window of one turn) and ``scattered_ore`` (after that turn). Lawful makers: payroll bureaus, unions, lotteries, agents.

    Args:
        store: The payments.
        within_us: Length of either window, both ends inclusive.
        fewest_payers: Different payers in the window before a turn.
        fewest_payees: Different payees in the window after it.
        share_percent: Least and greatest sum paid out, in whole per cent of the sum paid in, inclusive.

    Raises:
        UsageError: Window, numbers or share make no sense, or the payments cannot be summed.

    Source:
        Altman et al., Realistic synthetic financial transactions for anti-money laundering models (NeurIPS 2023), figure 2.
    """
    checked_total(store)
    low, high = checked_share(share_percent)
    rows = _turns(
        store.payer, store.payee, store.paid_at_us, store.amount_ore,
        store.in_start, store.in_payments, store.out_start, store.out_payments, store.nodes,
        checked_window(within_us), at_least(fewest_payers, 1, "fewest_payers"), at_least(fewest_payees, 1, "fewest_payees"), low, high,
    )  # fmt: skip
    in_group, ins = runs(store.in_payments, rows[:, 1], rows[:, 2])
    out_group, outs = runs(store.out_payments, rows[:, 3], rows[:, 4])
    group, payments = np.concatenate([in_group, out_group]), np.concatenate([ins, outs])
    role = np.repeat(np.array([0, 1], np.int8), [len(ins), len(outs)])
    order = np.lexsort((payments, group))
    return found_groups(
        store,
        rows[:, 0],
        np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(group, minlength=len(rows)))]),
        payments[order],
        role=role[order],
        roles=("gather", "scatter"),
        figures={"turns": rows[:, 5], "most_gathered_ore": rows[:, 6], "scattered_ore": rows[:, 7]},
    )


@njit(cache=True)
def _turns(
    payer: Int32s,
    payee: Int32s,
    paid_at_us: Int64s,
    amount_ore: Int64s,
    in_start: Int64s,
    in_payments: Int32s,
    out_start: Int64s,
    out_payments: Int32s,
    nodes: int,
    within_us: int,
    fewest_payers: int,
    fewest_payees: int,
    low: int,
    high: int,
) -> Int64s:
    """Groups as rows: node, positions of its payments in (first, end) and out (first, end), turns, and the two sums of the largest turn.

    Windows slide over both lists of a node, a pointer at each of their ends.
    """
    found = np.empty((16, 8), np.int64)
    rows = 0
    paid_in = np.zeros(nodes, np.int32)  # how often each payer is in the window before
    paid_out = np.zeros(nodes, np.int32)  # how often each payee is in the window after
    for node in range(nodes):
        first_in, end_in, first_out, end_out = in_start[node], in_start[node + 1], out_start[node], out_start[node + 1]
        if end_in - first_in < fewest_payers or end_out - first_out < fewest_payees:
            continue
        payers, payees, gathered, scattered = 0, 0, 0, 0
        in_low, out_low, out_high = first_in, first_out, first_out
        last_turn = first_in - 1
        for i in range(first_in, end_in):
            p = in_payments[i]
            gathered += amount_ore[p]
            payers += paid_in[payer[p]] == 0
            paid_in[payer[p]] += 1
            while paid_at_us[p] - paid_at_us[in_payments[in_low]] > within_us:
                q = in_payments[in_low]
                gathered -= amount_ore[q]
                paid_in[payer[q]] -= 1
                payers -= paid_in[payer[q]] == 0
                in_low += 1
            while out_high < end_out and paid_at_us[out_payments[out_high]] - paid_at_us[p] <= within_us:
                q = out_payments[out_high]
                scattered += amount_ore[q]
                payees += paid_out[payee[q]] == 0
                paid_out[payee[q]] += 1
                out_high += 1
            while out_low < out_high and out_payments[out_low] < p:
                q = out_payments[out_low]
                scattered -= amount_ore[q]
                paid_out[payee[q]] -= 1
                payees -= paid_out[payee[q]] == 0
                out_low += 1
            is_turn = payers >= fewest_payers and payees >= fewest_payees and _is_share(scattered, gathered, low, high)
            if is_turn:
                if rows == 0 or found[rows - 1, 0] != node or last_turn < in_low:
                    if rows == len(found):
                        more = np.empty((2 * rows, 8), np.int64)
                        more[:rows] = found
                        found = more
                    found[rows] = np.array((node, in_low, 0, out_low, 0, 0, 0, 0), np.int64)
                    rows += 1
                row = found[rows - 1]
                row[2], row[4], row[5] = i + 1, out_high, row[5] + 1
                if gathered > row[6]:
                    row[6], row[7] = gathered, scattered
                last_turn = i
        for i in range(in_low, end_in):
            paid_in[payer[in_payments[i]]] = 0
        for i in range(out_low, out_high):
            paid_out[payee[out_payments[i]]] = 0
    return found[:rows]


@njit(cache=True)
def _is_share(part: int, whole: int, low: int, high: int) -> bool:
    """Whether ``part`` is ``low`` to ``high`` per cent of ``whole``; in hundredths, so that no product outgrows 64 bits."""
    hundredths, rest = whole // 100, whole % 100
    return part >= hundredths * low + (rest * low + 99) // 100 and part <= hundredths * high + rest * high // 100
