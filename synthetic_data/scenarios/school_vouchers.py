"""Typology 14, school vouchers: pupils billed who go to another school or are abroad.

Parameters (typologies page, 14 "pupil billed twice or not resident"; the rest is drawn wide):

* blatant: 8-18 pupils of other schools billed for 8-20 months each, 3-8 more who are abroad for most of a year;
* careful: 5-10 pupils for 4-9 months each, 1-4 abroad for 4-8 months;
* professional: 3-7 pupils of different schools for 2-5 months each at different times, 0-2 abroad for 2-4 months, beside a
  full school of honest pupils, so that each pupil alone could be a late notice of leaving.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.absences import ABROAD, add_absence
from synthetic_data.levels import Level
from synthetic_data.region import PAYER_OF
from synthetic_data.rows import Ints
from synthetic_data.scenario import Scenario
from synthetic_data.scenarios.school_look_alikes import found_school_look_alikes
from synthetic_data.schools import (
    SCHOOL_VOUCHER,
    School,
    bill,
    change_school,
    found_school,
    free_pupils,
    pay_school,
    teach,
)
from synthetic_data.truth import Scheme

if TYPE_CHECKING:
    from synthetic_data.market import Market

HONEST = 36
MONTH_DAYS = 30
GHOST = "pupil who was elsewhere"


@dataclass(frozen=True)
class _Ranges:
    pupils: tuple[int, int]
    months: tuple[int, int]
    abroad: tuple[int, int]
    abroad_months: tuple[int, int]


LEVELS = {
    Level.BLATANT: _Ranges((8, 18), (8, 20), (3, 8), (8, 12)),
    Level.CAREFUL: _Ranges((5, 10), (4, 9), (1, 4), (4, 8)),
    Level.PROFESSIONAL: _Ranges((3, 7), (2, 5), (0, 2), (2, 4)),
}


def plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    """A school that bills for pupils it does not have."""
    region, ranges = market.region, LEVELS[level]
    school = found_school(market, rng)
    teach(region, rng, school)
    elsewhere = _pupils_elsewhere(market, rng, school, int(rng.integers(ranges.pupils[0], ranges.pupils[1] + 1)))
    first, last = _spans(rng, region.period.days, elsewhere.size, ranges.months)
    rows, amount = bill(region, school, elsewhere, first, last)
    away = rng.choice(
        free_pupils(region), size=int(rng.integers(ranges.abroad[0], ranges.abroad[1] + 1)), replace=False
    )
    away_first, away_last = _spans(rng, region.period.days - 20, away.size, ranges.abroad_months)
    away_first = np.maximum(away_first, 6)
    if away.size:
        for pupil, begins, ends in zip(away, away_first, away_last, strict=True):
            add_absence(region, int(pupil), ABROAD, max(int(begins) - 5, 0), int(ends) + 6)
        more, further = bill(region, school, away, away_first, away_last)
        rows, amount = np.concatenate([rows, more]), amount + further
    pay_school(region, school)
    days = region.claims["first"][rows], region.claims["last"][rows]
    scheme = Scheme(
        "14", "school", school.organisation, PAYER_OF["school_voucher"], "school_voucher", int(days[0].min()), int(days[1].max())
    )  # fmt: skip
    scheme.amount_ore = amount
    number = region.truth.plant(scheme)
    region.truth.add_members(number, "claims", rows, GHOST)
    scheme.difficulty |= {"pupils": int(elsewhere.size), "abroad": int(away.size)}
    return number


def _spans(rng: np.random.Generator, days: int, size: int, months: tuple[int, int]) -> tuple[Ints, Ints]:
    length = np.minimum(rng.integers(months[0], months[1] + 1, size=size) * MONTH_DAYS, days - 10)
    first = (rng.random(size) * (days - length)).astype(np.int64)
    return first, first + length - 1


def _pupils_elsewhere(market: Market, rng: np.random.Generator, school: School, count: int) -> Ints:
    """Pupils for whom other schools bill until the last day."""
    claims, period = market.region.claims, market.region.period
    schemes = [school.organisation, *(each.organisation for each in market.region.truth.schemes)]
    is_other = (claims["programme"] == SCHOOL_VOUCHER) & ~np.isin(claims["organisation"], schemes)
    stays = np.unique(claims["person"][is_other & (claims["last"] == period.days - 1)])
    since = np.unique(claims["person"][is_other & (claims["first"] == 0)])
    planted = market.region.truth.members["row"][market.region.truth.members["register"] == _claims_number(market)]
    both = np.setdiff1d(np.intersect1d(stays, since), claims["person"][planted])
    return rng.choice(both, size=count, replace=False)


def _claims_number(market: Market) -> int:
    registers = market.region.truth.registers
    return registers.index("claims") if "claims" in registers else -1


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Honest schools between which pupils move, and lawful look-alikes."""
    region = market.region
    schools = [found_school(market, rng) for _ in range(1)]
    teach(region, rng, schools[0])
    for _ in range(HONEST - 1):
        schools.append(found_school(market, rng))
        teach(region, rng, schools[-1])
    for school in schools:
        other = schools[int(rng.integers(0, HONEST))]
        if other is not school:
            change_school(region, rng, school, other, int(rng.integers(0, 5)))
        for pupil in rng.choice(school.pupils, size=2, replace=False):
            first = int(rng.integers(10, region.period.days - 60))
            add_absence(region, int(pupil), ABROAD, first, first + int(rng.integers(7, 35)))
    found_school_look_alikes(market, rng, count)
    for school in schools:
        pay_school(region, school)


SCENARIO = Scenario(name="school_vouchers", typologies=(14,), plant=plant, surround=surround)
