"""Typologies 8 and 14, circular money: bills between companies of one circle, so that public money looks like turnover.

Parameters, drawn for each scheme (typologies page, 8 "paid out same day", 14 "related-party transfers", and issue 3;
what they do not say is drawn wide):

* a publicly paid provider pays 1-5 companies of its circle in turn; the last pays the provider back, in three of ten
  schemes its owner: 2-6 hops;
* 90-100 % is kept at each hop, and each hop takes 1-40 hours, so that the money is back within days;
* 20-65 % of a public payment takes the road, in 75-100 % of 5-24 months;
* in three of ten schemes the order of the companies changes from lap to lap; 0-15 % of hops are two payments;
* two of five circles have a company with an employee.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.commissions import found_commissioned
from synthetic_data.levels import Level, at_level, level_of
from synthetic_data.period import DAY
from synthetic_data.roads import (
    Hop,
    draw_kept,
    draw_laps,
    draw_span,
    found_front,
    pass_on,
    send,
    shared_place,
    spend_rest,
)
from synthetic_data.scenarios.trail_truth import plant_trail, tell_public, tell_road
from synthetic_data.upkeep import employ_person

if TYPE_CHECKING:
    from synthetic_data.commissions import Commission
    from synthetic_data.market import Market

COMPANIES = (1, 5)
MONTHS = (5, 24)
MONTHS_USED = (0.75, 1.0)
LAP_SHARE = (0.20, 0.65)
KEPT_FROM = (0.90, 0.97)
WAIT_MINUTES = (60, 2_400)
ONTO_MINUTES = (120, 3 * DAY)
SPLIT_SHARE = (0.0, 0.15)
TO_OWNER_SHARE = 0.3
RESHUFFLED_SHARE = 0.3
EMPLOYEE_SHARE = 0.4
ONE_PLACE_SHARE = 0.4
UNITS_ORE = (100, 1_000_00, 10_000_00)
LABOUR_SHARE = (0.15, 0.30)
KINDS = ("supplier", "supplier", "transfer")


def plant_circular_money(market: Market, count: int, matrix: int = 0) -> None:
    """``count`` schemes, or ``matrix`` at each level."""
    rng = market.region.rng("circular money")
    for number in range(count):
        _plant_one(market, rng, level_of(number, matrix))


def _found_circle(market: Market, rng: np.random.Generator, provider: Commission, size: int) -> list[int]:
    """Companies of the owner, of straw men with the owner as deputy, or of both at one address."""
    region = market.region
    place = shared_place(region, provider.organisation) if rng.random() < ONE_PLACE_SHARE else None
    straw_men = [int(person) for person in region.casting.take("worker", max(size // 2, 1))]
    circle = []
    for position in range(size):
        straw = straw_men[position % len(straw_men)]
        officers = [provider.owner] if rng.random() < 0.35 else [straw, provider.owner]
        registered_on = -int(rng.integers(60, 1500))
        circle.append(found_front(market, rng, officers, registered_on=registered_on, place=place))
    return circle


def _plant_one(market: Market, rng: np.random.Generator, level: Level | None) -> None:
    region = market.region
    span = draw_span(region, rng, at_level(MONTHS, level))
    provider = found_commissioned(market, rng, labour_share=LABOUR_SHARE)
    size = int(rng.integers(COMPANIES[0], COMPANIES[1] + 1))
    circle = _found_circle(market, rng, provider, size)
    number = plant_trail(region, "circular_money", provider.organisation, "region", span)
    scheme = region.truth.schemes[number]
    scheme.organisations |= dict.fromkeys(circle, "company of the circle")
    has_employee = bool(rng.random() < EMPLOYEE_SHARE)
    if has_employee:
        person = int(region.casting.take("worker", 1)[0])
        employ_person(region, rng, circle[0], person, np.arange(*span))
        market.lean.discard(circle[0])
    used = draw_laps(rng, provider, span, at_level(MONTHS_USED, level), least=3)
    unit = int(rng.choice(UNITS_ORE))
    amount = (
        (provider.amount[used] * rng.uniform(*at_level(LAP_SHARE, level), size=used.size)).astype(np.int64)
        // unit
        * unit
    )
    at = provider.at[used] + rng.integers(*at_level(ONTO_MINUTES, level, hidden_when_high=True), size=used.size)
    end = provider.owner if rng.random() < TO_OWNER_SHARE else provider.organisation
    kept = draw_kept(rng, KEPT_FROM)
    split_share = float(rng.uniform(*at_level(SPLIT_SHARE, level, hidden_when_high=True)))
    reshuffled = size > 1 and bool(rng.random() < RESHUFFLED_SHARE)
    tell_public(region, number, provider.payments[used], provider.claims[used])
    for laps in np.arange(used.size)[:, None] if reshuffled else [np.arange(used.size)]:
        road = [circle[int(place)] for place in rng.permutation(size)] if reshuffled else circle
        hops = [send(region, provider.organisation, road[0], amount[laps], at[laps])]
        for position, company in enumerate(road):
            is_last = position == size - 1
            payee = end if is_last else road[position + 1]
            kind = ("loan" if end == provider.owner else str(rng.choice(KINDS))) if is_last else "supplier"
            left: Hop = pass_on(
                region,
                rng,
                hops[-1],
                payer=company,
                payee=payee,
                kind=kind,
                kept=kept,
                wait_minutes=WAIT_MINUTES,
                split_share=split_share,
            )
            spend_rest(market, rng, company, hops[-1], left)
            hops.append(left)
        tell_road(region, number, onto=hops[:1], along=hops[1:-1], off=hops[-1:])
    scheme.difficulty |= {
        "hops": size + 1,
        "laps": int(used.size),
        "kept_from": round(kept[0], 3),
        "kept_to": round(kept[1], 3),
        "back_to": "owner" if end == provider.owner else "provider",
        "reshuffled": int(reshuffled),
        "split_share": round(split_share, 3),
        "has_employee": int(has_employee),
    }
