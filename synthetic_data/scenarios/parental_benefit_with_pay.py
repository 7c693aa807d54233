"""Typology 15, parental benefit while working: days claimed in months of full pay that no absence is declared for.

Parameters, drawn for each scheme (typologies page, 15: "benefit with full pay and no absence"; the rest is drawn wide):

* blatant: 7-11 months of 12-20 whole days, none of them away from work;
* careful: 5-8 months of 7-12 whole days, with breaks;
* professional: 4-6 months of 6-9 whole days beside 3-5 months of leave that was taken, declared and deducted.

The subject is the claim; no organisation and no person stands for it. None is at an employer that declares nobody's leave: there nothing tells it from the
employer's error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.levels import Level
from synthetic_data.parental_benefit import LATE, NOT, ON_TIME, Leave, claim_benefit, employed_parents, first_month
from synthetic_data.region import PAYER_OF
from synthetic_data.rows import NONE
from synthetic_data.scenario import Scenario
from synthetic_data.truth import Scheme, Subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthetic_data.market import Market
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints

PEOPLE_A_CLAIM = 40
KEPT_FREE = 0.4
"""Share of the employed parents who claim nothing."""
SLIPS = (0.4, 30.0)
"""Beta shape of an employer's share of months in which leave is neither declared nor deducted."""
UNTOLD, SHIFTED, HOLIDAY_PAY = 0.02, 0.06, 0.03
"""Shares of honest months: not declared, all of it a month late, full pay because of holiday pay."""
MONTHS = {Level.BLATANT: (7, 12), Level.CAREFUL: (5, 9), Level.PROFESSIONAL: (4, 7)}
DAYS = {Level.BLATANT: (12, 21), Level.CAREFUL: (7, 13), Level.PROFESSIONAL: (6, 10)}
TAKEN = (3, 6)
AT_ONE_EMPLOYER = (4, 7)
CARELESS = "employers that declare no leave"
FAKE = "days of full pay without absence"


def plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    """A claim for days at work."""
    region = market.region
    (person,), (employer,) = _some(region, rng, 1, market.enablers.get(CARELESS, ()))
    spread = _months(region, rng, 12)
    count = int(rng.integers(*MONTHS[level]))
    taken = int(rng.integers(*TAKEN)) if level is Level.PROFESSIONAL else 0
    months = np.sort(spread[: count + taken])
    is_fake = np.ones(months.size, dtype=np.bool_)
    is_fake[rng.permutation(months.size)[:taken]] = False
    days = np.where(is_fake, rng.integers(*DAYS[level], size=months.size), rng.integers(8, 20, size=months.size))
    told = np.where(is_fake, NOT, ON_TIME)
    decision, rows = claim_benefit(region, rng, person, employer, _leave(months, days, told, told))
    starts = region.period.month_starts
    scheme = Scheme(
        "15", "claim", NONE, PAYER_OF["parental_benefit"], "parental_benefit", int(starts[months[0]]), int(starts[months[-1] + 1]) - 1
    )  # fmt: skip
    scheme.amount_ore = int(region.claims["amount"][rows[is_fake]].sum())
    scheme.subjects = (Subject("decision", decision),)
    scheme.difficulty |= {"months": int(is_fake.sum()), "of_months": int(months.size)}
    number = region.truth.plant(scheme)
    region.truth.add_members(number, "claims", rows[is_fake], FAKE)
    return number


def _months(region: Region, rng: np.random.Generator, count: int) -> Ints:
    """Months since absences are declared, the last one left out, in random order."""
    drawn: Ints = rng.permutation(np.arange(first_month(region), region.period.months - 1))[:count]
    return drawn


def _leave(months: Ints, days: Ints, reported: Ints, deducted: Ints, extent: int = 100) -> Leave:
    return Leave(months, days, np.full(months.size, extent), reported, deducted)


def _some(
    region: Region, rng: np.random.Generator, count: int, without: Sequence[int] = ()
) -> tuple[list[int], list[int]]:
    """So many employed parents, and their employers; those of some employers left out."""
    persons, employers = employed_parents(region)
    fits = ~np.isin(employers, list(without))
    persons, employers = persons[fits], employers[fits]
    chosen = rng.permutation(persons.size)[:count]
    return persons[chosen].tolist(), employers[chosen].tolist()


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Look-alikes, ``count`` of each kind, and parents whose leave was taken."""
    region = market.region
    careless = _employers_error(region, rng, count)
    market.enablers[CARELESS] = sorted(careless)
    for _ in range(count):
        _part_days(region, rng)
        _holiday_pay(region, rng)
        _month_shift(region, rng)
        _days_off(region, rng)
    persons, employers = employed_parents(region)
    drawn = rng.permutation(persons.size)[
        : min(region.people.count // PEOPLE_A_CLAIM, int(persons.size * (1 - KEPT_FREE)))
    ]
    slips = {int(each): float(rng.beta(*SLIPS)) for each in np.unique(employers)}
    for place in drawn:
        employer = int(employers[place])
        if employer not in careless:
            _honest(region, rng, int(persons[place]), employer, slips[employer])


def _honest(region: Region, rng: np.random.Generator, person: int, employer: int, slips: float) -> None:
    kind = rng.choice(["leave", "part", "child_sick"], p=[0.35, 0.4, 0.25])
    every = np.arange(first_month(region), region.period.months)
    if kind == "leave":
        length = min(int(rng.integers(2, 10)), every.size)
        start = int(rng.integers(0, every.size - length + 1))
        months, days, extent = every[start : start + length], rng.integers(15, 24, size=length), 100
    elif kind == "part":
        months = np.sort(rng.permutation(every)[: int(rng.integers(3, 10))])
        days, extent = rng.integers(4, 13, size=months.size), int(rng.choice([50, 75, 100], p=[0.2, 0.1, 0.7]))
    else:
        months = np.sort(rng.permutation(every)[: int(rng.integers(3, 9))])
        days, extent = rng.integers(1, 7, size=months.size), 100
    draw = rng.random(months.size)
    is_late = rng.random(months.size) < SHIFTED
    reported = np.where(draw < slips + UNTOLD, NOT, np.where(is_late, LATE, ON_TIME))
    is_full = (draw < slips) | (rng.random(months.size) < HOLIDAY_PAY)
    deducted = np.where(is_full, NOT, np.where(is_late, LATE, ON_TIME))
    claim_benefit(region, rng, person, employer, _leave(months, days, reported, deducted, extent))


def _employers_error(region: Region, rng: np.random.Generator, count: int) -> set[int]:
    """Employers that declare nobody's leave, and settle the pay at the end of the year. Returns them."""
    persons, employers = employed_parents(region)
    known, number = np.unique(employers, return_counts=True)
    most = AT_ONE_EMPLOYER[1] * 3
    chosen = rng.permutation(known[(number >= AT_ONE_EMPLOYER[0]) & (number <= most)])[:count]
    for employer in chosen:
        for person in persons[employers == employer][: int(rng.integers(*AT_ONE_EMPLOYER))]:
            months = np.sort(_months(region, rng, int(rng.integers(4, 9))))
            days = rng.integers(6, 16, size=months.size)
            nothing = np.full(months.size, NOT)
            decision, _ = claim_benefit(region, rng, int(person), int(employer), _leave(months, days, nothing, nothing))
            _tell(
                region, "employers_error", decision, "An employer declares nobody's leave, and settles the pay later."
            )
    return set(chosen.tolist())


def _part_days(region: Region, rng: np.random.Generator) -> None:
    """A quarter of a day, many days: little is missing in the pay."""
    (person,), (employer,) = _some(region, rng, 1)
    months = np.sort(_months(region, rng, 9))
    told = np.full(months.size, ON_TIME)
    leave = _leave(months, rng.integers(8, 18, size=months.size), told, told, 25)
    decision, _ = claim_benefit(region, rng, person, employer, leave)
    _tell(region, "part_day", decision, "A quarter of many days was claimed.")


def _holiday_pay(region: Region, rng: np.random.Generator) -> None:
    """Holiday pay fills the months of leave up to full pay; the leave is declared."""
    (person,), (employer,) = _some(region, rng, 1)
    months = np.sort(_months(region, rng, 5))
    told = np.full(months.size, ON_TIME)
    leave = _leave(months, rng.integers(6, 14, size=months.size), told, np.full(months.size, NOT))
    decision, _ = claim_benefit(region, rng, person, employer, leave)
    _tell(region, "holiday_pay", decision, "Holiday pay was paid in the months of leave.")


def _month_shift(region: Region, rng: np.random.Generator) -> None:
    """All leave is declared and deducted in the month after."""
    (person,), (employer,) = _some(region, rng, 1)
    months = np.sort(_months(region, rng, 12))[:: int(rng.integers(2, 4))]
    late = np.full(months.size, LATE)
    leave = _leave(months, rng.integers(6, 16, size=months.size), late, late)
    decision, _ = claim_benefit(region, rng, person, employer, leave)
    _tell(region, "month_shift", decision, "Leave is declared and deducted a month late.")


def _days_off(region: Region, rng: np.random.Generator) -> None:
    """Benefit for days that a part-timer is off each week: nothing to declare and nothing to take off."""
    (person,), (employer,) = _some(region, rng, 1)
    months = np.sort(_months(region, rng, 10))
    nothing = np.full(months.size, NOT)
    leave = _leave(months, rng.integers(3, 5, size=months.size), nothing, nothing)
    decision, _ = claim_benefit(region, rng, person, employer, leave)
    _tell(region, "days_off", decision, "Benefit for the day off each week of somebody who works part time.")


def _tell(region: Region, kind: str, decision: int, text: str) -> None:
    region.truth.tell_of(kind, Subject("decision", decision), text)


SCENARIO = Scenario(name="parental_benefit_with_pay", typologies=(15,), plant=plant, surround=surround)
