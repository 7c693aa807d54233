"""Study circles: who gathers when, led by whom. Nobody is in two circles at one time, leaders neither, but for clerical errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.period import DAY, FIRST_YEAR
from synthetic_data.public_bills import payer_of
from synthetic_data.region import PROGRAMMES
from synthetic_data.rows import NONE, Flags, Ints

if TYPE_CHECKING:
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

STUDY_CIRCLE, ACTIVITY = PROGRAMMES.index("study_circle"), PROGRAMMES.index("association_grant")
COLUMNS = {
    "event": NONE, "programme": STUDY_CIRCLE, "organisation": NONE, "circle": NONE, "slot": NONE, "start": NONE, "end": NONE,
    "counted": NONE, "venue": NONE, "leader": NONE, "participant": NONE, "numbered": 1, "joint": 0, "corrects": NONE, "copied": NONE,
}  # fmt: skip
"""``slot``: the hours of the week that the circle has; ``copied``: the gathering that a scheme's was copied from."""
HOUR_ORE = {STUDY_CIRCLE: (78_00, 80_00, 83_00), ACTIVITY: (60_00, 60_00, 60_00)}
"""Grant an hour by programme and year."""
HOURS_OF_DAY = (10, 13, 16, 18, 20)
WEEKDAYS = 5
SLOTS = WEEKDAYS * len(HOURS_OF_DAY)
LATE_MINUTES = (0, 4)
LENGTH_MINUTES = (60, 110)
TERMS = ((3, 20), (36, 49))
"""Weeks of the year."""
CANCELLED = 0.08
ATTENDANCE = (14.0, 2.2)
WRONG_DAY = (1.0, 60.0)
"""Beta shapes of the attendance of each circle, and of the share of lists on which a careless association writes a wrong day."""
CORRECTED_SHARE = 0.006
UNNUMBERED_SHARE = 0.01
FEWEST_PRESENT = 3
PAID_ON_DAY = 15
AGES = (7, 85)


@dataclass
class Circle:
    """A circle of one association: its hours of the week, and every gathering with who was present."""

    organisation: int
    slot: int
    leader: int
    venue: int
    members: Ints
    start: Ints
    minutes: int
    present: Flags
    """One row a gathering, one column a member."""


def activities(region: Region) -> Rows:
    """The register."""
    return region.table("activities", COLUMNS)


def able(region: Region) -> Ints:
    """Persons who may take part in a circle."""
    people = region.people
    is_able = (people.age >= AGES[0]) & (people.age <= AGES[1]) & (people.died == NONE) & ~people.is_protected
    return np.flatnonzero(is_able)


def busy(region: Region) -> Flags:
    """Whether a person is in a circle at a slot, as participant or leader: one row a slot, one column a person."""
    rows = activities(region)
    taken = np.zeros((SLOTS, region.people.count), dtype=np.bool_)
    placed = rows["slot"] != NONE
    for role in ("participant", "leader"):
        taken[rows["slot"][placed], rows[role][placed]] = True
    return taken


def term_days(region: Region, slot: int, terms: Ints) -> Ints:
    """Days on which a circle of that slot gathers in terms 0, 1, ... of the period."""
    weekday, days = slot // len(HOURS_OF_DAY), np.arange(region.period.days)
    days = days[region.period.weekday(days) == weekday]
    year_days = region.period.month_starts[12 * np.arange(region.period.years)]
    year = np.searchsorted(year_days, days, side="right") - 1
    week = (days - year_days[year]) // 7 + 1
    chosen = np.zeros(days.size, dtype=np.bool_)
    for term in terms.tolist():
        first, last = TERMS[term % len(TERMS)]
        chosen |= (year == term // len(TERMS)) & (week >= first) & (week <= last)
    kept: Ints = days[chosen]
    return kept


def draw_circle(
    region: Region,
    rng: np.random.Generator,
    organisation: int,
    taken: Flags,
    *,
    size: int,
    slot: int | None = None,
    members: Ints | None = None,
    leader: int | None = None,
    attendance: float | None = None,
    terms: Ints | None = None,
) -> Circle:
    """A circle whose members and leader are free at its hours; ``taken`` (see `busy`) is marked."""
    slot = int(rng.integers(0, SLOTS)) if slot is None else slot
    free = able(region)
    free = free[~taken[slot, free]]
    if leader is None or taken[slot, leader]:
        leader = int(rng.choice(free[region.people.age[free] >= 20]))
    if members is None:
        members = rng.choice(free[free != leader], size=size, replace=False)
    taken[slot, members] = taken[slot, leader] = True
    if terms is None:
        first = int(rng.integers(0, 2 * region.period.years - 1))
        terms = np.arange(first, min(first + int(rng.integers(1, 5)), 2 * region.period.years))
    days = term_days(region, slot, terms)
    days = days[rng.random(days.size) >= CANCELLED]
    hour = HOURS_OF_DAY[slot % len(HOURS_OF_DAY)]
    start = days * DAY + hour * 60 + int(rng.integers(*LATE_MINUTES)) * 5
    share = float(rng.beta(*ATTENDANCE)) if attendance is None else attendance
    present = rng.random((days.size, members.size)) < share
    held = present.sum(axis=1) >= min(FEWEST_PRESENT, members.size)
    length = int(rng.integers(*LENGTH_MINUTES)) // 5 * 5
    venue = int(rng.integers(0, 4)) + 10 * (organisation % 1_000_000)
    return Circle(organisation, slot, leader, venue, members, start[held], length, present[held])


def report(
    region: Region,
    circle: Circle,
    *,
    programme: int = STUDY_CIRCLE,
    organisation: int | None = None,
    venue: int | None = None,
    counted_share: float | None = None,
    joint: bool = False,
    copied: Ints | None = None,
) -> Ints:
    """Enter the gatherings of a circle as its association (or another one) reports them. Returns one event number a gathering."""
    rows = activities(region)
    first = int(rows["event"].max()) + 1 if rows.count else 0
    circle_number = int(rows["circle"].max()) + 1 if rows.count else 0
    gathering, member = np.nonzero(circle.present)
    counted = NONE if counted_share is None else round(circle.minutes * counted_share)
    rows.add(
        event=first + gathering,
        programme=programme,
        organisation=circle.organisation if organisation is None else organisation,
        circle=circle_number,
        slot=circle.slot,
        start=circle.start[gathering],
        end=circle.start[gathering] + circle.minutes,
        counted=counted,
        venue=circle.venue if venue is None else venue,
        leader=circle.leader,
        participant=circle.members[member],
        joint=int(joint),
        copied=NONE if copied is None else copied[gathering],
    )
    return first + np.arange(circle.start.size)


def write_carelessly(region: Region, rng: np.random.Generator, organisation: int) -> None:
    """A wrong day on some lists, of which a few are corrected later; some participants without a number."""
    rows = activities(region)
    mine = np.flatnonzero(rows["organisation"] == organisation)
    events, place = np.unique(rows["event"][mine], return_inverse=True)
    wrong = rng.random(events.size) < rng.beta(*WRONG_DAY)
    moved = np.where(wrong, rng.integers(1, 10, size=events.size) * rng.choice([-1, 1], size=events.size), 0)[place]
    day = np.clip(rows["start"][mine] // DAY + moved, 0, region.period.days - 1)
    shift = (day - rows["start"][mine] // DAY) * DAY
    rows["start"][mine] += shift
    rows["end"][mine] += shift
    rows["numbered"][mine[rng.random(mine.size) < UNNUMBERED_SHARE]] = 0
    corrected = events[rng.random(events.size) < CORRECTED_SHARE]
    anew = mine[np.isin(rows["event"][mine], corrected)]
    if anew.size:
        copied = {name: rows[name][anew] for name in COLUMNS}
        first = int(rows["event"].max()) + 1
        number = first + np.searchsorted(corrected, copied["event"])
        rows.add(**{**copied, "corrects": copied["event"], "event": number, "end": copied["end"] + 15})


def gatherings_of(region: Region, organisation: int) -> dict[str, Ints]:
    """One entry a gathering of an association that stands: ``event, programme, start, minutes, copied``, and its grant in öre as ``amount``."""
    rows = activities(region)
    replaced = rows["corrects"][rows["corrects"] != NONE]
    chosen = np.flatnonzero((rows["organisation"] == organisation) & ~np.isin(rows["event"], replaced))
    _, first = np.unique(rows["event"][chosen], return_index=True)
    chosen = chosen[first]
    counted, length = rows["counted"][chosen], rows["end"][chosen] - rows["start"][chosen]
    told = {name: rows[name][chosen] for name in ("event", "programme", "start", "copied")}
    told["minutes"] = np.where(counted == NONE, length, counted)
    year = (region.period.first_day + told["start"] // DAY).astype("datetime64[D]").astype("datetime64[Y]")
    year = np.clip(year.astype(np.int64) + 1970 - FIRST_YEAR, 0, 2)
    rate = np.zeros(chosen.size, dtype=np.int64)
    for programme, rates in HOUR_ORE.items():
        rate = np.where(told["programme"] == programme, np.array(rates)[year], rate)
    told["amount"] = told["minutes"] * rate // 60
    return told


def pay_for_hours(region: Region, organisation: int) -> Ints:
    """The grant of each month, by programme, claimed and paid in the month after. Returns the rows of claims."""
    told, claims = gatherings_of(region, organisation), [np.zeros(0, dtype=np.int64)]
    for programme in np.unique(told["programme"]).tolist():
        mine = told["programme"] == programme
        month = region.period.month_of(told["start"][mine] // DAY)
        ore = np.bincount(month, weights=told["amount"][mine], minlength=region.period.months).astype(np.int64)
        months = np.flatnonzero(ore)
        paid_on = region.period.day_of_month(months + 1, PAID_ON_DAY)
        rows = region.claims.add(
            programme=programme, organisation=organisation, month=months, amount=ore[months], paid_on=paid_on
        )
        payer = payer_of(region, PROGRAMMES[programme])
        region.pay_out(payer, organisation, ore[months], paid_on * DAY + 480, "public", claim=rows)
        claims.append(rows)
    return np.concatenate(claims)
