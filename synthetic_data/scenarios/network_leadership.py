"""Typology 24, leadership across cases: the companies of one leader look independent and share a payee, an accountant, an officer.

Parameters, drawn for each scheme (typologies page, 24 "proceeds of several cases -> shared accounts, firms, enablers -> few controllers"; the rest is drawn
wide):

* 4-6 cells (professional 6-8), each a publicly paid provider with an owner of its own and a front company without staff;
* the provider pays the front 15-50 % of what the public paid (careful 12-35 %, professional 10-25 %), in 60-100 % of 8-20 months; the front sends on 90-99 %
  within 48 hours;
* blatant: all to the leader's company, the leader is deputy of every front, one accountant keeps all their books; careful: all to the leader's company, the
  accountant keeps the books of the providers alone; professional: half of the payments go to cash instead, and the accountant keeps honest books too;
* some cells use a formation agent, an accountant of many and an umbrella body, as honest ones do.

Look-alikes: an accountant of 16-24 companies, a formation agent who was deputy of as many for their first weeks, an umbrella body that all pay dues to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.associations import found_association, seat_board
from synthetic_data.commissions import Commission, found_commissioned
from synthetic_data.levels import Level
from synthetic_data.market import Market, one_of
from synthetic_data.period import DAY
from synthetic_data.roads import Hop, draw_kept, draw_laps, draw_span, found_front, pass_on, spend_rest
from synthetic_data.scenario import Scenario
from synthetic_data.scenarios.trail_truth import tell_public, tell_road
from synthetic_data.truth import Scheme
from synthetic_data.upkeep import found_company

if TYPE_CHECKING:
    from synthetic_data.region import Region

CELLS = {Level.BLATANT: (4, 7), Level.CAREFUL: (4, 7), Level.PROFESSIONAL: (6, 9)}
SHARE = {Level.BLATANT: (0.15, 0.50), Level.CAREFUL: (0.12, 0.35), Level.PROFESSIONAL: (0.10, 0.25)}
MONTHS = (8, 20)
MONTHS_USED = (0.6, 1.0)
ONTO_MINUTES = (60, 6 * DAY)
KEPT_FROM = (0.90, 0.97)
MONTHLY_ORE = (150_000_00, 450_000_00)
LABOUR_SHARE = (0.25, 0.40)
HONEST_BOOKS = (4, 9)
HONEST = 30
CLIENTS = (16, 25)
USES_ENABLER = 0.35
FORMATION_DAYS = (10, 60)
DUES_ORE = (500_00, 4_000_00)
DAYS_TO_LEADER = (5, 40)


def _surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Honest commissioned companies, and so many accountants, formation agents and umbrella bodies of many of them."""
    region = market.region
    honest = np.array([found_commissioned(market, rng, monthly_ore=MONTHLY_ORE).organisation for _ in range(HONEST)])
    market.enablers["honest"] = honest.tolist()
    for kind in ("accountant", "formation agent"):
        market.enablers[kind] = []
        for _ in range(count):
            person = int(region.casting.take("worker", 1)[0])
            firm = found_company(region, person, "Redovisning" if kind == "accountant" else "Bolagsservice", "69.201")
            region.truth.tell(f"{kind} of many", firm, "lawful: a profession that many use")
            market.enablers[kind].append(person)
            for client in rng.choice(honest, size=int(rng.integers(*CLIENTS)), replace=False):
                _use(region, rng, kind, person, int(client))
    market.enablers["umbrella body"] = []
    for _ in range(count):
        body = found_association(region, rng)
        seat_board(region, body, [int(person) for person in region.casting.take("worker", 3)])
        region.truth.tell("umbrella body", body, "lawful: dues of members")
        market.enablers["umbrella body"].append(body)
        for client in rng.choice(honest, size=int(rng.integers(*CLIENTS)), replace=False):
            _use(region, rng, "umbrella body", body, int(client))


def _use(region: Region, rng: np.random.Generator, kind: str, enabler: int, client: int) -> None:
    if kind == "accountant":
        region.give_role(client, enabler, "accountant")
    elif kind == "formation agent":
        first = int(region.organisations[client].registered_on - region.period.first_day)
        region.give_role(
            client, enabler, "deputy", valid_from=first, valid_to=first + int(rng.integers(*FORMATION_DAYS))
        )
    else:
        at = (
            region.period.month_starts[np.arange(0, region.period.months, 12)] * DAY
            + 600
            + int(rng.integers(0, 40)) * DAY
        )
        dues = int(rng.integers(*DUES_ORE)) // 100_00 * 100_00
        region.pay_out(np.full(at.size, client), enabler, np.full(at.size, dues), at, "other")


def _plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    region = market.region
    span = draw_span(region, rng, MONTHS)
    leader, bookkeeper = (int(person) for person in region.casting.take("worker", 2))
    holding = found_front(market, rng, [leader], registered_on=-int(rng.integers(300, 2000)))
    starts = region.period.month_starts
    scheme = Scheme("24", "leader", holding, "region", "other", int(starts[span[0]]), int(starts[span[1]]) - 1)
    number = region.truth.plant(scheme)
    cells = int(rng.integers(*CELLS[level]))
    for _ in range(cells):
        provider = found_commissioned(market, rng, monthly_ore=MONTHLY_ORE, labour_share=LABOUR_SHARE)
        straw = int(region.casting.take("worker", 1)[0])
        officers = [straw, leader] if level is Level.BLATANT else [straw]
        front = found_front(market, rng, officers, registered_on=-int(rng.integers(20, 700)))
        scheme.organisations |= {provider.organisation: "provider", front: "front company"}
        books = [provider.organisation, front] if level is Level.BLATANT else [provider.organisation]
        for company in books:
            region.give_role(company, bookkeeper, "accountant")
        for kind in ("formation agent", "umbrella body"):
            if rng.random() < USES_ENABLER:
                _use(region, rng, kind, one_of(np.array(market.enablers[kind]), rng), provider.organisation)
        _run_cell(market, rng, number, (provider, front, holding), (span, level))
    if level is Level.PROFESSIONAL:
        for client in rng.choice(market.enablers["honest"], size=int(rng.integers(*HONEST_BOOKS)), replace=False):
            region.give_role(int(client), bookkeeper, "accountant")
    scheme.difficulty |= {"cells": cells}
    return number


def _run_cell(
    market: Market,
    rng: np.random.Generator,
    number: int,
    cell: tuple[Commission, int, int],
    laps: tuple[tuple[int, int], Level],
) -> None:
    (span, level), region = laps, market.region
    provider, front, holding = cell
    used = draw_laps(rng, provider, span, MONTHS_USED, least=6)
    amount = (provider.amount[used] * rng.uniform(*SHARE[level], size=used.size)).astype(np.int64) // 100 * 100
    at = provider.at[used] + rng.integers(*ONTO_MINUTES, size=used.size)
    onto = Hop(region.pay_out(provider.organisation, front, amount, at, "supplier"), amount, at)
    tell_public(region, number, provider.payments[used], provider.claims[used])
    to_leader = np.ones(used.size, dtype=bool) if level is not Level.PROFESSIONAL else np.arange(used.size) % 2 == 0
    kept = draw_kept(rng, KEPT_FROM)
    for mine, payee, kind in ((to_leader, holding, "supplier"), (~to_leader, region.public["cash service"], "cash")):
        if not mine.any():
            continue
        part = Hop(onto.rows[mine], onto.amount[mine], onto.at[mine])
        unit = 1_000_00 if kind == "cash" else 100
        left = pass_on(region, rng, part, payer=front, payee=payee, kind=kind, kept=kept, unit_ore=unit)
        spend_rest(market, rng, front, part, left)
        tell_road(region, number, onto=[part], along=[], off=[left])
        # Planted is what reached the leader or was taken out, not what the fronts spent.
        region.truth.schemes[number].amount_ore -= int(part.amount.sum() - left.amount.sum())
        if payee == holding:
            later = left.at + rng.integers(*DAYS_TO_LEADER, size=left.at.size) * DAY
            region.pay_out(holding, _owner_of(region, holding), left.amount * 8 // 10 // 100 * 100, later, "transfer")


def _owner_of(region: Region, company: int) -> int:
    """Who was entered as owner first."""
    at = np.flatnonzero(region.roles["organisation"] == company)
    return int(region.roles["person"][at[0]])


SCENARIO = Scenario(name="network_leadership", typologies=(24,), plant=_plant, surround=_surround)
