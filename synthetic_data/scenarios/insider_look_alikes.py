"""Officials at work, and what is lawful: a district, a framework contract, stand-ins, standing sums, sampling, on call, migration, late cases, side jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.officials import Official, amounts, approve, look_up, office_hours, staff_units
from synthetic_data.period import DAY
from synthetic_data.truth import Subject
from synthetic_data.upkeep import found_company

if TYPE_CHECKING:
    from synthetic_data.market import Market

UNITS_EACH, FEWEST_UNITS = 5 / 3, 2


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Units at work, and ``count`` of each look-alike."""
    market.officials += staff_units(market, rng, max(FEWEST_UNITS, round(UNITS_EACH * count)))
    for _ in range(count):
        for make in (
            _district,
            _framework,
            _stand_in,
            _standing,
            _at_the_limit,
            _late_cases,
            _side_job,
            _recused,
            _ended_post,
        ):
            make(market, rng)  # fmt: skip
        for reason, number in (("sampling", 70), ("on_call", 60), ("migration", 250), ("training", 40)):
            official = free_official(market)
            persons = rng.integers(0, market.region.people.count, size=number)
            look_up(market.region, official, persons, office_hours(market.region, rng, number), reason=reason)
            _tell(market, reason, official, "Records were opened without a case for a reason that the log tells.")


def free_official(market: Market) -> Official:
    """One who plays no part yet."""
    return market.officials.pop()


def _tell(market: Market, kind: str, official: Official, text: str) -> None:
    market.region.truth.tell_of(kind, Subject("official", official.user), text)


def _many(market: Market, rng: np.random.Generator, official: Official, allocation: str, count: int) -> None:
    days = rng.integers(20, market.region.period.days - 20, size=count)
    supplier = int(rng.choice(official.suppliers))
    approve(market.region, official, supplier, amounts(rng, official.limit_ore, count), days, allocation=allocation)


def _district(market: Market, rng: np.random.Generator) -> None:
    official = free_official(market)
    _many(market, rng, official, "district", 120)
    _tell(market, "sole_for_a_district", official, "One official decides on all of a district, where one provider is.")


def _framework(market: Market, rng: np.random.Generator) -> None:
    official = free_official(market)
    _many(market, rng, official, "framework", 90)
    _tell(market, "framework_contract", official, "One official is in charge of the contract with one supplier.")


def _stand_in(market: Market, rng: np.random.Generator) -> None:
    official = free_official(market)
    supplier, first = int(rng.choice(official.suppliers)), int(rng.integers(20, 400))
    days = rng.integers(first, first + 40, size=35)
    approve(market.region, official, supplier, amounts(rng, official.limit_ore, 35), days, allocation="stand_in")
    _tell(market, "stand_in", official, "Stands in for a colleague for some weeks.")


def _standing(market: Market, rng: np.random.Generator) -> None:
    """A monthly sum just below the limit, which the log does not mark."""
    official, region = free_official(market), market.region
    months = np.arange(region.period.months)
    amount = np.full(months.size, int(official.limit_ore * 0.97) // 100 * 100)
    approve(region, official, int(rng.choice(official.suppliers)), amount, region.period.day_of_month(months, 15))
    _tell(market, "standing_sum", official, "The same sum each month, just below the limit.")


def _at_the_limit(market: Market, rng: np.random.Generator) -> None:
    official = free_official(market)
    days = rng.integers(20, market.region.period.days - 20, size=25)
    suppliers = rng.choice(official.suppliers, size=25)
    approve(market.region, official, suppliers, np.full(25, official.limit_ore), days)
    _tell(market, "approvals_at_the_limit", official, "Standing approvals of exactly what was delegated.")


def _late_cases(market: Market, rng: np.random.Generator) -> None:
    """Calls come in, and the case is opened some days later."""
    official, region = free_official(market), market.region
    persons = rng.integers(0, region.people.count, size=45)
    at = office_hours(region, rng, persons.size)
    at = np.minimum(at, (region.period.days - 30) * DAY)
    look_up(region, official, persons, at)
    later = at + rng.integers(1, 20, size=persons.size) * DAY
    look_up(region, official, persons, later, case=10_000_000 + official.user * 1000 + np.arange(persons.size))
    _tell(market, "late_cases", official, "Records were opened some days before the case.")


def _side_job(market: Market, rng: np.random.Generator) -> None:
    _with_post(market, rng, "side_job", "side_job", "A side job (bisyssla) that the employer permitted.")


def _recused(market: Market, rng: np.random.Generator) -> None:
    _with_post(market, rng, "recused", "recused", "The official notified the tie, and somebody else decided.")


def _with_post(market: Market, rng: np.random.Generator, kind: str, handled: str, text: str) -> None:
    official, region = free_official(market), market.region
    (owner,) = region.casting.take("worker", 1).tolist()
    company = found_company(region, owner, "Konsult", "70.220")
    region.give_role(company, official.person, "board_member")
    days = rng.integers(20, region.period.days - 20, size=8)
    approve(region, official, company, amounts(rng, official.limit_ore, 8), days, handled=handled)
    _tell(market, kind, official, text)


def _ended_post(market: Market, rng: np.random.Generator) -> None:
    """Was on the board before, and was paid for something small once."""
    official, region = free_official(market), market.region
    (owner,) = region.casting.take("worker", 1).tolist()
    company = found_company(region, owner, "Konsult", "70.220")
    region.give_role(company, official.person, "board_member", valid_from=-900, valid_to=-200)
    days = rng.integers(20, region.period.days - 20, size=6)
    approve(region, official, company, amounts(rng, official.limit_ore, 6), days)
    region.pay_out(company, official.person, 900_00, int(days[0]) * DAY + 600, "transfer")
    _tell(market, "ended_post", official, "A post that ended long before, and one small payment.")
