"""Employers, landlords, shops, authorities and hubs, and ordinary jobs with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.accounts import GROUP, PAYROLL_BUREAU
from synthetic_data.names import words
from synthetic_data.period import DAY, SATURDAY
from synthetic_data.rows import NONE, Ints

if TYPE_CHECKING:
    from synthetic_data.region import Region

PEOPLE_AN_EMPLOYER = 45
EMPLOYED_SHARE = 0.8
TWO_SPELLS_SHARE = 0.2
BUREAU_SHARE = 0.25
"""Employers whose salaries come from the account of the payroll bureau."""
OFFICE_SHARE = 0.06
"""Companies at the virtual office."""
INDUSTRY = {"Bygg": "41.200", "Städ": "81.210", "Restaurang": "56.100", "Åkeri": "49.410", "Frisör": "96.021"}
CLOCKED_SHARE = 0.006
"""Persons whose ordinary work is in a staff ledger."""
CLOCKED_TRADES = ("Bygg", "Städ", "Restaurang", "Frisör")
"""Trades that keep a staff ledger (personalliggare)."""


def found_public_bodies(region: Region) -> None:
    """Authorities, the municipality, and the hubs that many lawful flows pass through."""
    add = region.organisations.add
    names = {
        "forsakringskassan": "Försäkringskassan",
        "arbetsformedlingen": "Arbetsförmedlingen",
        "skatteverket": "Skatteverket",
    }
    for key, name in names.items():
        region.public[key] = add(name, "STAT", "84.300")
    region.public["kommun"] = add("Granköpings kommun", "KOMMUN", "84.111")
    region.public["region"] = add("Region Granland", "KOMMUN", "86.103")
    region.public["virtual office"] = add("Granköpings Kontorshotell AB", "AB", "68.203", street="Köpmangatan 1")
    region.public["payroll bureau"] = add("Lönebyrån i Granköping AB", "AB", "69.201")
    bureau = region.accounts.open([region.public["payroll bureau"]], PAYROLL_BUREAU, giro=False)
    region.public["payroll bureau account"] = bureau
    region.public["accountant"] = int(region.casting.take("worker", 1)[0])
    region.public["auditor"] = int(region.casting.take("worker", 1)[0])


def found_employers(region: Region) -> Ints:
    """Ordinary companies with owners; their party numbers."""
    rng = region.rng("employers")
    count = max(region.people.count // PEOPLE_AN_EMPLOYER, 24)
    trades = words("trades")
    office = region.organisations[region.public["virtual office"]]
    companies = []
    for _ in range(count):
        trade = trades[int(rng.integers(0, len(trades)))]
        place: dict[str, str] = (
            {"street": office.street, "postcode": office.postcode} if rng.random() < OFFICE_SHARE else {}
        )
        form = "HB" if rng.random() < 0.08 else "AB"
        name = region.organisations.free_name(trade, form)
        company = region.organisations.add(name, form, INDUSTRY.get(trade, "70.220"), **place)
        owner = int(region.casting.take("worker", 1)[0])
        region.give_role(company, owner, "owner", "board_member", "signatory")
        if rng.random() < 0.3:
            region.give_role(company, region.public["accountant"], "accountant")
        if rng.random() < 0.3:
            region.give_role(company, region.public["auditor"], "auditor")
        companies.append(company)
    region.public["group lead"] = companies[0]
    for lead in range(max(count // 60, 1)):
        group = region.accounts.open([companies[lead * 4]], GROUP, giro=True)
        for company in companies[lead * 4 : lead * 4 + 4]:
            region.accounts.pays_on(company, group)
    return np.array(companies, dtype=np.int64)


def clocked(region: Region, companies: Ints) -> Ints:
    """The companies whose trade keeps a staff ledger."""
    trades = {INDUSTRY[trade] for trade in CLOCKED_TRADES}
    return np.array([company for company in companies if region.organisations[int(company)].industry in trades])


def employ(region: Region, companies: Ints) -> None:
    """Jobs of those who play no other part: mostly one employer, some a second one after it."""
    rng = region.rng("jobs")
    people = region.people
    idle = np.flatnonzero(region.casting.free & (people.age >= 19) & (people.age <= 66) & (people.died == NONE))
    workers = idle[rng.random(idle.size) < EMPLOYED_SHARE]
    weights = rng.pareto(1.2, size=companies.size) + 0.2
    places = np.concatenate([companies, [region.public["kommun"], region.public["region"]]])
    share = np.concatenate([weights / weights.sum() * 0.78, [0.13, 0.09]])
    first, second = (rng.choice(places, p=share, size=workers.size) for _ in range(2))
    months = region.period.months
    changes = rng.random(workers.size) < TWO_SPELLS_SHARE
    change = np.where(changes, rng.integers(2, months, size=workers.size), months + 1)
    monthly = np.round(rng.lognormal(10.38, 0.28, size=workers.size), -2).astype(np.int64) * 100
    worker = np.repeat(np.arange(workers.size), months)
    month = np.tile(np.arange(months), workers.size)
    gap = changes[worker] & (month == change[worker])
    worker, month = worker[~gap], month[~gap]
    wobble = np.where(rng.random(worker.size) < 0.15, rng.integers(-300_000, 300_000, size=worker.size), 0)
    gross = np.maximum(monthly[worker] + wobble, 800_000)
    tax_share = rng.uniform(0.22, 0.31, size=workers.size)
    region.pay.add(
        organisation=np.where(month < change[worker], first[worker], second[worker]),
        person=workers[worker],
        month=month,
        gross=gross,
        tax=(gross * tax_share[worker]).astype(np.int64) // 100 * 100,
    )


def let_bureau_pay(region: Region, companies: Ints) -> None:
    """A quarter of the companies lets the payroll bureau pay its salaries."""
    rng = region.rng("bureau")
    chosen = companies[rng.random(companies.size) < BUREAU_SHARE]
    pay = region.pay
    by_bureau = np.isin(pay["organisation"], chosen)
    pay["payer_account"][by_bureau] = region.public["payroll bureau account"]
    for company in chosen:
        rows = pay["organisation"] == company
        if not rows.any():
            continue
        month = np.unique(pay["month"][rows])
        net = np.bincount(pay["month"][rows], weights=(pay["gross"] - pay["tax"])[rows], minlength=int(month.max()) + 1)
        at = region.period.day_of_month(month, 24) * 1440 + 540
        region.pay_out(
            int(company),
            np.full(month.size, region.public["payroll bureau"]),
            net[month].astype(np.int64),
            at,
            "transfer",
            payee_account=region.public["payroll bureau account"],
        )


def keep_staff_ledgers(region: Region, timed: Ints) -> None:
    """Clock-timed weekdays of ordinary employees of trades that keep a staff ledger."""
    rng = region.rng("staff ledgers")
    pay = region.pay
    idle = region.casting.free[pay["person"]]
    jobs = np.flatnonzero(np.isin(pay["organisation"], timed) & idle & (pay["month"] < region.period.months))
    persons = np.unique(pay["person"][jobs])
    chosen = rng.permutation(persons)[: round(region.people.count * CLOCKED_SHARE)]
    jobs = jobs[np.isin(pay["person"][jobs], chosen)]
    month = pay["month"][jobs]
    days = region.period.days_in(month)
    job = np.repeat(np.arange(jobs.size), days)
    day = region.period.month_starts[month[job]] + np.arange(job.size) - np.repeat(np.cumsum(days) - days, days)
    works = (region.period.weekday(day) < SATURDAY) & (rng.random(day.size) < 0.9)
    job, day = job[works], day[works]
    start = day * DAY + 420 + rng.integers(-15, 60, size=day.size)
    region.clock.add(
        organisation=pay["organisation"][jobs][job],
        person=pay["person"][jobs][job],
        start=start,
        end=start + 480 + rng.integers(-30, 45, size=day.size),
    )
