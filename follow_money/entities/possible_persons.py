"""Names that may be persons', so that a shared family name alone does not make one party of two.

A ledger does not say whether a supplier is a person: a sole trader's stands there as any firm's. Two or three words are a
firm's name as well ("Omsorgen Solen", later "Hemtjänsten Solen"), so that the words which two names do not share are held
against the given names of persons delivered. Names are compared, never classified.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.identity_numbers import NumberKind
from follow_money.entities.kinds import PERSON
from follow_money.entities.masks import is_told, mask
from follow_money.entities.numbers_of_others import any_alike
from follow_money.entities.person_words import person_words
from follow_money.entities.spellings import one_spelling
from follow_money.model import EntityKind

if TYPE_CHECKING:
    from follow_money.entities.mentions import Mentions

FEWEST_WORDS: Final = 2
"""A given and a family name."""

MOST_WORDS: Final = 3
"""Words up to which a name without a legal form may be a person's, where nothing else says so."""


SHORTEST_CONTAINED: Final = 4
"""Letters of a given name from which another that contains it may be the same person's: Lena in Helena."""


@dataclass(frozen=True, kw_only=True)
class PossiblePerson:
    """A name that may be a person's, as words in one spelling.

    ``given`` is what stands beside the family name, ``words`` are all words, and ``perhaps_given`` those of them that may
    be a given name. ``is_person``: more than the name says that it is a person.
    """

    given: str
    words: str
    perhaps_given: frozenset[str]
    is_person: bool


def possible_persons(
    mentions: Mentions, kind: npt.NDArray[np.int8], rows: npt.NDArray[np.int64], shared: pa.Array
) -> dict[int, PossiblePerson]:
    """Of some mentions those whose name may be a person's, by their row.

    A party that is a person; or one of which neither the row, a legal form nor an organisation's number says what it
    is, and whose name has two or three words.

    Args:
        mentions: All mentions.
        kind: The kind of each.
        rows: The mentions that are asked about.
        shared: Words that the names of several keys share: no given names, where no persons are delivered to tell those.
    """
    if len(rows) == 0:
        return {}
    firm = is_told(mentions.organisation.form) | is_told(mentions.organisation.status)
    firm |= mentions.numbers.is_kind(NumberKind.ORGANISATIONSNUMMER) | (mentions.party_kind != EntityKind.PARTY)
    asked = rows[(kind[rows] == PERSON) | ~firm[rows]]
    delivered = mentions.person_key.filter(pa.array(kind == PERSON)).drop_null()
    is_told_by_persons = mask(pc.match_substring(delivered, " ")).any()
    told = person_words(
        pa.concat_arrays([mentions.column("name").take(pa.array(asked)), _persons_beside(mentions, kind, asked)])
    )
    borne = frozenset(told.given[len(asked) :].drop_null().to_pylist())
    of_several = frozenset() if is_told_by_persons else frozenset(one_spelling(shared).to_pylist())
    answer: dict[int, PossiblePerson] = {}
    columns = (column[: len(asked)].to_pylist() for column in (told.key, told.family))
    for row, key, family in zip(asked.tolist(), *columns, strict=True):
        words = (key or "").split()
        given = [word for word in words if word != family]
        is_person = bool(kind[row] == PERSON)
        if given and len(words) >= FEWEST_WORDS and (is_person or len(words) <= MOST_WORDS):
            initials = {word for word in words if len(word) == 1}
            trade = of_several.intersection(given) - initials
            perhaps = (borne.intersection(words) | initials) if is_told_by_persons else () if trade else words
            answer[row] = PossiblePerson(
                given=" ".join(given), words=" ".join(words), perhaps_given=frozenset(perhaps), is_person=is_person
            )
    return answer


def _persons_beside(mentions: Mentions, kind: npt.NDArray[np.int8], asked: npt.NDArray[np.int64]) -> pa.Array:
    """The distinct names of persons that have a word in common with an asked name of nobody known for a person."""
    open_ones = asked[kind[asked] != PERSON]
    rows = np.flatnonzero((kind == PERSON) & is_told(mentions.person_key) & (len(open_ones) > 0))
    keys = mentions.person_key.take(pa.array(rows)).dictionary_encode()
    lists = pc.split_pattern(keys.dictionary, " ")
    words = pc.split_pattern(mentions.person_key.take(pa.array(open_ones)).drop_null(), " ").flatten()
    common = mask(pc.is_in(one_spelling(lists.flatten()), value_set=one_spelling(words).unique()))
    beside = np.zeros(len(keys.dictionary), np.bool_)
    beside[np.asarray(pc.list_parent_indices(lists))[common]] = True
    chosen = rows[beside[np.asarray(keys.indices)]]
    return mentions.column("name").take(pa.array(chosen)).unique()


def of_one_family(one: PossiblePerson, other: PossiblePerson) -> bool:
    """Whether two names may have a family name in common and nothing else: given names of one stand nowhere in the other.

    Asked from both sides, because a name may be turned round. An initial is like what it may stand for, and a given name
    like one that contains it. Where neither is known for a person, what they do not share must hold a given name of each.
    """
    if not (one.is_person or other.is_person):
        sides = ((one, other), (other, one))
        if not all(side.perhaps_given.difference(against.words.split()) for side, against in sides):
            return False
    return not _given_alike(one.given, other.words) or not _given_alike(other.given, one.words)


def _given_alike(given: str, words: str) -> bool:
    return any_alike(given, words) or any(
        _is_contained(*sorted((name, word), key=len)) for name in given.split() for word in words.split()
    )


def _is_contained(short: str, long: str) -> bool:
    """Whether one name stands in the other, or ends it but for letters left out before the last four: Greta in Margareta."""
    if len(short) < SHORTEST_CONTAINED:
        return False
    letters = iter(long)
    in_order = all(letter in letters for letter in short)
    return short in long or (in_order and long.endswith(short[-SHORTEST_CONTAINED:]))
