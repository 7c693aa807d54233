"""Ratios: how far one lies above its peers, on a scale that one far-off peer does not move.

The scale is first the spread of the middle half of the peers (1.4826 MAD), as if their tail were Student's. Ratios of honest peers end sooner as a rule: pay
and prices have a floor and a ceiling, and by the middle half hardly one in a hundred was called one in twenty. So the scale is drawn to what the upper
twentieth of the peers says, the more of them the further; peers that are extreme on the scale do not tell, in a forward search.
Of uniform, normal, skewed and t(4) peers, 9 to 160 of them, .011 to .073 have p <= .05 (uniform ones least, those skewed to the right most). Of normal ones
at most .001 have p <= .001, of those skewed to the right .004, of t(4) ones .008, which more peers do not mend. The degrees of freedom are dear: one of 20 that
lies 8 standard deviations off a bell is found 96 times in a hundred at q <= .035, and 14 at .0025.
Source: Rousseeuw & Croux, Alternatives to the median absolute deviation, 1993; Atkinson & Riani, Robust Diagnostic Regression, 2000.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import stats

from follow_money.statistics.arrays import Flags, Floats
from follow_money.statistics.forward_search import TRIM_BELOW

_LEAST_SCALE: Final = 0.01
"""Peers that are all alike do not make a rounding difference extreme."""
OWN_ERROR: Final = 0.75
"""Deviations in their own errors have a spread of one where the errors are right, and of this at least."""
_UPPER: Final = 0.05
"""The share of peers whose place says how far the upper tail reaches."""
_DRAWN: Final = 20
"""Peers with which the scale is half of the way at what the upper tail says."""
_ROUNDS: Final = 12


def robust_tail(values: Floats, *, least_scale: float = _LEAST_SCALE) -> Floats:
    """Upper tail of each value among all: Student's t of its distance from the median, over a scale that fits the peers' upper tail.

    Args:
        values: One a peer, on a scale where differences count (logarithms of ratios, deviations in their own errors).
        least_scale: The scale is never smaller: peers that are all alike do not make a small difference extreme.
    """
    peers = len(values) - 1
    at_upper = float(stats.t.isf(_UPPER, _degrees(peers)))
    weight = len(values) / (len(values) + _DRAWN)
    limit = min(TRIM_BELOW, 1.0 / len(values))
    z, least = robust_z(values, least_scale=least_scale), least_scale / _scale(values, least_scale)

    def stretch(kept: Flags) -> float:
        reached = max(float(np.quantile(z[kept], 1.0 - _UPPER)), 0.0) / at_upper
        return float(max(reached**weight, least))

    kept = student_tail(z, peers) >= limit
    for _ in range(_ROUNDS):
        tail = student_tail(z / stretch(kept), peers)
        now = tail >= limit
        if (now == kept).all():
            break
        kept = now
    return tail


def robust_z(values: Floats, *, least_scale: float = _LEAST_SCALE) -> Floats:
    """How many robust standard deviations each value lies above the median of all: (x - median) / (1.4826 MAD), on a scale of ``least_scale`` at least."""
    return np.asarray((values - np.median(values)) / _scale(values, least_scale), dtype=np.float64)


def student_tail(z: Floats, peers: int) -> Floats:
    """Upper tail of robust z values: Student's t with a fifth as many degrees of freedom as peers, four at least: the scale is estimated on them."""
    return np.asarray(stats.t.sf(z, df=_degrees(peers)), dtype=np.float64)


def _degrees(peers: int) -> int:
    return max(4, min(30, peers // 5))


def _scale(values: Floats, least_scale: float) -> float:
    return max(1.4826 * float(np.median(np.abs(values - np.median(values)))), least_scale)


def in_own_error(deviations: Floats, errors: Floats, degrees: Floats) -> Floats:
    """Deviations in their own standard errors, as normal deviates: of errors known by few degrees of freedom a large one says less (Student).

    Args:
        deviations: One a subject.
        errors: Its standard error, above 0.
        degrees: Degrees of freedom of that error, at least 1.
    """
    # Both tails, so that neither ends at 1.
    size = np.abs(deviations) / errors
    normal = -stats.norm.ppf(np.maximum(stats.t.sf(size, degrees), np.finfo(np.float64).tiny))
    return np.asarray(np.sign(deviations) * normal, dtype=np.float64)
