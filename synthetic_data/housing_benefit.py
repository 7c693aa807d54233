"""Housing benefit: decisions for households of the region, who is registered at their dwellings, and how large these are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.region import PROGRAMMES
from synthetic_data.rows import NONE, Ints

if TYPE_CHECKING:
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

HOUSING_BENEFIT = PROGRAMMES.index("housing_benefit")
ORDINARY, STUDENT, STAFF, CARE = range(4)
HOUSEHOLD = 1
"""The kind of relation."""
AMOUNT_ORE = (900_00, 5_200_00)
MONTH_DAYS = 30.4
GROWN, RETIRED = 18, 80
MOST_DRAWS = 100_000


@dataclass(frozen=True)
class Home:
    """A decision, its dwelling, and what is paid a month. ``members``: the household, the applicant first."""

    decision: int
    dwelling: int
    monthly_ore: int
    members: Ints


def residences_of(region: Region) -> Rows:
    """Who is registered where."""
    return region.table("residences", {"person": NONE, "dwelling": NONE, "first": NONE, "last": NONE})


def dwellings_of(region: Region) -> Rows:
    """Dwellings with their size."""
    return region.table("dwellings", {"dwelling": NONE, "rooms": NONE, "kind": ORDINARY})


def decided(region: Region) -> Rows:
    """Decisions on housing benefit."""
    return region.table("housing_decisions", {"decision": NONE, "persons": NONE})


def _is_free(region: Region, person: int) -> bool:
    """Whether somebody is grown and registered at no dwelling yet, nor anybody of the household."""
    people = region.people
    is_grown = GROWN <= people.age[person] < RETIRED and people.died[person] == NONE and not people.is_protected[person]
    housed = people.household[residences_of(region)["person"]]
    return bool(is_grown and not (housed == people.household[person]).any())


def _free_person(region: Region, rng: np.random.Generator, *, least: int = 1) -> int:
    """Somebody free (`_is_free`) of a household of at least so many: drawn until one fits, since nearly all do. Raises ValueError when nobody is found."""
    people = region.people
    for _ in range(MOST_DRAWS):
        person = int(rng.integers(people.count))
        if people.members(int(people.household[person])).size >= least and _is_free(region, person):
            return person
    raise ValueError(f"Nobody of a household of {least} is free of a dwelling in a region of {people.count} people.")


def decide(
    region: Region, rng: np.random.Generator, *, least: int = 1, rooms: int | None = None, kind: int = ORDINARY
) -> Home:
    """A decision for a household of at least so many, for all the period, with everybody of it counted and registered."""
    people = region.people
    applicant = _free_person(region, rng, least=least)
    others = people.members(int(people.household[applicant]))
    others = others[(others != applicant) & (people.died[others] == NONE) & ~people.is_protected[others]]
    members = np.concatenate([[applicant], others])
    dwelling = dwellings_of(region).count
    size = int(np.clip(members.size + rng.integers(-1, 2), 1, 5)) if rooms is None else rooms
    dwellings_of(region).add(dwelling=dwelling, rooms=size, kind=kind)
    register(region, dwelling, members, np.zeros(members.size, np.int64), np.full(members.size, NONE))
    if others.size:
        region.relations.add(person=applicant, other=others, kind=HOUSEHOLD)
    monthly = int(rng.integers(*AMOUNT_ORE)) // 100 * 100
    last = region.period.days - 1
    decision = region.decisions.add(
        programme=HOUSING_BENEFIT, person=applicant, valid_from=0, valid_to=last, amount=monthly
    )
    decided(region).add(decision=decision, persons=members.size)
    return Home(int(decision[0]), dwelling, monthly, members)


def register(region: Region, dwelling: int, persons: Ints, first: Ints, last: Ints) -> Ints:
    """Enter people at a dwelling from a first to a last day. Returns the rows."""
    return residences_of(region).add(person=persons, dwelling=dwelling, first=first, last=last)


def strangers(region: Region, rng: np.random.Generator, count: int) -> Ints:
    """People of as many other households."""
    found: dict[int, int] = {}
    while len(found) < count:
        person = _free_person(region, rng)
        found.setdefault(int(region.people.household[person]), person)
    return np.array(list(found.values()), dtype=np.int64)


def months_ore(home: Home, days: int) -> int:
    """What was paid for so many days, in whole kronor."""
    return int(home.monthly_ore * days / MONTH_DAYS) // 100 * 100
