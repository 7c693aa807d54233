from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from follow_money.detectors.peers import count_tests, rate_tests
from follow_money.statistics import (
    NOBODY,
    BetaBinomial,
    Floats,
    NegativeBinomial,
    drawn,
    fit_beta_binomial,
    fit_negative_binomial,
    randomised_p,
    tail_of_few,
)

UNIT, KIND = "counts", "organisation"


def gamma_counts(draw: np.random.Generator, exposure: Floats, rate: float, dispersion: float) -> np.ndarray:
    return draw.poisson(rate * exposure * draw.gamma(1 / dispersion, dispersion, len(exposure)))


def group(observed: np.ndarray, size: np.ndarray, name: str, world: int) -> pd.DataFrame:
    keys = [f"{world} {row}" for row in range(len(observed))]
    return pd.DataFrame({"key": keys, "subject_id": keys, "peer_group": "all", "observed": observed, name: size})


@pytest.mark.parametrize(("rate", "dispersion"), [(2.0, 0.3), (0.5, 0.5), (0.02, 0.3)])
def test_counts_with_nothing_planted_give_honest_p_values(rate: float, dispersion: float) -> None:
    draw, told = np.random.default_rng(1), []
    for world in range(20):
        exposure = draw.uniform(0.5, 5, 400)
        counts = group(gamma_counts(draw, exposure, rate, dispersion), exposure, "exposure", world)
        told.append(count_tests(counts, unit=UNIT, subject_kind=KIND)["p_randomised"])
    p = np.concatenate(told)
    assert 0.03 <= (p <= 0.05).mean() <= 0.06
    assert (p <= 0.001).mean() <= 0.0015 + 2 * np.sqrt(0.001 / len(p))


@pytest.mark.parametrize("peers", [12, 20, 40, 100, 300])
def test_few_peers_cry_no_wolf_and_are_not_too_cautious(peers: int) -> None:
    draw, told = np.random.default_rng(2), []
    for world in range(3000 // peers):
        trials = draw.integers(20, 300, peers)
        observed = draw.binomial(trials, draw.beta(0.08 * 32, 0.92 * 32, peers))
        told.append(rate_tests(group(observed, trials, "trials", world), unit=UNIT, subject_kind=KIND)["p_randomised"])
    p = np.concatenate(told)
    assert 0.03 <= (p <= 0.05).mean() <= 0.06
    assert (p <= 0.001).mean() <= 0.0015 + 2 * np.sqrt(0.001 / len(p))


def test_who_makes_no_null_is_tested_against_the_others() -> None:
    draw = np.random.default_rng(6)
    trials = draw.integers(4, 16, 60)
    observed = draw.binomial(trials, 0.07)
    trials[:8], observed[:8] = 12, 10
    peers = group(observed, trials, "trials", 0)
    apart = rate_tests(peers.assign(makes_null=np.arange(60) >= 8), unit=UNIT, subject_kind=KIND)
    others = rate_tests(peers[8:], unit=UNIT, subject_kind=KIND)
    assert set(apart["null_model"]) == set(others["null_model"])
    assert apart["expected"].tolist()[8:] == others["expected"].tolist()
    assert (apart["p_value"].to_numpy()[:8] < 1e-5).all()
    assert apart["peers"].tolist() == [59] * 60


def test_where_too_few_would_be_left_all_make_the_null() -> None:
    draw = np.random.default_rng(7)
    trials = draw.integers(20, 60, 20)
    peers = group(draw.binomial(trials, 0.2), trials, "trials", 0)
    told = rate_tests(peers.assign(makes_null=np.arange(20) < 5), unit=UNIT, subject_kind=KIND)
    assert told["p_value"].tolist() == rate_tests(peers, unit=UNIT, subject_kind=KIND)["p_value"].tolist()


def test_a_tail_of_few_is_heavier_and_keeps_the_order() -> None:
    p = np.array([0.0, 1e-300, 1e-9, 0.001, 0.3, 0.5, 0.9, 1.0])
    few, many = tail_of_few(p, 10), tail_of_few(p, 3000)
    assert (few[1:4] > p[1:4]).all()
    assert many[3:] == pytest.approx(p[3:], rel=0.05)
    assert (np.diff(few) >= 0).all()


def test_a_tail_of_few_grows_lighter_with_every_peer_and_the_correction_fades_above_eighty() -> None:
    rare = np.array([1e-6])
    told = [float(tail_of_few(rare, peers)[0]) for peers in (8, 15, 40, 80, 150, 300, 1000)]
    assert told == sorted(told, reverse=True)
    assert told[3] > 3e-6
    assert told[5] < 1.3e-6


@pytest.mark.parametrize("peers", [8, 20, 80, 1000])
def test_one_in_twenty_stays_near_one_in_twenty_whatever_the_peers(peers: int) -> None:
    assert 0.045 <= tail_of_few(np.array([0.045]), peers)[0] <= 0.075


def test_counts_recover_what_was_drawn_among_irregular_ones() -> None:
    draw = np.random.default_rng(3)
    exposure = draw.uniform(0.5, 5, 800)
    observed = gamma_counts(draw, exposure, 1.5, 0.2)
    observed[:40] = draw.poisson(15 * exposure[:40])
    null = fit_negative_binomial(observed, exposure)
    assert null.rate == pytest.approx(1.5, rel=0.1)
    assert null.dispersion == pytest.approx(0.2, rel=0.4)
    assert (null.upper_tail(observed, exposure)[:40] <= 1e-4).mean() > 0.9


def test_rare_counts_are_let_into_the_null() -> None:
    observed = (np.arange(20_000) % 200 == 0).astype(np.int64)
    null = fit_negative_binomial(observed, np.ones(20_000))
    assert null.rate == pytest.approx(0.005, rel=0.01)


def test_no_counts_at_all_give_the_rule_of_three() -> None:
    null = fit_negative_binomial(np.zeros(60, np.int64), np.ones(60))
    assert null.is_bound
    assert null.rate == pytest.approx(3 / 63)


def test_negative_binomial_tail_is_a_mid_p() -> None:
    null = NegativeBinomial(rate=0.5, dispersion=1e-5)  # nearly Poisson
    told = null.upper_tail(np.array([0, 2]), np.array([2.0, 2.0]))
    assert told == pytest.approx([1 - np.exp(-1) / 2, 1 - 2.5 * np.exp(-1) + np.exp(-1) / 4], rel=1e-4)


def test_beta_binomial_tail_is_the_library_s_and_goes_on_where_that_ends() -> None:
    draw = np.random.default_rng(4)
    for _ in range(20):
        mean, rho = draw.uniform(0.0005, 0.95), 10 ** draw.uniform(-5, -0.2)
        trials = draw.integers(1, 2000, 100)
        observed = (trials * draw.uniform(0, 1, 100) ** 3).astype(np.int64)
        null = stats.betabinom(trials, mean * (1 - rho) / rho, (1 - mean) * (1 - rho) / rho)
        told = BetaBinomial(mean, rho)
        assert told.upper_tail(observed, trials) == pytest.approx(null.sf(observed) + null.pmf(observed) / 2, abs=1e-9)
        assert told.point(observed, trials) == pytest.approx(null.pmf(observed), rel=1e-5, abs=1e-12)
    (far,) = BetaBinomial(0.01, 0.001).upper_tail(np.array([150]), np.array([300]))
    assert 0 < far < 1e-30


def test_a_draw_is_of_its_key_and_seed_alone() -> None:
    (first, second), (again,) = drawn(["A", "B"], seed="s"), drawn(["B"], seed="s")
    assert second == again
    assert first != second
    assert drawn(["A"], seed="t")[0] != first
    many = drawn(map(str, range(5000)), seed="s")
    assert stats.kstest(many, "uniform").pvalue > 0.01


def test_a_randomised_p_lies_between_the_tails_without_and_with_the_count() -> None:
    told = randomised_p(np.array([0.3, 0.3, 0.3]), np.array([0.2, 0.2, np.nan]), np.array([0.0, 1.0, 1.0]))
    assert told == pytest.approx([0.2, 0.4, 0.3])


def test_the_highest_of_few_honest_peers_that_differ_much_is_not_taken_for_irregular() -> None:
    """24 honest peers, mean .05, rho .25: the null without the highest two tells them a little better, and called the highest one in ten billion."""
    observed = np.array([0, 2, 9, 0, 0, 16, 1, 66, 0, 8, 0, 0, 2, 0, 8, 8, 0, 0, 128, 4, 0, 1, 1, 0])
    trials = np.array(
        [
            54,
            58,
            126,
            197,
            183,
            164,
            74,
            166,
            67,
            124,
            172,
            151,
            102,
            137,
            115,
            104,
            59,
            127,
            153,
            70,
            160,
            148,
            121,
            188,
        ]
    )
    assert fit_beta_binomial(observed, trials).upper_tail(observed, trials).min() > 0.001


def test_one_clearly_irregular_of_few_alike_peers_does_not_make_the_null() -> None:
    observed, trials = np.array([*[4, 5, 6] * 8, 60]), np.full(25, 100)
    null = fit_beta_binomial(observed, trials)
    assert null.mean == pytest.approx(0.05, abs=0.005)
    assert null.upper_tail(observed, trials)[-1] < 1e-6


def test_where_nobody_has_any_count_half_a_count_is_expected_of_all() -> None:
    none, trials, exposure = np.zeros(40, np.int64), np.full(40, 50), np.full(40, 2.0)
    shares = fit_beta_binomial(none, trials, left_open=NOBODY)
    counts = fit_negative_binomial(none, exposure, left_open=NOBODY)
    assert (shares.mean * trials).sum() == pytest.approx(0.5, rel=0.01)
    assert (counts.rate * exposure).sum() == pytest.approx(0.5, rel=0.02)
    assert fit_beta_binomial(none, trials).mean > 5 * shares.mean
