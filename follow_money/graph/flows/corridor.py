"""The corridor: payments that lie on some way in time from the sources to the targets, whatever the amounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from follow_money.errors import UsageError
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.time_order import Int32s, Int64s

_NEVER: Final = -(2**62)
_FOREVER: Final = 2**62


def corridor(
    store: FlowStore,
    sources: NDArray[np.integer] | Sequence[int],
    targets: NDArray[np.integer] | Sequence[int],
    *,
    within_us: int | None = None,
) -> Int64s:
    """The payments on ways in time from a source to a target: reach forward, met by reach backward.

    A payment may follow any that is not later: within one instant in either order, whatever the order in the store. So the corridor leaves nothing out that
    another order within an instant would let in.

    Args:
        store: The payments.
        sources: Places of the payments that paths begin with.
        targets: Places of the payments that they end with; one that is a source too is a path by itself.
        within_us: Longest time from the first payment of a path to its last, inclusive; any when left out.

    Returns:
        Places, ascending; empty when no path leads there.

    Raises:
        UsageError: No sources or no targets, or places that the store has not.

    Source:
        Temporal reachability as in Holme & Saramäki, Temporal networks, Physics Reports 519, 2012.
    """
    is_source, is_target = places_as_mask(store, sources, "source"), places_as_mask(store, targets, "target")
    began, ended = _reach(store.payer, store.payee, store.paid_at_us, is_source, is_target, store.nodes)
    is_on_path = (began > _NEVER) & (ended < _FOREVER)
    if within_us is not None:
        is_on_path[is_on_path] = (ended - began)[is_on_path] <= within_us
    return np.flatnonzero(is_on_path)


def places_as_mask(store: FlowStore, places: NDArray[np.integer] | Sequence[int], what: str) -> NDArray[np.bool_]:
    """True for the payments at these places. Raises UsageError when there are none or the store has them not."""
    at = np.asarray(places, dtype=np.int64)
    if not len(at):
        raise UsageError(f"There is no {what} payment. Name payments or a party that are in these data.")
    if at.min() < 0 or at.max() >= len(store):
        raise UsageError(
            f"A {what} is payment {at.max()}, and the store has {len(store)}. Take places from this store."
        )
    mask = np.zeros(len(store), dtype=bool)
    mask[at] = True
    return mask


@njit(cache=True)
def _reach(
    payer: Int32s,
    payee: Int32s,
    paid_at_us: Int64s,
    is_source: NDArray[np.bool_],
    is_target: NDArray[np.bool_],
    nodes: int,
) -> tuple[Int64s, Int64s]:
    """For each payment: the latest begin of a path from a source to it, and the earliest end of a path from it to a target; `_NEVER`, `_FOREVER` for none.

    ``payer``, ``payee``: int32, ``paid_at_us``: int64, the masks: bool, one a payment in time order; ``nodes``: a count.
    """
    m = len(payer)
    began, ended = np.full(m, _NEVER), np.full(m, _FOREVER)
    node_began, node_ended = np.full(nodes, _NEVER), np.full(nodes, _FOREVER)
    low = 0
    while low < m:
        high, is_new = low + 1, True
        while high < m and paid_at_us[high] == paid_at_us[low]:
            high += 1
        while is_new:  # where payments of one instant go round, what comes late reaches those that stand early
            is_new = False
            for p in range(low, high):
                began[p] = paid_at_us[p] if is_source[p] else node_began[payer[p]]
                if began[p] > node_began[payee[p]]:
                    node_began[payee[p]] = began[p]
                    is_new = high - low > 1
        low = high
    high = m
    while high > 0:
        low, is_new = high - 1, True
        while low > 0 and paid_at_us[low - 1] == paid_at_us[high - 1]:
            low -= 1
        while is_new:
            is_new = False
            for p in range(high - 1, low - 1, -1):
                ended[p] = paid_at_us[p] if is_target[p] else node_ended[payee[p]]
                if ended[p] < node_ended[payer[p]]:
                    node_ended[payer[p]] = ended[p]
                    is_new = high - low > 1
        high = low
    return began, ended
