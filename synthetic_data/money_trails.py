"""Money trails: cash, exchange offices and accounts abroad, the five scenarios and their look-alikes, in order.

All of it comes after the rest of the region and draws from random numbers of its own: the rest stays as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.cash import found_cash_service, use_cash
from synthetic_data.commissions import found_honest_commissioned
from synthetic_data.exchange_offices import found_exchange_offices, restock, serve_travellers
from synthetic_data.foreign_trade import found_companies_abroad, trade_abroad
from synthetic_data.levels import tell_levels
from synthetic_data.market import Market
from synthetic_data.opening_balances import open_balances
from synthetic_data.payroll import declare_and_pay
from synthetic_data.region import Region
from synthetic_data.rows import Ints
from synthetic_data.scenarios.circular_money import plant_circular_money
from synthetic_data.scenarios.circular_money_look_alikes import found_circular_look_alikes
from synthetic_data.scenarios.donation_look_alikes import found_donation_look_alikes
from synthetic_data.scenarios.donations_that_come_back import plant_returning_donations
from synthetic_data.scenarios.exchange_exit import plant_exchange_exits
from synthetic_data.scenarios.exchange_exit_look_alikes import found_exchange_look_alikes
from synthetic_data.scenarios.layered_chain import plant_layered_chains
from synthetic_data.scenarios.layered_chain_look_alikes import found_layered_look_alikes
from synthetic_data.scenarios.rapid_pass_through import plant_rapid_pass_through
from synthetic_data.scenarios.rapid_pass_through_look_alikes import found_pass_through_look_alikes

if TYPE_CHECKING:
    from collections.abc import Callable

PLANTERS = (
    plant_circular_money,
    plant_layered_chains,
    plant_exchange_exits,
    plant_rapid_pass_through,
    plant_returning_donations,
)
LOOK_ALIKES = (
    found_circular_look_alikes,
    found_layered_look_alikes,
    found_exchange_look_alikes,
    found_pass_through_look_alikes,
    found_donation_look_alikes,
)
PEOPLE_A_SCHEME = 20_000
"""People to one scheme of each scenario, and to one look-alike of each kind."""
FEWEST_PEOPLE = 4_000
"""A smaller region has no schemes and look-alikes of money trails unless they are asked for."""


def each_by_people(people: int) -> int:
    """How many schemes of each scenario, and look-alikes of each kind, a region of that size has."""
    return max(round(people / PEOPLE_A_SCHEME), 1) if people >= FEWEST_PEOPLE else 0


def lay_money_trails(
    region: Region,
    planted: int,
    *,
    companies: Ints,
    landlords: Ints,
    suppliers: Ints,
    associations: Ints,
    matrix: int,
    further: Callable[[Market], None],
) -> None:
    """Everything of money trails. ``planted`` schemes are spread over the scenarios; the rest is what there is already.

    With a ``matrix`` the schemes of each scenario are so many at each level. ``further`` plants what stands in the same market
    beside them, before pay is declared and balances are opened.
    """
    first_account, first_pay = region.accounts.count, region.pay.count
    region.casting.prefer_jobless(np.unique(region.pay["person"]))
    found_cash_service(region)
    offices = found_exchange_offices(region)
    market = Market(
        region,
        companies,
        landlords,
        suppliers,
        associations,
        offices=offices[1:],
        closed_office=int(offices[0]),
        abroad=found_companies_abroad(region),
    )
    use_cash(market)
    serve_travellers(market)
    trade_abroad(market)
    found_honest_commissioned(market)
    for place, plant in enumerate(PLANTERS):
        first = len(region.truth.schemes)
        plant(market, (planted + len(PLANTERS) - 1 - place) // len(PLANTERS), matrix)
        tell_levels(region.truth.schemes[first:], matrix)
    alike = max(each_by_people(region.people.count), -(-planted // len(PLANTERS)))
    for found in LOOK_ALIKES:
        found(market, alike)
    further(market)
    restock(market)
    declare_and_pay(region, since=first_pay, part="money trails ")
    open_balances(market, first_account)
