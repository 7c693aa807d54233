"""What the registry of entity ids remembers: which ids every description has borne, and since when; nothing written is changed.

What stands is the last that was written of each key. What stood after an earlier registration is the last that had been written by then,
so that an undo finds it exactly as it was: it is read, not worked out backwards.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.fixed_texts import one_text_array

if TYPE_CHECKING:
    from collections.abc import Iterable

HISTORY: Final = pa.schema(
    [
        pa.field("key", pa.string(), nullable=False),
        pa.field("ids", pa.list_(pa.string()), nullable=False),
        pa.field("since", pa.list_(pa.int64()), nullable=False),
    ]
)
"""The ids that a key has borne, the present one last, and since which registration each.

A key is a description, a first id, a set of descriptions, or a whole delivery, which bears itself since it was last met. An id that a description was brought
back to is not told twice, so that a merge that is undone leaves no trace here."""

LOG: Final = HISTORY.append(pa.field("registration", pa.int64(), nullable=False))
"""All that was ever written, oldest first, and in which registration."""

DESCRIPTION: Final = "M-"
"""How the id of a description begins."""

_SET: Final = "F-"
_DELIVERY: Final = "D-"
_HEXADECIMAL: Final = np.frombuffer(b"0123456789abcdef", dtype="S1")
_SHIFTS: Final = np.arange(60, -1, -4, dtype=np.uint64)


def standing(log: pa.Table) -> pa.Table:
    """The rows of a ``LOG`` that stand: the last of each key."""
    codes = np.asarray(log["key"].combine_chunks().dictionary_encode().indices).astype(np.int64)
    last = np.full(int(codes.max(initial=-1)) + 1, -1, np.int64)
    last[codes] = np.arange(len(codes))
    return log.take(pa.array(np.sort(last))).combine_chunks()


def rows_of(keys: pa.Array, table: pa.Table) -> npt.NDArray[np.int64]:
    """The row of each key in a table of histories, -1 where it has none."""
    return np.asarray(pc.fill_null(pc.index_in(keys, value_set=table["key"].combine_chunks()), -1)).astype(np.int64)


def present_ids(history: pa.Table) -> pa.Array:
    """The id that each row's key bears now."""
    lists = history["ids"].combine_chunks()
    return lists.values.take(pa.array(np.asarray(lists.offsets)[1:].astype(np.int64) - 1))


def stood(log: pa.Table, keys: Iterable[str], at: Iterable[int]) -> list[dict[str, Any] | None]:
    """What was remembered of each key after a registration, as rows of ``HISTORY``; None where nothing was."""
    asked = list(zip(keys, at, strict=True))
    written: dict[str, list[dict[str, Any]]] = defaultdict(list)
    names = pa.array([key for key, _ in asked], pa.string())
    for row in log.filter(pc.is_in(log["key"], value_set=names)).to_pylist():
        written[row["key"]].append(row)
    told: list[dict[str, Any] | None] = []
    for key, registration in asked:
        by_then = [row for row in written[key] if row["registration"] <= registration]
        told.append({name: by_then[-1][name] for name in HISTORY.names} if by_then else None)
    return told


def set_keys(mention_ids: pa.Array, entity: npt.NDArray[np.int64], count: int) -> pa.Array:
    """A key for each entity that tells which descriptions it has: from the sum of their hashes."""
    total = np.zeros(count, np.uint64)
    np.add.at(total, entity, _hashes(mention_ids))
    return _texts(_SET, total)


def is_set(key: str) -> bool:
    """Whether a key stands for a set of descriptions."""
    return key.startswith(_SET)


def delivery_key(first_ids: pa.Array, sets: pa.Array) -> str:
    """A key that tells which entities a delivery has: the first id and the descriptions of each, in any order."""
    entities = pc.binary_join_element_wise(first_ids, sets, " ")
    return str(_texts(_DELIVERY, _hashes(entities).sum(keepdims=True, dtype=np.uint64))[0].as_py())


def _hashes(texts: pa.Array) -> npt.NDArray[np.uint64]:
    return np.asarray(pd.util.hash_array(texts.to_numpy(zero_copy_only=False), categorize=False), np.uint64)


def _texts(head: str, numbers: npt.NDArray[np.uint64]) -> pa.Array:
    figures = (numbers[:, None] >> _SHIFTS) & np.uint64(15)
    texts = np.ascontiguousarray(_HEXADECIMAL[figures.astype(np.intp)]).view("S16").ravel()
    return pc.binary_join_element_wise(head, one_text_array(texts), "")
