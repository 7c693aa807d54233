"""Many tests at once. Source: Benjamini & Hochberg, Controlling the false discovery rate, 1995."""

from __future__ import annotations

import numpy as np
from scipy import stats

from follow_money.statistics.arrays import Floats


def benjamini_hochberg(p_values: Floats) -> Floats:
    """False-discovery q values of p values; nan stays nan and is not counted."""
    q = np.full(len(p_values), np.nan)
    told = ~np.isnan(p_values)
    if told.any():
        q[told] = stats.false_discovery_control(p_values[told], method="bh")
    return q
