"""Many tests at once, within a family (a detector) and across families.

Source: Benjamini & Hochberg, Controlling the false discovery rate, 1995; Benjamini & Bogomolov, Selective inference on multiple families of hypotheses, 2014.
"""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, kw_only=True)
class HeldLimit:
    """A limit of q as it is held across families."""

    q_limit: float
    """The false-discovery rate to keep."""
    within: float
    """The limit of q within a family that is selected."""
    selected: int
    families: int


def limit_across_families(least_q: Floats, q_limit: float) -> HeldLimit:
    """The limit of q within each family that holds ``q_limit`` on average over the families that are selected.

    Twenty families, each at q <= .05, make a finding in two honest worlds of three. So a family is selected where its least q (Simes' p of the whole family)
    passes Benjamini-Hochberg among all families, and what is found within the selected ones is held to ``q_limit`` times their share: where most families
    hold something the limit is nearly ``q_limit``, where one does it is a twentieth.

    Args:
        least_q: Of each family that was tested, the least Benjamini-Hochberg q of what could be a finding; 1 where nothing could. What can be none must not
            select its family: families that are always selected loosen the limit of the others.
        q_limit: The false-discovery rate to keep.

    Returns:
        The limit; where no family is selected, ``within`` is what the first would have had to pass. No q of a family that is not selected is below it.
    """
    families, selected = len(least_q), int((benjamini_hochberg(least_q) <= q_limit).sum())
    within = q_limit * max(selected, 1) / max(families, 1)
    return HeldLimit(q_limit=q_limit, within=within, selected=selected, families=families)
