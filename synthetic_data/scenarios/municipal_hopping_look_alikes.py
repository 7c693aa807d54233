"""Honest peers of hopping between municipalities, and its lawful look-alikes: companies end, others begin, staff finds new work.

Companies that end are terminated, bankrupt or wound up; companies that begin hire from a labour market in which those who
lost their work are. Ranges are drawn wide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.organisation_life import buy_vehicles, hand_over_vehicles, tell_event, tell_everyday_events
from synthetic_data.public_bills import bill_monthly
from synthetic_data.upkeep import employ_person, found_company, hire, keep_premises, pay_owner

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.rows import Ints

ENDING, BEGINNING = 18, 44
PROGRAMMES_PAID = ("placement", "primary_care", "other", "school_voucher")
MONTHLY_ORE = (90_000_00, 400_000_00)
HONEST_ENDS = ("contract_terminated", "bankruptcy", "liquidation", "bankruptcy")
LAST_MONTHS = (6, 15)
"""Months of the period in which companies end."""
FROM_THE_ENDED = (0, 3)
"""Employees of a company that begins who lost their work with one that ended."""


@dataclass(frozen=True)
class Ended:
    """A company that ended: ``staff`` and ``vehicles`` are what it had."""

    organisation: int
    owner: int
    staff: Ints
    vehicles: Ints
    ended_on: int
    kind: str
    programme: str
    monthly_ore: int


def found_ended(
    market: Market, rng: np.random.Generator, kind: str, *, staff: tuple[int, int], vehicles: tuple[int, int]
) -> Ended:
    """A company with premises, staff and vehicles that is paid with public money until it ends."""
    region = market.region
    owner = int(region.casting.take("worker", 1)[0])
    company = found_company(region, owner, "Omsorg", "88.101")
    last = int(rng.integers(*LAST_MONTHS))
    months = np.arange(last)
    pay_owner(region, rng, company, owner, months)
    keep_premises(market, rng, company, months)
    employees = hire(region, rng, company, int(rng.integers(*staff)), months)
    programme = str(rng.choice(PROGRAMMES_PAID))
    monthly = int(rng.integers(*MONTHLY_ORE))
    bill_monthly(region, rng, company, programme, months=months, monthly_ore=monthly)
    ended_on = int(region.period.month_starts[last]) + int(rng.integers(0, 25))
    tell_event(region, company, ended_on, kind)
    cars = buy_vehicles(region, company, int(rng.integers(*vehicles)))
    return Ended(company, owner, employees, cars, ended_on, kind, programme, monthly)


def found_beginner(
    market: Market,
    rng: np.random.Generator,
    first: int,
    *,
    owner: int | None = None,
    staff: tuple[int, int] = (3, 9),
    phone: str = "",
) -> tuple[int, Ints]:
    """A company that is paid with public money from a month on. Returns it, and its months."""
    region = market.region
    owner = int(region.casting.take("worker", 1)[0]) if owner is None else owner
    months = np.arange(first, region.period.months)
    registered = int(region.period.month_starts[first]) - int(rng.integers(20, 400))
    company = found_company(region, owner, "Omsorg", "88.101", registered_on=registered)
    if phone:
        region.organisations[company].phone = phone
    pay_owner(region, rng, company, owner, months)
    keep_premises(market, rng, company, months)
    hire(region, rng, company, int(rng.integers(*staff)), months)
    buy_vehicles(region, company, int(rng.integers(0, 4)), valid_from=registered)
    programme, monthly = str(rng.choice(PROGRAMMES_PAID)), int(rng.integers(*MONTHLY_ORE))
    bill_monthly(region, rng, company, programme, months=months, monthly_ore=monthly)
    return company, months


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Companies that end, companies that begin, and ``count`` of each look-alike."""
    region = market.region
    ended = [
        found_ended(market, rng, str(rng.choice(HONEST_ENDS)), staff=(3, 9), vehicles=(0, 5)) for _ in range(ENDING)
    ]
    for _ in range(BEGINNING):
        first = int(rng.integers(5, region.period.months - 3))
        company, months = found_beginner(market, rng, first)
        for _ in range(int(rng.integers(*FROM_THE_ENDED))):
            old = ended[int(rng.integers(0, len(ended)))]
            came = int(old.staff[int(rng.integers(0, old.staff.size))])
            if region.period.month_starts[first] > old.ended_on:
                employ_person(region, rng, company, came, months)
    tell_everyday_events(region, rng, market.companies[:60])
    for _ in range(count):
        _tender(market, rng)
        _shared_accountant(market, rng)
        _small_labour_market(market, rng)
        _founder_again(market, rng)


def _next_month(market: Market, old: Ended, months_later: int) -> int:
    return int(market.region.period.month_of(np.array([old.ended_on]))[0]) + months_later


def _tender(market: Market, rng: np.random.Generator) -> None:
    """The winner of the new tender, new to public money, takes over staff and vehicles as the contract says."""
    region = market.region
    old = found_ended(market, rng, "contract_terminated", staff=(5, 9), vehicles=(2, 5))
    winner, months = found_beginner(market, rng, _next_month(market, old, 1), staff=(1, 4))
    for person in old.staff[: round(old.staff.size * float(rng.uniform(0.6, 1.0)))]:
        employ_person(region, rng, winner, int(person), months)
    hand_over_vehicles(region, old.organisation, winner, old.vehicles, int(region.period.month_starts[months[0]]))
    region.truth.tell("staff_taken_over_after_tender", winner, "The new provider takes over staff and vehicles.")


def _shared_accountant(market: Market, rng: np.random.Generator) -> None:
    """An accountant of a company that ended also serves new ones, who give the accountant's telephone as theirs."""
    region = market.region
    accountant = int(region.casting.take("worker", 1)[0])
    office = found_company(region, accountant, "Redovisning", "69.201")
    phone = region.organisations[office].phone
    old = found_ended(market, rng, "bankruptcy", staff=(3, 7), vehicles=(0, 3))
    region.organisations[old.organisation].phone = phone
    region.give_role(old.organisation, accountant, "accountant", "deputy")
    for _ in range(2):
        client, months = found_beginner(market, rng, _next_month(market, old, int(rng.integers(1, 4))), phone=phone)
        region.give_role(client, accountant, "accountant", "deputy")
        for person in old.staff[: int(rng.integers(0, 3))]:
            employ_person(region, rng, client, int(person), months)
        region.truth.tell("shared_accountant", client, "One accountant serves several companies.")


def _small_labour_market(market: Market, rng: np.random.Generator) -> None:
    """In a small trade those who lost their work are hired by the next company that needs people."""
    region = market.region
    old = found_ended(market, rng, "liquidation", staff=(5, 9), vehicles=(1, 4))
    company, months = found_beginner(market, rng, _next_month(market, old, int(rng.integers(1, 5))), staff=(2, 5))
    for person in old.staff[: int(rng.integers(2, 5))]:
        employ_person(region, rng, company, int(person), months)
    region.truth.tell("small_labour_market", company, "Former employees of a company that ended find work together.")


def _founder_again(market: Market, rng: np.random.Generator) -> None:
    """An owner whose company went bankrupt begins again, alone, with nothing of the old one."""
    region = market.region
    old = found_ended(market, rng, "bankruptcy", staff=(3, 7), vehicles=(1, 3))
    company, _ = found_beginner(market, rng, _next_month(market, old, int(rng.integers(2, 6))), owner=old.owner)
    region.truth.tell("honest_founder_again", company, "An owner begins again after a bankruptcy, with other people.")
