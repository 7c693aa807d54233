"""Shares: a beta-binomial null, fitted on peers. Source: over-dispersed binomial, Griffiths 1973."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from scipy import optimize, special

from follow_money.statistics.arrays import Floats, Ints
from follow_money.statistics.forward_search import RULE_OF_THREE, TRIM_BELOW, forward_search

_CELLS: Final = 1_000_000
"""So many terms are held at once."""


@dataclass(frozen=True)
class BetaBinomial:
    """A beta-binomial null: mean share ``mean`` and intra-class correlation ``rho`` (0 is binomial)."""

    mean: float
    rho: float
    is_bound: bool = False
    """Not fitted: the highest mean that no count at all leaves open."""

    def upper_tail(self, observed: Ints, trials: Ints, /) -> Floats:
        """Mid-p of seeing ``observed`` or more of ``trials``: P(X > k) + P(X = k) / 2. Arrays of one length."""
        return beta_binomial_tail(observed, trials, np.full(np.shape(observed), self.mean), self.rho)[0]

    def point(self, observed: Ints, trials: Ints, /) -> Floats:
        """The probability of just ``observed`` of ``trials``: what a randomised p draws from."""
        return _point(observed.astype(np.float64), trials.astype(np.float64), *self._shape())

    def _shape(self) -> tuple[float, float]:
        size = (1.0 - self.rho) / self.rho
        return self.mean * size, (1.0 - self.mean) * size


def beta_binomial_tail(observed: Ints, trials: Ints, means: Floats, rho: float) -> tuple[Floats, Floats]:
    """Mid-p of each count under a mean of its own, and the probability of the very count. Arrays of one length."""
    k, n, mean = np.broadcast_arrays(observed.astype(np.float64), trials.astype(np.float64), means)
    size = (1.0 - rho) / rho
    a, b = mean * size, (1.0 - mean) * size
    point = _point(k, n, a, b)
    is_above = k >= n * mean  # the shorter of the two sums, and the one that loses no digits
    one, other = np.where(is_above, a, b), np.where(is_above, b, a)
    reached = _sum_from(np.where(is_above, k, n - k), n, one, other, point)
    tail = np.where(is_above, reached - point / 2, 1.0 - reached + point / 2)
    return np.asarray(np.clip(tail, 0.0, 1.0), dtype=np.float64), point


def _point(k: Floats, n: Floats, a: Floats | float, b: Floats | float) -> Floats:
    ways = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    return np.asarray(np.exp(ways + special.betaln(k + a, n - k + b) - special.betaln(a, b)), dtype=np.float64)


def _sum_from(k: Floats, n: Floats, a: Floats, b: Floats, first: Floats) -> Floats:
    """P(X >= k), from the ratio of each term to the one before. (scipy's is one less the other tail: it ends at 1e-16, and is slow.)"""
    total = first.copy()
    places = max(1, int(_CELLS / max(1.0, float((n - k).max(initial=0.0)))))
    for start in range(0, len(k), places):
        rows = slice(start, start + places)
        low, high = k[rows, None], n[rows, None]
        at = low + np.arange(int((high - low).max(initial=0.0)))
        left = np.maximum(high - at, 0.0)
        ratio = left * (a[rows, None] + at) / ((at + 1) * (b[rows, None] + np.maximum(left, 1.0) - 1))
        total[rows] *= 1.0 + np.cumprod(ratio, axis=1).sum(axis=1)
    return total


def fit_beta_binomial(
    observed: Ints, trials: Ints, *, left_open: float = RULE_OF_THREE, trim_below: float = TRIM_BELOW, rounds: int = 12
) -> BetaBinomial:
    """Fit a beta-binomial on peers by maximum likelihood, in a forward search.

    Args:
        observed: Counts, one a peer.
        trials: Out of how many, one a peer, at least 1.
        left_open: Counts that peers without any leave open, see `forward_search`.
        trim_below: Peers with an upper tail below this are left out of the next round.
        rounds: At most so many rounds.
    """
    fit = partial(_maximum_likelihood, left_open=left_open)
    return forward_search(observed, trials, fit, trim_below=trim_below, rounds=rounds)


def _maximum_likelihood(observed: Ints, trials: Ints, *, left_open: float) -> BetaBinomial:
    if not observed.any():
        return BetaBinomial(mean=left_open / (float(trials.sum()) + left_open), rho=0.02, is_bound=True)
    pooled = float((observed.sum() + 0.5) / (trials.sum() + 1.0))

    def minus_log_likelihood(logits: Floats) -> float:
        mean = special.expit(logits[0])
        size = np.exp(-logits[1])
        a, b = mean * size + 1e-9, (1.0 - mean) * size + 1e-9
        told = special.betaln(observed + a, trials - observed + b) - special.betaln(a, b)
        return float(-told.sum())

    start = np.array([special.logit(min(max(pooled, 1e-6), 1 - 1e-6)), np.log(0.02)])
    found = optimize.minimize(
        minus_log_likelihood, start, method="L-BFGS-B", bounds=[(-16.0, 16.0), (np.log(1e-5), np.log(20.0))]
    )
    size = float(np.exp(-found.x[1]))
    return BetaBinomial(mean=float(special.expit(found.x[0])), rho=1.0 / (1.0 + size))
