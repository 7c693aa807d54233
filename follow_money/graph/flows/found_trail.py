"""The trail of found payments: what a search found, followed as money through those who both received and paid in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from follow_money.errors import UsageError
from follow_money.graph.flows.adjacency import adjacency
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.provenance import provenance
from follow_money.graph.flows.time_order import Int64s
from follow_money.graph.flows.trace import trace
from follow_money.graph.flows.trail import Convention, Trail

LEFT: Final = 1
"""Exit class of payments to somebody who pays nothing on in the found payments."""

CAME_HOME: Final = 2
"""Exit class of found payments back to one whom the sources paid: the money has come round."""


@dataclass(frozen=True, eq=False)
class FoundTrail:
    """How much of the money that came into found payments left by them, under each convention.

    Attributes:
        trail: The trail. Its store holds every payment of the purses on the way and nothing else; ``trail.store.row`` tells the places in the whole store.
        sources: int64: places of the found payments that bring money in; nobody on the way pays them.
        ends: int64: places of the found payments by which it leaves: to somebody beyond, or back to where the sources paid it.
        ends_ore: int64, one an end, by convention: how much of the sources' money it carries. A krona reaches one end at most.
    """

    trail: Trail
    sources: Int64s
    ends: Int64s
    ends_ore: Mapping[Convention, Int64s]

    @property
    def low_ore(self) -> int:
        """What reached the ends at least."""
        return min(self._totals().values())

    @property
    def likely_ore(self) -> int:
        """What reached them in proportion to what was in each purse (haircut)."""
        return self._totals()[Convention.HAIRCUT]

    @property
    def high_ore(self) -> int:
        """What reached them at most."""
        return max(self._totals().values())

    @property
    def amounts(self) -> tuple[int, int, int]:
        """Low, likely and high, öre."""
        return self.low_ore, self.likely_ore, self.high_ore

    def least_by_source(self) -> Int64s:
        """How much of each source's money reached the ends, under the convention by which least did in all: the rows that ``low_ore`` is the sum of.

        int64, one a source.
        """
        totals = self._totals()
        least = min(totals, key=lambda convention: (totals[convention], convention.value))
        reached = np.zeros(len(self.sources), np.int64)
        if totals[least]:
            is_end = np.isin(self.trail.store.row, self.ends)
            groups = [str(place) for place in range(len(self.sources))]
            told = provenance(self.trail, groups, payments=np.flatnonzero(is_end))
            source, ore = np.asarray(told["group"].cast(pa.int64())), np.asarray(told[f"{least.value}_ore"])
            np.add.at(reached, source, ore)
        return reached

    def _totals(self) -> dict[Convention, int]:
        return {convention: int(ore.sum()) for convention, ore in self.ends_ore.items()}


def found_trail(
    store: FlowStore, payments: NDArray[np.integer] | Sequence[int], *, opening_ore: Int64s | None = None
) -> FoundTrail:
    """Trace the money of found payments. The payments alone say how, so that the same trail is made again from the evidence of a finding.

    Whoever is both paid and pays among them is a purse on the way; all that ever went into and out of these purses is read, so that other money is mixed in
    as it was. Sources are the found payments that no purse pays. Money leaves the trail when it is paid to anybody who is no purse, and when a found payment
    brings it back to a purse that the sources paid.

    Args:
        store: All payments.
        payments: Places of the found ones.
        opening_ore: int64, one a node of ``store``; see `trace`.

    Raises:
        UsageError: No payments, or a ring that nothing came into.
    """
    found = np.unique(np.asarray(payments, dtype=np.int64))
    purses = np.intersect1d(store.payer[found], store.payee[found])
    sources = found[~np.isin(store.payer[found], purses)]
    if not len(sources):
        raise UsageError(
            "No payment brings money into these: there are none, or each is paid by one whom another of them pays. Add the payments in."
        )
    at = np.unique(np.concatenate([found, *(store.paid_by(v) for v in purses), *(store.paid_to(v) for v in purses)]))
    part, nodes = part_of(store, at)
    leaves = ~np.isin(store.payee[at], purses)
    is_found, is_source = np.isin(at, found), np.isin(at, sources)
    comes_home = is_found & ~is_source & ~leaves & np.isin(store.payee[at], store.payee[sources])
    stops = np.where(leaves, LEFT, np.where(comes_home, CAME_HOME, 0)).astype(np.uint8)
    opening = None if opening_ore is None else opening_ore[nodes]
    trail = trace(part, np.flatnonzero(is_source), stops=stops, opening_ore=opening)
    is_end = is_found & (stops > 0)
    return FoundTrail(
        trail=trail,
        sources=sources,
        ends=at[is_end],
        ends_ore={convention: ore[is_end] for convention, ore in trail.payment_ore.items()},
    )


def part_of(store: FlowStore, at: NDArray[np.integer]) -> tuple[FlowStore, Int64s]:
    """The payments at some places as a store of their own, in the same order, and which node of the whole each of its nodes is.

    ``row`` of the part tells the place in the whole.
    """
    places = np.unique(np.asarray(at, dtype=np.int64))
    nodes, numbers = np.unique(np.concatenate([store.payer[places], store.payee[places]]), return_inverse=True)
    payer, payee = (side.astype(np.int32) for side in np.split(numbers, 2))
    out_start, out_payments = adjacency(payer, len(nodes))
    in_start, in_payments = adjacency(payee, len(nodes))
    part = FlowStore(
        payer=payer,
        payee=payee,
        paid_at_us=np.asarray(store.paid_at_us[places]),
        amount_ore=np.asarray(store.amount_ore[places]),
        row=places,
        out_start=out_start,
        out_payments=out_payments,
        in_start=in_start,
        in_payments=in_payments,
        node_ids=store.node_ids.take(nodes),
        payment_ids=store.payment_ids.take(places),
    )
    return part, nodes.astype(np.int64)
