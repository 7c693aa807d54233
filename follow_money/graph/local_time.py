"""Local time: the Swedish day and month of an instant, and what is near a change of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SWEDISH_TIME: Final = ZoneInfo("Europe/Stockholm")


def local_days(instants: pa.ChunkedArray) -> pa.ChunkedArray:
    """The day (date32) in Europe/Stockholm of each instant."""
    return pc.cast(pc.floor_temporal(_local(instants), unit="day"), pa.date32())


def local_months(instants: pa.ChunkedArray) -> pa.ChunkedArray:
    """The first day (date32) of the month in Europe/Stockholm of each instant."""
    return pc.cast(pc.floor_temporal(_local(instants), unit="month"), pa.date32())


def _local(instants: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.local_timestamp(pc.cast(instants, pa.timestamp("us", tz=SWEDISH_TIME.key)))


def near_clock_change(starts: pa.ChunkedArray, ends: pa.ChunkedArray) -> pa.Array:
    """Whether a shift touches an hour around a change of the clock. Both are instants of one length; an array of booleans."""
    if len(starts) == 0:
        return pa.array([], pa.bool_())
    first = np.asarray(starts.cast(pa.int64()))
    last = np.asarray(ends.cast(pa.int64()))
    hour = 3_600_000_000
    changes = np.array([_microseconds(change) for change in _clock_changes(2000, 2060)])
    # The next change at or after (start - 1 h): the shift is near it when it has not ended an hour before it.
    following = changes[np.minimum(np.searchsorted(changes, first - hour), len(changes) - 1)]
    return pa.array((following >= first - hour) & (following <= last + hour))


def _clock_changes(first_year: int, last_year: int) -> list[datetime]:
    """Both changes of the Swedish clock for each year, as UTC instants."""
    changes = []
    for year in range(first_year, last_year + 1):
        for month in (3, 10):
            last = date(year, month, 31)
            sunday = last - timedelta(days=(last.weekday() + 1) % 7)
            changes.append(datetime(sunday.year, sunday.month, sunday.day, 1, tzinfo=UTC))
    return changes


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)
