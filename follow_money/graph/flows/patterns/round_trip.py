"""Round trips: money that a payer pays out and that comes home, to itself or to those who own it, by way of others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from follow_money.graph.flows.adjacency import adjacency
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_paths import FoundPaths, found_paths
from follow_money.graph.flows.linked_payments import linked
from follow_money.graph.flows.path_kernels import Starts, find_paths_home
from follow_money.graph.flows.same_instant import same_instant
from follow_money.graph.flows.search_rule import DAY_US, MOST_CANDIDATES, checked_window, search_rule
from follow_money.graph.flows.time_order import Int64s


@dataclass(frozen=True, eq=False)
class Homes:
    """Where the money of each payer comes home: pairs of nodes.

    Attributes:
        payer: int64, one a pair: who pays the first payment.
        home: int64, one a pair: a node at which its money has come home, e.g. an owner.
    """

    payer: Int64s
    home: Int64s

    @classmethod
    def of(cls, store: FlowStore, homes: Mapping[str, Iterable[str]]) -> Homes:
        """Homes by node id; those that neither pay nor are paid are left out."""
        pairs = sorted({(payer, home) for payer, nodes in homes.items() for home in nodes})
        payer, home = (store.numbers([pair[side] for pair in pairs]) for side in (0, 1))
        is_known = (payer >= 0) & (home >= 0)
        return cls(payer[is_known], home[is_known])


def round_trip(
    store: FlowStore,
    starts: NDArray[np.integer],
    homes: Homes,
    *,
    hops: Collection[int] = (2, 3),
    within_us: int = 7 * DAY_US,
    share_percent: tuple[int, int] = (1, 100),
    usable: NDArray[np.bool_] | None = None,
    through: NDArray[np.bool_] | None = None,
    most_candidates: int = MOST_CANDIDATES,
) -> FoundPaths:
    """Paths that begin with one of ``starts`` and end with a payment to a home of its payer, through distinct nodes that are neither the payer nor a home.

    Payments of one instant may follow one another in either order, as in `cycles`.

    A salary that comes back in parts makes one path a part: sum the last payments, each once. Lawful makers: rent, loans, a family's own money, purchases.

    Args:
        store: The payments.
        starts: First payments, e.g. the salaries that a provider pays.
        homes: Where the money of each of their payers comes home.
        hops: How many payments, 2 to 6: 2 is out and straight home, 3 by way of one more.
        within_us: From the first payment to the last, inclusive.
        share_percent: Least and greatest amount, in whole per cent of the amount before, inclusive.
        usable: One a payment: may it stand in a path after the first one? All may when left out.
        through: One a node: may money pass through it? Through all when left out.
        most_candidates: Payments looked at for one start, after which its search stops; such starts are counted in ``cut``.

    Raises:
        UsageError: Hops, window, share or cap make no sense.

    Source:
        Typologies 1, 4 and 5, detector D4a; Svea hovrätt 2014-15: part of the wages went back to the owners.
    """
    rule = search_rule(
        store,
        hops=hops,
        share_percent=share_percent,
        most_candidates=most_candidates,
        usable=usable,
        through=through,
    )
    begins = np.unique(starts).astype(np.int32)
    ends = np.searchsorted(store.paid_at_us, store.paid_at_us[begins] + checked_window(within_us), side="right")
    pairs = np.unique(np.stack([homes.payer, homes.home], axis=1), axis=0).astype(np.int32)
    home_start, at = adjacency(pairs[:, 0].copy(), store.nodes)
    # What is paid to a home of its own does not begin a round trip: it is home.
    is_home = np.isin(_pair(store, store.payer[begins], store.payee[begins]), _pair(store, pairs[:, 0], pairs[:, 1]))
    begins, ends = begins[~is_home], ends[~is_home]
    search = Starts(
        begins,
        ends.astype(np.int32),
        home_start,
        pairs[at, 1].astype(np.int32),
        store.in_start,
        store.in_payments,
        is_cycle=False,
    )
    links = linked(store)
    return found_paths(store, *find_paths_home(search, links, same_instant(store, links.onward, links.inward), rule))


def _pair(store: FlowStore, payer: NDArray[np.integer], payee: NDArray[np.integer]) -> Int64s:
    """One number for two nodes."""
    return payer.astype(np.int64) * store.nodes + payee
