"""Rows that bear somebody else's number: the name is wholly unlike, and something beside it speaks against the number too.

The holder of a number is whom the population register names, else whom a birth date that fits it names; how many rows
bear a name decides last, so that many rows never take a number over. A slightly other name never splits a shared valid
number: people change names, and registers garble them. A wholly unlike one does beside another birth date, however near, or
another home than the holder's; and a person's also where neither the holder's home nor a birth date that fits speaks for it.
"""

from __future__ import annotations

import re
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

BASIC_REGISTER: Final = "persons"
"""Where a number and the name of its holder are kept: the population register."""

UNLIKE: Final = 0.8
"""Jaro-Winkler likeness that no two words of two wholly unlike names reach."""

FEW_VOWELS: Final = 0.2
"""Share of vowels below which a word may come from a script that leaves them out: it is compared by consonants."""

WHOLE_NAME: Final = 2
"""Letters up to which a word without a vowel is a name as it stands: Ly, Ng."""

_VOWEL: Final = re.compile("[aeiou]")


def of_somebody_else(
    key: pa.Array,
    mentions: Mentions,
    of_person: npt.NDArray[np.bool_],
    in_number: npt.NDArray[np.datetime64],
    names: pa.Array,
    *,
    is_person: npt.NDArray[np.bool_],
) -> npt.NDArray[np.bool_]:
    """Where a row's number is another person's.

    Args:
        key: The number each row bears, as a grouping key; null where it bears none.
        mentions: All mentions.
        of_person: Where the number is a valid one of a person.
        in_number: The birth date in the number.
        names: Comparable names.
        is_person: Where the row speaks of a person, not of a firm that bears its owner's number.
    """
    answer = np.zeros(len(mentions), np.bool_)
    rows = np.flatnonzero(of_person & is_told(key) & is_told(names))
    if len(rows) == 0:
        return answer
    encoded = key.take(pa.array(rows)).dictionary_encode()
    group, groups = np.asarray(encoded.indices).astype(np.int64), len(encoded.dictionary)
    weight = mentions.column("records").to_numpy()[rows]
    told = names.take(pa.array(rows))
    day = mentions.birth_date[rows]
    other_day = ~np.isnat(day) & ~np.isnat(in_number[rows]) & (day != in_number[rows])
    fits = ~np.isnat(day) & (day == in_number[rows])
    basic = mask(pc.equal(mentions.column("register"), BASIC_REGISTER))[rows]
    usual = usual_values(group, _of_best(told, group, standing(basic, fits, other_day)), weight, groups)
    usual = usual.take(pa.array(group))
    postcode = mentions.addresses.postcode.take(pa.array(rows))
    postcode = pc.if_else(pc.equal(postcode, ""), None, postcode)
    of_holder = pc.if_else(pc.equal(told, usual), postcode, None)
    home = usual_values(group, of_holder, weight, groups).take(pa.array(group))
    elsewhere = mask(pc.not_equal(postcode, home))
    unsupported = is_person[rows] & ~fits & ~mask(pc.equal(postcode, home))
    asked = np.flatnonzero(mask(pc.not_equal(told, usual)) & (elsewhere | other_day | unsupported))
    pairs = zip(told.take(pa.array(asked)).to_pylist(), usual.take(pa.array(asked)).to_pylist(), strict=True)
    answer[rows[asked]] = [wholly_unlike(name, other) for name, other in pairs]
    return answer


def standing(
    basic: npt.NDArray[np.bool_], fits: npt.NDArray[np.bool_], other_day: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """How good each row's claim to its number is: a birth date that does not fit it is none, the population register's the best."""
    return np.where(other_day, 0, 1 + fits + 2 * basic.astype(np.int64))


def _of_best(values: pa.Array, group: npt.NDArray[np.int64], claim: npt.NDArray[np.int64]) -> pa.Array:
    """The values of the rows with the best claim in their group; null elsewhere."""
    best = np.zeros(int(group.max()) + 1, np.int64)
    np.maximum.at(best, group, claim)
    return pc.if_else(pa.array(claim == best[group]), values, None)


def wholly_unlike(name: str, other: str) -> bool:
    """Whether no word of one name is like any word of the other; an initial is like what it may stand for.

    Initials alone are no name, and say nothing.
    """
    if all(len(word) == 1 for word in name.split()) or all(len(word) == 1 for word in other.split()):
        return False
    return not any_alike(name, other)


def any_alike(name: str, other: str) -> bool:
    """Whether any word of one name is like any word of the other, or an initial of it."""
    return any(_alike(word, each) for word in name.split() for each in other.split())


def _alike(word: str, other: str) -> bool:
    if 1 in (len(word), len(other)):
        return word[0] == other[0]
    if min(len(word), len(other)) > WHOLE_NAME and (_has_few_vowels(word) or _has_few_vowels(other)):
        word, other = _VOWEL.sub("", word), _VOWEL.sub("", other)
    return word == other or float(jellyfish.jaro_winkler_similarity(word, other)) >= UNLIKE


def _has_few_vowels(word: str) -> bool:
    return len(_VOWEL.findall(word)) < FEW_VOWELS * len(word)
