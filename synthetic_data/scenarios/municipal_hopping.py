"""Typology 22, hopping between municipalities: a company loses contract, permit or credit and goes on under a new number.

Parameters, drawn for each scheme (typologies page, 22: "shared persons and staff within N months of termination; no
source gives k, N"; so they are drawn wide):

* the old company is paid 90-400 kSEK a month until it ends (contract terminated, permit revoked, or bankrupt);
* blatant: the same owner, telephone, vehicles and 70-100 % of the staff, paid again 20-60 days later;
* careful: another owner on paper, the old owner on the pay list or the board in 17 of 20, the telephone in 13 of 20 and
  always where the owner does not come,
  half of the vehicles, 40-70 % of the staff, 40-110 days later;
* professional: a person of no earlier part owns it; the old owner is paid or seated in 7 of 10, the telephone is kept in
  half, one vehicle in 4 of 5, 15-40 % of the staff after some months, 80-165 days later, and as many others hired.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.levels import Level
from synthetic_data.organisation_life import buy_vehicles, hand_over_vehicles
from synthetic_data.public_bills import Bills, bill_monthly
from synthetic_data.region import PAYER_OF
from synthetic_data.scenario import Scenario
from synthetic_data.scenarios.municipal_hopping_look_alikes import (
    PROGRAMMES_PAID,
    Ended,
    found_ended,
    surround,
)
from synthetic_data.truth import Scheme
from synthetic_data.upkeep import employ_person, found_company, hire, keep_premises, pay_owner

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region

ENDS = ("contract_terminated", "permit_revoked", "bankruptcy")


@dataclass(frozen=True)
class Habits:
    """What comes along at a level: ranges of shares and days, chances of the rest."""

    days: tuple[int, int]
    staff: tuple[float, float]
    vehicles: float
    any_vehicle: float
    old_owner: float
    telephone: float
    others: tuple[float, float]
    same_owner: bool = False


HABITS = {
    Level.BLATANT: Habits((20, 61), (0.7, 1.0), 1.0, 1.0, 1.0, 1.0, (0.0, 0.2), same_owner=True),
    Level.CAREFUL: Habits((40, 111), (0.4, 0.7), 0.5, 0.9, 0.85, 0.65, (0.2, 0.6)),
    Level.PROFESSIONAL: Habits((80, 166), (0.15, 0.4), 0.0, 0.8, 0.7, 0.5, (0.6, 1.2)),
}


def _plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    region, habits = market.region, HABITS[level]
    old = found_ended(market, rng, str(rng.choice(ENDS)), staff=(5, 9), vehicles=(2, 5))
    began = old.ended_on + int(rng.integers(*habits.days))
    first = int(region.period.month_of(np.array([began]))[0])
    months = np.arange(first, region.period.months)
    owner = old.owner if habits.same_owner else int(region.casting.take("worker", 1)[0])
    new = found_company(region, owner, "Omsorg", "88.101", registered_on=began - int(rng.integers(20, 70)))
    keep_premises(market, rng, new, months)
    pay_owner(region, rng, new, owner, months)
    number = region.truth.plant(
        Scheme("22", "successor", new, "", "", int(region.period.month_starts[first]), region.period.days - 1)
    )
    scheme = region.truth.schemes[number]
    scheme.organisations[old.organisation] = "predecessor"
    shared = _bring_along(region, rng, habits, old, new, months=months)
    hire(region, rng, new, max(round(float(rng.uniform(*habits.others)) * old.staff.size), 0), months)
    bills = _bill(region, rng, new, months, old)
    scheme.payer, scheme.programme = PAYER_OF[bills[1]], bills[1]
    scheme.amount_ore = int(bills[0].amount.sum())
    region.truth.add_members(number, "claims", bills[0].claims, "bill of the successor")
    region.truth.add_members(number, "payments", bills[0].payments, "payment to the successor")
    scheme.difficulty |= shared | {"days": began - old.ended_on, "ended_by": old.kind}
    return number


def _bring_along(
    region: Region, rng: np.random.Generator, habits: Habits, old: Ended, new: int, *, months: np.ndarray
) -> dict[str, int | str]:
    """Staff, owner, telephone and vehicles of the old company. Returns what came."""
    share = float(rng.uniform(*habits.staff))
    count = max(round(share * old.staff.size), 2)
    late = int(rng.integers(0, 3)) if not habits.same_owner else 0
    for person in old.staff[:count]:
        employ_person(region, rng, new, int(person), months[late:])
    owner_came = habits.same_owner or bool(rng.random() < habits.old_owner)
    if owner_came and not habits.same_owner:
        if rng.random() < 0.5:
            employ_person(region, rng, new, old.owner, months[late:])
        else:
            region.give_role(new, old.owner, "board_member", valid_from=int(region.period.month_starts[months[0]]))
    telephone = bool(rng.random() < habits.telephone) or (habits.vehicles > 0 and not owner_came)
    if telephone:
        region.organisations[new].phone = region.organisations[old.organisation].phone
    cars = round(habits.vehicles * old.vehicles.size)
    cars = max(cars, 1) if rng.random() < habits.any_vehicle else 0
    if cars:
        day = old.ended_on + int(rng.integers(5, 60))
        hand_over_vehicles(region, old.organisation, new, old.vehicles[:cars], day)
    buy_vehicles(region, new, int(rng.integers(0, 2)), valid_from=int(region.period.month_starts[months[0]]))
    return {"staff": count, "owner_came": int(owner_came), "telephone": int(telephone), "vehicles": cars}


def _bill(region: Region, rng: np.random.Generator, new: int, months: np.ndarray, old: Ended) -> tuple[Bills, str]:
    """The successor bills the same programme or another one."""
    others = [programme for programme in PROGRAMMES_PAID if programme != old.programme]
    programme = old.programme if rng.random() < 0.4 else str(rng.choice(others))
    monthly = round(old.monthly_ore * float(rng.uniform(0.7, 1.3)))
    return bill_monthly(region, rng, new, programme, months=months, monthly_ore=monthly), programme


SCENARIO = Scenario(name="municipal_hopping", typologies=(22,), plant=_plant, surround=surround)
