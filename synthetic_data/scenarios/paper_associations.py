"""Typology 5, paper associations: members who do not exist are stated for a grant, which is paid on to who signs for it.

Parameters, drawn for each scheme (typologies page, 5: "members x fee != fee income; no premises cost; signatory in >= 3
associations; same BG; payout to person within days"; the rest is drawn wide):

* 80-260 members and a fee of 100-400 kronor are stated, for grants of 60-300 kSEK a year;
* blatant: 0-5 % of them pay; 75-100 % of the grant goes to the signatory within 1-9 days; no premises;
* careful: 4-14 % pay; 50-80 % goes to signatory or treasurer in two or three parts within 4-28 days; a few purchases;
* professional: 8-28 % pay; 35-65 % goes to a company of the signatory as bills, 10-55 days later; a small rent and
  purchases; in half of the schemes the signatory stands behind two or three such associations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.associations import draw_board, found_association, seat_board
from synthetic_data.grants import buy_for_activities, grant, pay_fees, rent_rooms
from synthetic_data.levels import Level
from synthetic_data.period import DAY
from synthetic_data.region import PAYER_OF
from synthetic_data.scenario import Scenario
from synthetic_data.scenarios.donations_that_come_back import draw_members
from synthetic_data.scenarios.paper_associations_look_alikes import surround
from synthetic_data.truth import Scheme
from synthetic_data.upkeep import found_company, keep_premises

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.rows import Ints

MEMBERS = (80, 261)
FEE_ORE = (100_00, 400_01)
GRANT_ORE = (60_000_00, 300_000_00)


@dataclass(frozen=True)
class Habits:
    """Shares of members who pay and of the grant that is paid on, days until then, parts, and costs to scale."""

    paying: tuple[float, float]
    paid_on: tuple[float, float]
    days: tuple[int, int]
    parts: tuple[int, int]
    costs: float


HABITS = {
    Level.BLATANT: Habits((0.0, 0.05), (0.75, 1.0), (1, 10), (1, 2), 0.0),
    Level.CAREFUL: Habits((0.04, 0.14), (0.5, 0.8), (4, 29), (2, 4), 0.2),
    Level.PROFESSIONAL: Habits((0.08, 0.28), (0.35, 0.65), (10, 56), (2, 5), 0.5),
}


def _plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    region, habits = market.region, HABITS[level]
    signatory = int(region.casting.take("worker", 1)[0])
    receiver = signatory
    if level is Level.PROFESSIONAL:
        receiver = found_company(region, signatory, "Konsult", "70.220")
        keep_premises(market, rng, receiver, np.arange(region.period.months))
    count = int(rng.integers(2, 4)) if level is Level.PROFESSIONAL and rng.random() < 0.5 else 1
    scheme = Scheme("5", "association", -1, PAYER_OF["association_grant"], "association_grant", 0, 0)
    scheme.last_day = region.period.days - 1
    number = region.truth.plant(scheme)
    for _ in range(count):
        association = found_association(region, rng)
        if scheme.organisation < 0:
            scheme.organisation = association
        else:
            scheme.organisations[association] = "association"
        others = draw_board(region, rng, 2)
        seat_board(region, association, [signatory, *others])
        scheme.amount_ore += _live_on_paper(market, rng, association, receiver, habits, number)
    scheme.difficulty |= {"associations": count, "to": "company" if receiver != signatory else "signatory"}
    return number


def _live_on_paper(  # noqa: PLR0917  # one association of a scheme
    market: Market, rng: np.random.Generator, association: int, receiver: int, habits: Habits, number: int
) -> int:
    """Grants, the few fees, and the money on its way. Returns what was granted for members who do not exist."""
    region = market.region
    members = int(rng.integers(*MEMBERS))
    fee = int(rng.integers(*FEE_ORE)) // 50_00 * 50_00
    paying = round(members * float(rng.uniform(*habits.paying)))
    rows, claims, payments = grant(
        region, rng, association, amount_ore=int(rng.integers(*GRANT_ORE)), members=members, fee_ore=fee
    )
    pay_fees(region, rng, association, draw_members(region, rng, paying), fee)
    months = np.arange(region.period.months)
    if habits.costs:
        buy_for_activities(market, rng, association, months[:: 1 if habits.costs > 0.3 else 4], scale=habits.costs)
    if habits.costs > 0.3:
        rent_rooms(market, rng, association, months, scale=habits.costs)
    _pay_on(market, rng, association, receiver, habits, payments)
    region.truth.add_members(number, "association_grants", rows, "grant")
    region.truth.add_members(number, "claims", claims, "grant paid")
    return int(region.claims["amount"][claims].sum() * (members - paying) // members)


def _pay_on(  # noqa: PLR0917  # one association of a scheme
    market: Market, rng: np.random.Generator, association: int, receiver: int, habits: Habits, payments: Ints
) -> None:
    """Part of each grant goes on to the signatory, or the signatory's company, in parts."""
    region = market.region
    for payment in payments.tolist():
        whole = int(region.payments["amount"][payment] * rng.uniform(*habits.paid_on))
        parts = int(rng.integers(*habits.parts))
        sums = (rng.dirichlet(np.full(parts, 5.0)) * whole).astype(np.int64) // 100_00 * 100_00
        at = int(region.payments["at"][payment]) + rng.integers(*habits.days, size=parts) * DAY
        kind = "supplier" if receiver >= 10_000_000 else "transfer"
        region.pay_out(association, np.full(parts, receiver), np.maximum(sums, 100_00), at, kind)


SCENARIO = Scenario(name="paper_associations", typologies=(5,), plant=_plant, surround=surround)
