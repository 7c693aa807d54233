"""The dates that identity numbers hold: days that exist, centuries that are told, possible or open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from datetime import date

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]

OLDEST_YEARS: Final = 120
"""Nobody alive or lately dead is older: the earlier century is no candidate beyond it."""

OLDEST_EVER_YEARS: Final = 125
"""Nobody ever grew older: a century that is written down and says so is wrong."""

_MONTH_DAYS: Final = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)
_FIRST_CENTURY, _LAST_CENTURY = 18, 20
_FEBRUARY, _MONTHS, _NINE = 2, 12, 9

SAMORDNING_DAY: Final = 60
"""Added to the day of birth in a coordination number."""

NOT_A_DAY: Final = np.datetime64("NaT", "D")


def birth_dates(last_ten: npt.NDArray[np.bytes_], century: Ints) -> Days:
    """The dates of birth that numbers of persons hold; NaT where the century is open or the date unknown."""
    figures = figures_of(last_ten)
    year, month, day = (10 * figures[:, place] + figures[:, place + 1] for place in (0, 2, 4))
    born = calendar_days(100 * century + year, month, np.where(day > SAMORDNING_DAY, day - SAMORDNING_DAY, day))
    return np.where(century > 0, born, NOT_A_DAY)


def centuries(
    year: Ints,
    month: Ints,
    day: Ints,
    sign: npt.NDArray[np.bytes_],
    given: Ints,
    *,
    personal: Bools,
    dateless: Bools,
    as_of: date,
) -> tuple[Ints, Ints, Ints, dict[str, Bools]]:
    """The later and the earlier candidate, the century decided on (0: open), and what is wrong with the date."""
    today = np.datetime64(as_of, "D")
    this_century = as_of.year // 100
    reads = {c: calendar_days(100 * c + year, month, day) for c in range(this_century - 2, this_century + 1)}
    if_dateless = {c: 100 * c + year <= as_of.year for c in reads}
    possible = {c: np.where(dateless, if_dateless[c], ~np.isnat(born) & (born <= today)) for c, born in reads.items()}
    oldest = as_of.year - OLDEST_YEARS
    alive = {c: ok & (100 * c + year >= oldest) for c, ok in possible.items()}
    later = np.where(possible[this_century], this_century, this_century - 1)
    earlier = later - 1
    earlier_possible = np.where(later == this_century, alive[this_century - 1], alive[this_century - 2])
    open_century = personal & (given == 0) & (sign == b" ") & earlier_possible
    decided = np.where(sign == b"+", earlier, later)
    in_none = ~np.any([possible[c] for c in possible], axis=0)
    century = np.where(given > 0, given, np.where(open_century | in_none, 0, decided))
    exists = ~np.isnat(calendar_days(100 * np.where(century > 0, century, later) + year, month, day))
    stands = np.where(dateless, (month <= _MONTHS) & (day <= _MONTH_DAYS[1]), exists)
    born = np.where(exists, calendar_days(100 * century + year, month, day), NOT_A_DAY)
    future = np.where(dateless, 100 * century + year > as_of.year, ~np.isnat(born) & (born > today))
    too_old = (century > 0) & (100 * century + year < as_of.year - OLDEST_EVER_YEARS)
    wrong_century = personal & ((given > 0) & ((given < _FIRST_CENTURY) | (given > _LAST_CENTURY)) | too_old)
    return later, earlier, century, {
        "century": wrong_century,
        "date": personal & ~stands & ~wrong_century,
        "future_date": personal & future & ~wrong_century,
        "century_unknown": open_century & stands,
    }  # fmt: skip


def calendar_days(year: Ints, month: Ints, day: Ints) -> Days:
    """Calendar days; NaT where there is no such day."""
    in_year = (month >= 1) & (month <= _MONTHS)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = _MONTH_DAYS[np.where(in_year, month, 0)] + (leap & (month == _FEBRUARY))
    exists = in_year & (day >= 1) & (day <= last) & (year > 0)
    months = (np.where(exists, year, 1970) - 1970) * _MONTHS + np.where(exists, month, 1) - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]") + (np.where(exists, day, 1) - 1).astype(
        "timedelta64[D]"
    )
    return np.where(exists, days, NOT_A_DAY)


def figures_of(digits: npt.NDArray[np.bytes_]) -> Ints:
    """The ten digits of each number, (n, 10); a letter counts as nought."""
    codes = np.ascontiguousarray(digits).view(np.uint8).reshape(len(digits), 10).astype(np.int64) - ord("0")
    return np.where((codes >= 0) & (codes <= _NINE), codes, 0)
