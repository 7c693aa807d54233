"""Randomised p values: with few counts a p takes few values, and only a randomised one is uniform where nothing is planted.

They check a null and nothing else: a hit rests on the mid-p, which no draw moves.
Source: Dickhaus et al., How to analyze many contingency tables simultaneously, 2012.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

import numpy as np

from follow_money.statistics.arrays import Floats

_STEPS: Final = 2**53


def drawn(keys: Iterable[str], *, seed: str) -> Floats:
    """A number in (0, 1) for each key, from key and seed alone: it does not depend on the order or on what else is tested."""
    digests = (hashlib.sha256(f"{seed}\0{key}".encode()).digest()[:8] for key in keys)
    whole = np.array([int.from_bytes(digest) >> 11 for digest in digests], dtype=np.float64)
    return np.asarray((whole + 0.5) / _STEPS, dtype=np.float64)


def randomised_p(mid_p: Floats, point: Floats, draw: Floats) -> Floats:
    """P(X > k) + u P(X = k), from the mid-p and the probability of the very count; a ``point`` of nan is that of a continuous test."""
    told = mid_p + (draw - 0.5) * np.nan_to_num(point, nan=0.0)
    return np.asarray(np.clip(told, 0.0, 1.0), dtype=np.float64)
