"""Rows of the benchmark `flows` that set the money trail beside other libraries."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.cpu import user_cpu
from benchmarks.flow_peers import HOPS, Counts, by_igraph, by_networkx
from benchmarks.flow_snapml import VERSION, Peer, cheapest, install
from benchmarks.flow_tables import Columns, power_law
from benchmarks.row import Budget, Row
from follow_money.graph.flows.adjacency import adjacency
from follow_money.graph.flows.cycles import cycles
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_paths import FoundPaths
from follow_money.graph.flows.signals import flow_signals

PEER_SIZE: Final = 100_000
SNAPML_CYCLES_SIZE: Final = 1_000_000
SNAPML_SIGNALS_SIZE: Final = 200_000


def adjacent(store: FlowStore) -> None:
    """List the payments of each node, both ways."""
    adjacency(store.payer, store.nodes)
    adjacency(store.payee, store.nodes)


def adjacency_and_cycles(store: FlowStore) -> FoundPaths:
    """What a search for cycles costs when the payments are no more than sorted."""
    adjacent(store)
    return cycles(store)


def by_hops(paths: FoundPaths) -> Counts:
    """How many cycles of 2, 3 and 4 payments were found."""
    counts = np.bincount(paths.hops(), minlength=HOPS[-1] + 1)
    return int(counts[2]), int(counts[3]), int(counts[4])


def graph_library_rows(budget: Budget) -> Iterator[Row]:
    """Networkx and igraph, on a table that they get through."""
    for has_hubs in (False, True):
        name = (
            f"networkx and igraph, cycles in {PEER_SIZE:,} payments, {'hubs' if has_hubs else 'no hubs'}: times our CPU"
        )
        if budget.is_spent():
            yield Row(measure=name, value=None, asked="(beside it)", holds=None, note="no time left")
            continue
        store = power_law(PEER_SIZE, has_hubs=has_hubs, seed=1).store()
        ours, paths = user_cpu(partial(adjacency_and_cycles, store), runs=5)
        counts = by_hops(paths)
        nx_seconds, nx_counts = user_cpu(partial(by_networkx, store), runs=1)
        ig_seconds, ig_counts = user_cpu(partial(by_igraph, store), runs=1)
        yield Row(
            measure=name,
            value=f"{nx_seconds / ours:.0f} x, {ig_seconds / ours:.0f} x",
            asked="(beside it)",
            holds=min(nx_seconds, ig_seconds) > ours and nx_counts == counts,
            note=f"ours {ours * 1000:.1f} ms finds {counts}; networkx {nx_seconds:.1f} s finds {nx_counts}; igraph {ig_seconds:.1f} s finds {ig_counts}",
        )


def snapml_rows(budget: Budget) -> Iterator[Row]:
    """The graph feature preprocessor of snapml, if it can be installed."""
    with tempfile.TemporaryDirectory() as folder:
        failed = "no time left" if budget.is_spent() else install(Path(folder))
        for has_hubs in (False, True):
            for what, asked, payments, settings in (
                ("cycles", 50, SNAPML_CYCLES_SIZE, ("temporal cycles", "cycles of up to 4 hops")),
                ("all signals", 10, SNAPML_SIGNALS_SIZE, ("all signals",)),
            ):
                name = f"snapml {VERSION}, {what} of {payments:,} payments, {'hubs' if has_hubs else 'no hubs'}: times our CPU"
                if failed or budget.is_spent():
                    yield Row(
                        measure=name, value=None, asked=f">= {asked} x", holds=None, note=failed or "no time left"
                    )
                    continue
                columns = power_law(payments, has_hubs=has_hubs, seed=1).in_time_order()
                peer = cheapest(Path(folder), columns, settings, most_seconds=300)
                yield _against_snapml(name, asked, columns, peer, is_cycles=what == "cycles")


def _against_snapml(name: str, asked: int, columns: Columns, peer: Peer, *, is_cycles: bool) -> Row:
    if is_cycles:
        store = columns.store()
        ours, _ = user_cpu(partial(adjacency_and_cycles, store))
        note = "ours: adjacency and cycles with their band"
    else:
        table = columns.table()
        ours, signals = user_cpu(lambda: flow_signals(table))
        more = len(signals.payments.column_names) - len(table.column_names)
        note = f"ours: from a table of text ids to {more} signals a payment and a row an account"
    if peer.seconds is None:
        return Row(measure=name, value=None, asked=f">= {asked} x", holds=None, note=f"{peer.setting}: not in 300 s")
    return Row(
        measure=name,
        value=f"{peer.seconds / ours:.0f} x",
        asked=f">= {asked} x",
        holds=peer.seconds >= asked * ours,
        note=f"{note}, {ours:.3f} s; snapml: {peer.setting}, lots of {peer.lot:,}, one thread, {peer.seconds:.2f} s",
    )
