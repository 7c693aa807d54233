"""What of a trail came to some parties: as the conventions have it, and the most that can have come by any way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from follow_money.errors import UsageError
from follow_money.graph.flows.found_trail import part_of
from follow_money.graph.flows.greatest_flow import greatest_flow
from follow_money.graph.flows.time_order import Int64s
from follow_money.graph.flows.trace import trace
from follow_money.graph.flows.trail import Convention, Trail

_ARRIVED = 1
"""The stop of payments to those that are asked for; which exit it would be does not matter here."""


@dataclass(frozen=True, kw_only=True)
class CameTo:
    """Of followed money, what some parties were paid (backward: what they paid of it).

    Attributes:
        node_ids: Who.
        low_ore, likely_ore, high_ore: By the bounding conventions; likely is in proportion, where that was asked for. A krona counts when it first comes.
        most_ore: The greatest flow: no way of mixing or of balances, and no order of payments at one instant, lets more of it come there.
        payments: In the corridor between the sources and these parties.
    """

    node_ids: tuple[str, ...]
    low_ore: int
    likely_ore: int
    high_ore: int
    most_ore: int
    payments: int


def came_to(trail: Trail, node_ids: Sequence[str]) -> CameTo:
    """What came to these parties. Ways end where the trail's stops end them.

    Raises:
        UsageError: A party that neither pays nor is paid, or a corridor too large for a greatest flow, see `greatest_flow`.
    """
    store = trail.store
    nodes = [store.node(node_id) for node_id in node_ids]
    lists = [store.paid_by(node) if trail.is_backward else store.paid_to(node) for node in nodes]
    ends: Int64s = np.unique(np.concatenate(lists)).astype(np.int64)
    if not len(ends):
        raise UsageError(f"Nothing is paid {'by' if trail.is_backward else 'to'} {', '.join(node_ids)} in these data.")
    first = trail.stops.copy()
    first[ends] = _ARRIVED
    there = trace(
        store,
        trail.sources,
        stops=first,
        opening_ore=trail.known_opening_ore,
        conventions=trail.bounding,
        backward=trail.is_backward,
        pays_first=trail.is_paid_first,
    )
    sums = {convention: int(ore[ends].sum()) for convention, ore in there.payment_ore.items()}
    followed = np.flatnonzero(trail.stops == 0)
    part, _ = part_of(store, np.concatenate([followed, trail.sources, ends]))
    sides = (np.searchsorted(part.row, trail.sources), np.searchsorted(part.row, ends))
    greatest = greatest_flow(part, *(reversed(sides) if trail.is_backward else sides))
    return CameTo(
        node_ids=tuple(node_ids),
        low_ore=min(sums.values()),
        likely_ore=sums.get(Convention.HAIRCUT, max(sums.values())),
        high_ore=max(sums.values()),
        most_ore=greatest.ore,
        payments=len(greatest.payments),
    )
