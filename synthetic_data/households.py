"""Households: who lives together, how old they are, and at which dwelling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.addresses import Addresses, draw_addresses

if TYPE_CHECKING:
    from synthetic_data.rows import Ints

SIZES = (1, 2, 3, 4, 5, 6)
SIZE_SHARES = (0.38, 0.30, 0.13, 0.12, 0.05, 0.02)
SINGLE_PARENT_SHARE = 0.2


@dataclass
class Households:
    """One entry a household: its dwelling."""

    addresses: Addresses

    @property
    def count(self) -> int:
        """How many households there are."""
        return int(self.addresses.street.size)


def draw_households(people: int, rng: np.random.Generator) -> tuple[Households, Ints, Ints]:
    """Households that hold exactly ``people`` persons; the household and the age in years of each person."""
    sizes = rng.choice(SIZES, p=SIZE_SHARES, size=people)
    sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), people)) + 1]
    sizes[-1] -= int(sizes.sum()) - people
    household = np.repeat(np.arange(sizes.size), sizes)
    place = np.arange(people) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    first = np.where(rng.random(sizes.size) < 0.3, rng.integers(65, 98, sizes.size), rng.integers(20, 65, sizes.size))
    first = np.where(sizes >= 3, rng.integers(26, 58, sizes.size), first)
    partner = np.clip(first + rng.integers(-6, 7, sizes.size), 19, 99)
    has_partner = (sizes == 2) | ((sizes >= 3) & (rng.random(sizes.size) >= SINGLE_PARENT_SHARE))
    child = np.maximum(first[household] - rng.integers(20, 38, people), 0)
    age = np.where(place == 0, first[household], child)
    age = np.where((place == 1) & has_partner[household], partner[household], age)
    return Households(draw_addresses(sizes.size, rng)), household, age
