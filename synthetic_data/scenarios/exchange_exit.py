"""Typology 7, exit through an exchange office or as cash, soon after public money came, without any foreign trade.

Parameters, drawn for each scheme (typologies page, 7 "50-300 kSEK per withdrawal in the construction variant", "pays
round sums to exchanger without foreign trade", "same-day pass-through", and issue 3; the rest is drawn wide):

* 0-5 days after a public payment one to four round sums of 50-300 kSEK leave, 20-65 % of the payment together;
* from the provider itself, or by way of one front company that passes each sum on within 48 hours;
* to an exchange office, or withdrawn as cash; one office in seven is the one whose entry in the register ended;
* in 75-100 % of 4-24 months.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.commissions import found_commissioned
from synthetic_data.foreign_trade import EXCHANGED_ORE, ROUND_ORE
from synthetic_data.levels import Level, at_level, level_of
from synthetic_data.period import DAY
from synthetic_data.roads import Hop, draw_laps, draw_span, exchange_office, found_front, send, spend_rest
from synthetic_data.scenarios.trail_truth import plant_trail, tell_public, tell_road

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.rows import Ints

MONTHS = (4, 24)
MONTHS_USED = (0.75, 1.0)
SHARE = (0.20, 0.65)
WITHIN_MINUTES = 5 * DAY
FRONT_MINUTES = 2 * DAY
MOST_SUMS = 4
ABOVE = (1.0, 1.08)
"""What a front company is paid to what it passes on."""
CASH_SHARE = 0.4
FRONT_SHARE = 0.5
CLOSED_OFFICE_SHARE = 0.15
MONTHLY_ORE = (280_000_00, 650_000_00)
LABOUR_SHARE = (0.15, 0.30)


def plant_exchange_exits(market: Market, count: int, matrix: int = 0) -> None:
    """``count`` schemes, or ``matrix`` at each level."""
    rng = market.region.rng("exchange exits")
    for number in range(count):
        _plant_one(market, rng, level_of(number, matrix))


def draw_round_sums(rng: np.random.Generator, total: Ints) -> tuple[Ints, Ints]:
    """Divide each total into round sums of the span. Returns to which total each sum belongs, and the sums."""
    lap, sums = [], []
    for number, whole in enumerate(total.tolist()):
        most = min(whole // EXCHANGED_ORE[0], MOST_SUMS)
        least = -(-whole // EXCHANGED_ORE[1])
        count = int(rng.integers(least, max(most, least) + 1))
        sizes = rng.dirichlet(np.full(count, 6.0)) * whole
        rounded = np.clip(np.round(sizes / ROUND_ORE) * ROUND_ORE, *EXCHANGED_ORE).astype(np.int64)
        lap += [number] * count
        sums += rounded.tolist()
    return np.array(lap, dtype=np.int64), np.array(sums, dtype=np.int64)


def _plant_one(market: Market, rng: np.random.Generator, level: Level | None) -> None:
    region = market.region
    span = draw_span(region, rng, at_level(MONTHS, level))
    provider = found_commissioned(market, rng, monthly_ore=MONTHLY_ORE, labour_share=LABOUR_SHARE)
    number = plant_trail(region, "exchange_exit", provider.organisation, "region", span)
    scheme = region.truth.schemes[number]
    used = draw_laps(rng, provider, span, at_level(MONTHS_USED, level), least=3)
    total = (provider.amount[used] * rng.uniform(*at_level(SHARE, level), size=used.size)).astype(np.int64)
    lap, sums = draw_round_sums(rng, np.maximum(total, EXCHANGED_ORE[0]))
    by_cash = bool(rng.random() < CASH_SHARE)
    by_front = bool(rng.random() < FRONT_SHARE)
    payee = region.public["cash service"] if by_cash else exchange_office(market, rng, closed_share=CLOSED_OFFICE_SHARE)
    kind = "cash" if by_cash else "supplier"
    came_at = provider.at[used][lap]
    at = came_at + rng.integers(30, WITHIN_MINUTES, size=lap.size)
    tell_public(region, number, provider.payments[used], provider.claims[used])
    if by_front:
        owner = int(region.casting.take("worker", 1)[0])
        officers = [owner, provider.owner] if rng.random() < 0.5 else [owner]
        front = found_front(market, rng, officers, registered_on=-int(rng.integers(30, 900)))
        scheme.organisations[front] = "front company"
        moved = (sums * rng.uniform(*ABOVE, size=sums.size)).astype(np.int64) // 100 * 100
        moved_at = np.maximum(at - rng.integers(20, FRONT_MINUTES, size=lap.size), came_at + 15)
        onto = send(region, provider.organisation, front, moved, moved_at)
        off = send(region, front, payee, sums, at, kind=kind)
        spend_rest(market, rng, front, onto, off)
        tell_road(region, number, onto=[onto], along=[], off=[off])
    else:
        left: Hop = send(region, provider.organisation, payee, sums, at, kind=kind)
        tell_road(region, number, onto=[left], along=[], off=[])
    scheme.difficulty |= {
        "exit": "cash" if by_cash else "exchange_office",
        "by_front": int(by_front),
        "laps": int(used.size),
        "sums": int(sums.size),
        "office_entry_ended": int(payee == market.closed_office),
    }
