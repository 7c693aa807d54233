"""Ways of public money out through exchange offices or as cash: straight from the organisation that is paid, or by way of companies that hand it on."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from follow_money.detectors.company_payments import CompanyFlows
from follow_money.detectors.flow_places import nodes_of
from follow_money.detectors.public_money import PublicMoney
from follow_money.graph.flows.exit_classes import ExitClass
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.patterns.round_trip import Homes, round_trip
from follow_money.graph.flows.search_rule import DAY_US, HOUR_US
from follow_money.graph.flows.time_order import Int64s

OFFICES = (ExitClass.EXCHANGE_OFFICE, ExitClass.LAPSED_EXCHANGE_OFFICE)
MOST_FRONTS = 2
"""Companies between the organisation and the exit, at most."""


def exchange_ways(
    public: PublicMoney,
    flows: CompanyFlows,
    *,
    within_days: int,
    within_hours: int,
    kept_percent: int,
    least_ore: int,
    trade_percent: int,
) -> pd.DataFrame:
    """Ways out, one row each, sorted by organisation and time.

    Args:
        public: Public money.
        flows: What organisations pay.
        within_days: From a public payment to the organisation until the money leaves it.
        within_hours: For each company that hands it on: from the first payment of a way to its last no more than these together.
        kept_percent: Least amount in whole per cent of the one before, where they do.
        least_ore: Least sum that leaves.
        trade_percent: An organisation that pays so many per cent of its exits to accounts abroad trades abroad: its exits are left out.

    Returns:
        ``organisation_id, middle_ids, to_id, began_on, day, payments`` (places among all payments), ``last`` (place), ``ore`` (of the last payment),
        ``exit_class``.
    """
    store, classes = flows.store, public.facts.exit_class[flows.store.row]
    is_paid = nodes_of(store, public.seen)
    is_exit = np.isin(classes, [*OFFICES, ExitClass.CASH]) & (store.amount_ore >= least_ore)
    is_exit &= ~_explained(store, public, flows, is_exit, trade_percent)[store.payer]
    direct = flows.ways_of([np.array([place]) for place in np.flatnonzero(is_exit & is_paid[store.payer])])
    by_fronts = _by_fronts(flows, is_paid, is_exit, within_hours=within_hours, kept_percent=kept_percent)
    ways = pd.concat([direct, by_fronts], ignore_index=True)
    soon = _soon_after(public, ways, within_days * DAY_US)
    last = ways["last"].to_numpy(dtype=np.int64)
    told = ways.assign(ore=public.facts.store.amount_ore[last], exit_class=public.facts.exit_class[last])[soon]
    return told.sort_values(["organisation_id", "first", "last"]).reset_index(drop=True)


def _by_fronts(
    flows: CompanyFlows, is_paid: NDArray[np.bool_], is_exit: NDArray[np.bool_], *, within_hours: int, kept_percent: int
) -> pd.DataFrame:
    searched = flows.in_parts.store
    payers = np.flatnonzero(is_paid)
    exits = np.unique(flows.store.payee[is_exit])
    found = round_trip(
        searched,
        np.flatnonzero(is_paid[searched.payer] & (flows.passing & ~is_paid)[searched.payee]),
        Homes(np.repeat(payers, len(exits)), np.tile(exits, len(payers))),
        hops=range(2, MOST_FRONTS + 2),
        within_us=MOST_FRONTS * within_hours * HOUR_US,
        share_percent=(kept_percent, 100),
        through=flows.passing & ~is_paid,
    )
    ways = flows.ways(found)
    # An exit that is paid in parts is as good as one; what else the same payee is paid for is none.
    ends = np.searchsorted(flows.store.row, ways["last"].to_numpy(dtype=np.int64))
    return ways[is_exit[ends]]


def _explained(
    store: FlowStore, public: PublicMoney, flows: CompanyFlows, is_exit: NDArray[np.bool_], trade_percent: int
) -> NDArray[np.bool_]:
    """bool, one a node: pays abroad for a good part of what it exchanges, or puts more cash in than it takes out."""
    classes = public.facts.exit_class[store.row]
    left = _sum(store.payer, store.amount_ore, is_exit, store.nodes)
    abroad = _sum(store.payer, store.amount_ore, classes == ExitClass.ABROAD, store.nodes)
    cash = _sum(store.payer, store.amount_ore, classes == ExitClass.CASH, store.nodes)
    whole = public.facts.store
    is_handler = np.zeros(whole.nodes, np.bool_)
    is_handler[whole.payee[public.facts.exit_class == ExitClass.CASH]] = True
    taken_in = _sum(whole.payee, whole.amount_ore, is_handler[whole.payer], whole.nodes)[flows.node]
    return (100 * abroad >= trade_percent * np.maximum(left, 1)) | ((taken_in >= cash) & (cash > 0))


def _soon_after(public: PublicMoney, ways: pd.DataFrame, within_us: int) -> NDArray[np.bool_]:
    """Whether money left the organisation soon after a public payment to it."""
    store = public.facts.store
    soon = np.zeros(len(ways), np.bool_)
    for organisation, group in ways.groupby("organisation_id"):
        came = public.to([str(organisation)])
        first = group["first"].to_numpy(dtype=np.int64)
        before = np.searchsorted(came, first) - 1
        waited = store.paid_at_us[first] - store.paid_at_us[came[np.maximum(before, 0)]]
        soon[group.index] = (before >= 0) & (waited <= within_us)
    return soon


def _sum(node: NDArray[np.int32], ore: Int64s, which: NDArray[np.bool_], nodes: int) -> Int64s:
    total = np.zeros(nodes, np.int64)
    np.add.at(total, node[which], ore[which])
    return total
