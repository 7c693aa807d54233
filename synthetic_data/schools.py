"""Schools and pre-schools that a municipality pays by the pupil: one claim a pupil and month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.period import DAY
from synthetic_data.region import PAYER_OF, PROGRAMMES
from synthetic_data.rows import Ints
from synthetic_data.upkeep import found_company, run_business

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region

SCHOOL_VOUCHER = PROGRAMMES.index("school_voucher")
PUPIL_AGES = (2, 18)
SCHOOLS = 90
"""The pupils of the region are shared out to so many schools."""
SIZES = (0.5, 1.5)
VOUCHER_ORE = (6_500_00, 12_500_00)
PAID_ON_DAY = 12
STAFF = (2, 5)
STAYS_ON = (1.0, 25.0)
"""Beta shape of the share of pupils who leave, and whom a careless school goes on billing for."""
STAYS_ON_DAYS = (5, 40)


@dataclass
class School:
    """A school with its pupils, and what it is paid a month for each."""

    organisation: int
    owner: int
    pupils: Ints
    voucher_ore: int


def free_pupils(region: Region) -> Ints:
    """Children whom no school bills for yet."""
    people = region.people
    able = (
        (people.age >= PUPIL_AGES[0])
        & (people.age <= PUPIL_AGES[1])
        & ~people.is_protected
        & (people.died < 0)
        & region.casting.free
    )
    taken = region.claims["person"][region.claims["programme"] == SCHOOL_VOUCHER]
    able[taken[taken >= 0]] = False
    return np.flatnonzero(able)


def found_school(market: Market, rng: np.random.Generator) -> School:
    """A school with pupils of its own; it bills for nobody yet."""
    region = market.region
    owner = int(region.casting.take("worker", 1)[0])
    organisation = found_company(region, owner, "Friskola", "85.201")
    run_business(market, rng, organisation, owner, np.arange(region.period.months), staff=int(rng.integers(*STAFF)))
    people = region.people
    everyone = int(((people.age >= PUPIL_AGES[0]) & (people.age <= PUPIL_AGES[1])).sum())
    free = free_pupils(region)
    size = min(max(round(everyone / SCHOOLS * rng.uniform(*SIZES)), 4), free.size)
    pupils = rng.choice(free, size=size, replace=False)
    return School(organisation, owner, pupils, int(rng.integers(*VOUCHER_ORE)) // 10_000 * 10_000)


def bill(
    region: Region, school: School, pupil: Ints, first: Ints, last: Ints, *, permille: int = 1000
) -> tuple[Ints, int]:
    """Claims month by month for each pupil from a first to a last day. Returns rows and öre."""
    starts = region.period.month_starts
    months = np.arange(region.period.months)
    begin = np.maximum(first[:, None], starts[months][None, :])
    end = np.minimum(last[:, None], starts[months + 1][None, :] - 1)
    used = begin <= end
    days = (end - begin + 1)[used]
    month = np.broadcast_to(months, used.shape)[used]
    amount = school.voucher_ore * permille // 1000 * days // region.period.days_in(month)
    paid_on = region.period.day_of_month(month + 1, PAID_ON_DAY)
    rows = region.claims.add(
        programme=SCHOOL_VOUCHER, organisation=school.organisation, person=np.broadcast_to(pupil[:, None], used.shape)[used],
        month=month, first=begin[used], last=end[used], amount=amount, paid_on=paid_on,
    )  # fmt: skip
    return rows, int(amount.sum())


def pay_school(region: Region, school: School) -> None:
    """What the municipality pays the school month by month for all its claims so far."""
    claims = region.claims
    rows = np.flatnonzero((claims["programme"] == SCHOOL_VOUCHER) & (claims["organisation"] == school.organisation))
    months, first = np.unique(claims["month"][rows], return_index=True)
    total = np.bincount(claims["month"][rows], weights=claims["amount"][rows], minlength=int(months.max()) + 1)
    at = region.period.day_of_month(months + 1, PAID_ON_DAY) * DAY + 500
    payer = region.public[PAYER_OF["school_voucher"]]
    region.pay_out(payer, school.organisation, total[months].astype(np.int64), at, "public", claim=rows[first])


def teach(region: Region, rng: np.random.Generator, school: School) -> None:
    """Bill for the school's own pupils all the time; some leave in between, and a careless school sees it late."""
    size = school.pupils.size
    end = region.period.days - 1
    last = np.where(rng.random(size) < 0.1, rng.integers(120, end, size=size), end)
    bill(region, school, school.pupils, np.zeros(size, np.int64), last)


def change_school(region: Region, rng: np.random.Generator, old: School, new: School, count: int) -> None:
    """Some pupils of one school go on to another; a few days or weeks are billed by both when the old one is careless."""
    claims = region.claims
    for pupil in rng.choice(old.pupils, size=min(count, old.pupils.size), replace=False):
        mine = (claims["organisation"] == old.organisation) & (claims["person"] == pupil)
        last = int(claims["last"][mine].max())
        late = int(rng.integers(*STAYS_ON_DAYS)) if rng.random() < 0.4 else 0
        if last < region.period.days - 31:
            bill(region, new, np.array([pupil]), np.array([last + 1 - late]), np.array([region.period.days - 1]))
