"""Honest clerical errors: late entries, wrong dates, wrong staff, overlaps, forgotten ends, corrections.

Shares: 2-15 % of a provider's shifts are faulty (issue; typologies page, rule "providers differ in clerical care").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.period import DAY
from synthetic_data.region import HOME_CARE, Region

if TYPE_CHECKING:
    from synthetic_data.rows import Flags, Ints

LATE, WRONG_DATE, WRONG_STAFF, HANDOVER, FORGOTTEN_END, CORRECTED = range(6)
FAULT_MIX = (0.52, 0.06, 0.06, 0.22, 0.05, 0.09)
"""How faults divide into the kinds above."""
LATE_DAYS = (3, 31)
HANDOVER_MINUTES = (5, 46)
FORGOTTEN_MINUTES = ((60, 600), (15, 90))
"""Minutes until somebody noticed: assistance, home care."""
TAG, PHONE, MANUAL, ELECTRONIC, PAPER = range(5)


def make_faults(region: Region) -> None:
    """Enter when and how each shift was registered, then let clerks go wrong."""
    rng = region.rng("carelessness")
    shifts = region.shifts
    provider = shifts["provider"]
    _register(region, rng)
    shares = np.array([each.fault_share for each in region.providers])
    faulty = np.flatnonzero((rng.random(shifts.count) < shares[provider]) & (shifts["gone"] == 0))
    kind = rng.choice(len(FAULT_MIX), p=FAULT_MIX, size=faulty.size)
    late = faulty[kind == LATE]
    shifts["entered"][late] += rng.integers(*LATE_DAYS, size=late.size) * DAY
    _wrong_date(region, faulty[kind == WRONG_DATE], rng)
    _wrong_staff(region, faulty[kind == WRONG_STAFF], rng)
    handover = faulty[kind == HANDOVER]
    shifts["end"][handover] += np.where(
        shifts["programme"][handover] == HOME_CARE, 10, rng.integers(*HANDOVER_MINUTES, size=handover.size)
    )
    forgotten = faulty[kind == FORGOTTEN_END]
    low, high = np.array(FORGOTTEN_MINUTES)[shifts["programme"][forgotten]].T
    shifts["end"][forgotten] += rng.integers(low, high)
    _correct(region, faulty[kind == CORRECTED], rng)
    shifts["start"][:] = region.period.existing(shifts["start"])
    shifts["end"][:] = region.period.existing(shifts["end"])


def _register(region: Region, rng: np.random.Generator) -> None:
    shifts = region.shifts
    provider = shifts["provider"]
    end = shifts["end"]
    on_paper: Flags = np.array([each.on_paper for each in region.providers])[provider]
    starts = region.period.month_starts
    signed = (
        starts[region.period.month_of(np.maximum(shifts["start"] // DAY, 0)) + 1] + rng.integers(0, 4, end.size)
    ) * DAY
    shifts["entered"][:] = np.where(on_paper, signed + 600, end + rng.integers(0, 20, size=end.size))
    home = shifts["programme"] == HOME_CARE
    shifts["method"][:] = np.where(
        home, np.where(rng.random(end.size) < 0.7, TAG, PHONE), np.where(on_paper, PAPER, ELECTRONIC)
    )
    by_hand = np.array([each.manual_share for each in region.providers])[provider]
    ghost = shifts["ghost"] == 1
    manual = home & ((rng.random(end.size) < by_hand) | ghost)
    shifts["method"][manual] = MANUAL
    shifts["entered"][manual] = end[manual] + rng.integers(30, 2 * DAY, size=int(manual.sum()))


def _wrong_date(region: Region, rows: Ints, rng: np.random.Generator) -> None:
    shifts = region.shifts
    days = rng.choice(np.array([-7, -1, 1, 7]), size=rows.size) * DAY
    limit = region.period.days * DAY
    moved = (shifts["start"][rows] + days >= 0) & (shifts["end"][rows] + days < limit)
    shifts["start"][rows[moved]] += days[moved]
    shifts["end"][rows[moved]] += days[moved]


def _wrong_staff(region: Region, rows: Ints, rng: np.random.Generator) -> None:
    sizes = np.array([provider.staff.size for provider in region.providers])
    offsets = np.cumsum(sizes) - sizes
    everybody = np.concatenate([provider.staff for provider in region.providers])
    provider = region.shifts["provider"][rows]
    region.shifts["staff"][rows] = everybody[
        offsets[provider] + rng.integers(0, 2**31, size=rows.size) % sizes[provider]
    ]


def _correct(region: Region, rows: Ints, rng: np.random.Generator) -> None:
    """The original stays with a wrong start; a row beside it replaces it."""
    shifts = region.shifts
    columns = (
        "programme",
        "provider",
        "decision",
        "user",
        "staff",
        "start",
        "end",
        "kind",
        "is_double",
        "method",
        "billable",
        "paid",
        "ghost",
    )
    correct = {name: shifts[name][rows].copy() for name in columns}
    entered = shifts["entered"][rows] + rng.integers(1, 6, size=rows.size) * DAY
    shifts["end"][rows] += rng.choice(np.array([30, 60, 120]), size=rows.size)
    for name in ("billable", "paid", "ghost"):
        shifts[name][rows] = 0
    shifts.add(**correct, entered=entered, corrects=rows)
