"""When two birth dates cannot be one person's: further apart than a slip of the pen.

One digit, two neighbouring digits or day and month changed places are slips. A 1 January is often set by an office that
knew the year alone: it goes with every day of its year. As many years as lie between parent and child are no slip.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import jellyfish
import numpy as np
import numpy.typing as npt

GENERATION: Final = 15
"""Years from which two dates are a parent's and a child's, though one digit makes the difference."""

_NEW_YEAR: Final = "0101"


@lru_cache(maxsize=1 << 16)
def births_conflict(first: int, second: int) -> bool:
    """Whether two birth dates, as YYYYMMDD, exclude each other."""
    if first == second:
        return False
    if abs(first // 10_000 - second // 10_000) >= GENERATION:
        return True
    one, other = f"{first:08}", f"{second:08}"
    if one[:4] == other[:4] and (_NEW_YEAR in (one[4:], other[4:]) or one[4:] == other[6:] + other[4:6]):
        return False
    return jellyfish.damerau_levenshtein_distance(one, other) > 1


def day_numbers(days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
    """Days as YYYYMMDD; -1 where unknown."""
    known = np.where(np.isnat(days), np.datetime64(0, "D"), days)
    month = known.astype("datetime64[M]")
    year = known.astype("datetime64[Y]").astype(np.int64) + 1970
    number = year * 10_000 + (month.astype(np.int64) % 12 + 1) * 100 + (known - month).astype(np.int64) + 1
    return np.where(np.isnat(days), -1, number)


def far_apart(first: npt.NDArray[np.datetime64], second: npt.NDArray[np.datetime64]) -> npt.NDArray[np.bool_]:
    """Where two birth dates are both known and exclude each other."""
    answer: npt.NDArray[np.bool_] = ~np.isnat(first) & ~np.isnat(second) & (first != second)
    rows = np.flatnonzero(answer)
    pairs = zip(day_numbers(first[rows]).tolist(), day_numbers(second[rows]).tolist(), strict=True)
    answer[rows] = [births_conflict(one, other) for one, other in pairs]
    return answer
