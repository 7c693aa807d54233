"""What a company does beside its trade: it hires, rents premises, buys and sells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.market import Market, one_of
from synthetic_data.period import DAY

if TYPE_CHECKING:
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints

GROSS_ORE = (24_000_00, 37_000_00)
OWNER_GROSS_ORE = (25_000_00, 46_000_00)
TAX_SHARE = 0.25
STAFF_COST_ORE = 40_000_00
"""An employee's cost a month, employer fees included."""
RENT_ORE = (4_000_00, 26_000_00)
PURCHASES_ORE = (500_00, 30_000_00)
SALES_A_MONTH = (2, 6)


def found_company(
    region: Region, owner: int, trade: str, industry: str, *, form: str = "AB", registered_on: int | None = None
) -> int:
    """A company with its owner on the board. ``registered_on`` is a day of the period; long ago if not given."""
    company = region.organisations.add(region.organisations.free_name(trade, form), form, industry)
    if registered_on is None:
        region.give_role(company, owner, "owner", "board_member", "signatory")
    else:
        region.organisations[company].registered_on = region.period.first_day + registered_on
        region.give_role(company, owner, "owner", "board_member", "signatory", valid_from=registered_on)
    return company


def employ_person(region: Region, rng: np.random.Generator, employer: int, person: int, months: Ints) -> None:
    """Declare and pay a person in these months."""
    gross = int(rng.integers(*GROSS_ORE)) // 10_000 * 10_000
    region.pay.add(organisation=employer, person=person, month=months, gross=gross, tax=int(gross * TAX_SHARE))


def hire(region: Region, rng: np.random.Generator, employer: int, count: int, months: Ints) -> Ints:
    """Hire ``count`` persons for these months. Returns them."""
    staff = region.casting.take("worker", count)
    for person in staff:
        employ_person(region, rng, employer, int(person), months)
    return staff


def pay_owner(region: Region, rng: np.random.Generator, company: int, owner: int, months: Ints) -> None:
    """An owner's own salary."""
    gross = int(rng.integers(*OWNER_GROSS_ORE)) // 10_000 * 10_000
    region.pay.add(organisation=company, person=owner, month=months, gross=gross, tax=int(gross * TAX_SHARE))


def keep_premises(market: Market, rng: np.random.Generator, organisation: int, months: Ints) -> None:
    """Rent, the same each month, and purchases."""
    region = market.region
    rent = int(rng.integers(*RENT_ORE)) // 10_000 * 10_000
    at = region.period.day_of_month(months, 27) * DAY + 420
    region.pay_out(organisation, np.full(months.size, one_of(market.landlords, rng)), rent, at, "rent")
    sellers = market.suppliers[rng.integers(0, market.suppliers.size, size=months.size)]
    bought = rng.integers(*PURCHASES_ORE, size=months.size) // 100 * 100
    at = (region.period.month_starts[months] + rng.integers(0, 28, size=months.size)) * DAY + 700
    region.pay_out(organisation, sellers, bought, at, "supplier")


def sell(market: Market, rng: np.random.Generator, seller: int, months: Ints, monthly_ore: int) -> tuple[Ints, Ints]:
    """Sell to companies of the region for about ``monthly_ore`` a month. Returns amounts and times."""
    region = market.region
    number = rng.integers(*SALES_A_MONTH, size=months.size)
    month = np.repeat(months, number)
    amount = monthly_ore / np.repeat(number, number) * rng.uniform(0.7, 1.3, size=month.size)
    buyers = market.companies[rng.integers(0, market.companies.size, size=month.size)]
    at = (region.period.month_starts[month] + rng.integers(0, 28, size=month.size)) * DAY + 480
    whole = amount.astype(np.int64) // 100 * 100
    region.pay_out(buyers, seller, whole, at, "supplier")
    return whole, at


def run_business(
    market: Market, rng: np.random.Generator, company: int, owner: int, months: Ints, *, staff: int, sales_ore: int = 0
) -> Ints:
    """Staff, the owner's pay, premises, and sales to others if any. Returns the staff."""
    region = market.region
    pay_owner(region, rng, company, owner, months)
    keep_premises(market, rng, company, months)
    if sales_ore:
        sell(market, rng, company, months, sales_ore)
    return hire(region, rng, company, staff, months)
