"""Typology 5, donations that come back: pay of subsidised employment is given to an association and paid on to an owner.

Parameters, drawn for each scheme (typologies page, 5 "subsidy or grant -> association -> signatory, relative, company",
"payout to person within days", and issue 3; the rest is drawn wide):

* 3-8 subsidised employees of one company over 5-20 months, pay declared and paid as approved;
* each gives 20-60 % of a month's subsidy to an association 0-5 days after pay day, or the employer itself gives
  30-80 % of all subsidies 0-6 days after they came;
* within 1-6 days the association pays 70-100 % of the month's donations on to the owner, another officer of the
  employer, or a person of the owner's household;
* 5-25 honest members give a little every month; the owner sits on the board of the association in half of the schemes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.associations import PAYOUT_DAY, Subsidy, found_association, grant_subsidy, seat_board
from synthetic_data.levels import Level, at_level, level_of
from synthetic_data.payroll import PAY_DAY
from synthetic_data.period import DAY
from synthetic_data.roads import Hop, draw_span
from synthetic_data.scenarios.trail_truth import plant_trail, tell_public, tell_road
from synthetic_data.upkeep import TAX_SHARE, found_company, run_business

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints

EMPLOYEES = (3, 8)
MONTHS = (5, 20)
SUBSIDY_ORE = (12_000_00, 18_000_00)
APPROVED_ORE = (22_000_00, 28_000_00)
GIVEN_BY_EMPLOYEE = (0.2, 0.6)
GIVEN_BY_EMPLOYER = (0.3, 0.8)
GIVING_DAYS = 5
RETURN_SHARE = (0.70, 1.0)
RETURN_DAYS = (1, 7)
EMPLOYER_GIVES_SHARE = 0.35
MEMBERS = (5, 26)
MEMBER_GIFT_ORE = (100_00, 600_00)
BACK_TO = ("owner", "officer", "household")
KINDS = ("transfer", "loan", "other")
HUNDRED = 100_00


def plant_returning_donations(market: Market, count: int, matrix: int = 0) -> None:
    """``count`` schemes, or ``matrix`` at each level."""
    rng = market.region.rng("returning donations")
    for number in range(count):
        _plant_one(market, rng, level_of(number, matrix))


def give_monthly(region: Region, rng: np.random.Generator, givers: Ints, body: int, months: Ints) -> None:
    """Small gifts of members to an association or congregation."""
    month = np.tile(months, givers.size)
    gift = np.repeat(rng.integers(*MEMBER_GIFT_ORE, size=givers.size) // 50_00 * 50_00, months.size)
    at = region.period.day_of_month(month, 27) * DAY + 900
    region.pay_out(np.repeat(givers, months.size), body, gift, at, "gift")


def draw_members(region: Region, rng: np.random.Generator, count: int) -> Ints:
    """Grown persons who belong to an association beside whatever else they do."""
    people = region.people
    able = np.flatnonzero((people.age >= 20) & (people.died < 0) & ~people.is_protected)
    return rng.choice(able, size=count, replace=False)


def _subsidise_staff(
    region: Region, rng: np.random.Generator, company: int, staff: Ints, span: tuple[int, int]
) -> tuple[Ints, list[Ints], list[Ints]]:
    """Decisions, payouts and declared pay. Returns the monthly subsidy of each person, and the rows of each."""
    monthly, payments, claims = [], [], []
    for person in staff:
        approved = int(rng.integers(*APPROVED_ORE)) // 10_000 * 10_000
        subsidy = int(rng.integers(*SUBSIDY_ORE)) // 10_000 * 10_000
        granted = Subsidy(company, int(person), *span, subsidy, approved)
        _, claim_rows, payment_rows = grant_subsidy(region, granted)
        month = np.arange(*span)
        tax = int(approved * TAX_SHARE)
        region.pay.add(organisation=company, person=int(person), month=month, gross=approved, tax=tax)
        monthly.append(subsidy)
        payments.append(payment_rows)
        claims.append(claim_rows)
    return np.array(monthly, dtype=np.int64), payments, claims


def _plant_one(market: Market, rng: np.random.Generator, level: Level | None) -> None:
    region = market.region
    span = draw_span(region, rng, at_level(MONTHS, level))
    owner, relative = region.casting.owner_with_relative()
    officer, chair, treasurer = (int(person) for person in region.casting.take("worker", 3))
    company = found_company(region, owner, "Service", "81.210")
    region.give_role(company, officer, "deputy", "signatory")
    run_business(market, rng, company, owner, np.arange(region.period.months), staff=1, sales_ore=110_000_00)
    association = found_association(region, rng)
    owner_on_board = bool(rng.random() < 0.5)
    seat_board(region, association, [chair, treasurer, owner if owner_on_board else officer])
    number = plant_trail(region, "donations_that_come_back", company, "arbetsformedlingen", span)
    scheme = region.truth.schemes[number]
    scheme.role = "employer"
    scheme.organisations[association] = "association"
    staff = region.casting.take("worker", int(rng.integers(EMPLOYEES[0], EMPLOYEES[1] + 1)))
    monthly, payments, claims = _subsidise_staff(region, rng, company, staff, span)
    tell_public(region, number, np.concatenate(payments), np.concatenate(claims))
    # the first gift comes after the first subsidy
    month = np.arange(span[0] + 1, span[1])
    months = month.size
    by_employer = bool(rng.random() < EMPLOYER_GIVES_SHARE)
    if by_employer:
        share = rng.uniform(*at_level(GIVEN_BY_EMPLOYER, level), size=months)
        gift = (monthly.sum() * share).astype(np.int64) // HUNDRED * HUNDRED
        came = region.period.day_of_month(month, PAYOUT_DAY) * DAY
        at = came + rng.integers(500, 6 * DAY, size=months)
        last_at, total = at, gift
        onto = Hop(region.pay_out(company, association, gift, at, "gift"), gift, at)
    else:
        share = rng.uniform(*at_level(GIVEN_BY_EMPLOYEE, level), size=(staff.size, months))
        gifts = (monthly[:, None] * share).astype(np.int64) // HUNDRED * HUNDRED
        paid_on = region.period.day_of_month(month, PAY_DAY)
        times = paid_on * DAY + 400 + rng.integers(0, GIVING_DAYS * DAY, size=gifts.shape)
        last_at, total = times.max(axis=0), gifts.sum(axis=0)
        rows = region.pay_out(np.repeat(staff, months), association, gifts.ravel(), times.ravel(), "gift")
        onto = Hop(rows, gifts.ravel(), times.ravel())
    low = float(rng.uniform(*at_level(RETURN_SHARE, level)))
    back = (total * rng.uniform(low, 1.0, size=months)).astype(np.int64) // 100 * 100
    back_to = str(rng.choice(BACK_TO))
    receiver = {"owner": owner, "officer": officer, "household": relative}[back_to]
    at = last_at + rng.integers(*RETURN_DAYS, size=months) * DAY - rng.integers(0, 600, size=months)
    off = Hop(region.pay_out(association, receiver, back, at, str(rng.choice(KINDS))), back, at)
    tell_road(region, number, onto=[onto], along=[], off=[off])
    members = draw_members(region, rng, int(rng.integers(*MEMBERS)))
    give_monthly(region, rng, members, association, np.arange(region.period.months))
    scheme.difficulty |= {
        "given_by": "employer" if by_employer else "employees",
        "employees": int(staff.size),
        "months": months,
        "return_share_from": round(low, 3),
        "back_to": back_to,
        "owner_on_board": int(owner_on_board),
        "members": int(members.size),
    }
