"""Typology 13, permits for sale: a home for care gets its permit, is sold at once, and bills on, also after a revocation.

Parameters, drawn for each scheme (typologies page, 13: "owner changed after permit; invoices after revocation (1.5 MSEK in
one case)"; the rest is drawn wide):

* placements of 150-600 kSEK a month;
* two of five schemes are a sale that nobody notifies, two are bills after a revocation, one is both;
* blatant: sold 20-100 days after the permit; bills for 6-10 months after the revocation, in full;
* careful: sold after 60-200 days; bills for 3-6 months, at 50-90 %;
* professional: sold after 150-320 days; in one of four the old owner stays in the register and only the board changes; bills
  for 3-5 months after the revocation, at 20-60 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.further_permits import end_permit
from synthetic_data.levels import Level
from synthetic_data.organisation_life import tell_event
from synthetic_data.public_bills import bill_monthly
from synthetic_data.region import PAYER_OF, ROLES
from synthetic_data.scenario import Scenario
from synthetic_data.scenarios.permits_for_sale_look_alikes import Home, found_home, sell_home, surround
from synthetic_data.truth import Scheme

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints

WAYS = ("sold", "sold", "revoked", "revoked", "both")


@dataclass(frozen=True)
class Habits:
    """Days from permit to sale, months billed after a revocation, and how much of a month is billed then."""

    sold_after: tuple[int, int]
    months: tuple[int, int]
    part: tuple[float, float]
    board_only: float


HABITS = {
    Level.BLATANT: Habits((20, 101), (6, 11), (0.9, 1.1), 0.0),
    Level.CAREFUL: Habits((60, 201), (3, 7), (0.5, 0.9), 0.0),
    Level.PROFESSIONAL: Habits((150, 321), (3, 6), (0.2, 0.6), 0.25),
}


def _plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    region, habits = market.region, HABITS[level]
    way = str(rng.choice(WAYS))
    granted = int(rng.integers(-60, 160))
    last = region.period.months if way == "sold" else int(rng.integers(10, 13))
    home = found_home(market, rng, granted, last=last)
    starts, claims, first = region.period.month_starts, [], region.period.days
    hidden = False
    if way != "revoked":
        sold_on = granted + int(rng.integers(*habits.sold_after))
        hidden = bool(rng.random() < habits.board_only)
        _sell(market, region, home, sold_on, hidden=hidden)
        claims.append(home.bills.claims[starts[home.bills.months] > sold_on])
        first = sold_on
    if way != "sold":
        end_permit(region, home.permit, int(starts[last]) - 1, "revoked")
        tell_event(region, home.organisation, int(starts[last]) - 1, "permit_revoked")
        months = np.arange(last, min(last + int(rng.integers(*habits.months)), region.period.months))
        monthly = round(home.monthly_ore * float(rng.uniform(*habits.part)))
        late = bill_monthly(region, rng, home.organisation, "placement", months=months, monthly_ore=monthly)
        claims.append(late.claims)
        first = min(first, int(starts[last]))
    return _tell(region, home, np.concatenate(claims), first, way if not hidden else f"{way}, board only")


def _tell(region: Region, home: Home, claims: Ints, first: int, way: str) -> int:
    """Record the scheme: what was billed after the sale or the revocation."""
    scheme = Scheme("13", "home for care", home.organisation, PAYER_OF["placement"], "placement", first, 0)
    scheme.last_day = region.period.days - 1
    scheme.amount_ore = int(region.claims["amount"][claims].sum())
    scheme.difficulty["way"] = way
    number = region.truth.plant(scheme)
    region.truth.add_members(number, "claims", claims, "bill after sale or revocation")
    return number


def _sell(market: Market, region: Region, home: Home, sold_on: int, *, hidden: bool) -> None:
    """Sell, without a word to the authority; ``hidden``: the old owner stays owner on paper, and leaves the board."""
    if not hidden:
        sell_home(market, home, sold_on)
        return
    buyer = int(region.casting.take("worker", 1)[0])
    region.give_role(home.organisation, buyer, "board_member", "signatory", valid_from=sold_on)
    roles = region.roles
    leaves = (roles["organisation"] == home.organisation) & (roles["person"] == home.owner)
    roles["valid_to"][leaves & (roles["role"] != ROLES.index("owner"))] = sold_on - 1
    tell_event(region, home.organisation, sold_on, "board_change")


SCENARIO = Scenario(name="permits_for_sale", typologies=(13,), plant=_plant, surround=surround)
