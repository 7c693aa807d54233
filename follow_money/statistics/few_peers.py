"""Nulls that were fitted on few peers are less sure than they say: their far tails are made as much heavier as that costs.

A beta-binomial or negative binomial that was fitted on ten or twenty peers calls more honest ones as rare as one in a thousand than it says, and as
many as it says as rare as one in twenty. A normal deviate is therefore read as one of Student's t with a third as many degrees of freedom as there were
peers, scaled so that one in ten stays one in ten (set by simulation over 10 to 300 peers).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import stats

from follow_money.statistics.arrays import Floats

_PEERS_A_DEGREE: Final = 3
_FEWEST_DEGREES: Final = 3
_STAYS: Final = 0.1
"""A tail as heavy as this is as heavy afterwards, and so is every larger one."""


def tail_of_few(p_values: Floats, peers: int) -> Floats:
    """An upper tail under a null that was fitted on so many peers."""
    null = stats.t(df=max(_FEWEST_DEGREES, peers / _PEERS_A_DEGREE))
    scale = float(null.isf(_STAYS) / stats.norm.isf(_STAYS))
    far = null.sf(scale * stats.norm.isf(np.minimum(p_values, _STAYS)))
    return np.asarray(np.where(p_values < _STAYS, far, p_values), dtype=np.float64)
