"""Entities looked up by a part of a name or a number, in the restricted folder."""

from __future__ import annotations

import functools
import re
from datetime import date
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money.entities.identity_numbers import classify
from follow_money.entities.names import fold

if TYPE_CHECKING:
    from pathlib import Path

SHORTEST_NUMBER: Final = 4
"""Digits from which on a text is looked for among the numbers."""

SHORTEST_BESIDE_WORDS: Final = 6
"""The same where words without a digit stand beside them: Taxi 0200 and Brf Solen 2024 are names."""

_FOUND: Final = ["entity_id", "kind", "name", "number", "records"]


def find_entities(folder: Path, text: str, limit: int) -> pa.Table:
    """Entities by a part of any spelling of their name, or of their number in any usual form of writing it.

    Names are compared without case and accents, their words in any order: Berg Osten finds Östen Berg. Who bears the text as
    it stands comes first, then those with most rows.

    Args:
        folder: Where `resolve` wrote.
        text: What to look for.
        limit: The most rows.

    Returns:
        ``entity_id, kind, name, number, records``.
    """
    mentions = pq.read_table(folder / "mentions.parquet", columns=["entity_id", "name", "number", "account"])
    entity = mentions["entity_id"].combine_chunks()
    whole, words = _by_name(mentions["name"].combine_chunks(), fold(pa.array([text]))[0].as_py())
    digits = (classify(text, as_of=date.max).number or re.sub(r"\D", "", text))[-10:]
    is_number = all(any(sign.isdigit() for sign in word) for word in text.split())
    if len(digits) >= (SHORTEST_NUMBER if is_number else SHORTEST_BESIDE_WORDS) and re.fullmatch(r"[\w\s:+-]*", text):
        for column in ("number", "account"):
            told = pc.replace_substring_regex(mentions[column].combine_chunks(), pattern="[^0-9A-Z]", replacement="")
            whole = pc.or_(whole, pc.fill_null(pc.match_substring(told, digits), False))  # noqa: FBT003
    first, every = (entity.filter(which).unique() for which in (whole, pc.or_(whole, words)))
    found = pq.read_table(folder / "entities.parquet", columns=_FOUND)
    found = found.filter(pc.is_in(found["entity_id"], value_set=every))
    found = found.append_column("is_first", pc.is_in(found["entity_id"], value_set=first).cast(pa.int8()))
    order = [("is_first", "descending"), ("records", "descending"), ("entity_id", "ascending")]
    return found.sort_by(order).slice(0, limit).select(_FOUND)


def _by_name(names: pa.Array, wanted: str) -> tuple[pa.Array, pa.Array]:
    """Where a name holds the folded text as it stands, and where it holds each of its words; nowhere for an empty text."""
    spelled = names.dictionary_encode()
    folded = fold(spelled.dictionary)
    holds = [pc.match_substring(folded, part) for part in (wanted, *wanted.split())]
    told = (
        (holds[0], functools.reduce(pc.and_, holds[1:]))
        if wanted
        else (pa.array([False] * len(folded), pa.bool_()),) * 2
    )
    whole, words = (pc.fill_null(each.take(spelled.indices), False) for each in told)  # noqa: FBT003
    return whole, words
