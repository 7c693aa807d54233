"""Decisions on hours: who certifies for whom, what is granted, what a review leaves, and what providers are paid for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.billing import RATES_ORE
from synthetic_data.period import DAY
from synthetic_data.region import ASSISTANCE, PAYER_OF
from synthetic_data.rows import NONE, Floats, Ints
from synthetic_data.upkeep import found_company, run_business

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region
    from synthetic_data.rows import Rows

COLUMNS = dict.fromkeys(
    (
        "person", "organisation", "certifier", "kind", "granted_from", "before", "granted", "after", "reviewed", "ground", "inflated",
    ),
    NONE,
)  # fmt: skip
"""``inflated``: minutes a week that a scheme's certificate added, which the need does not call for."""
KINDS = ("doctor", "occupational_therapist", "psychologist", "nurse", "other")
DOCTOR, THERAPIST, PSYCHOLOGIST = range(3)
KIND_SHARES = (0.72, 0.26, 0.02)
CERTIFIERS = (40, 14, 1)
GROUNDS = ("changed_need", "changed_practice", "wrong_facts")
CHANGED_NEED, CHANGED_PRACTICE, WRONG_FACTS = range(3)
GROUND_SHARES = (0.6, 0.25, 0.15)
PREFERENCE = (8.0, 40.0)
"""How far the users of one provider have the same certifiers, as people of one neighbourhood do: small is far."""
HOURS_A_WEEK = (15, 45)
REVIEWED_SHARE = 0.14
CUT = {CHANGED_NEED: (0.1, 0.8), CHANGED_PRACTICE: (0.1, 0.4), WRONG_FACTS: (0.05, 0.3)}
FIRST_DAY = (0, 420)
REVIEWED_AFTER = (120, 400)
PAID_ON_DAY = 20


@dataclass
class Certifiers:
    """Who certifies in the region, by profession, and how large a part each has."""

    persons: tuple[Ints, ...]
    shares: tuple[Floats, ...]


def assessments(region: Region) -> Rows:
    """The register."""
    return region.table("assessments", COLUMNS)


def draw_certifiers(region: Region, rng: np.random.Generator) -> Certifiers:
    """Some have many patients, most have few."""
    persons = tuple(region.casting.take("worker", count) for count in CERTIFIERS)
    return Certifiers(persons, tuple(rng.dirichlet(np.full(count, 1.5)) for count in CERTIFIERS))


def known_certifiers(region: Region) -> Certifiers:
    """The certifiers of honest decisions so far, by how many they have."""
    rows, persons, shares = assessments(region), [], []
    for kind in range(len(CERTIFIERS)):
        mine = (rows["kind"] == kind) & (rows["inflated"] == NONE)
        found, count = np.unique(rows["certifier"][mine], return_counts=True)
        persons.append(found)
        shares.append(count / count.sum())
    return Certifiers(tuple(persons), tuple(shares))


def found_care_company(market: Market, rng: np.random.Generator) -> int:
    """A provider of assistance with staff and a permit from before the period."""
    region = market.region
    owner = int(region.casting.take("worker", 1)[0])
    company = found_company(region, owner, "Assistans", "88.102")
    run_business(market, rng, company, owner, np.arange(region.period.months), staff=int(rng.integers(2, 4)))
    granted = -int(rng.integers(100, 1500))
    region.permits.add(organisation=company, programme=ASSISTANCE, valid_from=granted, applied=granted - 120)
    return company


def draw_certified(rng: np.random.Generator, certifiers: Certifiers, count: int) -> tuple[Ints, Ints]:
    """Certifier and profession for so many users of one provider, who go to the same few more often than chance has it."""
    kind = rng.choice(len(KIND_SHARES), size=count, p=KIND_SHARES)
    certifier = np.zeros(count, dtype=np.int64)
    nearness = float(rng.uniform(*PREFERENCE))
    for each, (persons, shares) in enumerate(zip(certifiers.persons, certifiers.shares, strict=True)):
        mine = kind == each
        if persons.size and mine.any():
            certifier[mine] = rng.choice(persons, size=int(mine.sum()), p=rng.dirichlet(nearness * shares + 1e-6))
    return certifier, kind.astype(np.int64)


def decide(region: Region, rng: np.random.Generator, company: int, users: Ints, certified: tuple[Ints, Ints]) -> Ints:
    """Grant hours to users as certified; some decisions are reviewed later. Returns the rows.

    ``certified``: certifier and profession, one a user (see `draw_certified`).
    """
    size, (certifier, kind) = users.size, certified
    granted = rng.integers(*HOURS_A_WEEK, size=size) * 60
    before = np.where(rng.random(size) < 0.5, (granted * rng.uniform(0.7, 1.05, size=size)).astype(np.int64), NONE)
    granted_from = rng.integers(*FIRST_DAY, size=size)
    reviewed = rng.random(size) < REVIEWED_SHARE
    ground = rng.choice(len(GROUNDS), size=size, p=GROUND_SHARES)
    low, high = (np.array([CUT[each][end] for each in ground.tolist()]) for end in (0, 1))
    cut = low + (high - low) * rng.random(size)
    return assessments(region).add(
        person=users,
        organisation=company,
        certifier=certifier,
        kind=kind,
        granted_from=granted_from,
        before=before,
        granted=granted,
        after=np.where(reviewed, (granted * (1 - cut)).astype(np.int64), NONE),
        reviewed=np.where(reviewed, granted_from + rng.integers(*REVIEWED_AFTER, size=size), NONE),
        ground=np.where(reviewed, ground, NONE),
    )


def review(region: Region, rng: np.random.Generator, rows: Ints, *, ground: int, cut: Floats) -> None:
    """These decisions are reviewed, and so much of their hours is removed."""
    table = assessments(region)
    table["ground"][rows] = ground
    table["after"][rows] = (table["granted"][rows] * (1 - cut)).astype(np.int64)
    table["reviewed"][rows] = table["granted_from"][rows] + rng.integers(*REVIEWED_AFTER, size=rows.size)


def pay_for_users(region: Region, company: int, rows: Ints) -> int:
    """A claim a user and month for the hours granted, paid together. Returns what was paid for hours that a scheme's certificates added, in öre."""
    period, table = region.period, assessments(region)
    starts = period.month_starts
    months = np.arange(period.months)
    begin = np.maximum(table["granted_from"][rows][:, None], starts[months][None, :])
    end = np.broadcast_to(starts[months + 1][None, :], begin.shape)
    reviewed = np.where(table["reviewed"][rows] == NONE, period.days, table["reviewed"][rows])[:, None]
    full = np.clip(np.minimum(end, reviewed) - begin, 0, None)
    less = np.clip(end - np.maximum(begin, reviewed), 0, None)
    rate = np.array(RATES_ORE[ASSISTANCE])[np.minimum(months // 12, 2)][None, :]
    granted, after = table["granted"][rows][:, None], np.maximum(table["after"][rows], 0)[:, None]
    amount = (granted * full + after * less) * rate // (7 * 60)
    used = amount > 0
    who, month = np.nonzero(used)
    paid_on = period.day_of_month(month + 1, PAID_ON_DAY)
    first = np.where(begin[used] == starts[month], NONE, begin[used])
    claims = region.claims.add(
        programme=ASSISTANCE, organisation=company, person=table["person"][rows][who], month=month, first=first, amount=amount[used],
        paid_on=paid_on,
    )  # fmt: skip
    each = np.bincount(month, weights=amount[used], minlength=period.months).astype(np.int64)
    paid, place = np.unique(month, return_index=True)
    payer = region.public[PAYER_OF["assistance"]]
    at = period.day_of_month(paid + 1, PAID_ON_DAY) * DAY + 500
    region.pay_out(payer, company, each[paid], at, "public", claim=claims[place])
    added = np.maximum(table["inflated"][rows], 0)[:, None]
    return int((np.minimum(added, granted) * full * rate // (7 * 60)).sum())
