"""Counts over an exposure: a negative-binomial null, fitted on peers.

Source: Poisson counts whose rate varies among peers as a gamma; Lawless, Negative binomial and mixed Poisson regression, 1987.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import optimize, special, stats

from follow_money.statistics.arrays import Floats, Ints
from follow_money.statistics.forward_search import RULE_OF_THREE, TRIM_BELOW, forward_search


@dataclass(frozen=True)
class NegativeBinomial:
    """A negative-binomial null: ``rate`` counts for each unit of exposure, which varies among peers with the squared coefficient of variation
    ``dispersion`` (near 0 it is Poisson).
    """

    rate: float
    dispersion: float
    is_bound: bool = False
    """Not fitted: the highest rate that no count at all leaves open."""

    def upper_tail(self, observed: Ints, exposure: Floats, /) -> Floats:
        """Mid-p of ``observed`` or more over ``exposure``: P(X > k) + P(X = k) / 2. Arrays of one length."""
        null = self._null(exposure)
        tail = null.sf(observed) + 0.5 * null.pmf(observed)
        return np.asarray(np.clip(tail, 0.0, 1.0), dtype=np.float64)

    def point(self, observed: Ints, exposure: Floats, /) -> Floats:
        """The probability of just ``observed`` over ``exposure``: what a randomised p draws from."""
        return np.asarray(self._null(exposure).pmf(observed), dtype=np.float64)

    def _null(self, exposure: Floats) -> stats.distributions.rv_frozen:
        size = 1.0 / self.dispersion
        return stats.nbinom(size, size / (size + self.rate * exposure))


def fit_negative_binomial(
    observed: Ints,
    exposure: Floats,
    *,
    left_open: float = RULE_OF_THREE,
    trim_below: float = TRIM_BELOW,
    rounds: int = 12,
) -> NegativeBinomial:
    """Fit a negative binomial on peers by maximum likelihood, in a forward search as `fit_beta_binomial` does.

    Args:
        observed: Counts, one a peer.
        exposure: Over how much (years, staff, accounts), one a peer, above 0.
        left_open: Counts that peers without any leave open, see `forward_search`.
        trim_below: Peers with an upper tail below this are left out of the next round.
        rounds: At most so many rounds.
    """
    fit = partial(_maximum_likelihood, left_open=left_open)
    return forward_search(observed, exposure, fit, trim_below=trim_below, rounds=rounds)


def _maximum_likelihood(observed: Ints, exposure: Floats, *, left_open: float) -> NegativeBinomial:
    total = float(exposure.sum())
    if not observed.any():
        rate = left_open / (total + left_open * total / len(exposure))
        return NegativeBinomial(rate=rate, dispersion=0.5, is_bound=True)
    pairs, weights = np.unique(np.stack([observed.astype(np.float64), exposure]), axis=1, return_counts=True)
    count, over = pairs

    def minus_log_likelihood(logs: Floats) -> float:
        mean, size = np.exp(logs[0]) * over, np.exp(-logs[1])
        told = special.gammaln(count + size) - special.gammaln(size) - size * np.log1p(mean / size)
        told += count * (np.log(mean) - np.log(size + mean))
        return float(-(weights * told).sum())

    start = np.array([np.log(float(observed.sum()) / total), np.log(0.2)])
    found = optimize.minimize(
        minus_log_likelihood,
        start,
        method="L-BFGS-B",
        bounds=[(start[0] - 8, start[0] + 8), (np.log(1e-5), np.log(50.0))],
    )
    return NegativeBinomial(rate=float(np.exp(found.x[0])), dispersion=float(np.exp(found.x[1])))
