"""Identity numbers that can be nobody's: right in form and date, the Luhn check digit shifted by one.

The forms are those of the register page (personnummer with 12 digits, samordningsnummer with day + 60,
organisationsnummer with a third digit of at least 2 and a first digit that goes with the legal form).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from synthetic_data.rows import Flags, Ints

PREFIXES = {"AB": 559, "EK": 769, "I": 802, "HB": 969, "TSF": 252, "KOMMUN": 212, "STAT": 202}
"""First three digits by legal form."""


def shifted_check_digit(nine_digits: Ints) -> Ints:
    """The Luhn check digit of nine digits, plus one (mod 10): always wrong."""
    total = np.zeros_like(nine_digits)
    rest = nine_digits.copy()
    for place in range(9):
        digit = rest % 10
        rest //= 10
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled // 10 + doubled % 10
    return ((10 - total % 10) % 10 + 1) % 10


def personal_numbers(birth_days: Ints, is_coordination: Flags, rng: np.random.Generator) -> pa.StringArray:
    """Twelve digits for each person, no two alike. ``birth_days`` are days since 1970."""
    order = np.argsort(birth_days, kind="stable")
    ordered = birth_days[order]
    starts = np.searchsorted(ordered, ordered, side="left")
    rank = np.empty(birth_days.size, dtype=np.int64)
    rank[order] = np.arange(birth_days.size) - starts
    if rank.size and rank.max() > 998:
        raise ValueError("More than 999 persons are born on one day: use fewer people.")
    offset = rng.integers(0, 1000, size=int(birth_days.max() - birth_days.min()) + 1)
    serial = (offset[birth_days - birth_days.min()] + rank) % 1000
    dates = birth_days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    year = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = (dates - months).astype(np.int64) + 1 + 60 * is_coordination
    nine = ((year % 100) * 10_000 + month * 100 + day) * 1000 + serial
    twelve = (year // 100) * 10**10 + nine * 10 + shifted_check_digit(nine)
    return pa.array(twelve).cast(pa.string())


class OrganisationNumbers:
    """Hands out organisation numbers, no two alike."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._serials = {form: iter(rng.permutation(1_000_000)) for form in PREFIXES}

    def next(self, form: str) -> str:
        """Ten digits for an organisation of that legal form."""
        nine = PREFIXES[form] * 1_000_000 + int(next(self._serials[form]))
        return f"{nine}{int(shifted_check_digit(np.array([nine]))[0])}"
