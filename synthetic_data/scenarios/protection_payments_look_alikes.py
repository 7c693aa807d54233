"""Small businesses, and whom they lawfully pay fixed sums each month: guards, landlord, card terminal, trade body, club, franchisor, lender, cleaner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.cash import withdraw
from synthetic_data.further_permits import grant_permit
from synthetic_data.market import Market, one_of
from synthetic_data.period import DAY
from synthetic_data.small_businesses import book, draw_businesses, found_small_businesses, pay_monthly
from synthetic_data.upkeep import found_company, keep_premises, run_business

if TYPE_CHECKING:
    from synthetic_data.rows import Ints

STEP_ORE = 500_00
CUSTOMERS = (7, 16)


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """The businesses, and ``count`` of each look-alike."""
    found_small_businesses(market, rng)
    for _ in range(count):
        _company(market, rng, "guards", trade=("Bevakning", "80.100"), sums=(2_000_00, 9_000_00), staff=4, ledger=6370)
        _company(market, rng, "card_terminal", trade=("Kortterminal", "66.190"), sums=(500_00, 1_500_00), staff=3, ledger=6065)  # fmt: skip
        _company(market, rng, "franchise", trade=("Kedja", "77.400"), sums=(3_000_00, 12_000_00), staff=4, ledger=6910)
        _company(market, rng, "landlord", trade=("Fastigheter", "68.203"), sums=(6_000_00, 20_000_00), staff=0, ledger=5010)  # fmt: skip
        _company(market, rng, "lender", trade=("Finans", "64.920"), sums=(2_000_00, 10_000_00), staff=0, ledger=2350)
        _company(market, rng, "cleaner", trade=("Städ", "81.210"), sums=(1_000_00, 4_000_00), staff=0, ledger=5060)
        _association(market, rng, "trade_body", of_one_trade=1.0, sums=(500_00, 2_000_00), ledger=6980, cash=0.0)
        _association(market, rng, "sponsorship", of_one_trade=0.2, sums=(1_000_00, 5_000_00), ledger=5980, cash=0.25)


def _company(
    market: Market,
    rng: np.random.Generator,
    kind: str,
    *,
    trade: tuple[str, str],
    sums: tuple[int, int],
    staff: int,
    ledger: int,
) -> None:
    """A company approved for F-tax whom businesses pay the same each month; without staff its owner takes out what is left, some of it in cash."""
    region = market.region
    owner = int(region.casting.take("worker", 1)[0])
    company = found_company(region, owner, *trade, form="AB" if staff else "HB")
    months = np.arange(region.period.months)
    if kind == "guards":
        grant_permit(region, company, "security", -int(rng.integers(200, 1500)))
    if staff:
        run_business(market, rng, company, owner, months, staff=staff, sales_ore=staff * 60_000_00)
    else:
        keep_premises(market, rng, company, months)
    payers = draw_businesses(market, rng, int(rng.integers(*CUSTOMERS)), of_one_trade=0.5)
    as_kind = {"landlord": "rent", "lender": "loan"}.get(kind, "supplier")
    rows = pay_monthly(
        region, rng, payers, company, amount_ore=_sums(rng, sums, payers.size), day=25, months=months, kind=as_kind
    )
    book(region, rng, rows, ledger)
    if not staff:
        at = region.period.day_of_month(months, 28) * DAY + 700
        came = int(region.payments["amount"][rows].sum()) // months.size
        region.pay_out(company, np.full(months.size, owner), came // 2 // 100_00 * 100_00, at, "transfer")
        withdraw(region, np.full(months.size, owner), came // 5 // 100_00 * 100_00, at + DAY)
    region.truth.tell(kind, company, "Businesses pay it the same sum each month, for what they get.")


def _association(
    market: Market,
    rng: np.random.Generator,
    kind: str,
    *,
    of_one_trade: float,
    sums: tuple[int, int],
    ledger: int,
    cash: float,
) -> None:
    """An association without staff and F-tax: it spends what it gets on rooms and activities, some of it in cash."""
    region = market.region
    owner = int(region.casting.take("worker", 1)[0])
    name = "Branschförening" if kind == "trade_body" else "Idrottsförening"
    association = region.organisations.add(region.organisations.free_name(name, ""), "I", "94.120")
    region.give_role(association, owner, "chair", "signatory")
    months = np.arange(region.period.months)
    payers = draw_businesses(market, rng, int(rng.integers(*CUSTOMERS)), of_one_trade=of_one_trade)
    amount = np.full(payers.size, int(_sums(rng, sums, 1)[0]))
    rows = pay_monthly(region, rng, payers, association, amount_ore=amount, day=28, months=months)
    book(region, rng, rows, ledger)
    came = int(amount.sum())
    at = (region.period.month_starts[months] + 20) * DAY + 600
    spent = (came * rng.uniform(0.3, 0.6, size=months.size)).astype(np.int64) // 100 * 100
    sellers = market.suppliers[rng.integers(0, market.suppliers.size, size=months.size)]
    region.pay_out(association, sellers, spent, at, "supplier")
    region.pay_out(association, np.full(months.size, one_of(market.landlords, rng)), came // 5, at + DAY, "rent")
    if cash:
        some = (came * cash * rng.uniform(0.4, 1.0, size=months.size)).astype(np.int64) // 100_00 * 100_00
        withdraw(region, np.full(months.size, association), np.maximum(some, 100_00), at + 2 * DAY)
    region.truth.tell(kind, association, "Businesses pay an association the same each month.")


def _sums(rng: np.random.Generator, span: tuple[int, int], size: int) -> Ints:
    return rng.integers(span[0] // STEP_ORE, span[1] // STEP_ORE + 1, size=size) * STEP_ORE
