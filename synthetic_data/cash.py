"""Cash: machines and deposit boxes of one cash service, and the honest persons and companies that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.period import DAY
from synthetic_data.rows import NONE, Ints

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region

WITHDRAWER_SHARE = 0.08
WITHDRAWALS_A_YEAR = (2, 9)
WITHDRAWAL_ORE = (300_00, 4_000_00)
SHOP_SHARE = 0.06
"""Companies that take in cash."""
TAKINGS_ORE = (4_000_00, 40_000_00)
CHANGE_ORE = (2_000_00, 7_000_00)
PETTY_SHARE = 0.12
"""Companies and providers that keep petty cash."""
PETTY_ORE = (1_000_00, 9_000_00)
WEEK = 7


def found_cash_service(region: Region) -> None:
    """The company that owns the cash machines and deposit boxes; it also sells notes to exchange offices."""
    region.public["cash service"] = region.organisations.add("Granlands Kontantservice AB", "AB", "64.190")


def withdraw(region: Region, payer: Ints | int, amount_ore: Ints | int, at: Ints | int) -> Ints:
    """Withdraw cash. Returns the rows of the payments."""
    return region.pay_out(payer, region.public["cash service"], amount_ore, at, "cash")


def deposit(region: Region, payee: Ints | int, amount_ore: Ints | int, at: Ints | int) -> Ints:
    """Put cash into a deposit box, from where it is credited. Returns the rows of the payments."""
    return region.pay_out(region.public["cash service"], payee, amount_ore, at, "cash")


def use_cash(market: Market) -> None:
    """Withdrawals of persons, takings and change of shops, petty cash of others."""
    region = market.region
    rng = region.rng("cash")
    people = region.people
    grown = np.flatnonzero((people.age >= 18) & (people.died == NONE))
    some = rng.choice(grown, size=round(grown.size * WITHDRAWER_SHARE), replace=False)
    person = np.repeat(some, rng.integers(*WITHDRAWALS_A_YEAR, size=some.size) * region.period.years)
    amount = rng.integers(*WITHDRAWAL_ORE, size=person.size) // 10_000 * 10_000
    at = rng.integers(0, region.period.days, size=person.size) * DAY + rng.integers(480, 1320, size=person.size)
    withdraw(region, person, amount, at)
    shops = rng.choice(market.companies, size=max(round(market.companies.size * SHOP_SHARE), 2), replace=False)
    for shop in shops:
        take_cash(region, rng, int(shop))
    others = np.concatenate([market.companies, np.array([each.organisation for each in region.providers])])
    petty = rng.choice(others, size=max(round(others.size * PETTY_SHARE), 2), replace=False)
    payer = np.repeat(petty, rng.integers(2, 9, size=petty.size) * region.period.years)
    at = rng.integers(0, region.period.days, size=payer.size) * DAY + 700
    withdraw(region, payer, rng.integers(*PETTY_ORE, size=payer.size) // 50_000 * 50_000 + 50_000, at)


def take_cash(region: Region, rng: np.random.Generator, shop: int, *, scale: int = 1) -> None:
    """A shop deposits its takings every week and fetches change every other week."""
    days = np.arange(int(rng.integers(0, WEEK)), region.period.days, WEEK)
    takings = rng.integers(*TAKINGS_ORE, size=days.size) // 2_000 * 2_000 * scale
    deposit(region, shop, takings, days * DAY + rng.integers(540, 1200, size=days.size))
    fetched = days[::2]
    change = rng.integers(*CHANGE_ORE, size=fetched.size) // 50_000 * 50_000
    withdraw(region, shop, change, fetched * DAY + rng.integers(500, 640, size=fetched.size))
