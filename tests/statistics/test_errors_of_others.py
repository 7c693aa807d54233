"""The null of a claim among others of its source."""

from __future__ import annotations

import numpy as np

from follow_money.statistics import drawn, errors_of_others, randomised_p
from follow_money.statistics.arrays import Floats, Ints

CLAIMS, MOST = 340, 2


def world(seed: int, planted: int = 0) -> tuple[Ints, Ints, Ints]:
    """Claims of sources that differ in care; the first ones are wrong all through."""
    rng = np.random.default_rng(seed)
    size = np.minimum((rng.pareto(1.1, CLAIMS) * 15).astype(np.int64), 200)
    source = np.unique(size, return_inverse=True)[1].astype(np.int64)
    trials = rng.integers(1, 11, CLAIMS)
    observed = rng.binomial(trials, rng.beta(0.4, 30, source.max() + 1)[source]).astype(np.int64)
    trials[:planted] = observed[:planted] = 8
    return source, observed, trials


def p_of(seed: int, planted: int = 0) -> Floats:
    mid_p, point, _, _ = errors_of_others(*world(seed, planted), most=MOST)
    return randomised_p(mid_p, point, drawn(map(str, range(CLAIMS)), seed=str(seed)))[planted:]


def test_nothing_planted_gives_uniform_p_and_what_is_planted_does_not_move_it() -> None:
    for planted in (0, 20):
        told = np.concatenate([p_of(seed, planted) for seed in range(12)])
        assert 0.03 <= (told <= 0.05).mean() <= 0.06
        assert (told <= 0.001).mean() <= 0.0015 + 2 * np.sqrt(0.001 / len(told))


def test_claims_that_are_wrong_all_through_do_not_hide_one_another() -> None:
    mid_p = errors_of_others(*world(1, 30), most=MOST)[0]
    assert mid_p[:30].max() < 1e-5


def test_errors_of_others_of_the_source_are_expected_and_its_own_are_not() -> None:
    source = np.repeat(np.arange(20), 5)
    observed, trials = np.zeros(100, dtype=np.int64), np.full(100, 10)
    observed[:5] = 2
    mean = errors_of_others(source, observed, trials, most=MOST)[2]
    assert mean[0] > 3 * mean[5]
    observed[1:5] = 0
    alone = errors_of_others(source, observed, trials, most=MOST)[2]
    assert alone[0] < alone[1]


def test_with_no_claim_that_tells_there_is_still_a_null() -> None:
    mid_p = errors_of_others(np.zeros(3, dtype=np.int64), np.full(3, 5), np.full(3, 5), most=MOST)[0]
    assert np.isfinite(mid_p).all()
