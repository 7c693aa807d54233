"""From a flow store to the signals of its payments: the kernels called, their results named and put into units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.payments_in import UNKNOWN_PAYEE, UNKNOWN_PAYER
from follow_money.graph.flows.same_instant import rounds
from follow_money.graph.flows.signal_cycles import MOST_STEPS, cycles_closed
from follow_money.graph.flows.signal_history import last_seen, purses, same_amount_before, typical_before
from follow_money.graph.flows.signal_meanings import CYCLE_HOPS, DAY_US, LOW_PERCENT, WINDOWS_DAYS, WITHIN_US
from follow_money.graph.flows.signal_paths import MOST_LOOKED_AT, passed_on, scatter_gathers
from follow_money.graph.flows.signal_windows import earlier_between, sliding_windows
from follow_money.graph.flows.time_order import Float64s, Int64s

_HOUR_US: Final = 3_600_000_000
_NEVER: Final = np.iinfo(np.int64).min
_THOUSAND_KRONOR_ORE: Final = 100_000
_MOST_DIGITS: Final = 16
"""Of an amount: ``LARGEST_ORE`` has 16."""


@dataclass(frozen=True, eq=False)
class Measured:
    """The signals of all payments, and what the accounts' signals are made of besides.

    Attributes:
        columns: By name of the signal, one figure a payment, in store order; NaN where there is nothing to tell.
        on_cycles: int64, nodes x cycle lengths (``CYCLE_HOPS``): cycles that each node is on.
        covered_ore: int64, m: how much of each payment comes out of known receipts.
        kept_ore, soon_ore: int64, one a node: left of its receipts in the end; paid on within 24 hours.
    """

    columns: dict[str, NDArray[Any]]
    on_cycles: Int64s
    covered_ore: Int64s
    kept_ore: Int64s
    soon_ore: Int64s


def payment_columns(store: FlowStore) -> Measured:
    """Measure every payment of a store."""
    s = store
    out, into = (s.out_start, s.out_payments), (s.in_start, s.in_payments)
    same, same_count, reverse = earlier_between(s.payer, s.payee, *out, *into)
    covered, hours, kept, left, soon = purses(s.paid_at_us, s.amount_ore, *out, *into, DAY_US)
    paths, on_cycles = _paths(store)
    windows = dict(_windows(store, same))
    columns = {
        **windows,
        **_recency(store),
        "payer_out_burst": _ratio(30 * windows["payer_out_count_1d"], windows["payer_out_count_30d"]),
        "payee_in_burst": _ratio(30 * windows["payee_in_count_1d"], windows["payee_in_count_30d"]),
        **{f"passed_on_share_{days}d": _ratio(s.amount_ore, windows[f"payer_in_ore_{days}d"]) for days in WINDOWS_DAYS},
        "fifo_covered_share": covered / s.amount_ore,
        "fifo_residence_hours": hours,
        "payer_kept_ore": kept,
        **_digits(s.amount_ore),
        **_against_typical(store),
        "is_new_payee": same < 0,
        "pair_count": same_count,
        "pair_days_since": _since(s.paid_at_us, _at(s.paid_at_us, same, otherwise=_NEVER), DAY_US),
        "reverse_count": _at(same_count, reverse, otherwise=-1) + 1,
        **_repeats(store),
        **paths,
    }
    return Measured(columns=columns, on_cycles=on_cycles, covered_ore=covered, kept_ore=left, soon_ore=soon)


def _windows(store: FlowStore, same: NDArray[np.int32]) -> Iterator[tuple[str, NDArray[Any]]]:
    s = store
    within = np.array(WINDOWS_DAYS, np.int64) * DAY_US
    counts, ore, parties = sliding_windows(
        s.paid_at_us, s.amount_ore, s.out_start, s.out_payments, s.in_start, s.in_payments, same, within
    )  # fmt: skip
    for at, party in enumerate(("payer", "payee")):
        for way, (direction, others) in enumerate((("out", "payees"), ("in", "payers"))):
            for window, days in enumerate(WINDOWS_DAYS):
                yield f"{party}_{direction}_count_{days}d", counts[at, way, window]
                yield f"{party}_{direction}_ore_{days}d", ore[at, way, window]
                yield f"{party}_{direction}_{others}_{days}d", parties[at, way, window]


def _recency(store: FlowStore) -> dict[str, NDArray[Any]]:
    paid, received, first = last_seen(store.payer, store.payee, store.paid_at_us, store.nodes)
    told: dict[str, NDArray[Any]] = {}
    for at, party in enumerate(("payer", "payee")):
        told |= {
            f"{party}_hours_since_receipt": _since(store.paid_at_us, received[at], _HOUR_US),
            f"{party}_hours_since_payment": _since(store.paid_at_us, paid[at], _HOUR_US),
            f"{party}_dormant_days": _since(store.paid_at_us, np.maximum(paid[at], received[at]), DAY_US),
            f"{party}_age_days": _since(store.paid_at_us, first[at], DAY_US),
        }
    return told


def _against_typical(store: FlowStore) -> dict[str, NDArray[Any]]:
    told: dict[str, NDArray[Any]] = {}
    for party, lists in (
        ("payer", (store.out_start, store.out_payments)),
        ("payee", (store.in_start, store.in_payments)),
    ):
        mean, median = typical_before(*lists, store.amount_ore)
        told |= {
            f"amount_to_{party}_mean": store.amount_ore / mean,
            f"amount_to_{party}_median": store.amount_ore / median,
        }
    return told


def _digits(amount_ore: Int64s) -> dict[str, NDArray[Any]]:
    zeros, digits = np.zeros(len(amount_ore), np.int8), np.ones(len(amount_ore), np.int8)
    for power in range(1, _MOST_DIGITS):
        zeros += amount_ore % 10**power == 0
        digits += amount_ore >= 10**power
    return {
        "trailing_zeros": zeros,
        "significant_digits": digits - zeros,
        "is_whole_thousand_kronor": amount_ore % _THOUSAND_KRONOR_ORE == 0,
    }


def _repeats(store: FlowStore) -> dict[str, NDArray[Any]]:
    before, count = same_amount_before(store.payer, store.payee, store.amount_ore)
    return {
        "same_amount_count": count,
        "same_amount_days_since": _since(store.paid_at_us, _at(store.paid_at_us, before, otherwise=_NEVER), DAY_US),
    }


def _paths(store: FlowStore) -> tuple[dict[str, NDArray[Any]], Int64s]:
    s = store
    start, receipts, hops = passed_on(
        s.payer, s.paid_at_us, s.amount_ore, s.in_start, s.in_payments, WITHIN_US, LOW_PERCENT, MOST_LOOKED_AT
    )
    nobody = store.numbers([UNKNOWN_PAYER, UNKNOWN_PAYEE]).astype(np.int32)
    closes = scatter_gathers(
        s.payer, s.payee, s.paid_at_us, start, receipts, nobody[0], nobody[1], WITHIN_US, MOST_LOOKED_AT
    )
    closed, on_cycles = cycles_closed(
        s.payer, s.payee, s.paid_at_us, s.amount_ore, s.in_start, s.in_payments, start, receipts, rounds(s)[1], s.nodes,
        WITHIN_US, LOW_PERCENT, CYCLE_HOPS[-1], MOST_STEPS,
    )  # fmt: skip
    told = {
        "receipts_passed_on": np.diff(start).astype(np.int32),
        "chain_hops": hops,
        "scatter_gathers_closed": closes,
        **{f"cycles_{hops}_closed": closed[:, at] for at, hops in enumerate(CYCLE_HOPS)},
    }
    return told, on_cycles


def _at(values: NDArray[Any], places: NDArray[np.int32], *, otherwise: int) -> NDArray[Any]:
    """The values at some places, and ``otherwise`` where the place is -1."""
    told = np.full(len(places), otherwise, values.dtype)
    is_there = places >= 0
    told[is_there] = values[places[is_there]]
    return told


def _since(now_us: Int64s, then_us: Int64s, unit_us: int) -> Float64s:
    told: Float64s = np.where(
        then_us == _NEVER, np.nan, (now_us - np.where(then_us == _NEVER, now_us, then_us)) / unit_us
    )
    return told


def _ratio(part: NDArray[Any], whole: NDArray[Any]) -> Float64s:
    told: Float64s = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return told
