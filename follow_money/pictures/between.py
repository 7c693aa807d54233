"""An interval of money as people read it: ``1,21–1,43 mkr``, ``41–42 tkr``, ``SEK 1.21–1.43m``."""

from __future__ import annotations

from typing import Final

from follow_money.pictures.kronor import NO_BREAK

_KRONA: Final = 100
_UNITS: Final = (
    # From this many öre on: öre in a unit, decimals, and its short and its long name.
    (10_000_000 * _KRONA, 1_000_000 * _KRONA, 1, ("mkr", "miljoner kronor"), ("m", " million")),
    (1_000_000 * _KRONA, 1_000_000 * _KRONA, 2, ("mkr", "miljoner kronor"), ("m", " million")),
    (10_000 * _KRONA, 1_000 * _KRONA, 0, ("tkr", "tusen kronor"), ("k", " thousand")),
    (0, _KRONA, 0, ("kr", "kronor"), ("", "")),
)


def between(low_ore: int, high_ore: int, language: str = "sv", *, is_long: bool = False) -> str:
    """Both bounds in one unit, rounded to what the larger one deserves; one figure where that makes them the same.

    Args:
        low_ore: Öre, 0 or more.
        high_ore: Öre, not less than ``low_ore``.
        language: sv or en.
        is_long: The unit in words, for sentences.
    """
    _, unit, decimals, swedish, english = next(each for each in _UNITS if high_ore >= each[0])
    low, high = (_figure(ore, unit, decimals, language) for ore in (low_ore, high_ore))
    told = low if low == high else f"{low}–{high}"
    name = (english if language == "en" else swedish)[is_long]
    return f"SEK{NO_BREAK}{told}{name.replace(' ', NO_BREAK)}" if language == "en" else f"{told}{NO_BREAK}{name}"


def _figure(ore: int, unit: int, decimals: int, language: str) -> str:
    """Whole numbers only, so that the same öre are the same text on every machine; a half rounds up."""
    scale: int = 10**decimals
    steps = (2 * ore * scale + unit) // (2 * unit)
    whole, rest = divmod(steps, scale)
    if not decimals or not steps:
        return f"{whole:,}".replace(",", "," if language == "en" else NO_BREAK)
    return f"{whole}{'.' if language == 'en' else ','}{rest:0{decimals}d}"
