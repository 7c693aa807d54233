"""Lawful look-alikes in payments: money to the owner for something else, second jobs, hubs (typologies page, 1, D5)."""

from __future__ import annotations

import numpy as np

from synthetic_data.period import DAY
from synthetic_data.region import ASSISTANCE, Provider, Region
from synthetic_data.rows import NONE, Ints

WEEK_DAYS = 5
RENT_ORE = (4_000_00, 6_500_00)
LOAN_ORE = 60_000_00
INSTALMENTS = 20
SMALL_DEBT_ORE = (100_00, 900_00)
HOUSEHOLD_PART = 0.4
"""Part of a usual salary that a spouse pays into the common household."""


def honest_providers(region: Region, count: int, offset: int) -> list[Provider]:
    """Some honest assistance providers, others for each offset."""
    honest = [each for each in region.providers if each.scheme == NONE and each.programme == ASSISTANCE]
    return [honest[(offset * count + place) % len(honest)] for place in range(count)]


def work_elsewhere(region: Region, timed: Ints, count: int) -> None:
    """A second job with a clock on days without a shift. After shifts and absences, before clerical errors."""
    rng = region.rng("second jobs")
    for provider in honest_providers(region, count, 0):
        person = int(provider.staff[int(rng.integers(0, provider.staff.size))])
        shifts = region.shifts
        rows = np.arange(provider.rows.start, provider.rows.stop)
        mine = rows[shifts["staff"][rows] == person]
        busy = np.concatenate(
            [shifts["start"][mine] // DAY, shifts["end"][mine] // DAY, (shifts["end"][mine] + 240) // DAY]
        )
        absent = region.absences["person"] == person
        for first, last in zip(region.absences["first"][absent], region.absences["last"][absent], strict=True):
            busy = np.concatenate([busy, np.arange(first, last + 1)])
        days = np.setdiff1d(np.arange(region.period.days), busy)
        days = days[(region.period.weekday(days) < WEEK_DAYS) & (rng.random(days.size) < 0.4)]
        employer = int(rng.choice(timed))
        start = days * DAY + 480 + rng.integers(-10, 15, size=days.size)
        region.clock.add(organisation=employer, person=person, start=start, end=start + 300)
        month, worked = np.unique(region.period.month_of(days), return_counts=True)
        gross = worked * 5 * 155_00
        region.pay.add(organisation=employer, person=person, month=month, gross=gross, tax=gross // 4 // 100 * 100)
        region.truth.tell(
            "second_job_beside_shifts", provider.organisation, "An assistant has a clocked part-time job on free days."
        )


def pay_the_owner(region: Region, count: int) -> None:
    """Regular rent to an owner who is landlord, a loan from the owner paid back. After salaries were paid."""
    rng = region.rng("money to owners")
    months = np.arange(region.period.months)
    for provider in honest_providers(region, count, 1):
        person = int(provider.staff[0])
        rent = np.full(months.size, int(rng.integers(*RENT_ORE)) // 10_000 * 10_000)
        at = region.period.day_of_month(months, 28) * DAY + 500
        region.pay_out(np.full(months.size, person), provider.owner, rent, at, "rent")
        region.truth.tell(
            "rent_to_owner", provider.organisation, "An assistant rents a flat from the owner, the same sum each month."
        )
    for provider in honest_providers(region, count, 2):
        person = int(provider.staff[-1])
        region.pay_out(provider.owner, person, LOAN_ORE, 20 * DAY, "loan")
        paid = months[1 : INSTALMENTS + 1]
        at = region.period.day_of_month(paid, 26) * DAY + 520
        region.pay_out(np.full(paid.size, person), provider.owner, LOAN_ORE // INSTALMENTS, at, "loan")
        region.truth.tell("loan_repaid", provider.organisation, "An assistant pays back a loan from the owner.")


def settle_small_debts(region: Region) -> None:
    """Now and then somebody pays the owner for a lunch or a coat: a third of honest providers, a few times a year."""
    rng = region.rng("small debts")
    for provider in region.providers:
        if provider.scheme != NONE or rng.random() > 1 / 3:
            continue
        count = int(rng.integers(1, 5))
        debtors = rng.choice(provider.staff, size=count)
        debtors = debtors[debtors != provider.owner]
        at = rng.integers(40, region.period.days, size=debtors.size) * DAY + rng.integers(400, 1200, size=debtors.size)
        region.pay_out(debtors, provider.owner, rng.integers(*SMALL_DEBT_ORE, size=debtors.size), at, "transfer")


def share_household(region: Region) -> None:
    """An assistant who lives with the owner pays a fixed part of the household, the same each month."""
    pay = region.pay
    for provider, person in region.spouses:
        rows = np.flatnonzero((pay["person"] == person) & (pay["payment"] != NONE))
        if not rows.size:
            continue
        net = (pay["gross"] - pay["tax"])[rows]
        part = int(np.median(net) * HOUSEHOLD_PART) // 10_000 * 10_000
        at = region.payments["at"][pay["payment"][rows]] + 3 * DAY
        region.pay_out(np.full(rows.size, person), provider.owner, part, at, "transfer")


def tithe(region: Region, congregations: Ints, count: int) -> None:
    """An assistant gives a tenth of each salary to a congregation. After salaries were paid."""
    rng = region.rng("tithes")
    pay = region.pay
    for provider in honest_providers(region, count, 3):
        person = int(provider.staff[0])
        rows = np.flatnonzero((pay["person"] == person) & (pay["payment"] != NONE))
        amount = (pay["gross"] - pay["tax"])[rows] // 1000 * 100
        at = region.payments["at"][pay["payment"][rows]] + 2 * DAY
        region.pay_out(np.full(rows.size, person), int(rng.choice(congregations)), amount, at, "gift")
        region.truth.tell("tithe", provider.organisation, "An assistant gives a tenth of the pay to a congregation.")


def tell_hubs(region: Region) -> None:
    """Hubs that many lawful flows and links pass through."""
    tell = region.truth.tell
    tell("payroll_bureau", region.public["payroll bureau"], "One account pays the salaries of many employers.")
    tell("virtual_office", region.public["virtual office"], "Many companies share the address of an office hotel.")
    tell("group_account", region.public["group lead"], "Companies of one group share an account.")
