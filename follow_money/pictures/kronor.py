"""Money as people read it: integer öre to "1 234 567 kr"."""

from __future__ import annotations

from typing import Final

NO_BREAK: Final = "\u00a0"
"""No-break space: an amount is never split over two lines."""


def kronor(ore: int, language: str = "sv", *, with_ore: bool = False) -> str:
    """The amount in Swedish kronor: ``1 234 567 kr`` or ``SEK 1,234,567``; half a krona rounds away from zero.

    ``with_ore``: two decimals, nothing rounded. ``ore`` is integer öre; ``language`` is sv or en.
    """
    sign = "−" if ore < 0 else ""
    whole, rest = divmod(abs(ore), 100)
    if not with_ore:
        whole += rest >= 50  # noqa: PLR2004 - half a krona in öre
    if language == "en":
        return f"{sign}SEK{NO_BREAK}{whole:,}" + (f".{rest:02d}" if with_ore else "")
    grouped = f"{whole:,}".replace(",", NO_BREAK)
    return f"{sign}{grouped}" + (f",{rest:02d}" if with_ore else "") + f"{NO_BREAK}kr"
