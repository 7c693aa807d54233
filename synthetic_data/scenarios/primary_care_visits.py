"""Typology 12, primary care: visits billed that nobody made, or twice.

Parameters (typologies page, 12 "no note", "doctor billed as own patient about 1,000 times", "double fees", "deceased
patient"; the rest is drawn wide):

* blatant: 40-80 % more visits than there were over 10-20 months; doctors as their own patients 60-250 times, 60-200 visits
  billed twice, 15-50 after the patient's death, most without a note;
* careful: 15-35 %; own patients 8-40 times, 20-60 billed twice, 6-20 after a death, half without a note;
* professional: 8-20 %; own patients 0-2 times, 9-24 billed twice, 0-9 after a death, a fifth to two fifths without a note,
  spread over 8-18 months among honest visits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.clinic_schemes import dead_patients, draw_ghosts, plant_visits, within_months
from synthetic_data.clinics import PRIMARY_CARE, draw_visits, found_clinic, make_careless
from synthetic_data.levels import Level
from synthetic_data.scenario import Scenario
from synthetic_data.scenarios.clinic_look_alikes import found_honest_clinics, found_primary_care_look_alikes

if TYPE_CHECKING:
    from synthetic_data.market import Market

HONEST = 40


@dataclass(frozen=True)
class _Ranges:
    share: tuple[float, float]
    months: tuple[int, int]
    own: tuple[int, int]
    twice: tuple[int, int]
    dead: tuple[int, int]
    noted: tuple[float, float]


LEVELS = {
    Level.BLATANT: _Ranges((0.4, 0.8), (10, 20), (60, 250), (60, 200), (15, 50), (0.1, 0.3)),
    Level.CAREFUL: _Ranges((0.15, 0.35), (8, 16), (8, 40), (20, 60), (6, 20), (0.4, 0.6)),
    Level.PROFESSIONAL: _Ranges((0.08, 0.2), (8, 18), (0, 2), (9, 24), (0, 9), (0.6, 0.8)),
}


def plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    """A health centre that bills visits nobody made."""
    region, ranges = market.region, LEVELS[level]
    clinic = found_clinic(market, rng, PRIMARY_CARE, int(rng.integers(1, 4)))
    real = make_careless(region, rng, clinic, draw_visits(region, rng, clinic))
    span = int(rng.integers(ranges.months[0], min(ranges.months[1], region.period.months - 1) + 1))
    first = int(rng.integers(0, region.period.months - span + 1))
    inside = within_months(region, real, np.arange(first, first + span))
    count = max(round(inside.start.size * rng.uniform(*ranges.share)), 12)
    ghosts = draw_ghosts(rng, clinic, inside, count)
    ghosts.note = (rng.random(count) < rng.uniform(*ranges.noted)).astype(np.int64)
    own = draw_ghosts(rng, clinic, inside, int(rng.integers(ranges.own[0], ranges.own[1] + 1)))
    own.patient = own.practitioner.copy()
    dead = draw_ghosts(rng, clinic, inside, int(rng.integers(ranges.dead[0], ranges.dead[1] + 1)))
    twice = inside.chosen(rng.integers(0, inside.start.size, size=int(rng.integers(*ranges.twice))))
    twice.ghost = np.ones(twice.start.size, np.int64)
    told = ghosts.beside(own, dead_patients(region, rng, dead), twice)
    return plant_visits(region, rng, clinic, real.beside(told), "12")


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Honest health centres, and lawful look-alikes."""
    found_honest_clinics(market, rng, PRIMARY_CARE, HONEST)
    found_primary_care_look_alikes(market, rng, count)


SCENARIO = Scenario(name="primary_care_visits", typologies=(12,), plant=plant, surround=surround)
