"""Typology 23, protection payments: small businesses pay fixed round sums month after month to one who has nothing to sell; then it is cash.

The payers are victims: the truth names the payee alone as the scheme, and the payers as lawful. Parameters, drawn for each scheme (typologies page, 23:
"many local firms, fixed sums, one payee, cash; equal sums on fixed dates; payee has no staff, licence or F-tax"; the rest is drawn wide):

* blatant: 8-15 businesses, one sum of 3-10 kSEK for all, on one date for 10-20 months; 80-100 % withdrawn within three days;
* careful: 7-12 businesses, two or three sums, a day off now and then, 8-14 months; 65-90 % withdrawn within ten days;
* professional: 6-10 businesses, each with a sum of its own, two days off, 12 % of the payments missed, 6-12 months; 60-80 % withdrawn within twelve days,
  half of it by two persons whom the payee pays; one payee of five is approved for F-tax.

The payee is a company or association that somebody founded for it. Of the payers 60-90 % are of one trade.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.cash import withdraw
from synthetic_data.levels import Level
from synthetic_data.period import DAY
from synthetic_data.scenario import Scenario
from synthetic_data.scenarios.protection_payments_look_alikes import surround
from synthetic_data.small_businesses import book, draw_businesses, has_no_f_tax, pay_monthly
from synthetic_data.truth import Scheme
from synthetic_data.upkeep import found_company

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.rows import Ints

SUM_ORE = (3_000_00, 10_000_00)
STEP_ORE = 500_00
NOTE_ORE = 100_00
OF_ONE_TRADE = (0.6, 0.9)
APPROVED_SHARE = 0.2
GUARDS, SUNDRY = 6370, 6990
"""Ledger accounts: guards and alarm, other external costs."""


@dataclass(frozen=True)
class Habits:
    """Payers, months, how many different sums, days off, share missed; how much is withdrawn, and within how many days."""

    payers: tuple[int, int]
    months: tuple[int, int]
    sums: int
    jitter: int
    missed: float
    cash: tuple[float, float]
    days: int


HABITS = {
    Level.BLATANT: Habits((8, 16), (10, 21), 1, 0, 0.0, (0.8, 1.0), 3),
    Level.CAREFUL: Habits((7, 13), (8, 15), 3, 1, 0.0, (0.65, 0.9), 10),
    Level.PROFESSIONAL: Habits((6, 11), (6, 13), 15, 2, 0.12, (0.6, 0.8), 12),
}


def _plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    region, habits = market.region, HABITS[level]
    owner = int(region.casting.take("worker", 1)[0])
    form = "I" if rng.random() < 0.3 else "AB"
    payee = found_company(region, owner, "Trygghet", "80.100", form=form)
    is_approved = level is Level.PROFESSIONAL and bool(rng.random() < APPROVED_SHARE)
    if not is_approved:
        has_no_f_tax(region, payee)
    payers = draw_businesses(
        market, rng, int(rng.integers(*habits.payers)), of_one_trade=float(rng.uniform(*OF_ONE_TRADE))
    )
    count = min(int(rng.integers(*habits.months)), region.period.months)
    first = int(rng.integers(0, region.period.months - count + 1))
    sums = rng.integers(SUM_ORE[0] // STEP_ORE, SUM_ORE[1] // STEP_ORE + 1, size=habits.sums) * STEP_ORE
    rows = pay_monthly(
        region,
        rng,
        payers,
        payee,
        amount_ore=sums[rng.integers(0, habits.sums, size=payers.size)],
        day=int(rng.integers(2, 28)),
        months=np.arange(first, first + count),
        jitter=habits.jitter,
        missed=habits.missed,
        kind=str(rng.choice(["supplier", "transfer"])),
    )
    book(region, rng, rows, GUARDS if rng.random() < 0.5 else SUNDRY)
    _take_out(market, rng, payee, owner, rows=rows, level=level)
    starts = region.period.month_starts
    scheme = Scheme("23", "payee", payee, "", "", int(starts[first]), int(starts[first + count]) - 1)
    scheme.amount_ore = int(region.payments["amount"][rows].sum())
    scheme.difficulty |= {"payers": int(payers.size), "approved": int(is_approved)}
    number = region.truth.plant(scheme)
    region.truth.add_members(number, "payments", rows, "payment of a business that may be a victim")
    for payer in payers.tolist():
        region.truth.tell("paying_business", payer, "A business that pays under threat.")
    return number


def _take_out(market: Market, rng: np.random.Generator, payee: int, owner: int, *, rows: Ints, level: Level) -> None:
    """What came in during a month is withdrawn, at the professional level half of it by two persons; the rest buys something."""
    region, habits = market.region, HABITS[level]
    at, amount = region.payments["at"][rows], region.payments["amount"][rows]
    month = region.period.month_of(at // DAY)
    helpers = np.append(region.casting.take("worker", 1), owner) if level is Level.PROFESSIONAL else None
    for each in np.unique(month):
        mine = month == each
        came, last = int(amount[mine].sum()), int(at[mine].max())
        cash = int(came * float(rng.uniform(*habits.cash))) // NOTE_ORE * NOTE_ORE
        by_helpers = 0 if helpers is None else cash // 2 // NOTE_ORE // 2 * NOTE_ORE
        out_at = last + int(rng.integers(60, habits.days * DAY))
        withdraw(region, payee, cash - 2 * by_helpers, out_at)
        if helpers is not None and by_helpers:
            region.pay_out(np.full(2, payee), helpers, by_helpers, out_at, "transfer")
            withdraw(region, helpers, np.full(2, by_helpers), out_at + rng.integers(60, 3 * DAY, size=2))
        rest = (came - cash) // 2 // 100 * 100
        if rest > 0:
            seller = int(market.suppliers[int(rng.integers(0, market.suppliers.size))])
            region.pay_out(payee, seller, rest, out_at + 2 * DAY, "other")


SCENARIO = Scenario(name="protection_payments", typologies=(23,), plant=_plant, surround=surround)
