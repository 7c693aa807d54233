"""Clinics that are paid by the visit: their working days, with the carelessness of each, and the money they are paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.absences import ABROAD, add_absence
from synthetic_data.period import DAY
from synthetic_data.region import PAYER_OF, PROGRAMMES
from synthetic_data.rows import NONE, Flags, Ints
from synthetic_data.upkeep import found_company, run_business

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

DENTAL, PRIMARY_CARE = PROGRAMMES.index("dental"), PROGRAMMES.index("primary_care")
TRADES = {DENTAL: ("Tandvård", "86.230"), PRIMARY_CARE: ("Vårdcentral", "86.211")}
SETTINGS = ("clinic", "emergency", "away", "remote", "group")
CLINIC, EMERGENCY, AWAY, REMOTE, GROUP = range(len(SETTINGS))
COLUMNS = {
    "programme": NONE, "organisation": NONE, "patient": NONE, "practitioner": NONE, "start": NONE, "end": NONE, "entered": NONE,
    "code": NONE, "amount": 0, "note": 1, "setting": CLINIC, "corrects": NONE,
}  # fmt: skip
CODES = 30
AMOUNT_ORE = {DENTAL: (300_00, 2_600_00), PRIMARY_CARE: (250_00, 1_600_00)}
DAYS_A_MONTH = (4, 8)
VISITS_A_DAY = (4, 9)
LENGTH_FIVES = (4, 11)
PAID_ON_DAY = 18
PATIENTS = (120, 320)
NO_NOTE = (1.2, 40.0)
ODD_HOURS = (1.0, 90.0)
WRONG_DAY = (1.0, 110.0)
TWICE = (1.0, 1500.0)
"""Beta shapes of what careless clinics have of each: they differ among themselves."""
TRIP_SHARE = 0.5
TRIP_DAYS = (7, 20)
CORRECTED_SHARE = 0.004


@dataclass
class Clinic:
    """A clinic, its staff who treat, and the patients who are listed there."""

    organisation: int
    owner: int
    programme: int
    practitioners: Ints
    patients: Ints


@dataclass
class Visits:
    """Visits before they are entered, one array a column."""

    patient: Ints
    practitioner: Ints
    start: Ints
    end: Ints
    amount: Ints
    code: Ints
    note: Ints
    setting: Ints
    ghost: Ints

    @classmethod
    def of(cls, **columns: Ints) -> Visits:
        """Visits at the clinic that took place and have a note, unless said otherwise."""
        size = columns["start"].size
        usual = {"note": np.ones(size, np.int64)} | dict.fromkeys(
            ("setting", "ghost", "code"), np.zeros(size, np.int64)
        )
        return cls(**{**usual, **columns})

    def chosen(self, rows: Ints | Flags) -> Visits:
        """Some of them."""
        return Visits(**{name: column[rows].copy() for name, column in vars(self).items()})

    def beside(self, *others: Visits) -> Visits:
        """These and others."""
        return Visits(**{name: np.concatenate([vars(each)[name] for each in (self, *others)]) for name in vars(self)})


def found_clinic(market: Market, rng: np.random.Generator, programme: int, practitioners: int) -> Clinic:
    """A clinic with its staff, of whom some treat, and grown patients of the region."""
    region, people = market.region, market.region.people
    owner = int(region.casting.take("worker", 1)[0])
    organisation = found_company(region, owner, *TRADES[programme])
    months = np.arange(region.period.months)
    staff = run_business(market, rng, organisation, owner, months, staff=practitioners)
    able = np.flatnonzero((people.age >= 3) & ~people.is_protected)
    able = able[~np.isin(able, staff)]
    patients = rng.choice(able, size=int(rng.integers(*PATIENTS)), replace=False)
    return Clinic(organisation, owner, programme, staff, patients)


def draw_visits(region: Region, rng: np.random.Generator, clinic: Clinic, months: Ints | None = None) -> Visits:
    """Working days of everybody who treats: visit after visit from the morning on."""
    months = np.arange(region.period.months) if months is None else months
    weekdays = [np.arange(*region.period.month_starts[month : month + 2]) for month in months]
    weekdays = [days[region.period.weekday(days) < 5] for days in weekdays]
    practitioner, day = [], []
    for person in clinic.practitioners:
        for days in weekdays:
            count = int(rng.integers(*DAYS_A_MONTH))
            day.append(rng.choice(days, size=count, replace=False))
            practitioner.append(np.full(count, person))
    days, who = np.concatenate(day), np.concatenate(practitioner)
    most = VISITS_A_DAY[1]
    length = rng.integers(*LENGTH_FIVES, size=(days.size, most)) * 5
    gap = np.where(rng.random(length.shape) < 0.1, -10, rng.integers(0, 5, size=length.shape) * 5)
    start = 450 + rng.integers(0, 60, size=days.size)[:, None] + np.cumsum(length + gap, axis=1) - length - gap
    used = np.arange(most)[None, :] < rng.integers(*VISITS_A_DAY, size=days.size)[:, None]
    at = (days[:, None] * DAY + start)[used]
    return price(rng, clinic, Visits.of(
        patient=rng.choice(clinic.patients, size=at.size), practitioner=np.broadcast_to(who[:, None], used.shape)[used],
        start=at, end=at + length[used], amount=np.zeros(at.size, np.int64),
    ))  # fmt: skip


def price(rng: np.random.Generator, clinic: Clinic, visits: Visits, within: tuple[int, int] | None = None) -> Visits:
    """Give the visits codes and amounts."""
    low, high = within or AMOUNT_ORE[clinic.programme]
    visits.code = rng.integers(0, CODES, size=visits.start.size)
    visits.amount = rng.integers(low, high, size=visits.start.size) // 500 * 500
    return visits


def odd_hours(region: Region, rng: np.random.Generator, start: Ints) -> Ints:
    """Each moved to the night or to the Sunday of its week."""
    day = start // DAY
    night = day * DAY + (rng.integers(22 * 60 + 10, 28 * 60, size=start.size))
    sunday = start + (6 - region.period.weekday(day)) * DAY
    return np.where(rng.random(start.size) < 0.5, night, sunday)


def make_careless(region: Region, rng: np.random.Generator, clinic: Clinic, visits: Visits) -> Visits:
    """Notes that were not written, hours out of the ordinary, wrong days, rows sent twice, journeys of staff; nobody is treated after death."""
    size = visits.start.size
    visits.note = (rng.random(size) >= rng.beta(*NO_NOTE)).astype(np.int64)
    length = visits.end - visits.start
    odd = rng.random(size) < rng.beta(*ODD_HOURS)
    visits.start[odd] = odd_hours(region, rng, visits.start[odd])
    wrong = rng.random(size) < rng.beta(*WRONG_DAY)
    visits.start[wrong] += rng.integers(-9, 10, size=int(wrong.sum())) * DAY
    visits.start = np.clip(visits.start, 0, (region.period.days - 1) * DAY)
    visits.end = visits.start + length
    for person in clinic.practitioners:
        if rng.random() < TRIP_SHARE:
            visits = _travel(region, rng, int(person), visits)
    died = region.people.died[visits.patient]
    visits = visits.chosen((died == NONE) | (visits.start // DAY <= died))
    twice = np.flatnonzero(rng.random(visits.start.size) < rng.beta(*TWICE))[:4]
    return visits.beside(visits.chosen(twice)) if twice.size else visits


def _travel(region: Region, rng: np.random.Generator, person: int, visits: Visits) -> Visits:
    first = int(rng.integers(30, region.period.days - 40))
    last = first + int(rng.integers(*TRIP_DAYS))
    add_absence(region, person, ABROAD, first, last)
    day = visits.start // DAY
    gone = (visits.practitioner == person) & (day > first) & (day < last)
    kept = np.flatnonzero(gone)[: int(rng.integers(0, 3))]
    gone[kept] = False
    return visits.chosen(~gone)


def on_journeys(region: Region, visits: Visits) -> Flags:
    """Which visits are on days that the practitioner is abroad, the day of departure and of return left out."""
    absences = region.absences
    abroad = np.flatnonzero((absences["kind"] == ABROAD) & np.isin(absences["person"], visits.practitioner))
    day = visits.start // DAY
    answer = np.zeros(day.size, np.bool_)
    for person, first, last in zip(*(absences[name][abroad] for name in ("person", "first", "last")), strict=True):
        answer |= (visits.practitioner == person) & (day > first) & (day < last)
    return answer


def book(
    region: Region, rng: np.random.Generator, clinic: Clinic, visits: Visits, *, stamped: Flags | None = None
) -> Ints:
    """Enter visits by time, and what was paid for them month by month. ``stamped``: whose start is when the day was entered.

    Returns the rows, one a visit in the order of ``visits``.
    """
    order = np.lexsort((visits.patient, visits.start))
    place = np.empty(order.size, np.int64)
    place[order] = np.arange(order.size)
    told = visits.chosen(order)
    entered = told.end + rng.integers(0, 600, size=order.size)
    if stamped is not None:
        entered = np.where(stamped[order], told.start, entered)
    table = region.table("visits", COLUMNS)
    columns = {name: column for name, column in vars(told).items() if name != "ghost"}
    rows = table.add(programme=clinic.programme, organisation=clinic.organisation, entered=entered, **columns)
    _correct(rng, table, rows)
    month = region.period.month_of(told.start // DAY)
    paid = np.bincount(month, weights=told.amount, minlength=region.period.months).astype(np.int64)
    months = np.flatnonzero(paid)
    paid_on = region.period.day_of_month(months + 1, PAID_ON_DAY)
    claims = region.claims.add(
        programme=clinic.programme, organisation=clinic.organisation, month=months, amount=paid[months], paid_on=paid_on
    )
    payer = region.public[PAYER_OF[PROGRAMMES[clinic.programme]]]
    region.pay_out(payer, clinic.organisation, paid[months], paid_on * DAY + 480, "public", claim=claims)
    return rows[place]


def _correct(rng: np.random.Generator, table: Rows, rows: Ints) -> None:
    """Some rows were sent anew, and replace what they correct."""
    anew = rows[rng.random(rows.size) < CORRECTED_SHARE]
    if anew.size:
        copied = {name: table[name][anew] for name in COLUMNS}
        table.add(**{**copied, "corrects": anew, "entered": copied["entered"] + 3 * DAY})
