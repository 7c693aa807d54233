"""Typology 21, insider help: an official approves for one supplier again and again, splits below the limit, is tied to it, and opens records without a case.

Parameters, drawn for each scheme (typologies page, 21: "look-up without case; one officer, one supplier; approvals just under limit; address shared with
supplier"; the rest is drawn wide):

* blatant: all four; 60-90 approvals a year for one supplier, 24 of all just below the limit two by two, the official on its board or its money on their
account,
  40-70 look-ups without a case;
* careful: 30-45 approvals a year, 16 just below the limit, six to ten gifts or transfers, 20-35 look-ups;
* professional: two of the four, 18-26 approvals a year, 10 just below the limit, three or four transfers, half of them to somebody else, 12-20
  look-ups.

The subject is the official's account; the amount is what was approved for the supplier, an exposure and no loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.levels import Level
from synthetic_data.officials import Official, amounts, approve, look_up, office_hours
from synthetic_data.period import DAY
from synthetic_data.rows import NONE
from synthetic_data.scenario import Scenario
from synthetic_data.scenarios.insider_look_alikes import free_official, surround
from synthetic_data.truth import Scheme, Subject
from synthetic_data.upkeep import found_company, keep_premises

if TYPE_CHECKING:
    from synthetic_data.market import Market

YEAR = 365
GIFT_ORE = (2_000_00, 12_000_00)
TRACES = ("lookups", "one_supplier", "split", "tie")


@dataclass(frozen=True)
class Habits:
    """Approvals a year for one supplier, how many are split, transfers, look-ups without a case, how many of the four traces."""

    approvals: tuple[int, int]
    split: int
    transfers: tuple[int, int]
    lookups: tuple[int, int]
    traces: int


HABITS = {
    Level.BLATANT: Habits((60, 91), 24, (8, 15), (40, 71), 4),
    Level.CAREFUL: Habits((30, 46), 16, (6, 11), (20, 36), 4),
    Level.PROFESSIONAL: Habits((18, 27), 10, (3, 5), (12, 21), 2),
}


def _plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    region, habits = market.region, HABITS[level]
    official = free_official(market)
    traces = set(rng.permutation(TRACES)[: habits.traces].tolist())
    (owner,) = region.casting.take("worker", 1).tolist()
    supplier = found_company(region, owner, "Service", "81.210")
    keep_premises(market, rng, supplier, np.arange(region.period.months))
    first = int(rng.integers(10, max(region.period.days - 2 * YEAR, 0) + 60))
    last = min(first + int(rng.integers(YEAR, 2 * YEAR)), region.period.days - 10)
    scheme = Scheme("21", "official", NONE, "", "", first, last)
    # a supplier with a tie alone is approved for now and then
    number = int(rng.integers(*habits.approvals)) * (last - first) // YEAR if "one_supplier" in traces else 8
    days = rng.integers(first, last, size=number)
    scheme.amount_ore = approve(region, official, supplier, amounts(rng, official.limit_ore, number), days)
    if "split" in traces:
        scheme.amount_ore += _split(market, rng, official, supplier, count=habits.split, span=(first, last))
    if "tie" in traces:
        _tie(market, rng, official, supplier, owner, level=level, span=(first, last))
    if "lookups" in traces:
        count = int(rng.integers(*habits.lookups))
        look_up(region, official, rng.integers(0, region.people.count, size=count), office_hours(region, rng, count))
    scheme.subjects = (Subject("official", official.user),)
    scheme.difficulty |= {trace: int(trace in traces) for trace in TRACES}
    return region.truth.plant(scheme)


def _split(
    market: Market, rng: np.random.Generator, official: Official, supplier: int, *, count: int, span: tuple[int, int]
) -> int:
    """Purchases in two, days apart, each just below the limit."""
    starts = rng.integers(span[0], span[1] - 8, size=count // 2)
    days = np.concatenate([starts, starts + rng.integers(1, 7, size=starts.size)])
    amount = (official.limit_ore * rng.uniform(0.955, 0.999, size=days.size)).astype(np.int64) // 100 * 100
    return approve(market.region, official, supplier, amount, days)


def _tie(
    market: Market,
    rng: np.random.Generator,
    official: Official,
    supplier: int,
    owner: int,
    *,
    level: Level,
    span: tuple[int, int],
) -> None:
    """A post or an account at the blatant level, else money; of professional ones half of it to somebody else."""
    region = market.region
    if level is Level.BLATANT:
        if rng.random() < 0.5:
            region.give_role(supplier, official.person, "board_member")
        else:
            region.accounts.holders.add(account=region.accounts.of(supplier), holder=official.person)
        return
    count = int(rng.integers(*HABITS[level].transfers))
    days = np.sort(rng.integers(span[0], span[1], size=count))
    payees = np.full(count, official.person)
    if level is Level.PROFESSIONAL:
        payees[: count // 2] = int(region.casting.take("worker", 1)[0])
    amount = rng.integers(*GIFT_ORE, size=count) // 100_00 * 100_00
    payers = np.full(count, supplier)
    region.pay_out(payers, payees, amount, days * DAY + 700, str(rng.choice(["gift", "transfer"])))
    region.give_role(supplier, owner, "chair")


SCENARIO = Scenario(name="insider_help", typologies=(21,), plant=_plant, surround=surround)
