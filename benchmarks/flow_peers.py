"""The same cycles by other means: plain SQL, networkx, igraph. They are slow, and they are right: their counts are the check."""

from __future__ import annotations

import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import pairwise, product
from typing import Final

import duckdb
import igraph
import networkx as nx
import numpy as np
import pyarrow as pa

from benchmarks.flow_tables import DAY_US
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.time_order import Int64s

HOPS: Final = (2, 3, 4)
Counts = tuple[int, int, int]
"""Cycles of 2, 3 and 4 payments within 24 hours, each 90-100 % of the one before."""

CYCLES_SQL: Final = """
with hops as (  -- two payments that follow one another: the second within 24 hours, 90-100 % of the first, known by the day of the first or the day after
    select a.place as first, b.place as second, a.payer as begins, a.payee as middle, b.payee as ends,
           a.at_us as first_us, b.at_us as second_us, b.amount_ore as second_ore
    from (select *, unnest([at_us // $day, at_us // $day + 1]) as day from paid) a
    join (select *, at_us // $day as day from paid) b on a.payee = b.payer and a.day = b.day
    where b.at_us >= a.at_us and b.at_us - a.at_us <= $day and 100 * b.amount_ore between 90 * a.amount_ore and 100 * a.amount_ore
),
threes as (
    select h.first, h.second, h.begins, h.middle as node2, h.ends as node3, h.first_us, c.place as third,
        c.at_us as third_us, c.payee as ends, c.amount_ore as third_ore
    from (select *, unnest([second_us // $day, second_us // $day + 1]) as day from hops where begins <> ends) h
    join (select *, at_us // $day as day from paid) c on h.ends = c.payer and h.day = c.day
    where c.at_us >= h.second_us and c.at_us - h.first_us <= $day and 100 * c.amount_ore between 90 * h.second_ore and 100 * h.second_ore
      and c.payee <> h.middle
)
select (select count(distinct list_sort([first, second])) from hops where begins = ends),
       (select count(distinct list_sort([first, second, third])) from threes where begins = ends),
       (select count(distinct list_sort([t.first, t.second, t.third, d.place]))
        from threes t
        join paid d on t.ends = d.payer and t.begins = d.payee
        where t.begins <> t.ends and d.at_us >= t.third_us and d.at_us - t.first_us <= $day
          and 100 * d.amount_ore between 90 * t.third_ore and 100 * t.third_ore)
"""
"""``paid``: place (a number), payer, payee, at_us, amount_ore. Joined by node and day, else a hub's payments would meet those of a whole year.
Payments of one instant follow each other in either order, and each set of payments counts once."""


def by_sql(store: FlowStore, seconds: float) -> Counts | None:
    """The counts by a DuckDB join; None when it does not finish within so many wall seconds, or in 8 GB."""
    paid = pa.table(
        {
            "place": np.arange(len(store)),
            "payer": store.payer,
            "payee": store.payee,
            "at_us": store.paid_at_us,
            "amount_ore": store.amount_ore,
        }
    )
    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as connection:
        connection.execute("set threads = 2; set memory_limit = '8GB'; set preserve_insertion_order = false")
        connection.execute(f"set temp_directory = '{spill}'; set max_temp_directory_size = '20GB'")
        connection.register("paid", paid)
        stop = threading.Timer(seconds, connection.interrupt)
        stop.start()
        try:
            told = connection.execute(CYCLES_SQL, {"day": DAY_US}).fetchone()
        except (duckdb.InterruptException, duckdb.OutOfMemoryException):
            return None
        finally:
            stop.cancel()
    assert told is not None
    return int(told[0]), int(told[1]), int(told[2])


def by_networkx(store: FlowStore) -> Counts:
    """The counts by networkx: simple cycles of each two days' graph of who pays whom, then the payments along them that fit."""
    return _counted(store, lambda edges: nx.simple_cycles(nx.DiGraph(edges), length_bound=HOPS[-1]))


def by_igraph(store: FlowStore) -> Counts:
    """The same by igraph."""

    def simple_cycles(edges: Collection[tuple[int, int]]) -> Iterator[list[int]]:
        nodes = sorted({node for edge in edges for node in edge})
        number = {node: place for place, node in enumerate(nodes)}
        graph = igraph.Graph(len(nodes), [(number[payer], number[payee]) for payer, payee in edges], directed=True)
        for cycle in graph.simple_cycles(min=HOPS[0], max=HOPS[-1]):
            yield [nodes[place] for place in cycle]

    return _counted(store, simple_cycles)


def _counted(store: FlowStore, simple_cycles: Callable[[Collection[tuple[int, int]]], Iterable[list[int]]]) -> Counts:
    found: set[frozenset[int]] = set()
    for places, until_us in _two_days(store):
        between: dict[tuple[int, int], list[int]] = defaultdict(list)
        for p in places.tolist():
            between[int(store.payer[p]), int(store.payee[p])].append(p)
        for nodes in simple_cycles(between.keys()):
            for turn in range(len(nodes)):
                turned = nodes[turn:] + nodes[:turn]
                edges = [between[edge] for edge in zip(turned, turned[1:] + turned[:1], strict=True)]
                first = [p for p in edges[0] if store.paid_at_us[p] < until_us]
                found |= {frozenset(path) for path in product(first, *edges[1:]) if _fits(store, path)}
    counts = Counter(map(len, found))
    return counts[2], counts[3], counts[4]


def _two_days(store: FlowStore) -> Iterator[tuple[Int64s, int]]:
    """The places of every two days' payments, and when the first of the two days ends: a cycle that begins in it lies within the two."""
    for begin_us in range(int(store.paid_at_us[0]), int(store.paid_at_us[-1]) + 1, DAY_US):
        low, high = np.searchsorted(store.paid_at_us, [begin_us, begin_us + 2 * DAY_US])
        yield np.arange(low, high), begin_us + DAY_US


def _fits(store: FlowStore, path: tuple[int, ...]) -> bool:
    ore = [int(store.amount_ore[p]) for p in path]
    return (
        all(store.paid_at_us[p] <= store.paid_at_us[q] for p, q in pairwise(path))
        and int(store.paid_at_us[path[-1]] - store.paid_at_us[path[0]]) <= DAY_US
        and all(90 * before <= 100 * after <= 100 * before for before, after in pairwise(ore))
    )
