"""Typology 10, wage guarantee: paid for people who never worked there, or for more than they earned.

Parameters (typologies page, 10 "no AGI from employer", "above wage of prior year", "same persons in several bankruptcies";
the rest is drawn wide):

* blatant: 8-16 people of whom the employer declared nobody, beside 2-5 real employees; guarantee for these of 1.8-3 times
  their pay; in half of the schemes the same people in two bankruptcies at once;
* careful: 5-9 never declared beside 5-9 real employees, of whom 3-5 get 1.6-2.4 times their pay;
* professional: 1-2 never declared among 9-15 real employees, of whom 3-6 get 1.5-2 times their pay: two new hires are what
  honest bankruptcies have.

A part of what the paper employees are paid goes to the owner within days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.bankruptcies import (
    GROSS_ORE,
    PROPOSERS,
    WAGE_GUARANTEE,
    Bankruptcy,
    employ_until,
    go_bankrupt,
    guarantee,
)
from synthetic_data.levels import Level
from synthetic_data.period import DAY
from synthetic_data.region import PAYER_OF, PROGRAMMES
from synthetic_data.rows import Ints
from synthetic_data.scenario import Scenario
from synthetic_data.scenarios.wage_guarantee_look_alikes import found_bankruptcies, found_wage_guarantee_look_alikes
from synthetic_data.truth import Scheme

if TYPE_CHECKING:
    from synthetic_data.market import Market

HONEST = 40
BACK_SHARE = (0.4, 0.7)
PAPER = "guarantee for a paper employee"
RAISED = "guarantee above the pay"


@dataclass(frozen=True)
class _Ranges:
    paper: tuple[int, int]
    real: tuple[int, int]
    raised: tuple[int, int]
    times: tuple[float, float]
    twice: float
    """Share of schemes with the same paper employees in two bankruptcies."""


LEVELS = {
    Level.BLATANT: _Ranges((8, 16), (2, 5), (2, 5), (1.8, 3.0), 0.5),
    Level.CAREFUL: _Ranges((5, 9), (5, 9), (3, 5), (1.6, 2.4), 0.3),
    Level.PROFESSIONAL: _Ranges((1, 2), (9, 15), (3, 6), (1.6, 2.1), 0.0),
}


def plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    """A bankruptcy with paper employees and raised pay."""
    region, ranges = market.region, LEVELS[level]
    owner = int(region.casting.take("worker", 1)[0])
    estate = go_bankrupt(market, rng, owner=owner, proposer=PROPOSERS.index("debtor"))
    programme = PROGRAMMES[WAGE_GUARANTEE]
    scheme = Scheme(
        "10", "employer", estate.organisation, PAYER_OF[programme], programme, estate.declared, estate.declared
    )
    number = region.truth.plant(scheme)
    paper = region.casting.take("worker", int(rng.integers(ranges.paper[0], ranges.paper[1] + 1)))
    _pay_paper(market, rng, number, estate, paper)
    if rng.random() < ranges.twice:
        second = go_bankrupt(market, rng, owner=owner, month=estate.month, proposer=PROPOSERS.index("debtor"))
        scheme.organisations[second.organisation] = "second bankruptcy"
        _pay_paper(market, rng, number, second, paper)
    real = region.casting.take("worker", int(rng.integers(ranges.real[0], ranges.real[1] + 1)))
    gross = np.array([employ_until(region, rng, estate, int(person), first=int(rng.integers(0, 4))) for person in real])
    raised = np.arange(real.size) < int(rng.integers(ranges.raised[0], ranges.raised[1] + 1))
    times = np.where(raised, rng.uniform(*ranges.times, size=real.size), 1.0)
    claims = guarantee(region, rng, estate, real, (gross * times).astype(np.int64))
    amount = region.claims["amount"][claims[raised]]
    scheme.amount_ore += int((amount - amount / times[raised]).sum())
    region.truth.add_members(number, "claims", claims[raised], RAISED)
    rows = region.truth.members["row"][region.truth.members["scheme"] == number]
    scheme.first_day = int(region.claims["first"][rows].min())
    scheme.last_day = int(region.claims["last"][rows].max())
    scheme.difficulty |= {
        "paper": int(paper.size),
        "real": int(real.size),
        "raised": int(raised.sum()),
        "bankruptcies": 1 + len(scheme.organisations),
    }
    return number


def _pay_paper(market: Market, rng: np.random.Generator, number: int, estate: Bankruptcy, paper: Ints) -> None:
    region = market.region
    gross = rng.integers(*GROSS_ORE, size=paper.size) // 10_000 * 10_000
    claims = guarantee(region, rng, estate, paper, gross)
    amount = region.claims["amount"][claims]
    region.truth.add_members(number, "claims", claims, PAPER)
    region.truth.schemes[number].amount_ore += int(amount.sum())
    back = (amount * rng.uniform(*BACK_SHARE, size=paper.size)).astype(np.int64) // 100 * 100
    at = (region.claims["paid_on"][claims] + rng.integers(1, 6, size=paper.size)) * DAY + 700
    region.pay_out(paper, estate.owner, back, at, "transfer")


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Honest bankruptcies, and lawful look-alikes."""
    found_bankruptcies(market, rng, HONEST)
    found_wage_guarantee_look_alikes(market, rng, count)


SCENARIO = Scenario(name="wage_guarantee", typologies=(10,), plant=plant, surround=surround)
