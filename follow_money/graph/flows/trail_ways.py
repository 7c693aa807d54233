"""The largest ways of a trail: for an end of it, payment by payment, how the money can have come there from a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from follow_money.graph.flows.trail import REMAINS

Row = Mapping[str, Any]

LONGEST: Final = 12
"""Payments of a way that are shown; of a longer one the middle is left out, never an end."""


@dataclass(frozen=True)
class Way:
    """One way. ``end``: the payment by which the money left the trail; ``payments``: source first, end last, as rows of ``TRAIL_ROWS``; ``left_out``: how many
    more lie in its middle, after the first half of those.
    """

    end: Row
    payments: tuple[Row, ...]
    left_out: int = 0


@dataclass(frozen=True)
class Ways:
    """The ways that fit, and how many ends are left."""

    shown: tuple[Way, ...]
    more: int


def largest_ways(rows: pa.Table, *, rows_at_most: int, is_backward: bool = False) -> Ways:
    """Ways from sources to the largest ends: first the largest end of each class, then the other ends by size.

    A way goes through the nearest followed payment that carried at least half as much at each step, or else the largest. It shows one way on which money went,
    not the only one: what each payment carried is the trail's own figure.

    Args:
        rows: In the schema ``TRAIL_ROWS``, in time order.
        rows_at_most: Payments in all ways together; the first way is shown whole even so.
        is_backward: Whether the trail was followed backward: its ends are then the earliest payments.
    """
    told = rows.to_pylist()
    ends = [place for place, row in enumerate(told) if row["exit_class"]]
    if not ends:  # all of it is with somebody still
        ends = list(range(len(told)))
    ends.sort(key=lambda place: (-told[place]["haircut_ore"], place))
    first = {told[place]["exit_class"]: place for place in reversed(ends)}
    ordered = [*sorted(first.values(), key=ends.index), *(place for place in ends if place not in first.values())]
    by_party: dict[str, list[int]] = {}
    for place, row in enumerate(told):
        if row["exit_class"] == 0:
            by_party.setdefault(row["payer_id" if is_backward else "payee_id"], []).append(place)
    shown: list[Way] = []
    count = 0
    for place in ordered:
        way = _way(told, by_party, place, is_backward=is_backward)
        if shown and count + len(way.payments) > rows_at_most:
            break
        shown.append(way)
        count += len(way.payments)
    return Ways(tuple(shown), len(ordered) - len(shown))


def _way(told: list[Row], by_party: Mapping[str, list[int]], end: int, *, is_backward: bool) -> Way:
    places = [end]
    while not told[places[-1]]["is_source"]:
        here = places[-1]
        party = told[here]["payee_id" if is_backward else "payer_id"]
        earlier = [place for place in by_party.get(party, []) if (place > here if is_backward else place < here)]
        if not earlier:
            break
        enough = [place for place in earlier if 2 * told[place]["haircut_ore"] >= told[here]["haircut_ore"]]
        nearest = min if is_backward else max
        places.append(
            nearest(enough) if enough else max(earlier, key=lambda place: (told[place]["haircut_ore"], -place))
        )
    row = told[end]
    shown = row if row["exit_class"] else {**row, "exit_class": REMAINS}
    places.reverse()
    left_out = max(0, len(places) - LONGEST)
    if left_out:
        places = places[: LONGEST // 2] + places[LONGEST // 2 + left_out :]
    return Way(shown, tuple(told[place] for place in places), left_out)
