"""Lawful look-alikes of circular money: money that comes back because it was lent, pooled, owed or refunded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.accounts import GROUP
from synthetic_data.commissions import found_commissioned
from synthetic_data.period import DAY, SATURDAY
from synthetic_data.upkeep import found_company, run_business, sell

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.rows import Ints

POOL_COMPANIES = (2, 4)
SALES_ORE = (150_000_00, 500_000_00)
SETTLED_ORE = (1_000_00, 40_000_00)
EVENING, MORNING = 1_110, 380
LOAN_ORE = (200_000_00, 900_000_00)
LOAN_MONTHS = (4, 9)
INTEREST = (1.01, 1.05)
MUTUAL_ORE = (8_000_00, 90_000_00)
PURCHASE_ORE = (30_000_00, 160_000_00)
REFUND_DAYS = (3, 20)


def found_circular_look_alikes(market: Market, count: int) -> None:
    """``count`` of each kind."""
    rng = market.region.rng("circular look-alikes")
    for _ in range(count):
        _cash_pool(market, rng)
        _intercompany_loan(market, rng)
        _mutual_suppliers(market, rng)
        _refunded_purchase(market, rng)


def _cash_pool(market: Market, rng: np.random.Generator) -> None:
    """Companies of one owner send what came to the lead in the evening and get what they need in the morning."""
    region = market.region
    months = np.arange(region.period.months)
    provider = found_commissioned(market, rng)
    lead = found_company(region, provider.owner, "Invest", "64.202")
    region.accounts.pays_on(lead, region.accounts.open([lead], GROUP, giro=True))
    _settle(market, rng, provider.organisation, lead, (provider.amount, provider.at))
    for _ in range(int(rng.integers(*POOL_COMPANIES))):
        company = found_company(region, provider.owner, "Service", "81.210")
        monthly = int(rng.integers(*SALES_ORE))
        run_business(market, rng, company, provider.owner, months, staff=max(monthly // 80_000_00, 2))
        _settle(market, rng, company, lead, sell(market, rng, company, months, monthly))
    region.truth.tell(
        "cash_pool", provider.organisation, "Companies of one owner settle every day through the account of the group."
    )


def _settle(market: Market, rng: np.random.Generator, company: int, lead: int, came: tuple[Ints, Ints]) -> None:
    """What came on a day goes up in the evening; small differences go either way; pay, tax and rent come down."""
    region = market.region
    amount, at = came
    region.pay_out(company, lead, amount, at // DAY * DAY + EVENING, "transfer")
    days = np.arange(region.period.days)
    days = days[(region.period.weekday(days) < SATURDAY) & (rng.random(days.size) < 0.7)]
    up = rng.random(days.size) < 0.5
    small = rng.integers(*SETTLED_ORE, size=days.size) // 100 * 100
    region.pay_out(company, lead, small[up], days[up] * DAY + EVENING, "transfer")
    region.pay_out(lead, company, small[~up], days[~up] * DAY + MORNING, "transfer")
    monthly = int(amount.sum()) // region.period.months
    for day, share in ((12, 0.25), (24, 0.55)):
        needed = monthly * rng.uniform(share * 0.8, share * 1.1, size=region.period.months)
        when = region.period.day_of_month(np.arange(region.period.months), day) * DAY + MORNING - 60
        region.pay_out(lead, company, needed.astype(np.int64) // 100 * 100, when, "transfer")


def _intercompany_loan(market: Market, rng: np.random.Generator) -> None:
    """A provider lends to a company of the same owner and is repaid months later, with interest."""
    region = market.region
    provider = found_commissioned(market, rng)
    borrower = found_company(region, provider.owner, "Fastighet", "68.203")
    months = np.arange(region.period.months)
    run_business(market, rng, borrower, provider.owner, months, staff=2, sales_ore=int(rng.integers(*SALES_ORE)))
    loan = int(rng.integers(*LOAN_ORE)) // 1_000_000 * 1_000_000
    lent = int(rng.integers(0, max(region.period.months - LOAN_MONTHS[1] - 2, 1)))
    back = lent + int(rng.integers(LOAN_MONTHS[0], min(LOAN_MONTHS[1], region.period.months - lent - 2) + 1))
    at = region.period.day_of_month(np.array([lent, back]), 18) * DAY + 620
    region.pay_out(provider.organisation, borrower, loan, int(at[0]), "loan")
    parts = int(rng.integers(1, 4))
    owed = int(loan * rng.uniform(*INTEREST)) // parts // 100 * 100
    region.pay_out(borrower, provider.organisation, np.full(parts, owed), at[1] + np.arange(parts) * 9 * DAY, "loan")
    region.truth.tell(
        "intercompany_loan", provider.organisation, "A loan to a company of the same owner was repaid months later."
    )


def _mutual_suppliers(market: Market, rng: np.random.Generator) -> None:
    """Two companies with owners of their own buy from one another, each what it needs."""
    region = market.region
    provider = found_commissioned(market, rng)
    owner = int(region.casting.take("worker", 1)[0])
    other = found_company(region, owner, "Transport", "49.410")
    months = np.arange(region.period.months)
    run_business(market, rng, other, owner, months, staff=4, sales_ore=int(rng.integers(*SALES_ORE)))
    for buyer, seller in ((provider.organisation, other), (other, provider.organisation)):
        month = np.repeat(months, rng.integers(1, 4, size=months.size))
        at = (region.period.month_starts[month] + rng.integers(1, 28, size=month.size)) * DAY
        at += rng.integers(480, 960, size=month.size)
        amount = rng.integers(*MUTUAL_ORE, size=month.size) // 100 * 100
        region.pay_out(buyer, seller, amount, at, "supplier")
    region.truth.tell(
        "mutual_suppliers", provider.organisation, "Two companies buy from one another; the sums are unrelated."
    )


def _refunded_purchase(market: Market, rng: np.random.Generator) -> None:
    """A few purchases are returned within weeks, all or most of the price comes back."""
    region = market.region
    provider = found_commissioned(market, rng)
    owner = int(region.casting.take("worker", 1)[0])
    seller = found_company(region, owner, "Maskin", "46.690")
    months = np.arange(region.period.months)
    run_business(market, rng, seller, owner, months, staff=3, sales_ore=int(rng.integers(*SALES_ORE)))
    count = int(rng.integers(6, 14))
    price = rng.integers(*PURCHASE_ORE, size=count)
    at = np.sort(rng.integers(10, region.period.days - 30, size=count)) * DAY + 600
    region.pay_out(provider.organisation, seller, price, at, "supplier")
    returned = np.flatnonzero(rng.random(count) < 0.25)
    returned = np.array([0]) if not returned.size else returned
    part = np.where(rng.random(returned.size) < 0.6, 1.0, rng.uniform(0.5, 0.98, size=returned.size))
    refund = (price[returned] * part).astype(np.int64)
    region.pay_out(
        seller,
        provider.organisation,
        refund,
        at[returned] + rng.integers(*REFUND_DAYS, size=returned.size) * DAY,
        "supplier",
    )
    region.truth.tell("refunded_purchase", provider.organisation, "Goods were returned and the supplier refunded them.")
