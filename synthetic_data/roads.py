"""Roads of money: companies that only pass on, and the payments from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.market import Market, one_of
from synthetic_data.period import DAY
from synthetic_data.rows import Ints
from synthetic_data.upkeep import found_company

if TYPE_CHECKING:
    from synthetic_data.commissions import Commission
    from synthetic_data.region import Region

TRADES = (
    ("Bygg", "41.200"),
    ("Städ", "81.210"),
    ("Konsult", "70.220"),
    ("Bemanning", "78.200"),
    ("Åkeri", "49.410"),
)
LEAST_KEPT = 90
"""Per cent of what came in that a company on a road passes on at least (issue: 90-100 %)."""
WAIT_MINUTES = (30, 2_700)
"""From the money's arrival until all of it has left: less than 48 hours."""
KRONA = 100
REST_DAYS = (1, 12)


@dataclass(frozen=True)
class Hop:
    """Payments from one party to the next; ``amount`` (öre) and ``at`` (when all had arrived) have one entry a lap."""

    rows: Ints
    amount: Ints
    at: Ints


def found_front(
    market: Market,
    rng: np.random.Generator,
    officers: list[int],
    *,
    registered_on: int | None = None,
    place: tuple[str, str] | None = None,
) -> int:
    """A company without staff and premises: the first officer owns it, the others are deputies.

    ``place``: street and postcode that it shares with others.
    """
    region = market.region
    trade, industry = TRADES[int(rng.integers(0, len(TRADES)))]
    company = found_company(region, officers[0], trade, industry, registered_on=registered_on)
    for officer in officers[1:]:
        since = {} if registered_on is None else {"valid_from": registered_on}
        region.give_role(company, officer, "deputy", **since)
    if place is not None:
        region.organisations[company].street, region.organisations[company].postcode = place
    market.lean.add(company)
    return company


def send(region: Region, payer: int, payee: int, amount: Ints, at: Ints, *, kind: str = "supplier") -> Hop:
    """The first hop: one payment a lap."""
    return Hop(region.pay_out(payer, payee, amount, at, kind), amount, at)


def pass_on(
    region: Region,
    rng: np.random.Generator,
    came: Hop,
    *,
    payer: int,
    payee: int,
    kind: str = "supplier",
    kept: tuple[float, float] = (0.9, 1.0),
    wait_minutes: tuple[int, int] = WAIT_MINUTES,
    split_share: float = 0.0,
    unit_ore: int = KRONA,
) -> Hop:
    """Pass on most of what came, a while after it came; in a share of laps as two payments.

    ``unit_ore``: what amounts are rounded to where that leaves enough.
    """
    least = -(-came.amount * LEAST_KEPT // 100 // KRONA) * KRONA
    amount = (came.amount * rng.uniform(*kept, size=came.amount.size)).astype(np.int64) // unit_ore * unit_ore
    amount = np.where(amount < least, least, amount)
    at = came.at + rng.integers(*wait_minutes, size=came.at.size)
    split = rng.random(amount.size) < split_share
    part = np.where(split, (amount * rng.uniform(0.35, 0.65, size=amount.size)).astype(np.int64) // KRONA * KRONA, 0)
    early = came.at + (at - came.at) // 2
    rows = region.pay_out(payer, payee, amount - part, at, kind)
    if split.any():
        rows = np.concatenate([rows, region.pay_out(payer, payee, part[split], early[split], kind)])
    return Hop(rows, amount, at)


def spend_rest(market: Market, rng: np.random.Generator, company: int, came: Hop, left: Hop) -> None:
    """Spend what a company held back from each lap, within days."""
    region = market.region
    rest = (came.amount - left.amount) * rng.integers(90, 101, size=came.amount.size) // 100 // KRONA * KRONA
    some = rest >= KRONA
    sellers = market.suppliers[rng.integers(0, market.suppliers.size, size=int(some.sum()))]
    at = left.at[some] + rng.integers(*REST_DAYS, size=int(some.sum())) * DAY
    region.pay_out(company, sellers, rest[some], at, "other")


def draw_span(region: Region, rng: np.random.Generator, months: tuple[int, int]) -> tuple[int, int]:
    """First month of a scheme and the one after its last, within the period."""
    count = min(int(rng.integers(months[0], months[1] + 1)), region.period.months - 1)
    first = int(rng.integers(0, region.period.months - count + 1))
    return first, first + count


def draw_laps(
    rng: np.random.Generator,
    provider: Commission,
    span: tuple[int, int],
    used_share: tuple[float, float],
    *,
    least: int,
) -> Ints:
    """The payments to a provider of which a part takes the road, for work of most months of the span."""
    inside = np.flatnonzero((provider.months >= span[0]) & (provider.months < span[1]))
    used: Ints = inside[rng.random(inside.size) < float(rng.uniform(*used_share))]
    return used if used.size >= least else inside[:least]


def draw_kept(rng: np.random.Generator, at_least: tuple[float, float]) -> tuple[float, float]:
    """Between which shares of what came each company of a scheme passes on."""
    low = float(rng.uniform(*at_least))
    return low, float(rng.uniform(low, 1.0))


def shared_place(region: Region, party: int) -> tuple[str, str]:
    """The address of an organisation, for others to share."""
    return region.organisations[party].street, region.organisations[party].postcode


def exchange_office(market: Market, rng: np.random.Generator, *, closed_share: float = 0.0) -> int:
    """An exchange office, now and then the one whose entry in the register ended."""
    return market.closed_office if rng.random() < closed_share else one_of(market.offices, rng)
