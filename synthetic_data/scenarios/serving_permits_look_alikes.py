"""Honest restaurants, and lawful look-alikes of typology 25: loans with a contract, a season, a chain, a kitchen let to another, much sold to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.commissions import found_commissioned
from synthetic_data.further_permits import notify_change
from synthetic_data.organisation_life import tell_event
from synthetic_data.period import DAY
from synthetic_data.restaurants import (
    LEDGER_MONTHS,
    Restaurant,
    clock_in,
    found_restaurant,
    fund_honestly,
    keep_ledger,
    report,
    state_funds,
)
from synthetic_data.upkeep import found_company, hire, pay_owner

if TYPE_CHECKING:
    from synthetic_data.market import Market

HONEST = 44
SOLD_SHARE = 0.2
NOTIFIED_DAYS = (-70, 61)
LOAN_ORE = (200_000_00, 800_000_00)
MEALS_ORE = (12_000_00, 55_000_00)
PARTY_ORE = (8_000_00, 45_000_00)
SUMMER = (4, 9)


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Restaurants, of which some are sold and say so, and ``count`` of each look-alike."""
    for _ in range(HONEST):
        restaurant = _honest(market, rng)
        if rng.random() < SOLD_SHARE:
            _sell_and_notify(market, rng, restaurant)
    for _ in range(count):
        _loan_with_contract(market, rng)
        _season(market, rng)
        _chain(market, rng)
        _sublet(market, rng)
        _meals(market, rng)
        _to_go(market, rng)


def _honest(market: Market, rng: np.random.Generator) -> Restaurant:
    restaurant = found_restaurant(market, rng)
    report(market.region, rng, restaurant)
    keep_ledger(market.region, rng, restaurant)
    fund_honestly(market, rng, restaurant)
    return restaurant


def _sell_and_notify(market: Market, rng: np.random.Generator, restaurant: Restaurant) -> None:
    region, roles = market.region, market.region.roles
    sold_on = int(rng.integers(30, region.period.days - 60))
    buyer = int(region.casting.take("worker", 1)[0])
    leaves = (roles["organisation"] == restaurant.organisation) & (roles["person"] == restaurant.owner)
    roles["valid_to"][leaves] = sold_on - 1
    region.give_role(restaurant.organisation, buyer, "owner", "board_member", "signatory", valid_from=sold_on)
    tell_event(region, restaurant.organisation, sold_on, "owner_change")
    notify_change(region, restaurant.permit, sold_on, sold_on + int(rng.integers(*NOTIFIED_DAYS)))


def _loan_with_contract(market: Market, rng: np.random.Generator) -> None:
    """A relative's publicly paid company, or that relative, lends; the permit unit has the contract."""
    region = market.region
    lender = found_commissioned(market, rng)
    restaurant = _honest(market, rng)
    total = int(rng.integers(*LOAN_ORE)) // 10_000_00 * 10_000_00
    state_funds(region, restaurant, lender.organisation if rng.random() < 0.5 else lender.owner, total)
    used = np.sort(rng.permutation(lender.amount.size - 2)[:3])
    part = np.full(3, total // 3 // 100 * 100)
    at = lender.at[used] + rng.integers(0, 6 * DAY, size=3) + 30
    region.pay_out(lender.organisation, np.full(3, restaurant.organisation), part, at, "loan")
    region.truth.tell(
        "loan_with_contract", restaurant.organisation, "A relative's company lends, by a stated contract."
    )


def _season(market: Market, rng: np.random.Generator) -> None:
    """Open in summer alone; a publicly paid company has its feast there."""
    region = market.region
    month = np.arange(region.period.months)
    wave = np.where((month % 12 >= SUMMER[0]) & (month % 12 < SUMMER[1]), 2.2, 0.0)
    restaurant = found_restaurant(market, rng, granted=-int(rng.integers(200, 1500)), wave=wave)
    report(region, rng, restaurant)
    keep_ledger(region, rng, restaurant)
    fund_honestly(market, rng, restaurant)
    guest = found_commissioned(market, rng)
    month = restaurant.months[:: SUMMER[1] - SUMMER[0]]
    bill = rng.integers(*PARTY_ORE, size=month.size) // 100 * 100
    at = (region.period.month_starts[month] + 20) * DAY + 700
    region.pay_out(guest.organisation, np.full(month.size, restaurant.organisation), bill, at, "supplier")
    region.truth.tell("season", restaurant.organisation, "Sales, goods and staff of the summer alone.")


def _chain(market: Market, rng: np.random.Generator) -> None:
    """Three restaurants of one owner: one buys for all, and a company of the owner employs everybody."""
    region = market.region
    owner = int(region.casting.take("worker", 1)[0])
    members = [
        found_restaurant(market, rng, granted=-int(rng.integers(200, 1500)), owner=owner, has_staff=False)
        for _ in range(3)
    ]
    employer = found_company(region, owner, "Restauranggruppen", "56.100")
    months = members[0].months
    staff = hire(region, rng, employer, 9, months)
    bought = [int(member.purchases.sum()) for member in members]
    for place, member in enumerate(members):
        report(region, rng, member, buys=0.2 if place else 1 + 0.8 * sum(bought[1:]) / bought[0])
        clock_in(region, rng, member.organisation, staff[3 * place : 3 * place + 3], months[-LEDGER_MONTHS:])
        fund_honestly(market, rng, member)
        at = region.period.day_of_month(months, 24) * DAY + 600
        region.pay_out(member.organisation, np.full(months.size, employer), 130_000_00, at, "supplier")
        region.truth.tell("chain", member.organisation, "One of three restaurants buys for all; one company employs.")


def _sublet(market: Market, rng: np.random.Generator) -> None:
    """The kitchen is let to another company, whose staff is in the ledger of the premises; a publicly paid one rents the hall."""
    region = market.region
    restaurant = _honest(market, rng)
    owner = int(region.casting.take("worker", 1)[0])
    tenant = found_company(region, owner, "Kök", "56.100")
    months = restaurant.months
    staff = hire(region, rng, tenant, 3, months)
    pay_owner(region, rng, tenant, owner, months)
    clock_in(region, rng, restaurant.organisation, np.append(staff, owner), months[-LEDGER_MONTHS:])
    hall = found_commissioned(market, rng)
    for payer, rent in ((tenant, 18_000_00), (hall.organisation, 15_000_00)):
        at = region.period.day_of_month(months, 26) * DAY + 600
        region.pay_out(payer, np.full(months.size, restaurant.organisation), rent, at, "rent")
    region.truth.tell("sublet", restaurant.organisation, "The kitchen and the hall are let to others.")


def _meals(market: Market, rng: np.random.Generator) -> None:
    """A publicly paid company buys meals, more in some months than in others."""
    region = market.region
    buyer = found_commissioned(market, rng)
    restaurant = _honest(market, rng)
    months = restaurant.months
    bill = rng.integers(*MEALS_ORE, size=months.size) // 100 * 100
    at = (region.period.month_starts[months] + rng.integers(1, 28, size=months.size)) * DAY + 720
    region.pay_out(buyer.organisation, np.full(months.size, restaurant.organisation), bill, at, "supplier")
    region.truth.tell("meals", restaurant.organisation, "A publicly paid company buys meals each month.")


def _to_go(market: Market, rng: np.random.Generator) -> None:
    """Most is sold to go: far more for each seat, with the goods that it takes."""
    region = market.region
    restaurant = found_restaurant(market, rng, granted=-int(rng.integers(200, 1500)), seat_scale=3.5)
    report(region, rng, restaurant)
    keep_ledger(region, rng, restaurant)
    fund_honestly(market, rng, restaurant)
    region.truth.tell("to_go", restaurant.organisation, "Most is sold to go.")
