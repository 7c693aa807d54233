"""Many tests at once, within a family (a detector) and across families.

Source: Benjamini & Hochberg, Controlling the false discovery rate, 1995; Benjamini & Bogomolov, Selective inference on multiple families of hypotheses, 2014.
"""

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


def limit_within_families(least_q: Floats, q_limit: float) -> float:
    """The limit of q within each family that holds ``q_limit`` on average over the families that are selected.

    Twenty families, each at q <= .05, make a finding in every honest world. So a family is selected where its least q (Simes' p of the whole family) passes
    Benjamini-Hochberg among all families, and what is found within the selected ones is held to ``q_limit`` times their share: where most families hold
    something the limit is nearly ``q_limit``, where one does it is a twentieth.

    Args:
        least_q: Of each family that was tested, the least Benjamini-Hochberg q of what could be a finding; 1 where nothing could. What can be none must not
            select its family: families that are always selected loosen the limit of the others.
        q_limit: The false-discovery rate to keep.

    Returns:
        The limit; where no family is selected, what the first would have had to pass. No q of a family that is not selected is below it.
    """
    selected = int((benjamini_hochberg(least_q) <= q_limit).sum())
    return q_limit * max(selected, 1) / max(len(least_q), 1)
