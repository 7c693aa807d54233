"""Ordinary money: rents, purchases, gifts, transfers between persons, suppliers, dividends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.names import words
from synthetic_data.rows import NONE, Ints

if TYPE_CHECKING:
    from synthetic_data.region import Region

RENTING_SHARE = 0.5
DIVIDEND_SHARE = 0.35
GIVING_SHARE = 0.02


def found_landlords(region: Region) -> Ints:
    """Landlords; their party numbers."""
    add, name = region.organisations.add, region.organisations.free_name
    return np.array([add(name("Bostäder", "AB"), "AB", "68.201") for _ in range(max(region.people.count // 3500, 3))])


def found_suppliers(region: Region) -> Ints:
    """Suppliers of goods and services to organisations and persons; their party numbers."""
    trades = words("trades")
    add, name = region.organisations.add, region.organisations.free_name
    return np.array(
        [add(name(trades[i % len(trades)], "AB"), "AB", "46.900") for i in range(max(region.people.count // 250, 30))]
    )


def pay_rents(region: Region, landlords: Ints) -> None:
    """Households that rent pay on the last bank days of a month."""
    rng = region.rng("rents")
    people = region.people
    grown = np.flatnonzero((people.age >= 19) & (people.died == NONE))
    _, first = np.unique(people.household[grown], return_index=True)
    tenants = grown[first][rng.random(first.size) < RENTING_SHARE]
    months = np.tile(np.arange(region.period.months), tenants.size)
    tenant = np.repeat(np.arange(tenants.size), region.period.months)
    rent = rng.integers(45, 140, size=tenants.size) * 10_000
    landlord = landlords[rng.integers(0, landlords.size, size=tenants.size)]
    region.pay_out(
        tenants[tenant], landlord[tenant], rent[tenant], region.period.day_of_month(months, 28) * 1440 + 300, "rent"
    )


def spend(region: Region, suppliers: Ints, congregations: Ints) -> None:
    """Purchases, transfers between persons and gifts to congregations."""
    rng = region.rng("spending")
    people = region.people
    grown = np.flatnonzero((people.age >= 18) & (people.died == NONE))
    last = region.period.days * 1440

    def times(count: int) -> Ints:
        return rng.integers(0, last, size=count)

    buyer = rng.choice(grown, size=grown.size * region.period.years)
    shop = suppliers[rng.integers(0, suppliers.size, size=buyer.size)]
    region.pay_out(buyer, shop, rng.integers(90, 6000, size=buyer.size) * 100, times(buyer.size), "other")
    giver = rng.choice(grown, size=grown.size)
    friend = rng.choice(grown, size=grown.size)
    apart = giver != friend
    region.pay_out(
        giver[apart],
        friend[apart],
        rng.integers(1, 50, size=int(apart.sum())) * 10_000,
        times(int(apart.sum())),
        "transfer",
    )
    members = rng.choice(grown, size=int(grown.size * GIVING_SHARE), replace=False)
    months = np.tile(np.arange(region.period.months), members.size)
    member = np.repeat(np.arange(members.size), region.period.months)
    gift = rng.integers(1, 12, size=members.size) * 10_000
    body = congregations[rng.integers(0, congregations.size, size=members.size)]
    region.pay_out(
        members[member], body[member], gift[member], region.period.day_of_month(months, 27) * 1440 + 800, "gift"
    )


def run_companies(region: Region, companies: Ints, landlords: Ints, suppliers: Ints) -> None:
    """Premises, suppliers and dividends of companies."""
    rng = region.rng("companies")
    months = np.tile(np.arange(region.period.months), companies.size)
    company = np.repeat(companies, region.period.months)
    rent = np.repeat(rng.integers(40, 300, size=companies.size) * 10_000, region.period.months)
    landlord = np.repeat(landlords[rng.integers(0, landlords.size, size=companies.size)], region.period.months)
    region.pay_out(company, landlord, rent, region.period.day_of_month(months, 27) * 1440 + 420, "rent")
    bought = rng.integers(500, 40_000, size=company.size) * 100
    seller = suppliers[rng.integers(0, suppliers.size, size=company.size)]
    at = (region.period.month_starts[months] + rng.integers(0, 28, size=company.size)) * 1440 + 700
    region.pay_out(company, seller, bought, at, "supplier")
    pay_dividends(region, companies, rng)


def pay_dividends(region: Region, companies: Ints, rng: np.random.Generator) -> None:
    """Dividends of some companies to their owners, once a year."""
    owner_rows = region.roles["role"] == 0
    owner_of = dict(
        zip(region.roles["organisation"][owner_rows].tolist(), region.roles["person"][owner_rows].tolist(), strict=True)
    )
    payers = [int(c) for c in companies if int(c) in owner_of and rng.random() < DIVIDEND_SHARE]
    for year in range(region.period.years):
        day = region.period.day_of_month(np.array([12 * year + 4]), 20)[0]
        region.pay_out(
            np.array(payers, dtype=np.int64),
            np.array([owner_of[payer] for payer in payers], dtype=np.int64),
            rng.integers(5, 30, size=len(payers)) * 1_000_000,
            np.full(len(payers), int(day) * 1440 + 600),
            "transfer",
        )
