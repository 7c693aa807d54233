"""How hard a scheme is to find: which part of its scenario's ranges it is drawn from."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthetic_data.truth import Scheme


class Level(StrEnum):
    """How a scheme is done. All three lie within the ranges of the typologies page."""

    BLATANT = "blatant"
    """Large parts of what is claimed, again and again, at once."""
    CAREFUL = "careful"
    """Smaller parts, with breaks and delays."""
    PROFESSIONAL = "professional"
    """Amounts split, delays, fronts, mixed with honest business; every single figure within what careless honest ones have."""


LEVELS = tuple(Level)
Number = TypeVar("Number", int, float)


def at_level(
    span: tuple[Number, Number], level: Level | None, *, hidden_when_high: bool = False
) -> tuple[Number, Number]:
    """The third of a range that a level draws from: blatant the part that shows most. Without a level the whole range.

    ``hidden_when_high``: large values hide the scheme, as a delay does.
    """
    if level is None:
        return span
    low, high = span
    place = LEVELS.index(level) if hidden_when_high else len(LEVELS) - 1 - LEVELS.index(level)
    if isinstance(low, int) and isinstance(high, int):
        first = low + (high - low) * place // len(LEVELS)
        return first, max(low + (high - low) * (place + 1) // len(LEVELS), first + 1)
    step = (high - low) / len(LEVELS)
    return low + place * step, low + (place + 1) * step


def level_of(number: int, matrix: int) -> Level | None:
    """The level of a scenario's scheme of that number, ``matrix`` of them at each level; None without a matrix."""
    return LEVELS[number // matrix] if matrix else None


def tell_levels(schemes: Sequence[Scheme], matrix: int) -> None:
    """Write into the truth of a scenario's schemes, in their order, at which level each is done. Nothing without a matrix."""
    for number, scheme in enumerate(schemes):
        level = level_of(number, matrix)
        if level is not None:
            scheme.difficulty["level"] = level.value
