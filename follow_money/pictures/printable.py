"""Text that any page can show: what a font cannot draw, or what would mislead the eye, is written as its code point."""

from __future__ import annotations

import unicodedata
from typing import Final

DRAWN: Final = (
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x00AC),  # Latin-1, without the soft hyphen: it is invisible
    (0x00AE, 0x017F),  # Latin-1, Latin Extended-A
    (0x0384, 0x038A),  # Greek
    (0x038E, 0x03A1),
    (0x03A3, 0x03CE),
    (0x0400, 0x045F),  # Cyrillic
    (0x2010, 0x2015),  # hyphens and dashes
    (0x2018, 0x201E),  # quotation marks
    (0x2020, 0x2022),
    (0x2026, 0x2026),
    (0x2039, 0x203A),
    (0x20AC, 0x20AC),  # euro
    (0x2212, 0x2212),  # minus
)
"""Ranges of code points that the fonts bundled with typst all draw; a test renders every one of them."""


def _is_drawn(character: str) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in DRAWN)


def printable(text: str) -> str:
    """The text composed (NFC), line breaks and tabs as spaces, anything not in `DRAWN` as ``‹U+202E›``.

    Control characters, marks that turn the direction of writing and pictographs would otherwise break the archive
    format, or let a name look like another name. The data files of a packet keep the text as it was delivered.
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        character if _is_drawn(character) else " " if character in "\t\n\r" else f"‹U+{ord(character):04X}›"
        for character in composed
    )
