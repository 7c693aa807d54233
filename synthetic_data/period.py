"""The time a region covers, as day and minute numbers, with the two changes of the clock in Sweden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from synthetic_data.rows import Ints

FIRST_YEAR = 2024
EPOCH = date(1970, 1, 1)
DAY = 1440
"""Minutes a day."""
SATURDAY = 5
LAST_MONTHS = 2
"""Months after the last day of care in which pay and payouts for it still arrive."""


@dataclass(frozen=True)
class Period:
    """Days and wall minutes are counted from the first day (1 January, 00:00 local time)."""

    years: int

    @property
    def first_day(self) -> int:
        """The first day as days since 1970."""
        return (date(FIRST_YEAR, 1, 1) - EPOCH).days

    @property
    def days(self) -> int:
        """How many days of care the period has."""
        return (date(FIRST_YEAR + self.years, 1, 1) - date(FIRST_YEAR, 1, 1)).days

    @property
    def months(self) -> int:
        """How many months of care the period has."""
        return 12 * self.years

    @property
    def month_starts(self) -> Ints:
        """First day of each month, some months past the end."""
        firsts = [date(FIRST_YEAR + m // 12, m % 12 + 1, 1) for m in range(self.months + LAST_MONTHS + 3)]
        return np.array([(first - EPOCH).days - self.first_day for first in firsts], dtype=np.int64)

    def month_of(self, day: Ints) -> Ints:
        """The month number of each day."""
        return np.searchsorted(self.month_starts, day, side="right") - 1

    def days_in(self, month: Ints) -> Ints:
        """Days of each month."""
        starts = self.month_starts
        return starts[month + 1] - starts[month]

    def weekday(self, day: Ints) -> Ints:
        """0 is Monday."""
        return (day + date(FIRST_YEAR, 1, 1).weekday()) % 7

    def bank_day(self, day: Ints) -> Ints:
        """The day itself, or the Friday before a weekend."""
        return day - np.maximum(self.weekday(day) - SATURDAY + 1, 0)

    def day_of_month(self, month: Ints, day: int) -> Ints:
        """The bank day at or before a day of each month."""
        return self.bank_day(self.month_starts[month] + day - 1)

    @property
    def clock_changes(self) -> Ints:
        """Wall minutes of the changes, spring and autumn in turn: last Sunday of March 02:00, of October 03:00."""
        changes = []
        for year in range(FIRST_YEAR, FIRST_YEAR + self.years + 1):
            for month, hour in ((3, 2), (10, 3)):
                last = date(year, month, 31)
                sunday = last - timedelta(days=(last.weekday() + 1) % 7)
                changes.append(((sunday - EPOCH).days - self.first_day) * DAY + hour * 60)
        return np.array(changes, dtype=np.int64)

    def minutes_between(self, start: Ints, end: Ints) -> Ints:
        """Real minutes from one wall time to another: a night is an hour shorter in spring, longer in autumn."""
        changes = self.clock_changes
        summer_start = np.searchsorted(changes, start, side="right") % 2
        summer_end = np.searchsorted(changes, end, side="right") % 2
        return (end - start) - 60 * (summer_end - summer_start)

    def existing(self, wall: Ints) -> Ints:
        """Wall times moved an hour on where they fall into the hour that is skipped or told twice."""
        moved = wall.copy()
        for number, change in enumerate(self.clock_changes):
            start = change if number % 2 == 0 else change - 60
            moved[(wall >= start) & (wall < start + 60)] += 60
        return moved
