"""When two birth dates cannot be one person's: further apart than a slip of the pen.

One digit, two neighbouring digits or day and month changed places are slips. A 1 January is often set by an office that
knew the year alone: it goes with every day of its year.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import jellyfish

_NEW_YEAR: Final = "0101"


@lru_cache(maxsize=1 << 16)
def births_conflict(first: int, second: int) -> bool:
    """Whether two birth dates, as YYYYMMDD, exclude each other."""
    if first == second:
        return False
    one, other = f"{first:08}", f"{second:08}"
    if one[:4] == other[:4] and (_NEW_YEAR in (one[4:], other[4:]) or one[4:] == other[6:] + other[4:6]):
        return False
    return jellyfish.damerau_levenshtein_distance(one, other) > 1
