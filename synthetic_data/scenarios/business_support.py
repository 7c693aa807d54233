"""Typology 18, support to companies for lost turnover: a drop that the declarations do not show, or a dividend in the ban period.

Parameters, drawn for each scheme (typologies page, 18: "drop not in VAT or books; dividend in ban period"; the rest is
drawn wide). The support period is three to six months of the second year, compared with the same months of the first:

* support of 60-900 kSEK; seven of ten schemes state a false drop, two pay a dividend in the ban period, one does both;
* blatant: turnover fell 0-5 %, 60-90 % is stated; the dividend is decided within the support period;
* careful: it fell 8-22 %, 55-80 % is stated; the dividend follows 30-120 days after the period;
* professional: it fell 18-36 %, 50-75 % is stated, half of it by raising the reference; the dividend follows 60-180 days
  after the period, in one of four cases as a loan without a decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.levels import Level
from synthetic_data.organisation_life import tell_event
from synthetic_data.period import DAY
from synthetic_data.public_bills import payer_of
from synthetic_data.region import PAYER_OF, PROGRAMMES
from synthetic_data.rows import NONE
from synthetic_data.scenario import Scenario
from synthetic_data.tax_returns import declare_tax, seasonal, sell_for
from synthetic_data.truth import Scheme
from synthetic_data.upkeep import found_company, keep_premises, pay_owner

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints

COLUMNS = dict.fromkeys(
    ("organisation", "first", "last", "reference_first", "reference_last", "turnover", "reference_turnover", "amount", "paid_on"),
    NONE,
)  # fmt: skip
HONEST = 36
MONTHLY_ORE = (150_000_00, 1_500_000_00)
AMOUNT_ORE = (60_000_00, 900_000_00)
WAYS = ("turnover",) * 7 + ("dividend",) * 2 + ("both",)
STATED_NOISE = 0.05


@dataclass(frozen=True)
class Habits:
    """True and stated drop, days from the end of the period to the dividend, and how much of the lie is in the reference."""

    drop: tuple[float, float]
    stated: tuple[float, float]
    days: tuple[int, int]
    in_reference: float
    by_loan: float


HABITS = {
    Level.BLATANT: Habits((0.0, 0.05), (0.6, 0.9), (-60, 0), 0.0, 0.0),
    Level.CAREFUL: Habits((0.08, 0.22), (0.55, 0.8), (30, 121), 0.0, 0.0),
    Level.PROFESSIONAL: Habits((0.18, 0.36), (0.5, 0.75), (60, 151), 0.5, 0.25),
}


@dataclass(frozen=True)
class Applicant:
    """A company with its turnover a month, as declared, and its support period: first month and the one after the last."""

    organisation: int
    owner: int
    turnover: Ints
    span: tuple[int, int]


def _found_applicant(market: Market, rng: np.random.Generator, drop: float, *, swing: float = 0.2) -> Applicant:
    """A company whose turnover falls by ``drop`` in the support period against the same months of the year before."""
    region = market.region
    owner = int(region.casting.take("worker", 1)[0])
    company = found_company(region, owner, "Handel", "47.190")
    months = np.arange(region.period.months)
    first = int(rng.integers(12, 16))
    span = (first, first + int(rng.integers(3, 7)))
    turnover = seasonal(region, rng, int(rng.integers(*MONTHLY_ORE)), swing=swing)
    inside = np.arange(*span)
    turnover[inside] = (turnover[inside - 12] * (1 - drop) * rng.uniform(0.97, 1.03, size=inside.size)).astype(np.int64)
    keep_premises(market, rng, company, months)
    pay_owner(region, rng, company, owner, months)
    sell_for(region, company, market.companies, months, turnover * 5 // 4)
    return Applicant(company, owner, turnover, span)


def _apply(
    region: Region, rng: np.random.Generator, applicant: Applicant, turnover: int, reference: int, *, back: int = 12
) -> tuple[Ints, Ints, int]:
    """Apply and be paid. Returns the rows of application and claim, and the amount."""
    starts, (first, end) = region.period.month_starts, applicant.span
    amount = int(rng.integers(*AMOUNT_ORE)) // 100_00 * 100_00
    paid_on = int(region.period.day_of_month(np.array([end + 1]), 15)[0])
    rows = region.table("support_applications", COLUMNS).add(
        organisation=applicant.organisation,
        first=int(starts[first]),
        last=int(starts[end]) - 1,
        reference_first=int(starts[first - back]),
        reference_last=int(starts[end - back]) - 1,
        turnover=turnover,
        reference_turnover=reference,
        amount=amount,
        paid_on=paid_on,
    )
    claims = region.claims.add(
        programme=PROGRAMMES.index("business_support"),
        organisation=applicant.organisation,
        month=first,
        first=int(starts[first]),
        last=int(starts[end]) - 1,
        amount=amount,
        paid_on=paid_on,
    )
    payer = payer_of(region, "business_support")
    region.pay_out(payer, applicant.organisation, amount, paid_on * DAY + 480, "public", claim=claims)
    return rows, claims, amount


def _true_sums(applicant: Applicant, back: int = 12) -> tuple[int, int]:
    inside = np.arange(*applicant.span)
    return int(applicant.turnover[inside].sum()), int(applicant.turnover[inside - back].sum())


def _plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    region, habits = market.region, HABITS[level]
    way = str(rng.choice(WAYS))
    lies = way != "dividend"
    drop = float(rng.uniform(*habits.drop)) if lies else float(rng.uniform(0.5, 0.8))
    applicant = _found_applicant(market, rng, drop)
    declare_tax(region, rng, applicant.organisation, np.arange(region.period.months), applicant.turnover)
    turnover, reference = _true_sums(applicant)
    stated = float(rng.uniform(*habits.stated)) if lies else drop
    if lies:
        # (1 - stated) = said / said reference; part of the lie raises the reference
        raised = ((1 - drop) / (1 - stated)) ** habits.in_reference
        reference = round(reference * raised)
        turnover = round(reference * (1 - stated))
    rows, claims, amount = _apply(region, rng, applicant, turnover, reference)
    if way != "turnover":
        _pay_dividend(region, rng, applicant, habits)
    share = 1.0 if way != "turnover" else (stated - drop) / stated
    first, last = (int(region.period.month_starts[month]) for month in applicant.span)
    scheme = Scheme(
        "18", "applicant", applicant.organisation, PAYER_OF["business_support"], "business_support", first, last - 1
    )
    scheme.amount_ore = round(amount * share)
    scheme.difficulty |= {"way": way, "drop": round(drop, 3), "stated": round(stated, 3)}
    number = region.truth.plant(scheme)
    region.truth.add_members(number, "support_applications", rows, "application")
    region.truth.add_members(number, "claims", claims, "support paid")
    return number


def _pay_dividend(region: Region, rng: np.random.Generator, applicant: Applicant, habits: Habits) -> None:
    end = int(region.period.month_starts[applicant.span[1]])
    day = min(end + int(rng.integers(*habits.days)), region.period.days - 3)
    amount = int(rng.integers(50_000_00, 400_000_00)) // 100_00 * 100_00
    is_loan = bool(rng.random() < habits.by_loan)
    if not is_loan:
        tell_event(region, applicant.organisation, day, "dividend_decided")
    kind = "loan" if is_loan else "transfer"
    region.pay_out(applicant.organisation, applicant.owner, amount, (day + 2) * DAY + 700, kind)


def _surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Companies whose drop is real, and ``count`` of each look-alike."""
    region = market.region
    for _ in range(HONEST):
        _honest(market, rng, float(rng.uniform(0.3, 0.85)))
    for _ in range(count):
        season = _honest(market, rng, float(rng.uniform(0.35, 0.7)), swing=0.7)
        region.truth.tell("season", season.organisation, "A trade of one season, compared with the same months.")
        _new_firm(market, rng)
        _accruals(market, rng)
        ended = _honest(market, rng, 0.85)
        tell_event(region, ended.organisation, int(rng.integers(640, 720)), "bankruptcy")
        region.truth.tell("real_insolvency", ended.organisation, "The drop was real, and the company went bankrupt.")
        paid = _honest(market, rng, float(rng.uniform(0.4, 0.7)))
        tell_event(region, paid.organisation, int(rng.integers(100, 300)), "dividend_decided")
        region.truth.tell("earlier_dividend", paid.organisation, "A dividend was decided long before the support.")


def _honest(market: Market, rng: np.random.Generator, drop: float, *, swing: float = 0.2) -> Applicant:
    """State what was declared, but for a few per cent either way."""
    region = market.region
    applicant = _found_applicant(market, rng, drop, swing=swing)
    declare_tax(region, rng, applicant.organisation, np.arange(region.period.months), applicant.turnover)
    said = np.array(_true_sums(applicant)) * rng.normal(1.0, STATED_NOISE, size=2).clip(0.88, 1.12)
    _apply(region, rng, applicant, int(said[0]), int(said[1]))
    return applicant


def _new_firm(market: Market, rng: np.random.Generator) -> None:
    """A firm of the last autumn compares with the months before, not with a year that it did not have."""
    region = market.region
    applicant = _found_applicant(market, rng, 0.6)
    back = applicant.span[1] - applicant.span[0]
    began = applicant.span[0] - back
    inside = np.arange(*applicant.span)
    applicant.turnover[inside] = (applicant.turnover[inside - back] * 0.45).astype(np.int64)
    declare_tax(region, rng, applicant.organisation, np.arange(began, region.period.months), applicant.turnover[began:])
    _apply(region, rng, applicant, *_true_sums(applicant, back), back=back)
    region.truth.tell("new_firm", applicant.organisation, "A new firm compares with the months before.")


def _accruals(market: Market, rng: np.random.Generator) -> None:
    """What was sold in the month before the period is declared, by invoice, in its first month; the books know better."""
    region = market.region
    applicant = _found_applicant(market, rng, float(rng.uniform(0.55, 0.8)))
    said = _true_sums(applicant)
    moved = applicant.turnover.copy()
    first = applicant.span[0]
    moved[first] += moved[first - 1]
    moved[first - 1] = 0
    declare_tax(region, rng, applicant.organisation, np.arange(region.period.months), moved)
    _apply(region, rng, applicant, *said)
    region.truth.tell("accruals", applicant.organisation, "Sales of the month before were declared in the period.")


SCENARIO = Scenario(name="business_support", typologies=(18,), plant=_plant, surround=_surround)
