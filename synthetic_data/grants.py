"""Grants to associations, and the life of their accounts: fees, premises, activities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.market import Market, one_of
from synthetic_data.period import DAY
from synthetic_data.public_bills import payer_of
from synthetic_data.region import PROGRAMMES
from synthetic_data.rows import NONE

if TYPE_CHECKING:
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints

COLUMNS = dict.fromkeys(("organisation", "first", "last", "amount", "paid_on", "members", "fee"), NONE)
PAID_IN_MONTH = (1, 5)
RENT_ORE = (1_500_00, 7_000_00)
BOUGHT_ORE = (300_00, 6_000_00)


def grant(
    region: Region, rng: np.random.Generator, association: int, *, amount_ore: int, members: int, fee_ore: int
) -> Ints:
    """A grant for each year of the period, paid in its spring. Returns the rows of grants, claims and payments, one column each."""
    period = region.period
    years = np.arange(period.years)
    first, last = period.month_starts[12 * years], period.month_starts[12 * years + 12] - 1
    amount = (amount_ore * rng.uniform(0.9, 1.1, size=years.size)).astype(np.int64) // 100_00 * 100_00
    paid_on = period.day_of_month(12 * years + rng.integers(*PAID_IN_MONTH, size=years.size), 20)
    rows = region.table("association_grants", COLUMNS).add(
        organisation=association, first=first, last=last, amount=amount, paid_on=paid_on, members=members, fee=fee_ore
    )
    claims = region.claims.add(
        programme=PROGRAMMES.index("association_grant"),
        organisation=association,
        month=12 * years,
        first=first,
        last=last,
        amount=amount,
        paid_on=paid_on,
    )
    payer = payer_of(region, "association_grant")
    at = paid_on * DAY + 500
    payments = region.pay_out(payer, np.full(years.size, association), amount, at, "public", claim=claims)
    return np.stack([rows, claims, payments])


def pay_fees(region: Region, rng: np.random.Generator, association: int, payers: Ints, fee_ore: int) -> None:
    """These persons pay the fee once a year, some months after its beginning."""
    for year in range(region.period.years):
        at = region.period.month_starts[12 * year] * DAY + rng.integers(0, 300 * DAY, size=payers.size)
        region.pay_out(payers, np.full(payers.size, association), np.full(payers.size, fee_ore), at, "transfer")


def collect_fees(region: Region, rng: np.random.Generator, association: int, collector: int, yearly_ore: int) -> None:
    """An organisation (a payment service, a federation) collects fees and pays them in four times a year."""
    month = np.arange(2, region.period.months, 3)
    amount = (yearly_ore / 4 * rng.uniform(0.8, 1.2, size=month.size)).astype(np.int64)
    at = region.period.day_of_month(month, 5) * DAY + 700
    region.pay_out(collector, np.full(month.size, association), amount, at, "transfer")


def rent_rooms(market: Market, rng: np.random.Generator, association: int, months: Ints, *, scale: float = 1.0) -> None:
    """Premises, the same sum each month."""
    at = market.region.period.day_of_month(months, 27) * DAY + 480
    rent = int(rng.integers(*RENT_ORE) * scale) // 100_00 * 100_00
    market.region.pay_out(association, np.full(months.size, one_of(market.landlords, rng)), rent, at, "rent")


def buy_for_activities(
    market: Market, rng: np.random.Generator, association: int, months: Ints, *, scale: float = 1.0
) -> None:
    """Purchases, some months more and some less."""
    region = market.region
    sellers = market.suppliers[rng.integers(0, market.suppliers.size, size=months.size)]
    amount = (rng.integers(*BOUGHT_ORE, size=months.size) * scale).astype(np.int64)
    at = (region.period.month_starts[months] + rng.integers(0, 28, size=months.size)) * DAY + 720
    region.pay_out(association, sellers, amount, at, "supplier")
