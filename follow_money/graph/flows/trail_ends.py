"""Where a trail ended, largest end first; and how much of what remains are wages that their earners hold."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from follow_money.graph.flows.flow_facts import FlowFacts
from follow_money.graph.flows.trail import REMAINS, Trail

ENDS: Final = ("exit_class", "payments", "low_ore", "middle_ore", "high_ore")
"""Columns of what `trail_ends` returns."""


def trail_ends(trail: Trail) -> pa.Table:
    """`Trail.exits` in the order in which they are told.

    Returns:
        ``exit_class, payments, low_ore, middle_ore, high_ore`` (the middle by haircut). Classes with nothing in them are left out; the largest comes first,
        ``REMAINS`` last. Of a backward trail ``exit_class`` is an `OriginClass`.
    """
    told = [
        {**row, "middle_ore": row.get("haircut_ore", row["low_ore"])}
        for row in trail.exits().to_pylist()
        if row["high_ore"]
    ]
    told.sort(key=lambda row: (row["exit_class"] == REMAINS, -row["middle_ore"], -row["high_ore"], row["exit_class"]))
    return pa.Table.from_pylist(told, schema=pa.schema([(name, pa.int64()) for name in ENDS]))


def held_wages(trail: Trail, facts: FlowFacts) -> tuple[int, int]:
    """Low and high öre of traced wages that are still with those who earned them. They are part of what remains.

    A party holds at most the traced wages that it got, and at most what it holds. A backward trail has none.
    """
    if trail.is_backward:
        return 0, 0
    at = trail.touched()
    # What is paid by a stop has left the trail; only wages that are followed on can remain.
    wages = at[facts.is_wage[at] & (trail.stops[at] == 0)]
    held = []
    for convention in trail.bounding:
        earned = np.zeros(trail.store.nodes, np.int64)
        np.add.at(earned, trail.store.payee[wages], trail.payment_ore[convention][wages])
        held.append(int(np.minimum(earned, trail.remaining_ore[convention]).sum()))
    return min(held), max(held)
