"""Exchange offices (växlingskontor), their entries in the register of Finansinspektionen, and their honest customers.

Lag (1996:1006): registration, from 1 July 2025 by permit. Offices that went on hold a second entry from that day.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.period import DAY, EPOCH
from synthetic_data.rows import NONE, Ints
from synthetic_data.upkeep import found_company, run_business

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region

PEOPLE_AN_OFFICE = 12_000
FEWEST_OFFICES = 3
INDUSTRY = "66.190"
PERMIT_DUTY = (date(2025, 7, 1) - EPOCH).days
REVOKED = 1
TRAVELLER_SHARE = 0.03
"""Grown persons who change travel money in a year."""
TRAVEL_ORE = (1_000_00, 9_000_00)
SUMMER = (4, 5, 6, 7)
COMPANY_SHARE = 0.03
COMPANY_TRAVEL_ORE = (4_000_00, 25_000_00)
RESTOCK_SHARE = 0.92
"""What an office pays its bank for notes to what customers paid it."""
WEEK = 7


def found_exchange_offices(region: Region) -> Ints:
    """Offices and their entries; their party numbers. The entry of the first one ended within the period."""
    rng = region.rng("exchange offices")
    count = max(round(region.people.count / PEOPLE_AN_OFFICE), FEWEST_OFFICES)
    offices = []
    for place in range(count):
        owner = int(region.casting.take("worker", 1)[0])
        office = found_company(region, owner, "Växling", INDUSTRY)
        offices.append(office)
        first = -int(rng.integers(300, 3000))
        duty = PERMIT_DUTY - region.period.first_day
        if place == 0:
            last = int(rng.integers(region.period.days // 3, region.period.days * 2 // 3))
            _enter(region, office, first, last=last, status=REVOKED)
        elif duty < region.period.days:
            _enter(region, office, first, last=duty - 1)
            _enter(region, office, duty, applied=duty - int(rng.integers(40, 150)))
        else:
            _enter(region, office, first)
    return np.array(offices, dtype=np.int64)


def _enter(region: Region, office: int, first: int, *, last: int = NONE, status: int = 0, applied: int = NONE) -> None:
    region.exchange_permits.add(
        organisation=office,
        valid_from=first,
        valid_to=last,
        status=status,
        applied=first - 60 if applied == NONE else applied,
    )


def serve_travellers(market: Market) -> None:
    """Persons who change travel money in small sums, mostly in summer; companies whose staff travels."""
    region = market.region
    rng = region.rng("travellers")
    people = region.people
    grown = np.flatnonzero((people.age >= 18) & (people.died == NONE))
    traveller = rng.choice(grown, size=round(grown.size * TRAVELLER_SHARE * region.period.years))
    in_summer = rng.random(traveller.size) < 0.6
    month = np.where(in_summer, rng.choice(SUMMER, size=traveller.size), rng.integers(0, 12, size=traveller.size))
    month = month + 12 * rng.integers(0, region.period.years, size=traveller.size)
    at = (region.period.month_starts[month] + rng.integers(0, 28, size=traveller.size)) * DAY
    at += rng.integers(540, 1080, size=traveller.size)
    amount = rng.integers(*TRAVEL_ORE, size=traveller.size) // 50_000 * 50_000 + 50_000
    # until its entry ended, the closed office had as many customers as the others
    ended = int(region.exchange_permits["valid_to"][region.exchange_permits["organisation"] == market.closed_office][0])
    choice = rng.integers(0, market.offices.size + 1, size=traveller.size)
    gone = (choice == market.offices.size) & (at > ended * DAY)
    choice[gone] = rng.integers(0, market.offices.size, size=int(gone.sum()))
    region.pay_out(traveller, np.append(market.offices, market.closed_office)[choice], amount, at, "other")
    company = rng.choice(market.companies, size=max(round(market.companies.size * COMPANY_SHARE), 2))
    company = np.repeat(company, rng.integers(1, 5, size=company.size))
    at = rng.integers(0, region.period.days, size=company.size) * DAY + 640
    amount = rng.integers(*COMPANY_TRAVEL_ORE, size=company.size) // 100_000 * 100_000
    office = market.offices[rng.integers(0, market.offices.size, size=company.size)]
    region.pay_out(company, office, amount, at, "supplier")


def restock(market: Market) -> None:
    """After all customers: staff and premises of the offices, and notes that they buy from their bank every week."""
    region = market.region
    rng = region.rng("notes")
    months = np.arange(region.period.months)
    roles = region.roles
    offices = np.append(market.offices, market.closed_office)
    for office in offices:
        owner = int(roles["person"][roles["organisation"] == office][0])
        run_business(market, rng, int(office), owner, months, staff=1)
    payments = region.payments
    served = np.flatnonzero(np.isin(payments["payee"], offices))
    weeks = int(payments["at"][served].max()) // (DAY * WEEK) + 1
    place = np.searchsorted(np.sort(offices), payments["payee"][served])
    cell = place * weeks + payments["at"][served] // (DAY * WEEK)
    paid = np.bincount(cell, weights=payments["amount"][served], minlength=offices.size * weeks)
    filled = np.flatnonzero(paid)
    region.pay_out(
        np.sort(offices)[filled // weeks],
        region.public["cash service"],
        (paid[filled] * RESTOCK_SHARE).astype(np.int64),
        (filled % weeks + 1) * WEEK * DAY + 480,
        "supplier",
    )
