"""Level shifts: the sum of what lies above the level so far, and the place at which a series changed its level.

Source: Page, Continuous inspection schemes, 1954; the place and its test as in Taylor, Change-point analysis, 2000, by permutation.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from follow_money.statistics.arrays import FEWEST_PEERS, Floats


@dataclass(frozen=True)
class LevelShift:
    """Where a series rose most: the first place of its later level, both levels, and the share of orders of the same values that rise as much."""

    place: int
    before: float
    after: float
    p_value: float


def cusum(z: Floats, *, slack: float = 0.5) -> Floats:
    """Page's one-sided sum of standardised values: S = max(0, S + z - slack), from the first to the last."""
    total, told = 0.0, np.empty(len(z))
    for place, value in enumerate(z):
        total = max(0.0, total + float(value) - slack)
        told[place] = total
    return told


def level_shift(values: Floats, *, key: str, orders: int = 999) -> LevelShift:
    """The rise of a series in the order of time, tested against its own values in other orders.

    Orders are drawn from ``key`` alone, so that the result does not depend on what else is tested. Months that hang together (a season) are not told from a
    level: leave the season out first.

    Raises:
        ValueError: Fewer than ``FEWEST_PEERS`` values.
    """
    if len(values) < FEWEST_PEERS:
        raise ValueError(f"A level shift needs at least {FEWEST_PEERS} values, not {len(values)}.")
    centred = values - values.mean()
    rise, place = _rise(centred[np.newaxis, :])
    draw = np.random.default_rng(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]))
    others, _ = _rise(draw.permuted(np.tile(centred, (orders, 1)), axis=1))
    first = int(place[0])
    at_least = int((others >= rise[0] - 1e-9).sum())
    return LevelShift(
        place=first,
        before=float(values[:first].mean()),
        after=float(values[first:].mean()),
        p_value=(1 + at_least) / (1 + orders),
    )


def _rise(centred: Floats) -> tuple[Floats, np.ndarray]:
    """How far the sum of each row falls below 0 before the rise, on the scale of its place, and where the rise begins."""
    count = centred.shape[1]
    after = np.arange(1, count)
    sums = -np.cumsum(centred, axis=1)[:, :-1] / np.sqrt(after * (count - after) / count)
    return sums.max(axis=1), sums.argmax(axis=1) + 1
