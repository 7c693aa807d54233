"""Typology 25, a restaurant with a serving permit as outlet: public money pays for it, staff is not declared, sales and purchases do not fit.

Parameters, drawn for each scheme (typologies page, 25: "holder lacks control or funds; financed by publicly paid firm; sales v purchases, seats; owner
change unreported", D4a "48 h"; the rest is drawn wide). Each scheme has one or two of four ways, funds in about half of all:

* funds: 250-900 kSEK of a publicly paid company, while the holder states savings of its own. Blatant: 3-6 round sums as loans or transfers, 0-5 days after
  a public payment; careful: 5-10 sums, a third of them called purchases, after 1-9 days; professional: 6-14 uneven sums after 2-12 days, all called
  purchases, half of them by way of a company without staff that passes on 85-98 % within five days;
* staff: blatant 3-5 persons in the staff ledger for a year whom nobody declares; careful 2-3 persons for 6-10 months; professional 1-3 persons for 5-9
  months, half of them declared with 3-6 kSEK for full time;
* sales: left out of the till, or put into it without goods. Sales to purchases are 3.0 (honest), 0.6-0.9 or 8-12 (blatant), 1.3-1.7 or 5.5-7.5 (careful),
  1.6-2.0 or 4.6-5.8 (professional);
* owner: all owners are replaced 20-100, 60-200 or 150-320 days after the permit, and nobody tells the municipality.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.commissions import Commission, found_commissioned
from synthetic_data.levels import Level
from synthetic_data.organisation_life import tell_event
from synthetic_data.period import DAY
from synthetic_data.region import PAYER_OF
from synthetic_data.restaurants import Restaurant, clock_in, found_restaurant, keep_ledger, report, state_funds
from synthetic_data.roads import Hop, found_front, pass_on, spend_rest
from synthetic_data.scenario import Scenario
from synthetic_data.scenarios.serving_permits_look_alikes import surround
from synthetic_data.truth import Scheme
from synthetic_data.upkeep import TAX_SHARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from synthetic_data.market import Market
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints

WAYS = ("funds", "staff", "sales", "owner")
WAY_SHARES = (0.4, 0.25, 0.25, 0.1)
SECOND_SHARE = 0.6
FUNDS_ORE = (250_000_00, 900_000_00)
MONTHLY_ORE = (250_000_00, 550_000_00)
LABOUR_SHARE = (0.25, 0.40)
PART_PAY_ORE = (3_000_00, 6_000_00)


@dataclass(frozen=True)
class Habits:
    """How each way is done: sums and days after public money; persons and months; sales to purchases, low and high; days from permit to sale."""

    sums: tuple[int, int]
    days: tuple[int, int]
    persons: tuple[int, int]
    months: tuple[int, int]
    markup_low: tuple[float, float]
    markup_high: tuple[float, float]
    sold_after: tuple[int, int]


HABITS = {
    Level.BLATANT: Habits((3, 7), (0, 6), (3, 6), (12, 13), (0.6, 0.9), (8.0, 12.0), (20, 101)),
    Level.CAREFUL: Habits((5, 11), (1, 10), (2, 4), (6, 11), (1.3, 1.7), (5.5, 7.5), (60, 201)),
    Level.PROFESSIONAL: Habits((6, 15), (2, 13), (1, 4), (5, 10), (1.6, 2.0), (4.6, 5.8), (150, 321)),
}


def _plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    region, habits = market.region, HABITS[level]
    ways = [str(way) for way in rng.choice(WAYS, size=2, replace=False, p=WAY_SHARES)]
    ways = ways if rng.random() < SECOND_SHARE else ways[:1]
    granted = int(rng.integers(-60, 30)) if "owner" in ways else None
    span = habits.markup_low if rng.random() < 0.5 else habits.markup_high
    markup = float(rng.uniform(*span)) if "sales" in ways else None
    restaurant = found_restaurant(market, rng, granted=granted, markup=markup)
    scheme = Scheme(
        "25", "permit holder", restaurant.organisation, PAYER_OF["other"], "other", 0, region.period.days - 1
    )
    scheme.difficulty["ways"] = "+".join(ways)
    number = region.truth.plant(scheme)
    rows = report(region, rng, restaurant)
    if "sales" in ways:
        region.truth.add_members(number, "serving_reports", rows, "sales and purchases that do not fit")
    months = keep_ledger(region, rng, restaurant)
    savings = int(rng.integers(*FUNDS_ORE)) // 10_000_00 * 10_000_00
    state_funds(region, restaurant, restaurant.owner, savings)
    if "staff" in ways:
        _work_undeclared(region, rng, restaurant, months=months, level=level, number=number)
    if "owner" in ways:
        granted_on = int(region.table("further_permits", {})["valid_from"][restaurant.permit])
        _sell(region, restaurant, granted_on + int(rng.integers(*habits.sold_after)))
    if "funds" in ways:
        _fund(market, rng, restaurant, total=savings, level=level, number=number)
    return number


def _work_undeclared(
    region: Region, rng: np.random.Generator, restaurant: Restaurant, *, months: Ints, level: Level, number: int
) -> None:
    """Persons who clock in as staff do and whom nobody declares, or hardly."""
    habits = HABITS[level]
    for person in region.casting.take("worker", int(rng.integers(*habits.persons))):
        count = min(int(rng.integers(*habits.months)), months.size)
        first = int(rng.integers(0, months.size - count + 1))
        mine = months[first : first + count]
        rows = clock_in(region, rng, restaurant.organisation, np.array([person]), mine)
        region.truth.add_members(number, "staff_ledgers", rows, "work that nobody declared")
        if level is Level.PROFESSIONAL and rng.random() < 0.5:
            gross = int(rng.integers(*PART_PAY_ORE)) // 100_00 * 100_00
            region.pay.add(
                organisation=restaurant.organisation,
                person=int(person),
                month=mine,
                gross=gross,
                tax=int(gross * TAX_SHARE),
            )


def _sell(region: Region, restaurant: Restaurant, sold_on: int) -> None:
    """Another owner takes all roles over, and nobody tells the municipality."""
    buyer = int(region.casting.take("worker", 1)[0])
    roles = region.roles
    leaves = (roles["organisation"] == restaurant.organisation) & (roles["person"] == restaurant.owner)
    roles["valid_to"][leaves] = sold_on - 1
    region.give_role(restaurant.organisation, buyer, "owner", "board_member", "signatory", valid_from=sold_on)
    tell_event(region, restaurant.organisation, sold_on, "owner_change")


def _fund(
    market: Market, rng: np.random.Generator, restaurant: Restaurant, *, total: int, level: Level, number: int
) -> None:
    """A publicly paid company pays for it, some days after it was paid itself."""
    region, habits = market.region, HABITS[level]
    provider = found_commissioned(market, rng, monthly_ore=MONTHLY_ORE, labour_share=LABOUR_SHARE)
    truth = region.truth.schemes[number]
    truth.organisations[provider.organisation] = "publicly paid company"
    used = np.sort(rng.permutation(provider.amount.size - 1)[: int(rng.integers(*habits.sums))])
    share = rng.dirichlet(np.full(used.size, 6.0))
    unit = 10_000_00 if level is Level.BLATANT else 5_000_00 if level is Level.CAREFUL else 100
    amount = np.minimum((share * total).astype(np.int64), provider.amount[used] // 2) // unit * unit
    used, amount = used[amount > 0], amount[amount > 0]
    at = provider.at[used] + rng.integers(habits.days[0] * DAY, habits.days[1] * DAY, size=used.size) + 30
    by_front = np.full(used.size, level is Level.PROFESSIONAL) & (rng.random(used.size) < 0.5)
    kinds = _kinds(rng, level, used.size)
    reached = 0
    for kind in sorted(set(kinds)):
        mine = ~by_front & (kinds == kind)
        rows = region.pay_out(
            provider.organisation, np.full(int(mine.sum()), restaurant.organisation), amount[mine], at[mine], str(kind)
        )
        region.truth.add_members(number, "payments", rows, "public money into the restaurant")
        reached += int(amount[mine].sum())
    if by_front.any():
        reached += _by_front(market, rng, restaurant, provider, number=number, amount=amount[by_front], at=at[by_front])
    truth.amount_ore = reached
    region.truth.add_members(number, "payments", provider.payments[used], "public payment")


def _kinds(rng: np.random.Generator, level: Level, count: int) -> NDArray[np.str_]:
    if level is Level.BLATANT:
        return rng.choice(np.array(["loan", "transfer"]), size=count)
    if level is Level.CAREFUL:
        return rng.choice(np.array(["loan", "transfer", "supplier"]), size=count)
    return np.full(count, "supplier")


def _by_front(
    market: Market,
    rng: np.random.Generator,
    restaurant: Restaurant,
    provider: Commission,
    *,
    number: int,
    amount: Ints,
    at: Ints,
) -> int:
    """By way of a company without staff. Returns what reached the restaurant."""
    region = market.region
    front = found_front(
        market, rng, [int(region.casting.take("worker", 1)[0])], registered_on=-int(rng.integers(60, 900))
    )
    region.truth.schemes[number].organisations[front] = "front company"
    rows = region.pay_out(provider.organisation, np.full(amount.size, front), amount, at, "supplier")
    came = Hop(rows, amount, at)
    left = pass_on(
        region, rng, came, payer=front, payee=restaurant.organisation, kept=(0.85, 0.98), wait_minutes=(DAY, 5 * DAY)
    )
    spend_rest(market, rng, front, came, left)
    region.truth.add_members(number, "payments", np.concatenate([rows, left.rows]), "public money into the restaurant")
    return int(left.amount.sum())


SCENARIO = Scenario(name="serving_permits", typologies=(25,), plant=_plant, surround=surround)
