"""Excess mass: more amounts just below a limit than the smooth run of amounts about it lets expect.

The counts of equal intervals about the limit, without the one just below it and the one just above (which bunching empties), are fitted by a
log-quadratic curve; what stands just below is tested against the curve with the scatter of the others.
Source: Chetty et al., Adjustment costs, firm responses, and micro vs. macro labor supply elasticities, 2011; Kleven, Bunching, 2016.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

from follow_money.statistics.arrays import Floats, Ints

FEWEST_BINS: Final = 4
"""Intervals a side below which no curve is fitted."""

_STILL: Final = 1e-9
"""A step smaller than this is none."""


@dataclass(frozen=True)
class ExcessMass:
    """How many amounts stand just below the limit, how many were expected, and mid-p and probability of the very count."""

    observed: int
    expected: float
    p_value: float
    point: float


def excess_below(amounts: Ints, limit: int, *, width: int, bins: int = 8, rounds: int = 60) -> ExcessMass:
    """Test the interval ``[limit - width, limit)`` against the curve through ``bins`` intervals on either side.

    Args:
        amounts: Any whole unit.
        limit: The limit, itself not below.
        width: Of an interval, in the same unit.
        bins: Intervals on either side, the two next to the limit included.
        rounds: Steps of the fit.

    Raises:
        ValueError: Fewer than ``FEWEST_BINS`` intervals a side.
    """
    if bins < FEWEST_BINS:
        raise ValueError(f"Excess mass needs at least {FEWEST_BINS} intervals a side, not {bins}.")
    place = np.floor_divide(amounts - limit, width)
    counts = np.array([(place == at).sum() for at in range(-bins, bins)], dtype=np.float64)
    middle = (np.arange(-bins, bins) + 0.5) / bins
    design = np.stack([np.ones_like(middle), middle, middle**2], axis=1)
    beside = np.abs(middle) * bins > 1
    mean, spread = _curve(design[beside], counts[beside], design[bins - 1], rounds)
    observed = int(counts[bins - 1])
    scatter = max(spread, 1e-4)  # squared coefficient of variation of what the curve says
    size = 1.0 / scatter
    null = stats.nbinom(size, size / (size + mean))
    point = float(null.pmf(observed))
    return ExcessMass(observed, mean, float(null.sf(observed)) + point / 2, point)


def _curve(design: Floats, counts: Floats, at: Floats, rounds: int) -> tuple[float, float]:
    """The curve's value ``at`` one place, and how uncertain it is there: error of the fit and scatter about it, squared and relative."""
    weights = np.zeros(design.shape[1])
    weights[0] = np.log(counts.mean() + 0.1)
    ridge = 1e-6 * np.eye(design.shape[1])
    for _ in range(rounds):
        mean = np.exp(np.clip(design @ weights, -20, 20))
        step = np.linalg.solve(design.T @ (design * mean[:, None]) + ridge, design.T @ (counts - mean))
        weights += np.clip(step, -2, 2)
        if np.abs(step).max() < _STILL:
            break
    mean = np.exp(np.clip(design @ weights, -20, 20))
    information = design.T @ (design * mean[:, None]) + ridge
    free = len(counts) - design.shape[1]
    scatter = max(1.0, float(((counts - mean) ** 2 / np.maximum(mean, 0.1)).sum()) / free)
    told = float(np.exp(np.clip(at @ weights, -20, 20)))
    of_fit = scatter * float(at @ np.linalg.solve(information, at))
    return told, of_fit + (scatter - 1.0) / max(told, 1.0)
