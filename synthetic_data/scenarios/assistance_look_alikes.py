"""Lawful look-alikes of assistance (typologies page, 1): planned as further teams of honest providers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from synthetic_data.absences import ABROAD, HOSPITAL, add_absence
from synthetic_data.accounts import JOINT
from synthetic_data.assistance import STANDBY, WAITING, AssistancePlan, Need, Slot, draw_slots
from synthetic_data.period import DAY
from synthetic_data.region import ASSISTANCE, Provider, Region
from synthetic_data.relations import FAMILY, HOUSEHOLD, relate
from synthetic_data.rows import NONE

Planner = Callable[[Region, AssistancePlan, Provider, np.random.Generator], None]
USE = (0.85, 0.97)
STAY_DAYS = (4, 15)
TRIP_DAYS = (7, 15)


def _use(rng: np.random.Generator) -> float:
    return float(rng.uniform(*USE))


def double_assistance(region: Region, plan: AssistancePlan, provider: Provider, rng: np.random.Generator) -> None:
    """Two assistants at one time, as granted."""
    user = int(region.casting.take("user", 1)[0])
    slots = [Slot(480, 480, is_double=True), Slot(480, 480, is_double=True), Slot(960, 360)]
    plan.add_team(region, provider, [Need(user, slots, _use(rng))])
    region.truth.tell(
        "double_assistance", provider.organisation, "Double assistance is granted; two assistants work at one time."
    )


def siblings(region: Region, plan: AssistancePlan, provider: Provider, rng: np.random.Generator) -> None:
    """Two users in one home, one assistant who moves between them, some minutes with both."""
    first, second = (int(child) for child in region.casting.siblings())
    relate(region, first, second, HOUSEHOLD)
    needs = [
        Need(first, [Slot(420, 255), Slot(900, 300)], _use(rng), jitter=False),
        Need(second, [Slot(645, 255, same_as=0), Slot(900, 300)], _use(rng), jitter=False),
    ]
    plan.add_team(region, provider, needs)
    region.truth.tell(
        "two_users_one_home",
        provider.organisation,
        "Siblings in one home share an assistant, 30 minutes a day with both.",
    )


def family_assistants(region: Region, plan: AssistancePlan, provider: Provider, rng: np.random.Generator) -> None:
    """Relatives who live with the user are its assistants; their pay goes to the account of the household."""
    user, *relatives = (int(person) for person in region.casting.user_with_grown_relatives())
    for relative in relatives:
        relate(region, relative, user, HOUSEHOLD)
        relate(region, relative, user, FAMILY)
    slots, jitter = draw_slots(rng)
    plan.add_team(region, provider, [Need(user, slots, _use(rng), jitter=jitter)], with_staff=np.array(relatives))
    account = region.accounts.open(relatives, JOINT, giro=False)
    region.salary_accounts |= dict.fromkeys(relatives, account)
    region.truth.tell(
        "family_assistants", provider.organisation, "Two assistants live with the user; kinship is lawful."
    )
    region.truth.tell("joint_account", provider.organisation, "Two salaries go to the joint account of one household.")


def standby(region: Region, plan: AssistancePlan, provider: Provider, rng: np.random.Generator) -> None:
    """An assistant is on standby at home for one user while still with another."""
    users = [int(user) for user in region.casting.take("user", 2)]
    needs = [
        Need(users[0], [Slot(480, 480), Slot(1260, 600, STANDBY, same_as=2)], _use(rng), jitter=False),
        Need(users[1], [Slot(1020, 360), Slot(600, 120, WAITING)], _use(rng), jitter=False),
    ]
    plan.add_team(region, provider, needs)
    region.truth.tell(
        "standby",
        provider.organisation,
        "Standby for one user overlaps active time with another; it is not work at the side.",
    )


def handover(region: Region, plan: AssistancePlan, provider: Provider, rng: np.random.Generator) -> None:
    """Assistants of one user meet for a quarter of an hour at each change."""
    user = int(region.casting.take("user", 1)[0])
    plan.add_team(region, provider, [Need(user, [Slot(420, 495), Slot(900, 480)], _use(rng), jitter=False)])
    region.truth.tell("handover", provider.organisation, "Assistants overlap 15 minutes at each handover.")


def hospital_granted(region: Region, plan: AssistancePlan, provider: Provider, rng: np.random.Generator) -> None:
    """Assistance goes on in hospital, as granted."""
    user = int(region.casting.take("user", 1)[0])
    slots, jitter = draw_slots(rng)
    plan.add_team(region, provider, [Need(user, slots, _use(rng), allows_hospital=True, jitter=jitter)])
    for _ in range(2):
        first = int(rng.integers(10, region.period.days - 30))
        add_absence(region, user, HOSPITAL, first, first + int(rng.integers(*STAY_DAYS)))
    region.truth.tell(
        "hospital_assistance_granted", provider.organisation, "Assistance during hospital stays is granted."
    )


def trip_with_user(region: Region, plan: AssistancePlan, provider: Provider, rng: np.random.Generator) -> None:
    """User and two assistants travel together; the shifts go on."""
    user = int(region.casting.take("user", 1)[0])
    slots = [Slot(480, 420), Slot(900, 420)]
    staff = plan.add_team(region, provider, [Need(user, slots, _use(rng), jitter=False)])
    first = int(rng.integers(60, region.period.days - 40))
    region.trips.append((provider, user, (int(staff[0]), int(staff[1])), first, first + int(rng.integers(*TRIP_DAYS))))
    region.truth.tell("trip_with_user", provider.organisation, "User and assistants were abroad together.")


def all_hours_used(region: Region, plan: AssistancePlan, provider: Provider, rng: np.random.Generator) -> None:
    """A need that uses exactly all granted hours."""
    user = int(region.casting.take("user", 1)[0])
    slots, jitter = draw_slots(rng)
    plan.add_team(region, provider, [Need(user, slots, 1.0, jitter=jitter)])
    region.truth.tell("all_hours_used", provider.organisation, "The real need uses all granted hours.")


def clock_change(region: Region, plan: AssistancePlan, provider: Provider, rng: np.random.Generator) -> None:
    """Care round the clock: one night has seven hours, another nine."""
    user = int(region.casting.take("user", 1)[0])
    slots = [Slot(420, 480), Slot(900, 480), Slot(1380, 480)]
    plan.add_team(region, provider, [Need(user, slots, float(rng.uniform(0.97, 1.0)), jitter=False)])
    region.truth.tell("clock_change_nights", provider.organisation, "Night shifts on both changes of the clock.")


def carry_over(region: Region, plan: AssistancePlan, provider: Provider, rng: np.random.Generator) -> None:
    """Hours saved in one month are used in the next, within the settlement period."""
    user = int(region.casting.take("user", 1)[0])
    slots, jitter = draw_slots(rng)
    length = int(rng.choice([3, 6]))
    plan.add_team(
        region, provider, [Need(user, slots, float(rng.uniform(1.0, 1.03)), settlement=length, jitter=jitter)]
    )
    region.truth.tell(
        "carry_over", provider.organisation, f"More than a month's grant in some months, not over {length} months."
    )


def spouse_of_owner(region: Region, plan: AssistancePlan, provider: Provider, rng: np.random.Generator) -> None:
    """An assistant lives with the owner, and pays a part of the household to the owner's account."""
    spouse = region.casting.relative(provider.owner)
    if spouse == NONE:
        return
    relate(region, spouse, provider.owner, HOUSEHOLD)
    user = int(region.casting.take("user", 1)[0])
    slots, jitter = draw_slots(rng)
    plan.add_team(region, provider, [Need(user, slots, _use(rng), jitter=jitter)], with_staff=np.array([spouse]))
    region.spouses.append((provider, spouse))
    region.truth.tell(
        "owner_household", provider.organisation, "An assistant lives with the owner and shares the rent."
    )


PLANNERS: tuple[Planner, ...] = (
    double_assistance,
    siblings,
    family_assistants,
    standby,
    handover,
    hospital_granted,
    trip_with_user,
    all_hours_used,
    clock_change,
    carry_over,
    spouse_of_owner,
)


def travel_together(region: Region) -> None:
    """Write the planned trips: both are abroad, and the two travelling assistants take all shifts in turn."""
    shifts = region.shifts
    for provider, user, staff, first, last in region.trips:
        for person in (user, *staff):
            add_absence(region, person, ABROAD, first, last)
        rows = np.arange(provider.rows.start, provider.rows.stop)
        day = shifts["start"][rows] // DAY
        mine = rows[(shifts["user"][rows] == user) & (day >= first) & (day <= last) & (shifts["gone"][rows] == 0)]
        order = mine[np.argsort(shifts["start"][mine], kind="stable")]
        shifts["staff"][order] = np.array(staff)[np.arange(order.size) % 2]


def tell_everyday_look_alikes(region: Region, count: int) -> None:
    """Patterns that honest shifts hold anyway: days of admission and discharge, corrections beside the original."""
    stays = {int(person) for person in region.absences["person"][region.absences["kind"] == HOSPITAL]}
    told = {"admission_and_discharge_days": 0, "correction_beside_original": 0}
    for provider in region.providers:
        if provider.scheme != NONE or provider.programme != ASSISTANCE:
            continue
        if stays & set(provider.users) and told["admission_and_discharge_days"] < count:
            told["admission_and_discharge_days"] += 1
            region.truth.tell(
                "admission_and_discharge_days",
                provider.organisation,
                "Shifts on the first and last day of a hospital stay.",
            )
        if provider.fault_share > 0.04 and told["correction_beside_original"] < count:
            told["correction_beside_original"] += 1
            region.truth.tell(
                "correction_beside_original", provider.organisation, "Corrected rows stand beside their originals."
            )
