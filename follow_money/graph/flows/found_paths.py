"""Found paths as rows: which payments, hop by hop, and what a search left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.time_order import Int32s, Int64s


@dataclass(frozen=True, eq=False)
class FoundPaths:
    """Paths of payments, ordered by first payment, then by the following ones.

    Attributes:
        store: The payments that were searched.
        start: int64, paths + 1: the payments of path i are ``payments[start[i]:start[i + 1]]``, first hop first.
        payments: int32: places of payments in the store.
        cut: ``node`` (int64), ``node_id``, ``searches`` (int64): how many first payments to that node were not searched to the end, for they met a cap.
            What was found until then is among the paths. Empty when nothing was cut.
    """

    store: FlowStore
    start: Int64s
    payments: Int32s
    cut: pa.Table

    def __len__(self) -> int:
        return len(self.start) - 1

    @property
    def is_complete(self) -> bool:
        """Whether no cap was met."""
        return len(self.cut) == 0

    def path(self, number: int) -> Int32s:
        """The payments of one path."""
        return self.payments[self.start[number] : self.start[number + 1]]

    def hops(self) -> Int64s:
        """How many payments each path has."""
        return np.diff(self.start)

    def first(self) -> Int32s:
        """The first payment of each path."""
        return self.payments[self.start[:-1]]

    def last(self) -> Int32s:
        """The last payment of each path."""
        return self.payments[self.start[1:] - 1]

    def table(self) -> pa.Table:
        """One row a hop: ``path, hop`` (from 1), ``payment, payment_id, payer_id, payee_id, paid_at, amount_ore``."""
        hops = self.hops()
        path = np.repeat(np.arange(len(self)), hops)
        told = self.store.told(self.payments)
        hop = np.arange(len(self.payments)) - np.repeat(self.start[:-1], hops) + 1
        return _with_columns(told, path=path, hop=hop, payment=self.payments.astype(np.int64))

    def paths(self) -> pa.Table:
        """One row a path.

        ``path, hops, first_payment, last_payment, from_node, to_node, from_id, to_id, began_at, ended_at, first_ore, last_ore, least_ore``.
        """
        store, first, last = self.store, self.first().astype(np.int64), self.last().astype(np.int64)
        amounts = store.amount_ore[self.payments]
        payer, payee = store.payer[first].astype(np.int64), store.payee[last].astype(np.int64)
        return pa.table(
            {
                "path": np.arange(len(self)),
                "hops": self.hops(),
                "first_payment": first,
                "last_payment": last,
                "from_node": payer,
                "to_node": payee,
                "from_id": store.node_ids.take(pa.array(payer)),
                "to_id": store.node_ids.take(pa.array(payee)),
                "began_at": instants(store.paid_at_us[first]),
                "ended_at": instants(store.paid_at_us[last]),
                "first_ore": store.amount_ore[first],
                "last_ore": store.amount_ore[last],
                "least_ore": np.minimum.reduceat(amounts, self.start[:-1]) if len(self) else amounts,
            }
        )


def found_paths(store: FlowStore, rows: Int32s, cut: NDArray[np.integer]) -> FoundPaths:
    """Paths from a kernel's rows (payments, -1 after the last; paths, most hops) and the first payments whose search was stopped."""
    rows = rows[np.lexsort(rows.T[::-1])] if len(rows) else rows
    is_hop = rows >= 0
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(is_hop.sum(axis=1), dtype=np.int64)])
    return FoundPaths(store=store, start=start, payments=rows[is_hop], cut=cut_at(store, store.payee[cut]))


def cut_at(store: FlowStore, nodes: NDArray[np.integer]) -> pa.Table:
    """What was cut, by node: ``node, node_id, searches``, one node given for each search that was stopped."""
    node, searches = np.unique(np.asarray(nodes, dtype=np.int64), return_counts=True)
    return pa.table(
        {
            "node": node,
            "node_id": store.node_ids.take(pa.array(node)).cast(pa.string()),
            "searches": searches.astype(np.int64),
        }
    )


def nothing_cut() -> pa.Table:
    """The table of what was cut, when nothing was."""
    return pa.schema([("node", pa.int64()), ("node_id", pa.string()), ("searches", pa.int64())]).empty_table()


def instants(us: Int64s) -> pa.Array:
    """Microseconds since 1970 as Arrow instants (UTC)."""
    return pa.array(us).cast(pa.timestamp("us", tz="UTC"))


def _with_columns(told: pa.Table, **before: Int64s) -> pa.Table:
    return pa.table({**before, **{name: told[name] for name in told.schema.names}})
