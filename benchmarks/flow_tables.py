"""Made-up payments for the benchmark `flows`: a year between accounts whose activity follows a power law, with or without hubs, with a few planted cycles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from follow_money.graph.flows.flow_store import FlowStore, make_store
from follow_money.graph.flows.time_order import Int32s, Int64s

SECOND_US: Final = 1_000_000
DAY_US: Final = 86_400 * SECOND_US
YEAR_US: Final = 365 * DAY_US
BEGIN_US: Final = 19_723 * DAY_US  # 1 January 2024
PAYMENTS_AN_ACCOUNT: Final = 20
HUBS: Final = 5
HUB_SHARE: Final = 0.1
"""So much of all payments is paid by the hubs together, and as much received: clearing accounts, payment services, the largest shops."""
CYCLES_A_MILLION: Final = 300
_CUBED: Final = 3.0
"""Activity falls with rank to the power of -2/3, so that degrees follow a power law of exponent 2.5; that is a uniform draw, cubed."""


@dataclass(frozen=True, eq=False)
class Columns:
    """A payments table as it is delivered, in no order: payer and payee (numbers of accounts), time and amount, one a payment."""

    payer: Int32s
    payee: Int32s
    paid_at_us: Int64s
    amount_ore: Int64s
    accounts: int

    def __len__(self) -> int:
        return len(self.payer)

    def store(self) -> FlowStore:
        """The same payments as a flow store."""
        return make_store(
            self.payer, self.payee, self.paid_at_us, self.amount_ore,
            node_ids=pa.array(np.arange(self.accounts)).cast(pa.string()),
            payment_ids=pa.array(np.arange(len(self))).cast(pa.string()),
        )  # fmt: skip

    def in_time_order(self) -> Columns:
        """The same payments by time."""
        order = np.argsort(self.paid_at_us, kind="stable")
        return Columns(
            self.payer[order], self.payee[order], self.paid_at_us[order], self.amount_ore[order], self.accounts
        )

    def table(self) -> pa.Table:
        """As a table with ids that are text and times with a zone."""
        return pa.table(
            {
                "payer": pa.array(self.payer).cast(pa.string()),
                "payee": pa.array(self.payee).cast(pa.string()),
                "paid_at": pa.array(self.paid_at_us).cast(pa.timestamp("us", tz="UTC")),
                "amount_ore": pa.array(self.amount_ore),
            }
        )


def power_law(payments: int, *, has_hubs: bool, seed: int) -> Columns:
    """A table of about so many payments. Who pays much need not be paid much, but a hub both pays and receives."""
    random = np.random.default_rng(seed)
    accounts = max(payments // PAYMENTS_AN_ACCOUNT, 10 * HUBS)
    payer = _drawn(random, payments, accounts)
    payee = random.permutation(accounts).astype(np.int32)[_drawn(random, payments, accounts)]
    if has_hubs:
        for side in (payer, payee):
            is_hub = random.random(payments) < HUB_SHARE
            side[is_hub] = random.integers(0, HUBS, int(is_hub.sum()))
    is_own = payer == payee
    payee[is_own] = (payee[is_own] + 1) % accounts
    columns = Columns(payer, payee, _times(random, payments), amounts(random, payments), accounts)
    _plant_cycles(random, columns)
    return columns


def amounts(random: np.random.Generator, count: int) -> Int64s:
    """Öre: median 900 kronor, some round sums, from small purchases to large invoices."""
    ore = np.ceil(np.exp(random.normal(np.log(90_000), 1.4, count))).astype(np.int64)
    kind = random.random(count)
    for share, unit in ((0.45, 100), (0.25, 10_000), (0.05, 100_000)):
        is_round = kind < share
        ore[is_round] = np.maximum(ore[is_round] // unit, 1) * unit
    return ore


def _drawn(random: np.random.Generator, count: int, accounts: int) -> Int32s:
    return (accounts * random.random(count) ** _CUBED).astype(np.int32)


def _times(random: np.random.Generator, count: int) -> Int64s:
    return BEGIN_US + random.integers(0, YEAR_US // SECOND_US, count) * SECOND_US


def _plant_cycles(random: np.random.Generator, columns: Columns) -> None:
    """Write cycles of 2, 3 and 4 payments over payments drawn at random, in equal numbers."""
    every = [2, 3, 4] * max(1, len(columns) * CYCLES_A_MILLION // 3_000_000)
    places = random.permutation(len(columns))[: sum(every)]
    at = 0
    for hops in every:
        own = places[at : at + hops]
        at += hops
        nodes = random.choice(columns.accounts, hops, replace=False)
        columns.payer[own], columns.payee[own] = nodes, np.roll(nodes, -1)
        begin = columns.paid_at_us[own[0]]
        columns.paid_at_us[own] = begin + np.sort(random.integers(0, DAY_US // SECOND_US, hops)) * SECOND_US
        ore = float(random.integers(20_000, 400_000) * 100)
        for place in own:
            columns.amount_ore[place] = int(ore)
            ore = int(ore) * random.uniform(0.91, 0.995)
