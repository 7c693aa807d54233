"""Pay that lands on somebody else's account, telephones that several have, and salary files that name somebody else beside a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.market import Market, one_of
from synthetic_data.period import DAY
from synthetic_data.rows import NONE
from synthetic_data.upkeep import GROSS_ORE, TAX_SHARE

if TYPE_CHECKING:
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints, Rows

PAY_DAY = 25


def pay_onto(market: Market, rng: np.random.Generator, person: int, account: int, months: Ints) -> int:
    """A job with a company of the region in these months, paid onto an account. Returns what lands there, in öre."""
    gross = int(rng.integers(*GROSS_ORE)) // 10_000 * 10_000
    tax = int(gross * TAX_SHARE)
    employer = one_of(market.companies, rng)
    market.region.pay.add(organisation=employer, person=person, month=months, gross=gross, tax=tax, account=account)
    return (gross - tax) * int(months.size)


def share_phone(region: Region, persons: Ints | list[int]) -> None:
    """Give several the telephone of the first."""
    region.people.phone[persons] = region.people.phone[persons[0]]


def salary_files(region: Region) -> Rows:
    """Salary files of employers that name somebody else than whose number they state."""
    return region.table("salary_files", dict.fromkeys(("at", "payer", "numbered", "named", "account", "amount"), NONE))


def pay_by_file(market: Market, rng: np.random.Generator, numbered: int, named: int, months: Ints) -> int:
    """Pay under one person's number and another one's name. Returns what lands on the account of the latter, in öre."""
    region = market.region
    net = int(int(rng.integers(*GROSS_ORE)) * (1 - TAX_SHARE)) // 100 * 100
    at = region.period.day_of_month(months, PAY_DAY) * DAY + 400 + rng.integers(0, 30, size=months.size)
    salary_files(region).add(
        at=at, payer=one_of(market.companies, rng), numbered=numbered, named=named, account=named, amount=net
    )
    return net * int(months.size)


def replaced_numbers(region: Region, count: int) -> list[tuple[int, int]]:
    """Pairs of grown people without a part, born on one day, one with a coordination number: they become one who got a personal number. At most ``count``."""
    people, casting = region.people, region.casting
    able = casting.free & ~casting.seated & ~people.is_protected & (people.died == NONE) & (people.age >= 20)
    days = np.array([int(number[6:8]) for number in people.number.to_pylist()])
    old = np.flatnonzero(able & (days > 60) & (people.age < 65))
    told: list[tuple[int, int]] = []
    for first in old.tolist():
        born = people.birth == people.birth[first]
        others = np.flatnonzero(born & able & (days < 60) & (people.household != people.household[first]))
        if others.size and len(told) < count:
            second = int(others[0])
            people.given[second], people.family[second] = people.given[first], people.family[first]
            able[[first, second]] = False
            casting.withdraw(np.array([first, second]))
            told.append((first, second))
    return told
