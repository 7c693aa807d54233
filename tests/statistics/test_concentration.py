"""Claims about concentration: one of many sources that gives a receiver too much."""

from __future__ import annotations

import numpy as np
import pytest

from follow_money.statistics import Ints, concentration

SOURCES = 30


def _honest(seed: int, receivers: int, *, nearness: tuple[float, float] = (8.0, 40.0)) -> Ints:
    """Receivers that differ in how far they have the same few sources: correlations of 1 / (nearness + 1)."""
    draw = np.random.default_rng(seed)
    shares = draw.dirichlet(np.full(SOURCES, 1.5))
    return np.array(
        [
            draw.multinomial(draw.integers(6, 30), draw.dirichlet(draw.uniform(*nearness) * shares + 1e-6))
            for _ in range(receivers)
        ]
    )


def _keys(counts: Ints) -> list[str]:
    return [str(number) for number in range(len(counts))]


def test_with_nothing_planted_the_randomised_p_keeps_to_the_gate() -> None:
    told = np.concatenate(
        [concentration(c := _honest(seed, 60), _keys(c), seed=str(seed)).p_randomised for seed in range(60)]
    )
    assert 0.03 - 0.0072 <= (told <= 0.05).mean() <= 0.06 + 0.0072  # two standard errors of 3,600 tests
    assert (told <= 0.001).mean() <= 0.0015 + 0.0013


def test_a_receiver_with_half_of_one_source_stands_out_and_the_others_do_not() -> None:
    counts = _honest(3, 60)
    counts[7] = 0
    counts[7, :12] = 1
    counts[7, 4] = 15
    found = concentration(counts, _keys(counts), seed="x")
    assert (found.source[7], found.observed[7]) == (4, 15)
    assert found.p_value[7] < 1e-3
    assert np.delete(found.p_value, 7).min() > found.p_value[7]


@pytest.mark.parametrize("planted", [0, 12])
def test_those_to_be_found_do_not_widen_the_null(planted: int) -> None:
    counts = _honest(5, 60)
    for row in range(planted):
        counts[row] = 0
        counts[row, row] = 15
    assert concentration(counts, _keys(counts), seed="x").rho == pytest.approx(0.047, abs=0.035)


def test_a_source_that_all_have_is_expected() -> None:
    counts = np.column_stack([np.full(12, 9), np.zeros(12, np.int64)])
    counts[0, 1] = 1
    found = concentration(counts, _keys(counts), seed="x")
    assert (found.p_value > 0.05).all()


def test_order_of_receivers_does_not_matter() -> None:
    counts = _honest(9, 40)
    order = np.random.default_rng(1).permutation(40)
    one = concentration(counts, _keys(counts), seed="x")
    other = concentration(counts[order], [str(number) for number in order], seed="x")
    assert other.p_value == pytest.approx(one.p_value[order])
    assert other.p_randomised == pytest.approx(one.p_randomised[order])
