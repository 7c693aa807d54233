"""Lawful look-alikes of pupils billed twice (typologies page, 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.absences import ABROAD, add_absence
from synthetic_data.payments import pay_dividends
from synthetic_data.schools import bill, found_school, pay_school, teach

if TYPE_CHECKING:
    from synthetic_data.market import Market


def found_school_look_alikes(market: Market, rng: np.random.Generator, count: int) -> None:
    """``count`` of each kind."""
    for _ in range(count):
        _changed_school(market, rng)
        _shared_custody(market, rng)
        _taken_over(market, rng)
        _long_journeys(market, rng)
        _dividend(market, rng)


def _changed_school(market: Market, rng: np.random.Generator) -> None:
    """Many pupils go on to another school in the middle of a month; both bill for the month."""
    region = market.region
    old, new = found_school(market, rng), found_school(market, rng)
    moved = old.pupils[: max(old.pupils.size // 2, 2)]
    end = region.period.days - 1
    day = rng.integers(100, end - 60, size=moved.size)
    bill(region, old, old.pupils[moved.size :], *_whole(region.period.days, old.pupils.size - moved.size))
    bill(region, old, moved, np.zeros(moved.size, np.int64), day + rng.integers(0, 31, size=moved.size))
    bill(region, new, moved, day, np.full(moved.size, end))
    teach(region, rng, new)
    for school in (old, new):
        pay_school(region, school)
    region.truth.tell(
        "change_of_school", new.organisation, "Pupils change school; both are paid for the month of the change."
    )


def _shared_custody(market: Market, rng: np.random.Generator) -> None:
    """Children who live with both parents in turn go to two pre-schools, each paid half."""
    region = market.region
    one, other = found_school(market, rng), found_school(market, rng)
    other.voucher_ore = one.voucher_ore
    shared = one.pupils[:5]
    for school in (one, other):
        bill(region, school, shared, *_whole(region.period.days, shared.size), permille=500)
    bill(region, one, one.pupils[5:], *_whole(region.period.days, one.pupils.size - 5))
    teach(region, rng, other)
    for school in (one, other):
        pay_school(region, school)
    region.truth.tell(
        "shared_custody", other.organisation, "Two pre-schools are each paid half for children of parents apart."
    )


def _taken_over(market: Market, rng: np.random.Generator) -> None:
    """A school goes on under another number; both bill for the month in which it was handed over."""
    region = market.region
    old, new = found_school(market, rng), found_school(market, rng)
    pupils = old.pupils
    day = int(rng.integers(200, region.period.days - 100))
    bill(region, old, pupils, np.zeros(pupils.size, np.int64), np.full(pupils.size, day + 30))
    bill(region, new, pupils, np.full(pupils.size, day), np.full(pupils.size, region.period.days - 1))
    for school in (old, new):
        pay_school(region, school)
    region.truth.tell("school_taken_over", new.organisation, "A school changes number; one month is billed by both.")


def _long_journeys(market: Market, rng: np.random.Generator) -> None:
    """Several pupils are abroad for some weeks on granted leave."""
    region = market.region
    school = found_school(market, rng)
    teach(region, rng, school)
    for pupil in school.pupils[:4]:
        first = int(rng.integers(20, region.period.days - 60))
        add_absence(region, int(pupil), ABROAD, first, first + int(rng.integers(20, 42)))
    pay_school(region, school)
    region.truth.tell("leave_for_journeys", school.organisation, "Pupils on granted leave are abroad for some weeks.")


def _dividend(market: Market, rng: np.random.Generator) -> None:
    """A school company pays a lawful dividend."""
    region = market.region
    school = found_school(market, rng)
    teach(region, rng, school)
    pay_school(region, school)
    pay_dividends(region, np.array([school.organisation]), rng)
    region.truth.tell("lawful_dividend", school.organisation, "A school company pays a dividend.")


def _whole(
    days: int, size: int
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    return np.zeros(size, np.int64), np.full(size, days - 1)
