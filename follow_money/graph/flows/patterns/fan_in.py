"""Fan-in: many pay one, within days."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_groups import FoundGroups, checked_total, found_groups, listed
from follow_money.graph.flows.patterns.sliding_windows import episodes
from follow_money.graph.flows.search_rule import at_least, checked_window


def fan_in(
    store: FlowStore,
    *,
    within_us: int,
    fewest_payers: int = 5,
    least_ore: int = 0,
    nodes: NDArray[np.bool_] | None = None,
    usable: NDArray[np.bool_] | None = None,
) -> FoundGroups:
    """Payees that at least ``fewest_payers`` different payers pay at least ``least_ore`` within a window.

    A group is everything paid in windows like that which overlap. Figures: ``counterparties`` in the group, ``most_counterparties`` and ``most_ore`` in one
    window. Lawful makers: every shop, landlord, association and collecting society.

    Args:
        store: The payments.
        within_us: Length of a window, both ends inclusive.
        fewest_payers: Different payers in a window.
        least_ore: Sum of a window, öre.
        nodes: One a node: payees of interest; all when left out.
        usable: One a payment: payments that count; all when left out.

    Raises:
        UsageError: Window or number make no sense, or the payments cannot be summed.

    Source:
        Altman et al., Realistic synthetic financial transactions for anti-money laundering models (NeurIPS 2023), figure 2; Suzumura & Kanezashi, AMLSim
        (2021); detector D5b.
    """
    checked_total(store)
    start, payments = listed(store, store.payee, nodes=nodes, usable=usable)
    node, begins, inside, figures = episodes(
        start,
        payments,
        paid_at_us=store.paid_at_us,
        amount_ore=store.amount_ore,
        counterparty=store.payer,
        within_us=checked_window(within_us),
        fewest=at_least(fewest_payers, 1, "fewest_payers"),
        least_ore=least_ore,
    )
    return found_groups(store, node, begins, inside, roles=("in",), figures=figures)
