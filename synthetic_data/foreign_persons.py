"""Whom a register of another country tells of: some who live in the region and came from there, and as many who never came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.names import words
from synthetic_data.rows import NONE

if TYPE_CHECKING:
    from synthetic_data.region import Region

COORDINATION_DAY = 60
"""A coordination number bears the day of birth plus this."""
OF_RESIDENTS = 0.01
"""Of those with a personal number, how many lived there before."""
STREETS, HOUSES = 8, 90


def tell_foreign_persons(region: Region) -> None:
    """Enter them: everybody with a coordination number, a few others, and strangers. Nothing else of the region is changed."""
    rng, people = region.rng("foreign persons"), region.people
    days = np.array([int(number[6:8]) for number in people.number.to_pylist()], dtype=np.int64)
    known = np.flatnonzero((days > COORDINATION_DAY) | (rng.random(people.count) < OF_RESIDENTS))
    strangers = np.full(known.size, NONE)
    person = rng.permutation(np.concatenate([known, strangers]))
    birth = region.period.first_day - rng.integers(18 * 365, 80 * 365, size=person.size)
    given, family = (rng.integers(0, len(words(name)), size=person.size) for name in ("given_names", "family_names"))
    rows = region.table(
        "foreign_persons", dict.fromkeys(("person", "given", "family", "birth", "street", "house"), NONE)
    )
    rows.add(
        person=person,
        given=given,
        family=family,
        birth=birth,
        street=rng.integers(0, STREETS, size=person.size),
        house=rng.integers(1, HOUSES, size=person.size),
    )
