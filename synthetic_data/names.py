"""Names by chance from word lists. A name goes with nothing else about a person: not with work, tie or scheme."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import numpy as np

    from synthetic_data.rows import Ints

SPELLINGS = {
    "Yusuf": "Youssef",
    "Youssef": "Yousif",
    "Gabriel": "Gebrail",
    "Georgis": "Gewargis",
    "Khalid": "Chaled",
    "Mohammed": "Muhammad",
    "Katarzyna": "Katarina",
    "Kristina": "Christina",
    "Filip": "Philip",
    "Josef": "Joseph",
    "Elisabeth": "Elisabet",
}
"""One of the other spellings of a given name."""


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of a list in the folder ``words``."""
    text = files("synthetic_data").joinpath("words", f"{name}.txt").read_text(encoding="utf-8")
    return tuple(text.split("\n")[:-1])


def plain(text: str) -> str:
    """The text in letters that latin-1 has: Şahin becomes Sahin, as an older system writes it."""
    kept = []
    for letter in text.replace("ı", "i").replace("ł", "l").replace("Ł", "L").replace("đ", "d"):
        try:
            letter.encode("latin-1")
            kept.append(letter)
        except UnicodeEncodeError:
            kept.append(unicodedata.normalize("NFD", letter)[0])
    return "".join(kept)


def full_names(given: Ints, family: Ints, *, latin: bool) -> pa.StringArray:
    """``Given Family`` for each person; ``latin`` folds letters that latin-1 lacks."""
    lists = [words("given_names"), words("family_names")]
    arrays = [pa.array([plain(word) if latin else word for word in each]) for each in lists]
    return pc.binary_join_element_wise(arrays[0].take(pa.array(given)), arrays[1].take(pa.array(family)), " ")


def written_otherwise(given: int, family: int, rng: np.random.Generator) -> str:
    """One person's name as a careless register writes it: turned round, another spelling, an initial, upper case."""
    first = words("given_names")[given]
    last = words("family_names")[family]
    way = int(rng.integers(0, 6))
    forms = (
        f"{first} {last}",
        f"{last}, {first}",
        f"{SPELLINGS.get(first, first)} {last}",
        f"{first} {words('given_names')[int(rng.integers(0, 40))][0]} {last}",
        plain(f"{first} {last}").upper(),
        f"{first}  {plain(last)}",
    )
    return forms[way]
