"""Names made comparable: folded, cut into tokens, sorted. Names are compared, never classified.

Two foldings. `fold` takes away every accent and writes oe, ae and aa as one letter, so that Sjöström, Sjostrom and
Sjoestroem are one. `fold_strictly` keeps å, ä and ö: where two spellings both hold them, they must hold the same ones.
"""

from __future__ import annotations

from typing import Final

import jellyfish
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from anyascii import anyascii

from follow_money.entities.arabic_words import arabic_in_latin
from follow_money.entities.masks import mask
from follow_money.entities.person_texts import person_texts

TITLES: Final = (
    "dr",
    "doktor",
    "prof",
    "professor",
    "mr",
    "mrs",
    "ms",
    "miss",
    "herr",
    "fru",
    "froken",
    "civ",
    "jur",
    "adv",
    "advokat",
    "docent",
    "tekn",
    "ekon",
    "kand",
    "leg",
    "lakare",
    "tandl",
    "tandlakare",
    "ssk",
    "sjukskoterska",
    "ingenjor",
)
"""Titles and forms of address: no part of a name."""

RARE_TITLES: Final = ("ing", "fil", "med", "mag", "lic", "lak")
"""Titles that are somebody's name, too: no part of a name of two other words."""

PARTICLES: Final = (
    "af",
    "av",
    "von",
    "van",
    "der",
    "den",
    "de",
    "la",
    "le",
    "di",
    "da",
    "dos",
    "al",
    "el",
    "ul",
    "bin",
    "ibn",
    "bint",
)
"""Particles that registers write, leave out or join to the next word.

The last word of a name is none, nor is one without which fewer than two words are left: Le, Van and Bin are whole names, too.
"""

SIMILAR_TOKEN: Final = 0.9
"""Jaro-Winkler likeness at which two words are taken for spellings of one. Karin and Karl have .85."""

SIMILAR_NAME: Final = 0.8
"""Share of words that must find a like one for two whole names to agree."""

_LATIN_LETTERS: Final = (("[æ]", "ae"), ("[øœ]", "oe"), ("ß", "ss"), ("[ðđ]", "d"), ("þ", "th"), ("ł", "l"), ("ı", "i"))
_DIGRAPHS: Final = (("aa", "a"), ("ae", "a"), ("oe", "o"), ("ue", "u"))


def fold(names: pa.Array) -> pa.Array:
    """Lower case, Latin letters without accents, oe/ae/aa/ue as one letter, punctuation as space. Null stays null."""
    folded = _bare(pc.utf8_lower(_latin(names)))
    for pattern, letter in _DIGRAPHS:
        folded = pc.replace_substring_regex(folded, pattern, letter)
    return _spaced(folded, "[^a-z0-9]+")


def fold_strictly(names: pa.Array) -> pa.Array:
    """As `fold`, but å, ä and ö stay what they are and no two letters become one. Null stays null."""
    kept = pc.utf8_lower(pc.utf8_normalize(_latin(names), form="NFC"))
    for letter, sign in (("å", "\x01"), ("ä", "\x02"), ("ö", "\x03")):
        kept = pc.replace_substring(kept, letter, sign)
    kept = _bare(kept)
    for letter, sign in (("å", "\x01"), ("ä", "\x02"), ("ö", "\x03")):
        kept = pc.replace_substring(kept, sign, letter)
    return _spaced(kept, "[^a-z0-9åäö]+")


def person_key(names: pa.Array) -> pa.Array:
    """Sorted, folded tokens of persons' names, without titles and particles. Null where nothing is left, and where two people are named."""
    return sorted_tokens(without_titles(fold(person_texts(names))))


def without_titles(folded: pa.Array) -> pa.Array:
    """Folded names of persons without titles and particles; where these may be the name itself, they stay."""
    bare = without(folded, TITLES)
    bare = _if_a_name(without(bare, RARE_TITLES), bare)
    parts = pc.extract_regex(bare, "^(?P<head>.* )?(?P<last>[^ ]+)$")
    head = pc.replace_substring_regex(pc.fill_null(pc.struct_field(parts, "head"), ""), "([a-z] )y $", r"\1")
    head = without(pc.utf8_trim(head, characters=" "), PARTICLES, kept=False)
    inner = pc.utf8_trim(pc.binary_join_element_wise(head, pc.struct_field(parts, "last"), " "), characters=" ")
    return _if_a_name(inner, bare)


def _if_a_name(shorter: pa.Array, name: pa.Array) -> pa.Array:
    """The shorter text where it still has two words, else the name."""
    return pc.if_else(pc.fill_null(pc.match_substring(shorter, " "), False), shorter, name)  # noqa: FBT003


def without(folded: pa.Array, words: tuple[str, ...], *, kept: bool = True) -> pa.Array:
    """Folded names without these words; a name made of nothing else is ``kept`` as it is, or empty."""
    spaced = pc.binary_join_element_wise("", pc.replace_substring(folded, " ", "  "), "", " ")
    bare = _spaced(pc.replace_substring_regex(spaced, f" (?:{'|'.join(words)}) ", " "), " +")
    return pc.if_else(pc.equal(bare, ""), folded, bare) if kept else bare


def sorted_tokens(folded: pa.Array) -> pa.Array:
    """The words of each folded name in alphabetical order, each once, joined by a space. Null where empty."""
    unique = folded.dictionary_encode() if not pa.types.is_dictionary(folded.type) else folded
    lists = pc.split_pattern(unique.dictionary, " ")
    words = lists.flatten().dictionary_encode()
    if len(words) == 0:
        return pa.nulls(len(folded), pa.string())
    alphabetical = np.asarray(pc.array_sort_indices(words.dictionary)).astype(np.int64)
    rank = np.empty(len(alphabetical), np.int64)
    rank[alphabetical] = np.arange(len(alphabetical))
    codes = rank[np.asarray(words.indices)]
    row = np.asarray(pc.list_parent_indices(lists))
    pairs = np.unique(row * np.int64(len(rank)) + codes)
    row, codes = pairs // len(rank), pairs % len(rank)
    offsets = np.searchsorted(row, np.arange(len(lists) + 1)).astype(np.int32)
    tokens = words.dictionary.take(pa.array(alphabetical[codes]))
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), tokens), " ")
    return pc.if_else(pc.equal(joined, ""), None, joined).take(unique.indices)


def names_agree(first: str, second: str) -> bool:
    """Whether two keys (`person_key`, or an organisation's) are spellings of one name, as far as letters tell.

    Every word of the shorter one finds a like word in the other, or nearly every (``SIMILAR_NAME``).
    """
    if first == second:
        return True
    short, long = sorted((first.split(), second.split()), key=len)
    if not short:
        return True
    alike = sum(any(_words_agree(word, other) for other in long) for word in short)
    return alike / len(short) >= SIMILAR_NAME


def _words_agree(word: str, other: str) -> bool:
    if 1 in (len(word), len(other)):  # an initial
        return word[0] == other[0]
    return word == other or float(jellyfish.jaro_winkler_similarity(word, other)) >= SIMILAR_TOKEN


def agreement(first: pa.Array, second: pa.Array) -> npt.NDArray[np.bool_]:
    """`names_agree` for pairs of keys, each distinct pair compared once. True where either is null."""
    known = pc.and_(pc.is_valid(first), pc.is_valid(second))
    differ = mask(pc.and_(known, pc.not_equal(first, second)))
    rows = np.flatnonzero(differ)
    answer = np.ones(len(differ), np.bool_)
    left, right = first.take(pa.array(rows)).to_pylist(), second.take(pa.array(rows)).to_pylist()
    known_pairs = {pair: names_agree(*pair) for pair in set(zip(left, right, strict=True))}
    answer[rows] = [known_pairs[pair] for pair in zip(left, right, strict=True)]
    return answer


def _latin(names: pa.Array) -> pa.Array:
    """Names of other scripts written in Latin letters; the rest untouched."""
    foreign = mask(pc.match_substring_regex(names, r"[^\p{Latin}\p{Common}\p{Inherited}]"))
    if not foreign.any():
        return names
    written = [anyascii(arabic_in_latin(name)) for name in names.filter(pa.array(foreign)).to_pylist()]
    return pc.replace_with_mask(names, pa.array(foreign), pa.array(written, pa.string()))


def _bare(lower: pa.Array) -> pa.Array:
    for pattern, letters in _LATIN_LETTERS:
        lower = pc.replace_substring_regex(lower, pattern, letters)
    return pc.replace_substring_regex(pc.utf8_normalize(lower, form="NFKD"), r"\p{Mn}+|['’`´]", "")


def _spaced(text: pa.Array, others: str) -> pa.Array:
    return pc.utf8_trim(pc.replace_substring_regex(text, others, " "), characters=" ")
