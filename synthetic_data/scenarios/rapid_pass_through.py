"""Typologies 7 and 8, rapid pass-through: one front company takes from several publicly paid ones and sends on at once.

Parameters, drawn for each scheme (typologies page, 7 "fan-in to one cash-out; same-day pass-through", 8 "mailbox; paid
out same day", D4a "48 h", and issue 3; the rest is drawn wide):

* 2-5 publicly paid providers with owners of their own, who pay the front company 15-50 % of what the public paid them,
  in 60-100 % of 4-24 months, 0-6 days after the payment;
* the front company sends on 90-100 % of each sum within 48 hours, holds next to nothing between, and has neither staff
  nor premises;
* to one to three of: a company that nothing ties to it, an account abroad, an exchange office, cash, its owner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.commissions import Commission, found_commissioned
from synthetic_data.levels import Level, at_level, level_of
from synthetic_data.market import Market, one_of
from synthetic_data.period import DAY
from synthetic_data.roads import Hop, draw_kept, draw_laps, draw_span, exchange_office, found_front, pass_on, spend_rest
from synthetic_data.scenarios.trail_truth import plant_trail, tell_public, tell_road

if TYPE_CHECKING:
    from synthetic_data.rows import Ints

PROVIDERS = (2, 5)
MONTHS = (4, 24)
MONTHS_USED = (0.6, 1.0)
SHARE = (0.15, 0.50)
ONTO_MINUTES = (60, 6 * DAY)
KEPT_FROM = (0.90, 0.98)
RECEIVERS = (1, 3)
WAYS = ("company", "abroad", "exchange_office", "cash", "owner")
CLOSED_OFFICE_SHARE = 0.1
MONTHLY_ORE = (150_000_00, 450_000_00)
LABOUR_SHARE = (0.25, 0.40)


def plant_rapid_pass_through(market: Market, count: int, matrix: int = 0) -> None:
    """``count`` schemes, or ``matrix`` at each level."""
    rng = market.region.rng("rapid pass-through")
    for number in range(count):
        _plant_one(market, rng, level_of(number, matrix))


def _receiver(market: Market, rng: np.random.Generator, way: str, owner: int, number: int) -> tuple[int, str]:
    region = market.region
    if way == "company":
        other = int(region.casting.take("worker", 1)[0])
        company = found_front(market, rng, [other], registered_on=-int(rng.integers(200, 2000)))
        market.lean.discard(company)
        region.truth.schemes[number].organisations[company] = "receiving company"
        return company, "supplier"
    if way == "abroad":
        return one_of(market.abroad, rng), "supplier"
    if way == "exchange_office":
        return exchange_office(market, rng, closed_share=CLOSED_OFFICE_SHARE), "supplier"
    if way == "cash":
        return region.public["cash service"], "cash"
    return owner, "transfer"


def _pay_in(
    market: Market,
    rng: np.random.Generator,
    provider: Commission,
    front: int,
    *,
    span: tuple[int, int],
    level: Level | None,
) -> tuple[Ints, Hop]:
    """Payments of one provider to the front company, and which public payments they are of."""
    used = draw_laps(rng, provider, span, at_level(MONTHS_USED, level), least=2)
    amount = (
        (provider.amount[used] * rng.uniform(*at_level(SHARE, level), size=used.size)).astype(np.int64) // 100 * 100
    )
    at = provider.at[used] + rng.integers(*at_level(ONTO_MINUTES, level, hidden_when_high=True), size=used.size)
    rows = market.region.pay_out(provider.organisation, front, amount, at, "supplier")
    return used, Hop(rows, amount, at)


def _plant_one(market: Market, rng: np.random.Generator, level: Level | None) -> None:
    region = market.region
    span = draw_span(region, rng, at_level(MONTHS, level))
    count = int(rng.integers(PROVIDERS[0], PROVIDERS[1] + 1))
    providers = [
        found_commissioned(market, rng, monthly_ore=MONTHLY_ORE, labour_share=LABOUR_SHARE) for _ in range(count)
    ]
    owner = int(region.casting.take("worker", 1)[0])
    number = plant_trail(region, "rapid_pass_through", providers[0].organisation, "region", span)
    scheme = region.truth.schemes[number]
    front = found_front(market, rng, [owner], registered_on=-int(rng.integers(20, 700)))
    scheme.organisations[front] = "front company"
    scheme.organisations |= {each.organisation: "provider" for each in providers[1:]}
    ways = [str(way) for way in rng.permutation(WAYS)[: int(rng.integers(RECEIVERS[0], RECEIVERS[1] + 1))]]
    receivers = [_receiver(market, rng, way, owner, number) for way in ways]
    kept = draw_kept(rng, KEPT_FROM)
    laps = 0
    for provider in providers:
        used, onto = _pay_in(market, rng, provider, front, span=span, level=level)
        tell_public(region, number, provider.payments[used], provider.claims[used])
        turn = rng.integers(0, len(receivers), size=used.size)
        for place, (payee, kind) in enumerate(receivers):
            mine = turn == place
            part = Hop(onto.rows[mine], onto.amount[mine], onto.at[mine])
            left = pass_on(
                region,
                rng,
                part,
                payer=front,
                payee=payee,
                kind=kind,
                kept=kept,
                unit_ore=1_000_00 if kind == "cash" else 100,
            )
            spend_rest(market, rng, front, part, left)
            tell_road(region, number, onto=[part], along=[], off=[left])
        laps += int(used.size)
    scheme.difficulty |= {
        "providers": count,
        "laps": laps,
        "exit": "+".join(ways),
        "kept_from": round(kept[0], 3),
        "kept_to": round(kept[1], 3),
    }
