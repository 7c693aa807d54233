"""The signals of accounts: what those of their payments come to in the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.signal_meanings import CYCLE_HOPS, WINDOWS_DAYS
from follow_money.graph.flows.signal_payments import Measured
from follow_money.graph.flows.time_order import Float64s, Int32s, Int64s


def account_columns(store: FlowStore, measured: Measured) -> dict[str, NDArray[Any]]:
    """By name of the signal, one figure a node; NaN where there is nothing to tell."""
    per = _Nodes(store.nodes)
    signals, payer, payee = measured.columns, store.payer, store.payee
    is_first = signals["is_new_payee"]
    out_count, in_count = per.sum(payer), per.sum(payee)
    in_ore = per.sum(payee, store.amount_ore)
    covered = per.sum(payer, measured.covered_ore)
    out_ore = per.sum(payer, store.amount_ore)
    lay = np.where(measured.covered_ore > 0, signals["fifo_residence_hours"], 0.0) * measured.covered_ore
    first_us, last_us = _first_and_last(store)
    return {
        "first_at": first_us,
        "last_at": last_us,
        "out_count": out_count,
        "out_ore": out_ore,
        "out_payees": per.sum(payer[is_first]),
        "in_count": in_count,
        "in_ore": in_ore,
        "in_payers": per.sum(payee[is_first]),
        **{
            f"most_{direction}_{what}_{days}d": per.most(node, signals[f"{party}_{direction}_{what}_{days}d"])
            for party, direction, others, node in (
                ("payer", "out", "payees", payer),
                ("payee", "in", "payers", payee),
            )
            for what in ("count", others)
            for days in WINDOWS_DAYS
        },
        "longest_dormant_days": np.fmax(
            per.longest(payer, signals["payer_dormant_days"]), per.longest(payee, signals["payee_dormant_days"])
        ),
        "uncovered_ore": out_ore - covered,
        "kept_ore": measured.kept_ore,
        "passed_on_soon_share": _share(measured.soon_ore, in_ore),
        "fifo_residence_hours": _share(np.bincount(payer, lay, store.nodes), covered),
        "whole_thousand_share": _share(per.sum(payer[signals["is_whole_thousand_kronor"]]), out_count),
        "same_amount_share": _share(per.sum(payer[signals["same_amount_count"] > 0]), out_count),
        "receipts_passed_on": per.sum(payer, signals["receipts_passed_on"]),
        "chain_hops": per.most(payer, signals["chain_hops"]),
        "scatter_gathers_through": per.sum(payer, signals["scatter_gathers_closed"]),
        "scatter_gathers_to": per.sum(payee, signals["scatter_gathers_closed"]),
        **{f"cycles_{hops}": measured.on_cycles[:, at] for at, hops in enumerate(CYCLE_HOPS)},
    }


@dataclass(frozen=True)
class _Nodes:
    """Figures of payments brought together by node; ``node`` is the payer or the payee of each."""

    count: int

    def sum(self, node: Int32s, values: NDArray[Any] | None = None) -> Int64s:
        """The sum of whole numbers; without values how many payments there are."""
        return np.bincount(node, minlength=self.count) if values is None else _sum(node, values, self.count)

    def most(self, node: Int32s, values: NDArray[Any]) -> NDArray[np.int32]:
        """The largest; 0 for a node without payments."""
        largest = np.zeros(self.count, np.int32)
        _most(node, values, largest)
        return largest

    def longest(self, node: Int32s, values: Float64s) -> Float64s:
        """The largest that is told; NaN when none is."""
        largest = np.full(self.count, -1.0)
        _most(node, values, largest)
        return np.where(largest < 0, np.nan, largest)


@njit(cache=True)
def _sum(node: Int32s, values: NDArray[Any], nodes: int) -> Int64s:
    """Sum whole numbers by node: int32 and any integers of one length in, int64 of length ``nodes`` out."""
    total = np.zeros(nodes, np.int64)
    for p in range(len(node)):
        total[node[p]] += values[p]
    return total


@njit(cache=True)
def _most(node: Int32s, values: NDArray[Any], largest: NDArray[Any]) -> None:
    """Raise ``largest`` (one a node) to the largest value of each node; what is not a number raises nothing."""
    for p in range(len(node)):
        if values[p] > largest[node[p]]:  # noqa: PLR1730 - max() would take what is not a number
            largest[node[p]] = values[p]


def _first_and_last(store: FlowStore) -> tuple[Int64s, Int64s]:
    """Microseconds since 1970; payments are in time order, so that the last one written stays."""
    first, last = np.zeros(store.nodes, np.int64), np.zeros(store.nodes, np.int64)
    nodes = np.stack([store.payer, store.payee], axis=1).ravel()
    times = np.repeat(store.paid_at_us, 2)
    last[nodes] = times
    first[nodes[::-1]] = times[::-1]
    return first, last


def _share(part: NDArray[Any], whole: NDArray[Any]) -> Float64s:
    told: Float64s = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return told
