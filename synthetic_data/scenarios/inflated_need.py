"""Typology 2, inflated need: one certifier, many users, one provider, and reviews that remove much of the hours.

Parameters, drawn for each scheme (typologies page, 2: "one certifier, many users, one provider", "big cut on review"; the rest is drawn wide):

* 14-29 users of a provider, of whom a part have certificates of one person who certifies for others too;
* blatant: 75-100 per cent of them, 55-80 per cent of the hours are not needed, 40-70 per cent of them are reviewed;
* careful: 50-75 per cent, 45-65 per cent of the hours, 20-40 per cent reviewed;
* professional: 35-55 per cent, 30-50 per cent of the hours, 0-12 per cent reviewed; the users come one after another over more than a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.certificates import (
    CHANGED_NEED,
    CHANGED_PRACTICE,
    DOCTOR,
    PSYCHOLOGIST,
    WRONG_FACTS,
    assessments,
    decide,
    draw_certified,
    draw_certifiers,
    found_care_company,
    known_certifiers,
    pay_for_users,
    review,
)
from synthetic_data.levels import Level
from synthetic_data.region import PAYER_OF
from synthetic_data.rows import NONE
from synthetic_data.scenario import Scenario
from synthetic_data.truth import Scheme

if TYPE_CHECKING:
    from synthetic_data.certificates import Certifiers
    from synthetic_data.market import Market
    from synthetic_data.rows import Ints

HONEST = 40
USERS = (8, 22)
SCHEME_USERS = (14, 30)


@dataclass(frozen=True)
class Habits:
    """Share of the users whom one person certifies, of their hours that are not needed, of the decisions that are reviewed; days over which users come."""

    certified: tuple[float, float]
    inflated: tuple[float, float]
    reviewed: tuple[float, float]
    days: int


HABITS = {
    Level.BLATANT: Habits((0.75, 1.0), (0.55, 0.8), (0.4, 0.7), 210),
    Level.CAREFUL: Habits((0.5, 0.75), (0.45, 0.65), (0.2, 0.4), 330),
    Level.PROFESSIONAL: Habits((0.35, 0.55), (0.3, 0.5), (0.0, 0.12), 480),
}


def _plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    region, habits, table = market.region, HABITS[level], assessments(market.region)
    company = found_care_company(market, rng)
    users = region.casting.take("user", int(rng.integers(*SCHEME_USERS)))
    known = known_certifiers(region)
    certifier, kind = draw_certified(rng, known, users.size)
    count = round(users.size * float(rng.uniform(*habits.certified)))
    theirs = np.sort(rng.choice(users.size, size=count, replace=False))
    certifier[theirs], kind[theirs] = int(rng.choice(known.persons[DOCTOR])), DOCTOR
    rows = decide(region, rng, company, users, (certifier, kind))
    false = rows[theirs]
    share = rng.uniform(*habits.inflated, size=count)
    table["inflated"][false] = (table["granted"][false] * share).astype(np.int64)
    table["granted_from"][false] = rng.integers(0, habits.days, size=count)
    for column in ("after", "reviewed", "ground"):
        table[column][false] = NONE
    need = table["granted"][false] - table["inflated"][false]
    table["before"][false] = np.where(
        rng.random(count) < 0.4, NONE, (need * rng.uniform(0.8, 1.1, size=count)).astype(np.int64)
    )
    seen = rng.random(count) < rng.uniform(*habits.reviewed)
    review(region, rng, false[seen], ground=WRONG_FACTS, cut=share[seen])
    scheme = Scheme("2", "provider", company, PAYER_OF["assistance"], "assistance", 0, region.period.days - 1)
    scheme.first_day = int(table["granted_from"][false].min())
    scheme.amount_ore = pay_for_users(region, company, rows)
    scheme.difficulty |= {"certified": count, "users": int(users.size), "reviewed": int(seen.sum())}
    number = region.truth.plant(scheme)
    region.truth.add_members(number, "assessments", false, "decision on a false certificate")
    return number


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Honest providers whose users have the certifiers of where they live, and ``count`` of each look-alike."""
    certifiers = draw_certifiers(market.region, rng)
    for _ in range(HONEST):
        _honest(market, rng, certifiers)
    for _ in range(count):
        _only_specialist(market, rng, certifiers)
        _merged(market, rng, certifiers)
        _recovered(market, rng, certifiers)
        _other_practice(market, rng, certifiers)


def _found(market: Market, rng: np.random.Generator, certifiers: Certifiers, parts: int = 1) -> tuple[int, Ints]:
    """A provider with the users of so many neighbourhoods. Its bills are not yet paid."""
    company, rows = found_care_company(market, rng), []
    for _ in range(parts):
        users = market.region.casting.take("user", int(rng.integers(*USERS)))
        rows.append(decide(market.region, rng, company, users, draw_certified(rng, certifiers, users.size)))
    return company, np.concatenate(rows)


def _honest(market: Market, rng: np.random.Generator, certifiers: Certifiers) -> None:
    company, rows = _found(market, rng, certifiers)
    pay_for_users(market.region, company, rows)


def _only_specialist(market: Market, rng: np.random.Generator, certifiers: Certifiers) -> None:
    """A provider for people whose need only one psychologist of the region assesses."""
    company, rows = _found(market, rng, certifiers)
    table = assessments(market.region)
    most = rows[rng.random(rows.size) < 0.85]
    table["certifier"][most], table["kind"][most] = int(certifiers.persons[PSYCHOLOGIST][0]), PSYCHOLOGIST
    pay_for_users(market.region, company, rows)
    market.region.truth.tell("only_specialist", company, "Only one psychologist of the region assesses these users.")


def _merged(market: Market, rng: np.random.Generator, certifiers: Certifiers) -> None:
    """A provider that took over another one's users, with their certifiers."""
    company, rows = _found(market, rng, certifiers, parts=2)
    pay_for_users(market.region, company, rows)
    market.region.truth.tell("merged_provider", company, "The provider took over another one's users.")


def _recovered(market: Market, rng: np.random.Generator, certifiers: Certifiers) -> None:
    """A provider whose users are trained and recover: their hours are lowered on review."""
    company, rows = _found(market, rng, certifiers)
    better = rows[rng.random(rows.size) < 0.6]
    review(market.region, rng, better, ground=CHANGED_NEED, cut=rng.uniform(0.4, 0.9, size=better.size))
    pay_for_users(market.region, company, rows)
    market.region.truth.tell("real_recovery", company, "Most users recover, and need less.")


def _other_practice(market: Market, rng: np.random.Generator, certifiers: Certifiers) -> None:
    """All of a provider's decisions are reviewed after a judgment that reads the law more strictly."""
    company, rows = _found(market, rng, certifiers)
    review(market.region, rng, rows, ground=CHANGED_PRACTICE, cut=rng.uniform(0.2, 0.6, size=rows.size))
    pay_for_users(market.region, company, rows)
    market.region.truth.tell("other_practice", company, "Hours were lowered because the practice of courts changed.")


SCENARIO = Scenario(name="inflated_need", typologies=(2,), plant=_plant, surround=surround)
