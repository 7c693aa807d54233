"""Lawful accounts on which several are paid: household, guardian, shelter, payroll bureau, replaced numbers, grown children, money transfer, friends, slips."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.accounts import CLIENT_FUNDS, GUARDIAN, JOINT, PAYROLL_BUREAU
from synthetic_data.foreign_persons import tell_foreign_persons
from synthetic_data.further_permits import grant_permit
from synthetic_data.period import DAY
from synthetic_data.public_bills import payer_of
from synthetic_data.relations import FAMILY, relate
from synthetic_data.relations import GUARDIAN as IS_GUARDIAN
from synthetic_data.shared_accounts import pay_by_file, pay_onto, replaced_numbers, share_phone
from synthetic_data.truth import Subject
from synthetic_data.upkeep import employ_person

if TYPE_CHECKING:
    from synthetic_data.market import Market
    from synthetic_data.region import Region

BENEFIT_ORE = (6_000_00, 14_000_00)


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """``count`` of each look-alike, and a neighbouring country's register of people, some of whom live here under another number."""
    tell_foreign_persons(market.region)
    for first, second in replaced_numbers(market.region, count):
        _replaced(market, rng, first, second)
    for _ in range(count):
        _household(market, rng)
        _guardian(market, rng, has_client_account=True)
        _guardian(market, rng, has_client_account=False)
        _shelter(market, rng)
        _bureau(market, rng)
        _grown_children(market, rng)
        _money_transfer(market, rng)
        _friends(market, rng)
        _slip(market, rng)


def _some_months(market: Market, rng: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    months = market.region.period.months
    count = min(int(rng.integers(8, 19)), months - 2)
    first = int(rng.integers(1, months - count))
    return np.arange(first, first + count)


def _tell(region: Region, kind: str, account: int, text: str) -> None:
    region.truth.tell_of(kind, Subject("account", account), text)


def _household(market: Market, rng: np.random.Generator) -> None:
    """Three grown people of one household, two of whom hold the account."""
    region, months = market.region, _some_months(market, rng)
    three = region.casting.user_with_grown_relatives().tolist()
    account = region.accounts.open(three[:2], JOINT, giro=False)
    share_phone(region, three)
    for person in three:
        pay_onto(market, rng, person, account, months)
    _tell(region, "household_account", account, "A household uses one account and one telephone.")


def _guardian(market: Market, rng: np.random.Generator, *, has_client_account: bool) -> None:
    """Benefits of wards, on a client account or on the guardian's own."""
    region = market.region
    guardian, *wards = region.casting.take("worker", 6).tolist()
    account = region.accounts.open([guardian], GUARDIAN, giro=False) if has_client_account else guardian
    for ward in wards:
        relate(region, guardian, ward, IS_GUARDIAN)
        _benefit(market, rng, ward, account)
    share_phone(region, [guardian, *wards])
    kind = "guardian_client_account" if has_client_account else "guardian_own_account"
    _tell(region, kind, account, "A guardian (god man) receives the benefits of wards.")


def _benefit(market: Market, rng: np.random.Generator, person: int, account: int) -> None:
    region, months = market.region, _some_months(market, rng)
    at = region.period.day_of_month(months, 18) * DAY + 420
    amount = int(rng.integers(*BENEFIT_ORE)) // 100 * 100
    payer = payer_of(region, "housing_benefit")
    region.pay_out(np.full(months.size, payer), person, amount, at, "public", payee_account=account)


def _shelter(market: Market, rng: np.random.Generator) -> None:
    """A licensed shelter receives what its residents live on, for whom it has one telephone."""
    region = market.region
    residents = region.casting.take("worker", 6)
    home = region.organisations.add(region.organisations.free_name("Skyddat boende", "AB"), "AB", "87.901")
    grant_permit(region, home, "placement", -900)
    account = region.accounts.of(home)
    share_phone(region, residents)
    for person in residents.tolist():
        _benefit(market, rng, person, account)
    _tell(region, "shelter", account, "A licensed shelter receives the benefits of its residents.")


def _bureau(market: Market, rng: np.random.Generator) -> None:
    """Pay goes through a bureau."""
    region, months = market.region, _some_months(market, rng)
    bureau = region.organisations.add(region.organisations.free_name("Lön", "AB"), "AB", "69.201")
    account = region.accounts.open([bureau], PAYROLL_BUREAU, giro=True)
    for person in region.casting.take("worker", 6).tolist():
        pay_onto(market, rng, person, account, months)
    _tell(region, "payroll_bureau_account", account, "A payroll bureau receives pay and passes it on.")


def _grown_children(market: Market, rng: np.random.Generator) -> None:
    """Three who moved from home use the account and the telephone contract of a parent."""
    region, months = market.region, _some_months(market, rng)
    parent, *children = region.casting.take("worker", 4).tolist()
    for child in children:
        relate(region, parent, child, FAMILY)
        pay_onto(market, rng, child, parent, months)
    share_phone(region, [parent, *children])
    _tell(region, "grown_children", parent, "Grown children are paid on a parent's account.")


def _money_transfer(market: Market, rng: np.random.Generator) -> None:
    """A money transfer's client account, to which many let their pay go."""
    region, months = market.region, _some_months(market, rng)
    office = region.organisations.add(region.organisations.free_name("Överföring", "AB"), "AB", "66.190")
    account = region.accounts.open([office], CLIENT_FUNDS, giro=True)
    people = region.casting.take("worker", 7)
    share_phone(region, people[:3])
    for person in people.tolist():
        pay_onto(market, rng, person, account, months)
    _tell(region, "money_transfer", account, "Customers of a money transfer are paid on its client account.")


def _friends(market: Market, rng: np.random.Generator) -> None:
    """Two friends in two homes share an account and a telephone."""
    region, months = market.region, _some_months(market, rng)
    holder, friend = region.casting.take("worker", 2).tolist()
    share_phone(region, [holder, friend])
    for person in (holder, friend):
        pay_onto(market, rng, person, holder, months)
    _tell(region, "friends", holder, "Two friends share an account.")


def _slip(market: Market, rng: np.random.Generator) -> None:
    """An employer has somebody else's number in its register until it is told."""
    region = market.region
    numbered, named = region.casting.take("worker", 2).tolist()
    employ_person(region, rng, int(rng.choice(market.companies)), numbered, np.arange(region.period.months))
    first = int(rng.integers(1, region.period.months - 3))
    pay_by_file(market, rng, numbered, named, np.arange(first, first + 2))
    pay_onto(market, rng, named, named, np.arange(first + 2, region.period.months))
    _tell(region, "wrong_number_mended", named, "An employer had a wrong number in its register for two months.")


def _replaced(market: Market, rng: np.random.Generator, first: int, second: int) -> None:
    """Somebody with a coordination number became a resident, and was paid on under both for some time, on an account shared with a partner."""
    region, half = market.region, market.region.period.months // 2
    partner = int(region.casting.take("worker", 1)[0])
    pay_onto(market, rng, first, partner, np.arange(1, half + 1))
    pay_onto(market, rng, second, partner, np.arange(half, region.period.months))
    share_phone(region, [partner, first, second])
    _tell(region, "replaced_number", partner, "A coordination number was replaced by a personal number.")
