"""A person's name as linkage compares it: given name, family name, and all words, each in one spelling.

Which end of a name is the family name is told by a comma, else by where the word stands in most other names: registers
turn names round. Nothing else is read out of a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.generation_words import without_generation
from follow_money.entities.masks import mask
from follow_money.entities.names import fold, sorted_tokens, without_titles
from follow_money.entities.person_texts import person_texts
from follow_money.entities.spellings import one_spelling

TURNED: Final = 0.8
"""Share of names in which a word stands at the other end, from which a name is taken to be turned round."""

SEEN: Final = 5
"""Names that must hold a word before its usual place counts."""


@dataclass(frozen=True, kw_only=True)
class PersonWords:
    """Parts of many names, a column each. ``key`` is the sorted words, ``joined`` all words as one; null where not told."""

    given: pa.Array
    family: pa.Array
    key: pa.Array
    joined: pa.Array


def person_words(names: pa.Array) -> PersonWords:
    """Take names of persons apart. A name of one word is a family name."""
    unique = names.dictionary_encode()
    bare = without_generation(person_texts(unique.dictionary))
    turned = pc.replace_substring_regex(bare, r"^([^,]+),\s*([^,]+)$", r"\2 \1")
    folded = without_titles(fold(turned))
    folded = pc.if_else(pc.equal(folded, ""), None, folded)
    lists = pc.split_pattern(folded, " ")
    words = one_spelling(lists.flatten())
    length = np.asarray(pc.fill_null(pc.list_value_length(lists), 0)).astype(np.int64)
    ends = np.cumsum(length)
    first, last = _ends_in_order(words, np.minimum(ends - length, len(words) - 1), ends - 1, length > 1)
    spelled = pc.binary_join(_lists(words, np.concatenate([[0], ends])), " ")
    spelled = pc.if_else(pa.array(length == 0), None, spelled)
    told = PersonWords(
        given=words.take(pa.array(first, mask=length < 2)),  # noqa: PLR2004 - a first and a last word
        family=words.take(pa.array(last, mask=length < 1)),
        key=sorted_tokens(spelled),
        joined=pc.replace_substring(spelled, " ", ""),
    )
    places = unique.indices
    return PersonWords(**{part: getattr(told, part).take(places) for part in PersonWords.__dataclass_fields__})


def _ends_in_order(
    words: pa.Array, first: npt.NDArray[np.int64], last: npt.NDArray[np.int64], several: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The places of given and family name: first and last word, or the reverse where both usually stand there."""
    if len(words) == 0:
        return first, last
    code = np.asarray(words.dictionary_encode().indices).astype(np.int64)
    size = int(code.max()) + 1
    at_first = np.bincount(code[first[several]], minlength=size)
    at_last = np.bincount(code[last[several]], minlength=size)
    seen = at_first + at_last
    family_share = np.where(seen >= SEEN, at_last / np.maximum(seen, 1), 0.5)
    turned = several & (family_share[code[first]] >= TURNED) & (family_share[code[last]] <= 1 - TURNED)
    return np.where(turned, last, first), np.where(turned, first, last)


def _lists(words: pa.Array, offsets: npt.NDArray[np.int64]) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), words)


def bearers(words: pa.Array) -> pa.Array:
    """How often each word stands in the column; nought where null."""
    encoded = words.dictionary_encode()
    told = mask(pc.is_valid(words))
    code = np.asarray(pc.fill_null(encoded.indices, 0)).astype(np.int64)
    count = np.bincount(code[told], minlength=len(encoded.dictionary) + 1)
    return pa.array(np.where(told, count[code], 0).astype(np.int64))
