"""Found groups as rows: sets of payments that belong to one pattern, each with its role, and figures of each group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from follow_money.errors import UsageError
from follow_money.graph.flows.adjacency import adjacency
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_paths import instants, nothing_cut
from follow_money.graph.flows.time_order import Int32s, Int64s

_MOST_TOTAL_ORE: Final = 2.0**62


@dataclass(frozen=True, eq=False)
class FoundGroups:
    """Groups of payments, ordered by node and time; payments within a group stand in time order.

    Attributes:
        store: The payments that were searched.
        start: int64, groups + 1: the payments of group i are ``payments[start[i]:start[i + 1]]``.
        payments: int32: places of payments in the store.
        role: int8, one a payment: its role, a number into ``roles``.
        roles: What the roles are called.
        figures: One row a group: ``group, node, node_id, payments, sum_ore, began_at, ended_at`` and what the pattern adds. The node is the one in the middle.
        cut: ``node, node_id, searches`` as in `FoundPaths`; empty when nothing was cut.
    """

    store: FlowStore
    start: Int64s
    payments: Int32s
    role: NDArray[np.int8]
    roles: tuple[str, ...]
    figures: pa.Table
    cut: pa.Table

    def __len__(self) -> int:
        return len(self.start) - 1

    @property
    def is_complete(self) -> bool:
        """Whether no cap was met."""
        return len(self.cut) == 0

    def group(self, number: int) -> Int32s:
        """The payments of one group."""
        return self.payments[self.start[number] : self.start[number + 1]]

    def table(self) -> pa.Table:
        """One row a payment: ``group, role, payment, payment_id, payer_id, payee_id, paid_at, amount_ore``."""
        told = self.store.told(self.payments)
        return pa.table(
            {
                "group": np.repeat(np.arange(len(self)), np.diff(self.start)),
                "role": pa.array(self.roles, pa.string()).take(pa.array(self.role)),
                "payment": self.payments.astype(np.int64),
                **{name: told[name] for name in told.schema.names},
            }
        )


def found_groups(
    store: FlowStore,
    node: NDArray[np.integer],
    start: Int64s,
    payments: Int32s,
    *,
    role: NDArray[np.int8] | None = None,
    roles: tuple[str, ...] = ("payment",),
    figures: Mapping[str, NDArray[np.generic] | pa.Array] | None = None,
    cut: pa.Table | None = None,
) -> FoundGroups:
    """Groups from a kernel's arrays, with the figures that every pattern has.

    Args:
        store: The payments.
        node: One a group.
        start: int64, groups + 1.
        payments: int32, in time order within a group.
        role: One a payment; all 0 when left out.
        roles: Names of the roles.
        figures: What the pattern adds, one value a group.
        cut: What was cut; nothing when left out.
    """
    amounts, at = store.amount_ore[payments], start[:-1]
    nodes = np.asarray(node, dtype=np.int64)
    told = {
        "group": pa.array(np.arange(len(nodes))),
        "node": pa.array(nodes),
        "node_id": store.node_ids.take(pa.array(nodes)),
        "payments": pa.array(np.diff(start)),
        "sum_ore": pa.array(np.add.reduceat(amounts, at) if len(nodes) else amounts),
        "began_at": instants(store.paid_at_us[payments[at]]),
        "ended_at": instants(store.paid_at_us[payments[start[1:] - 1]]),
        **{
            name: values if isinstance(values, pa.Array) else pa.array(values)
            for name, values in (figures or {}).items()
        },
    }
    return FoundGroups(
        store=store,
        start=start,
        payments=payments,
        role=np.zeros(len(payments), np.int8) if role is None else role,
        roles=roles,
        figures=pa.table(told),
        cut=nothing_cut() if cut is None else cut,
    )


def checked_total(store: FlowStore) -> None:
    """Refuse payments whose sum cannot be told in 64 bits. Raises UsageError."""
    if float(store.amount_ore.sum(dtype=np.float64)) >= _MOST_TOTAL_ORE:
        raise UsageError(
            "The payments add up to more than 46,000 million million kronor, beyond what is summed to the öre. Check the amounts: are they öre?"
        )


def listed(
    store: FlowStore, of: Int32s, *, nodes: NDArray[np.bool_] | None, usable: NDArray[np.bool_] | None
) -> tuple[Int64s, Int32s]:
    """The payments of each node, in time order, as ``(start, payments)``.

    Args:
        store: The payments.
        of: The node that each payment is listed under: ``store.payer`` or ``store.payee``.
        nodes: One a node: is it of interest? All when left out.
        usable: One a payment: is it counted? All when left out.
    """
    if nodes is None and usable is None:
        return (store.out_start, store.out_payments) if of is store.payer else (store.in_start, store.in_payments)
    is_kept = np.ones(len(store), np.bool_) if usable is None else usable.copy()
    if nodes is not None:
        is_kept &= nodes[of]
    kept = np.flatnonzero(is_kept)
    start, at = adjacency(of[kept], store.nodes)
    return start, kept[at].astype(np.int32)


def runs(payments: Int32s, first: Int64s, end: Int64s) -> tuple[Int64s, Int32s]:
    """The payments at ``first`` up to ``end`` of a list, run after run, and the number of the run that each belongs to."""
    lengths = end - first
    run = np.repeat(np.arange(len(first)), lengths)
    inside = np.arange(len(run)) - np.repeat(np.cumsum(lengths) - lengths - first, lengths)
    return run, payments[inside]
