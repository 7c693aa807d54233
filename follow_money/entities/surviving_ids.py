"""Which id an entity goes on with, when the entities of a new delivery meet the ids that were given before.

An entity is known again by its descriptions; one whose descriptions are all new by its first id, which number or account
gave it. Where an entity's descriptions bear several ids (a merge), or an id's are now in several entities (a split), claims are
met in this order: an entity of exactly these descriptions bore the id before; who has borne it longest; more descriptions
that have; the first id that comes first in the alphabet. Who is left without takes back the id of before the last merge, and
only then a new one: a merge that is undone gives the earlier ids.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.masks import mask

if TYPE_CHECKING:
    from collections.abc import Callable

HISTORY: Final = pa.schema(
    [
        pa.field("key", pa.string(), nullable=False),
        pa.field("ids", pa.list_(pa.string()), nullable=False),
        pa.field("since", pa.list_(pa.int64()), nullable=False),
    ]
)
"""The ids that a description (or a first id, or a set of descriptions) has borne, the present one last, and since which registration each.

An id that it was brought back to is not told twice, so that a merge that is undone leaves no trace here."""

DESCRIPTION: Final = "M-"
"""How the id of a description begins."""

FINGERPRINT: Final = "F-"
"""How the text begins that tells which descriptions an entity has."""

_HEXADECIMAL: Final = np.frombuffer(b"0123456789abcdef", dtype="S1")
_SHIFTS: Final = np.arange(60, -1, -4, dtype=np.uint64)

KIND_LETTERS: Final = 2
"""Letters of an id that tell the entity's kind, ``P-``: an id never passes to another kind."""


@dataclass(frozen=True, kw_only=True)
class Survival:
    """The entities' ids, the histories that changed, and what became of earlier ids.

    ``changes`` has one row for each earlier id and each other id that descriptions of it went to: ``kind`` ("merge": nothing
    is left of the earlier id; "split": some of it went away), ``from_id``, ``to_id``, ``descriptions``. ``away`` counts
    ids that only descriptions bear which are not in the delivery.
    """

    ids: pa.Array
    changed: pa.Table
    changes: pa.Table
    new: int
    known: int
    away: int


CHANGES: Final = pa.schema(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("from_id", pa.string(), nullable=False),
        pa.field("to_id", pa.string(), nullable=False),
        pa.field("descriptions", pa.int64(), nullable=False),
    ]
)


def survive(
    history: pa.Table,
    mention_ids: pa.Array,
    entity: npt.NDArray[np.int64],
    first_ids: pa.Array,
    *,
    registration: int,
    another_id: Callable[[str, int], str],
) -> Survival:
    """Give every entity of a delivery its id.

    Args:
        history: What is registered, in the schema ``HISTORY``.
        mention_ids: The delivery's descriptions.
        entity: The entity of each, as a place in ``first_ids``.
        first_ids: The id that each entity would have if nothing were registered.
        registration: Number of this registration; larger than all before.
        another_id: Makes the n-th other id from a first id that is taken.
    """
    count = len(first_ids)
    keys = pa.concat_arrays([mention_ids, first_ids, _fingerprints(mention_ids, entity, count)])
    place = np.concatenate([entity, np.arange(count), np.arange(count)])
    described = np.arange(len(keys)) < len(mention_ids)
    row = np.asarray(pc.fill_null(pc.index_in(keys, value_set=history["key"].combine_chunks()), -1)).astype(np.int64)
    present = _last(history)
    held = np.where(row >= 0, present.code[row], -1) if len(present.code) else row
    answer = np.full(count, -1, np.int64)
    known = held >= 0
    pairs = np.unique(np.stack([held[known & described], place[known & described]], axis=1), axis=0)
    ids_of = np.bincount(pairs[:, 1], minlength=count)
    homes_of = np.bincount(pairs[:, 0], minlength=len(present.ids))
    same_kind = mask(
        pc.equal(_kinds(present.ids.take(pa.array(pairs[:, 0]))), _kinds(first_ids.take(pa.array(pairs[:, 1]))))
    )
    plain = (ids_of[pairs[:, 1]] == 1) & (homes_of[pairs[:, 0]] == 1) & same_kind
    answer[pairs[plain, 1]] = pairs[plain, 0]
    ids = present.ids.take(pa.array(answer, mask=answer < 0))
    elsewhere = _held_elsewhere(history, row, present)
    contested = (answer < 0)[place] & known
    back: dict[int, int] = {}
    if contested.any():
        rows = np.flatnonzero(contested)
        told = history.take(pa.array(row[rows]))
        ids, back = _settled(ids, place[rows], told.to_pylist(), first_ids, frozenset(elsewhere.to_pylist()))
    ids, new = _with_new(ids, first_ids, history, another_id)
    now = ids.take(pa.array(place))
    before = present.ids.take(pa.array(held, mask=held < 0))
    moved = np.asarray(pc.fill_null(pc.not_equal(now, before), True)).astype(bool)  # noqa: FBT003
    return Survival(
        ids=ids,
        changed=pa.concat_tables(
            [
                _begun(keys, now, np.flatnonzero(moved & (row < 0)), registration),
                _continued(
                    history,
                    row,
                    now,
                    np.flatnonzero(moved & (row >= 0)),
                    place=place,
                    back=back,
                    registration=registration,
                ),
            ]
        ),
        changes=_changes(before, now, pa.concat_arrays([ids, elsewhere]), np.flatnonzero(moved & known & described)),
        new=new,
        known=int(count - new),
        away=int(np.count_nonzero(~mask(pc.is_in(elsewhere, value_set=ids)))),
    )


@dataclass(frozen=True)
class _Present:
    """The id that each registered key bears now, as a code of ``ids``."""

    code: npt.NDArray[np.int64]
    ids: pa.Array


def _last(history: pa.Table) -> _Present:
    lists = history["ids"].combine_chunks()
    ends = np.asarray(lists.offsets)[1:].astype(np.int64) - 1
    encoded = lists.values.take(pa.array(ends)).dictionary_encode()
    return _Present(np.asarray(encoded.indices).astype(np.int64), encoded.dictionary)


def _held_elsewhere(history: pa.Table, row: npt.NDArray[np.int64], present: _Present) -> pa.Array:
    """Ids that descriptions bear which are not in this delivery."""
    absent = np.ones(len(history), np.bool_)
    absent[row[row >= 0]] = False
    absent &= mask(pc.starts_with(history["key"].combine_chunks(), DESCRIPTION))
    return present.ids.take(pa.array(np.unique(present.code[absent])))


def _settled(
    ids: pa.Array,
    place: npt.NDArray[np.int64],
    histories: list[dict[str, Any]],
    first_ids: pa.Array,
    elsewhere: frozenset[str],
) -> tuple[pa.Array, dict[int, int]]:
    """Meet the claims on contested ids, those of now first, then those of before the last merge, and so on.

    Returns the ids, and for each entity that took back one of before since when exactly its descriptions bore it (0: others did).
    """
    told = ids.to_pylist()
    back: dict[int, int] = {}
    taken = {name for name in told if name is not None}
    bears = {
        (entity, history["ids"][-1]) for entity, history in zip(place.tolist(), histories, strict=True)
        if not history["key"].startswith(FINGERPRINT)
    }  # fmt: skip
    for depth in range(max(len(history["ids"]) for history in histories)):
        claims: dict[tuple[bool, str, int], list[int]] = defaultdict(list)
        for entity, history in zip(place.tolist(), histories, strict=True):
            is_print = history["key"].startswith(FINGERPRINT)
            if told[entity] is None and len(history["ids"]) > depth and not (depth and is_print):
                claims[not is_print, history["ids"][-1 - depth], entity].append(history["since"][-1 - depth])
        order = sorted(
            claims,
            key=lambda claim: (
                claim[0], min(claims[claim]), -claims[claim].count(min(claims[claim])), -len(claims[claim]),
                first_ids[claim[2]].as_py(), claim[1],
            ),
        )  # fmt: skip
        for is_other, name, entity in order:
            is_free = name not in taken and not (is_other and name in elsewhere and (entity, name) not in bears)
            if told[entity] is None and is_free and name[:KIND_LETTERS] == first_ids[entity].as_py()[:KIND_LETTERS]:
                told[entity] = name
                taken.add(name)
                if depth or not is_other:
                    back[entity] = 0 if is_other else min(claims[is_other, name, entity])
    return pa.array(told, pa.string()), back


def _fingerprints(mention_ids: pa.Array, entity: npt.NDArray[np.int64], count: int) -> pa.Array:
    """A text for each entity that tells which descriptions it has: the sum of their hashes."""
    hashes = pd.util.hash_array(mention_ids.to_numpy(zero_copy_only=False), categorize=False)
    total = np.zeros(count, np.uint64)
    np.add.at(total, entity, hashes)
    figures = (total[:, None] >> _SHIFTS) & np.uint64(15)
    texts = np.ascontiguousarray(_HEXADECIMAL[figures.astype(np.intp)]).view("S16").ravel()
    return pc.binary_join_element_wise(FINGERPRINT, pa.array(texts, pa.binary()).cast(pa.string()), "")


def _kinds(ids: pa.Array) -> pa.Array:
    """The kind that each id tells."""
    return pc.utf8_slice_codeunits(ids, 0, KIND_LETTERS)


def _with_new(
    ids: pa.Array, first_ids: pa.Array, history: pa.Table, another_id: Callable[[str, int], str]
) -> tuple[pa.Array, int]:
    """Entities without an id get their first one, or another where that was given before."""
    wanting = pc.is_null(ids)
    given = pc.unique(history["ids"].combine_chunks().values)
    clash = np.flatnonzero(mask(pc.and_(wanting, pc.is_in(first_ids, value_set=given))))
    new = int(np.count_nonzero(mask(wanting)))
    ids = pc.coalesce(ids, first_ids)
    if len(clash):
        told, used = ids.to_pylist(), set(given.to_pylist())
        for entity in clash.tolist():
            times = 0
            while told[entity] in used:
                times += 1
                told[entity] = another_id(first_ids[entity].as_py(), times)
            used.add(told[entity])
        ids = pa.array(told, pa.string())
    return ids, new


def _begun(keys: pa.Array, now: pa.Array, rows: npt.NDArray[np.int64], registration: int) -> pa.Table:
    """The histories of what was never met before."""
    offsets = pa.array(np.arange(len(rows) + 1), pa.int32())
    told = {
        "key": keys.take(pa.array(rows)),
        "ids": pa.ListArray.from_arrays(offsets, now.take(pa.array(rows))),
        "since": pa.ListArray.from_arrays(offsets, pa.array(np.full(len(rows), registration), pa.int64())),
    }
    return pa.table(told).cast(HISTORY)


def _continued(
    history: pa.Table,
    row: npt.NDArray[np.int64],
    now: pa.Array,
    rows: npt.NDArray[np.int64],
    *,
    place: npt.NDArray[np.int64],
    back: dict[int, int],
    registration: int,
) -> pa.Table:
    """The histories that go on; of an entity that took back an earlier id, what came after that is forgotten.

    A description that has forgotten the id in a merge since bears it again from when the same descriptions bore it.
    """
    told = []
    before = history.take(pa.array(row[rows])).to_pylist()
    for past, name, entity in zip(before, now.take(pa.array(rows)).to_pylist(), place[rows].tolist(), strict=True):
        ids, since = past["ids"], past["since"]
        if entity in back and name in ids:
            kept = len(ids) - ids[::-1].index(name)
            ids, since = ids[:kept], since[:kept]
        else:
            ids, since = [*ids, name], [*since, back.get(entity) or registration]
        told.append({"key": past["key"], "ids": ids, "since": since})
    return pa.Table.from_pylist(told, schema=HISTORY)


def _changes(before: pa.Array, now: pa.Array, ids: pa.Array, moved: npt.NDArray[np.int64]) -> pa.Table:
    told = pa.table({"from_id": before.take(pa.array(moved)), "to_id": now.take(pa.array(moved))})
    told = told.group_by(["from_id", "to_id"], use_threads=False).aggregate([([], "count_all")])
    lives = pc.is_in(told["from_id"], value_set=ids)
    kind = pc.if_else(lives, "split", "merge")
    table = pa.table(
        {"kind": kind, "from_id": told["from_id"], "to_id": told["to_id"], "descriptions": told["count_all"]}
    )
    return table.cast(CHANGES).sort_by([("from_id", "ascending"), ("to_id", "ascending")])
