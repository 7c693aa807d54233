"""Windows that slide over each node's payments: where there are enough counterparties and enough money in one of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numba import njit
from numpy.typing import NDArray

from follow_money.graph.flows.found_groups import runs
from follow_money.graph.flows.time_order import Int32s, Int64s


def episodes(
    start: Int64s,
    payments: Int32s,
    *,
    paid_at_us: Int64s,
    amount_ore: Int64s,
    counterparty: Int32s,
    within_us: int,
    fewest: int,
    least_ore: int,
) -> tuple[Int64s, Int64s, Int32s, Mapping[str, NDArray[np.generic]]]:
    """Runs of payments of one list in which every payment lies in a window that has enough counterparties and enough money.

    Windows that overlap in a payment belong to one episode: it does not matter where a window begins.

    Args:
        start: int64, lists + 1.
        payments: int32, the payments of list after list, in time order.
        paid_at_us: One a payment of the store.
        amount_ore: The same.
        counterparty: int32, one a payment of the store: who is counted.
        within_us: Length of a window, both ends inclusive.
        fewest: Different counterparties in a window.
        least_ore: Sum of a window.

    Returns:
        The list of each episode, where it begins in the episodes' payments (episodes + 1), these payments, and ``counterparties`` (different ones in the
        episode), ``most_counterparties`` and ``most_ore`` (in one window).
    """
    parties = int(counterparty.max()) + 1 if len(counterparty) else 0
    which, first, end, most, ore, different = _episodes(
        start, payments, paid_at_us, amount_ore, counterparty, parties, within_us, fewest, least_ore
    )
    _, inside = runs(payments, first, end)
    begins = np.concatenate([np.zeros(1, np.int64), np.cumsum(end - first)])
    figures = {"counterparties": different, "most_counterparties": most, "most_ore": ore}
    return which, begins, inside, figures


@njit(cache=True)
def _episodes(
    start: Int64s,
    payments: Int32s,
    paid_at_us: Int64s,
    amount_ore: Int64s,
    counterparty: Int32s,
    parties: int,
    within_us: int,
    fewest: int,
    least_ore: int,
) -> tuple[Int64s, Int64s, Int64s, Int64s, Int64s, Int64s]:
    """Episodes as rows: list, first and end position in ``payments``, most counterparties and most öre in one window, different counterparties.

    A window that ends with a payment holds whatever any window that ends there could; so it is enough to look at these, two pointers a list.
    """
    found = np.empty((16, 6), np.int64)
    rows = 0
    times = np.zeros(parties, np.int32)  # how often each counterparty is in the window
    for at in range(len(start) - 1):
        if start[at + 1] - start[at] < fewest:
            continue
        low = start[at]
        total, different = 0, 0
        for high in range(start[at], start[at + 1]):
            p = payments[high]
            while paid_at_us[p] - paid_at_us[payments[low]] > within_us:
                gone = payments[low]
                total -= amount_ore[gone]
                times[counterparty[gone]] -= 1
                different -= times[counterparty[gone]] == 0
                low += 1
            total += amount_ore[p]
            different += times[counterparty[p]] == 0
            times[counterparty[p]] += 1
            if different < fewest or total < least_ore:
                continue
            if rows == 0 or low >= found[rows - 1, 2]:
                if rows == len(found):
                    found = _with_room(found)
                found[rows, 0], found[rows, 1], found[rows, 3], found[rows, 4] = at, low, 0, 0
                rows += 1
            found[rows - 1, 2] = high + 1
            found[rows - 1, 3] = max(found[rows - 1, 3], different)
            found[rows - 1, 4] = max(found[rows - 1, 4], total)
        for left in range(low, start[at + 1]):
            times[counterparty[payments[left]]] = 0
    for row in range(rows):
        different = 0
        for i in range(found[row, 1], found[row, 2]):
            different += times[counterparty[payments[i]]] == 0
            times[counterparty[payments[i]]] = 1
        for i in range(found[row, 1], found[row, 2]):
            times[counterparty[payments[i]]] = 0
        found[row, 5] = different
    kept = found[:rows]
    return (
        kept[:, 0].copy(),
        kept[:, 1].copy(),
        kept[:, 2].copy(),
        kept[:, 3].copy(),
        kept[:, 4].copy(),
        kept[:, 5].copy(),
    )


@njit(cache=True)
def _with_room(found: Int64s) -> Int64s:
    """The same rows, and room for as many again."""
    more = np.empty((2 * len(found), found.shape[1]), found.dtype)
    more[: len(found)] = found
    return more
