"""Typology 17, identity misuse: the pay of people whose identities somebody else uses lands on accounts that this one controls.

Parameters, drawn for each scheme (typologies page, 17: "many ids on one account or phone; wage to another's account"; the rest is drawn wide):

* blatant: 5-7 people, all on one account and one telephone, 10-18 months;
* careful: 5-7 people, all moved from one account to another after some months, six of ten with the telephone, 8-14 months;
* professional: two accounts of fronts with three people each, a telephone for each account with eight of ten of them, 6-10 months, pay on an account of
  their own in between.

One of four schemes is of another kind: an employer pays, month after month, under the number of somebody who has a job and an account elsewhere, to a
wholly unlike name (10-16, 7-11 and 4-7 months). The subject is the account; no organisation and no person stands for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.levels import Level
from synthetic_data.rows import NONE
from synthetic_data.scenario import Scenario
from synthetic_data.scenarios.identity_misuse_look_alikes import surround
from synthetic_data.shared_accounts import pay_by_file, pay_onto, share_phone
from synthetic_data.truth import Scheme, Subject
from synthetic_data.upkeep import employ_person

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.rows import Ints

PEOPLE = (5, 8)
MONTHS = {Level.BLATANT: (10, 19), Level.CAREFUL: (8, 15), Level.PROFESSIONAL: (6, 11)}
NUMBER_MONTHS = {Level.BLATANT: (10, 17), Level.CAREFUL: (7, 12), Level.PROFESSIONAL: (4, 8)}
NUMBER_SHARE = 0.25
PHONE_SHARE = {Level.BLATANT: 1.0, Level.CAREFUL: 0.6, Level.PROFESSIONAL: 0.8}
ON_A_FRONT = 3


def _plant(market: Market, rng: np.random.Generator, level: Level) -> int:
    is_number = rng.random() < NUMBER_SHARE
    spans = (NUMBER_MONTHS if is_number else MONTHS)[level]
    count = min(int(rng.integers(*spans)), market.region.period.months - 2)
    first = int(rng.integers(1, market.region.period.months - count))
    months = np.arange(first, first + count)
    starts = market.region.period.month_starts
    scheme = Scheme("17", "account", NONE, "", "", int(starts[first]), int(starts[first + count]) - 1)
    plant = _number if is_number else {Level.BLATANT: _one, Level.CAREFUL: _moved, Level.PROFESSIONAL: _fronts}[level]
    accounts, scheme.amount_ore = plant(market, rng, months)
    scheme.subjects = tuple(Subject("account", account) for account in accounts)
    scheme.difficulty |= {"kind": "number" if is_number else "account", "months": count}
    return market.region.truth.plant(scheme)


def _one(market: Market, rng: np.random.Generator, months: Ints) -> tuple[list[int], int]:
    """All on the account of one."""
    region = market.region
    controller, *people = region.casting.take("worker", 1 + int(rng.integers(*PEOPLE))).tolist()
    share_phone(region, [controller, *people])
    return [controller], sum(pay_onto(market, rng, person, controller, months) for person in people)


def _moved(market: Market, rng: np.random.Generator, months: Ints) -> tuple[list[int], int]:
    """From one account to another."""
    region = market.region
    controller, front, *people = region.casting.take("worker", 2 + int(rng.integers(*PEOPLE))).tolist()
    with_phone = [person for person in people if rng.random() < PHONE_SHARE[Level.CAREFUL]]
    share_phone(region, [controller, *with_phone])
    half = months.size // 2
    amount = sum(
        pay_onto(market, rng, person, account, part)
        for person in people
        for account, part in ((controller, months[:half]), (front, months[half:]))
    )
    return [controller, front], amount


def _fronts(market: Market, rng: np.random.Generator, months: Ints) -> tuple[list[int], int]:
    """Few on each of two accounts, and on their own now and then."""
    region, share = market.region, PHONE_SHARE[Level.PROFESSIONAL]
    fronts, amount = region.casting.take("worker", 2).tolist(), 0
    for front in fronts:
        people = region.casting.take("worker", ON_A_FRONT).tolist()
        users = [person for person in (front, *people) if rng.random() < share]
        if users:
            share_phone(region, users)
        for person in people:
            is_own = rng.random(months.size) < 0.2
            amount += pay_onto(market, rng, person, front, months[~is_own])
            pay_onto(market, rng, person, person, months[is_own])
    return fronts, amount


def _number(market: Market, rng: np.random.Generator, months: Ints) -> tuple[list[int], int]:
    """Pay under the number of somebody who works elsewhere."""
    region = market.region
    numbered, named = region.casting.take("worker", 2).tolist()
    employ_person(region, rng, int(rng.choice(market.companies)), numbered, np.arange(region.period.months))
    return [named], pay_by_file(market, rng, numbered, named, months)


SCENARIO = Scenario(name="identity_misuse", typologies=(17,), plant=_plant, surround=surround)
