"""Restaurants with a serving permit: guests, sales and purchases, staff who clock in, and how the permit unit was told that it is paid for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.further_permits import grant_permit
from synthetic_data.market import Market, one_of
from synthetic_data.period import DAY
from synthetic_data.rows import NONE
from synthetic_data.upkeep import found_company, hire, pay_owner

if TYPE_CHECKING:
    from synthetic_data.region import Region
    from synthetic_data.rows import Floats, Ints

REPORT_COLUMNS = dict.fromkeys(
    ("permit", "organisation", "first", "last", "received", "sales", "purchases"),
    NONE,
)
FUND_COLUMNS = dict.fromkeys(("permit", "organisation", "source", "amount"), NONE)
SEATS = (30, 160)
SEAT_MONTH_ORE = (3_500_00, 8_500_00)
"""Sales for each seat in a month."""
MARKUP, MARKUP_SPREAD = 3.0, 0.13
"""Sales to purchases, and how alike restaurants are (standard deviation of the logarithm)."""
CARELESS_SHARE, CARELESS_SPREAD = 0.08, 0.22
"""Those who waste, or count badly."""
STAFF_SHARE = 0.30
STAFF_MONTH_ORE = 42_000_00
MOST_STAFF = 7
RENT_A_SEAT_ORE = 400_00
FUNDS_ORE = (200_000_00, 900_000_00)
OPEN_AT, SHIFT_MINUTES = (600, 960), (330, 540)
DAYS_SHARE = 0.66
"""Share of the days of a month on which somebody works."""
TRIAL_SHARE, HELP_SHARE = 0.2, 0.35
"""Restaurants where somebody tried the work for some evenings and was not declared; where the owner's family helps."""
LATE_SHARE = 0.15
"""Restaurants that declared one person's pay of one month together with the next."""
CORRECTED_SHARE = 0.05
LEDGER_MONTHS = 12


@dataclass(frozen=True)
class Restaurant:
    """A restaurant. ``permit`` is the permit's row; ``sales`` and ``purchases`` have one entry a month of ``months``."""

    organisation: int
    owner: int
    permit: int
    seats: int
    months: Ints
    staff: Ints
    sales: Ints
    purchases: Ints


def found_restaurant(
    market: Market,
    rng: np.random.Generator,
    *,
    granted: int | None = None,
    owner: int | None = None,
    markup: float | None = None,
    seat_scale: float = 1.0,
    wave: Floats | None = None,
    has_staff: bool = True,
) -> Restaurant:
    """A restaurant that sells, buys, rents and employs from its permit on.

    Args:
        market: Whom it deals with.
        rng: Random numbers.
        granted: Day of the permit; drawn if not given, mostly before the period.
        owner: A new person if not given.
        markup: Sales to purchases; an honest one if not given.
        seat_scale: Times the usual sales for each seat.
        wave: Sales of each month of the period, 0 when it is closed; about 1 if not given.
        has_staff: Whether it employs anybody itself.
    """
    region = market.region
    owner = int(region.casting.take("worker", 1)[0]) if owner is None else owner
    if granted is None:
        granted = int(rng.integers(-1500, -100)) if rng.random() < 0.7 else int(rng.integers(20, 200))
    company = found_company(region, owner, "Restaurang", "56.100", registered_on=granted - int(rng.integers(130, 500)))
    seats = int(rng.integers(*SEATS)) // 5 * 5
    permit = grant_permit(region, company, "serving", granted, seats=seats)
    months = np.arange(_first_month(region, granted), region.period.months)
    if wave is not None:
        months = months[wave[months] > 0]
    monthly = seats * float(rng.uniform(*SEAT_MONTH_ORE)) * seat_scale
    level = rng.lognormal(0.0, 0.1, size=months.size) * (wave[months] if wave is not None else 1.0)
    sales: Ints = (monthly * level).astype(np.int64) // 100 * 100
    ratio = _honest_markup(rng) if markup is None else markup
    purchases: Ints = (sales / ratio * rng.uniform(0.9, 1.1, size=months.size)).astype(np.int64) // 100 * 100
    count = min(max(round(monthly * STAFF_SHARE / STAFF_MONTH_ORE), 2), MOST_STAFF) if has_staff else 0
    staff = hire(region, rng, company, count, months)
    pay_owner(region, rng, company, owner, months)
    _trade(market, rng, company, months, sales=sales, purchases=purchases, seats=seats)
    return Restaurant(company, owner, permit, seats, months, staff, sales, purchases)


def _first_month(region: Region, granted: int) -> int:
    return 0 if granted <= 0 else int(region.period.month_of(np.array([granted]))[0]) + 1


def _honest_markup(rng: np.random.Generator) -> float:
    spread = CARELESS_SPREAD if rng.random() < CARELESS_SHARE else MARKUP_SPREAD
    return float(MARKUP * np.exp(rng.normal(0.0, spread)))


def _trade(
    market: Market, rng: np.random.Generator, company: int, months: Ints, *, sales: Ints, purchases: Ints, seats: int
) -> None:
    """Card sales by way of who redeems them, goods from suppliers, rent."""
    region, starts = market.region, market.region.period.month_starts
    acquirer = region.public_body("card redemption", "Granlands Kortinlösen AB", form="AB")
    at = (starts[months + 1] - 1) * DAY + 400
    region.pay_out(acquirer, np.full(months.size, company), sales * 9 // 10, at, "supplier")
    sellers = market.suppliers[rng.integers(0, market.suppliers.size, size=months.size)]
    bought = np.minimum(purchases, sales * 2)
    at = (starts[months] + rng.integers(3, 28, size=months.size)) * DAY + 640
    region.pay_out(company, sellers, np.maximum(bought, 100_00), at, "supplier")
    at = region.period.day_of_month(months, 27) * DAY + 420
    region.pay_out(company, np.full(months.size, one_of(market.landlords, rng)), seats * RENT_A_SEAT_ORE, at, "rent")


def report(region: Region, rng: np.random.Generator, restaurant: Restaurant, *, buys: float = 1.0) -> Ints:
    """Report each year's sales and purchases to the municipality; some are corrected later. Returns the rows that stand.

    ``buys``: times its own purchases, where goods are bought for others too, or by them.
    """
    table, starts = region.table("serving_reports", REPORT_COLUMNS), region.period.month_starts
    year = restaurant.months // 12
    told = []
    for each in np.unique(year):
        mine = restaurant.months[year == each]
        row = {
            "permit": restaurant.permit,
            "organisation": restaurant.organisation,
            "first": int(starts[12 * each]),
            "last": int(starts[12 * each + 12]) - 1,
            "sales": int(restaurant.sales[year == each].sum()),
            "purchases": int(restaurant.purchases[year == each].sum() * buys),
        }
        received = int(starts[12 * each + 12]) + int(rng.integers(10, 55))
        if rng.random() < CORRECTED_SHARE:
            table.add(**(row | {"sales": row["sales"] * mine.size // 12}), received=received)
            received += 20
        told.append(table.add(**row, received=received))
    return np.concatenate(told)


def state_funds(region: Region, restaurant: Restaurant, source: int, amount_ore: int) -> Ints:
    """Tell the permit unit who puts in or lends so much. Returns the row."""
    return region.table("serving_funds", FUND_COLUMNS).add(
        permit=restaurant.permit, organisation=restaurant.organisation, source=source, amount=amount_ore
    )


def fund_honestly(market: Market, rng: np.random.Generator, restaurant: Restaurant) -> None:
    """The owner's savings and a bank's loan, stated, and paid in when it opens."""
    region = market.region
    bank = region.public_body("bank", "Granlands Sparbank", form="AB")
    savings, loan = (int(each) // 10_000_00 * 10_000_00 for each in rng.integers(*FUNDS_ORE, size=2))
    state_funds(region, restaurant, restaurant.owner, savings)
    state_funds(region, restaurant, bank, loan)
    opens = int(region.period.month_starts[restaurant.months[0]])
    if restaurant.months[0] > 0:
        region.pay_out(bank, restaurant.organisation, loan, (opens - 12) * DAY + 600, "loan")


def clock_in(
    region: Region,
    rng: np.random.Generator,
    organisation: int,
    persons: Ints,
    months: Ints,
    *,
    share: float = DAYS_SHARE,
) -> Ints:
    """Enter these persons' working days of these months in the staff ledger. Returns the rows."""
    month = np.tile(months, persons.size)
    person = np.repeat(persons, months.size)
    days = region.period.days_in(month)
    job = np.repeat(np.arange(month.size), days)
    day = region.period.month_starts[month[job]] + np.arange(job.size) - np.repeat(np.cumsum(days) - days, days)
    works = rng.random(day.size) < share
    job, day = job[works], day[works]
    start = day * DAY + rng.integers(*OPEN_AT, size=day.size)
    end = start + rng.integers(*SHIFT_MINUTES, size=day.size)
    return region.clock.add(organisation=organisation, person=person[job], start=start, end=end)


def keep_ledger(region: Region, rng: np.random.Generator, restaurant: Restaurant) -> Ints:
    """The ledger of the last year: staff, owner, and what happens everywhere. Returns the months it is kept for."""
    months: Ints = restaurant.months[restaurant.months >= region.period.months - LEDGER_MONTHS]
    everybody = np.append(restaurant.staff, restaurant.owner)
    clock_in(region, rng, restaurant.organisation, everybody, months)
    if rng.random() < TRIAL_SHARE:
        some = region.casting.take("worker", 1)
        clock_in(region, rng, restaurant.organisation, some, rng.choice(months, size=1), share=0.15)
    if rng.random() < HELP_SHARE:
        relative = region.casting.relative(restaurant.owner)
        if relative != NONE:
            clock_in(region, rng, restaurant.organisation, np.array([relative]), months, share=0.3)
    if rng.random() < LATE_SHARE and restaurant.staff.size and months.size > 2:
        _declare_late(region, restaurant.organisation, int(restaurant.staff[0]), int(rng.choice(months[:-1])))
    return months


def _declare_late(region: Region, organisation: int, person: int, month: int) -> None:
    pay = region.pay
    mine = (pay["organisation"] == organisation) & (pay["person"] == person)
    late, after = mine & (pay["month"] == month), mine & (pay["month"] == month + 1)
    for name in ("gross", "tax"):
        pay[name][after] += int(pay[name][late].sum())
        pay[name][late] = 0
