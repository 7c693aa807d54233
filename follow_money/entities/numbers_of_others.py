"""Rows that bear somebody else's number: the name is wholly unlike, and something beside it speaks against the number too.

A name alone never splits a shared valid number: people change names, and registers garble them. With another birth date,
however near, or a home where no other row of the number has one, it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import jellyfish
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.masks import is_told, mask
from follow_money.entities.usual_values import usual_values

if TYPE_CHECKING:
    from follow_money.entities.mentions import Mentions

UNLIKE: Final = 0.8
"""Jaro-Winkler likeness that no two words of two wholly unlike names reach."""


def of_somebody_else(
    key: pa.Array,
    mentions: Mentions,
    of_person: npt.NDArray[np.bool_],
    in_number: npt.NDArray[np.datetime64],
    names: pa.Array,
) -> npt.NDArray[np.bool_]:
    """Where a row's number is another person's.

    Args:
        key: The number each row bears, as a grouping key; null where it bears none.
        mentions: All mentions.
        of_person: Where the number is a valid one of a person.
        in_number: The birth date in the number.
        names: Comparable names.
    """
    answer = np.zeros(len(mentions), np.bool_)
    rows = np.flatnonzero(of_person & is_told(key) & is_told(names))
    if len(rows) == 0:
        return answer
    encoded = key.take(pa.array(rows)).dictionary_encode()
    group, groups = np.asarray(encoded.indices).astype(np.int64), len(encoded.dictionary)
    weight = mentions.column("records").to_numpy()[rows]
    told = names.take(pa.array(rows))
    usual = usual_values(group, told, weight, groups).take(pa.array(group))
    postcode = mentions.addresses.postcode.take(pa.array(rows))
    postcode = pc.if_else(pc.equal(postcode, ""), None, postcode)
    home = usual_values(group, postcode, weight, groups).take(pa.array(group))
    elsewhere = mask(pc.not_equal(postcode, home))
    day = mentions.birth_date[rows]
    other_day = ~np.isnat(day) & ~np.isnat(in_number[rows]) & (day != in_number[rows])
    asked = np.flatnonzero(mask(pc.not_equal(told, usual)) & (elsewhere | other_day))
    pairs = zip(told.take(pa.array(asked)).to_pylist(), usual.take(pa.array(asked)).to_pylist(), strict=True)
    answer[rows[asked]] = [wholly_unlike(name, other) for name, other in pairs]
    return answer


def wholly_unlike(name: str, other: str) -> bool:
    """Whether no word of one name is like any word of the other; an initial is like what it may stand for."""
    return not any(_alike(word, each) for word in name.split() for each in other.split())


def _alike(word: str, other: str) -> bool:
    if 1 in (len(word), len(other)):
        return word[0] == other[0]
    return word == other or float(jellyfish.jaro_winkler_similarity(word, other)) >= UNLIKE
