"""Names that may be persons', so that a shared family name alone does not make one party of two.

A ledger does not say whether a supplier is a person: a sole trader's stands there as any firm's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from follow_money.entities.identity_numbers import NumberKind
from follow_money.entities.kinds import PERSON
from follow_money.entities.masks import is_told
from follow_money.entities.numbers_of_others import any_alike
from follow_money.entities.person_words import person_words
from follow_money.model import EntityKind

if TYPE_CHECKING:
    from follow_money.entities.mentions import Mentions

FEWEST_WORDS: Final = 2
"""A given and a family name."""

MOST_WORDS: Final = 3
"""Words up to which a name without a legal form may be a person's, where nothing else says so."""


@dataclass(frozen=True, kw_only=True)
class PossiblePerson:
    """A name that may be a person's: ``given`` is what stands beside the family name, ``words`` are all words."""

    given: str
    words: str


def possible_persons(
    mentions: Mentions, kind: npt.NDArray[np.int8], rows: npt.NDArray[np.int64]
) -> dict[int, PossiblePerson]:
    """Of some mentions those whose name may be a person's, by their row.

    A party that is a person; or one of which neither the row, a legal form nor an organisation's number says what it
    is, and whose name has two or three words.
    """
    firm = is_told(mentions.organisation.form) | is_told(mentions.organisation.status)
    firm |= mentions.numbers.is_kind(NumberKind.ORGANISATIONSNUMMER) | (mentions.party_kind != EntityKind.PARTY)
    asked = rows[(kind[rows] == PERSON) | ~firm[rows]]
    told = person_words(mentions.column("name").take(pa.array(asked)))
    answer: dict[int, PossiblePerson] = {}
    for row, key, family in zip(asked.tolist(), told.key.to_pylist(), told.family.to_pylist(), strict=True):
        words = (key or "").split()
        given = [word for word in words if word != family]
        if given and len(words) >= FEWEST_WORDS and (kind[row] == PERSON or len(words) <= MOST_WORDS):
            answer[row] = PossiblePerson(given=" ".join(given), words=" ".join(words))
    return answer


def of_one_family(one: PossiblePerson, other: PossiblePerson) -> bool:
    """Whether two names may have a family name in common and nothing else: given names of one stand nowhere in the other.

    Asked from both sides, because a name may be turned round. An initial is like what it may stand for.
    """
    return not any_alike(one.given, other.words) or not any_alike(other.given, one.words)
