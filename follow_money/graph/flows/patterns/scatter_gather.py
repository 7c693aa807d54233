"""Scatter-gather: one pays many, who each pay the same one nearly all of it, within days."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray

from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_groups import FoundGroups, found_groups
from follow_money.graph.flows.found_paths import cut_at
from follow_money.graph.flows.linked_payments import LinkedPayments, ends_of_windows, linked
from follow_money.graph.flows.onward import onward
from follow_money.graph.flows.search_rule import at_least, checked_share, checked_window
from follow_money.graph.flows.time_order import Int32s, Int64s


def scatter_gather(
    store: FlowStore,
    *,
    within_us: int,
    fewest_middles: int = 3,
    share_percent: tuple[int, int] = (80, 100),
    most_onward: int = 100,
) -> FoundGroups:
    """A source that pays several others, each of whom then pays the same target a share of what it got, all within a window.

    A group is everything of one source and one target in windows like that which lie within a window's length of each other. The node of a group is the
    source. Figures: ``target``, ``target_id``, ``middles`` (different ones). Lawful makers: a family, a firm whose branches pay one supplier.

    Args:
        store: The payments.
        within_us: From the first payment of the source to the last one to the target, inclusive.
        fewest_middles: Different nodes in the middle, in a window.
        share_percent: Least and greatest second payment, in whole per cent of the first, inclusive.
        most_onward: Fitting payments onward of one payment, beyond which its payee is a hub, where one payment's money cannot be told from another's; such
            payments are left out and counted in ``cut``.

    Raises:
        UsageError: Window, number, share or cap make no sense.

    Source:
        Altman et al., Realistic synthetic financial transactions for anti-money laundering models (NeurIPS 2023), figure 2; Suzumura & Kanezashi, AMLSim
        (2021).
    """
    share = checked_share(share_percent)
    at_least(fewest_middles, 2, "fewest_middles")
    ends = ends_of_windows(store.paid_at_us, checked_window(within_us))
    is_source = np.diff(store.out_start) >= fewest_middles
    first, last, cut = _two_hops(linked(store), ends, is_source, share, at_least(most_onward, 1, "most_onward"))
    pair = store.payer[first].astype(np.int64) * store.nodes + store.payee[last]
    # Few pairs have two hops often enough; the rest is out before anything is put in order.
    _, pair_no, times = np.unique(pair, return_inverse=True, return_counts=True)
    is_often = times[pair_no] >= fewest_middles
    first, last, pair_no = first[is_often], last[is_often], pair_no[is_often]
    by_last = np.lexsort((first, last, pair_no))
    first, last, pair_no = first[by_last], last[by_last], pair_no[by_last]
    by_first = np.lexsort((last, first, pair_no))
    group = _groups(
        pair_no,
        store.paid_at_us[first],
        store.paid_at_us[last],
        by_first,
        store.payee[first],
        within_us,
        fewest_middles,
        store.nodes,
    )
    return _grouped(store, first[group >= 0], last[group >= 0], group[group >= 0], cut_at(store, store.payee[cut]))


def _grouped(store: FlowStore, first: Int32s, last: Int32s, group: Int64s, cut: pa.Table) -> FoundGroups:
    """Groups from two-hop paths, each with the number of its group; a payment that stands on several paths is told once."""
    order = np.lexsort((last, first, group))
    first, last, group = first[order], last[order], group[order]
    scattered = np.unique(np.stack([group, first.astype(np.int64)], axis=1), axis=0)
    gathered = np.unique(np.stack([group, last.astype(np.int64)], axis=1), axis=0)
    both = np.concatenate([scattered, gathered])
    role = np.repeat(np.array([0, 1], np.int8), [len(scattered), len(gathered)])
    in_order = np.lexsort((both[:, 1], both[:, 0]))
    _, begins = np.unique(group, return_index=True)
    _, start = np.unique(both[in_order, 0], return_index=True)
    middles = np.unique(np.stack([group, store.payee[first].astype(np.int64)], axis=1), axis=0)[:, 0]
    target = store.payee[last[begins]].astype(np.int64)
    return found_groups(
        store,
        store.payer[first[begins]],
        np.append(start, len(both)).astype(np.int64),
        both[in_order, 1].astype(np.int32),
        role=role[in_order],
        roles=("scatter", "gather"),
        figures={
            "target": target,
            "target_id": store.node_ids.take(pa.array(target)),
            "middles": np.bincount(middles, minlength=len(begins)),
        },
        cut=cut,
    )


@njit(cache=True)
def _two_hops(
    linked: LinkedPayments, ends: Int32s, is_source: NDArray[np.bool_], share: tuple[int, int], most_onward: int
) -> tuple[Int32s, Int32s, Int32s]:
    """Pairs of payments ``(first, last)`` of which the second goes on from the payee of the first, and the first payments that a hub received.

    ``ends``: int32, one a payment: the first payment that is too late. ``is_source``: bool, one a node: may it pay the first payment? ``share``: per cent.
    """
    payer, payee, next_onward = linked.payer, linked.payee, linked.onward
    first = np.empty(64, np.int32)
    last = np.empty(64, np.int32)
    size = 0
    is_cut = np.zeros(len(payer), np.bool_)
    room = np.empty(most_onward + 1, np.int32)
    for p in range(len(payer)):
        if next_onward[p] >= ends[p] or payer[p] == payee[p] or not is_source[payer[p]]:
            continue
        ways = onward(p, ends[p], share, linked, room)
        if ways > most_onward:
            is_cut[p] = True
            continue
        while size + ways > len(first):
            first, last = _longer(first), _longer(last)
        first[size : size + ways] = p
        last[size : size + ways] = room[:ways]
        size += ways
    return first[:size], last[:size], np.flatnonzero(is_cut).astype(np.int32)


@njit(cache=True)
def _groups(
    pair: Int64s,
    began_us: Int64s,
    ended_us: Int64s,
    by_first: Int64s,
    middle: Int32s,
    within_us: int,
    fewest: int,
    nodes: int,
) -> Int64s:
    """The group of each two-hop path, -1 for those that lie in no window with enough middles.

    Paths stand by pair and last payment; ``by_first``: their positions by pair and first payment. A window ends with the last payment of a path: paths come in
    by their last payment and go out by their first one.
    """
    size = len(pair)
    group = np.full(size, -1, np.int64)
    enough = np.zeros(size + 1, np.int64)  # how many of the windows before have enough middles
    times = np.zeros(nodes, np.int32)
    groups, low = 0, 0
    while low < size:
        high = low
        gone, different = low, 0
        while high < size and pair[high] == pair[low]:
            different += times[middle[high]] == 0
            times[middle[high]] += 1
            while ended_us[high] - began_us[by_first[gone]] > within_us:
                left = middle[by_first[gone]]
                times[left] -= 1
                different -= times[left] == 0
                gone += 1
            enough[high + 1] = enough[high] + (different >= fewest)
            high += 1
        for at in range(low, high):
            times[middle[at]] = 0
        groups = _number(by_first[low:high], began_us, ended_us, within_us, enough, low, high, group, groups)
        low = high
    return group


@njit(cache=True)
def _number(
    by_first: Int64s,
    began_us: Int64s,
    ended_us: Int64s,
    within_us: int,
    enough: Int64s,
    low: int,
    high: int,
    group: Int64s,
    groups: int,
) -> int:
    """Number the groups of one pair (its paths are ``low`` to ``high``) in place, and give back how many groups there are by now."""
    is_open, latest_us = False, np.int64(0)
    for at in by_first:
        # The windows that hold this path end with the paths from itself to the last one within reach of its first payment.
        reach = low + np.searchsorted(ended_us[low:high], began_us[at] + within_us, side="right")
        if enough[reach] == enough[at]:
            continue
        if not is_open or began_us[at] - latest_us > within_us:
            groups += 1
            latest_us = ended_us[at]
            is_open = True
        latest_us = max(latest_us, ended_us[at])
        group[at] = groups - 1
    return groups


@njit(cache=True)
def _longer(values: NDArray[np.int32]) -> NDArray[np.int32]:
    """The same values, and room for as many again."""
    more = np.empty(2 * len(values), values.dtype)
    more[: len(values)] = values
    return more
