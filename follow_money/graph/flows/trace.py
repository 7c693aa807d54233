"""Trace: follow money from payments on, or back from them, through every purse it passed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from follow_money.errors import UsageError
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.reading import read
from follow_money.graph.flows.time_order import Int64s
from follow_money.graph.flows.trail import BOUNDING, Convention, Trail, Uint8s


def trace(
    store: FlowStore,
    sources: NDArray[np.integer] | Sequence[int],
    *,
    stops: Uint8s | None = None,
    opening_ore: Int64s | None = None,
    conventions: Collection[Convention] = BOUNDING,
    backward: bool = False,
    pays_first: bool = False,
) -> Trail:
    """Follow the whole amount of the sources through the payments that come after them; backward: through those before.

    A node's money is one purse. It begins with its opening balance, which is clean and was there first: the known one, or else *the least with which the node
    never pays what it has not got* (see `Opening`). What comes in by a stop is clean for its receiver. Which money leaves a purse first is the `Convention`.

    Under FIFO and LIFO every öre has one way: a payment hands its öre on in the order in which they lay in the purse. So the trail of several sources is the
    sum of their trails (but for what is recycled), and backward is forward reversed: as much money of payment a as is in payment b, so much of b came by a,
    to the öre; under the haircut but for rounding. Backward, purses begin with what they ended with, and what remains is what they had of their own.

    A source that traced money reaches starts its whole amount anew: the traced money in it is *recycled*, and a krona counts once. No convention but poison
    makes or loses an öre: ``sources = stopped + remaining + recycled``, where a source that is a stop itself is stopped at once.

    Args:
        store: The payments.
        sources: Places of the payments to follow.
        stops: uint8, one a payment: exit class of the payments by which money leaves the trail; 0 is followed on. None: all is followed.
        opening_ore: int64, one a node: what it had before the first payment, -1 where nobody knows. None: nobody knows any.
        conventions: Which ones; one that bounds at least, poison beside them if wanted.
        backward: Seek where the sources' money came from.
        pays_first: Within one instant let nodes pay before they receive, to see what the order within an instant does.

    Raises:
        UsageError: No sources, none of the bounding conventions, stops or balances of another store, or more money than can be followed exactly.
    """
    at = np.unique(np.asarray(sources, dtype=np.int64))
    if not len(at):
        raise UsageError("There is no payment to follow. Name a payer, a payee or payments that are in these data.")
    if at[0] < 0 or at[-1] >= len(store):
        raise UsageError(
            f"The sources are payments {at[0]} to {at[-1]}, and the store has {len(store)}. Take places from this store."
        )
    if not set(conventions) & set(BOUNDING):
        raise UsageError("Poison alone bounds nothing. Follow the money by FIFO, LIFO or haircut, too.")
    reading = read(store, stops=stops, opening_ore=opening_ore, backward=backward, pays_first=pays_first)
    group_of = np.full(len(store), -1, np.int32)
    group_of[at] = 0
    told = reading.follow(group_of, conventions)
    return Trail(
        store=store,
        sources=at,
        is_backward=backward,
        is_paid_first=pays_first,
        stops=np.zeros(len(store), np.uint8) if stops is None else np.asarray(stops, dtype=np.uint8),
        known_opening_ore=opening_ore,
        payment_ore={
            convention: reading.in_store_order(followed.traced_ore[0]) for convention, followed in told.items()
        },
        remaining_ore={convention: followed.remaining_ore[0] for convention, followed in told.items()},
        recycled_ore={convention: int(followed.recycled_ore[0]) for convention, followed in told.items()},
        assumed_opening_ore=reading.balances.assumed_ore,
        lacking_ore=reading.balances.lacking_ore,
    )


def order_sensitivity(trail: Trail) -> Trail:
    """The same trail with nodes that pay before they receive within one instant: what differs hangs on an order that nobody told.

    See `exits_beside` and `parties_beside`.
    """
    return trace(
        trail.store,
        trail.sources,
        stops=trail.stops,
        opening_ore=trail.known_opening_ore,
        conventions=tuple(trail.payment_ore),
        backward=trail.is_backward,
        pays_first=not trail.is_paid_first,
    )


def exits_beside(trail: Trail, other: Trail) -> pa.Table:
    """The exits of a trail and those of the same money in another order, so that one sees how far the intervals move.

    Returns:
        ``exit_class, low_ore, high_ore, other_low_ore, other_high_ore``, by class; 0 where one of them has none.
    """
    told = [{row["exit_class"]: row for row in each.exits().to_pylist()} for each in (trail, other)]
    classes = sorted(set(told[0]) | set(told[1]))
    columns = {
        f"{prefix}{end}_ore": pa.array([rows[c][f"{end}_ore"] if c in rows else 0 for c in classes], pa.int64())
        for prefix, rows in zip(("", "other_"), told, strict=True)
        for end in ("low", "high")
    }
    return pa.table({"exit_class": pa.array(classes, pa.uint8()), **columns})


def parties_beside(trail: Trail, other: Trail) -> pa.Table:
    """What came to each party (backward: from it) on a trail and with the same money in another order: ends that stay the same can hide who got it.

    Returns:
        ``node_id, low_ore, high_ore, other_low_ore, other_high_ore``, by id, of all whom either touches; 0 where one of them does not.
    """
    bounds = ("low_ore", "high_ore")
    told = [
        each.entities().select(["node_id", *(f"received_{end}" for end in bounds)]).rename_columns(["node_id", *names])
        for each, names in ((trail, bounds), (other, [f"other_{end}" for end in bounds]))
    ]
    both = told[0].join(told[1], "node_id", join_type="full outer").sort_by("node_id")
    ore = {name: pc.fill_null(both[name], 0) for name in (*bounds, *(f"other_{end}" for end in bounds))}
    return pa.table({"node_id": both["node_id"], **ore})
