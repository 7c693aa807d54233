"""Slips of the pen and other people's spellings, as clerks make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_data.names import SPELLINGS, plain

if TYPE_CHECKING:
    from random import Random

_LETTERS = "abcdefghijklmnoprstuvyåäö"
_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "kö", "m": "n", "n": "bm", "o": "ip", "p": "oå", "r": "et", "s": "ad", "t": "ry", "u": "yi",
    "v": "cb", "y": "tu", "ö": "lä", "ä": "ö", "å": "pä",
}  # fmt: skip
_OTHER_WAYS = (
    ("ou", "u"), ("u", "ou"), ("kh", "ch"), ("ch", "kh"), ("y", "j"), ("j", "y"), ("i", "y"), ("ph", "f"), ("f", "ph"),
    ("sh", "sch"), ("s", "z"), ("z", "s"), ("w", "v"), ("v", "w"), ("ss", "s"), ("q", "k"), ("k", "c"), ("c", "k"),
    ("ć", "c"), ("č", "ch"), ("ş", "sh"), ("ğ", "g"), ("ı", "i"), ("ü", "u"), ("ö", "oe"), ("ä", "ae"), ("å", "aa"),
    ("ee", "i"), ("ie", "i"), ("dd", "d"), ("mm", "m"), ("ll", "l"), ("e", "a"), ("a", "e"), ("o", "u"), ("ic", "itch"),
    ("ks", "x"), ("x", "ks"), ("th", "t"), ("h", ""),
)  # fmt: skip
"""Letters that another office writes for the same sound. The last ones change a vowel, as romanisations do."""


def misspelled(word: str, rng: Random) -> str:
    """The word with one slip: a letter left out, doubled, changed for its neighbour's key, or two exchanged."""
    if len(word) < 3:
        return word
    place = rng.randrange(1, len(word)) if rng.random() < 0.9 else 0
    letter = word[place].lower()
    way = rng.randrange(4)
    if way == 0:
        return word[:place] + word[place + 1 :]
    if way == 1:
        return word[:place] + letter + word[place:]
    if way == 2:
        return word[:place] + rng.choice(_NEIGHBOURS.get(letter, _LETTERS)) + word[place + 1 :]
    place = min(place, len(word) - 2)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def transliterated(word: str, rng: Random) -> str:
    """The word as another office writes it: by the table of spellings, or with one or two sounds in other letters."""
    if word in SPELLINGS and rng.random() < 0.6:
        return SPELLINGS[word]
    told = word
    able = [way for way in _OTHER_WAYS if way[0] in told[1:]]
    for _ in range(1 + (rng.random() < 0.3)):
        if able:
            letters, instead = rng.choice(able)
            told = told[0] + told[1:].replace(letters, instead, 1)
    return told


def written(name: str, rng: Random) -> str:
    """The same letters in another system's manner: as they are, in capitals, or without what latin-1 lacks."""
    way = rng.random()
    return name.upper() if way < 0.15 else plain(name) if way < 0.4 else name


def slip_in_digits(digits: str, rng: Random, first: int = 0) -> str:
    """A digit changed, or two neighbours exchanged, from ``first`` on."""
    place = rng.randrange(first, len(digits) - 1)
    if rng.random() < 0.5 and digits[place] != digits[place + 1]:
        return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    return digits[:place] + str((int(digits[place]) + rng.randrange(1, 10)) % 10) + digits[place + 1 :]
