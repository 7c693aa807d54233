"""Pass-through: nodes that pay on nearly all that they receive, soon after they received it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from follow_money.errors import UsageError
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_groups import FoundGroups, found_groups
from follow_money.graph.flows.patterns.residence import residence
from follow_money.graph.flows.search_rule import at_least
from follow_money.graph.flows.time_order import Int64s

_ALL_PERCENT = 100


def pass_through(
    store: FlowStore,
    *,
    within_us: int,
    share_percent: int = 80,
    fewest_payments: int = 3,
    least_ore: int = 0,
    nodes: NDArray[np.bool_] | None = None,
    opening_ore: Int64s | None = None,
) -> FoundGroups:
    """Nodes that paid on at least a share of all that they received, within a time after each payment, first in first out.

    A group is one node: its payments in of which anything went on in time, and the payments out that took it. Figures: ``received_ore``, ``left_ore`` (in
    time) and ``stay_us`` (how long the öre that left in time stayed, on average). Lawful makers: payroll bureaus, brokers, group accounts, agents.

    Args:
        store: The payments.
        within_us: The time that counts as passing through, inclusive.
        share_percent: Whole per cent of what was received, inclusive.
        fewest_payments: Payments received.
        least_ore: Sum received, öre.
        nodes: One a node: of interest; all when left out.
        opening_ore: As in `residence`.

    Raises:
        UsageError: Time, share or number make no sense, or the payments cannot be summed.

    Source:
        Typologies 1, 4, 7 and 8, detector D4a; first in first out as in `residence`.
    """
    if not 1 <= share_percent <= _ALL_PERCENT:
        raise UsageError(f"A share of {share_percent} % passes nothing through, or more than came in. Give 1 to 100.")
    at_least(fewest_payments, 1, "fewest_payments")
    stays = residence(store, within_us=within_us, opening_ore=opening_ore)
    in_order = np.concatenate([np.zeros(1, np.int64), np.cumsum(stays.left_ore[store.in_payments])])
    received_in_order = np.concatenate([np.zeros(1, np.int64), np.cumsum(store.amount_ore[store.in_payments])])
    left = in_order[store.in_start[1:]] - in_order[store.in_start[:-1]]
    received = received_in_order[store.in_start[1:]] - received_in_order[store.in_start[:-1]]
    # In hundredths, rounded up, so that no product outgrows 64 bits.
    wanted = received // 100 * share_percent + -(-(received % 100 * share_percent) // 100)
    is_found = (np.diff(store.in_start) >= fewest_payments) & (received >= least_ore) & (left >= wanted)
    if nodes is not None:
        is_found &= nodes
    links = stays.links(np.flatnonzero(is_found[store.payee] & (stays.left_ore > 0)))
    links = links.filter(pa.compute.less_equal(links["stay_us"], within_us))
    return _grouped(store, links, received, left)


def _grouped(store: FlowStore, links: pa.Table, received: Int64s, left: Int64s) -> FoundGroups:
    """One group a node: the payments in and out that are linked."""
    into, out = (np.asarray(links[name], dtype=np.int64) for name in ("in_payment", "out_payment"))
    ore, stay = (np.asarray(links[name], dtype=np.float64) for name in ("amount_ore", "stay_us"))
    ins, outs = np.unique(into), np.unique(out)
    node = np.concatenate([store.payee[ins], store.payer[outs]]).astype(np.int64)
    payments = np.concatenate([ins, outs]).astype(np.int32)
    role = np.repeat(np.array([0, 1], np.int8), [len(ins), len(outs)])
    order = np.lexsort((payments, node))
    found, first = np.unique(node[order], return_index=True)
    at = np.searchsorted(found, store.payee[into])
    weight = np.bincount(at, ore, minlength=len(found))
    stayed = np.rint(np.bincount(at, ore * stay, minlength=len(found)) / np.maximum(weight, 1))
    return found_groups(
        store,
        found,
        np.append(first, len(order)).astype(np.int64),
        payments[order],
        role=role[order],
        roles=("in", "out"),
        figures={
            "received_ore": received[found],
            "left_ore": left[found],
            "stay_us": stayed.astype(np.int64),
        },
    )
