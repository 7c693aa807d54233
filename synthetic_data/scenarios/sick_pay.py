"""Typology 19, compensation for high sick-pay costs: sick pay of employees who do not exist, or far more than was paid.

Declared until July 2024 (field 499 ended then), the first seven months of a period. Parameters, drawn for each scheme
(typologies page, 19: "sick pay above plausible share of wages; round sums; no employees"; the rest is drawn wide); honest
employers have 0.5-8 % of wages, the careless and unlucky up to 15 %:

* blatant: no employees; 30-150 kSEK of sick pay in 5-7 months, in round sums;
* careful: 5-14 employees; 35-60 % of wages;
* professional: 8-20 employees; 18-34 % of wages, in five to seven of the months.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.levels import Level
from synthetic_data.period import DAY
from synthetic_data.public_bills import payer_of
from synthetic_data.region import PAYER_OF, PROGRAMMES
from synthetic_data.scenario import Scenario
from synthetic_data.tax_returns import declare_tax, seasonal, sell_for
from synthetic_data.truth import Scheme
from synthetic_data.upkeep import found_company, hire, keep_premises

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints

HONEST = 70
MONTHS = 7
COMPENSATED = 0.8
"""Share of sick pay that is paid back."""
STAFF = (5, 22)
MEAN_SHARE, SPREAD = 0.035, 120.0
"""Honest sick pay to wages, and how alike employers are (the size of a beta distribution)."""
UNLUCKY_SHARE, UNLUCKY = 0.04, (0.08, 0.13)
SHARES = {Level.CAREFUL: (0.35, 0.60), Level.PROFESSIONAL: (0.18, 0.34)}
STAFF_OF = {Level.CAREFUL: (5, 15), Level.PROFESSIONAL: (8, 21)}


def _found_employer(market: Market, rng: np.random.Generator, staff: int) -> tuple[int, Ints]:
    """A company with staff from the first to the last month. Returns it, and its wages in each of the first seven months."""
    region = market.region
    owner = int(region.casting.take("worker", 1)[0])
    company = found_company(region, owner, "Service", "81.210")
    months = np.arange(region.period.months)
    before = region.pay.count
    hire(region, rng, company, staff, months)
    keep_premises(market, rng, company, months)
    rows = np.arange(before, region.pay.count)
    month, gross = region.pay["month"][rows], region.pay["gross"][rows]
    wages = np.bincount(month, weights=gross, minlength=region.period.months)[:MONTHS].astype(np.int64)
    sell_for(region, company, market.companies, months, seasonal(region, rng, staff * 55_000_00))
    return company, wages


def _claim(region: Region, rng: np.random.Generator, company: int, wages: Ints, sick_pay: Ints) -> tuple[Ints, Ints]:
    """Declare sick pay and be paid most of it. Returns the rows of tax returns and claims."""
    months = np.arange(MONTHS)
    turnover = seasonal(region, rng, max(int(wages.mean()) * 2, 100_000_00))[:MONTHS]
    returns = declare_tax(region, rng, company, months, turnover, wages=wages, sick_pay=sick_pay)
    some = sick_pay > 0
    amount = (sick_pay[some] * COMPENSATED).astype(np.int64) // 100 * 100
    paid_on = region.period.day_of_month(months[some] + 2, 12)
    programme = PROGRAMMES.index("sick_pay")
    claims = region.claims.add(
        programme=programme, organisation=company, month=months[some], amount=amount, paid_on=paid_on
    )
    payees = np.full(amount.size, company)
    region.pay_out(payer_of(region, "sick_pay"), payees, amount, paid_on * DAY + 500, "public", claim=claims)
    return returns, claims


def _honest_sick_pay(rng: np.random.Generator, wages: Ints, mean: float = MEAN_SHARE) -> Ints:
    """One employer's own level, and months that differ; one winter month of influenza for all."""
    unlucky = rng.random() < UNLUCKY_SHARE
    level = float(rng.uniform(*UNLUCKY) if unlucky else rng.beta(mean * SPREAD, (1 - mean) * SPREAD))
    wave = np.where(np.arange(MONTHS) == 1, 1.8, 1.0)
    sick: Ints = (wages * level * wave * rng.gamma(2.0, 0.5, size=MONTHS)).clip(0, wages * 0.9).astype(np.int64)
    return sick // 100 * 100


def _plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    region = market.region
    if level is Level.BLATANT:
        company, wages = _found_employer(market, rng, 0)
        sick_pay = rng.integers(30, 151, size=MONTHS) * 1_000_00
        sick_pay[rng.permutation(MONTHS)[: int(rng.integers(0, 3))]] = 0
        real = np.zeros(MONTHS, dtype=np.int64)
    else:
        company, wages = _found_employer(market, rng, int(rng.integers(*STAFF_OF[level])))
        share = rng.uniform(*SHARES[level]) * rng.uniform(0.8, 1.2, size=MONTHS)
        real = _honest_sick_pay(rng, wages).clip(0, (wages * 0.08).astype(np.int64))
        sick_pay = np.maximum((wages * share).astype(np.int64) // 100 * 100, real)
        honest = rng.permutation(MONTHS)[: int(rng.integers(0, 3))]
        sick_pay[honest] = real[honest]
    returns, claims = _claim(region, rng, company, wages, sick_pay)
    starts = region.period.month_starts
    scheme = Scheme("19", "employer", company, PAYER_OF["sick_pay"], "sick_pay", 0, int(starts[MONTHS]) - 1)
    scheme.amount_ore = int((sick_pay - real).sum() * COMPENSATED)
    scheme.difficulty["share"] = round(float(sick_pay.sum() / max(int(wages.sum()), 1)), 3)
    number = region.truth.plant(scheme)
    region.truth.add_members(number, "tax_returns", returns, "sick pay declared")
    region.truth.add_members(number, "claims", claims, "compensation paid")
    return number


def _surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Employers whose staff is ill now and then, and ``count`` of each look-alike."""
    region = market.region
    for _ in range(HONEST):
        company, wages = _found_employer(market, rng, int(rng.integers(*STAFF)))
        _claim(region, rng, company, wages, _honest_sick_pay(rng, wages))
    for _ in range(count):
        company, wages = _found_employer(market, rng, 1)
        _claim(region, rng, company, wages, (wages * rng.uniform(0.2, 0.5)).astype(np.int64))
        region.truth.tell("tiny_firm_long_illness", company, "The only employee falls ill again and again.")
        company, wages = _found_employer(market, rng, int(rng.integers(8, 16)))
        sick_pay = _honest_sick_pay(rng, wages, 0.03)
        sick_pay[2] = int(wages[2] * rng.uniform(0.2, 0.4))
        _claim(region, rng, company, wages, sick_pay)
        region.truth.tell("epidemic_at_work", company, "One month most of the staff is ill.")
        _late_declaration(market, rng)


def _late_declaration(market: Market, rng: np.random.Generator) -> None:
    """The pay of two months is in no declaration on individuals; the employer's own total tells it."""
    region = market.region
    company, wages = _found_employer(market, rng, int(rng.integers(5, 12)))
    missing = (region.pay["organisation"] == company) & (region.pay["month"] < 2)
    region.pay["gross"][missing], region.pay["tax"][missing] = 0, 0
    _claim(region, rng, company, wages, _honest_sick_pay(rng, wages))
    region.truth.tell("late_declaration", company, "Two months are not yet declared person by person.")


SCENARIO = Scenario(name="sick_pay", typologies=(19,), plant=_plant, surround=_surround)
