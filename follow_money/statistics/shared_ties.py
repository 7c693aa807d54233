"""Ties shared twice: how many parties of one thing have a second thing in common too, if ties change places and every degree stays.

Of a thing with d ties, one tie's party has a second thing, which K of all N ties' parties have. Swaps that keep every degree draw the other d - 1 ties from the
other N - 1: how many of them have it too is hypergeometric. The first one is given, since who looks for what is shared begins with somebody who has it.
Source: Strona et al., A fast and unbiased procedure to randomize ecological binary matrices, 2014, whose shuffles this is the limit of.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from follow_money.statistics.arrays import Floats, Ints


@dataclass(frozen=True)
class SharedTies:
    """Of each pair of things: mid-p and probability of the very count, and how many parties were ``expected`` to have both, the given one with them."""

    p_value: Floats
    point: Floats
    expected: Floats


def shared_ties(both: Ints, of_first: Ints, of_second: Ints, total: Ints) -> SharedTies:
    """Test pairs of things.

    Args:
        both: Parties that have the first thing and the second, one at least.
        of_first: Ties of the first thing.
        of_second: Ties, anywhere, whose party has the second thing; at least ``both``.
        total: All ties.
    """
    null = stats.hypergeom(total - 1, of_second - 1, of_first - 1)
    point = np.asarray(null.pmf(both - 1), dtype=np.float64)
    above = np.asarray(null.sf(both - 1), dtype=np.float64)
    expected = 1.0 + (of_first - 1.0) * (of_second - 1.0) / np.maximum(total - 1.0, 1.0)
    return SharedTies(np.clip(above + point / 2, 0.0, 1.0), point, expected)
