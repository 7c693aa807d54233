"""Which id an entity goes on with, when the entities of a new delivery meet the ids that were given before.

A delivery of the very entities of an earlier one is an undo: all is again as it was after that one. In any other, an entity is known again by
its descriptions; one whose descriptions are all new by its first id, which number or account gave it. Where an entity's descriptions bear
several ids (a merge), or an id's are now in several entities (a split), claims are met in this order: an entity of exactly these descriptions
bore the id before; who has borne it longest; more descriptions that have; the first id that comes first in the alphabet. Who is left without
takes back the id of before the last merge, and only then a new one. What is remembered of an entity of exactly these descriptions that bears
its id again is what was remembered when it began to.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.id_history import (
    DESCRIPTION,
    HISTORY,
    delivery_key,
    is_set,
    present_ids,
    rows_of,
    set_keys,
    standing,
)
from follow_money.entities.masks import mask
from follow_money.entities.remembered_ids import remembered, undone

if TYPE_CHECKING:
    from collections.abc import Callable

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
    log: pa.Table,
    mention_ids: pa.Array,
    entity: npt.NDArray[np.int64],
    first_ids: pa.Array,
    *,
    registration: int,
    another_id: Callable[[str, int], str],
) -> Survival:
    """Give every entity of a delivery its id.

    Args:
        log: All that is registered, in the schema ``LOG``.
        mention_ids: The delivery's descriptions.
        entity: The entity of each, as a place in ``first_ids``.
        first_ids: The id that each entity would have if nothing were registered.
        registration: Number of this registration; larger than all before.
        another_id: Makes the n-th other id from a first id that is taken.
    """
    history = standing(log)
    count = len(first_ids)
    sets = set_keys(mention_ids, entity, count)
    keys = pa.concat_arrays([mention_ids, first_ids, sets])
    place = np.concatenate([entity, np.arange(count), np.arange(count)])
    row = rows_of(keys, history)
    present = _last(history)
    held = np.where(row >= 0, present.code[row], -1) if len(present.code) else row
    before = present.ids.take(pa.array(held, mask=held < 0))
    elsewhere = _held_elsewhere(history, row, present)
    delivery = delivery_key(first_ids, sets)
    [met] = rows_of(pa.array([delivery]), history)
    itself = pa.Table.from_pylist([{"key": delivery, "ids": [delivery], "since": [registration]}], schema=HISTORY)
    new = 0
    if met >= 0:
        since = history["since"][met].as_py()[-1]
        changed = undone(log, history, keys, since)
        again = rows_of(keys, changed)
        now = pc.coalesce(present_ids(changed).take(pa.array(again, mask=again < 0)), before)
        is_last = since == pc.max(log["registration"]).as_py()
    else:
        claims = _Claims(history, row, held, place, len(mention_ids), first_ids)
        ids, back = _claimed(claims, present, elsewhere)
        ids, new = _with_new(ids, first_ids, history, another_id)
        now = ids.take(pa.array(place))
        changed = remembered(log, history, keys, now, place, back=back, registration=registration)
        is_last = False
    if not is_last:
        changed = pa.concat_tables([changed, itself])
    ids = now.slice(len(keys) - count)
    described = np.arange(len(keys)) < len(mention_ids)
    return Survival(
        ids=ids,
        changed=changed,
        changes=_changes(
            before, now, pa.concat_arrays([ids, elsewhere]), np.flatnonzero(described & mask(pc.not_equal(before, now)))
        ),
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
    encoded = present_ids(history).dictionary_encode()
    return _Present(np.asarray(encoded.indices).astype(np.int64), encoded.dictionary)


@dataclass(frozen=True)
class _Claims:
    """What a delivery's keys are known by: row of the history and code of the present id (-1: none), entity; descriptions come first."""

    history: pa.Table
    row: npt.NDArray[np.int64]
    held: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    described: int
    first_ids: pa.Array


def _claimed(claims: _Claims, present: _Present, elsewhere: pa.Array) -> tuple[pa.Array, frozenset[int]]:
    """The known ids that entities go on with, null where none, and who took back one of before the last merge."""
    first_ids, held, place = claims.first_ids, claims.held, claims.place
    count = len(first_ids)
    answer = np.full(count, -1, np.int64)
    known = held >= 0
    told = np.flatnonzero(known[: claims.described])
    pairs = np.unique(np.stack([held[told], place[told]], axis=1), axis=0)
    ids_of = np.bincount(pairs[:, 1], minlength=count)
    homes_of = np.bincount(pairs[:, 0], minlength=len(present.ids))
    same_kind = mask(
        pc.equal(_kinds(present.ids.take(pa.array(pairs[:, 0]))), _kinds(first_ids.take(pa.array(pairs[:, 1]))))
    )
    plain = (ids_of[pairs[:, 1]] == 1) & (homes_of[pairs[:, 0]] == 1) & same_kind
    answer[pairs[plain, 1]] = pairs[plain, 0]
    ids = present.ids.take(pa.array(answer, mask=answer < 0))
    rows = np.flatnonzero((answer < 0)[place] & known)
    if not len(rows):
        return ids, frozenset()
    histories = claims.history.take(pa.array(claims.row[rows])).to_pylist()
    return _settled(ids, place[rows], histories, first_ids, frozenset(elsewhere.to_pylist()))


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
) -> tuple[pa.Array, frozenset[int]]:
    """Meet the claims on contested ids, those of now first, then those of before the last merge, and so on.

    Returns the ids, and the entities that took back one of before.
    """
    told = ids.to_pylist()
    back: set[int] = set()
    taken = {name for name in told if name is not None}
    bears = {
        (entity, history["ids"][-1]) for entity, history in zip(place.tolist(), histories, strict=True)
        if not is_set(history["key"])
    }  # fmt: skip
    for depth in range(max(len(history["ids"]) for history in histories)):
        claims: dict[tuple[bool, str, int], list[int]] = defaultdict(list)
        for entity, history in zip(place.tolist(), histories, strict=True):
            is_exact = is_set(history["key"])
            if told[entity] is None and len(history["ids"]) > depth and not (depth and is_exact):
                claims[not is_exact, history["ids"][-1 - depth], entity].append(history["since"][-1 - depth])
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
                if depth:
                    back.add(entity)
    return pa.array(told, pa.string()), frozenset(back)


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


def _changes(before: pa.Array, now: pa.Array, ids: pa.Array, moved: npt.NDArray[np.int64]) -> pa.Table:
    told = pa.table({"from_id": before.take(pa.array(moved)), "to_id": now.take(pa.array(moved))})
    told = told.group_by(["from_id", "to_id"], use_threads=False).aggregate([([], "count_all")])
    lives = pc.is_in(told["from_id"], value_set=ids)
    kind = pc.if_else(lives, "split", "merge")
    table = pa.table(
        {"kind": kind, "from_id": told["from_id"], "to_id": told["to_id"], "descriptions": told["count_all"]}
    )
    return table.cast(CHANGES).sort_by([("from_id", "ascending"), ("to_id", "ascending")])
