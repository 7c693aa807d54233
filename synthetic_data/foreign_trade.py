"""Accounts abroad and honest trade with their holders.

The country is drawn alike for honest trade and for schemes: it says where an account is, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.market import Market, one_of
from synthetic_data.organisations import FOREIGN
from synthetic_data.period import DAY
from synthetic_data.rows import Ints

if TYPE_CHECKING:
    from synthetic_data.region import Region

COUNTRIES = (
    ("DE", "GmbH"),
    ("PL", "Sp. z o.o."),
    ("DK", "ApS"),
    ("FI", "Oy"),
    ("NL", "B.V."),
    ("GB", "Ltd"),
    ("EE", "OÜ"),
    ("TR", "Ltd. Sti."),
    ("CN", "Co. Ltd"),
    ("AE", "LLC"),
)
PEOPLE_A_COMPANY = 2_500
FEWEST = 10
IMPORTER_SHARE = 0.04
"""Companies that buy abroad."""
IMPORT_ORE = (20_000_00, 300_000_00)
CASH_PURCHASE_SHARE = 0.35
"""Importers that also buy with notes, at markets abroad."""
EXCHANGED_ORE = (50_000_00, 300_000_00)
ROUND_ORE = 10_000_00


def found_companies_abroad(region: Region) -> Ints:
    """Companies abroad with an account each; their party numbers."""
    rng = region.rng("companies abroad")
    count = max(region.people.count // PEOPLE_A_COMPANY, FEWEST)
    companies = []
    for place in range(count):
        country, ending = COUNTRIES[place % len(COUNTRIES)]
        trade = ("Trading", "Export", "Textil", "Parts")[int(rng.integers(0, 4))]
        party = region.organisations.add(region.organisations.free_name(trade, ending), FOREIGN, "")
        region.accounts.open_abroad(party, country)
        companies.append(party)
    return np.array(companies, dtype=np.int64)


def round_sums(rng: np.random.Generator, span_ore: tuple[int, int], count: int) -> Ints:
    """Round sums within a span."""
    low, high = span_ore
    sums: Ints = rng.integers(low // ROUND_ORE, high // ROUND_ORE + 1, size=count) * ROUND_ORE
    return sums


def buy_abroad(market: Market, rng: np.random.Generator, company: int, months: Ints, span_ore: tuple[int, int]) -> None:
    """Pay two suppliers abroad in turn, once a month."""
    region = market.region
    sellers = np.array([one_of(market.abroad, rng) for _ in range(2)])
    amount = rng.integers(*span_ore, size=months.size)
    at = region.period.bank_day(region.period.month_starts[months] + rng.integers(2, 26, size=months.size)) * DAY
    region.pay_out(company, sellers[np.arange(months.size) % 2], amount, at + 560, "supplier")


def buy_notes(market: Market, rng: np.random.Generator, company: int, months: Ints) -> None:
    """Pay an exchange office a large round sum in each of these months, for purchases with notes abroad."""
    region = market.region
    at = region.period.bank_day(region.period.month_starts[months] + rng.integers(2, 26, size=months.size)) * DAY
    office = one_of(market.offices, rng)
    region.pay_out(company, office, round_sums(rng, EXCHANGED_ORE, months.size), at + 650, "supplier")


def trade_abroad(market: Market) -> None:
    """Importers among the companies of the region, some of which buy notes."""
    region = market.region
    rng = region.rng("foreign trade")
    count = max(round(market.companies.size * IMPORTER_SHARE), 3)
    months = np.arange(region.period.months)
    for place, company in enumerate(rng.choice(market.companies, size=count, replace=False)):
        buy_abroad(market, rng, int(company), months, IMPORT_ORE)
        if place == 0 or rng.random() < CASH_PURCHASE_SHARE:
            buy_notes(market, rng, int(company), months[int(rng.integers(0, 2)) :: 2])
