"""What schemes of clinics have in common: visits that nobody made, and the truth about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.clinics import AMOUNT_ORE, SETTINGS, Clinic, Visits, book, price
from synthetic_data.period import DAY
from synthetic_data.region import PAYER_OF, PROGRAMMES
from synthetic_data.rows import NONE, Ints
from synthetic_data.truth import Scheme

if TYPE_CHECKING:
    from synthetic_data.region import Region

GHOST = "visit that nobody made"
AT_CLINIC = SETTINGS.index("clinic")


def draw_ghosts(
    rng: np.random.Generator, clinic: Clinic, like: Visits, count: int, *, within: tuple[int, int] | None = None
) -> Visits:
    """``count`` visits that nobody made, with patients, hours and length of real ones; they have no note."""
    drawn = like.chosen(rng.integers(0, like.start.size, size=count))
    drawn.patient = rng.choice(clinic.patients, size=count)
    drawn.ghost = np.ones(count, np.int64)
    drawn.note = np.zeros(count, np.int64)
    drawn.setting = np.full(count, AT_CLINIC)
    return price(rng, clinic, drawn, within or AMOUNT_ORE[clinic.programme])


def stack(rng: np.random.Generator, real: Visits, ghosts: Visits, days: int) -> Visits:
    """Lay ghosts beside real visits of so many working days, several at a time: a family billed for one appointment."""
    if not ghosts.start.size:
        return ghosts
    keys = real.practitioner * 100_000 + real.start // DAY
    chosen = rng.choice(np.unique(keys), size=min(days, np.unique(keys).size), replace=False)
    hosts = np.flatnonzero(np.isin(keys, chosen))
    size = ghosts.start.size
    groups = hosts[rng.integers(0, hosts.size, size=size // 3 + 1)]
    host = np.repeat(groups, 3)[:size]
    length = ghosts.end - ghosts.start
    ghosts.practitioner = real.practitioner[host]
    ghosts.start = real.start[host] + rng.integers(0, 3, size=size) * 5
    ghosts.end = ghosts.start + length
    return ghosts


def dead_patients(region: Region, rng: np.random.Generator, ghosts: Visits) -> Visits:
    """Give the ghosts patients who have died long enough before; those of whom there is nobody stay as they are."""
    dead = np.flatnonzero((region.people.died != NONE) & (region.people.died < region.period.days - 120))
    dead = dead[~region.people.is_protected[dead]]
    if not dead.size or not ghosts.start.size:
        return ghosts
    size = ghosts.start.size
    some = rng.choice(dead, size=min(max(size // 3, 1), dead.size), replace=False)
    ghosts.patient = rng.choice(some, size=size)
    low = region.people.died[ghosts.patient] + 20
    length = ghosts.end - ghosts.start
    day = low + (rng.random(size) * (region.period.days - 2 - low)).astype(np.int64)
    ghosts.start = day * DAY + ghosts.start % DAY
    ghosts.end = ghosts.start + length
    return ghosts


def plant_visits(region: Region, rng: np.random.Generator, clinic: Clinic, visits: Visits, typology: str) -> int:
    """Book the visits of a scheme and tell which of them nobody made. Returns its number."""
    rows = book(region, rng, clinic, visits)
    ghost = visits.ghost > 0
    days = visits.start[ghost] // DAY
    programme = PROGRAMMES[clinic.programme]
    scheme = Scheme(
        typology, "clinic", clinic.organisation, PAYER_OF[programme], programme, int(days.min()), int(days.max())
    )
    scheme.amount_ore = int(visits.amount[ghost].sum())
    number = region.truth.plant(scheme)
    region.truth.add_members(number, "visits", rows[ghost], GHOST)
    scheme.difficulty |= {"ghost_share": round(float(ghost.mean()), 3), "ghosts": int(ghost.sum())}
    return number


def within_months(region: Region, visits: Visits, months: Ints) -> Visits:
    """The visits of some months."""
    return visits.chosen(np.isin(region.period.month_of(visits.start // DAY), months))
