"""Lawful look-alikes of a layered chain: money handed on for work, by succession, as a fee or as rent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.commissions import MONTHLY_ORE, TRADES, commission, found_commissioned
from synthetic_data.market import Market, one_of
from synthetic_data.period import DAY
from synthetic_data.upkeep import (
    STAFF_COST_ORE,
    employ_person,
    found_company,
    keep_premises,
    pay_owner,
    run_business,
)

if TYPE_CHECKING:
    from synthetic_data.rows import Ints

LEVELS = (2, 3)
HANDED_ON = (0.40, 0.80)
WAIT_MINUTES = (600, 25 * DAY)
LABOUR_SHARE = (0.20, 0.35)
LABOUR_OF_REST = 0.8
"""Staff cost of a subcontractor to what it does not hand on."""
BALANCE_ORE = (150_000_00, 600_000_00)
FRANCHISEES = (2, 4)
FEE_SHARE = (0.05, 0.12)
MASTER_SHARE = (0.3, 0.5)
SUBLET_ORE = (12_000_00, 60_000_00)
SUBTENANTS = (1, 3)


def found_layered_look_alikes(market: Market, count: int) -> None:
    """``count`` of each kind."""
    rng = market.region.rng("layered look-alikes")
    for _ in range(count):
        _subcontractor_chain(market, rng)
        _company_succession(market, rng)
        _franchise_fee(market, rng)
        _sublet_chain(market, rng)


def _subcontractor_chain(market: Market, rng: np.random.Generator) -> None:
    """Each level does a part of the work with staff of its own and hands on the rest; the last is a young company."""
    region = market.region
    provider = found_commissioned(market, rng, labour_share=LABOUR_SHARE)
    payer, amount, at = provider.organisation, provider.amount, provider.at
    levels = int(rng.integers(LEVELS[0], LEVELS[1] + 1))
    months = np.arange(region.period.months)
    for level in range(levels):
        owner = int(region.casting.take("worker", 1)[0])
        registered_on = -int(rng.integers(60, 400)) if level == levels - 1 else None
        company = found_company(region, owner, "Bygg", "41.200", registered_on=registered_on)
        amount = (amount * rng.uniform(*HANDED_ON, size=amount.size)).astype(np.int64) // 100 * 100
        at = at + rng.integers(*WAIT_MINUTES, size=at.size)
        region.pay_out(payer, company, amount, at, "supplier")
        rest = int(amount.mean() * (1.0 if level == levels - 1 else 0.4) * LABOUR_OF_REST)
        run_business(market, rng, company, owner, months, staff=max(rest // STAFF_COST_ORE, 1))
        payer = company
    region.truth.tell(
        "subcontractor_chain", provider.organisation, "Subcontractors with staff and taxes at each level do the work."
    )


def _company_succession(market: Market, rng: np.random.Generator) -> None:
    """A new company of the same owner takes over business and staff; the balance is moved once."""
    region = market.region
    owner = int(region.casting.take("worker", 1)[0])
    trade, industry = TRADES[int(rng.integers(0, len(TRADES)))]
    change = int(rng.integers(3, region.period.months - 2))
    day = int(region.period.month_starts[change])
    old = found_company(region, owner, trade, industry)
    new = found_company(region, owner, trade, industry, registered_on=day - int(rng.integers(10, 80)))
    monthly = int(rng.integers(*MONTHLY_ORE))
    staff = region.casting.take("worker", max(int(monthly * 0.6) // STAFF_COST_ORE, 1))
    everything = np.arange(region.period.months)
    for company, months in ((old, everything[:change]), (new, everything[change:])):
        commission(region, rng, company, months, monthly)
        pay_owner(region, rng, company, owner, months)
        keep_premises(market, rng, company, months)
        for person in staff:
            employ_person(region, rng, company, int(person), months)
    balance = int(rng.integers(*BALANCE_ORE))
    moved_at = int(region.period.day_of_month(np.array([change]), 26)[0]) * DAY + 700
    region.pay_out(old, new, balance, moved_at, "transfer")
    region.truth.tell(
        "company_succession", new, "The business went over to a new company with its staff; the balance moved once."
    )


def _franchise_fee(market: Market, rng: np.random.Generator) -> None:
    """Companies of one brand pay a share of turnover to the franchisor, which pays its own abroad."""
    region = market.region
    months = np.arange(region.period.months)
    boss = int(region.casting.take("worker", 1)[0])
    franchisor = found_company(region, boss, "Franchise", "77.400")
    run_business(market, rng, franchisor, boss, months, staff=2)
    fees = np.zeros(months.size, dtype=np.int64)
    first: int | None = None
    for _ in range(int(rng.integers(FRANCHISEES[0], FRANCHISEES[1] + 1))):
        provider = found_commissioned(market, rng)
        first = provider.organisation if first is None else first
        fee = (provider.amount * float(rng.uniform(*FEE_SHARE))).astype(np.int64) // 100 * 100
        region.pay_out(
            provider.organisation, franchisor, fee, provider.at + rng.integers(60, 3 * DAY, size=fee.size), "supplier"
        )
        fees += fee
    paid = (fees * rng.uniform(*MASTER_SHARE, size=fees.size)).astype(np.int64)
    at = region.period.day_of_month(months + 1, 26) * DAY + 560
    region.pay_out(franchisor, one_of(market.abroad, rng), paid, at, "supplier")
    if first is not None:
        region.truth.tell("franchise_fee", first, "A share of turnover goes to the franchisor as the contract says.")


def _sublet_chain(market: Market, rng: np.random.Generator) -> None:
    """A head tenant takes rent from those it sublets to and pays the landlord within two days, the same each month."""
    region = market.region
    months: Ints = np.arange(region.period.months)
    boss = int(region.casting.take("worker", 1)[0])
    tenant = found_company(region, boss, "Lokaler", "68.203")
    pay_owner(region, rng, tenant, boss, months)
    total, told = 0, tenant
    at = region.period.day_of_month(months, 26) * DAY + 480
    for _ in range(int(rng.integers(SUBTENANTS[0], SUBTENANTS[1] + 1))):
        provider = found_commissioned(market, rng)
        told = provider.organisation
        rent = int(rng.integers(*SUBLET_ORE)) // 10_000 * 10_000
        region.pay_out(provider.organisation, tenant, np.full(months.size, rent), at, "rent")
        total += rent
    onward = int(total * rng.uniform(0.90, 1.0)) // 10_000 * 10_000
    at = at + rng.integers(120, 2_400, size=months.size)
    region.pay_out(tenant, one_of(market.landlords, rng), np.full(months.size, onward), at, "rent")
    region.truth.tell("sublet_chain", told, "Rent to a head tenant is paid on to the landlord, the same each month.")
