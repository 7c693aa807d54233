"""Figures as people read them, Swedish and English."""

from __future__ import annotations


def kronor(ore: float, *, language: str = "sv") -> str:
    """Öre as whole kronor: ``1 234 kr`` or ``SEK 1,234``."""
    whole = round(ore / 100)
    return f"{whole:,} kr".replace(",", "\u00a0") if language == "sv" else f"SEK {whole:,}"


def hours(minutes: float, *, language: str = "sv") -> str:
    """Minutes as whole hours: ``1 234 h``."""
    told = f"{round(minutes / 60):,} h"
    return told.replace(",", "\u00a0") if language == "sv" else told


def percent(share: float) -> str:
    """A share as whole per cent: ``37 %``."""
    return f"{round(100 * share)}\u00a0%"


def number(value: float, *, language: str = "sv") -> str:
    """A count or an expectation: whole when it is large, one decimal when it is small."""
    told = f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"
    return told.replace(",", "\u00a0").replace(".", ",") if language == "sv" else told


def figure(value: float, *, language: str = "sv", digits: int = 3) -> str:
    """A figure of a test, which may be very small: ``0,000014`` as ``1,4e-05``; whole from a thousand on."""
    told = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}"
    return told.replace(",", "\u00a0").replace(".", ",") if language == "sv" else told


def between(low: int, likely: int, high: int, *, language: str = "sv") -> str:
    """An amount that is known within bounds: ``troligen 2 000 kr (lägst 1 000 kr, högst 3 000 kr)``; alone where the bounds are one."""
    least, middle, most = (kronor(ore, language=language) for ore in (low, likely, high))
    if least == most:
        return middle
    return (
        f"troligen {middle} (lägst {least}, högst {most})"
        if language == "sv"
        else f"probably {middle} (at least {least}, at most {most})"
    )


def counted(count: int, one: str, more: str) -> str:
    """A count with its word: ``1 company``, ``3 companies``."""
    return f"{count} {one if count == 1 else more}"
