"""UTF-8: which bytes of a text are not valid, all at once."""
# The figures are the bit patterns of UTF-8 (RFC 3629, section 4).
# ruff: noqa: PLR2004

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]


def is_utf8(data: bytes) -> bool:
    """Whether all bytes are valid UTF-8 (Arrow's own check, at the speed of memory)."""
    offsets = pa.py_buffer(np.array([0, len(data)], dtype=np.int64))
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, pa.py_buffer(data)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def invalid_utf8(bytes_: Bytes, high: Positions) -> Positions:
    """Positions of the bytes at ``high`` (all those from 0x80) that are not part of a valid UTF-8 sequence."""
    value = bytes_[high]
    is_tail = (value & 0xC0) == 0x80
    length = np.select(
        [(value >= 0xC2) & (value <= 0xDF), (value & 0xF0) == 0xE0, (value >= 0xF0) & (value <= 0xF4)],
        [1, 2, 3],
        default=0,
    )
    claimed = np.zeros(len(high) + 4, dtype=bool)
    good_lead = length > 0
    positions = np.append(high, [-9, -9, -9, -9])
    tails = np.append(is_tail, [False] * 4)
    seconds = np.append(value, np.zeros(4, dtype=np.uint8))
    index = np.arange(len(high))
    for step in (1, 2, 3):
        needs = length >= step
        good_lead &= ~needs | (tails[index + step] & (positions[index + step] == high + step))
    second = seconds[index + 1]
    # Overlong forms, surrogates and points beyond U+10FFFF hide in the second byte (RFC 3629, section 4).
    good_lead &= ~((value == 0xE0) & (second < 0xA0)) & ~((value == 0xED) & (second > 0x9F))
    good_lead &= ~((value == 0xF0) & (second < 0x90)) & ~((value == 0xF4) & (second > 0x8F))
    for step in (1, 2, 3):
        claimed[index[good_lead & (length >= step)] + step] = True
    good = good_lead | (is_tail & claimed[: len(high)])
    wrong: Positions = high[~good]
    return wrong
