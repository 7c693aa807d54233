"""Traced money in purses, as segments of lines of money: what FIFO and LIFO take from a purse, and lay into another.

A segment is a row ``where, length, next, group``: where it begins (FIFO) or ends (LIFO) on its purse's line, its öre, the row of the next segment of the
purse (-1: none), and the source group that its money is from. Clean money has no rows. Segments go from purse to purse as they are, each payment cuts one of
them at most, and neighbours of one group grow together: a line never has more of them than there are sources and touched payments.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from follow_money.graph.flows.time_order import Int64s

_WHERE, _LENGTH, _NEXT, _GROUP = 0, 1, 2, 3
_USED, _FREE = 0, 1
_COLUMNS = 4


@njit(cache=True)
def no_segments(room: int) -> tuple[Int64s, Int64s]:
    """Room for so many segments, int64 (rows, 4), and how far it is used: rows used so far, and the first freed one (-1: none)."""
    return np.empty((room, _COLUMNS), np.int64), np.array([0, -1])


@njit(cache=True)
def has_room(segments: Int64s, used: Int64s, more: int) -> bool:
    """Whether there is room for ``more`` segments."""
    return bool(used[_USED] + more <= len(segments))


@njit(cache=True)
def with_room(segments: Int64s) -> Int64s:
    """The same segments with room for as many again."""
    longer = np.empty((2 * len(segments), _COLUMNS), np.int64)
    longer[: len(segments)] = segments
    return longer


@njit(cache=True)
def lay(segments: Int64s, used: Int64s, where: int, length: int, following: int, group: int) -> int:
    """A new segment; there must be room for it."""
    at = used[_FREE]
    if at >= 0:
        used[_FREE] = segments[at, _NEXT]
    else:
        at = used[_USED]
        used[_USED] += 1
    segments[at, _WHERE], segments[at, _LENGTH], segments[at, _NEXT], segments[at, _GROUP] = (
        where,
        length,
        following,
        group,
    )
    return int(at)


@njit(cache=True)
def take_oldest(segments: Int64s, used: Int64s, first: int, until: int) -> tuple[int, int, int]:
    """FIFO: cut off what lies before ``until`` on the line that begins with ``first``; there must be room for a segment.

    Returns:
        Öre taken, the last segment taken (the chain of them begins with ``first``; -1: none), and the first one left (-1: none).
    """
    taken, last, at = 0, -1, first
    while at >= 0 and segments[at, _WHERE] < until:
        rest = segments[at, _WHERE] + segments[at, _LENGTH] - until
        following = segments[at, _NEXT]
        if rest > 0:
            following = lay(segments, used, until, rest, following, segments[at, _GROUP])
            segments[at, _LENGTH] -= rest
        taken += segments[at, _LENGTH]
        last, at = at, following
    if last >= 0:
        segments[last, _NEXT] = -1
    return taken, last, at


@njit(cache=True)
def take_newest(segments: Int64s, used: Int64s, first: int, down_to: int) -> tuple[int, int, int]:
    """LIFO: cut off what lies above the height ``down_to`` in the stack whose top is ``first``; there must be room for a segment.

    Returns:
        As `take_oldest`; the chain goes from the top down.
    """
    taken, last, at = 0, -1, first
    while at >= 0 and segments[at, _WHERE] > down_to:
        rest = segments[at, _LENGTH] - (segments[at, _WHERE] - down_to)
        following = segments[at, _NEXT]
        if rest > 0:
            following = lay(segments, used, down_to, rest, following, segments[at, _GROUP])
            segments[at, _LENGTH] -= rest
        taken += segments[at, _LENGTH]
        last, at = at, following
    if last >= 0:
        segments[last, _NEXT] = -1
    return taken, last, at


@njit(cache=True)
def shift(segments: Int64s, first: int, by: int) -> None:
    """Move a chain along the line."""
    at = first
    while at >= 0:
        segments[at, _WHERE] += by
        at = segments[at, _NEXT]


@njit(cache=True)
def tie(segments: Int64s, earlier: int, later: int) -> None:
    """Let one segment be followed by another."""
    segments[earlier, _NEXT] = later


@njit(cache=True)
def queue_at(segments: Int64s, used: Int64s, latest: int, first: int, last: int) -> int:
    """FIFO: tie a chain to a queue whose last segment ``latest`` ends where the chain begins; the two grow together if they may. The last segment then."""
    if segments[latest, _GROUP] != segments[first, _GROUP]:
        segments[latest, _NEXT] = first
        return last
    segments[latest, _LENGTH] += segments[first, _LENGTH]
    segments[latest, _NEXT] = segments[first, _NEXT]
    _free(segments, used, first)
    return latest if last == first else last


@njit(cache=True)
def stack_at(segments: Int64s, used: Int64s, newest: int, last: int) -> None:
    """LIFO: put a chain, whose lowest segment is ``last``, on a stack whose top ``newest`` ends where the chain begins; the two grow together if they may."""
    following = newest
    if segments[last, _GROUP] == segments[newest, _GROUP]:
        segments[last, _LENGTH] += segments[newest, _LENGTH]
        following = segments[newest, _NEXT]
        _free(segments, used, newest)
    segments[last, _NEXT] = following


@njit(cache=True)
def where(segments: Int64s, at: int) -> int:
    """Where a segment begins (FIFO) or ends (LIFO)."""
    return int(segments[at, _WHERE])


@njit(cache=True)
def end_of(segments: Int64s, at: int) -> int:
    """Where a segment of a queue ends."""
    return int(segments[at, _WHERE] + segments[at, _LENGTH])


@njit(cache=True)
def bottom_of(segments: Int64s, at: int) -> int:
    """Where a segment of a stack begins."""
    return int(segments[at, _WHERE] - segments[at, _LENGTH])


@njit(cache=True)
def add_parts(segments: Int64s, first: int, parts: Int64s) -> None:
    """Add the öre of a chain to ``parts`` (int64, one a group)."""
    at = first
    while at >= 0:
        parts[segments[at, _GROUP]] += segments[at, _LENGTH]
        at = segments[at, _NEXT]


@njit(cache=True)
def length_from(segments: Int64s, first: int) -> int:
    """Öre in a segment and all that follow it."""
    total, at = 0, first
    while at >= 0:
        total += segments[at, _LENGTH]
        at = segments[at, _NEXT]
    return total


@njit(cache=True)
def drop(segments: Int64s, used: Int64s, first: int) -> None:
    """Give the rows of a chain back."""
    at = first
    while at >= 0:
        following = segments[at, _NEXT]
        _free(segments, used, at)
        at = following


@njit(cache=True)
def _free(segments: Int64s, used: Int64s, at: int) -> None:
    segments[at, _NEXT] = used[_FREE]
    used[_FREE] = at
