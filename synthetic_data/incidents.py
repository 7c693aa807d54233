"""Traffic incidents as insurers are told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.organisation_life import buy_vehicles
from synthetic_data.period import DAY
from synthetic_data.public_bills import payer_of
from synthetic_data.rows import NONE, Ints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthetic_data.region import Region

ROLES = ("driver", "counterparty", "passenger", "witness")
DRIVER, COUNTERPARTY, PASSENGER, WITNESS = range(4)
COLUMNS = dict.fromkeys(("claim", "organisation", "vehicle", "day", "person", "role", "amount"), NONE)
PRIVATE = 1_000_000
"""First number of the vehicles that no organisation has."""
AMOUNT_ORE = (8_000_00, 140_000_00)
PAID_AFTER_DAYS = (10, 60)


def draw_amount(rng: np.random.Generator) -> int:
    """What is paid for an incident: many small, a few large."""
    low, high = AMOUNT_ORE
    return int(np.clip(rng.lognormal(np.log(25_000_00), 0.7), low, high)) // 100_00 * 100_00


def tell_incident(
    region: Region,
    rng: np.random.Generator,
    *,
    holder: int,
    vehicle: int,
    day: int,
    parties: Sequence[tuple[int, int]],
    amount: int | None = None,
) -> Ints:
    """Enter an incident: who was what in it, and what was paid. ``holder``: the organisation whose vehicle it was, or NONE. Returns its rows."""
    table = region.table("incidents", COLUMNS)
    paid = draw_amount(rng) if amount is None else amount
    people, roles = zip(*parties, strict=True)
    payee = people[0] if holder == NONE else holder
    at = (day + int(rng.integers(*PAID_AFTER_DAYS))) * DAY + 600
    region.pay_out(payer_of(region, "insurance"), payee, paid, at, "other")
    return table.add(
        claim=table.count,
        organisation=holder,
        vehicle=vehicle,
        day=day,
        person=people,
        role=roles,
        amount=paid,
    )


def keep_vehicles(region: Region, organisation: int, count: int, *, valid_from: int = -400) -> Ints:
    """Vehicles of an organisation; their numbers."""
    return buy_vehicles(region, organisation, count, valid_from=valid_from)


def grown_ups(region: Region) -> Ints:
    """Persons who drive."""
    people = region.people
    return np.flatnonzero((people.age >= 18) & (people.age <= 85) & (people.died == NONE))
