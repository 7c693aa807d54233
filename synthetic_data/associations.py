"""Non-profit associations, religious communities, and honest subsidised employment (lönebidrag)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_data.region import WAGE_SUBSIDY, Region
from synthetic_data.rows import NONE, Ints

ASSOCIATION_SHARE = 0.004
CONGREGATION_SHARE = 0.0004
KINDS = ("IF", "Kulturförening", "Hembygdsförening", "Kvinnoförening", "Byalag", "Musikförening", "Ungdomsförening")
SUBSIDISED_ASSOCIATIONS = 0.3
APPROVED_PAY_ORE = (22_000_00, 28_000_00)
SUBSIDY_SHARE = (0.5, 0.75)
PAYOUT_DAY = 10


@dataclass(frozen=True)
class Subsidy:
    """One subsidised employment: months ``first`` to ``last`` (last not included)."""

    organisation: int
    person: int
    first: int
    last: int
    monthly_ore: int
    approved_ore: int


def found_congregations(region: Region) -> Ints:
    """Religious communities with a board each; their party numbers."""
    rng = region.rng("congregations")
    count = max(round(region.people.count * CONGREGATION_SHARE), 4)
    add, name = region.organisations.add, region.organisations.free_name
    bodies = [add(name("församling", ""), "TSF", "94.910") for _ in range(count)]
    for body in bodies:
        seat_board(region, body, draw_board(region, rng, 4))
    return np.array(bodies, dtype=np.int64)


def found_association(region: Region, rng: np.random.Generator, *, phone: str = "", street: str = "") -> int:
    """A non-profit association without a board yet."""
    name = region.organisations.free_name(KINDS[int(rng.integers(0, len(KINDS)))], "")
    return region.organisations.add(name, "I", "94.991", phone=phone, street=street)


def draw_board(region: Region, rng: np.random.Generator, count: int) -> list[int]:
    """Persons who sit on a board beside whatever else they do."""
    people = region.people
    able = np.flatnonzero((people.age >= 24) & (people.age <= 75) & region.casting.free & (people.died == NONE))
    board = rng.choice(able, size=count, replace=False)
    region.casting.seated[board] = True
    return [int(person) for person in board]


def seat_board(region: Region, organisation: int, board: list[int], *, valid_from: int = NONE) -> None:
    """The first is chair and signatory, the second treasurer, the others members."""
    region.give_role(organisation, board[0], "chair", "signatory", valid_from=valid_from)
    if len(board) > 1:
        region.give_role(organisation, board[1], "treasurer", "board_member", valid_from=valid_from)
    for person in board[2:]:
        region.give_role(organisation, person, "board_member", valid_from=valid_from)


def found_associations(region: Region, companies: Ints) -> Ints:
    """Honest associations, and subsidised staff of some of them and of companies; the associations' party numbers."""
    rng = region.rng("associations")
    count = max(round(region.people.count * ASSOCIATION_SHARE), 12)
    associations = [found_association(region, rng) for _ in range(count)]
    for association in associations:
        seat_board(region, association, draw_board(region, rng, int(rng.integers(3, 6))))
    employers = [a for a in associations if rng.random() < SUBSIDISED_ASSOCIATIONS]
    employers += [int(c) for c in companies if rng.random() < 0.08]
    for employer in employers:
        for person in region.casting.take("worker", int(rng.integers(1, 3))):
            subsidise(region, draw_subsidy(region, employer, int(person), rng), rng)
    return np.array(associations, dtype=np.int64)


def draw_subsidy(region: Region, organisation: int, person: int, rng: np.random.Generator) -> Subsidy:
    """A subsidised employment of 8 to 20 months by chance."""
    months = region.period.months
    first = int(rng.integers(0, months - 6))
    last = min(first + int(rng.integers(8, 21)), months)
    approved = int(rng.integers(*APPROVED_PAY_ORE)) // 10_000 * 10_000
    monthly = int(approved * rng.uniform(*SUBSIDY_SHARE)) // 10_000 * 10_000
    return Subsidy(organisation, person, first, last, monthly, approved)


def subsidise(region: Region, subsidy: Subsidy, rng: np.random.Generator, *, declared_share: float = 1.0) -> Ints:
    """An honest subsidised employment: decision, payouts, and pay as approved. Returns the rows of pay."""
    grant_subsidy(region, subsidy)
    month = np.arange(subsidy.first, subsidy.last)
    gross = np.full(month.size, int(subsidy.approved_ore * declared_share))
    gross += np.where(rng.random(month.size) < 0.08, rng.integers(0, 60_000, size=month.size), 0)
    return region.pay.add(
        organisation=subsidy.organisation,
        person=subsidy.person,
        month=month,
        gross=gross,
        tax=(gross * 0.23).astype(np.int64) // 100 * 100,
    )


def grant_subsidy(region: Region, subsidy: Subsidy) -> tuple[int, Ints, Ints]:
    """Decision and monthly payouts. Returns the rows of decision, claims and payments."""
    starts = region.period.month_starts
    decision = int(
        region.decisions.add(
            programme=WAGE_SUBSIDY,
            person=subsidy.person,
            organisation=subsidy.organisation,
            valid_from=int(starts[subsidy.first]),
            valid_to=int(starts[subsidy.last]) - 1,
            amount=subsidy.monthly_ore,
            approved=subsidy.approved_ore,
        )[0]
    )
    month = np.arange(subsidy.first, subsidy.last)
    paid_on = region.period.day_of_month(month + 1, PAYOUT_DAY)
    claims = region.claims.add(
        programme=WAGE_SUBSIDY,
        decision=decision,
        organisation=subsidy.organisation,
        person=subsidy.person,
        month=month,
        amount=subsidy.monthly_ore,
        paid_on=paid_on,
    )
    payments = region.pay_out(
        region.public["arbetsformedlingen"],
        np.full(month.size, subsidy.organisation),
        np.full(month.size, subsidy.monthly_ore),
        paid_on * 1440 + 420,
        "public",
        claim=claims,
        decision=decision,
    )
    return decision, claims, payments
