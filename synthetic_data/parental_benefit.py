"""Parental benefit of employees: what was claimed month by month, what the employer declared as absence, and what it took off the pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.period import DAY
from synthetic_data.public_bills import payer_of
from synthetic_data.region import PROGRAMMES
from synthetic_data.rows import NONE, Ints

if TYPE_CHECKING:
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

PARENTAL_BENEFIT = PROGRAMMES.index("parental_benefit")
SINCE = 12
"""Months before employers declare absences (January 2025 in a region of two years)."""
OLDEST_CHILD = 11
WORKING_DAYS = 21
BENEFIT_SHARE, MOST_A_DAY_ORE = 0.776, 1_218_00
"""A day's benefit: a share of a day's pay, and the most it can be."""
MOST_OFF = 0.9
"""Employers pay a part of the pay during leave (föräldralön)."""
PAID_ON_DAY = 25
NOT, ON_TIME, LATE = range(3)


@dataclass(frozen=True)
class Leave:
    """One entry a month: days claimed, per cent of each, and whether the employer declared them and took them off the pay."""

    months: Ints
    days: Ints
    extent: Ints
    reported: Ints
    deducted: Ints


def absences_of(region: Region) -> Rows:
    """The register of declared absences."""
    return region.table("reported_absences", {"organisation": NONE, "person": NONE, "day": NONE})


def first_month(region: Region) -> int:
    """The first month in which absences are declared."""
    return SINCE if region.period.months > SINCE else region.period.months // 3


def employed_parents(region: Region) -> tuple[Ints, Ints]:
    """Parents of small children who had one employer all the time and claimed nothing yet, and their employers."""
    people, pay = region.people, region.pay
    small = np.bincount(people.household, weights=people.age <= OLDEST_CHILD, minlength=people.homes.count) > 0
    fits = small[people.household] & region.casting.free & ~people.is_protected & (people.died == NONE)
    claimed = region.claims["person"][region.claims["programme"] == PARENTAL_BENEFIT]
    fits[claimed] = False
    rows = np.flatnonzero(fits[pay["person"]] & (pay["month"] < region.period.months) & (pay["gross"] > 0))
    person, employer = pay["person"][rows], pay["organisation"][rows]
    known, place, count = np.unique(person, return_inverse=True, return_counts=True)
    low = np.full(known.size, np.iinfo(np.int64).max)
    high = np.full(known.size, -1)
    np.minimum.at(low, place, employer)
    np.maximum.at(high, place, employer)
    steady = (count == region.period.months) & (low == high)
    return known[steady], low[steady]


def claim_benefit(region: Region, rng: np.random.Generator, person: int, employer: int, leave: Leave) -> tuple[int, Ints]:  # fmt: skip
    """Claim, be paid, declare and deduct. Returns the decision and the rows of claims."""
    period, months = region.period, leave.months
    gross = int(np.median(region.pay["gross"][region.pay.where("person", person)]))
    a_day = min(int(gross * 12 * BENEFIT_SHARE / 365), MOST_A_DAY_ORE)
    starts = period.month_starts
    decision = int(
        region.decisions.add(
            programme=PARENTAL_BENEFIT, person=person, valid_from=starts[months[0]], valid_to=starts[months[-1] + 1] - 1
        )[0]
    )
    amount = leave.days * leave.extent * a_day // 100
    paid_on = period.day_of_month(months + 1, PAID_ON_DAY)
    claims = region.claims.add(
        programme=PARENTAL_BENEFIT, decision=decision, person=person, month=months, amount=amount, paid_on=paid_on,
        days=leave.days, extent=leave.extent,
    )  # fmt: skip
    payees = np.full(months.size, person)
    region.pay_out(payer_of(region, "parental_benefit"), payees, amount, paid_on * DAY + 480, "public", claim=claims)
    absences = absences_of(region)
    off = np.zeros(period.months + 1)
    for month, days, extent, reported, deducted in zip(
        months, leave.days, leave.extent, leave.reported, leave.deducted, strict=True
    ):
        if reported != NOT:
            told = int(starts[month + (reported == LATE)]) + rng.permutation(28)[:days]
            absences.add(organisation=employer, person=person, day=np.sort(told))
        if deducted != NOT:
            off[min(int(month) + (deducted == LATE), period.months)] += days * extent / 100 / WORKING_DAYS
    _take_off(region, person, off)
    return decision, claims


def _take_off(region: Region, person: int, off: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    """Lower the pay of a person by a share of each month: as declared, and as it was paid out."""
    kept = 1.0 - np.minimum(off, MOST_OFF)
    for rows in (region.pay, region.payroll):
        mine = rows.where("person", person)
        mine = mine[(rows["month"][mine] < region.period.months) & (rows["gross"][mine] > 0)]
        for column in ("gross", "tax"):
            rows[column][mine] = (rows[column][mine] * kept[rows["month"][mine]]).astype(np.int64) // 100 * 100
        if rows is region.pay:
            paid = mine[rows["payment"][mine] != NONE]
            left = (region.payments["amount"][rows["payment"][paid]] * kept[rows["month"][paid]]).astype(np.int64)
            region.payments["amount"][rows["payment"][paid]] = left // 100 * 100
