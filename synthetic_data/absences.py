"""Stays in hospital and journeys abroad, and what they do to honest shifts: nobody comes, or the relief takes over."""

from __future__ import annotations

import numpy as np

from synthetic_data.period import DAY
from synthetic_data.region import ASSISTANCE, Provider, Region
from synthetic_data.rows import NONE, Ints

HOSPITAL, ABROAD = range(2)
STAY_SHARE = (0.15, 0.3)
"""Users with a hospital stay in the period: assistance, home care."""
STAY_DAYS = (2, 12)
TRIP_DAYS = (7, 24)
MIDDAY = 720


def add_absence(region: Region, person: int, kind: int, first: int, last: int) -> int:
    """Enter a stay (days, both included). Returns its row."""
    return int(region.absences.add(person=person, kind=kind, first=first, last=last)[0])


def inside_stay(start: Ints, end: Ints, first: int, last: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Shifts that a stay makes impossible: not those before noon of the first day or from noon of the last."""
    return (end > first * DAY + MIDDAY) & (start < last * DAY + MIDDAY)


def send_home(region: Region, rows: Ints, user: int, first: int, last: int) -> None:
    """Take away a user's shifts during a stay."""
    shifts = region.shifts
    gone = (shifts["user"][rows] == user) & inside_stay(shifts["start"][rows], shifts["end"][rows], first, last)
    shifts["gone"][rows[gone]] = 1


def draw_absences(region: Region) -> None:
    """Honest stays and journeys for every provider that has shifts."""
    rng = region.rng("absences")
    for provider in region.providers:
        rows = np.arange(provider.rows.start, provider.rows.stop)
        if not rows.size:
            continue
        _hospital_stays(region, provider, rows, rng)
        _journeys(region, provider, rows, rng)


def _hospital_stays(region: Region, provider: Provider, rows: Ints, rng: np.random.Generator) -> None:
    allowed = region.decisions["allows_hospital"]
    share = STAY_SHARE[provider.programme]
    for user, decision in zip(provider.users, provider.decisions, strict=True):
        if allowed[decision] or rng.random() >= share:
            continue
        first = int(rng.integers(20, region.period.days - 30))
        last = first + int(rng.integers(*STAY_DAYS))
        died = int(region.people.died[user])
        if died != NONE and died <= last:
            continue
        add_absence(region, user, HOSPITAL, first, last)
        send_home(region, rows, user, first, last)


def _journeys(region: Region, provider: Provider, rows: Ints, rng: np.random.Generator) -> None:
    """One journey a month at most for each provider, so that one relief suffices."""
    staff = np.unique(provider.staff)
    journeys = min(int(rng.poisson(staff.size * region.period.years / 6)), region.period.months // 2)
    if not journeys:
        return
    provider.relief = int(region.casting.take("worker", 1)[0])
    shifts = region.shifts
    for month in rng.choice(region.period.months - 1, size=journeys, replace=False):
        person = int(rng.choice(staff))
        first = int(region.period.month_starts[month]) + int(rng.integers(0, 6))
        last = first + int(rng.integers(*TRIP_DAYS))
        mine = rows[(shifts["staff"][rows] == person) & (shifts["gone"][rows] == 0)]
        away = mine[
            (shifts["end"][mine] > first * DAY + (MIDDAY if provider.programme == ASSISTANCE else 0))
            & (shifts["start"][mine] < (last + 1) * DAY)
        ]
        if _relief_is_free(region, provider, first, last):
            add_absence(region, person, ABROAD, first, last)
            shifts["staff"][away] = provider.relief


def _relief_is_free(region: Region, provider: Provider, first: int, last: int) -> bool:
    shifts = region.shifts
    rows = provider.rows
    at_work = shifts["staff"][rows] == provider.relief
    starts = shifts["start"][rows][at_work]
    return not bool(((starts > (first - 1) * DAY) & (starts < (last + 2) * DAY)).any())
