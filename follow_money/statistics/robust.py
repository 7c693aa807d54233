"""Ratios: how far one lies above its peers, on a scale that one far-off peer does not move."""

from __future__ import annotations

import numpy as np
from scipy import stats

from follow_money.statistics.arrays import Floats


def robust_z(values: Floats) -> Floats:
    """How many robust standard deviations each value lies above the median of all: (x - median) / (1.4826 MAD).

    The scale is never below 0.01: peers that are all alike do not make a rounding difference extreme.
    Source: Rousseeuw & Croux, Alternatives to the median absolute deviation, 1993.
    """
    centre = np.median(values)
    scale = 1.4826 * np.median(np.abs(values - centre))
    return np.asarray((values - centre) / max(float(scale), 0.01), dtype=np.float64)


def student_tail(z: Floats, peers: int) -> Floats:
    """Upper tail of robust z values. Student's t with few degrees of freedom, since the scale is itself estimated robustly on ``peers`` values."""
    return np.asarray(stats.t.sf(z, df=max(3, min(30, peers // 2))), dtype=np.float64)
