"""Typology 20, insurance rings: a few people who are driver, counterparty and witness of one another's incidents, with vehicles of small companies.

Parameters, drawn for each scheme (typologies page, 20: "persons rotate roles; vehicle just bought; clusters"; the rest is drawn wide):

* blatant: 4-5 people, one company, 6-9 incidents with three of them each, vehicles bought 5-30 days before;
* careful: 5-6 people, two companies, 6-9 incidents with two or three of them, and now and then somebody else, vehicles bought 20-90 days before;
* professional: 6-8 people, two or three companies, 9-13 incidents with two or three of them and mostly somebody else too, over more than a year,
  vehicles bought up to a year before, among as many honest incidents of these vehicles; payments are within what others are paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.incidents import COUNTERPARTY, DRIVER, PASSENGER, WITNESS, draw_amount, grown_ups, tell_incident
from synthetic_data.levels import Level
from synthetic_data.organisation_life import buy_vehicles
from synthetic_data.region import PAYER_OF
from synthetic_data.scenario import Scenario
from synthetic_data.scenarios.incident_look_alikes import surround
from synthetic_data.truth import Scheme
from synthetic_data.upkeep import found_company, keep_premises

if TYPE_CHECKING:
    from synthetic_data.market import Market

OTHERS_ROLES = (COUNTERPARTY, WITNESS)


@dataclass(frozen=True)
class Habits:
    """People, companies, incidents, how often two of them only, how often an outsider, days since a vehicle was bought, honest incidents to theirs."""

    people: tuple[int, int]
    companies: tuple[int, int]
    incidents: tuple[int, int]
    pairs: float
    outsider: float
    bought: tuple[int, int]
    span: tuple[int, int]
    honest: float


HABITS = {
    Level.BLATANT: Habits((4, 6), (1, 2), (6, 10), 0.0, 0.0, (5, 31), (120, 300), 0.0),
    Level.CAREFUL: Habits((5, 7), (2, 3), (6, 10), 0.3, 0.3, (20, 91), (200, 450), 0.3),
    Level.PROFESSIONAL: Habits((6, 9), (2, 4), (9, 14), 0.4, 0.7, (30, 366), (400, 650), 1.0),
}


def _plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    region, habits = market.region, HABITS[level]
    ring = region.casting.take("worker", int(rng.integers(*habits.people)))
    owners = region.casting.take("worker", int(rng.integers(*habits.companies)))
    companies = [found_company(region, int(owner), "Bil", "45.110") for owner in owners]
    for company in companies:
        keep_premises(market, rng, company, np.arange(region.period.months))
    count, span = int(rng.integers(*habits.incidents)), int(rng.integers(*habits.span))
    first = int(rng.integers(20, region.period.days - span - 20))
    days = np.sort(first + rng.integers(0, span, size=count))
    scheme = Scheme(
        "20", "vehicle holder", companies[0], PAYER_OF["insurance"], "insurance", int(days[0]), int(days[-1])
    )
    scheme.organisations |= dict.fromkeys(companies[1:], "vehicle holder")
    number = region.truth.plant(scheme)
    everybody = grown_ups(region)
    for place, day in enumerate(days.tolist()):
        company = companies[place % len(companies)]
        (vehicle,) = buy_vehicles(region, company, 1, valid_from=day - int(rng.integers(*habits.bought))).tolist()
        size = 2 if rng.random() < habits.pairs else 3
        members = rng.permutation(ring)[:size]
        roles = [DRIVER, COUNTERPARTY, WITNESS] if size == 3 else [DRIVER, int(rng.choice(OTHERS_ROLES))]
        parties = list(zip(members.tolist(), roles, strict=True))
        if rng.random() < habits.outsider:
            taken = {role for _, role in parties}
            free = [role for role in (COUNTERPARTY, WITNESS, PASSENGER) if role not in taken]
            parties.append((int(rng.choice(everybody)), free[0]))
        amount = draw_amount(rng) * (2 if level is Level.BLATANT else 1)
        rows = tell_incident(region, rng, holder=company, vehicle=vehicle, day=day, parties=parties, amount=amount)
        scheme.amount_ore += amount
        region.truth.add_members(number, "incidents", rows, "incident of the ring")
        for _ in range(int(rng.poisson(habits.honest))):
            when = int(rng.integers(10, region.period.days - 5))
            others = rng.choice(everybody, size=2, replace=False).tolist()
            tell_incident(
                region,
                rng,
                holder=company,
                vehicle=vehicle,
                day=when,
                parties=[(others[0], DRIVER), (others[1], COUNTERPARTY)],
            )
    scheme.difficulty |= {"people": int(ring.size), "companies": len(companies), "incidents": count}
    return number


SCENARIO = Scenario(name="incident_rings", typologies=(20,), plant=_plant, surround=surround)
