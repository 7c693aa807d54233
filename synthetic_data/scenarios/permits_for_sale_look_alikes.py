"""Honest homes for care, and lawful look-alikes of permits for sale: notified sales, succession, stays, late bills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.further_permits import end_permit, grant_permit, notify_change
from synthetic_data.organisation_life import tell_event, tell_everyday_events
from synthetic_data.public_bills import Bills, bill_monthly, payer_of
from synthetic_data.region import PROGRAMMES
from synthetic_data.rows import NONE
from synthetic_data.upkeep import STAFF_COST_ORE, found_company, hire, keep_premises, pay_owner

if TYPE_CHECKING:
    from synthetic_data.market import Market

HOMES = 36
SOLD_SHARE = 0.3
NEWCOMER_SHARE = 0.3
"""Homes whose board gets one more member, which nobody notifies."""
MONTHLY_ORE = (150_000_00, 600_000_00)
LABOUR_SHARE = (0.4, 0.65)
NOTIFIED_DAYS = (-70, 61)
"""From the change to its notification: mostly before, by the careless up to two months after."""


@dataclass(frozen=True)
class Home:
    """A home for care with its permit's row and its bills."""

    organisation: int
    owner: int
    permit: int
    bills: Bills
    monthly_ore: int


def found_home(market: Market, rng: np.random.Generator, granted: int, *, last: int, owner: int | None = None) -> Home:
    """A home with staff and premises that bills placements from its permit on until month ``last`` (not included)."""
    region = market.region
    owner = int(region.casting.take("worker", 1)[0]) if owner is None else owner
    company = found_company(region, owner, "HVB", "87.900", registered_on=granted - int(rng.integers(150, 500)))
    permit = grant_permit(region, company, "placement", granted)
    first = max(int(region.period.month_of(np.array([max(granted, 0)]))[0]) + 1, 0) if granted > 0 else 0
    months = np.arange(first, last)
    monthly = int(rng.integers(*MONTHLY_ORE))
    pay_owner(region, rng, company, owner, months)
    keep_premises(market, rng, company, months)
    hire(region, rng, company, max(round(monthly * float(rng.uniform(*LABOUR_SHARE)) / STAFF_COST_ORE), 1), months)
    bills = bill_monthly(region, rng, company, "placement", months=months, monthly_ore=monthly)
    return Home(company, owner, permit, bills, monthly)


def sell_home(market: Market, home: Home, sold_on: int) -> int:
    """A new owner takes over owner's, board's and signatory's roles. Returns the buyer."""
    region = market.region
    buyer = int(region.casting.take("worker", 1)[0])
    roles = region.roles
    leaves = (roles["organisation"] == home.organisation) & (roles["person"] == home.owner)
    roles["valid_to"][leaves] = sold_on - 1
    region.give_role(home.organisation, buyer, "owner", "board_member", "signatory", valid_from=sold_on)
    tell_event(region, home.organisation, sold_on, "owner_change")
    tell_event(region, home.organisation, sold_on, "board_change")
    return buyer


def surround(market: Market, rng: np.random.Generator, count: int) -> None:
    """Homes, of which some are sold and say so, and ``count`` of each look-alike."""
    region = market.region
    for _ in range(HOMES):
        granted = int(rng.integers(-1200, 300))
        home = found_home(market, rng, granted, last=region.period.months)
        if rng.random() < SOLD_SHARE:
            _sell_and_notify(market, rng, home, max(granted, 0) + int(rng.integers(30, 380)))
        elif rng.random() < NEWCOMER_SHARE:
            joins = int(rng.integers(max(granted, 0), region.period.days))
            member = int(region.casting.take("worker", 1)[0])
            region.give_role(home.organisation, member, "board_member", valid_from=joins)
        tell_everyday_events(region, rng, np.array([home.organisation]))
    for _ in range(count):
        _notified_sale(market, rng)
        _succession(market, rng)
        _partner_leaves(market, rng)
        _stayed(market, rng)
        _late_bill(market, rng)


def _sell_and_notify(market: Market, rng: np.random.Generator, home: Home, sold_on: int) -> None:
    sell_home(market, home, sold_on)
    notify_change(market.region, home.permit, sold_on, sold_on + int(rng.integers(*NOTIFIED_DAYS)))


def _notified_sale(market: Market, rng: np.random.Generator) -> None:
    region = market.region
    granted = int(rng.integers(-60, 120))
    home = found_home(market, rng, granted, last=region.period.months)
    _sell_and_notify(market, rng, home, granted + int(rng.integers(70, 250)))
    region.truth.tell("notified_sale", home.organisation, "A home is sold soon after its permit, and notifies it.")


def _succession(market: Market, rng: np.random.Generator) -> None:
    """The owner dies; an heir takes over, and the authority is not told in the export."""
    region, people = market.region, market.region.people
    able = np.flatnonzero(
        (people.died > 150) & (people.died < region.period.days - 120) & region.casting.free & ~people.is_protected
    )
    if not able.size:
        return
    owner = int(able[np.argmin(people.age[able])])
    region.casting.withdraw(np.array([owner]))
    died = int(people.died[owner])
    home = found_home(market, rng, died - int(rng.integers(60, 200)), last=region.period.months, owner=owner)
    pay = region.pay
    late = (pay["person"] == owner) & (pay["month"] >= int(region.period.month_of(np.array([died]))[0]))
    pay["gross"][late], pay["tax"][late] = 0, 0
    sell_home(market, home, died + int(rng.integers(10, 60)))
    region.truth.tell("succession", home.organisation, "An heir takes over after the owner's death.")


def _partner_leaves(market: Market, rng: np.random.Generator) -> None:
    """One of two owners leaves; the other goes on."""
    region = market.region
    granted = int(rng.integers(-60, 120))
    home = found_home(market, rng, granted, last=region.period.months)
    partner = int(region.casting.take("worker", 1)[0])
    left = granted + int(rng.integers(60, 250))
    region.give_role(home.organisation, partner, "owner", "board_member", valid_from=granted - 100, valid_to=left)
    newcomer = int(region.casting.take("worker", 1)[0])
    region.give_role(home.organisation, newcomer, "owner", valid_from=left)
    tell_event(region, home.organisation, left, "owner_change")
    region.truth.tell("partner_leaves", home.organisation, "One of two owners leaves, the other goes on.")


def _stayed(market: Market, rng: np.random.Generator) -> None:
    """A court stays the revocation; the home goes on."""
    region = market.region
    home = found_home(market, rng, -int(rng.integers(200, 900)), last=region.period.months)
    end_permit(region, home.permit, int(rng.integers(200, 450)), "stayed")
    region.truth.tell("revocation_stayed", home.organisation, "A court has stayed the revocation of the permit.")


def _late_bill(market: Market, rng: np.random.Generator) -> None:
    """Care under the permit is billed some months after the revocation."""
    region = market.region
    last = int(rng.integers(9, 14))
    home = found_home(market, rng, -int(rng.integers(200, 900)), last=last - 2)
    end_permit(region, home.permit, int(region.period.month_starts[last]) - 1, "revoked")
    months = np.arange(last - 2, last)
    amount = np.full(months.size, home.monthly_ore // 100 * 100)
    paid_on = region.period.day_of_month(months + int(rng.integers(4, 7)), 12)
    programme = PROGRAMMES.index("placement")
    claims = region.claims.add(
        programme=programme, organisation=home.organisation, month=months, amount=amount, paid_on=paid_on, first=NONE
    )
    payees = np.full(months.size, home.organisation)
    region.pay_out(payer_of(region, "placement"), payees, amount, paid_on * 1440 + 480, "public", claim=claims)
    region.truth.tell("late_bill_for_earlier_care", home.organisation, "Care under the permit is billed late.")
