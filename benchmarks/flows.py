"""The money trail: cycles and tracing beside the data's own sort, beside other libraries, and beside the planner's books of planted trails.

User CPU seconds of this process, kernels warm, the least of some runs (nine of 1 M payments, three of 10 M). One *sort* is the stable argsort of time and
taking the four columns in that order, measured on the same table in the same run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.cpu import user_cpu
from benchmarks.flow_memory import peak_memory
from benchmarks.flow_peer_rows import adjacent, by_hops, graph_library_rows, snapml_rows
from benchmarks.flow_peers import Counts, by_sql
from benchmarks.flow_tables import Columns, power_law
from benchmarks.flow_trails import trail_rows
from benchmarks.row import Budget, Row
from follow_money.graph.flows.cycles import cycles
from follow_money.graph.flows.signals import flow_signals
from follow_money.graph.flows.trace import trace

SIZES: Final = (1_000_000, 10_000_000)
RUNS: Final = {1_000_000: 9, 10_000_000: 3}
SQL_SECONDS: Final = 180


@dataclass(frozen=True, kw_only=True)
class Timed:
    """User CPU seconds on one table."""

    payments: int
    has_hubs: bool
    sort: float
    adjacency: float
    cycles: float
    trace: float
    counts: Counts
    cut: int
    sql: Counts | None

    @property
    def name(self) -> str:
        """Which table it is."""
        return f"{self.payments // 1_000_000} M payments, {'hubs' if self.has_hubs else 'no hubs'}"


def measure(budget: Budget) -> list[Row]:
    """All rows of the benchmark."""
    _warm()
    return [*_sizes(budget), *_memory(budget), *graph_library_rows(budget), *snapml_rows(budget), *trail_rows(budget)]


def _warm() -> None:
    """Compile every kernel that is measured, on a small table."""
    small = power_law(2_000, has_hubs=True, seed=0)
    store = small.store()
    cycles(store)
    trace(store, store.paid_by(0))
    flow_signals(small.table())


def _sort(columns: Columns) -> None:
    order = np.argsort(columns.paid_at_us, kind="stable")
    for column in (columns.payer, columns.payee, columns.paid_at_us, columns.amount_ore):
        column[order]


def _timed(payments: int, *, has_hubs: bool) -> Timed:
    columns = power_law(payments, has_hubs=has_hubs, seed=1)
    runs = RUNS[payments]
    sort, _ = user_cpu(lambda: _sort(columns), runs)
    store = columns.store()
    lists, _ = user_cpu(lambda: adjacent(store), runs)
    searched, paths = user_cpu(lambda: cycles(store), runs)
    sources = store.paid_by(int(np.bincount(store.payer).argmax()))
    followed, _ = user_cpu(lambda: trace(store, sources), runs)
    timed = Timed(
        payments=payments, has_hubs=has_hubs, sort=sort, adjacency=lists, cycles=lists + searched, trace=followed,
        counts=by_hops(paths), cut=len(paths.cut), sql=by_sql(store, SQL_SECONDS),
    )  # fmt: skip
    print(timed, file=sys.stderr, flush=True)
    return timed


def _sizes(budget: Budget) -> Iterator[Row]:
    told: list[Timed] = []
    for payments in SIZES:
        for has_hubs in (False, True):
            if budget.is_spent():
                name = f"{payments:,} payments, {'hubs' if has_hubs else 'no hubs'}: cycles, trace"
                yield Row(measure=name, value=None, asked="<= 1 sort, <= .7 sort", holds=None, note="no time left")
                continue
            timed = _timed(payments, has_hubs=has_hubs)
            told.append(timed)
            yield from _of_one_table(timed)
    for before in told:
        for after in told:
            if after.has_hubs == before.has_hubs and after.payments > before.payments:
                yield from _growth(before, after)


def _of_one_table(t: Timed) -> Iterator[Row]:
    yield Row(
        measure=f"{t.name}: cycles of 2-4 hops, adjacency included, in sorts",
        value=round(t.cycles / t.sort, 3),
        asked="<= 1",
        holds=t.cycles <= t.sort,
        note=f"{t.cycles:.3f} s, of it adjacency {t.adjacency:.3f} s; a sort {t.sort:.3f} s; {sum(t.counts)} cycles listed, {t.cut} searches cut",
    )
    yield Row(
        measure=f"{t.name}: cycles found, against a DuckDB join",
        value=str(t.counts),
        asked="equal",
        holds=None if t.sql is None else t.sql == t.counts,
        note=f"the join did not finish in {SQL_SECONDS} s" if t.sql is None else f"the join finds {t.sql}",
    )
    yield Row(
        measure=f"{t.name}: FIFO, LIFO and haircut from the largest payer, in sorts",
        value=round(t.trace / t.sort, 3),
        asked="<= .7",
        holds=t.trace <= 0.7 * t.sort,
        note=f"{t.trace:.3f} s; a sort {t.sort:.3f} s",
    )


def _growth(before: Timed, after: Timed) -> Iterator[Row]:
    sort = after.sort / before.sort
    for what, cost in (("cycles", after.cycles / before.cycles), ("trace", after.trace / before.trace)):
        yield Row(
            measure=f"ten times the payments, {'hubs' if after.has_hubs else 'no hubs'}: growth of {what} over growth of the sort",
            value=round(cost / sort, 2),
            asked="<= 1.5",
            holds=cost <= 1.5 * sort,
            note=f"{what} {cost:.1f} x, sort {sort:.1f} x; cycles found {sum(after.counts) / sum(before.counts):.0f} x",
        )


def _memory(budget: Budget) -> Iterator[Row]:
    for has_hubs in (False, True):
        name = f"10 M payments, {'hubs' if has_hubs else 'no hubs'}: peak bytes a payment above start, store made and trace"
        if budget.is_spent():
            yield Row(measure=name, value=None, asked="<= 200", holds=None, note="no time left")
            continue
        peak = peak_memory(power_law(SIZES[-1], has_hubs=has_hubs, seed=1))
        yield Row(
            measure=name,
            value=round(peak.trace),
            asked="<= 200",
            holds=peak.trace <= 200,
            note=f"in a process of its own, the delivered columns included; making the store alone {peak.store:.0f}, cycles beside it {peak.cycles:.0f}",
        )
