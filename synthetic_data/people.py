"""Persons: birth, number, name, household, home, phone, death. Attributes are drawn apart from one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synthetic_data.households import Households, draw_households
from synthetic_data.identity_numbers import personal_numbers
from synthetic_data.names import full_names, words
from synthetic_data.rows import NONE, Flags, Ints

if TYPE_CHECKING:
    from synthetic_data.period import Period

COORDINATION_SHARE = 0.02
NEW_YEAR_SHARE = 0.015
"""Persons whose birth date an administration set to 1 January."""


@dataclass
class People:
    """One entry a person. ``died`` is a day of the period or NONE; ``birth`` is days since 1970."""

    birth: Ints
    age: Ints
    number: pa.StringArray
    given: Ints
    family: Ints
    household: Ints
    homes: Households
    phone: Ints
    died: Ints
    is_protected: Flags

    @property
    def count(self) -> int:
        """How many persons live in the region."""
        return int(self.birth.size)

    def names(self, *, latin: bool) -> pa.StringArray:
        """Full names, one a person; ``latin``: in letters that latin-1 has."""
        return full_names(self.given, self.family, latin=latin)

    def members(self, household: int) -> Ints:
        """The persons of a household, oldest first."""
        low, high = np.searchsorted(self.household, [household, household + 1])
        members = np.arange(low, high)
        return members[np.argsort(self.birth[members], kind="stable")]

    def phone_texts(self) -> pa.StringArray:
        """Mobile numbers as text."""
        digits = pc.utf8_slice_codeunits(pa.array(self.phone + 10_000_000).cast(pa.string()), 1)
        return pc.binary_join_element_wise(pa.scalar("070-"), digits, "")


def draw_people(count: int, period: Period, rng: np.random.Generator) -> People:
    """Persons in households. Persons of one household stand beside one another."""
    homes, household, age = draw_households(count, rng)
    birth = period.first_day - age * 365 - age // 4 - rng.integers(0, 365, size=count)
    new_year = rng.random(count) < NEW_YEAR_SHARE
    year_start = birth.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    birth = np.where(new_year, year_start, birth)
    family_of_home = rng.integers(0, len(words("family_names")), size=homes.count)
    own_family = rng.integers(0, len(words("family_names")), size=count)
    yearly = np.select([age >= 88, age >= 78, age >= 65], [0.14, 0.05, 0.015], 0.0006)
    dies = rng.random(count) < yearly * period.years
    return People(
        birth=birth,
        age=age,
        number=personal_numbers(birth, rng.random(count) < COORDINATION_SHARE, rng),
        given=rng.integers(0, len(words("given_names")), size=count),
        family=np.where(rng.random(count) < 0.75, family_of_home[household], own_family),
        household=household,
        homes=homes,
        phone=rng.permutation(9_999_999)[:count] if count < 9_999_999 else np.arange(count),
        died=np.where(dies, rng.integers(0, period.days, size=count), NONE),
        is_protected=np.zeros(count, dtype=np.bool_),
    )
