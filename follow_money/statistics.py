"""The nulls and tests that detectors share.

Honest providers differ in clerical care, so a plain binomial null cries wolf: over 20 simulations of 900 honest providers it gave p <= .001
to 2.9 % of them, a beta-binomial to 0.09 %. Every rate here is therefore tested against an over-dispersed null fitted on peers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_PEERS: Final = 8
"""Below this number of peers a subject is not evaluable: an over-dispersion cannot be fitted on fewer."""


@dataclass(frozen=True)
class BetaBinomial:
    """A beta-binomial null: mean share ``mean`` and intra-class correlation ``rho`` (0 is binomial)."""

    mean: float
    rho: float

    def upper_tail(self, observed: Ints, trials: Ints) -> Floats:
        """Mid-p of seeing ``observed`` or more of ``trials``: P(X > k) + P(X = k) / 2. Arrays of one length."""
        a, b = self._shape()
        null = stats.betabinom(trials, a, b)
        tail = null.sf(observed) + 0.5 * null.pmf(observed)
        return np.asarray(np.clip(tail, 0.0, 1.0), dtype=np.float64)

    def _shape(self) -> tuple[float, float]:
        size = (1.0 - self.rho) / self.rho
        return self.mean * size, (1.0 - self.mean) * size


START_FROM: Final = 0.7
"""The forward search starts from this share of the peers, the ones with the lowest rates."""

FEWEST_COUNTS: Final = 5
"""And from more of them, where the start would hold fewer counts: a null of nothing calls everybody extreme."""

START_FROM_AT_MOST: Final = 0.95
"""But never from more than this share: where only irregular peers have counts, these must not make the null."""


def fit_beta_binomial(observed: Ints, trials: Ints, *, trim_below: float = 2e-4, rounds: int = 12) -> BetaBinomial:
    """Fit a beta-binomial on peers by maximum likelihood: a forward search that lets in whoever the fit does not call extreme.

    A region may hold several irregular providers; fitted with them the null would hide them. The search starts from the peers with
    the lowest rates and lets in the others round by round. Trimming at ``trim_below`` takes away two honest
    peers in ten thousand, which moves the fit by less than its own error.

    Args:
        observed: Counts, one a peer.
        trials: Out of how many, one a peer, at least 1.
        trim_below: Peers with an upper tail below this are left out of the next round.
        rounds: At most so many rounds.

    Source: over-dispersed binomial, Griffiths 1973; forward trimming as in Atkinson & Riani, Robust Diagnostic Regression, 2000.
    """
    share = observed / trials
    kept = share <= np.clip(
        _share_with_counts(observed, share),
        np.quantile(share, START_FROM),
        np.quantile(share, START_FROM_AT_MOST, method="lower"),
    )
    fitted = _maximum_likelihood(observed[kept], trials[kept])
    for _ in range(rounds):
        now = fitted.upper_tail(observed, trials) >= trim_below
        if (now == kept).all():
            break
        kept = now
        fitted = _maximum_likelihood(observed[kept], trials[kept])
    return fitted


def _share_with_counts(observed: Ints, share: Floats) -> float:
    """The lowest share up to which peers have ``FEWEST_COUNTS`` together, or all there are."""
    order = np.argsort(share, kind="stable")
    counts = np.cumsum(observed[order])
    return float(share[order[np.searchsorted(counts, min(FEWEST_COUNTS, counts[-1]))]])


def _maximum_likelihood(observed: Ints, trials: Ints) -> BetaBinomial:
    if not observed.any():
        return BetaBinomial(
            mean=3.0 / (float(trials.sum()) + 3.0), rho=0.02
        )  # the rule of three: what no event in so many trials leaves open
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


def robust_z(values: Floats) -> Floats:
    """How many robust standard deviations each value lies above the median of all: (x - median) / (1.4826 MAD).

    The scale is never below 0.01: peers that are all alike do not make a rounding difference extreme.
    Source: Rousseeuw & Croux, Alternatives to the median absolute deviation, 1993.
    """
    centre = np.median(values)
    scale = 1.4826 * np.median(np.abs(values - centre))
    return np.asarray((values - centre) / max(float(scale), 0.01), dtype=np.float64)


def student_tail(z: Floats, peers: int) -> Floats:
    """Upper tail of robust z values. Student's t with few degrees of freedom, since the scale is itself estimated robustly on ``peers`` values."""
    return np.asarray(stats.t.sf(z, df=max(3, min(30, peers // 2))), dtype=np.float64)


def poisson_upper_tail(observed: Ints, mean: Floats) -> Floats:
    """Mid-p of a Poisson count: P(X > k) + P(X = k) / 2."""
    return np.asarray(stats.poisson.sf(observed, mean) + 0.5 * stats.poisson.pmf(observed, mean), dtype=np.float64)


def poisson_binomial_upper_tail(observed: Ints, chances: Floats) -> Floats:
    """P(X >= k) of the number of independent events that happen, each with a chance of its own. Not mid-p: a few events are no fine scale."""
    mass = np.array([1.0])
    for chance in chances:
        mass = np.convolve(mass, [1.0 - chance, chance])
    tail = np.append(np.cumsum(mass[::-1])[::-1], 0.0)
    return np.asarray(np.minimum(tail[np.minimum(observed, len(mass))], 1.0), dtype=np.float64)


def benjamini_hochberg(p_values: Floats) -> Floats:
    """False-discovery q values of p values; nan stays nan and is not counted.

    Source: Benjamini & Hochberg, Controlling the false discovery rate, 1995.
    """
    q = np.full(len(p_values), np.nan)
    told = ~np.isnan(p_values)
    if told.any():
        q[told] = stats.false_discovery_control(p_values[told], method="bh")
    return q
