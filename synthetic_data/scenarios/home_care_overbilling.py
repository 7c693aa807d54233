"""Typology 3, home-care billing: more billed than registered, and registered what nobody did.

Parameters, drawn for each scheme (typologies page, 3; what the page does not say is drawn wide):

* billed above registered 12-35 % (page: "billed_h > registered_h"; one sample had 15-20 % added by hand);
* manual entries 18-60 % (page: "manual share > 15 %");
* visits that nobody made for 10-40 % of users, each day written on staff who are elsewhere (page: "staff in two
  places");
* visits that go on during hospital stays of 30-80 % of users, and 20-90 days after death (page: "billed in hospital or
  after death");
* 97-100 % of the grant billed (page: "granted hours nearly all billed"); a quarter bill 3-10 % above it;
* pay declared for 55-85 % of the real hours, without travel time (page: "billed_h > payroll capacity");
* one scheme in six goes on after its permit ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.absences import HOSPITAL, add_absence, inside_stay
from synthetic_data.billing import rate_ore, registered_minutes
from synthetic_data.levels import Level, at_level, level_of
from synthetic_data.period import DAY
from synthetic_data.providers import found_provider
from synthetic_data.region import HOME_CARE, Provider, Region
from synthetic_data.rows import NONE
from synthetic_data.truth import Scheme

if TYPE_CHECKING:
    from synthetic_data.home_care import HomeCarePlan

USERS = (8, 18)
OVERBILLED = (0.12, 0.35)
MANUAL = (0.18, 0.60)
PHANTOM_SHARE = (0.10, 0.40)
STAY_SHARE = (0.3, 0.8)
STAY_DAYS = (4, 20)
AFTER_DEATH_DAYS = (20, 90)
BILLED_OF_GRANT = (0.97, 1.0)
ABOVE_GRANT_SHARE = 0.25
ABOVE_GRANT = (1.03, 1.10)
DECLARED_HOURS = (0.55, 0.85)
PERMIT_ENDED_EVERY = 6
VISITED_SHARE = 0.92
"""Registered to planned time: visits fall away or are shorter."""
PERMIT_LOST_DAYS = (100, 400)


@dataclass
class OverbillingScheme:
    """A scheme whose provider and visits are planned."""

    number: int
    provider: Provider
    overbilled: float
    stay_share: float


def plan_overbilling(region: Region, plan: HomeCarePlan, count: int, matrix: int = 0) -> list[OverbillingScheme]:
    """Found the providers and plan their visits, made and not made."""
    rng = region.rng("overbilling schemes")
    return [
        _plan_one(region, plan, rng, level_of(number, matrix), loses_permit=number % PERMIT_ENDED_EVERY == 2)
        for number in range(count)
    ]


def _plan_one(
    region: Region, plan: HomeCarePlan, rng: np.random.Generator, level: Level | None, *, loses_permit: bool
) -> OverbillingScheme:
    provider = found_provider(region, HOME_CARE, rng, with_relative=True)
    overbilled = float(rng.uniform(*at_level(OVERBILLED, level)))
    manual = float(rng.uniform(*at_level(MANUAL, level)))
    provider.manual_share = manual
    provider.paid_hours_factor = float(rng.uniform(*at_level(DECLARED_HOURS, level, hidden_when_high=True)))
    scheme = Scheme("3", "provider", provider.organisation, "kommun", "home_care", 0, region.period.days - 1)
    provider.scheme = region.truth.plant(scheme)
    count = min(max(int(rng.integers(*USERS)), USERS[0]), max(region.people.count // 250, USERS[0]))
    users = region.casting.take("elder", count)
    billed_of_grant = rng.uniform(*BILLED_OF_GRANT, size=count)
    phantom = float(rng.uniform(*at_level(PHANTOM_SHARE, level)))
    plan.add_provider(
        region,
        provider,
        users,
        billed_of_grant / (1 + overbilled) / VISITED_SHARE,
        rng,
        phantom_share=phantom,
        after_death=int(rng.integers(*AFTER_DEATH_DAYS)),
    )
    above = float(rng.uniform(*ABOVE_GRANT)) if rng.random() < ABOVE_GRANT_SHARE else 1.0
    decisions = np.array(provider.decisions)
    region.decisions["overbill"][decisions] = round(1000 * ((1 + overbilled) * above - 1))
    region.decisions["cap"][decisions] = round(1000 * above)
    if loses_permit:
        row = int(np.flatnonzero(region.permits["organisation"] == provider.organisation)[0])
        region.permits["valid_to"][row] = region.period.days - min(
            int(rng.integers(*PERMIT_LOST_DAYS)), region.period.days * 2 // 3
        )
        region.permits["status"][row] = 1
    scheme.difficulty = {
        "overbilled_share": round(overbilled, 3),
        "manual_share_drawn": round(manual, 3),
        "phantom_users_share": round(phantom, 3),
        "declared_hours_share": round(provider.paid_hours_factor, 3),
        "above_grant": round(above, 3),
        "permit_ended": int(loses_permit),
    }
    return OverbillingScheme(provider.scheme, provider, overbilled, float(rng.uniform(*at_level(STAY_SHARE, level))))


def plant_visits_that_nobody_made(region: Region, schemes: list[OverbillingScheme]) -> None:
    """Visits during hospital stays and after death, beside the phantom visits that were planned."""
    shifts = region.shifts
    for scheme in schemes:
        rng = region.rng(f"overbilling {scheme.number}")
        rows = np.arange(scheme.provider.rows.start, scheme.provider.rows.stop)
        for user in scheme.provider.users:
            mine = rows[(shifts["user"][rows] == user) & (shifts["gone"][rows] == 0)]
            died = int(region.people.died[user])
            if died != NONE:
                _nobody_came(region, mine[shifts["start"][mine] >= (died + 1) * DAY])
            if not mine.size or rng.random() >= scheme.stay_share:
                continue
            low, high = int(shifts["start"][mine[0]] // DAY), int(shifts["start"][mine[-1]] // DAY)
            high = min(high, died) if died != NONE else high
            if high - low < 2 * STAY_DAYS[1]:
                continue
            first = int(rng.integers(low + 1, high - STAY_DAYS[1]))
            last = first + int(rng.integers(*STAY_DAYS))
            add_absence(region, user, HOSPITAL, first, last)
            _nobody_came(region, mine[inside_stay(shifts["start"][mine], shifts["end"][mine], first, last)])


def _nobody_came(region: Region, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    region.shifts["ghost"][rows] = 1
    region.shifts["paid"][rows] = 0


def tell_overbilling_truth(region: Region, schemes: list[OverbillingScheme]) -> None:
    """After bills and clerical errors: which visits and claims, and how much was billed beyond visits made."""
    shifts, claims = region.shifts, region.claims
    made = registered_minutes(region, shifts["billable"] * (1 - shifts["ghost"]))
    of_claim = made[np.maximum(claims["decision"], 0), claims["month"]]
    beyond = np.maximum(claims["billed"] - of_claim, 0)
    for scheme in schemes:
        number = region.providers.index(scheme.provider)
        rows = np.flatnonzero((shifts["provider"] == number) & (shifts["ghost"] == 1) & (shifts["gone"] == 0))
        region.truth.add_members(scheme.number, "time_reports", rows, "visit that nobody made")
        billed = np.flatnonzero((claims["organisation"] == scheme.provider.organisation) & (beyond > 0))
        region.truth.add_members(scheme.number, "claims", billed, "billed beyond visits made")
        rate = rate_ore(claims["programme"][billed], claims["month"][billed])
        region.truth.schemes[scheme.number].amount_ore = int((beyond[billed] / 60 * rate).sum())
