"""Small businesses of a few trades, what they pay month after month, how it is booked, and who is not approved for F-tax."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.period import DAY
from synthetic_data.rows import NONE
from synthetic_data.upkeep import found_company, hire, keep_premises, pay_owner, sell

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints

TRADES = (
    ("Restaurang", "56.100"),
    ("Frisör", "96.021"),
    ("Livs", "47.112"),
    ("Bilverkstad", "45.201"),
    ("Kiosk", "47.260"),
)
POOL = "small business"
POOL_SIZE = 100
SALES_ORE = (90_000_00, 300_000_00)
MOST_STAFF = 3
STATUS_COLUMNS = {"organisation": NONE, "valid_to": NONE}
BOOK_COLUMNS = dict.fromkeys(("organisation", "booked_on", "ledger", "counterpart", "amount"), NONE)
BOOKS_SHARE = 0.4
"""Payers whose books are at hand."""


def found_small_businesses(market: Market, rng: np.random.Generator) -> None:
    """Businesses with an owner and few employees, in `Market.enablers`."""
    region = market.region
    pool = market.enablers.setdefault(POOL, [])
    months = np.arange(region.period.months)
    for number in range(POOL_SIZE):
        trade, industry = TRADES[number % len(TRADES)]
        owner = int(region.casting.take("worker", 1)[0])
        business = found_company(region, owner, trade, industry)
        pay_owner(region, rng, business, owner, months)
        hire(region, rng, business, int(rng.integers(0, MOST_STAFF)), months)
        keep_premises(market, rng, business, months)
        sell(market, rng, business, months, int(rng.integers(*SALES_ORE)))
        pool.append(business)


def draw_businesses(market: Market, rng: np.random.Generator, count: int, *, of_one_trade: float) -> Ints:
    """``count`` of them, a share of one trade."""
    pool = np.array(market.enablers[POOL])
    trade = np.arange(pool.size) % len(TRADES) == int(rng.integers(0, len(TRADES)))
    weight = np.where(trade, of_one_trade / trade.sum(), (1 - of_one_trade) / (~trade).sum())
    return rng.choice(pool, size=count, replace=False, p=weight)


def has_no_f_tax(region: Region, organisation: int, *, until: int = NONE) -> None:
    """It was never approved for F-tax, or only until a day."""
    region.table("statuses", STATUS_COLUMNS).add(organisation=organisation, valid_to=until)


def pay_monthly(
    region: Region,
    rng: np.random.Generator,
    payers: Ints,
    payee: int,
    *,
    amount_ore: Ints,
    day: int,
    months: Ints,
    jitter: int = 0,
    missed: float = 0.0,
    kind: str = "supplier",
) -> Ints:
    """Each payer pays its sum on a day of each month, now and then some days off, now and then not. Returns the rows."""
    place = np.repeat(np.arange(payers.size), months.size)
    month = np.tile(months, payers.size)
    is_paid = rng.random(month.size) >= missed
    place, month = place[is_paid], month[is_paid]
    off = rng.integers(-jitter, jitter + 1, size=month.size)
    at = (region.period.day_of_month(month, day) + off) * DAY + rng.integers(500, 900, size=month.size)
    return region.pay_out(payers[place], np.full(month.size, payee), amount_ore[place], at, kind)


def book(region: Region, rng: np.random.Generator, rows: Ints, ledger_account: int) -> None:
    """The books of some of the payers of these payments say what they were booked as."""
    payments = region.payments
    payers = np.unique(payments["payer"][rows])
    open_books = payers[rng.random(payers.size) < BOOKS_SHARE]
    mine = rows[np.isin(payments["payer"][rows], open_books)]
    region.table("bookkeeping", BOOK_COLUMNS).add(
        organisation=payments["payer"][mine],
        booked_on=payments["at"][mine] // DAY,
        ledger=ledger_account,
        counterpart=payments["payee"][mine],
        amount=payments["amount"][mine],
    )
