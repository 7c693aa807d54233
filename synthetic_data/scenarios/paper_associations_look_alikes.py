"""Honest associations with grants, and lawful look-alikes of paper associations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.associations import draw_board, found_association, seat_board
from synthetic_data.grants import buy_for_activities, collect_fees, grant, pay_fees, rent_rooms
from synthetic_data.market import one_of
from synthetic_data.period import DAY
from synthetic_data.scenarios.donations_that_come_back import draw_members

if TYPE_CHECKING:
    from synthetic_data.market import Market

HONEST = 40
MEMBERS = (25, 220)
FEE_ORE = (100_00, 500_00)
GRANT_ORE = (20_000_00, 260_000_00)
PAYING = (0.6, 1.0)
COLLECTED_SHARE = 0.25
"""Associations whose fees a payment service collects."""
OUTLAY_ORE = (150_00, 3_500_00)


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Associations that do what they are granted for, and ``count`` of each look-alike."""
    for _ in range(HONEST):
        by_service = one_of(market.suppliers, rng) if rng.random() < COLLECTED_SHARE else -1
        found_granted(market, rng, collector=by_service)
    for _ in range(count):
        _umbrella(market, rng)
        _treasurer_of_several(market, rng)
        _waived_fees(market, rng)
        _fees_through_federation(market, rng)


def found_granted(
    market: Market,
    rng: np.random.Generator,
    *,
    board: list[int] | None = None,
    collector: int = -1,
    paying: tuple[float, float] = PAYING,
    rooms: bool = True,
) -> int:
    """An association with members, premises and activities; a treasurer is reimbursed for outlays. Returns it."""
    region = market.region
    association = found_association(region, rng)
    seat_board(region, association, board or draw_board(region, rng, 3))
    treasurer = int(region.roles["person"][region.roles["organisation"] == association][-1])
    members = int(rng.integers(*MEMBERS))
    fee = int(rng.integers(*FEE_ORE)) // 50_00 * 50_00
    grant(region, rng, association, amount_ore=int(rng.integers(*GRANT_ORE)), members=members, fee_ore=fee)
    share = float(rng.uniform(*paying))
    if collector >= 0:
        collect_fees(region, rng, association, collector, round(members * fee * share))
    else:
        pay_fees(region, rng, association, draw_members(region, rng, round(members * share)), fee)
    months = np.arange(region.period.months)
    if rooms and rng.random() < 0.85:
        rent_rooms(market, rng, association, months)
    buy_for_activities(market, rng, association, months, scale=float(rng.uniform(0.5, 2.0)))
    at = region.period.day_of_month(months[::2], 18) * DAY + 900
    outlay = rng.integers(*OUTLAY_ORE, size=at.size)
    region.pay_out(association, np.full(at.size, treasurer), outlay, at, "transfer")
    return association


def _umbrella(market: Market, rng: np.random.Generator) -> None:
    """A federation states the members of its member associations, takes no fee of them, and hands the grant on."""
    region = market.region
    umbrella = found_association(region, rng)
    seat_board(region, umbrella, draw_board(region, rng, 4))
    _, _, payments = grant(
        region, rng, umbrella, amount_ore=int(rng.integers(200_000_00, 600_000_00)), members=900, fee_ore=50_00
    )
    receivers = rng.choice(market.associations, size=min(6, market.associations.size), replace=False)
    for payment in payments.tolist():
        part = int(region.payments["amount"][payment] * rng.uniform(0.8, 0.97)) // receivers.size // 100 * 100
        at = int(region.payments["at"][payment]) + rng.integers(1, 12, size=receivers.size) * DAY
        region.pay_out(np.full(receivers.size, umbrella), receivers, np.full(receivers.size, part), at, "transfer")
    region.truth.tell("umbrella_passes_grants_on", umbrella, "A federation hands its grant on to its members.")


def _treasurer_of_several(market: Market, rng: np.random.Generator) -> None:
    """One volunteer keeps the books of four associations."""
    treasurer = draw_board(market.region, rng, 1)[0]
    for _ in range(4):
        chair, other = draw_board(market.region, rng, 2)
        association = found_granted(market, rng, board=[chair, treasurer, other])
        market.region.truth.tell(
            "treasurer_of_several", association, "One volunteer is treasurer of four associations."
        )


def _waived_fees(market: Market, rng: np.random.Generator) -> None:
    """The fee is waived for the young and the poor, who are most of the members; rooms and activities cost."""
    association = found_granted(market, rng, paying=(0.04, 0.3))
    rent_rooms(market, rng, association, np.arange(market.region.period.months))
    market.region.truth.tell("waived_fees", association, "Most members are let off the fee; the activities are real.")


def _fees_through_federation(market: Market, rng: np.random.Generator) -> None:
    """A federation collects the fees and pays the association its part; the municipality lends rooms free of charge."""
    collector = one_of(market.associations, rng)
    association = found_granted(market, rng, collector=collector, rooms=False)
    market.region.truth.tell("fees_through_federation", association, "A federation collects the fees.")
