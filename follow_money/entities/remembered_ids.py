"""What the registry of entity ids writes when a delivery has been given its ids, so that an undo leaves no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.id_history import DESCRIPTION, HISTORY, present_ids, rows_of, stood
from follow_money.entities.masks import mask

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


def undone(log: pa.Table, history: pa.Table, keys: pa.Array, since: int) -> pa.Table:
    """What must be written so that all is as it was after a registration; what was first told of later is still remembered.

    Args:
        log: All that was written.
        history: What stands of it.
        keys: The keys of the delivery that was met then and is met again. Where other descriptions were told of since, these alone go back.
        since: The registration.
    """
    later = pc.unique(log.filter(pc.greater(log["registration"], since))["key"].combine_chunks())
    own = pc.is_in(later, value_set=keys)
    if pc.any(pc.and_(pc.starts_with(later, DESCRIPTION), pc.invert(own))).as_py():
        later = later.filter(own)
    told = stood(log, later.to_pylist(), [since] * len(later))
    return _differing([row for row in told if row is not None], history)


def remembered(
    log: pa.Table,
    history: pa.Table,
    keys: pa.Array,
    now: pa.Array,
    place: npt.NDArray[np.int64],
    *,
    back: AbstractSet[int],
    registration: int,
) -> pa.Table:
    """What must be written so that every key bears its entity's id.

    Args:
        log: All that was written.
        history: What stands of it.
        keys: Descriptions, first ids and, last, the set of descriptions of each entity.
        now: The id that each bears from now on.
        place: The entity of each.
        back: Entities that took back an earlier id: what came after that is forgotten.
        registration: Number of this registration.
    """
    row = rows_of(keys, history)
    stands = pa.array(row, mask=row < 0)
    since = _exactly_since(history, row, now, int(place.max(initial=-1)) + 1)[place]
    written = np.asarray(pc.fill_null(history["registration"].combine_chunks().take(stands), 0)).astype(np.int64)
    asked = np.flatnonzero(written * (since > 0) > since)
    were = stood(log, keys.take(pa.array(asked)).to_pylist(), since[asked].tolist())
    names = now.take(pa.array(asked)).to_pylist()
    found = [told is not None and told["ids"][-1] == name for told, name in zip(were, names, strict=True)]
    again = [told for told, is_found in zip(were, found, strict=True) if told is not None and is_found]
    moved = mask(pc.fill_null(pc.not_equal(now, present_ids(history).take(stands)), True))  # noqa: FBT003
    moved[asked[np.array(found, np.bool_)]] = False
    begun, continued = np.flatnonzero(moved & (row < 0)), np.flatnonzero(moved & (row >= 0))
    return pa.concat_tables(
        [
            _begun(keys.take(pa.array(begun)), now.take(pa.array(begun)), registration),
            _continued(
                history.take(pa.array(row[continued])).to_pylist(),
                now.take(pa.array(continued)).to_pylist(),
                np.isin(place[continued], list(back)).tolist(),
                registration,
            ),
            _differing(again, history),
        ]
    )


def _exactly_since(history: pa.Table, row: npt.NDArray[np.int64], now: pa.Array, count: int) -> npt.NDArray[np.int64]:
    """Since which registration an entity of exactly these descriptions bears its id; 0 where none has borne it before."""
    since = np.zeros(count, np.int64)
    sets = row[len(row) - count :]
    known = np.flatnonzero(sets >= 0)
    told = history.take(pa.array(sets[known])).combine_chunks()
    entity = known[np.asarray(pc.list_parent_indices(told["ids"].combine_chunks())).astype(np.int64)]
    bears = now.slice(len(row) - count).take(pa.array(entity))
    same = mask(pc.equal(pc.list_flatten(told["ids"].combine_chunks()), bears))
    since[entity[same]] = np.asarray(pc.list_flatten(told["since"].combine_chunks())).astype(np.int64)[same]
    return since


def _begun(keys: pa.Array, now: pa.Array, registration: int) -> pa.Table:
    """The histories of what was never met before."""
    offsets = pa.array(np.arange(len(keys) + 1), pa.int32())
    told = {
        "key": keys,
        "ids": pa.ListArray.from_arrays(offsets, now),
        "since": pa.ListArray.from_arrays(offsets, pa.array(np.full(len(keys), registration), pa.int64())),
    }
    return pa.table(told).cast(HISTORY)


def _continued(before: list[dict[str, Any]], now: list[str], is_back: list[bool], registration: int) -> pa.Table:
    """The histories that go on."""
    told = []
    for past, name, took_back in zip(before, now, is_back, strict=True):
        ids, since = past["ids"], past["since"]
        if took_back and name in ids:
            kept = len(ids) - ids[::-1].index(name)
            ids, since = ids[:kept], since[:kept]
        else:
            ids, since = [*ids, name], [*since, registration]
        told.append({"key": past["key"], "ids": ids, "since": since})
    return pa.Table.from_pylist(told, schema=HISTORY)


def _differing(rows: list[dict[str, Any]], history: pa.Table) -> pa.Table:
    """Those of the rows that say something else than what stands."""
    asked = pa.array([told["key"] for told in rows], pa.string())
    stands = {
        told["key"]: told
        for told in history.filter(pc.is_in(history["key"], value_set=asked)).select(HISTORY.names).to_pylist()
    }
    other = [told for told in rows if told != stands[told["key"]]]
    return pa.Table.from_pylist(other, schema=HISTORY)
