"""Honest incidents, and people who meet again in them for lawful reasons: one car of a family, a fleet, taxis at one rank, a dangerous junction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.incidents import (
    COUNTERPARTY,
    DRIVER,
    PASSENGER,
    PRIVATE,
    WITNESS,
    grown_ups,
    keep_vehicles,
    tell_incident,
)
from synthetic_data.rows import NONE, Floats, Ints
from synthetic_data.upkeep import found_company, hire, keep_premises

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region

INCIDENTS_A_PERSON = 0.2
"""In the whole period."""
COUNTERPARTY_SHARE, WITNESS_SHARE, PASSENGER_SHARE = 0.65, 0.35, 0.35
NEIGHBOURS = 40
NEAR_SHARE = 0.35
"""Incidents among people of one neighbourhood or one car park."""
COMPANY_SHARE = 0.3


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Everybody's incidents, and ``count`` of each look-alike."""
    _everyday(market, rng)
    for _ in range(count):
        _family_car(market, rng)
        _fleet(market, rng)
        _taxi_rank(market, rng)
        _junction(market, rng)


def _day(region: Region, rng: np.random.Generator) -> int:
    return int(rng.integers(5, region.period.days - 5))


def _with_roles(rng: np.random.Generator, people: list[int], passenger: int = NONE) -> list[tuple[int, int]]:
    """The first one drives; a counterparty, a witness and a passenger where there are any."""
    parties = [(people[0], DRIVER)]
    if rng.random() < COUNTERPARTY_SHARE:
        parties.append((people[1], COUNTERPARTY))
    if rng.random() < WITNESS_SHARE:
        parties.append((people[2], WITNESS))
    if passenger != NONE:
        parties.append((passenger, PASSENGER))
    return parties


def _everyday(market: Market, rng: np.random.Generator) -> None:
    """Some drive more than others, and neighbours meet more often than strangers."""
    region = market.region
    people = grown_ups(region)
    weight = rng.gamma(1.5, 1.0, size=people.size)
    chance = np.cumsum(weight / weight.sum())
    holders = rng.choice(market.companies, size=max(market.companies.size // 2, 1), replace=False)
    cars = {int(holder): keep_vehicles(region, int(holder), 3) for holder in holders}
    for place in range(int(people.size * INCIDENTS_A_PERSON)):
        if rng.random() < NEAR_SHARE:
            pool = int(rng.integers(0, people.size // NEIGHBOURS)) * NEIGHBOURS + np.arange(NEIGHBOURS)
            chosen = people[rng.choice(pool, size=3, replace=False, p=weight[pool] / weight[pool].sum())]
        else:
            chosen = people[_three(rng, chance)]
        is_company = rng.random() < COMPANY_SHARE
        holder = int(rng.choice(holders)) if is_company else NONE
        vehicle = int(rng.choice(cars[holder])) if is_company else PRIVATE + place
        passenger = _housemate(region, rng, int(chosen[0])) if rng.random() < PASSENGER_SHARE else NONE
        parties = _with_roles(rng, chosen.tolist(), passenger)
        tell_incident(region, rng, holder=holder, vehicle=vehicle, day=_day(region, rng), parties=parties)


def _three(rng: np.random.Generator, chance: Floats) -> Ints:
    """The places of three different people, drawn by their cumulative chances."""
    while True:
        places = np.minimum(np.searchsorted(chance, rng.random(3), side="right"), chance.size - 1)
        if np.unique(places).size == places.size:
            return places


def _housemate(region: Region, rng: np.random.Generator, person: int) -> int:
    members = region.people.members(int(region.people.household[person]))
    others = members[members != person]
    return int(rng.choice(others)) if others.size else NONE


def _strangers(region: Region, rng: np.random.Generator, count: int) -> list[int]:
    strangers: list[int] = rng.choice(grown_ups(region), size=count, replace=False).tolist()
    return strangers


def _family_car(market: Market, rng: np.random.Generator) -> None:
    """Two who live together drive one car, with the other one in it or as witness."""
    region = market.region
    owner, relative = region.casting.owner_with_relative()
    company = found_company(region, owner, "Konsult", "70.220")
    (vehicle,) = keep_vehicles(region, company, 1).tolist()
    for place in range(int(rng.integers(3, 7))):
        two = [owner, relative][:: 1 if place % 2 else -1]
        role = PASSENGER if rng.random() < 0.6 else WITNESS
        parties = [(two[0], DRIVER), (two[1], role), (_strangers(region, rng, 1)[0], COUNTERPARTY)]
        tell_incident(region, rng, holder=company, vehicle=vehicle, day=_day(region, rng), parties=parties)
    region.truth.tell("family_car", company, "Two who live together drive one car by turns.")


def _company_of_drivers(
    market: Market, rng: np.random.Generator, trade: str, industry: str, staff: int
) -> tuple[int, Ints]:
    region = market.region
    owner = int(region.casting.take("worker", 1)[0])
    company = found_company(region, owner, trade, industry)
    months = np.arange(region.period.months)
    keep_premises(market, rng, company, months)
    return company, hire(region, rng, company, staff, months)


def _fleet(market: Market, rng: np.random.Generator) -> None:
    """Vans of one company, whose drivers also meet in its own yard."""
    region = market.region
    company, drivers = _company_of_drivers(market, rng, "Bud", "49.410", 14)
    vans = keep_vehicles(region, company, 10)
    for _ in range(int(rng.integers(15, 26))):
        mine = rng.choice(drivers, size=3, replace=False).tolist()
        in_yard = rng.random() < 0.35
        people = mine if in_yard else [mine[0], *_strangers(region, rng, 2)]
        tell_incident(
            region,
            rng,
            holder=company,
            vehicle=int(rng.choice(vans)),
            day=_day(region, rng),
            parties=_with_roles(rng, people),
        )
    region.truth.tell("fleet", company, "A fleet, with incidents in its own yard.")


def _taxi_rank(market: Market, rng: np.random.Generator) -> None:
    """Taxis of two companies at one rank: their drivers see and touch one another now and then."""
    region = market.region
    told = [_company_of_drivers(market, rng, "Taxi", "49.320", 10) for _ in range(2)]
    cars = [keep_vehicles(region, company, 6) for company, _ in told]
    for place in range(int(rng.integers(20, 31))):
        side = place % 2
        company, drivers = told[side]
        at_rank = rng.random() < 0.3
        others = (
            rng.choice(told[1 - side][1], size=2, replace=False).tolist() if at_rank else _strangers(region, rng, 2)
        )
        tell_incident(
            region,
            rng,
            holder=company,
            vehicle=int(rng.choice(cars[side])),
            day=_day(region, rng),
            parties=_with_roles(rng, [int(rng.choice(drivers)), *others]),
        )
    for company, _ in told:
        region.truth.tell("taxi_rank", company, "Taxis of two companies at one rank.")


def _junction(market: Market, rng: np.random.Generator) -> None:
    """Somebody who works at a junction is witness again and again; a company's vans pass there every day."""
    region = market.region
    company, drivers = _company_of_drivers(market, rng, "Bageri", "10.710", 5)
    cars = keep_vehicles(region, company, 4)
    (watcher,) = region.casting.take("worker", 1).tolist()
    for place in range(int(rng.integers(12, 19))):
        by_company = place % 2 == 0
        driver = int(rng.choice(drivers)) if by_company else _strangers(region, rng, 1)[0]
        parties = [(driver, DRIVER), (_strangers(region, rng, 1)[0], COUNTERPARTY), (watcher, WITNESS)]
        tell_incident(
            region,
            rng,
            holder=company if by_company else NONE,
            vehicle=int(rng.choice(cars)) if by_company else PRIVATE + 500_000 + region.tables["incidents"].count,
            day=_day(region, rng),
            parties=parties,
        )
    region.truth.tell("dangerous_junction", company, "One witness of many incidents at the junction where she works.")
