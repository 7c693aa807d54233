"""Invalid numbers that are somebody's all the same: a slip of the pen, copied, and not what fills an empty field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.identity_numbers import NumberKind
from follow_money.entities.kinds import ORGANISATION
from follow_money.entities.masks import mask
from follow_money.entities.usual_values import usual_values

if TYPE_CHECKING:
    from follow_money.entities.mentions import Mentions

FEWEST_FIGURES: Final = 6
"""A text with fewer figures in the number's place is no evidence: "okänd", "utland"."""

FILLER: Final = r"^[^1-9A-Z]*$|^1+$|^9+$|^[^A-Z]?(?:9|-)+$|0000$"
"""One sign again and again, or no serial number."""

FIELD_FILLED: Final = np.datetime64("1900-01-01")
"""A birth date that programs write where none is known."""


def is_evidence(mentions: Mentions, kind: npt.NDArray[np.int8], among: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Where a text ``among`` those that are no valid number may be somebody's: it has figures and, for a person, a real birth date."""
    numbers = mentions.numbers
    texts = numbers.text.filter(pa.array(among))
    told = among.copy()
    told[among] = mask(pc.greater_equal(pc.count_substring_regex(texts, "[0-9]"), FEWEST_FIGURES))
    told[among] &= ~mask(pc.match_substring_regex(texts, FILLER))
    told &= ~numbers.has_problem("placeholder")
    dated = numbers.is_kind(NumberKind.PERSONNUMMER, NumberKind.SAMORDNING) & (numbers.birth_date != FIELD_FILLED)
    for problem in ("date", "future_date", "century"):
        dated &= ~numbers.has_problem(problem)
    answer: npt.NDArray[np.bool_] = told & (dated | (kind == ORGANISATION))
    return answer


def elsewhere_than_most(key: pa.Array, mentions: Mentions, among: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Where a row ``among`` those of a key tells another postcode than most of them."""
    answer = np.zeros(len(mentions), np.bool_)
    rows = np.flatnonzero(among)
    if len(rows) == 0:
        return answer
    encoded = key.take(pa.array(rows)).dictionary_encode()
    group = np.asarray(encoded.indices).astype(np.int64)
    postcode = mentions.addresses.postcode.take(pa.array(rows))
    postcode = pc.if_else(pc.equal(postcode, ""), None, postcode)
    records = mentions.column("records").to_numpy()[rows]
    usual = usual_values(group, postcode, records, len(encoded.dictionary)).take(pa.array(group))
    answer[rows] = mask(pc.not_equal(postcode, usual))
    return answer
