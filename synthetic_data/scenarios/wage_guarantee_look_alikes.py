"""Honest bankruptcies, and lawful look-alikes of guarantee for paper employees (typologies page, 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.bankruptcies import Bankruptcy, employ_until, go_bankrupt, guarantee
from synthetic_data.rows import Flags, Ints

if TYPE_CHECKING:
    from synthetic_data.market import Market

STAFF = (5, 13)
NEW_HIRES = (1.2, 18.0)
"""Beta shape of the share of staff hired after the last declaration."""


def found_bankruptcies(market: Market, rng: np.random.Generator, count: int) -> None:
    """Companies that failed in earnest; some of their staff were hired too late to be declared."""
    for _ in range(count):
        estate = go_bankrupt(market, rng)
        staff = market.region.casting.take("worker", int(rng.integers(*STAFF)))
        new = rng.random(staff.size) < rng.beta(*NEW_HIRES)
        pay_staff(market, rng, estate, staff, new)


def pay_staff(
    market: Market, rng: np.random.Generator, estate: Bankruptcy, staff: Ints, new: Flags, *, most: float = 1.0
) -> tuple[Ints, Ints]:
    """Employ the staff, those who are ``new`` after the last declaration, and pay the guarantee. Returns gross pay and claims."""
    region = market.region
    gross = np.array(
        [
            employ_until(region, rng, estate, int(person), first=estate.month if late else int(rng.integers(0, 6)))
            for person, late in zip(staff, new, strict=True)
        ],
        dtype=np.int64,
    )
    return gross, guarantee(region, rng, estate, staff, gross, most=most)


def found_wage_guarantee_look_alikes(market: Market, rng: np.random.Generator, count: int) -> None:
    """``count`` of each kind."""
    for _ in range(count):
        _declared_late(market, rng)
        _much_holiday(market, rng)
        _new_hires(market, rng)
        _seasonal(market, rng)
        _staff_taken_over(market, rng)


def _declared_late(market: Market, rng: np.random.Generator) -> None:
    """The last four months were never declared; earlier ones were."""
    estate = go_bankrupt(market, rng)
    staff = market.region.casting.take("worker", 8)
    gross = [
        employ_until(market.region, rng, estate, int(person), first=0, last=max(estate.month - 4, 1))
        for person in staff
    ]
    guarantee(market.region, rng, estate, staff, np.array(gross, dtype=np.int64))
    market.region.truth.tell("declared_late", estate.organisation, "The declarations of the last months are missing.")


def _much_holiday(market: Market, rng: np.random.Generator) -> None:
    """Saved holiday is paid on top of pay and notice."""
    estate = go_bankrupt(market, rng)
    staff = market.region.casting.take("worker", 9)
    pay_staff(market, rng, estate, staff, np.zeros(9, np.bool_), most=2.4)
    market.region.truth.tell(
        "notice_and_holiday", estate.organisation, "Much saved holiday is paid beside pay and notice."
    )


def _new_hires(market: Market, rng: np.random.Generator) -> None:
    """Two of twelve were hired in the last weeks."""
    estate = go_bankrupt(market, rng)
    staff = market.region.casting.take("worker", 12)
    pay_staff(market, rng, estate, staff, np.arange(12) < 2)
    market.region.truth.tell("new_hire", estate.organisation, "Two were hired just before the bankruptcy.")


def _seasonal(market: Market, rng: np.random.Generator) -> None:
    """Half of the staff is hired again after months without pay."""
    estate = go_bankrupt(market, rng)
    staff = market.region.casting.take("worker", 10)
    gross = [
        employ_until(market.region, rng, estate, int(person), first=0, last=4 if place % 2 else None)
        for place, person in enumerate(staff)
    ]
    guarantee(market.region, rng, estate, staff, np.array(gross, dtype=np.int64))
    market.region.truth.tell("seasonal_rehire", estate.organisation, "Seasonal staff was hired again just before.")


def _staff_taken_over(market: Market, rng: np.random.Generator) -> None:
    """A second company takes over the staff of the first, and fails too, half a year later."""
    region = market.region
    last = region.period.months - 4
    first = go_bankrupt(market, rng, month=max(last - 10, 4))
    second = go_bankrupt(market, rng, month=last)
    staff = region.casting.take("worker", 7)
    gross = np.array([employ_until(region, rng, first, int(person), first=0) for person in staff], dtype=np.int64)
    guarantee(region, rng, first, staff, gross)
    again = np.array(
        [employ_until(region, rng, second, int(person), first=first.month + 3) for person in staff], dtype=np.int64
    )
    guarantee(region, rng, second, staff, again)
    region.truth.tell(
        "staff_taken_over", second.organisation, "The same staff lost its work twice, one after the other."
    )
