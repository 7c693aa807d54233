"""Companies that go bankrupt, and the wage guarantee that their employees are paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.period import DAY
from synthetic_data.region import PROGRAMMES
from synthetic_data.rows import NONE, Ints
from synthetic_data.upkeep import TAX_SHARE, found_company, keep_premises, sell

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region

WAGE_GUARANTEE = PROGRAMMES.index("wage_guarantee")
COLUMNS = {"organisation": NONE, "declared": NONE, "administrator": NONE, "proposer": NONE}
PROPOSERS = ("debtor", "creditor", "court")
TRADES = (("Bygg", "41.200"), ("Städ", "81.210"), ("Restaurang", "56.100"), ("Åkeri", "49.410"))
GROSS_ORE = (22_000_00, 38_000_00)
ENDS_IN_MONTH = (9, 21)
UNPAID_MONTHS = (1, 3)
NOTICE_MONTHS = (1, 3)
HOLIDAY_SHARE = (0.04, 0.13)
ADMINISTRATORS = 5
MONTH_DAYS = 30


@dataclass
class Bankruptcy:
    """A company at its end: the month in which it is declared bankrupt, and those in which pay was owed."""

    organisation: int
    owner: int
    month: int
    declared: int
    unpaid: int


def administrators(region: Region) -> Ints:
    """The lawyers who administer estates; the same ones whenever they are asked for."""
    known = [name for name in region.public if name.startswith("administrator ")]
    if not known:
        for place, person in enumerate(region.casting.take("worker", ADMINISTRATORS)):
            region.public[f"administrator {place}"] = int(person)
    return np.array([region.public[f"administrator {place}"] for place in range(ADMINISTRATORS)], dtype=np.int64)


def go_bankrupt(
    market: Market,
    rng: np.random.Generator,
    *,
    owner: int | None = None,
    month: int | None = None,
    proposer: int = NONE,
) -> Bankruptcy:
    """A company with premises and sales that ends in bankruptcy; it employs nobody yet."""
    region = market.region
    owner = int(region.casting.take("worker", 1)[0]) if owner is None else owner
    trade, industry = TRADES[int(rng.integers(0, len(TRADES)))]
    company = found_company(region, owner, trade, industry)
    last = region.period.months - 3
    month = int(rng.integers(min(ENDS_IN_MONTH[0], last - 1), min(ENDS_IN_MONTH[1], last))) if month is None else month
    active = np.arange(month)
    keep_premises(market, rng, company, active)
    sell(market, rng, company, active, int(rng.integers(150_000_00, 400_000_00)))
    declared = int(region.period.month_starts[month]) + int(rng.integers(0, 28))
    lawyer = int(rng.choice(administrators(region)))
    region.give_role(company, lawyer, "administrator", valid_from=declared)
    region.table("bankruptcies", COLUMNS).add(
        organisation=company,
        declared=declared,
        administrator=lawyer,
        proposer=int(rng.integers(0, len(PROPOSERS))) if proposer == NONE else proposer,
    )
    return Bankruptcy(company, owner, month, declared, int(rng.integers(*UNPAID_MONTHS)))


def employ_until(
    region: Region, rng: np.random.Generator, estate: Bankruptcy, person: int, *, first: int, last: int | None = None
) -> int:
    """Pay and declare a person from a month to the last one that was paid. Returns the gross pay a month."""
    gross = int(rng.integers(*GROSS_ORE)) // 10_000 * 10_000
    month = np.arange(first, estate.month - estate.unpaid if last is None else last)
    if month.size:
        region.pay.add(
            organisation=estate.organisation, person=person, month=month, gross=gross, tax=int(gross * TAX_SHARE)
        )
    return gross


def guarantee(
    region: Region, rng: np.random.Generator, estate: Bankruptcy, person: Ints, gross: Ints, *, most: float = 1.0
) -> Ints:
    """What the guarantee pays for unpaid months and notice, with holiday pay on top. Returns the rows of claims.

    ``most``: how much more than the pay it is, as for much saved holiday.
    """
    body = region.public_body("lansstyrelsen", "Länsstyrelsen i Granland")
    size = person.size
    first = np.full(size, int(region.period.month_starts[estate.month - estate.unpaid]))
    last = estate.declared + rng.integers(NOTICE_MONTHS[0], NOTICE_MONTHS[1] + 1, size=size) * MONTH_DAYS
    days = last - first + 1
    share = 1.0 + rng.uniform(*HOLIDAY_SHARE, size=size) * most
    amount = (gross * days / MONTH_DAYS * share).astype(np.int64) // 100 * 100
    paid_on = region.period.bank_day(estate.declared + rng.integers(14, 40, size=size))
    claims = region.claims.add(
        programme=WAGE_GUARANTEE, organisation=estate.organisation, person=person,
        month=region.period.month_of(paid_on), first=first, last=last, amount=amount, paid_on=paid_on,
    )  # fmt: skip
    region.pay_out(np.full(size, body), person, amount, paid_on * DAY + 500, "public", claim=claims)
    return claims
