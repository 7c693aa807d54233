"""Points in time: local clock times of Sweden to UTC, and times with a zone as they say.

A time without a zone is Europe/Stockholm. The hour that an autumn night has twice is read as its first pass for a
start and
as its second for an end, so a shift over the change keeps its length. A time in the hour that a spring night lacks
is read
by the clock that has not been moved yet (02:30 becomes 03:30 summer time).
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.model import INSTANT
from follow_money.registers.dates import INSTANT_FORMATS, Flags, Micros, parse, parse_given

ZONE: Final = "Europe/Stockholm"
_SECOND: Final = 1_000_000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR, _LAST_YEAR = 1970, 2100
_STEP: Final = timedelta(days=14)
"""Clocks never change twice within so many days."""
_WITH_ZONE: Final = (
    r"^(?P<clock>.*?\d\d:\d\d(?::\d\d)?|\d{8}T?\d{4}(?:\d\d)?)"
    r"(?P<fraction>[.,]\d+)?\s*(?P<zone>Z|z|[+-]\d\d(?::?\d\d)?)?$"
)


@functools.cache
def _changes() -> tuple[Micros, Micros]:
    """Moments (UTC) at which Swedish clocks change, and the offset from then on; the first entry is the offset
    before all.
    """
    zone = ZoneInfo(ZONE)
    moments, offsets = [-(2**62)], [_offset(zone, datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC))]
    day = datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC)
    while day.year < _LAST_YEAR:
        following = day + _STEP
        if _offset(zone, following) != _offset(zone, day):
            low, high = day, following
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                low, high = (middle, high) if _offset(zone, middle) == offsets[-1] else (low, middle)
            moments.append((high - _EPOCH) // timedelta(microseconds=1))
            offsets.append(_offset(zone, high))
        day = following
    return np.array(moments, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)


def stockholm_to_utc(local: Micros, *, latest: bool = False) -> Micros:
    """Local clock times of Sweden to UTC. ``latest``: an hour that comes twice is its second pass."""
    moments, offsets = _changes()
    # The clock before a change is valid while it shows less than the change plus the old offset.
    before = np.searchsorted(moments[1:] + offsets[:-1], local, side="right")
    after = np.searchsorted(moments[1:] + offsets[1:], local, side="right")
    by_old, by_new = local - offsets[before], local - offsets[after]
    # Read by the old clock a moment lies before its change; in the autumn both readings hold, in the spring neither
    # does.
    ambiguous = after > before
    missing = before > after
    return np.where(missing, local - offsets[after], np.where(ambiguous & latest, by_new, by_old))


def utc_to_stockholm(instants: npt.NDArray[np.int64]) -> Micros:
    """UTC to the local clock of Sweden, both in microseconds since 1970."""
    moments, offsets = _changes()
    return instants + offsets[np.searchsorted(moments, instants, side="right") - 1]


def to_instants(values: pa.Array, *, date_format: str | None, latest: bool) -> tuple[pa.Array, Flags]:
    """Texts to UTC instants, and which could not be read. ``date_format`` None: the usual ones, with or without
    zone.
    """
    micros, read = parse_given(values, date_format) if date_format else parse(values, INSTANT_FORMATS)
    instants = np.where(read, stockholm_to_utc(micros, latest=latest), 0)
    if date_format is not None and "%z" in date_format:
        instants = np.where(read, micros, 0)
    present = np.asarray(values.is_valid().to_numpy(zero_copy_only=False))
    rest = np.flatnonzero(~read & present)
    if len(rest) and date_format is None:
        found, good = _zoned(values.take(pa.array(rest)), latest=latest)
        instants[rest[good]] = found[good]
        read[rest[good]] = True
    return pa.array(instants, mask=~read).cast(INSTANT), present & ~read


def _zoned(values: pa.Array, *, latest: bool) -> tuple[Micros, Flags]:
    """Texts with a fraction of a second, a zone, or both."""
    parts = pc.extract_regex(values, _WITH_ZONE)
    clock, fraction, zone = (pc.fill_null(pc.struct_field(parts, [i]), "") for i in range(3))
    micros, good = parse(clock, INSTANT_FORMATS)
    digits = pc.utf8_slice_codeunits(pc.utf8_rpad(pc.utf8_slice_codeunits(fraction, 1), 6, "0"), 0, 6)
    micros = micros + np.asarray(pc.cast(digits, pa.int64()).to_numpy(zero_copy_only=False))
    has_zone = np.asarray(pc.not_equal(zone, "").to_numpy(zero_copy_only=False))
    numbers = pc.utf8_rpad(pc.replace_substring_regex(zone, r"[^\d]", ""), 4, "0")
    hours = np.asarray(pc.cast(pc.utf8_slice_codeunits(numbers, 0, 2), pa.int64()).to_numpy(zero_copy_only=False))
    minutes = np.asarray(pc.cast(pc.utf8_slice_codeunits(numbers, 2, 4), pa.int64()).to_numpy(zero_copy_only=False))
    west = np.asarray(pc.starts_with(zone, "-").to_numpy(zero_copy_only=False))
    offset = (hours * _HOUR + minutes * _MINUTE) * np.where(west, -1, 1)
    return np.where(has_zone, micros - offset, stockholm_to_utc(micros, latest=latest)), good
