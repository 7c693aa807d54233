"""Each node's payments are listed in their order, whichever way the lists are made."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from follow_money.graph.flows.adjacency import adjacency, in_one_pass, in_two_passes


@settings(deadline=None, derandomize=True)
@given(
    node_of=st.lists(st.integers(0, 11), max_size=40),
    more_nodes=st.integers(1, 9),
    group_bits=st.integers(0, 5),
)
def test_both_ways_list_each_nodes_payments_as_a_stable_sort_does(
    node_of: list[int], more_nodes: int, group_bits: int
) -> None:
    nodes = max(node_of, default=0) + more_nodes
    column = np.array(node_of, np.int32)
    for start, payments in (in_one_pass(column, nodes), in_two_passes(column, nodes, group_bits)):
        assert start.tolist() == [sum(other < node for other in node_of) for node in range(nodes + 1)]
        assert payments.tolist() == np.argsort(column, kind="stable").tolist()


@pytest.mark.parametrize("nodes", [1, 5_000, 2**16, 2**16 + 1, 300_000])
def test_few_and_many_nodes_are_listed_alike(nodes: int) -> None:
    column = np.random.default_rng(nodes).integers(0, nodes, 2_000).astype(np.int32)
    start, payments = adjacency(column, nodes)
    assert payments.tolist() == np.argsort(column, kind="stable").tolist()
    assert start.tolist() == np.searchsorted(np.sort(column), np.arange(nodes + 1)).tolist()
