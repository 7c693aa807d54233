"""Encodings: which one a file is written in, told from all of its bytes, and the same text as UTF-8.

A sample is not enough: the first Swedish letter may stand in the last line. Where two readings are equally likely the
file is refused with the setting that decides it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from follow_money.errors import InputError, UsageError
from follow_money.registers.utf8 import Bytes, Positions, invalid_utf8, is_utf8

UTF8: Final = "utf-8"
UTF8_BOM: Final = "utf-8-sig"
UTF16_LE: Final = "utf-16-le"
UTF16_BE: Final = "utf-16-be"
LATIN1: Final = "latin-1"
CP1252: Final = "cp1252"
CP437: Final = "cp437"
KNOWN: Final = (UTF8, UTF8_BOM, UTF16_LE, UTF16_BE, LATIN1, CP1252, CP437)
_OTHER_NAMES: Final = {
    "utf8": UTF8,
    "utf-8-bom": UTF8_BOM,
    "utf-16": UTF16_LE,
    "iso-8859-1": LATIN1,
    "latin1": LATIN1,
    "windows-1252": CP1252,
    "pc8": CP437,
}
_BOMS: Final = ((b"\xef\xbb\xbf", UTF8_BOM), (b"\xff\xfe", UTF16_LE), (b"\xfe\xff", UTF16_BE))
_ZERO_SHARE: Final = 0.3
"""Share of zero bytes on one side of the pairs above which text without a mark is UTF-16."""
_ONE_SIDED: Final = 20
"""How many times more zero bytes one side must have than the other."""
_SWEDISH_LATIN1: Final = "åäöÅÄÖéÉü".encode(LATIN1)
_SWEDISH_CP437: Final = "åäöÅÄÖéÉü".encode(CP437)
_ASCII_END: Final = 0x80
_C1_END: Final = 0xA0
REPLACEMENT: Final = "\ufffd".encode()


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a file are read: the codec, and the length of the byte order mark before the text."""

    name: str
    mark: int


def encoding_name(name: str) -> str:
    """The house name of an encoding that a mapping gives. Raises UsageError."""
    lowered = name.strip().lower().replace("_", "-")
    found = _OTHER_NAMES.get(lowered, lowered)
    if found not in KNOWN:
        raise UsageError(f"The encoding {name!r} is not known. Use one of: {', '.join(KNOWN)}.")
    return found


def detect_encoding(data: bytes, *, file: str, given: str | None = None) -> Encoding:
    """The encoding of a whole file. ``given`` (from the mapping) wins. Raises InputError when two are equally
    likely.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            if given is None or encoding_name(given).startswith(name[:5]):
                return Encoding(name, len(mark))
            return Encoding(encoding_name(given), 0)
    return Encoding(_without_mark(data, file) if given is None else encoding_name(given), 0)


def _without_mark(data: bytes, file: str) -> str:
    bytes_ = np.frombuffer(data, dtype=np.uint8)
    wide = _utf16_side(bytes_) if b"\0" in data else None
    if wide is not None:
        return wide
    if is_utf8(data):
        return UTF8
    high = np.flatnonzero(bytes_ >= _ASCII_END)
    wrong = invalid_utf8(bytes_, high)
    good, bad = _lines_with(bytes_, high, wrong)
    if good > bad:
        return UTF8
    if good == bad:
        raise InputError(
            f"{file}: as many lines are valid UTF-8 as are not, so the encoding cannot be told. "
            f'Say encoding = "utf-8" or encoding = "latin-1" in the mapping.'
        )
    return _single_byte(bytes_[high], file)


def _utf16_side(bytes_: Bytes) -> str | None:
    pairs = len(bytes_) // 2
    if pairs == 0:
        return None
    even = int(np.count_nonzero(bytes_[0 : 2 * pairs : 2] == 0))
    odd = int(np.count_nonzero(bytes_[1 : 2 * pairs : 2] == 0))
    if odd > _ZERO_SHARE * pairs and odd > _ONE_SIDED * even:
        return UTF16_LE
    if even > _ZERO_SHARE * pairs and even > _ONE_SIDED * odd:
        return UTF16_BE
    return None


def _lines_with(bytes_: Bytes, high: Positions, wrong: Positions) -> tuple[int, int]:
    """How many lines have letters beyond ASCII that are all valid UTF-8, and how many have an invalid one."""
    ends = np.flatnonzero((bytes_ == ord("\n")) | (bytes_ == ord("\r")))
    touched = np.unique(np.searchsorted(ends, high))
    broken = np.unique(np.searchsorted(ends, wrong))
    return len(touched) - len(broken), len(broken)


def _single_byte(high: Bytes, file: str) -> str:
    counts = np.bincount(high, minlength=256)
    latin = int(counts[list(_SWEDISH_LATIN1)].sum())
    dos = int(counts[list(_SWEDISH_CP437)].sum())
    if latin == dos and latin > 0:
        raise InputError(
            f"{file}: its letters read equally well as latin-1 and as CP437. "
            f'Say encoding = "latin-1" or encoding = "cp437" in the mapping.'
        )
    if dos > latin:
        return CP437
    return CP1252 if counts[_ASCII_END:_C1_END].any() else LATIN1


def to_utf8(data: bytes, encoding: Encoding) -> bytes:
    """The text as UTF-8 without its mark; what does not decode becomes U+FFFD, except in UTF-8, which is left as it
    is.
    """
    if encoding.name in (UTF8, UTF8_BOM):
        return data[encoding.mark :] if encoding.mark else data
    return data[encoding.mark :].decode(encoding.name, errors="replace").encode()
