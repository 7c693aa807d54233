"""Typology 9, a VAT carousel: goods bought in the EU without VAT are sold with it, by somebody who never declares it, and leave the country again.

No source was read for this typology; every range is drawn wide. A broker (exporter) pays a buffer, which pays the missing trader, which pays a seller abroad,
month after month; the goods go the other way. What the missing trader owes is a fifth of what it is paid:

* blatant: one young trader that declares nothing, or nothing but zeros; one buffer; 5-10 months of 400-1,500 kSEK;
* careful: it declares 0-15 % of its sales, in half of the schemes a company of some age that changed owner; two buffers in line or side by side;
* professional: two traders, one after the other, that declare 10-35 % of these sales, or call them all reverse charge, beside honest sales of 20-50 %;
  two or three buffers in line with trade of their own; payments in up to three parts with days between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.levels import Level
from synthetic_data.organisation_life import tell_event
from synthetic_data.period import DAY
from synthetic_data.rows import NONE, Ints
from synthetic_data.scenario import Scenario
from synthetic_data.scenarios.vat_carousel_look_alikes import surround
from synthetic_data.tax_returns import VAT_SHARE
from synthetic_data.truth import Scheme
from synthetic_data.vat import Trader, buy_in_eu, declare, found_trader, sell_abroad, sell_on, sell_to_others

if TYPE_CHECKING:
    from synthetic_data.market import Market

MARGIN = (0.92, 0.99)
"""What the missing trader sells for, to what it paid."""
ONWARD = (1.01, 1.04)
"""What each further one sells for, to what it paid."""


@dataclass(frozen=True)
class Habits:
    """Missing traders in a row, months of each, kronor a month, buffers, what is declared, and payments of one sum."""

    traders: int
    months: tuple[int, int]
    monthly_ore: tuple[int, int]
    buffers: tuple[int, int]
    declared: tuple[float, float]
    reverse_share: float
    side_sales: tuple[float, float]
    taken_over: float
    parts: int
    days: tuple[int, int]


HABITS = {
    Level.BLATANT: Habits(1, (5, 11), (400_000_00, 1_500_000_00), (1, 2), (0, 0), 0, (0, 0), 0, 1, (0, 2)),
    Level.CAREFUL: Habits(1, (5, 12), (300_000_00, 1_200_000_00), (2, 3), (0, 0.15), 0, (0, 0), 0.5, 2, (0, 6)),
    Level.PROFESSIONAL: Habits(
        2, (5, 8), (250_000_00, 1_000_000_00), (2, 4), (0.1, 0.35), 0.4, (0.2, 0.5), 0.5, 3, (2, 12)
    ),
}


@dataclass(frozen=True)
class Making:
    """Where a scheme is made, and how."""

    market: Market
    rng: np.random.Generator
    level: Level

    @property
    def habits(self) -> Habits:
        """Those of the level."""
        return HABITS[self.level]


def _found_missing(market: Market, rng: np.random.Generator, first_day: int, habits: Habits) -> Trader:
    """A company of some weeks, or one of some age that somebody took over."""
    region = market.region
    if rng.random() >= habits.taken_over:
        return found_trader(market, rng, registered_on=first_day - int(rng.integers(25, 300)))
    trader = found_trader(market, rng)
    day = first_day - int(rng.integers(20, 200))
    tell_event(region, trader.organisation, day, "owner_change")
    buyer = int(region.casting.take("worker", 1)[0])
    region.give_role(trader.organisation, buyer, "owner", "board_member", "signatory", valid_from=day)
    trader.owner = buyer
    return trader


def _found_buffers(market: Market, rng: np.random.Generator, habits: Habits, level: Level) -> list[Trader]:
    region = market.region
    buffers = [
        found_trader(market, rng, staff=int(rng.integers(0, 3))) for _ in range(int(rng.integers(*habits.buffers)))
    ]
    if level is Level.PROFESSIONAL:
        months = np.arange(region.period.months)
        for buffer in buffers:
            net = _amounts(rng, habits, months.size) // 2
            sell_to_others(market, rng, buffer, months, net)
            buffer.inputs += net * 7 // 10
    return buffers


def _amounts(rng: np.random.Generator, habits: Habits, count: int) -> Ints:
    return rng.integers(*habits.monthly_ore, size=count) // 100_00 * 100_00


def _plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    region, habits, made = market.region, HABITS[level], Making(market, rng, level)
    lengths = rng.integers(*habits.months, size=habits.traders)
    first = int(rng.integers(1, region.period.months - int(lengths.sum())))
    broker = found_trader(market, rng, staff=int(rng.integers(3, 9)))
    buffers = _found_buffers(market, rng, habits, level)
    aside = level is Level.CAREFUL and bool(rng.random() < 0.5)
    lines = [[buffer] for buffer in buffers] if aside else [buffers]
    always = np.arange(region.period.months)
    sell_abroad(market, rng, broker, always, rng.integers(100_000_00, 400_000_00, size=always.size))
    scheme = Scheme("9", "missing trader", NONE, "skatteverket", "other", 0, 0)
    number = region.truth.plant(scheme)
    traders: list[Trader] = []
    for length in lengths.tolist():
        months = np.arange(first, first + length)
        trader = _found_missing(market, rng, int(region.period.month_starts[first]), habits)
        traders.append(trader)
        for line in lines:
            _turn(made, number, [trader, *line, broker], months)
        first += length
        _say(made, number, trader, months)
    for company in [*buffers, broker]:
        rows = declare(region, rng, company)
        if company is broker:
            region.truth.add_members(number, "tax_returns", rows, "refund claimed")
    starts = region.period.month_starts
    scheme.organisation = traders[0].organisation
    scheme.organisations |= {trader.organisation: "missing trader" for trader in traders[1:]}
    scheme.organisations |= {buffer.organisation: "buffer" for buffer in buffers} | {broker.organisation: "broker"}
    scheme.first_day, scheme.last_day = int(starts[first - int(lengths.sum())]), int(starts[first]) - 1
    scheme.difficulty |= {"traders": habits.traders, "buffers": len(buffers), "side_by_side": str(aside)}
    return number


def _turn(made: Making, number: int, chain: list[Trader], months: Ints) -> None:
    """Money comes in from abroad to the broker, and goes back along the chain to the seller abroad."""
    market, region, rng, habits = made.market, made.market.region, made.rng, made.habits
    bought = _amounts(rng, habits, months.size)
    net = (bought * rng.uniform(*MARGIN, size=months.size)).astype(np.int64) // 100 * 100
    day = region.period.month_starts[months] + rng.integers(1, 8, size=months.size)
    prices = [net]
    for _ in chain[2:]:
        prices.append((prices[-1] * rng.uniform(*ONWARD, size=months.size)).astype(np.int64) // 100 * 100)
    sell_abroad(market, rng, chain[-1], months, (prices[-1] * 1.02).astype(np.int64))
    region_rows: list[Ints] = []
    for seller, buyer, price in reversed(list(zip(chain[:-1], chain[1:], prices, strict=True))):
        region_rows.append(sell_on(region, rng, seller, buyer, months, net=price, day=day, parts=habits.parts))
        day = day + rng.integers(habits.days[0], habits.days[1], size=months.size) // (len(chain) - 1)
    supplies = buy_in_eu(market, rng, chain[0], months, net=bought, day=day + rng.integers(0, 3, size=months.size))
    region.truth.add_members(number, "payments", np.concatenate(region_rows), "paid along the chain")
    region.truth.add_members(number, "eu_supplies", supplies, "bought in the EU")
    left = (net * VAT_SHARE).astype(np.int64) - (bought - net)
    at = (day + 3) * DAY + 800
    region.pay_out(chain[0].organisation, chain[0].owner, np.maximum(left * 9 // 10, 100_00), at, "transfer")


def _say(made: Making, number: int, trader: Trader, months: Ints) -> None:
    """What the missing trader declares, and what it leaves out, which is the planted amount."""
    market, region, rng, habits = made.market, made.market.region, made.rng, made.habits
    truth = trader.sales.copy()
    share = float(rng.uniform(*habits.declared))
    calls_reverse = bool(rng.random() < habits.reverse_share)
    said = np.zeros_like(truth) if calls_reverse else (truth * share).astype(np.int64)
    missing = int((truth * VAT_SHARE).astype(np.int64).sum() - (said * VAT_SHARE).astype(np.int64).sum())
    region.truth.schemes[number].amount_ore += missing
    if habits.side_sales[1]:
        aside = (truth[months] * rng.uniform(*habits.side_sales)).astype(np.int64) // 100 * 100
        sell_to_others(market, rng, trader, months, aside)
        trader.inputs[months] += aside * 8 // 10
        said[months] += aside
    is_blatant = made.level is Level.BLATANT
    if is_blatant and rng.random() < 0.5:
        return
    if is_blatant:
        trader.eu[:] = 0
    untaxed = truth if calls_reverse else np.zeros_like(truth)
    rows = declare(region, rng, trader, sales=said, untaxed=untaxed, months=np.arange(months[0], months[-1] + 1))
    region.truth.add_members(number, "tax_returns", rows, "sales left out")


SCENARIO = Scenario(name="vat_carousel", typologies=(9,), plant=_plant, surround=surround)
