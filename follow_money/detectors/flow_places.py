"""From the ids of entities and records to nodes and places of the flows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.time_order import Int64s

Ids: TypeAlias = "pa.ChunkedArray | pa.Array | Sequence[str]"


def nodes_of(store: FlowStore, entity_ids: Ids) -> NDArray[np.bool_]:
    """bool, one a node: True for the nodes that these entities are."""
    return np.asarray(pc.is_in(store.node_ids, value_set=_text(entity_ids)), dtype=np.bool_)


def places_of(store: FlowStore, record_ids: Ids) -> Int64s:
    """int64: the places of these payments, ascending; those that the store has not are left out."""
    return np.flatnonzero(np.asarray(pc.is_in(store.payment_ids, value_set=_text(record_ids))))


def place_of_each(store: FlowStore, record_ids: Ids) -> Int64s:
    """int64, one an id: the place of each payment, -1 for those that the store has not."""
    wanted, places = _text(record_ids), places_of(store, record_ids)
    # The few are looked up among themselves: a table of all ids of the store would cost more than the search.
    found = pc.index_in(wanted, value_set=store.payment_ids.take(places))
    place: Int64s = np.append(places, -1)[np.asarray(pc.fill_null(found, len(places)))]
    return place


def _text(ids: Ids) -> pa.Array:
    told = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else pa.array(ids, pa.string())
    return told.cast(pa.string())
