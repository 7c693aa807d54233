from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from follow_money.statistics import (
    FEWEST_PEERS,
    BetaBinomial,
    Floats,
    Ints,
    benjamini_hochberg,
    fit_beta_binomial,
    in_own_error,
    limit_across_families,
    poisson_binomial_upper_tail,
    poisson_upper_tail,
    robust_tail,
    robust_z,
    student_tail,
)


def honest(draw: np.random.Generator, peers: int, mean: float, rho: float) -> tuple[Ints, Ints]:
    """Peers of different size and care, nothing planted: ``observed, trials``."""
    size = (1 - rho) / rho
    trials = draw.integers(20, 400, peers)
    return draw.binomial(trials, draw.beta(mean * size, (1 - mean) * size, peers)), trials


def p_of_honest(mean: float, rho: float, *, peers: int = 600, times: int = 15) -> Floats:
    draw = np.random.default_rng(20)
    told = []
    for _ in range(times):
        observed, trials = honest(draw, peers, mean, rho)
        told.append(fit_beta_binomial(observed, trials).upper_tail(observed, trials))
    return np.concatenate(told)


@pytest.mark.parametrize(("mean", "rho"), [(0.08, 0.03), (0.08, 0.01), (0.02, 0.03)])
def test_nothing_planted_gives_honest_p_values(mean: float, rho: float) -> None:
    p = p_of_honest(mean, rho)
    assert 0.03 <= (p <= 0.05).mean() <= 0.06
    assert (p <= 0.001).mean() <= 0.0015


def test_events_that_most_peers_never_have_give_honest_p_values_too() -> None:
    p = p_of_honest(0.004, 0.02, peers=200, times=25)
    assert (p <= 0.05).mean() <= 0.06
    assert (p <= 0.001).mean() <= 0.0025  # 5,000 draws: the gate of .0015 and two standard errors


def test_a_plain_binomial_would_cry_wolf() -> None:
    observed, trials = honest(np.random.default_rng(3), 900, 0.08, 0.03)
    plain = stats.binom.sf(observed - 1, trials, observed.sum() / trials.sum())
    assert (plain <= 0.001).mean() > 0.02


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1])
def test_fit_recovers_the_honest_null_among_irregular_peers(share: float) -> None:
    draw = np.random.default_rng(5)
    observed, trials = honest(draw, 400, 0.08, 0.02)
    planted = np.arange(400) < 400 * share
    observed = np.where(planted, draw.binomial(trials, 0.6), observed)
    fitted = fit_beta_binomial(observed, trials)
    assert fitted.mean == pytest.approx(0.08, abs=0.008)
    assert fitted.rho == pytest.approx(0.02, abs=0.01)
    p = fitted.upper_tail(observed, trials)
    assert (p[planted] <= 1e-4).mean() > 0.95
    assert (p[~planted] <= 0.001).mean() <= 0.006


def test_honest_peers_that_differ_much_come_into_the_null() -> None:
    draw, told = np.random.default_rng(1), []
    for _ in range(20):
        trials = draw.integers(72, 190, 65)
        observed = draw.binomial(trials, draw.beta(0.055 * 7 / 3, 0.945 * 7 / 3, 65))  # rho .3
        p = fit_beta_binomial(observed, trials).upper_tail(observed, trials)
        told.append((p <= 1e-5).mean())
    assert np.mean(told) <= 0.002  # from the lowest rates alone the search called 1.5 % of them as rare


def test_fit_recovers_what_was_drawn() -> None:
    fitted = fit_beta_binomial(*honest(np.random.default_rng(7), 3000, 0.1, 0.05))
    assert fitted.mean == pytest.approx(0.1, rel=0.05)
    assert fitted.rho == pytest.approx(0.05, rel=0.1)


def test_peers_that_are_all_alike_do_not_break_the_fit() -> None:
    trials = np.full(30, 100)
    for observed in (np.zeros(30, np.int64), np.full(30, 100), np.full(30, 7)):
        fitted = fit_beta_binomial(observed, trials)
        p = fitted.upper_tail(observed, trials)
        assert np.isfinite([fitted.mean, fitted.rho]).all()
        assert (p > 0.3).all()


def test_upper_tail_is_a_mid_p() -> None:
    null = BetaBinomial(mean=0.25, rho=1e-5)  # nearly binomial: 1, 4, 6, 4, 1 ways of 4
    tail = null.upper_tail(np.array([0, 1, 4]), np.array([4, 4, 4]))
    exact = [stats.binom.sf(k, 4, 0.25) + stats.binom.pmf(k, 4, 0.25) / 2 for k in (0, 1, 4)]
    assert tail == pytest.approx(exact, rel=1e-3)


@given(st.integers(1, 200), st.floats(0.01, 0.9), st.floats(0.001, 0.5))
def test_upper_tail_falls_as_more_is_observed(trials: int, mean: float, rho: float) -> None:
    tail = BetaBinomial(mean=mean, rho=rho).upper_tail(np.arange(trials + 1), np.full(trials + 1, trials))
    assert (np.diff(tail) <= 1e-9).all()
    assert ((tail >= 0) & (tail <= 1)).all()


def test_poisson_tail_is_a_mid_p() -> None:
    assert poisson_upper_tail(np.array([0, 2]), np.array([1.0, 1.0])) == pytest.approx(
        [1 - np.exp(-1) / 2, 1 - 2.5 * np.exp(-1) + np.exp(-1) / 4]
    )


def test_robust_z_is_not_moved_by_one_that_lies_far_off() -> None:
    values = np.array([-1.0, 0.0, 1.0, 1000.0, -0.5, 0.5, 0.0])
    z = robust_z(values)
    assert z[1] == 0
    assert z[2] == pytest.approx(1 / (1.4826 * 0.5))
    assert z[3] > 1000


def test_peers_that_are_all_alike_do_not_make_a_rounding_difference_extreme() -> None:
    assert robust_z(np.array([1.0] * 20 + [1.001]))[-1] == pytest.approx(0.1)


@pytest.mark.parametrize("kind", ["normal", "uniform", "skewed"])
def test_honest_ratios_have_honest_p_values_whether_their_tail_is_a_bell_or_ends(kind: str) -> None:
    draw = np.random.default_rng(11)
    shape = (100, 160)
    drawn = {
        "normal": draw.normal(0, 0.2, shape),
        "uniform": draw.uniform(-0.1, 0.1, shape),
        "skewed": np.log(draw.gamma(4, 1, shape)),
    }[kind]
    p = np.concatenate([robust_tail(peers) for peers in drawn])
    assert 0.03 <= (p <= 0.05).mean() <= 0.06
    assert (p <= 0.001).mean() <= 0.0015


def test_far_off_peers_do_not_stretch_the_scale_of_the_others() -> None:
    honest = np.linspace(-0.1, 0.1, 60)
    alone = robust_tail(honest)
    among = robust_tail(np.append(honest, [1.0, 1.1, 1.2]))
    assert (among[-3:] < 1e-6).all()
    assert among[:60] == pytest.approx(alone, abs=0.05)


def test_ratios_of_peers_that_are_all_alike_keep_a_least_scale() -> None:
    assert robust_tail(np.array([1.0] * 20 + [1.001]))[-1] > 0.4


def test_fewer_peers_give_a_heavier_tail() -> None:
    z = np.array([4.0])
    assert student_tail(z, FEWEST_PEERS)[0] > student_tail(z, 30)[0] > student_tail(z, 200)[0]


def test_q_values_are_those_worked_out_by_hand() -> None:
    assert benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.5])) == pytest.approx(
        [0.04, 0.04 * 4 / 3, 0.04 * 4 / 3, 0.5]
    )


def test_tests_that_could_not_be_made_do_not_count() -> None:
    q = benjamini_hochberg(np.array([0.01, np.nan, 0.04, np.nan]))
    assert q[[0, 2]] == pytest.approx([0.02, 0.04])
    assert np.isnan(q[[1, 3]]).all()
    assert np.isnan(benjamini_hochberg(np.array([np.nan]))).all()
    assert len(benjamini_hochberg(np.array([]))) == 0


@given(arrays.arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 1)))
def test_q_is_never_below_p_and_keeps_the_order(p: Floats) -> None:
    q = benjamini_hochberg(p)
    assert (q >= p - 1e-12).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(q[order]) >= -1e-12).all()
    assert q == pytest.approx(stats.false_discovery_control(p))


def test_poisson_binomial_tail_is_that_of_a_binomial_where_chances_are_alike_and_of_the_rarest_where_all_happen() -> (
    None
):
    tail = poisson_binomial_upper_tail(np.array([0, 1, 2, 3]), np.array([0.1, 0.1, 0.1]))
    assert tail.tolist() == pytest.approx([1.0, 0.271, 0.028, 0.001])
    assert poisson_binomial_upper_tail(np.array([2]), np.array([0.5, 0.01])).tolist() == pytest.approx([0.005])


@pytest.mark.parametrize("count", [4, 6, 24])
def test_deviations_in_their_own_errors_are_normal_whatever_their_degrees_of_freedom(count: int) -> None:
    drawn = np.random.default_rng(3).normal(0, 7.0, (200_000, count))
    errors = drawn.std(axis=1, ddof=1) / np.sqrt(count)
    normal = in_own_error(drawn.mean(axis=1), errors, np.full(len(drawn), count - 1.0))
    for level in (0.05, 0.001):
        assert (normal > stats.norm.isf(level)).mean() == pytest.approx(level, rel=0.15)
    assert np.isfinite(in_own_error(np.array([1e9, -1e9, 0.0]), np.full(3, 1e-9), np.full(3, 30.0))).all()


def test_peers_that_are_all_alike_do_not_make_a_deviation_of_one_error_extreme() -> None:
    values = np.concatenate([np.zeros(50), [1.0]])
    assert robust_tail(values)[-1] < 1e-6
    assert robust_tail(values, least_scale=0.75)[-1] > 0.05


def test_a_limit_across_families_is_the_share_of_those_in_which_anything_is_found() -> None:
    assert limit_across_families(np.array([1e-6, 1e-5, 0.9, 0.8]), 0.05).within == pytest.approx(0.025)
    assert limit_across_families(np.array([1e-6, 1e-5]), 0.05).within == pytest.approx(0.05)
    assert limit_across_families(np.array([0.03, *[0.9] * 19]), 0.05).within == pytest.approx(0.0025)
    assert limit_across_families(np.array([]), 0.05).within == 0.05


@given(arrays.arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 1)), st.floats(0.001, 0.5))
def test_what_passes_the_limit_of_its_family_is_in_a_family_that_is_selected(least: Floats, q_limit: float) -> None:
    selected = benjamini_hochberg(least) <= q_limit
    limit = limit_across_families(least, q_limit).within
    assume(not np.isclose(least, limit).any())
    assert ((least <= limit) == selected).all()


def test_honest_families_make_a_finding_in_one_world_of_twenty() -> None:
    draw = np.random.default_rng(4)
    p_values = np.sort(draw.random((2000, 22, 80)), axis=2)
    least = (p_values * 80 / np.arange(1, 81)).min(axis=2)  # Simes: the least q of Benjamini-Hochberg
    found = np.array([(world <= limit_across_families(world, 0.05).within).sum() for world in least])
    assert (found > 0).mean() == pytest.approx(0.05, abs=0.015)
    assert ((least <= 0.05).sum(axis=1) > 0).mean() > 0.5
