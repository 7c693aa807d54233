"""Events of organisations and their vehicles, in registers that only scenarios of the matrix fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.rows import NONE

if TYPE_CHECKING:
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints

EVENTS = (
    "board_change",
    "owner_change",
    "name_change",
    "object_change",
    "address_change",
    "bankruptcy",
    "liquidation",
    "contract_terminated",
    "permit_revoked",
    "dividend_decided",
)
EVENT_COLUMNS = {"organisation": NONE, "day": NONE, "kind": NONE}
VEHICLE_COLUMNS = {"organisation": NONE, "vehicle": NONE, "valid_from": NONE, "valid_to": NONE}
EVERYDAY = ("board_change", "name_change", "address_change")


def tell_event(region: Region, organisation: int, day: int, kind: str) -> Ints:
    """Enter an event. Returns its row."""
    return region.table("organisation_events", EVENT_COLUMNS).add(
        organisation=organisation, day=day, kind=EVENTS.index(kind)
    )


def tell_everyday_events(region: Region, rng: np.random.Generator, organisations: Ints) -> None:
    """Changes of board, name and address, a few an organisation."""
    for organisation in organisations:
        for _ in range(int(rng.integers(0, 3))):
            tell_event(
                region, int(organisation), int(rng.integers(0, region.period.days)), EVERYDAY[int(rng.integers(0, 3))]
            )


def buy_vehicles(region: Region, organisation: int, count: int, *, valid_from: int = NONE) -> Ints:
    """Vehicles that nobody in the data had before. Returns their numbers."""
    rows = region.table("vehicles", VEHICLE_COLUMNS)
    vehicles = 100 + rows.count + np.arange(count)
    if count:
        rows.add(organisation=organisation, vehicle=vehicles, valid_from=valid_from)
    return vehicles


def hand_over_vehicles(region: Region, seller: int, buyer: int, vehicles: Ints, day: int) -> Ints:
    """Let another organisation have them from a day on. Returns the new rows."""
    rows = region.table("vehicles", VEHICLE_COLUMNS)
    sold = (rows["organisation"] == seller) & np.isin(rows["vehicle"], vehicles)
    rows["valid_to"][sold] = day - 1
    return rows.add(organisation=buyer, vehicle=vehicles, valid_from=day)
