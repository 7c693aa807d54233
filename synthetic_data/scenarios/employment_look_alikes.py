"""Lawful look-alikes of subsidised employment and associations (typologies page, 4 and 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.accounts import GUARDIAN as GUARDIAN_ACCOUNT
from synthetic_data.associations import (
    Subsidy,
    draw_board,
    draw_subsidy,
    found_association,
    seat_board,
    subsidise,
)
from synthetic_data.relations import GUARDIAN, relate
from synthetic_data.rows import NONE, Ints

if TYPE_CHECKING:
    from synthetic_data.region import Region

SOCIAL_EMPLOYEES = (8, 14)
WARDS = (3, 6)


def found_employment_look_alikes(region: Region, companies: Ints, associations: Ints, count: int) -> None:
    """``count`` of each kind."""
    rng = region.rng("employment look-alikes")
    for _ in range(count):
        _business_transfer(region, rng)
        _second_job(region, companies, associations, rng)
        _agi_correction(region, associations, rng)
        _social_enterprise(region, rng)
        _umbrella(region, associations, rng)
        _volunteer_treasurer(region, rng)
        _congregation_and_association(region, rng)
        _guardian_account(region, companies, rng)


def _person(region: Region) -> int:
    return int(region.casting.take("worker", 1)[0])


def _owned_company(region: Region, owner: int, form: str = "AB", trade: str = "Service") -> int:
    company = region.organisations.add(region.organisations.free_name(trade, form), form, "81.210")
    region.give_role(company, owner, "owner", "board_member", "signatory")
    return company


def _job(region: Region, employer: int, person: int, span: tuple[int, int], *, gross: int, account: int = NONE) -> None:
    month = np.arange(max(span[0], 0), min(span[1], region.period.months))
    region.pay.add(
        organisation=employer, person=person, month=month, gross=gross, tax=gross // 4 // 100 * 100, account=account
    )


def _business_transfer(region: Region, rng: np.random.Generator) -> None:
    """A company of the same owner takes over business and staff; the subsidy is decided anew for the new employer."""
    owner, person = _person(region), _person(region)
    old, new = _owned_company(region, owner), _owned_company(region, owner)
    first = int(rng.integers(region.period.months // 4 + 1, region.period.months // 2 + 1))
    last = min(first + 10, region.period.months)
    subsidise(region, Subsidy(old, person, max(first - 6, 0), first, 14_000_00, 24_000_00), rng)
    subsidise(region, Subsidy(new, person, first, last, 14_000_00, 24_000_00), rng)
    region.truth.tell(
        "business_transfer", new, "Staff came from a related employer by transfer of business; the old pay ended."
    )


def _second_job(region: Region, companies: Ints, associations: Ints, rng: np.random.Generator) -> None:
    """A subsidised part-time job beside an unrelated part-time job that began earlier."""
    person = _person(region)
    employer = int(rng.choice(associations))
    subsidy = draw_subsidy(region, employer, person, rng)
    subsidise(region, Subsidy(employer, person, subsidy.first, subsidy.last, 8_000_00, 13_000_00), rng)
    _job(region, int(rng.choice(companies)), person, (subsidy.first - 5, subsidy.last), gross=9_500_00)
    region.truth.tell("second_job", employer, "A subsidised part-time employee has another part-time job, unrelated.")


def _agi_correction(region: Region, associations: Ints, rng: np.random.Generator) -> None:
    """The employer declared pay before the employment by mistake and deleted it."""
    person = _person(region)
    employer = int(rng.choice(associations))
    first = int(rng.integers(4, region.period.months - 7))
    subsidise(region, Subsidy(employer, person, first, first + 7, 15_000_00, 24_000_00), rng)
    month = np.arange(first - 3, first - 1)
    received = region.period.day_of_month(month + 1, 12) * 1440 + 600
    region.payroll.add(
        organisation=employer, person=person, month=month, gross=24_000_00, tax=5_000_00, received=received
    )
    region.payroll.add(organisation=employer, person=person, month=month, received=received + 12 * 1440, deletion=1)
    region.truth.tell("agi_correction", employer, "Pay declared by mistake before the employment was deleted.")


def _social_enterprise(region: Region, rng: np.random.Generator) -> None:
    """A co-operative with many subsidised employees, all declared and paid."""
    founder = _person(region)
    enterprise = _owned_company(region, founder, "EK", "Arbetskooperativ")
    for person in region.casting.take("worker", int(rng.integers(*SOCIAL_EMPLOYEES))):
        subsidise(region, draw_subsidy(region, enterprise, int(person), rng), rng)
    region.truth.tell(
        "social_enterprise", enterprise, "Most employees are subsidised; pay is as approved and stays with them."
    )


def _umbrella(region: Region, associations: Ints, rng: np.random.Generator) -> None:
    """An umbrella association passes a grant on to its members within days."""
    umbrella = found_association(region, rng)
    seat_board(region, umbrella, draw_board(region, rng, 5))
    members = rng.choice(associations, size=min(8, associations.size), replace=False)
    for month in range(2, region.period.months, 6):
        at = int(region.period.day_of_month(np.array([month]), 15)[0]) * 1440 + 420
        grant = int(rng.integers(20, 60)) * 10_000_00
        region.pay_out(region.public["kommun"], umbrella, grant, at, "public")
        share = np.full(members.size, grant // (members.size + 1) // 100 * 100)
        region.pay_out(umbrella, members, share, at + 3 * 1440, "transfer")
    region.truth.tell("umbrella_association", umbrella, "Grants are passed on to member associations within days.")


def _volunteer_treasurer(region: Region, rng: np.random.Generator) -> None:
    """One volunteer keeps the books of several associations."""
    treasurer = draw_board(region, rng, 1)[0]
    for _ in range(4):
        association = found_association(region, rng)
        chair, *others = draw_board(region, rng, 3)
        seat_board(region, association, [chair, treasurer, *others])
    region.truth.tell("volunteer_treasurer", association, "One volunteer is treasurer of four associations.")


def _congregation_and_association(region: Region, rng: np.random.Generator) -> None:
    """Congregation and association share a board; the subsidised employee works and keeps the pay, and tithes."""
    board = draw_board(region, rng, 4)
    congregation = region.organisations.add(region.organisations.free_name("församling", ""), "TSF", "94.910")
    association = found_association(region, rng)
    seat_board(region, congregation, board)
    seat_board(region, association, board[:3])
    for person in region.casting.take("worker", 2):
        subsidy = draw_subsidy(region, association, int(person), rng)
        subsidise(region, subsidy, rng)
        month = np.arange(subsidy.first, subsidy.last)
        at = region.period.day_of_month(month, 27) * 1440 + 700
        region.pay_out(np.full(month.size, int(person)), congregation, subsidy.approved_ore * 77 // 1000, at, "gift")
    region.truth.tell(
        "congregation_shares_board", association, "Shared board with a congregation, nothing contradicted."
    )
    region.truth.tell("tithe", association, "Employees give a tenth of their pay to a congregation.")


def _guardian_account(region: Region, companies: Ints, rng: np.random.Generator) -> None:
    """A guardian (god man) receives the pay of several wards on one account kept for them."""
    guardian = _person(region)
    wards = [int(ward) for ward in region.casting.take("worker", int(rng.integers(*WARDS)))]
    account = region.accounts.open([guardian, *wards], GUARDIAN_ACCOUNT, giro=False)
    for ward in wards:
        relate(region, guardian, ward, GUARDIAN)
    employer = int(rng.choice(companies))
    for ward in wards:
        _job(region, employer, ward, (0, region.period.months), gross=14_000_00, account=account)
    region.truth.tell("guardian_account", employer, "A guardian's account receives the pay of several wards.")
