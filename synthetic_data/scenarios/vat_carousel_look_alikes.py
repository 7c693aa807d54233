"""Honest traders, and what lawfully looks like a missing trader: exporter, reverse charge, VAT group, season, reduced rate,
quarterly and late filers, a loan.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.period import DAY
from synthetic_data.rows import NONE
from synthetic_data.vat import (
    QUARTERLY,
    Trader,
    buy_in_eu,
    declare,
    found_trader,
    register_for_vat,
    sell_abroad,
    sell_on,
    sell_to_others,
)

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints

CHAINS = 24
"""Importer, wholesaler and exporter, all honest: the same road of goods and money, declared."""
YOUNG_SHARE = 0.4
CARELESS_SHARE = 0.2
"""Importers that forget a month."""
MONTHLY_ORE = (150_000_00, 1_500_000_00)
REDUCED_VAT = 0.12


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Everybody is registered; honest chains, and ``count`` of each look-alike."""
    _everybody_declares(market, rng)
    for _ in range(CHAINS):
        _honest_chain(market, rng)
    for _ in range(count):
        _exporter(market, rng)
        _reverse_charge(market, rng)
        _vat_group(market, rng)
        _season(market, rng)
        _reduced_rate(market, rng)
        _quarterly(market, rng)
        _late_filer(market, rng)
        _loan(market, rng)


def _everybody_declares(market: Market, rng: np.random.Generator) -> None:
    """The other companies of the region: registered long ago, with purchases that those of goods are a part of."""
    region = market.region
    since = -rng.integers(700, 6000, size=market.companies.size)
    register_for_vat(region, market.companies, since, filing=QUARTERLY)
    for company in market.companies.tolist():
        books = Trader(company, NONE, region.period.months, QUARTERLY)
        books.sales += int(rng.integers(600_000_00, 3_000_000_00))
        books.inputs += (books.sales * rng.uniform(0.4, 0.8)).astype(np.int64) // 100 * 100
        declare(region, rng, books)


def _since(rng: np.random.Generator, region: Region, *, is_young: bool = True) -> tuple[int | None, Ints]:
    """When it was registered, if not long ago, and the months in which it trades."""
    first = int(rng.integers(0, 10)) if is_young else 0
    day = int(region.period.month_starts[first]) - int(rng.integers(10, 250)) if is_young else None
    return day, np.arange(first, region.period.months)


def _days(region: Region, rng: np.random.Generator, months: Ints) -> Ints:
    days: Ints = region.period.month_starts[months] + rng.integers(3, 27, size=months.size)
    return days


def _import(market: Market, rng: np.random.Generator, trader: Trader, months: Ints) -> Ints:
    """Buy in the EU each month. Returns what it cost."""
    monthly = int(rng.integers(*MONTHLY_ORE))
    net: Ints = (monthly * rng.uniform(0.6, 1.4, size=months.size)).astype(np.int64) // 100 * 100
    buy_in_eu(market, rng, trader, months, net=net, day=_days(market.region, rng, months))
    return net


def _resell(market: Market, rng: np.random.Generator, chain: list[Trader], months: Ints, net: Ints) -> None:
    """Along a chain, each with a margin; the last one sells abroad."""
    for seller, buyer in pairwise(chain):
        net = (net * rng.uniform(1.08, 1.25)).astype(np.int64) // 100 * 100
        sell_on(market.region, rng, seller, buyer, months, net=net, day=_days(market.region, rng, months), parts=2)
    sell_abroad(market, rng, chain[-1], months, (net * 1.15).astype(np.int64))


def _honest_chain(market: Market, rng: np.random.Generator) -> None:
    region = market.region
    day, months = _since(rng, region, is_young=bool(rng.random() < YOUNG_SHARE))
    importer = found_trader(market, rng, registered_on=day, staff=int(rng.integers(1, 5)))
    wholesaler, exporter = (found_trader(market, rng, staff=int(rng.integers(2, 6))) for _ in range(2))
    net = _import(market, rng, importer, months)
    _resell(market, rng, [importer, wholesaler, exporter], months, net)
    sell_to_others(market, rng, importer, months, net // 3)
    told = months
    if rng.random() < CARELESS_SHARE:
        told = np.delete(told, int(rng.integers(0, told.size)))
    declare(region, rng, importer, months=told)
    for company in (wholesaler, exporter):
        declare(region, rng, company)


def _exporter(market: Market, rng: np.random.Generator) -> None:
    region = market.region
    day, months = _since(rng, region)
    trader = found_trader(market, rng, registered_on=day, staff=2)
    sell_abroad(market, rng, trader, months, _import(market, rng, trader, months) * 6 // 5)
    declare(region, rng, trader, months=months)
    region.truth.tell("exporter", trader.organisation, "A young firm buys in the EU and sells abroad: no output VAT.")


def _reverse_charge(market: Market, rng: np.random.Generator) -> None:
    """Telephones and computers above a limit: the buyer declares the VAT."""
    region = market.region
    day, months = _since(rng, region)
    trader = found_trader(market, rng, registered_on=day, staff=1)
    buyer, exporter = (found_trader(market, rng, staff=3) for _ in range(2))
    net = _import(market, rng, trader, months) * 11 // 10
    sell_on(region, rng, trader, buyer, months, net=net, day=_days(region, rng, months), is_taxed=False)
    _resell(market, rng, [buyer, exporter], months, net)
    declare(region, rng, trader, months=months)
    declare(region, rng, buyer)
    declare(region, rng, exporter)
    region.truth.tell("reverse_charge", trader.organisation, "Sold under reverse charge; the buyer declares the VAT.")


def _vat_group(market: Market, rng: np.random.Generator) -> None:
    """Another company of the group files for both."""
    region = market.region
    day, months = _since(rng, region)
    head = found_trader(market, rng, staff=4)
    exporter = found_trader(market, rng, staff=3)
    member = found_trader(market, rng, registered_on=day, group=head.organisation)
    net = _import(market, rng, member, months)
    at = _days(region, rng, months) * DAY + 600
    region.pay_out(head.organisation, member.organisation, net * 21 // 20, at, "supplier")
    head.eu += member.eu
    head.inputs += member.inputs
    _resell(market, rng, [head, exporter], months, net)
    declare(region, rng, head)
    declare(region, rng, exporter)
    region.truth.tell("vat_group", member.organisation, "A member of a VAT group: another company files for it.")


def _season(market: Market, rng: np.random.Generator) -> None:
    """Bought in two months, sold half a year later."""
    region = market.region
    day, months = _since(rng, region)
    trader = found_trader(market, rng, registered_on=day, staff=1)
    buyer, exporter = (found_trader(market, rng, staff=3) for _ in range(2))
    net = _import(market, rng, trader, months[:3])
    sold = months[6:9]
    _resell(market, rng, [trader, buyer, exporter], sold, net)
    declare(region, rng, trader, months=months)
    declare(region, rng, buyer)
    declare(region, rng, exporter)
    region.truth.tell("season", trader.organisation, "Bought in one season and sold in the next.")


def _reduced_rate(market: Market, rng: np.random.Generator) -> None:
    """Food: what it is paid holds 12 % VAT, not 25 %."""
    region = market.region
    day, months = _since(rng, region)
    trader = found_trader(market, rng, registered_on=day, staff=2)
    sell_to_others(market, rng, trader, months, _import(market, rng, trader, months) * 6 // 5, vat_share=REDUCED_VAT)
    declare(region, rng, trader, months=months, vat_share=REDUCED_VAT)
    region.truth.tell("reduced_rate", trader.organisation, "Food, at a reduced rate of VAT.")


def _quarterly(market: Market, rng: np.random.Generator) -> None:
    region = market.region
    day, months = _since(rng, region)
    trader = found_trader(market, rng, registered_on=day, staff=2, filing=QUARTERLY)
    buyer, exporter = (found_trader(market, rng, staff=3) for _ in range(2))
    _resell(market, rng, [trader, buyer, exporter], months, _import(market, rng, trader, months))
    declare(region, rng, trader)
    declare(region, rng, buyer)
    declare(region, rng, exporter)
    region.truth.tell("quarterly_filer", trader.organisation, "Files by the quarter.")


def _late_filer(market: Market, rng: np.random.Generator) -> None:
    """Began in the last year; its last three months are not declared yet."""
    region = market.region
    months = np.arange(region.period.months - int(rng.integers(7, 11)), region.period.months)
    trader = found_trader(market, rng, registered_on=int(region.period.month_starts[months[0]]) - 60, staff=1)
    buyer, exporter = (found_trader(market, rng, staff=3) for _ in range(2))
    _resell(market, rng, [trader, buyer, exporter], months, _import(market, rng, trader, months))
    declare(region, rng, trader, months=months[:-3])
    declare(region, rng, buyer)
    declare(region, rng, exporter)
    region.truth.tell("late_filer", trader.organisation, "The last months are not declared yet.")


def _loan(market: Market, rng: np.random.Generator) -> None:
    """Another company lends it the price of a stock; the bank calls it a payment like others."""
    region = market.region
    day, months = _since(rng, region)
    trader = found_trader(market, rng, registered_on=day, staff=1)
    buyer, exporter = (found_trader(market, rng, staff=3) for _ in range(2))
    net = _import(market, rng, trader, months)
    _resell(market, rng, [trader, buyer, exporter], months, net)
    lender = found_trader(market, rng, staff=2)
    at = _days(region, rng, months[:3]) * DAY + 500
    region.pay_out(
        lender.organisation, np.full(3, trader.organisation), np.full(3, int(net.sum()) // 4), at, "supplier"
    )
    for company in (buyer, exporter, lender):
        declare(region, rng, company)
    declare(region, rng, trader, months=months)
    region.truth.tell("loan_as_payment", trader.organisation, "A loan that looks like a payment for goods.")
