"""Money that goes round: cycles of payments in time order, each hop nearly the whole of the one before."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_paths import FoundPaths, found_paths
from follow_money.graph.flows.linked_payments import first_payments, linked
from follow_money.graph.flows.path_kernels import Starts, find_paths_home
from follow_money.graph.flows.same_instant import same_instant
from follow_money.graph.flows.search_rule import DAY_US, MOST_CANDIDATES, checked_window, search_rule


def cycles(
    store: FlowStore,
    *,
    hops: Collection[int] = (2, 3, 4),
    within_us: int = DAY_US,
    share_percent: tuple[int, int] = (90, 100),
    most_candidates: int = MOST_CANDIDATES,
) -> FoundPaths:
    """Cycles: payments that each go on from the payee of the one before, until the first payer is paid.

    All nodes of a cycle are distinct, none of its payments is earlier than the one before, and every amount is ``share_percent`` of the amount before. Each
    cycle is told once, from its first payment on. Payments of one instant (a day, where no time of day is told) may follow one another in either order,
    whatever the order in the table: no cycle is lost by it, but for what the caps cut. A cycle at one instant that fits from several of its payments on, as
    equal payments do, is told from the one that stands first in the store.

    For every payment the payments that could close a cycle are gathered first (to its payer, in the window, of a fitting amount), and money is walked
    forward only towards those who pay them. What hubs pay and receive is listed by size, so that two hubs that pay each other all day cost no more than
    their payments of about one amount.

    Args:
        store: The payments.
        hops: How many payments, 2 to 6.
        within_us: From the first payment to the last, inclusive.
        share_percent: Least and greatest amount, in whole per cent of the amount before, inclusive.
        most_candidates: Payments looked at for one first payment, after which its search stops; such payments are counted in ``cut``.

    Raises:
        UsageError: Hops, window, share or cap make no sense.

    Source:
        Temporal cycles as in Kumar & Calders, 2SCENT: an efficient algorithm to enumerate all simple temporal cycles (PVLDB 11, 2018), here with amounts;
        typologies 1, 4, 5 and 8, detector D4b.
    """
    rule = search_rule(store, hops=hops, share_percent=share_percent, most_candidates=most_candidates)
    checked_window(within_us)
    links = linked(store)
    same = same_instant(store, links.onward, links.inward)
    begins, ends = first_payments(same.onward, same.inward, store.paid_at_us, within_us)
    itself = np.arange(store.nodes + 1)
    starts = Starts(
        begins, ends, itself, itself[:-1].astype(np.int32), store.in_start, store.in_payments, is_cycle=True
    )
    return found_paths(store, *find_paths_home(starts, links, same, rule))
