"""Recurring round payments: many pay one payee, each its own round sum, again and again on like dates."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from follow_money.errors import UsageError
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_groups import FoundGroups, checked_total, found_groups
from follow_money.graph.flows.search_rule import DAY_US, at_least, checked_mask
from follow_money.graph.flows.time_order import Int64s


def recurring_round_payments(
    store: FlowStore,
    *,
    round_to_ore: int = 50_000,
    fewest_payers: int = 5,
    fewest_times: int = 3,
    every_days: tuple[int, int] = (27, 34),
    nodes: NDArray[np.bool_] | None = None,
    payers: NDArray[np.bool_] | None = None,
    usable: NDArray[np.bool_] | None = None,
) -> FoundGroups:
    """Payees whom several payers each pay a round sum of their own at least ``fewest_times`` in a row, ``every_days`` apart.

    Of each payer and sum the longest such row is taken; payments that do not fit into it are passed over. A group is one payee. Figures: ``least_each_ore`` and
    ``most_each_ore`` (of the sums), ``payers`` and ``most_times`` (the longest row). Lawful makers: landlords, licensed guards, trade bodies, franchisors,
    subscriptions, lenders.

    Args:
        store: The payments.
        round_to_ore: A sum is round when it is a multiple of this many öre.
        fewest_payers: Different payers to one payee.
        fewest_times: Payments in a row from each of them.
        every_days: Least and greatest number of days (24 h) between two payments in a row, inclusive.
        nodes: One a node: payees of interest; all when left out.
        payers: One a node: payers that count, say small businesses; all when left out.
        usable: One a payment: payments that count; all when left out.

    Raises:
        UsageError: Sum, numbers or days make no sense, or the payments cannot be summed.

    Source:
        Typology 23 (extortion, protection payments), detector D5b.
    """
    checked_total(store)
    at_least(round_to_ore, 1, "round_to_ore")
    at_least(fewest_times, 2, "fewest_times")
    at_least(fewest_payers, 1, "fewest_payers")
    soonest, latest = every_days
    if not 0 < soonest <= latest:
        raise UsageError(
            f"Payments {soonest} to {latest} days apart were asked for. Give whole days from 1 on, the smaller number first."
        )
    is_kept = store.amount_ore % round_to_ore == 0
    if usable is not None:
        is_kept &= checked_mask(usable, len(store), "usable")
    if nodes is not None:
        is_kept &= checked_mask(nodes, store.nodes, "nodes")[store.payee]
    if payers is not None:
        is_kept &= checked_mask(payers, store.nodes, "payers")[store.payer]
    enough = np.bincount(store.payee[is_kept], minlength=store.nodes) >= fewest_payers * fewest_times
    kept = np.flatnonzero(is_kept & enough[store.payee])
    kept = kept[np.lexsort((store.payer[kept], store.amount_ore[kept], store.payee[kept]))]
    row_of = _rows(
        store.payee[kept], store.amount_ore[kept], store.payer[kept], store.paid_at_us[kept], soonest * DAY_US, latest * DAY_US, fewest_times
    )  # fmt: skip
    kept, row_of = kept[row_of >= 0], row_of[row_of >= 0]
    payee, group, payments_of = np.unique(store.payee[kept], return_inverse=True, return_counts=True)
    pairs = np.unique(np.stack([group, store.payer[kept]], axis=1), axis=0)
    many = np.bincount(pairs[:, 0], minlength=len(payee))
    _, first, times = np.unique(row_of, return_index=True, return_counts=True)
    each, most_times = store.amount_ore[kept], np.zeros(len(payee), np.int64)
    np.maximum.at(most_times, group[first], times)
    least, most = np.full(len(payee), np.iinfo(np.int64).max), np.zeros(len(payee), np.int64)
    np.minimum.at(least, group, each)
    np.maximum.at(most, group, each)
    is_found = many >= fewest_payers
    order = np.lexsort((kept, group))
    order = order[is_found[group[order]]]
    return found_groups(
        store,
        payee[is_found].astype(np.int64),
        np.concatenate([np.zeros(1, np.int64), np.cumsum(payments_of[is_found])]),
        kept[order].astype(np.int32),
        figures={
            name: values[is_found]
            for name, values in (
                ("least_each_ore", least),
                ("most_each_ore", most),
                ("payers", many),
                ("most_times", most_times),
            )
        },
    )


@njit(cache=True)
def _rows(
    payee: NDArray[np.int32],
    amount_ore: Int64s,
    payer: NDArray[np.int32],
    paid_at_us: Int64s,
    soonest_us: int,
    latest_us: int,
    fewest: int,
) -> Int64s:
    """The row that each payment is in, -1 for those in none. Arrays of one length, by payee, amount, payer, then time.

    The longest row that ends with each payment is the longest that ends with one the right time before it, and this one.
    """
    size = len(payee)
    row = np.full(size, -1, np.int64)
    length = np.ones(size, np.int64)
    previous = np.full(size, -1, np.int64)
    rows, low = 0, 0
    while low < size:
        high, best = low, low
        near = low
        while (
            high < size
            and payee[high] == payee[low]
            and amount_ore[high] == amount_ore[low]
            and payer[high] == payer[low]
        ):
            while paid_at_us[high] - paid_at_us[near] > latest_us:
                near += 1
            for earlier in range(near, high):
                if paid_at_us[high] - paid_at_us[earlier] < soonest_us:
                    break
                if length[earlier] + 1 > length[high]:
                    length[high], previous[high] = length[earlier] + 1, earlier
            if length[high] > length[best]:
                best = high
            high += 1
        if length[best] >= fewest:
            at = best
            while at >= 0:
                row[at] = rows
                at = previous[at]
            rows += 1
        low = high
    return row
