"""Provenance: which sources' money (of which decision, which month) reached which payment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from follow_money.errors import UsageError
from follow_money.graph.flows.reading import read
from follow_money.graph.flows.time_order import Int32s
from follow_money.graph.flows.trail import Trail


def provenance(
    trail: Trail, groups: Sequence[str], *, payments: NDArray[np.integer] | Sequence[int] | None = None
) -> pa.Table:
    """Which sources' money reached which payment.

    Under FIFO and LIFO a group's öre are those whose way began in it. Under the haircut a payment takes of each group's money in a purse what it takes of the
    traced money there, to the öre.

    Args:
        trail: A trail.
        groups: One text a source, in the order of ``trail.sources``: the decision or the month that it belongs to.
        payments: Places of the payments to tell of; all touched ones when left out. Memory: 24 bytes for each of them and each group.

    Returns:
        ``payment`` (place), ``payment_id, group`` and one ``<convention>_ore`` a bounding convention: one row a payment and group that reached it, by
        payment, then group. The rows of a payment add up to what the trail says of it, exactly.

    Raises:
        UsageError: Not one group a source.
    """
    store = trail.store
    touched = trail.touched()
    told_of = touched if payments is None else np.intersect1d(touched, np.asarray(payments, dtype=np.int64))
    row_of = np.full(len(store), -1, np.int32)
    row_of[told_of] = np.arange(len(told_of), dtype=np.int32)
    row, columns = _reached(trail, groups, row_of, len(told_of))
    places = pa.array(told_of[row])
    return pa.table({"payment": places, "payment_id": store.payment_ids.take(places)} | columns)


def provenance_of_ends(trail: Trail, groups: Sequence[str]) -> pa.Table:
    """Which sources' money left the trail by which exit class: what `provenance` tells of the payments of each class, added up, in the memory of one row each.

    Returns:
        ``exit_class, group`` and one ``<convention>_ore`` a bounding convention: one row a class and group that reached it, by class, then group. What remains
        with its last holder is not told.

    Raises:
        UsageError: Not one group a source.
    """
    classes = np.unique(trail.stops[trail.stops > 0])
    row_of = np.where(trail.stops > 0, np.searchsorted(classes, trail.stops), -1).astype(np.int32)
    row, columns = _reached(trail, groups, row_of, len(classes))
    return pa.table({"exit_class": pa.array(classes[row], pa.int64())} | columns)


def _reached(
    trail: Trail, groups: Sequence[str], row_of: Int32s, rows: int
) -> tuple[NDArray[np.intp], dict[str, pa.Array]]:
    """The rows that a group reached, and of each ``group`` and the öre by convention."""
    if len(groups) != len(trail.sources):
        raise UsageError(
            f"The trail has {len(trail.sources)} sources, and {len(groups)} groups were given. Give one a source."
        )
    names = sorted(set(groups))
    number = {name: place for place, name in enumerate(names)}
    group_of = np.full(len(trail.store), -1, np.int32)
    group_of[trail.sources] = [number[group] for group in groups]
    reading = read(
        trail.store,
        stops=trail.stops,
        opening_ore=trail.known_opening_ore,
        backward=trail.is_backward,
        pays_first=trail.is_paid_first,
    )
    told = reading.follow(group_of, trail.bounding, row_of=row_of, rows=rows, groups=len(names))
    is_reached = np.zeros((rows, len(names)), dtype=bool)
    for followed in told.values():
        is_reached |= followed.parts_ore[0] > 0
    row, group = np.nonzero(is_reached)
    columns = {"group": pa.array(names, pa.string()).take(pa.array(group))}
    return row, columns | {
        f"{convention.value}_ore": pa.array(told[convention].parts_ore[0][row, group]) for convention in told
    }
