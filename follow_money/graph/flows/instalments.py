"""Payments in instalments: what one party pays another within a few days also counts as one sum, so that a search finds a hop that was split."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from follow_money.graph.flows.flow_store import FlowStore, make_store
from follow_money.graph.flows.found_paths import FoundPaths
from follow_money.graph.flows.time_order import Int64s

MOST_PARTS = 3
"""Payments that a sum is made of, at most."""


@dataclass(frozen=True, eq=False)
class Instalments:
    """Payments and, beside them, the sums of consecutive payments of one party to another.

    Attributes:
        store: For a search: every payment of the original store, and every sum as a payment at the time of its last part; the same nodes.
        parts: int64, (payments, ``MOST_PARTS``): places in the original store of what each payment is made of, ascending, -1 after the last.
        began_us: int64, one a payment: when its first part was paid, microseconds since 1970.
    """

    store: FlowStore
    parts: Int64s
    began_us: Int64s

    def paths(self, found: FoundPaths) -> list[Int64s | None]:
        """For each path found in ``store`` the places of its payments in the original one; None where a part of a sum was paid before the hop before.

        Payments of one instant may follow one another in either order, as in the searches.
        """
        parts = self.parts[found.payments]
        begins, ends = self.began_us[found.payments], self.store.paid_at_us[found.payments]
        follows = np.ones(len(parts), dtype=np.bool_)
        follows[1:] = begins[1:] >= ends[:-1]
        follows[found.start[:-1]] = True
        told: list[Int64s | None] = []
        for number in range(len(found)):
            hops = slice(found.start[number], found.start[number + 1])
            places = parts[hops].ravel()
            told.append(places[places >= 0] if follows[hops].all() else None)
        return told


def with_instalments(store: FlowStore, *, within_us: int) -> Instalments:
    """The payments of a store, and the sums of up to ``MOST_PARTS`` consecutive ones of one payer to one payee.

    Args:
        store: The payments.
        within_us: From the first part of a sum to its last, inclusive.
    """
    order = np.lexsort((np.arange(len(store)), store.payee, store.payer))
    payer, payee, at, ore = (column[order] for column in (store.payer, store.payee, store.paid_at_us, store.amount_ore))
    parts = np.full((len(store), MOST_PARTS), -1, np.int64)
    parts[:, 0] = np.arange(len(store))
    rows, sums = [parts], [np.asarray(store.amount_ore)]
    for count in range(2, MOST_PARTS + 1):
        last = np.arange(count - 1, len(order))
        first = last - count + 1
        goes_on = (payer[first] == payer[last]) & (payee[first] == payee[last]) & (at[last] - at[first] <= within_us)
        first = first[goes_on]
        run = first[:, None] + np.arange(count)
        told = np.full((len(first), MOST_PARTS), -1, np.int64)
        told[:, :count] = order[run]
        rows.append(told)
        sums.append(ore[run].sum(axis=1))
    every = np.concatenate(rows)
    last_part = every.max(axis=1)
    made = make_store(
        np.asarray(store.payer)[last_part],
        np.asarray(store.payee)[last_part],
        np.asarray(store.paid_at_us)[last_part],
        np.concatenate(sums),
        node_ids=store.node_ids,
        payment_ids=store.payment_ids.take(pa.array(last_part)),
    )
    parts = every[made.row]
    return Instalments(made, parts, np.asarray(store.paid_at_us)[parts[:, 0]])
