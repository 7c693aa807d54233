"""Typology 16, housing benefit and false residence: a dwelling full of strangers, a partner who is not counted, a stay abroad.

Parameters, drawn for each scheme (typologies page, 16: "many unrelated at one lgh; paper separation; left the country yet registered"; the rest is drawn
wide). Six of ten schemes sell registrations at the dwelling, two do not count a partner who lives there, two are abroad:

* blatant: 8-14 strangers of other households for 8-20 months each; 14-22 months with the partner or abroad;
* careful: 6-8 strangers for 5-12 months each; 11-15 months;
* professional: 4-6 strangers, a few months each and seldom at once; 8-11 months.

Honest households have a lodger or two now and then. The subject is the decision; no organisation and no person stands for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.absences import ABROAD, add_absence
from synthetic_data.housing_benefit import (
    CARE,
    HOUSEHOLD,
    STAFF,
    STUDENT,
    Home,
    decide,
    decided,
    months_ore,
    register,
    strangers,
)
from synthetic_data.levels import Level
from synthetic_data.region import PAYER_OF
from synthetic_data.rows import NONE
from synthetic_data.scenario import Scenario
from synthetic_data.truth import Scheme, Subject

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints

PEOPLE_A_DECISION = 40
STRANGERS = {Level.BLATANT: (8, 15), Level.CAREFUL: (6, 9), Level.PROFESSIONAL: (4, 7)}
STAYS = {Level.BLATANT: (240, 600), Level.CAREFUL: (150, 360), Level.PROFESSIONAL: (90, 200)}
LONG = {Level.BLATANT: (420, 660), Level.CAREFUL: (330, 450), Level.PROFESSIONAL: (240, 330)}
LODGERS, LODGER_SHARES = (0, 1, 2, 3), (0.80, 0.13, 0.055, 0.015)


def plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    """A decision that what is registered contradicts."""
    region = market.region
    kind = str(rng.choice(["overfull", "partner", "abroad"], p=[0.6, 0.2, 0.2]))
    home = decide(region, rng)
    if kind == "abroad" and not _leaves(region, int(home.members[0])):
        kind = "partner"
    if kind == "overfull":
        first, last = _fill(region, rng, home, int(rng.integers(*STRANGERS[level])), STAYS[level])
    else:
        length = min(int(rng.integers(*LONG[level])), region.period.days - 40)
        first = int(rng.integers(10, region.period.days - length - 10))
        last = first + length
        if kind == "abroad":
            add_absence(region, int(home.members[0]), ABROAD, first, last)
        else:
            _partner(region, rng, home, first, last)
    scheme = Scheme("16", "decision", NONE, PAYER_OF["housing_benefit"], "housing_benefit", first, last)
    scheme.amount_ore = months_ore(home, last - first + 1)
    scheme.subjects = (Subject("decision", home.decision),)
    scheme.difficulty["kind"] = kind
    return region.truth.plant(scheme)


def _leaves(region: Region, person: int) -> bool:
    """Whether somebody can be abroad: who works, or is cared for, in another part of the region cannot, and who is abroad plays no other part."""
    if not region.casting.free[person]:
        return False
    region.casting.withdraw(np.array([person]))
    return True


def _fill(region: Region, rng: np.random.Generator, home: Home, count: int, stays: tuple[int, int]) -> tuple[int, int]:
    """Strangers registered at the dwelling. Returns the first and the last day of it."""
    persons = strangers(region, rng, count)
    end = region.period.days - 1
    length = np.minimum(rng.integers(*stays, size=persons.size), end - 20)
    first = (rng.random(persons.size) * (end - length)).astype(np.int64)
    register(region, home.dwelling, persons, first, first + length)
    return int(first.min()), int((first + length).max())


def _partner(region: Region, rng: np.random.Generator, home: Home, first: int, last: int) -> None:
    """A partner whom the decision does not count lives there."""
    (partner,) = strangers(region, rng, 1)
    register(region, home.dwelling, np.array([partner]), np.array([first]), np.array([last]))
    region.relations.add(person=int(home.members[0]), other=int(partner), kind=HOUSEHOLD, valid_from=first)


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Honest households, some with lodgers, and look-alikes, ``count`` of each kind."""
    region = market.region
    for _ in range(region.people.count // PEOPLE_A_DECISION):
        home = decide(region, rng)
        lodgers = int(rng.choice(LODGERS, p=LODGER_SHARES))
        if lodgers:
            _fill(region, rng, home, lodgers, (100, 500))
        if rng.random() < 0.06 and _leaves(region, int(home.members[0])):
            first = int(rng.integers(10, region.period.days - 120))
            add_absence(region, int(home.members[0]), ABROAD, first, first + int(rng.integers(14, 90)))
    for _ in range(count):
        crowded = decide(region, rng, least=5, rooms=1)
        _tell(region, "real_crowding", crowded, "A large family in one room, all of them counted.")
        for kind, name in ((STUDENT, "student_housing"), (STAFF, "staff_housing"), (CARE, "care_home")):
            home = decide(region, rng, kind=kind, rooms=4)
            _fill(region, rng, home, int(rng.integers(6, 12)), (150, 500))
            _tell(region, name, home, "Many live there for a time, as the kind of dwelling says.")
        _care_of(region, rng)
        _shared_custody(region, rng)
        _lodgers_family(region, rng)
        _home_shared_for_a_while(region, rng)


def _care_of(region: Region, rng: np.random.Generator) -> None:
    """Many have their post at somebody's address, or no dwelling number: no dwelling is told for them."""
    home = decide(region, rng)
    persons = strangers(region, rng, 7)
    days: Ints = np.zeros(persons.size, np.int64)
    register(region, NONE, persons, days, days + 400)
    _tell(region, "care_of", home, "Others have an address care of the household, without a dwelling number.")


def _shared_custody(region: Region, rng: np.random.Generator) -> None:
    """A child who is counted lives here every other week, and is registered with the other parent."""
    home = decide(region, rng)
    decided(region)["persons"][decided(region)["decision"] == home.decision] += 1
    _tell(region, "shared_custody", home, "A child is counted who is registered with the other parent.")


def _lodgers_family(region: Region, rng: np.random.Generator) -> None:
    """One lodger with a family: several people, one household."""
    home = decide(region, rng)
    persons = strangers(region, rng, 4)
    first: Ints = np.full(persons.size, 60)
    register(region, home.dwelling, persons, first, first + 400)
    region.relations.add(person=int(persons[0]), other=persons[1:], kind=HOUSEHOLD)
    _tell(region, "lodger_with_family", home, "A family rents a part of the dwelling.")


def _home_shared_for_a_while(region: Region, rng: np.random.Generator) -> None:
    """A couple that parted shares the home until one has found another."""
    home = decide(region, rng)
    first = int(rng.integers(10, 300))
    _partner(region, rng, home, first, first + int(rng.integers(40, 150)))
    _tell(region, "home_shared_for_a_while", home, "A couple that parted shares the home for some months.")


def _tell(region: Region, kind: str, home: Home, text: str) -> None:
    region.truth.tell_of(kind, Subject("decision", home.decision), text)


SCENARIO = Scenario(name="false_residence", typologies=(16,), plant=plant, surround=surround)
