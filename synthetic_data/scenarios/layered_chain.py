"""Typology 8, a layered chain: public money passes through young companies without staff, one after another, and leaves.

Parameters, drawn for each scheme (typologies page, 8 "municipality -> supplier -> sub A -> shell B -> cash", "new
board, name and object, then volume", "mailbox", "paid out same day", and issue 3; the rest is drawn wide):

* 2-4 companies, registered 1-14 months before the first lap, without payroll;
* an officer in common, or an address in common, or both;
* each passes on 90-100 % within 48 hours; 0-10 % of hops are two payments;
* 20-60 % of a public payment takes the road, in 60-100 % of 4-18 months;
* it leaves by an exchange office, as cash, to an account abroad, or to the officer in common.
"""

from __future__ import annotations

import numpy as np

from synthetic_data.commissions import found_commissioned
from synthetic_data.levels import Level, at_level, level_of
from synthetic_data.market import Market, one_of
from synthetic_data.period import DAY
from synthetic_data.roads import (
    draw_kept,
    draw_laps,
    draw_span,
    exchange_office,
    found_front,
    pass_on,
    send,
    shared_place,
    spend_rest,
)
from synthetic_data.scenarios.trail_truth import plant_trail, tell_public, tell_road

COMPANIES = (2, 4)
MONTHS = (4, 18)
MONTHS_USED = (0.6, 1.0)
LAP_SHARE = (0.20, 0.60)
AGE_DAYS = (30, 430)
KEPT_FROM = (0.90, 0.97)
ONTO_MINUTES = (60, 4 * DAY)
SPLIT_SHARE = (0.0, 0.10)
TIES = ("officer", "address", "both")
EXITS = ("exchange_office", "cash", "abroad", "officer")
CLOSED_OFFICE_SHARE = 0.15
LABOUR_SHARE = (0.20, 0.35)


def plant_layered_chains(market: Market, count: int, matrix: int = 0) -> None:
    """``count`` schemes, or ``matrix`` at each level."""
    rng = market.region.rng("layered chains")
    for number in range(count):
        _plant_one(market, rng, level_of(number, matrix))


def _found_chain(
    market: Market, rng: np.random.Generator, *, officer: int, tie: str, size: int, first_day: int
) -> list[int]:
    region = market.region
    owners = [int(person) for person in region.casting.take("worker", size)]
    chain: list[int] = []
    for owner in owners:
        officers = [owner] if tie == "address" else [owner, officer]
        place = shared_place(region, chain[0]) if chain and tie != "officer" else None
        registered_on = first_day - int(rng.integers(*AGE_DAYS))
        chain.append(found_front(market, rng, officers, registered_on=registered_on, place=place))
    return chain


def exit_party(market: Market, rng: np.random.Generator, exit_way: str, officer: int) -> tuple[int, str]:
    """Whom the last company pays, and what the bank calls it."""
    if exit_way == "exchange_office":
        return exchange_office(market, rng, closed_share=CLOSED_OFFICE_SHARE), "supplier"
    if exit_way == "cash":
        return market.region.public["cash service"], "cash"
    if exit_way == "abroad":
        return one_of(market.abroad, rng), "supplier"
    return officer, "transfer"


def _plant_one(market: Market, rng: np.random.Generator, level: Level | None) -> None:
    region = market.region
    span = draw_span(region, rng, at_level(MONTHS, level))
    provider = found_commissioned(market, rng, labour_share=LABOUR_SHARE)
    size = int(rng.integers(COMPANIES[0], COMPANIES[1] + 1))
    officer = int(region.casting.take("worker", 1)[0])
    tie = str(rng.choice(TIES))
    used = draw_laps(rng, provider, span, at_level(MONTHS_USED, level), least=3)
    chain = _found_chain(market, rng, officer=officer, tie=tie, size=size, first_day=int(provider.at[used[0]]) // DAY)
    number = plant_trail(region, "layered_chain", provider.organisation, "region", span)
    scheme = region.truth.schemes[number]
    scheme.organisations |= dict.fromkeys(chain, "front company")
    way = str(rng.choice(EXITS))
    exit_to, exit_kind = exit_party(market, rng, way, officer)
    kept = draw_kept(rng, KEPT_FROM)
    split_share = float(rng.uniform(*at_level(SPLIT_SHARE, level, hidden_when_high=True)))
    amount = (
        (provider.amount[used] * rng.uniform(*at_level(LAP_SHARE, level), size=used.size)).astype(np.int64) // 100 * 100
    )
    at = provider.at[used] + rng.integers(*at_level(ONTO_MINUTES, level, hidden_when_high=True), size=used.size)
    hops = [send(region, provider.organisation, chain[0], amount, at)]
    for position, company in enumerate(chain):
        is_last = position == size - 1
        payee, kind = (exit_to, exit_kind) if is_last else (chain[position + 1], "supplier")
        # notes are in even thousands
        unit = 1_000_00 if is_last and exit_kind == "cash" else 100
        left = pass_on(
            region,
            rng,
            hops[-1],
            payer=company,
            payee=payee,
            kind=kind,
            kept=kept,
            split_share=split_share,
            unit_ore=unit,
        )
        spend_rest(market, rng, company, hops[-1], left)
        hops.append(left)
    tell_public(region, number, provider.payments[used], provider.claims[used])
    tell_road(region, number, onto=hops[:1], along=hops[1:-1], off=hops[-1:])
    scheme.difficulty |= {
        "companies": size,
        "laps": int(used.size),
        "tie": tie,
        "exit": way,
        "kept_from": round(kept[0], 3),
        "kept_to": round(kept[1], 3),
        "split_share": round(split_share, 3),
    }
