"""Who plays which part: persons are handed out once, so that no two schemes meet by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.rows import NONE, Flags, Ints

if TYPE_CHECKING:
    from collections.abc import Callable

    from synthetic_data.people import People

WORKING_AGES = (20, 64)
RETIRED_AGE = 70
USER_AGES = (7, 66)


class Casting:
    """Pools of persons in random order. A person taken for one part is free for no other."""

    def __init__(self, people: People, rng: np.random.Generator) -> None:
        self._people = people
        self.free: Flags = np.ones(people.count, dtype=np.bool_)
        self.seated: Flags = np.zeros(people.count, dtype=np.bool_)
        """Persons on honest boards: they work like anybody, and play no other part."""
        self._has_job: Flags = np.zeros(people.count, dtype=np.bool_)
        alive = people.died == NONE
        age = people.age
        works = (age >= WORKING_AGES[0]) & (age <= WORKING_AGES[1]) & alive
        pools = {
            "worker": works,
            "elder": age >= RETIRED_AGE,
            "user": (age >= USER_AGES[0]) & (age <= USER_AGES[1]) & alive,
        }
        self._order = {name: rng.permutation(np.flatnonzero(pool)) for name, pool in pools.items()}
        sizes = np.bincount(people.household)
        kids = np.bincount(people.household, weights=age < WORKING_AGES[0]).astype(np.int64)
        grown = np.bincount(people.household, weights=works).astype(np.int64)
        self._families = rng.permutation(np.flatnonzero((kids >= 2) & (grown >= 1) & (sizes >= 3)))
        self._couples = rng.permutation(np.flatnonzero(grown >= 3))

    def take(self, pool: str, count: int) -> Ints:
        """``count`` free persons of a pool: ``worker``, ``elder``, ``user``. ValueError if too few are left."""
        order = self._order[pool]
        free = order[self._is_free(order)]
        free = free[np.argsort(self._has_job[free], kind="stable")]
        if free.size < count:
            raise ValueError(
                f"The region has too few people left for the part of {pool}: use more people or fewer schemes."
            )
        self.free[free[:count]] = False
        self._order[pool] = free[count:]
        return free[:count]

    def prefer_jobless(self, with_job: Ints) -> None:
        """From now on those who have no job are taken first: a new company hires them."""
        self._has_job[with_job] = True

    def withdraw(self, persons: Ints) -> None:
        """Persons who play no part from now on."""
        self.free[persons] = False

    def siblings(self) -> Ints:
        """Two children of one household, both free."""
        return self._household_members(self._families, lambda age: age < WORKING_AGES[0], 2)

    def user_with_grown_relatives(self) -> Ints:
        """Three adults of one household: the first needs help, the two others can give it."""
        return self._household_members(
            self._couples, lambda age: (age >= WORKING_AGES[0]) & (age <= WORKING_AGES[1]), 3
        )

    def relative(self, person: int) -> int:
        """A free working person of the same household, or NONE."""
        members = self._people.members(int(self._people.household[person]))
        age = self._people.age[members]
        grown = members[self._is_free(members) & (age >= WORKING_AGES[0]) & (age <= WORKING_AGES[1])]
        if not grown.size:
            return NONE
        self.free[grown[0]] = False
        return int(grown[0])

    def owner_with_relative(self) -> tuple[int, int]:
        """Two free adults of one household."""
        for _ in range(400):
            owner = int(self.take("worker", 1)[0])
            relative = self.relative(owner)
            if relative != NONE:
                return owner, relative
        raise ValueError("The region has too few households with two free adults: use more people.")

    def _is_free(self, persons: Ints) -> Flags:
        return self.free[persons] & ~self.seated[persons]

    def _household_members(self, households: Ints, fits: Callable[[Ints], Flags], count: int) -> Ints:
        for household in households:
            members = self._people.members(int(household))
            chosen: Ints = members[
                self._is_free(members) & fits(self._people.age[members]) & (self._people.died[members] == NONE)
            ]
            if chosen.size >= count:
                self.free[chosen[:count]] = False
                return chosen[:count]
        raise ValueError("The region has too few households of that kind: use more people.")
