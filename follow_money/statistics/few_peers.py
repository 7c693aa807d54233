"""Nulls that were fitted on few peers are less sure than they say: their tails are made as much heavier as that costs.

A beta-binomial or negative binomial that was fitted on ten peers calls 1-2 % of honest ones as rare as one in a thousand; on eighty peers as many as it says.
A normal deviate is therefore read as one of Student's t with a third as many degrees of freedom as there were peers (set by simulation over 10 to 80 peers).
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from follow_money.statistics.arrays import Floats


def tail_of_few(p_values: Floats, peers: int) -> Floats:
    """An upper tail under a null that was fitted on so many peers."""
    return np.asarray(stats.t.sf(stats.norm.isf(p_values), df=max(3, peers // 3)), dtype=np.float64)
