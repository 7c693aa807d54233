"""What a search looks for, checked once: hops, share of the amount before, caps, and what may stand on a path."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from follow_money.errors import UsageError
from follow_money.graph.flows.flow_store import FlowStore

HOUR_US: Final = 3_600_000_000
DAY_US: Final = 24 * HOUR_US

MOST_CANDIDATES: Final = 100_000
"""Payments that a search looks at for one first payment before it stops and says so."""

MOST_FOUND: Final = 1_000
"""Paths that a search tells for one first payment before it stops and says so: many equal payments side by side make as many paths as their product."""

_FEWEST_HOPS: Final = 2
_MOST_HOPS: Final = 6
_MOST_PERCENT: Final = 1000


class Rule(NamedTuple):
    """What a search for paths looks for.

    Attributes:
        wanted: Bit k is set when paths of k payments are wanted.
        most_hops: The highest such k.
        low: Least amount in whole per cent of the amount before.
        high: Greatest amount in whole per cent of the amount before.
        most_candidates: Payments looked at for one first payment, after which its search stops.
        most_found: Paths told for one first payment, after which its search stops.
        usable: bool, one a payment, or empty: may it stand on a path after the first payment?
        through: bool, one a node, or empty: may money pass through it?
    """

    wanted: int
    most_hops: int
    low: int
    high: int
    most_candidates: int
    most_found: int
    usable: NDArray[np.bool_]
    through: NDArray[np.bool_]


def search_rule(
    store: FlowStore,
    *,
    hops: Collection[int],
    share_percent: tuple[int, int],
    most_candidates: int,
    usable: NDArray[np.bool_] | None = None,
    through: NDArray[np.bool_] | None = None,
) -> Rule:
    """The rule of a search. Raises UsageError when it makes no sense."""
    wanted = sorted(set(hops))
    if not wanted or wanted[0] < _FEWEST_HOPS or wanted[-1] > _MOST_HOPS:
        raise UsageError(
            f"Paths of {', '.join(map(str, wanted)) or 'no'} hops were asked for. Give numbers from {_FEWEST_HOPS} to {_MOST_HOPS}."
        )
    low, high = checked_share(share_percent)
    return Rule(
        wanted=sum(1 << k for k in wanted),
        most_hops=wanted[-1],
        low=low,
        high=high,
        most_candidates=at_least(most_candidates, 1, "most_candidates"),
        most_found=MOST_FOUND,
        usable=checked_mask(usable, len(store), "usable"),
        through=checked_mask(through, store.nodes, "through"),
    )


def checked_share(share_percent: tuple[int, int]) -> tuple[int, int]:
    """Least and greatest share in whole per cent. Raises UsageError."""
    low, high = share_percent
    if not 0 <= low <= high <= _MOST_PERCENT:
        raise UsageError(
            f"The share of the amount before is {low} to {high} %. Give whole per cent from 0 to {_MOST_PERCENT}, the smaller one first."
        )
    return low, high


def checked_mask(mask: NDArray[np.bool_] | None, length: int, name: str) -> NDArray[np.bool_]:
    """A mask of the right length; an empty one, which leaves nothing out, when there is none. Raises UsageError."""
    if mask is None:
        return np.empty(0, np.bool_)
    if len(mask) != length or mask.dtype != np.bool_:
        raise UsageError(f"{name} holds {len(mask)} values of {mask.dtype}. Give {length} of bool.")
    return mask


def checked_window(within_us: int) -> int:
    """A length of time in microseconds, not negative. Raises UsageError."""
    return at_least(within_us, 0, "within_us")


def at_least(value: int, least: int, name: str) -> int:
    """A whole number that is large enough. Raises UsageError."""
    if value < least:
        raise UsageError(f"{name} is {value}. Give {least} or more.")
    return value
