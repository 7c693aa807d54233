"""How much of the sources' money can have reached the targets at most: the greatest flow through the corridor, in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from follow_money.errors import UsageError
from follow_money.graph.flows.corridor import corridor, places_as_mask
from follow_money.graph.flows.flow_store import LARGEST_ORE, FlowStore
from follow_money.graph.flows.time_order import Int64s

MOST_PAYMENTS: Final = 200_000
"""Payments in a corridor beyond which the greatest flow is not sought: it would take minutes."""


@dataclass(frozen=True, eq=False)
class GreatestFlow:
    """An upper bound, and one way in which it could have come about.

    Attributes:
        ore: The most that can have come from the sources to the targets. No balance limits it: whatever a node had of its own, it may have paid the
            sources' money first.
        payments: int64: places of the corridor's payments, in time order.
        payment_ore: int64, one a payment of the corridor: öre that it carries in this one way.
    """

    ore: int
    payments: Int64s
    payment_ore: Int64s


def greatest_flow(
    store: FlowStore,
    sources: NDArray[np.integer] | Sequence[int],
    targets: NDArray[np.integer] | Sequence[int],
    *,
    within_us: int | None = None,
) -> GreatestFlow:
    """The maximum flow in the network spread out over time: each payment carries at most its amount, and money waits at a node until a later payment.

    Within one instant a node may pass on what it receives then, in whatever order the payments stand in the store: the bound holds for every order.

    Args:
        store: The payments.
        sources: Places of the payments that bring the money.
        targets: Places of the payments that it is sought in.
        within_us: Longest time of a path, see `corridor`: it narrows the corridor, not each single krona's way.

    Raises:
        UsageError: No sources or targets; a corridor of more than ``MOST_PAYMENTS`` payments, or of more money than can be counted exactly.

    Source:
        Ford & Fulkerson, Flows in Networks, 1962 (dynamic flows); Goldberg & Tarjan, A new approach to the maximum-flow problem, 1988, as igraph has it.
    """
    at = corridor(store, sources, targets, within_us=within_us)
    if not len(at):
        return GreatestFlow(0, at, np.zeros(0, np.int64))
    if len(at) > MOST_PAYMENTS:
        raise UsageError(
            f"{len(at):,} payments lie between these sources and targets, more than the {MOST_PAYMENTS:,} that a greatest flow is sought in. "
            "Name fewer sources, nearer targets or a shorter time."
        )
    is_source = places_as_mask(store, sources, "source")[at]
    is_target = places_as_mask(store, targets, "target")[at]
    amount = store.amount_ore[at]
    most = int(amount[is_source].sum())
    if most > LARGEST_ORE:
        raise UsageError(
            f"The sources add up to {most} öre, more than can be counted exactly (2^53). Name fewer of them."
        )
    # A node at an instant at which it pays or is paid is an event. Money waits from an event of a node to its next one.
    count = len(at)
    _, instant = np.unique(store.paid_at_us[at], return_inverse=True)
    node = np.concatenate([store.payer[at], store.payee[at]]).astype(np.int64)
    told, event = np.unique(node * count + np.tile(instant, 2), return_inverse=True)
    origin, sink = len(told), len(told) + 1
    waits = np.flatnonzero(told[:-1] // count == told[1:] // count)
    begins = np.where(is_source, origin, event[:count])
    ends = np.where(is_target, sink, event[count:])
    edges = np.concatenate([np.stack([begins, ends], axis=1), np.stack([waits, waits + 1], axis=1)])
    capacity = np.concatenate([amount, np.full(len(waits), most)])
    import igraph  # here, since it loads drawing libraries for a second, and few commands ask for a greatest flow

    network = igraph.Graph(n=len(told) + 2, edges=edges, directed=True)
    found = network.maxflow(origin, sink, capacity=capacity.astype(np.float64).tolist())
    return GreatestFlow(round(found.value), at, np.rint(np.asarray(found.flow[:count])).astype(np.int64))
