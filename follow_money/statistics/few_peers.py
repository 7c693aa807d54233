"""Nulls that were fitted on few peers are less sure than they say: their tails are made as much heavier as that costs.

A beta-binomial or negative binomial that was fitted on ten peers calls 1-2 % of honest ones as rare as one in a thousand; on 160 peers as many as it says.
The middle of the distribution is hardly wrong: 5-7 % of honest ones have p <= .05 whatever the number.

A normal deviate is therefore read as one of Student's t with a quarter as many degrees of freedom as there were peers, two at least, and stretched first:
what was one in twenty stays near it, and the far tail alone grows heavier. Above ``ENOUGH`` peers the degrees of freedom grow with the cube, and the
correction fades. All four figures were set by simulation: 9 to 160 peers, five nulls, 12,000 to 20,000 honest ones each; P(p <= .05) is .025 to .061
(before the stretch, on 9 to 14 peers, .006 to .028).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import stats

from follow_money.statistics.arrays import Floats

ENOUGH: Final = 80
"""Peers from which on the correction fades."""
_A_DEGREE: Final = 4
"""Peers for each degree of freedom, up to there."""
_FEWEST_DEGREES: Final = 2.0
_STRETCH: Final = 0.8
"""How much of the way one in twenty is kept in its place: 1 would keep it, and the nulls of fewest peers call 6-7 % of honest ones one in twenty."""


def tail_of_few(p_values: Floats, peers: int) -> Floats:
    """An upper tail under a null that was fitted on so many peers."""
    degrees = max(_FEWEST_DEGREES, peers / _A_DEGREE) * max(1.0, (peers / ENOUGH) ** 2)
    stretch = (stats.t.isf(0.05, degrees) / stats.norm.isf(0.05)) ** _STRETCH
    return np.asarray(stats.t.sf(stats.norm.isf(p_values) * stretch, df=degrees), dtype=np.float64)
