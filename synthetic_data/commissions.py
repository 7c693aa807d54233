"""Work on commission from the health-care region (programme ``other``): journeys, interpreters, rehabilitation.

The region pays one bill a provider and month. Sums and trades are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.payments import pay_dividends
from synthetic_data.period import DAY
from synthetic_data.region import OTHER, Region
from synthetic_data.rows import Ints
from synthetic_data.upkeep import STAFF_COST_ORE, found_company, run_business

if TYPE_CHECKING:
    from synthetic_data.market import Market

HONEST_SHARE = 0.0006
"""Honest commissioned companies to people."""
FEWEST_HONEST = 3
TRADES = (
    ("Sjukresor", "49.320"),
    ("Tolktjänst", "74.300"),
    ("Rehab", "86.902"),
    ("Hjälpmedel", "77.299"),
    ("Vårdbemanning", "78.200"),
    ("Vaccination", "86.211"),
)
MONTHLY_ORE = (180_000_00, 650_000_00)
LABOUR_SHARE = (0.45, 0.65)
"""Staff cost to revenue."""
PAID_ON_DAYS = (10, 15, 20)
VARIATION = (0.85, 1.15)


@dataclass(frozen=True)
class Commission:
    """A company that the region pays every month; one entry a payment in ``amount`` (öre), ``at`` and the rows."""

    organisation: int
    owner: int
    staff: Ints
    months: Ints
    amount: Ints
    at: Ints
    payments: Ints
    claims: Ints


def commission(
    region: Region, rng: np.random.Generator, organisation: int, months: Ints, monthly_ore: int, *, payee: int = -1
) -> tuple[Ints, Ints, Ints, Ints]:
    """Bills of these months and their payment in the month after: amounts, times, rows of payments and claims.

    ``payee``: who is paid instead of the provider, to whom the bills were sold.
    """
    amount = (monthly_ore * rng.uniform(*VARIATION, size=months.size)).astype(np.int64)
    paid_on = region.period.day_of_month(months + 1, int(rng.choice(PAID_ON_DAYS)))
    claims = region.claims.add(programme=OTHER, organisation=organisation, month=months, amount=amount, paid_on=paid_on)
    at = paid_on * DAY + rng.integers(360, 600, size=months.size)
    receiver = organisation if payee < 0 else payee
    payments = region.pay_out(region.public["region"], receiver, amount, at, "public", claim=claims)
    return amount, at, payments, claims


def found_commissioned(
    market: Market,
    rng: np.random.Generator,
    *,
    monthly_ore: tuple[int, int] = MONTHLY_ORE,
    labour_share: tuple[float, float] = LABOUR_SHARE,
    months: Ints | None = None,
    owner: int | None = None,
    payee: int = -1,
) -> Commission:
    """A company with staff and premises that the region pays, in all months of the period unless others are given.

    ``payee``: see `commission`.
    """
    region = market.region
    owner = int(region.casting.take("worker", 1)[0]) if owner is None else owner
    trade, industry = TRADES[int(rng.integers(0, len(TRADES)))]
    company = found_company(region, owner, trade, industry)
    months = np.arange(region.period.months) if months is None else months
    monthly = int(rng.integers(*monthly_ore))
    count = max(round(monthly * float(rng.uniform(*labour_share)) / STAFF_COST_ORE), 1)
    staff = run_business(market, rng, company, owner, months, staff=count)
    return Commission(company, owner, staff, months, *commission(region, rng, company, months, monthly, payee=payee))


def found_honest_commissioned(market: Market) -> Ints:
    """Companies that do what they are paid for; their party numbers. Some pay a dividend once a year."""
    region = market.region
    rng = region.rng("honest commissions")
    count = max(round(region.people.count * HONEST_SHARE), FEWEST_HONEST)
    companies = np.array([found_commissioned(market, rng).organisation for _ in range(count)], dtype=np.int64)
    pay_dividends(region, companies, rng)
    return companies
