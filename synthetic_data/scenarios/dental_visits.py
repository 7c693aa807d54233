"""Typology 11, dental subsidy: treatment billed that nobody gave.

Parameters (typologies page, 11 "night or holiday visits", "masses of 600-1,800 SEK items"; the rest is drawn wide):

* blatant: 40-70 % more visits than there were, in nearly all of 10-20 months; a quarter to nearly half of them at night or on
  Sundays, others beside real visits of the same dentist, several at a time, others while the dentist was abroad;
* careful: 20-40 % in 60-85 % of 8-16 months, 5-15 % at odd hours, notes for half of them;
* professional: 10-20 % in about half of 8-18 months, hours as honest ones have them, notes for most, on days on which the
  dentist worked, so that each share alone lies among those of careless honest clinics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.absences import ABROAD, add_absence
from synthetic_data.clinic_schemes import draw_ghosts, plant_visits, stack, within_months
from synthetic_data.clinics import DENTAL, Visits, draw_visits, found_clinic, make_careless, odd_hours
from synthetic_data.levels import Level
from synthetic_data.period import DAY
from synthetic_data.scenario import Scenario
from synthetic_data.scenarios.clinic_look_alikes import found_dental_look_alikes, found_honest_clinics

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region

ITEM_ORE = (600_00, 1_800_00)
HONEST = 40


@dataclass(frozen=True)
class _Ranges:
    share: tuple[float, float]
    months: tuple[int, int]
    used: tuple[float, float]
    odd: tuple[float, float]
    stacked: tuple[float, float]
    days: tuple[int, int]
    """Working days of the clinic beside whose visits ghosts are laid."""
    trip_visits: tuple[int, int]
    noted: tuple[float, float]


LEVELS = {
    Level.BLATANT: _Ranges((0.4, 0.7), (10, 20), (0.9, 1.0), (0.25, 0.45), (0.6, 0.9), (40, 90), (20, 60), (0.1, 0.3)),
    Level.CAREFUL: _Ranges((0.2, 0.4), (8, 16), (0.6, 0.85), (0.05, 0.15), (0.4, 0.6), (15, 40), (6, 20), (0.4, 0.7)),
    Level.PROFESSIONAL: _Ranges(
        (0.1, 0.2), (8, 18), (0.4, 0.6), (0.01, 0.04), (0.3, 0.5), (8, 18), (0, 8), (0.75, 0.95)
    ),
}


def plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    """A clinic that bills treatment nobody gave."""
    region, ranges = market.region, LEVELS[level]
    clinic = found_clinic(market, rng, DENTAL, int(rng.integers(1, 4)))
    real = make_careless(region, rng, clinic, draw_visits(region, rng, clinic))
    span = int(rng.integers(ranges.months[0], min(ranges.months[1], region.period.months - 1) + 1))
    first = int(rng.integers(0, region.period.months - span + 1))
    months = np.arange(first, first + span)
    months = months[rng.random(span) < rng.uniform(*ranges.used)] if span > 3 else months
    inside = within_months(region, real, months if months.size else np.arange(first, first + span))
    count = max(round(inside.start.size * rng.uniform(*ranges.share)), 12)
    ghosts = draw_ghosts(rng, clinic, inside, count, within=ITEM_ORE)
    odd = rng.random(count) < rng.uniform(*ranges.odd)
    stacked = ~odd & (rng.random(count) < rng.uniform(*ranges.stacked))
    at_night = ghosts.chosen(odd)
    length = at_night.end - at_night.start
    at_night.start = odd_hours(region, rng, at_night.start)
    at_night.end = at_night.start + length
    rest = ghosts.chosen(~odd & ~stacked)
    rest.start = rest.start // DAY * DAY + rng.integers(12 * 60, 17 * 60, size=rest.start.size) // 5 * 5
    rest.end = rest.start + 30
    beside = stack(rng, inside, ghosts.chosen(stacked), int(rng.integers(*ranges.days)))
    abroad, real = _while_abroad(
        region, rng, ghosts, real, int(rng.integers(ranges.trip_visits[0], ranges.trip_visits[1] + 1))
    )
    told = at_night.beside(rest, beside, abroad)
    told.note = (rng.random(told.start.size) < rng.uniform(*ranges.noted)).astype(np.int64)
    return plant_visits(region, rng, clinic, real.beside(told), "11")


def _while_abroad(
    region: Region, rng: np.random.Generator, like: Visits, real: Visits, count: int
) -> tuple[Visits, Visits]:
    """So many visits with one who was abroad for a fortnight, and the real ones, of which none is left on those days."""
    drawn = like.chosen(rng.integers(0, like.start.size, size=count))
    if not count:
        return drawn, real
    person, first = int(drawn.practitioner[0]), int(drawn.start[0]) // DAY
    first = min(max(first, 5), region.period.days - 30)
    add_absence(region, person, ABROAD, first, first + 15)
    drawn.practitioner = np.full(count, person)
    length = drawn.end - drawn.start
    weekdays = np.arange(first + 2, first + 14)
    weekdays = weekdays[region.period.weekday(weekdays) < 5]
    drawn.start = rng.choice(weekdays, size=count) * DAY + drawn.start % DAY
    drawn.end = drawn.start + length
    day = real.start // DAY
    return drawn, real.chosen((real.practitioner != person) | (day < first) | (day > first + 15))


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Honest clinics, and lawful look-alikes."""
    found_honest_clinics(market, rng, DENTAL, HONEST)
    found_dental_look_alikes(market, rng, count)


SCENARIO = Scenario(name="dental_visits", typologies=(11,), plant=plant, surround=surround)
