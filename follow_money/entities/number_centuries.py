"""The century of ten-digit numbers: closed by what else the row and the registers tell, and by nothing that contradicts.

Two people born a hundred years apart may share their last ten digits. A birth date decides, however it was slipped in;
else the only century in which the registers know these ten digits, unless a person of another name bears them there.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from follow_money.entities.birth_conflicts import far_apart
from follow_money.entities.kinds import PERSON
from follow_money.entities.names import names_agree
from follow_money.entities.number_dates import birth_dates
from follow_money.entities.numbers_of_others import wholly_unlike
from follow_money.entities.person_words import person_words

if TYPE_CHECKING:
    from follow_money.entities.mentions import Mentions


def closed_centuries(
    mentions: Mentions, kind: npt.NDArray[np.int8], personal: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """The century of each mention's number, 0 where it stays open.

    Args:
        mentions: All mentions.
        kind: The kind of each, as a code.
        personal: Where the number is a valid one of a person.
    """
    numbers = mentions.numbers
    century = numbers.century.copy()
    is_open = personal & (century == 0)
    if not is_open.any():
        return century
    candidates = (numbers.earlier, numbers.later)
    read = [birth_dates(numbers.last_ten, candidate) for candidate in candidates]
    told = ~np.isnat(mentions.birth_date)
    fits = [is_open & told & ~np.isnat(day) & ~far_apart(day, mentions.birth_date) for day in read]
    for candidate, mine, other in zip(candidates, fits, reversed(fits), strict=True):
        century = np.where(mine & ~other, candidate, century)
    _, ten = np.unique(numbers.last_ten, return_inverse=True)
    lowest, highest = np.full(ten.max() + 1, 99, np.int64), np.zeros(ten.max() + 1, np.int64)
    known = personal & (century > 0)
    np.minimum.at(lowest, ten[known], century[known])
    np.maximum.at(highest, ten[known], century[known])
    only = np.where(lowest == highest, highest, 0)[ten]
    asked = is_open & (century == 0) & (only > 0)
    asked &= ~_of_another_name(mentions, asked & (kind == PERSON), known & (kind == PERSON), ten)
    return np.where(asked, only, century)


def _of_another_name(
    mentions: Mentions, asked: npt.NDArray[np.bool_], known: npt.NDArray[np.bool_], ten: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Where a person's name is another one than every name that is known with the ten digits."""
    answer = np.zeros(len(asked), np.bool_)
    rows = np.flatnonzero((asked | known) & np.isin(ten, ten[asked]))
    words = person_words(mentions.column("name").take(pa.array(rows)))
    told = zip(rows.tolist(), words.key.to_pylist(), words.family.to_pylist(), strict=True)
    names: dict[int, list[tuple[str, str]]] = defaultdict(list)
    mine: list[tuple[int, tuple[str, str]]] = []
    for row, key, family in told:
        if key is not None and asked[row]:
            mine.append((row, (key, family)))
        elif key is not None:
            names[int(ten[row])].append((key, family))
    for row, name in mine:
        others = names[int(ten[row])]
        answer[row] = bool(others) and not any(_may_be_one(name, other) for other in others)
    return answer


def _may_be_one(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two names are alike, or alike but for the family name, which people change."""
    if names_agree(one[0], other[0]):
        return True
    given = [" ".join(word for word in key.split() if word != family) for key, family in (one, other)]
    if not all(given):
        return not wholly_unlike(one[0], other[0])
    return not wholly_unlike(given[0], given[1])
