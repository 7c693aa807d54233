"""The flow store: payments as time-sorted columns with adjacency both ways, saved with a run and memory-mapped when opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from follow_money.errors import StorageError, UsageError
from follow_money.graph.flows.adjacency import adjacency
from follow_money.graph.flows.time_order import Int32s, Int64s, time_order

LARGEST_ORE: Final = 2**53
"""Amounts beyond this many öre (90 million million kronor) are no amounts: they are set aside."""

MOST_PAYMENTS: Final = 2**31 - 1

_ARRAYS: Final = (
    "payer",
    "payee",
    "paid_at_us",
    "amount_ore",
    "row",
    "out_start",
    "out_payments",
    "in_start",
    "in_payments",
)


@dataclass(frozen=True, eq=False)
class FlowStore:
    """Payments in the order of time; within one instant a node receives before it pays.

    A payment is known by its place in that order (``p``, 0 to m - 1), a node by a number (0 to n - 1). Nodes are entities, so that money moved between
    accounts of one entity stays where it is.

    Attributes:
        payer, payee: int32, length m: node numbers.
        paid_at_us: int64, length m: microseconds since 1970 (UTC), ascending.
        amount_ore: int64, length m, 1 to ``LARGEST_ORE``.
        row: int64, length m: the row of the table that the payment came from.
        out_start, out_payments: the payments that node v pays, in time order, are ``out_payments[out_start[v]:out_start[v + 1]]`` (int64, n + 1; int32, m).
        in_start, in_payments: the same for the payments that it receives.
        node_ids: Arrow strings, length n: what each node is called.
        payment_ids: Arrow strings, length m, in store order: the id of each payment (a record id).
    """

    payer: Int32s
    payee: Int32s
    paid_at_us: Int64s
    amount_ore: Int64s
    row: Int64s
    out_start: Int64s
    out_payments: Int32s
    in_start: Int64s
    in_payments: Int32s
    node_ids: pa.Array
    payment_ids: pa.Array

    def __len__(self) -> int:
        return len(self.payer)

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.out_start) - 1

    def node(self, node_id: str) -> int:
        """The number of a node. Raises UsageError when nobody of that id pays or is paid."""
        found = pc.index(self.node_ids, pa.scalar(node_id, self.node_ids.type)).as_py()
        if found < 0:
            raise UsageError(
                f"'{node_id}' neither pays nor is paid in these payments. Look it up with: follow-money find TEXT"
            )
        return int(found)

    def numbers(self, node_ids: Iterable[str | None] | pa.Array) -> Int64s:
        """The numbers of nodes, -1 for those that neither pay nor are paid."""
        wanted = node_ids if isinstance(node_ids, pa.Array | pa.ChunkedArray) else pa.array(list(node_ids), pa.string())
        found = pc.fill_null(pc.index_in(wanted.cast(pa.string()), value_set=self.node_ids), -1)
        return np.asarray(found, dtype=np.int64)

    def paid_by(self, node: int) -> Int32s:
        """The payments that a node pays, in time order."""
        return self.out_payments[self.out_start[node] : self.out_start[node + 1]]

    def paid_to(self, node: int) -> Int32s:
        """The payments that a node receives, in time order."""
        return self.in_payments[self.in_start[node] : self.in_start[node + 1]]

    def told(self, payments: NDArray[np.integer] | Sequence[int]) -> pa.Table:
        """Payments as rows: ``payment_id, payer_id, payee_id, paid_at, amount_ore``, in the order given."""
        at = np.asarray(payments, dtype=np.int64)
        return pa.table(
            {
                "payment_id": self.payment_ids.take(pa.array(at)),
                "payer_id": self.node_ids.take(pa.array(self.payer[at])),
                "payee_id": self.node_ids.take(pa.array(self.payee[at])),
                "paid_at": pa.array(self.paid_at_us[at]).cast(pa.timestamp("us", tz="UTC")),
                "amount_ore": pa.array(self.amount_ore[at]),
            }
        )

    def save(self, folder: Path) -> None:
        """Write the store into an existing, empty folder. Raises StorageError."""
        try:
            for name in _ARRAYS:
                np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)
            for name, ids in (("node_ids", self.node_ids), ("payment_ids", self.payment_ids)):
                table = pa.table({name: ids})
                with (
                    pa.OSFile(str(folder / f"{name}.arrow"), "wb") as file,
                    pa.ipc.new_file(file, table.schema) as writer,
                ):
                    writer.write_table(table)
        except OSError as error:
            raise StorageError(
                f"The flow store could not be written into {folder.name} ({error.strerror or error}). Free disk space and run the same command again."
            ) from error


def make_store(
    payer: Int32s,
    payee: Int32s,
    paid_at_us: Int64s,
    amount_ore: Int64s,
    *,
    node_ids: pa.Array,
    payment_ids: pa.Array,
    row: Int64s | None = None,
) -> FlowStore:
    """Sort payments by time and list them by node. Arrays of one length, in any order; ties in time keep the order given.

    Args:
        payer: Node numbers, int32, 0 to ``len(node_ids) - 1``.
        payee: The same.
        paid_at_us: Microseconds since 1970 (UTC).
        amount_ore: 1 to ``LARGEST_ORE``; see `payments_in` for tables that hold anything else.
        node_ids: Arrow strings, one a node.
        payment_ids: Arrow strings, one a payment, in the order of the arrays.
        row: The row of the table that each payment came from; its place when left out.

    Raises:
        UsageError: More payments than one store can hold (2^31).
    """
    if len(payer) > MOST_PAYMENTS:
        raise UsageError(
            f"One flow store holds at most {MOST_PAYMENTS:,} payments, and there are {len(payer):,}. Deliver a shorter period."
        )
    nodes = len(node_ids)
    order = time_order(payer, payee, paid_at_us, amount_ore, nodes)
    payer, payee = payer[order], payee[order]
    out_start, out_payments = adjacency(payer, nodes)
    in_start, in_payments = adjacency(payee, nodes)
    return FlowStore(
        payer=payer,
        payee=payee,
        paid_at_us=paid_at_us[order],
        amount_ore=amount_ore[order],
        row=order if row is None else row[order],
        out_start=out_start,
        out_payments=out_payments,
        in_start=in_start,
        in_payments=in_payments,
        node_ids=_one(node_ids),
        payment_ids=_one(payment_ids).take(pa.array(order)),
    )


def open_store(folder: Path) -> FlowStore:
    """Open a saved store; its columns are mapped into memory, not read. Raises StorageError."""
    try:
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _ARRAYS}
        ids = {name: _mapped(folder / f"{name}.arrow") for name in ("node_ids", "payment_ids")}
    except (OSError, ValueError) as error:
        raise StorageError(
            f"The flow store {folder.name} cannot be read ({error}). Screen the same folder again."
        ) from error
    return FlowStore(**arrays, **ids)


def _mapped(path: Path) -> pa.Array:
    table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    return _one(table.column(0))


def _one(ids: pa.Array | pa.ChunkedArray) -> pa.Array:
    return ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
