"""The tail of shared ties is what swaps of ties give."""

from __future__ import annotations

import numpy as np
import pytest

from follow_money.statistics import shared_ties, swapped

PHONE, ACCOUNT, PARTIES, DRAWS = 8, 4, 60, 1500
"""Parties 0 to 7 have one telephone; each account has four ties, each party one."""


@pytest.mark.parametrize("both", [2, 3])
def test_tail_is_that_of_swaps_that_keep_every_degree(both: int) -> None:
    ties = np.stack([np.arange(PARTIES), np.arange(PARTIES) % (PARTIES // ACCOUNT)], axis=1)
    strata = np.zeros(PARTIES, dtype=np.int64)
    reached = 0
    for seed in range(DRAWS):
        told = swapped(ties, strata, seed=seed)
        (account,) = told[told[:, 0] == 0, 1]  # where the given one is
        reached += int((told[told[:, 1] == account, 0] < PHONE).sum()) >= both
    tested = shared_ties(*(np.array([number]) for number in (both, ACCOUNT, PHONE, PARTIES)))
    upper = float(tested.p_value[0] + tested.point[0] / 2)
    assert reached / DRAWS == pytest.approx(upper, abs=4 * np.sqrt(upper * (1 - upper) / DRAWS))


def test_expected_counts_the_given_one() -> None:
    tested = shared_ties(np.array([1]), np.array([4]), np.array([5]), np.array([60]))
    assert tested.expected[0] == pytest.approx(1 + 3 * 4 / 59)


def test_one_alone_says_nothing_and_all_of_many_say_much() -> None:
    one, many = (
        shared_ties(np.array([both]), np.array([6]), np.array([6]), np.array([5000])).p_value[0] for both in (1, 6)
    )
    assert one > 0.45
    assert many < 1e-12
