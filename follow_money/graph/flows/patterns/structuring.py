"""Structuring: payments just below a limit that together pass it."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pyarrow as pa

from follow_money.errors import UsageError
from follow_money.graph.flows.adjacency import adjacency
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_groups import FoundGroups, checked_total, found_groups
from follow_money.graph.flows.patterns.sliding_windows import episodes
from follow_money.graph.flows.search_rule import DAY_US, at_least, checked_window

_ALL_PERCENT = 100


class By(StrEnum):
    """Whose payments are taken together."""

    PAIR = "payer and payee"
    PAYER = "payer"
    PAYEE = "payee"


def structuring(
    store: FlowStore,
    *,
    limit_ore: int,
    within_us: int = 7 * DAY_US,
    floor_percent: int = 70,
    fewest_payments: int = 3,
    by: By = By.PAIR,
) -> FoundGroups:
    """Payments of ``floor_percent`` of a limit to just below it, several within a window, that together reach the limit.

    A group is every such payment in windows like that which overlap. Figures: ``counter_node`` and ``counter_id`` (the payee of a pair; -1 and null
    otherwise), ``most_payments`` and ``most_ore`` in one window. Lawful makers: instalments, deposits, fees that a price list puts just below a limit.

    Args:
        store: The payments.
        limit_ore: The limit: a payment of it or more is not below it.
        within_us: Length of a window, both ends inclusive.
        floor_percent: Whole per cent of the limit from which on a payment is just below it, inclusive.
        fewest_payments: Payments in a window.
        by: Whose payments are taken together.

    Raises:
        UsageError: Limit, share, window or number make no sense, or the payments cannot be summed.

    Source:
        FATF, Money laundering typologies (structuring or smurfing); detector D4c.
    """
    at_least(limit_ore, 2, "limit_ore")
    if not 0 <= floor_percent < _ALL_PERCENT:
        raise UsageError(f"Payments from {floor_percent} % of the limit are not below it. Give 0 to 99.")
    checked_total(store)
    is_below = (store.amount_ore * 100 >= limit_ore * floor_percent) & (store.amount_ore < limit_ore)
    kept = np.flatnonzero(is_below)
    keys, list_of = np.unique(_key(store, by)[kept], return_inverse=True)
    start, at = adjacency(list_of.astype(np.int32), len(keys))
    which, begins, inside, figures = episodes(
        start,
        kept[at].astype(np.int32),
        paid_at_us=store.paid_at_us,
        amount_ore=store.amount_ore,
        counterparty=np.arange(len(store), dtype=np.int32),  # each payment counts
        within_us=checked_window(within_us),
        fewest=at_least(fewest_payments, 1, "fewest_payments"),
        least_ore=limit_ore,
    )
    node, counter = np.divmod(keys[which], store.nodes) if by is By.PAIR else (keys[which], np.full(len(which), -1))
    return found_groups(
        store,
        node,
        begins,
        inside,
        figures={
            "counter_node": counter,
            "counter_id": store.node_ids.take(pa.array(counter, mask=counter < 0)),
            "most_payments": figures["most_counterparties"],
            "most_ore": figures["most_ore"],
        },
    )


def _key(store: FlowStore, by: By) -> np.ndarray:
    if by is By.PAYER:
        return store.payer.astype(np.int64)
    if by is By.PAYEE:
        return store.payee.astype(np.int64)
    return store.payer.astype(np.int64) * store.nodes + store.payee
