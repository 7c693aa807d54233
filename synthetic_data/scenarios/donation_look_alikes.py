"""Lawful look-alikes of donations that come back: gifts that stay, loans, outlays, grants handed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.associations import draw_board, draw_subsidy, found_association, seat_board, subsidise
from synthetic_data.market import Market, one_of
from synthetic_data.payroll import PAY_DAY
from synthetic_data.period import DAY
from synthetic_data.scenarios.donations_that_come_back import draw_members, give_monthly
from synthetic_data.upkeep import found_company, run_business

if TYPE_CHECKING:
    from synthetic_data.region import Region

EMPLOYEES = (3, 6)
TITHE = (0.05, 0.15)
RELIEF_ORE = (3_000_00, 15_000_00)
LOAN_ORE = (120_000_00, 400_000_00)
INSTALMENTS = (3, 7)
OUTLAY_ORE = (150_00, 3_500_00)
GRANT_ORE = (150_000_00, 500_000_00)
HANDED_ON = (0.85, 0.98)
GIFT_ORE = (5_000_00, 20_000_00)
MEMBERS = (10, 40)


def found_donation_look_alikes(market: Market, count: int) -> None:
    """``count`` of each kind."""
    rng = market.region.rng("donation look-alikes")
    for _ in range(count):
        _collection_without_return(market, rng)
        _loan_between_congregations(market, rng)
        _reimbursed_treasurer(market, rng)
        _umbrella(market, rng)


def _subsidised_company(market: Market, rng: np.random.Generator) -> int:
    region = market.region
    owner = int(region.casting.take("worker", 1)[0])
    company = found_company(region, owner, "Service", "81.210")
    run_business(market, rng, company, owner, np.arange(region.period.months), staff=2, sales_ore=140_000_00)
    return company


def _congregation(region: Region, board: list[int]) -> int:
    body = region.organisations.add(region.organisations.free_name("församling", ""), "TSF", "94.910")
    seat_board(region, body, board)
    return body


def _collection_without_return(market: Market, rng: np.random.Generator) -> None:
    """Subsidised employees give to a congregation, whose board their employer is on; it pays rent and relief abroad."""
    region = market.region
    company = _subsidised_company(market, rng)
    owner = int(region.roles["person"][region.roles["organisation"] == company][0])
    body = _congregation(region, [*draw_board(region, rng, 3), owner])
    months = np.arange(region.period.months)
    for person in region.casting.take("worker", int(rng.integers(*EMPLOYEES))):
        subsidy = draw_subsidy(region, company, int(person), rng)
        subsidise(region, subsidy, rng)
        month = np.arange(subsidy.first, subsidy.last)
        gift = (subsidy.approved_ore * 0.77 * rng.uniform(*TITHE, size=month.size)).astype(np.int64) // 10_000 * 10_000
        at = region.period.day_of_month(month, PAY_DAY) * DAY + rng.integers(420, 5 * DAY, size=month.size)
        region.pay_out(int(person), body, gift, at, "gift")
    give_monthly(region, rng, draw_members(region, rng, int(rng.integers(*MEMBERS))), body, months)
    at = region.period.day_of_month(months, 27) * DAY + 500
    rent = int(rng.integers(4_000_00, 9_000_00)) // 10_000 * 10_000
    region.pay_out(body, one_of(market.landlords, rng), np.full(months.size, rent), at, "rent")
    relief = rng.integers(*RELIEF_ORE, size=months.size) // 10_000 * 10_000
    region.pay_out(body, one_of(market.abroad, rng), relief, at + 4 * DAY, "gift")
    region.truth.tell(
        "collection_without_return", company, "Employees give to a congregation; nothing comes back to the employer."
    )


def _loan_between_congregations(market: Market, rng: np.random.Generator) -> None:
    """One congregation lends to another whose treasurer it shares, and is repaid in instalments."""
    region = market.region
    shared, *others = draw_board(region, rng, 5)
    lender = _congregation(region, [others[0], shared, others[1]])
    borrower = _congregation(region, [others[2], shared, others[3]])
    months = np.arange(region.period.months)
    for body in (lender, borrower):
        give_monthly(region, rng, draw_members(region, rng, int(rng.integers(*MEMBERS))), body, months)
    parts = int(rng.integers(*INSTALMENTS))
    loan = int(rng.integers(*LOAN_ORE)) // (parts * 100_000) * (parts * 100_000)
    lent = int(rng.integers(0, region.period.months - parts - 2))
    at = region.period.day_of_month(np.arange(lent, lent + parts + 2), 15) * DAY + 600
    region.pay_out(lender, borrower, loan, int(at[0]), "loan")
    region.pay_out(borrower, lender, np.full(parts, loan // parts), at[2:], "loan")
    region.truth.tell("loan_between_congregations", borrower, "A loan between congregations is repaid.")


def _reimbursed_treasurer(market: Market, rng: np.random.Generator) -> None:
    """A volunteer treasurer gets back what was laid out: small sums that vary."""
    region = market.region
    association = found_association(region, rng)
    board = draw_board(region, rng, 3)
    seat_board(region, association, board)
    months = np.arange(region.period.months)
    members = draw_members(region, rng, int(rng.integers(*MEMBERS)))
    give_monthly(region, rng, np.append(members, board), association, months)
    month = np.repeat(months, rng.integers(1, 4, size=months.size))
    at = (region.period.month_starts[month] + rng.integers(0, 28, size=month.size)) * DAY + rng.integers(480, 1200)
    outlay = rng.integers(*OUTLAY_ORE, size=month.size)
    region.pay_out(association, np.full(month.size, board[1]), outlay, at, "transfer")
    region.truth.tell("reimbursed_treasurer", association, "A volunteer treasurer is reimbursed for outlays.")


def _umbrella(market: Market, rng: np.random.Generator) -> None:
    """An umbrella association hands grants of the municipality and a company's gifts on to its members within days."""
    region = market.region
    company = _subsidised_company(market, rng)
    for person in region.casting.take("worker", 2):
        subsidise(region, draw_subsidy(region, company, int(person), rng), rng)
    umbrella = found_association(region, rng)
    seat_board(region, umbrella, draw_board(region, rng, 5))
    members = rng.choice(market.associations, size=min(7, market.associations.size), replace=False)
    month = np.arange(1, region.period.months, 3)
    at = region.period.day_of_month(month, 14) * DAY + 480
    grant = rng.integers(*GRANT_ORE, size=month.size) // 100_000 * 100_000
    region.pay_out(region.public["kommun"], umbrella, grant, at, "public")
    gift = rng.integers(*GIFT_ORE, size=month.size) // 100_000 * 100_000
    region.pay_out(company, umbrella, gift, at - 2 * DAY, "gift")
    part = ((grant + gift) * rng.uniform(*HANDED_ON, size=month.size)).astype(np.int64) // members.size // 100 * 100
    for member in members:
        region.pay_out(umbrella, int(member), part, at + rng.integers(1, 6, size=month.size) * DAY, "transfer")
    region.truth.tell("umbrella_passes_grants_on", umbrella, "Grants and gifts are handed on to member associations.")
