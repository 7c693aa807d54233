"""Companies that trade goods, and their VAT: registration, purchases in the EU, sales, declarations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.market import Market, one_of
from synthetic_data.period import DAY
from synthetic_data.rows import NONE, Ints
from synthetic_data.tax_returns import COLUMNS, CORRECTED_SHARE, VAT_SHARE
from synthetic_data.upkeep import found_company, hire, keep_premises

if TYPE_CHECKING:
    from synthetic_data.region import Region

FILINGS = ("month", "quarter", "year")
MONTHLY, QUARTERLY = range(2)
REGISTRATIONS = {"organisation": NONE, "valid_from": NONE, "filing": MONTHLY, "group": NONE}
SUPPLIES = dict.fromkeys(("organisation", "month", "amount"), NONE)
OVERHEAD_ORE = (5_000_00, 60_000_00)
"""Other purchases with VAT a month."""


@dataclass
class Trader:
    """A company and its books: net amounts in öre by month of the period."""

    organisation: int
    owner: int
    months: int
    filing: int = MONTHLY
    sales: Ints = field(init=False)
    """With VAT."""
    untaxed: Ints = field(init=False)
    """Without: abroad or under reverse charge."""
    eu: Ints = field(init=False)
    inputs: Ints = field(init=False)
    """Bought with Swedish VAT."""
    reverse_charge: Ints = field(init=False)
    """Bought under reverse charge."""

    def __post_init__(self) -> None:
        for name in ("sales", "untaxed", "eu", "inputs", "reverse_charge"):
            setattr(self, name, np.zeros(self.months, dtype=np.int64))


def found_trader(
    market: Market,
    rng: np.random.Generator,
    *,
    registered_on: int | None = None,
    staff: int = 0,
    filing: int = MONTHLY,
    group: int = NONE,
) -> Trader:
    """A company that trades goods and is registered for VAT. ``registered_on``: a day of the period, long ago if not given; ``group``: who files for it."""
    region = market.region
    owner = int(region.casting.take("worker", 1)[0])
    company = found_company(region, owner, "Handel", "46.520", registered_on=registered_on)
    since = 0 if registered_on is None else max(int(np.searchsorted(region.period.month_starts, registered_on)), 0)
    months = np.arange(min(since, region.period.months - 1), region.period.months)
    if staff:
        hire(region, rng, company, staff, months)
        keep_premises(market, rng, company, months)
    valid_from = -int(rng.integers(700, 3000)) if registered_on is None else registered_on + int(rng.integers(0, 20))
    register_for_vat(region, company, valid_from, filing=filing, group=group)
    trader = Trader(company, owner, region.period.months, filing)
    trader.inputs[months] += rng.integers(*OVERHEAD_ORE, size=months.size) // 100 * 100
    return trader


def register_for_vat(
    region: Region, organisation: int | Ints, valid_from: int | Ints, *, filing: int = MONTHLY, group: int = NONE
) -> None:
    """Enter it in the register."""
    region.table("vat_registrations", REGISTRATIONS).add(
        organisation=organisation, valid_from=valid_from, filing=filing, group=group
    )


def buy_in_eu(market: Market, rng: np.random.Generator, trader: Trader, months: Ints, *, net: Ints, day: Ints) -> Ints:
    """Pay a seller in another EU country on these days of the period, which tells its own authority what it supplied. Returns rows of supplies."""
    region = market.region
    region.pay_out(
        trader.organisation, np.full(months.size, one_of(market.abroad, rng)), net, day * DAY + 560, "supplier"
    )
    np.add.at(trader.eu, months, net)
    return region.table("eu_supplies", SUPPLIES).add(organisation=trader.organisation, month=months, amount=net)


def sell_on(
    region: Region,
    rng: np.random.Generator,
    seller: Trader,
    buyer: Trader,
    months: Ints,
    *,
    net: Ints,
    day: Ints,
    parts: int = 1,
    is_taxed: bool = True,
) -> Ints:
    """The buyer pays for goods on these days, in up to so many payments. Returns the rows of payments."""
    if is_taxed:
        np.add.at(seller.sales, months, net)
        np.add.at(buyer.inputs, months, net)
    else:
        np.add.at(seller.untaxed, months, net)
        np.add.at(buyer.reverse_charge, months, net)
    gross = net + (net * VAT_SHARE).astype(np.int64) if is_taxed else net
    number = rng.integers(1, parts + 1, size=months.size)
    each = np.repeat(gross // number, number)
    first = np.cumsum(number) - number
    each[first] += gross - gross // number * number
    at = np.repeat(day, number) + rng.integers(0, 3, size=each.size) * (np.repeat(number, number) > 1)
    return region.pay_out(
        buyer.organisation, seller.organisation, each, at * DAY + rng.integers(480, 900, each.size), "supplier"
    )


def sell_to_others(
    market: Market, rng: np.random.Generator, seller: Trader, months: Ints, net: Ints, *, vat_share: float = VAT_SHARE
) -> None:
    """Companies of the region pay for goods within the month; the VAT is part of what they pay."""
    region = market.region
    np.add.at(seller.sales, months, net)
    buyers = market.companies[rng.integers(0, market.companies.size, size=months.size)]
    at = (region.period.month_starts[months] + rng.integers(5, 28, size=months.size)) * DAY + 700
    region.pay_out(buyers, seller.organisation, net + (net * vat_share).astype(np.int64), at, "supplier")


def sell_abroad(market: Market, rng: np.random.Generator, seller: Trader, months: Ints, net: Ints) -> None:
    """Buyers abroad pay without VAT."""
    region = market.region
    np.add.at(seller.untaxed, months, net)
    buyers = market.abroad[rng.integers(0, market.abroad.size, size=months.size)]
    at = (region.period.month_starts[months] + rng.integers(5, 28, size=months.size)) * DAY + 740
    region.pay_out(buyers, seller.organisation, net, at, "supplier")


def declare(
    region: Region,
    rng: np.random.Generator,
    trader: Trader,
    *,
    sales: Ints | None = None,
    untaxed: Ints | None = None,
    months: Ints | None = None,
    vat_share: float = VAT_SHARE,
) -> Ints:
    """Declare its books, by the quarter where it files so. ``sales`` and ``untaxed`` are what it says of them, the truth if not given; ``months`` those
    that it declares. Some months are declared without their sales first, and corrected. Returns the rows.
    """
    table = region.table("tax_returns", COLUMNS)
    told = np.arange(region.period.months) if months is None else months
    said = {
        "sales": trader.sales if sales is None else sales,
        "untaxed": trader.untaxed if untaxed is None else untaxed,
        "eu": trader.eu,
        "inputs": trader.inputs,
        "reverse_charge": trader.reverse_charge,
    }
    if trader.filing == QUARTERLY:
        said = {name: _in_quarters(values) for name, values in said.items()}
        told = told[told % 3 == 2]
    books = {name: values[told] for name, values in said.items()}
    received = region.period.day_of_month(told + 1, 26) - rng.integers(0, 5, size=told.size)
    output = (books["sales"] * vat_share).astype(np.int64)
    inputs = (books["inputs"] * VAT_SHARE).astype(np.int64)
    reversed_vat = ((books["eu"] + books["reverse_charge"]) * VAT_SHARE).astype(np.int64)
    figures = {
        "organisation": np.full(told.size, trader.organisation),
        "month": told,
        "turnover": books["sales"] + books["untaxed"],
        "untaxed": books["untaxed"],
        "output_vat": output,
        "input_vat": inputs + reversed_vat,
        "eu": books["eu"],
        "reverse_charge": books["reverse_charge"],
        "refund": np.maximum(inputs - output, 0),
        "received": received,
    }
    wrong = rng.random(told.size) < CORRECTED_SHARE
    first = {
        name: np.where(wrong & (name in {"turnover", "output_vat"}), 0, values) for name, values in figures.items()
    }
    rows = table.add(**first)
    if wrong.any():
        again = {name: values[wrong] for name, values in figures.items()}
        rows[wrong] = table.add(**again | {"received": again["received"] + 15})
    return rows


def _in_quarters(values: Ints) -> Ints:
    """Sums of three months in the last one of each."""
    told = np.zeros_like(values)
    told[2::3] = values.reshape(-1, 3).sum(axis=1)
    return told
