"""A null for one claim among others of the same source: how often others of that source are wrong, drawn towards what all sources have."""

from __future__ import annotations

from typing import Final

import numpy as np

from follow_money.statistics.arrays import Floats, Ints
from follow_money.statistics.beta_binomial import BetaBinomial, fit_beta_binomial

_FIRMEST: Final = 2_000.0
"""Trials that the common share is worth at most, where all sources are alike."""
_LEAST_RUNS: Final = 0.05
"""Least intra-class correlation of claims. Claims with many errors are left out of the fit, and would have told of runs; set by simulation: without it honest
claims have p <= .001 in .13 % of cases, with it in .04 %."""


def errors_of_others(
    source: Ints, observed: Ints, trials: Ints, *, most: int
) -> tuple[Floats, Floats, Floats, float]:  # fmt: skip
    """Mid-p, point probability and mean of each claim under the errors of the other claims of its source.

    The common share and how far sources differ come from all sources, in a forward search; what the other claims of a source had moves it from there
    (the posterior mean). How far claims differ comes from all claims, so that errors may come in runs within a claim. A claim with more than ``most`` errors
    tells nothing of its source: claims that are wrong all through must not make the null that is to find them.

    Args:
        source: The source of each claim, from 0 on without gaps.
        observed: Units that are wrong, one a claim.
        trials: Out of how many, at least 1.
        most: Errors up to which a claim tells of its source.

    Returns:
        Mid-p, point probability, mean share, and the intra-class correlation of claims.
    """
    tells = observed <= most
    wrong, of = np.where(tells, observed, 0), np.where(tells, trials, 0)
    wrong_of_source = np.bincount(source, weights=wrong).astype(np.int64)
    of_source = np.bincount(source, weights=of).astype(np.int64)
    some = of_source > 0
    if not some.any():
        some, of_source = np.ones_like(some), np.ones_like(of_source)
    common = fit_beta_binomial(wrong_of_source[some], of_source[some])
    rho = max(fit_beta_binomial(observed[tells], trials[tells]).rho if tells.any() else 0.0, _LEAST_RUNS)
    worth = min((1.0 - common.rho) / common.rho, _FIRMEST)
    mean = (common.mean * worth + wrong_of_source[source] - wrong) / (worth + of_source[source] - of)
    mid_p, point = np.empty(len(observed)), np.empty(len(observed))
    for share in np.unique(mean):  # few: most sources have no errors
        rows = mean == share
        null = BetaBinomial(mean=float(share), rho=rho)
        mid_p[rows] = null.upper_tail(observed[rows], trials[rows])
        point[rows] = null.point(observed[rows], trials[rows])
    return mid_p, point, mean, rho
