"""Poisson counts: only where the counts of peers do not vary more than chance lets them; else see ``negative_binomial``."""

from __future__ import annotations

import numpy as np
from scipy import stats

from follow_money.statistics.arrays import Floats, Ints


def poisson_upper_tail(observed: Ints, mean: Floats) -> Floats:
    """Mid-p of a Poisson count: P(X > k) + P(X = k) / 2."""
    return np.asarray(stats.poisson.sf(observed, mean) + 0.5 * stats.poisson.pmf(observed, mean), dtype=np.float64)


def poisson_point(observed: Ints, mean: Floats) -> Floats:
    """The probability of just ``observed``: what a randomised p draws from."""
    return np.asarray(stats.poisson.pmf(observed, mean), dtype=np.float64)


def poisson_binomial_upper_tail(observed: Ints, chances: Floats) -> Floats:
    """P(X >= k) of the number of independent events that happen, each with a chance of its own. Not mid-p: a few events are no fine scale."""
    mass = np.array([1.0])
    for chance in chances:
        mass = np.convolve(mass, [1.0 - chance, chance])
    tail = np.append(np.cumsum(mass[::-1])[::-1], 0.0)
    return np.asarray(np.minimum(tail[np.minimum(observed, len(mass))], 1.0), dtype=np.float64)
