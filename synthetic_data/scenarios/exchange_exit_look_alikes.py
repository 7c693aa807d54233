"""Lawful look-alikes of an exit through an exchange office or as cash: trade abroad, takings, journeys, relief."""

from __future__ import annotations

import numpy as np

from synthetic_data.associations import draw_board, found_association, seat_board
from synthetic_data.cash import take_cash
from synthetic_data.commissions import found_commissioned
from synthetic_data.foreign_trade import EXCHANGED_ORE, buy_abroad, round_sums
from synthetic_data.market import Market, one_of
from synthetic_data.payroll import PAY_DAY
from synthetic_data.period import DAY
from synthetic_data.scenarios.donations_that_come_back import draw_members, give_monthly

MONTHLY_ORE = (300_000_00, 650_000_00)
LABOUR_SHARE = (0.15, 0.30)
IMPORT_ORE = (60_000_00, 220_000_00)
HOTEL_ORE = (40_000_00, 160_000_00)
SOON_MINUTES = 5 * DAY
SHOP_MONTHLY_ORE = (120_000_00, 220_000_00)
TAKINGS_SCALE = (2, 5)
TRAVEL_MONEY_ORE = (5_000_00, 18_000_00)
GIVERS = (60, 141)
RELIEF_ORE = (10_000_00, 25_000_00)


def found_exchange_look_alikes(market: Market, count: int) -> None:
    """``count`` of each kind."""
    rng = market.region.rng("exchange look-alikes")
    for _ in range(count):
        _buyer_abroad(market, rng, "importer", IMPORT_ORE, "An importer buys goods abroad, partly with notes.")
        _buyer_abroad(market, rng, "travel_agency", HOTEL_ORE, "A travel agency pays hotels abroad and travel money.")
        _cash_heavy_shop(market, rng)
        _travel_money_from_wages(market, rng)
        _relief_association(market, rng)


def _buyer_abroad(market: Market, rng: np.random.Generator, kind: str, span_ore: tuple[int, int], text: str) -> None:
    """Large round sums to an exchange office within days of the region's payments, and invoices from abroad."""
    region = market.region
    provider = found_commissioned(market, rng, monthly_ore=MONTHLY_ORE, labour_share=LABOUR_SHARE)
    buy_abroad(market, rng, provider.organisation, provider.months, span_ore)
    used = np.flatnonzero(rng.random(provider.months.size) < 0.7)
    at = provider.at[used] + rng.integers(60, SOON_MINUTES, size=used.size)
    sums = round_sums(rng, (EXCHANGED_ORE[0], EXCHANGED_ORE[1] // 2), used.size)
    region.pay_out(provider.organisation, one_of(market.offices, rng), sums, at, "supplier")
    region.truth.tell(kind, provider.organisation, text)


def _cash_heavy_shop(market: Market, rng: np.random.Generator) -> None:
    """A shop with many cash customers also sells to the region."""
    region = market.region
    provider = found_commissioned(market, rng, monthly_ore=SHOP_MONTHLY_ORE)
    take_cash(region, rng, provider.organisation, scale=int(rng.integers(*TAKINGS_SCALE)))
    region.truth.tell("cash_heavy_shop", provider.organisation, "Takings are deposited and change is fetched.")


def _travel_money_from_wages(market: Market, rng: np.random.Generator) -> None:
    """Employees of a provider change travel money some days after pay day."""
    region = market.region
    provider = found_commissioned(market, rng)
    travellers = np.repeat(provider.staff, rng.integers(1, 3, size=provider.staff.size) * region.period.years)
    month = rng.integers(0, region.period.months, size=travellers.size)
    at = region.period.day_of_month(month, PAY_DAY) * DAY + rng.integers(480, SOON_MINUTES, size=travellers.size)
    amount = rng.integers(*TRAVEL_MONEY_ORE, size=travellers.size) // 100_000 * 100_000
    office = market.offices[rng.integers(0, market.offices.size, size=travellers.size)]
    region.pay_out(travellers, office, amount, at, "other")
    region.truth.tell(
        "travel_money_from_wages", provider.organisation, "Employees change travel money from their own pay."
    )


def _relief_association(market: Market, rng: np.random.Generator) -> None:
    """Donations, not public money, go to places without banks by way of an exchange office, the same each month."""
    region = market.region
    association = found_association(region, rng)
    seat_board(region, association, draw_board(region, rng, 5))
    months = np.arange(region.period.months)
    give_monthly(region, rng, draw_members(region, rng, int(rng.integers(*GIVERS))), association, months)
    amount = int(rng.integers(*RELIEF_ORE)) // 100_000 * 100_000
    at = region.period.day_of_month(months + 1, 5) * DAY + 600
    region.pay_out(association, np.full(months.size, one_of(market.offices, rng)), amount, at, "supplier")
    region.truth.tell(
        "relief_association", association, "Relief from donations goes by an exchange office where banks are absent."
    )
