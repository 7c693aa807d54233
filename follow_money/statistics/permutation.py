"""Sharing by chance: who would share what, if everybody shared as much as they do and everything were shared by as many as it is.

The null swaps the ends of two ties, again and again, within one stratum (a kind of tie, a profession): every degree stays. Members of one household are one
party before anything is counted or swapped, so that what a household shares is never evidence.
Source: Strona et al., A fast and unbiased procedure to randomize ecological binary matrices, 2014; p as in Phipson & Smyth, Permutation p-values should never
be zero, 2010.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Mapping
from typing import Final

import igraph
import numpy as np

from follow_money.statistics.arrays import Floats, Ints

SWAPS_A_TIE: Final = 10
"""Swaps that are tried, to ties: a shuffle that has forgotten where it began."""


def collapsed(ties: Ints, household: Mapping[int, int]) -> Ints:
    """Ties of ``(party, shared thing)``, one row each, with the members of a household as one party; every tie once, sorted."""
    party = np.array([household.get(each, each) for each in ties[:, 0].tolist()], dtype=np.int64)
    return np.unique(np.stack([party, ties[:, 1]], axis=1), axis=0)


def swapped(ties: Ints, strata: Ints, *, seed: int) -> Ints:
    """The same ties with their ends swapped within each stratum: each party and each thing keeps its number of ties there.

    Args:
        ties: ``(party, shared thing)``, one row each, every row once within a stratum.
        strata: The stratum of each row.
        seed: Same seed, same swaps.
    """
    told = [_swapped(ties[strata == stratum], seed + int(stratum)) for stratum in np.unique(strata)]
    back = np.argsort(np.argsort(strata, kind="stable"), kind="stable")
    return np.concatenate(told)[back] if told else ties


def permutation_tail(
    observed: Floats, draw: Callable[[int], Floats], *, key: str, orders: int = 499
) -> tuple[Floats, Floats]:
    """Upper tails and means of statistics under a null that is drawn: (1 + draws at or above) / (1 + draws).

    Args:
        observed: The statistics, one a subject.
        draw: Seed to the same statistics under the null.
        key: What seeds are made of.
        orders: How many draws.
    """
    above, total = np.ones(len(observed)), np.zeros(len(observed))
    first = int.from_bytes(hashlib.sha256(key.encode()).digest()[:6])
    for order in range(orders):
        told = draw(first + 1_000 * order)
        above += told >= observed - 1e-9
        total += told
    return above / (1 + orders), total / max(orders, 1)


def _swapped(ties: Ints, seed: int) -> Ints:
    parties, left = np.unique(ties[:, 0], return_inverse=True)
    things, right = np.unique(ties[:, 1], return_inverse=True)
    graph = igraph.Graph(
        len(parties) + len(things), edges=np.stack([left, len(parties) + right], axis=1).tolist(), directed=True
    )
    igraph.set_random_number_generator(random.Random(seed))  # noqa: S311  # a shuffle, no secret
    try:
        graph.rewire(SWAPS_A_TIE * len(ties))  # directed: every tie stays one from a party to a thing
    finally:
        igraph.set_random_number_generator(random)  # what it uses by itself
    ends = np.array(graph.get_edgelist(), dtype=np.int64).reshape(-1, 2)
    return np.stack([parties[ends[:, 0]], things[ends[:, 1] - len(parties)]], axis=1)
