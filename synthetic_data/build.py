"""The making of a region, in order: people, organisations, care, schemes, bills, pay, money, money trails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from synthetic_data.absences import draw_absences
from synthetic_data.assistance import AssistancePlan, Need, draw_slots, work_shifts
from synthetic_data.associations import found_associations, found_congregations
from synthetic_data.billing import write_claims
from synthetic_data.carelessness import make_faults
from synthetic_data.employers import (
    clocked,
    employ,
    found_employers,
    found_public_bodies,
    keep_staff_ledgers,
    let_bureau_pay,
)
from synthetic_data.home_care import TRAVEL_FACTOR, HomeCarePlan, make_visits
from synthetic_data.invoices import book_invoices
from synthetic_data.levels import LEVELS, tell_levels
from synthetic_data.money_trails import PLANTERS, each_by_people, lay_money_trails
from synthetic_data.payments import found_landlords, found_suppliers, pay_rents, run_companies, spend
from synthetic_data.payroll import declare_and_pay
from synthetic_data.protection import protect_some
from synthetic_data.providers import found_provider
from synthetic_data.region import ASSISTANCE, HOME_CARE, Region, empty_region
from synthetic_data.scenario import plant_matrix
from synthetic_data.scenarios import (
    assistance_look_alikes,
    employment_look_alikes,
    ghost_assistance,
    home_care_look_alikes,
    home_care_overbilling,
    paper_employment,
    payment_look_alikes,
)
from synthetic_data.wages import pay_for_care

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthetic_data.market import Market
    from synthetic_data.rows import Ints

ASSISTANCE_SHARE = 0.0013
HOME_CARE_SHARE = 0.0009
FEWEST_PROVIDERS = (8, 6)
LOOK_ALIKE_SHARE = 0.0001
"""Look-alikes of each kind to people."""
PLANTED_SHARE = 0.00105
"""Planted schemes to people, money trails not counted: 105 in a region of 100,000."""


class _Numbered(Protocol):
    number: int


@dataclass(frozen=True)
class Planted:
    """How many schemes of each typology are planted."""

    ghost_assistance: int
    home_care_overbilling: int
    paper_employment: int
    money_trails: int = 0
    """Spread over the five scenarios of money trails."""
    matrix: int = 0
    """Schemes of every scenario of the matrix at each of its three levels."""
    scenarios: tuple[str, ...] = ()
    """The scenarios of the matrix; all when none is named."""
    surroundings: bool = False
    """The honest peers of the scenarios of the matrix, also where none of these is planted."""

    @classmethod
    def of(cls, total: int, *, money_trails: int = 0) -> Planted:
        """``total`` schemes, divided evenly over the first three typologies."""
        return cls((total + 2) // 3, (total + 1) // 3, total // 3, money_trails)

    @classmethod
    def by_level(cls, each: int, scenarios: tuple[str, ...] = ()) -> Planted:
        """``each`` schemes of every scenario at every level of difficulty; or of the scenarios named alone, without those of the first typologies."""
        first = 0 if scenarios else each * len(LEVELS)
        return cls(first, first, first, len(PLANTERS) * first, matrix=each, scenarios=scenarios)

    @classmethod
    def usual(cls, people: int, total: int | None = None) -> Planted:
        """What a region of that size has: 105 to 100,000 people, or ``total``; money trails beside them unless it is 0."""
        if total is None:
            total = max(round(people * PLANTED_SHARE), 3)
        return cls.of(total, money_trails=len(PLANTERS) * each_by_people(people) if total else 0)


def build_region(people: int, seed: int, years: int, planted: Planted) -> Region:
    """Everything but the files."""
    region = empty_region(people, seed, years)
    found_public_bodies(region)
    landlords = found_landlords(region)
    suppliers = found_suppliers(region)
    companies = found_employers(region)
    congregations = found_congregations(region)
    timed = clocked(region, companies)
    alike, matrix = max(round(people * LOOK_ALIKE_SHARE), 1), planted.matrix

    assistance = AssistancePlan()
    _honest_assistance(region, assistance, alike)
    ghosts = ghost_assistance.plan_ghost_schemes(region, assistance, planted.ghost_assistance, matrix)
    home_care = HomeCarePlan()
    _honest_home_care(region, home_care)
    home_care_look_alikes.found_look_alikes(region, home_care, alike, TRAVEL_FACTOR)
    overbillers = home_care_overbilling.plan_overbilling(region, home_care, planted.home_care_overbilling, matrix)
    papers = paper_employment.plant_paper_employment(region, planted.paper_employment, matrix)

    work_shifts(region, assistance)
    make_visits(region, home_care)
    draw_absences(region)
    assistance_look_alikes.travel_together(region)
    payment_look_alikes.work_elsewhere(region, timed, alike)
    ghost_assistance.plant_ghost_shifts(region, ghosts, timed)
    home_care_overbilling.plant_visits_that_nobody_made(region, overbillers)
    make_faults(region)
    write_claims(region)

    associations = found_associations(region, companies)
    employment_look_alikes.found_employment_look_alikes(region, companies, associations, alike)
    pay_for_care(region)
    employ(region, companies)
    keep_staff_ledgers(region, timed)
    let_bureau_pay(region, companies)
    declare_and_pay(region)
    ghost_assistance.return_wages(region, ghosts)
    paper_employment.return_pay(region, papers)
    payment_look_alikes.pay_the_owner(region, alike)
    payment_look_alikes.settle_small_debts(region)
    payment_look_alikes.share_household(region)
    payment_look_alikes.tithe(region, congregations, alike)
    pay_rents(region, landlords)
    spend(region, suppliers, congregations)
    run_companies(region, _spenders(region, companies, associations), landlords, suppliers)
    book_invoices(region, suppliers)
    ghost_assistance.tell_ghost_truth(region, ghosts)
    home_care_overbilling.tell_overbilling_truth(region, overbillers)
    _tell_levels(region, (ghosts, overbillers, papers), matrix)
    assistance_look_alikes.tell_everyday_look_alikes(region, alike)
    payment_look_alikes.tell_hubs(region)
    protect_some(region)
    lay_money_trails(
        region,
        planted.money_trails,
        companies=companies,
        landlords=landlords,
        suppliers=suppliers,
        associations=associations,
        matrix=matrix,
        further=lambda market: _further(market, planted),
    )
    return region


def _further(market: Market, planted: Planted) -> None:
    if planted.matrix or planted.surroundings:
        plant_matrix(market, planted.matrix, planted.scenarios)


def _tell_levels(region: Region, planned: Sequence[Sequence[_Numbered]], matrix: int) -> None:
    for schemes in planned:
        tell_levels([region.truth.schemes[each.number] for each in schemes], matrix)


def _spenders(region: Region, companies: Ints, associations: Ints) -> Ints:
    """Organisations with premises and suppliers; those of schemes too have honest business."""
    others = {each.organisation for each in region.providers}
    others |= {party for scheme in region.truth.schemes for party in (scheme.organisation, *scheme.organisations)}
    return np.concatenate([companies, associations, np.array(sorted(others), dtype=np.int64)])


def _honest_assistance(region: Region, plan: AssistancePlan, alike: int) -> None:
    rng = region.rng("honest assistance")
    count = max(round(region.people.count * ASSISTANCE_SHARE), FEWEST_PROVIDERS[0])
    most = 4 if region.people.count < 8000 else 8
    planners = assistance_look_alikes.PLANNERS * alike
    for place in range(count):
        provider = found_provider(region, ASSISTANCE, rng)
        for planner in planners[place::count]:
            planner(region, plan, provider, rng)
        for user in region.casting.take("user", int(rng.integers(3, most))):
            slots, jitter = draw_slots(rng)
            use = 1.0 if rng.random() < 0.15 else float(rng.uniform(0.8, 0.97))
            settlement = int(rng.choice([1, 3, 6], p=[0.7, 0.15, 0.15]))
            plan.add_team(region, provider, [Need(int(user), slots, use, settlement=settlement, jitter=jitter)])


def _honest_home_care(region: Region, plan: HomeCarePlan) -> None:
    rng = region.rng("honest home care")
    count = max(round(region.people.count * HOME_CARE_SHARE), FEWEST_PROVIDERS[1])
    most = 8 if region.people.count < 8000 else 20
    for _ in range(count):
        provider = found_provider(region, HOME_CARE, rng)
        provider.paid_hours_factor = TRAVEL_FACTOR + float(rng.uniform(-0.05, 0.12))
        users = region.casting.take("elder", int(rng.integers(5, most)))
        use = np.where(rng.random(users.size) < 0.1, 1.0, rng.uniform(0.78, 0.97, size=users.size))
        plan.add_provider(region, provider, users, use, rng)
