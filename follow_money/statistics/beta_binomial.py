"""Shares: a beta-binomial null, fitted on peers. Source: over-dispersed binomial, Griffiths 1973."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import optimize, special

from follow_money.statistics.arrays import Floats, Ints
from follow_money.statistics.forward_search import TRIM_BELOW, forward_search

_BLOCK: Final = 128
"""So many terms of a tail are added at once."""

_NOTHING: Final = 1e-17
"""Terms below this share of the sum change no digit of it."""

_STEP: Final = 1e-5
"""For the slope of the truncation, which has no closed form."""

_NEAR_START: Final = 1.5
"""So far (in logits) the mean may go from the share of those within the bounds: beyond, the fit runs away on few counts."""

_LEAST: Final = 1e-300


@dataclass(frozen=True)
class BetaBinomial:
    """A beta-binomial null: mean share ``mean`` and intra-class correlation ``rho`` (0 is binomial)."""

    mean: float
    rho: float
    is_bound: bool = False
    """Not fitted: the highest mean that no count at all leaves open (three counts)."""

    def upper_tail(self, observed: Ints, trials: Ints, /) -> Floats:
        """Mid-p of seeing ``observed`` or more of ``trials``: P(X > k) + P(X = k) / 2. Arrays of one length."""
        return beta_binomial_tail(observed, trials, np.full(np.shape(observed), self.mean), self.rho)[0]

    def point(self, observed: Ints, trials: Ints) -> Floats:
        """The probability of just ``observed`` of ``trials``: what a randomised p draws from."""
        return _point(observed.astype(np.float64), trials.astype(np.float64), *self._shape())

    def middle(self) -> BetaBinomial:
        """Of a bound: the null with half a count instead of three, what no count at all makes likely."""
        return replace(self, mean=self.mean / 6)

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
    """P(X >= k), from the ratio of each term to the one before, as far as terms count.

    (scipy's is one less the other tail: it ends at 1e-16, and is slow.)
    """
    told, term, last = np.ones(len(k)), np.ones(len(k)), int((n - k).max(initial=0.0))
    may_end = bool((b >= 1).all())  # else the terms rise again towards the end
    for start in range(0, last, _BLOCK):
        at = k[:, None] + np.arange(start, min(start + _BLOCK, last))
        left = np.maximum(n[:, None] - at, 0.0)
        ratio = left * (a[:, None] + at) / ((at + 1) * (b[:, None] + np.maximum(left, 1.0) - 1))
        terms = term[:, None] * np.cumprod(ratio, axis=1)
        told += terms.sum(axis=1)
        term = terms[:, -1]
        if may_end and (term <= _NOTHING * told).all() and (ratio[:, -1] < 1).all():
            break
    return first * told


def fit_beta_binomial(
    observed: Ints, trials: Ints, *, trim_below: float = TRIM_BELOW, rounds: int = 12
) -> BetaBinomial:
    """Fit a beta-binomial on peers by maximum likelihood, in a forward search.

    Args:
        observed: Counts, one a peer.
        trials: Out of how many, one a peer, at least 1.
        trim_below: Peers with an upper tail below this are left out of the next round.
        rounds: At most so many rounds.
    """
    return forward_search(observed, trials, _maximum_likelihood, trim_below=trim_below, rounds=rounds)


def _maximum_likelihood(observed: Ints, trials: Ints, most: Ints) -> BetaBinomial:
    """The fit on peers that were chosen because they have at most ``most`` counts each: each counts given that it does."""
    if not observed.any():
        return BetaBinomial(
            mean=3.0 / (float(trials.sum()) + 3.0), rho=0.02, is_bound=True
        )  # the rule of three: what no event in so many trials leaves open
    k, n, t = observed.astype(np.float64), trials.astype(np.float64), most.astype(np.float64)
    is_cut = t < n  # no count goes beyond the trials

    def shape(logits: Floats) -> tuple[float, float]:
        mean, size = float(special.expit(logits[0])), float(np.exp(-logits[1]))
        return mean * size + 1e-9, (1.0 - mean) * size + 1e-9

    def chosen(logits: Floats) -> float:
        """Log probability that all are within their bounds."""
        a, b = shape(logits)
        kept, of = t[is_cut], n[is_cut]
        every = np.ones(len(kept))
        within = _sum_from(of - kept, of, b * every, a * every, _point(kept, of, a, b))
        return float(np.log(np.clip(within, _LEAST, 1.0)).sum())

    def minus_log_likelihood(logits: Floats) -> tuple[float, Floats]:
        a, b = shape(logits)
        told = (special.betaln(k + a, n - k + b) - special.betaln(a, b)).sum()
        both = special.digamma(n + a + b) - special.digamma(a + b)
        by_a = (special.digamma(k + a) - special.digamma(a) - both).sum()
        by_b = (special.digamma(n - k + b) - special.digamma(b) - both).sum()
        mean = special.expit(logits[0])
        slope = np.array([(1.0 - mean) * a * by_a - mean * b * by_b, -(a * by_a + b * by_b)])
        if is_cut.any():
            here = chosen(logits)
            told -= here
            slope -= np.array([(chosen(logits + step) - here) / _STEP for step in _STEP * np.eye(2)])
        return -float(told), -slope

    pooled = special.logit(np.clip((k.sum() + 0.5) / (n.sum() + 1.0), 1e-6, 1 - 1e-6))
    found = optimize.minimize(
        minus_log_likelihood,
        np.array([pooled, np.log(0.02)]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(pooled - _NEAR_START, pooled + _NEAR_START), (np.log(1e-5), np.log(20.0))],
    )
    size = float(np.exp(-found.x[1]))
    return BetaBinomial(mean=float(special.expit(found.x[0])), rho=1.0 / (1.0 + size))
