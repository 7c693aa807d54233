"""Given names that are another's but for a letter or two: Johan and Johanna, Erik and Erika, Anna and Anne."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_VOWELS = "aeiouyåäö"


def alike_name(given: str, rng: Random) -> str:
    """Another given name that looks like a slip of ``given``: an ending put on, taken off or changed, or its first letter."""
    if given[-1].lower() in _VOWELS:
        ways = [given[:-1] + other for other in "aeio" if other != given[-1].lower()]
        ways += [given[:-1]] if len(given) > 3 else []
    else:
        ways = [given + "a", given + "e", given + given[-1] + "a", given[:-1] + ("n" if given[-1] != "n" else "s")]
    if given[0].upper() not in "ÅÄÖAEIOUY":
        ways.append(("M" if given[0].upper() != "M" else "L") + given[1:])
    return rng.choice(ways)
