"""Officials of units that approve and look up: what each did in their own work, and rows to add to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.period import DAY
from synthetic_data.rows import NONE

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints, Rows

ALLOCATIONS = ("drawn", "district", "framework", "stand_in", "standing")
REASONS = ("sampling", "on_call", "migration", "training")
HANDLED = ("side_job", "recused")
PER_UNIT, SUPPLIERS = 32, 14
LIMITS_ORE = (25_000_00, 50_000_00, 100_000_00)
MEDIAN, SPREAD = 0.45, 0.8
"""Amounts are lognormal about this share of the limit."""
APPROVALS, LOOKUPS = (100, 220), (150, 400)
PREFERENCE = 30.0
"""Officials differ in what they work with: a Dirichlet about the suppliers' shares of so large a sum."""
WITHOUT_CASE = (3.0, 100.0)
"""Beta shape of an official's share of look-ups whose case was lost."""


@dataclass(frozen=True)
class Official:
    """One of a unit: number of the account, the person, unit, limit, and the unit's suppliers."""

    user: int
    person: int
    unit: int
    limit_ore: int
    suppliers: Ints


def approvals_of(region: Region) -> Rows:
    """The attest log."""
    columns = ("user", "person", "unit", "organisation", "day", "amount", "limit", "allocation", "handled")
    return region.table("approvals", dict.fromkeys(columns, NONE))


def lookups_of(region: Region) -> Rows:
    """The access log."""
    return region.table("access_log", dict.fromkeys(("user", "unit", "at", "person", "case", "reason"), NONE))


def staff_units(market: Market, rng: np.random.Generator, count: int) -> list[Official]:
    """Units with what their officials did in their own work, in random order."""
    region = market.region
    made: list[Official] = []
    for unit in range(count):
        limit = int(rng.choice(LIMITS_ORE))
        chosen = np.unique(rng.choice(market.suppliers, size=SUPPLIERS))
        if chosen.size < 5:
            chosen = np.unique(np.concatenate([chosen, rng.choice(market.companies, size=SUPPLIERS)]))
        shares = rng.dirichlet(np.full(chosen.size, 2.0))
        for person in region.casting.take("worker", PER_UNIT).tolist():
            official = Official(len(made), person, unit, limit, chosen)
            made.append(official)
            own = rng.dirichlet(PREFERENCE * shares + 0.01)
            number = int(rng.integers(*APPROVALS))
            approve(region, official, rng.choice(chosen, size=number, p=own), amounts(rng, limit, number), _days(region, rng, number))  # fmt: skip
            _look_up_own(region, rng, official)
    return [made[place] for place in rng.permutation(len(made)).tolist()]


def amounts(rng: np.random.Generator, limit: int, count: int) -> Ints:
    """What things cost: it does not know the limit."""
    drawn = np.exp(rng.normal(np.log(MEDIAN * limit), SPREAD, size=count)).astype(np.int64)
    return np.maximum(drawn // 100 * 100, 500_00)


def approve(
    region: Region,
    official: Official,
    organisations: Ints | int,
    amount: Ints,
    days: Ints,
    *,
    allocation: str = "drawn",
    handled: str | None = None,
) -> int:
    """Enter approvals. Returns what they come to, in öre."""
    approvals_of(region).add(
        user=official.user,
        person=official.person,
        unit=official.unit,
        organisation=organisations,
        day=days,
        amount=amount,
        limit=official.limit_ore,
        allocation=ALLOCATIONS.index(allocation),
        handled=NONE if handled is None else HANDLED.index(handled),
    )
    return int(amount.sum())


def look_up(region: Region, official: Official, persons: Ints, at: Ints, *, case: Ints | int = NONE, reason: str | None = None) -> None:  # fmt: skip
    """Enter look-ups."""
    lookups_of(region).add(
        user=official.user, unit=official.unit, at=at, person=persons, case=case, reason=NONE if reason is None else REASONS.index(reason)
    )  # fmt: skip


def _days(region: Region, rng: np.random.Generator, count: int) -> Ints:
    return rng.integers(5, region.period.days - 5, size=count)


def _look_up_own(region: Region, rng: np.random.Generator, official: Official) -> None:
    number = int(rng.integers(*LOOKUPS))
    persons = rng.integers(0, region.people.count, size=number)
    is_lost = rng.random(number) < rng.beta(*WITHOUT_CASE)
    case = np.where(is_lost, NONE, lookups_of(region).count + np.arange(number))
    look_up(region, official, persons, office_hours(region, rng, number), case=case)


def office_hours(region: Region, rng: np.random.Generator, count: int) -> Ints:
    """Moments of the period in office hours."""
    return _days(region, rng, count) * DAY + rng.integers(8 * 60, 17 * 60, size=count)
