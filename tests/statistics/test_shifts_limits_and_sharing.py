from __future__ import annotations

import numpy as np
import pytest

from follow_money.statistics import collapsed, cusum, excess_below, level_shift, permutation_tail, swapped


def test_cusum_sums_what_lies_above_the_slack_and_never_falls_below_nothing() -> None:
    assert cusum(np.array([-3.0, 1.5, 1.5, -9.0, 1.0])).tolist() == [0.0, 1.0, 2.0, 0.0, 0.5]


def test_a_rise_is_found_where_it_is() -> None:
    draw = np.random.default_rng(1)
    values = np.concatenate([draw.normal(10, 1, 14), draw.normal(14, 1, 10)])
    told = level_shift(values, key="A")
    assert told.place == 14
    assert told.before == pytest.approx(10, abs=1)
    assert told.after == pytest.approx(14, abs=1)
    assert told.p_value <= 0.002
    assert level_shift(values[::-1], key="A").p_value > 0.5  # a fall is no rise
    assert told == level_shift(values, key="A")


def test_a_level_that_stays_gives_honest_p_values() -> None:
    draw = np.random.default_rng(2)
    p = np.array([level_shift(draw.gamma(2, 1, 24), key=str(n), orders=199).p_value for n in range(500)])
    assert 0.03 <= (p <= 0.05).mean() <= 0.075


def test_a_short_series_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 8"):
        level_shift(np.ones(7), key="A")


def test_amounts_bunched_below_a_limit_stand_out() -> None:
    draw = np.random.default_rng(3)
    honest = draw.gamma(2, 40_000, 3000).astype(np.int64)
    assert excess_below(honest, 100_000, width=5_000).p_value > 0.01
    told = excess_below(np.concatenate([honest, np.full(60, 98_000)]), 100_000, width=5_000)
    assert told.observed - told.expected == pytest.approx(60, abs=25)
    assert told.p_value < 0.001


def test_smooth_amounts_give_honest_p_values() -> None:
    draw, told = np.random.default_rng(4), []
    for _ in range(1000):
        mass = excess_below(draw.gamma(2, 40_000, 800).astype(np.int64), 100_000, width=5_000)
        told.append(mass.p_value + (draw.uniform() - 0.5) * mass.point)
    assert 0.03 <= (np.array(told) <= 0.05).mean() <= 0.07
    assert (np.array(told) <= 0.001).mean() <= 0.003


def test_too_few_intervals_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 4"):
        excess_below(np.ones(9, np.int64), 10, width=1, bins=3)


def ties(draw: np.random.Generator, parties: int, things: int, count: int) -> np.ndarray:
    return np.unique(np.stack([draw.integers(0, parties, count), draw.integers(0, things, count)], axis=1), axis=0)


def test_swaps_keep_every_degree_within_its_stratum() -> None:
    told = ties(np.random.default_rng(5), 200, 100, 700)
    strata = np.arange(len(told)) % 3
    other = swapped(told, strata, seed=7)
    for stratum in range(3):
        for side in (0, 1):
            before, after = told[strata == stratum, side], other[strata == stratum, side]
            assert np.bincount(before, minlength=200).tolist() == np.bincount(after, minlength=200).tolist()
        assert len(np.unique(other[strata == stratum], axis=0)) == (strata == stratum).sum()
    assert (other == told).all(axis=1).mean() < 0.2
    assert (other == swapped(told, strata, seed=7)).all()


def test_a_household_is_one_party() -> None:
    told = collapsed(np.array([[1, 9], [2, 9], [3, 9], [2, 8]]), {2: 1})
    assert told.tolist() == [[1, 8], [1, 9], [3, 9]]


def test_sharing_that_chance_does_not_bring_about_has_a_small_tail() -> None:
    honest = ties(np.random.default_rng(6), 300, 150, 600)
    ring = np.array([[party, thing] for party in range(300, 306) for thing in range(150, 154)])
    told, strata = np.concatenate([honest, ring]), np.zeros(len(honest) + len(ring), np.int64)

    def common(some: np.ndarray) -> np.ndarray:
        """How many things parties 300 and 301, and 0 and 1, have in common."""
        of = [set(some[some[:, 0] == party, 1].tolist()) for party in (300, 301, 0, 1)]
        return np.array([len(of[0] & of[1]), len(of[2] & of[3])], dtype=np.float64)

    p, mean = permutation_tail(
        common(told), lambda seed: common(swapped(told, strata, seed=seed)), key="ring", orders=99
    )
    assert p[0] == pytest.approx(0.01)
    assert mean[0] < 1
    assert p[1] > 0.05
