"""Chains: money passed on from hand to hand, nearly whole each time and soon."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from follow_money.errors import UsageError
from follow_money.graph.flows.adjacency import adjacency
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_paths import FoundPaths, found_paths
from follow_money.graph.flows.linked_payments import ends_of_windows, linked
from follow_money.graph.flows.patterns.chain_kernels import ChainRule, find_chains, hops_ahead, hops_from_starts
from follow_money.graph.flows.search_rule import (
    HOUR_US,
    MOST_CANDIDATES,
    MOST_FOUND,
    at_least,
    checked_mask,
    checked_share,
    checked_window,
)

_MOST_HOPS = 12
MOST_ONWARD = 20
"""Fitting ways in which a node may pay one payment on before it counts as a hub, where one payment's money cannot be told from another's."""


def chains(
    store: FlowStore,
    *,
    hops: tuple[int, int] = (3, 6),
    within_us: int = 48 * HOUR_US,
    share_percent: tuple[int, int] = (90, 100),
    starts: NDArray[np.integer] | None = None,
    usable: NDArray[np.bool_] | None = None,
    through: NDArray[np.bool_] | None = None,
    most_onward: int = MOST_ONWARD,
    most_candidates: int = MOST_CANDIDATES,
) -> FoundPaths:
    """Chains of payments, each a share of the one before and soon after it, through distinct nodes.

    A chain is told when it is as long as it gets: nothing goes on from its end, or it has the most hops; and, when any payment may begin one, nothing that it
    could go on from comes before. So a chain of more than the most hops is told by its first ones. Where a node could have paid a payment on in more than
    ``most_onward`` ways the chain ends; such payments are counted in ``cut``. Lawful makers: supply chains, group accounts, agents and their principals.

    Args:
        store: The payments.
        hops: Fewest and most payments of a chain, 2 to 12.
        within_us: From one payment to the next, inclusive.
        share_percent: Least and greatest amount, in whole per cent of the amount before, inclusive.
        starts: Payments where a chain may begin; all when left out.
        usable: One a payment: may it go on from another one? All may when left out.
        through: One a node: may money pass through it? Through all when left out.
        most_onward: Fitting payments onward of one payment, beyond which its payee is a hub.
        most_candidates: Payments looked at for one start, after which its search stops; such starts are counted in ``cut``.

    Raises:
        UsageError: Hops, window, share or caps make no sense.

    Source:
        Time-respecting paths: Paranjape, Benson & Leskovec, Motifs in temporal networks (WSDM 2017); layering: FATF and Altman et al. (NeurIPS 2023),
        figure 2 ("stack").
    """
    fewest, most = hops
    if not 1 < fewest <= most <= _MOST_HOPS:
        raise UsageError(
            f"Chains of {fewest} to {most} payments were asked for. Give two numbers from 2 to {_MOST_HOPS}, the smaller one first."
        )
    rule = ChainRule(
        fewest_hops=fewest,
        most_hops=most,
        share=checked_share(share_percent),
        ends=ends_of_windows(store.paid_at_us, checked_window(within_us)),
        usable=checked_mask(usable, len(store), "usable"),
        through=checked_mask(through, store.nodes, "through"),
        most_onward=at_least(most_onward, 1, "most_onward"),
        most_candidates=at_least(most_candidates, 1, "most_candidates"),
        most_found=MOST_FOUND,
    )
    links = linked(store)
    if starts is None:
        begins = np.arange(len(store), dtype=np.int32)
        from_start = np.ones(len(store), np.int8)
    else:
        begins = np.unique(starts).astype(np.int32)
        is_start = np.zeros(len(store), np.bool_)
        is_start[begins] = True
        from_start = hops_from_starts(is_start, links, rule)
    ahead = hops_ahead(from_start > 0, links, rule)
    before_start = np.empty(0, np.int64)
    if starts is None:
        before_start, order = adjacency(ahead.after, len(store))
        ahead = ahead._replace(before=ahead.before[order])
    rows, cut = find_chains(begins, ahead, before_start, links, rule)
    return found_paths(store, rows, np.concatenate([np.flatnonzero(ahead.is_hub & (from_start < most)), cut]))
