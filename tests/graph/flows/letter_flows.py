"""Payments between letters: ``"1 A B 100"`` is 100 öre from A to B at second 1."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from follow_money.graph.flows.flow_store import FlowStore, make_store


def flows(*payments: str) -> FlowStore:
    """A store of these payments; ids ``p0, p1, ...`` in the order given, nodes in the order of the alphabet."""
    told = [payment.split() for payment in payments]
    letters = sorted({letter for _, payer, payee, _ in told for letter in (payer, payee)})
    return make_store(
        np.array([letters.index(payer) for _, payer, _, _ in told], dtype=np.int32),
        np.array([letters.index(payee) for _, _, payee, _ in told], dtype=np.int32),
        np.array([int(second) * 1_000_000 for second, *_ in told], dtype=np.int64),
        np.array([int(ore) for *_, ore in told], dtype=np.int64),
        node_ids=pa.array(letters, pa.string()),
        payment_ids=pa.array([f"p{place}" for place in range(len(told))], pa.string()),
    )


def by_id(store: FlowStore, ore: np.ndarray) -> dict[str, int]:
    """Figures by payment id, those that are not 0."""
    return {name: int(value) for name, value in zip(store.payment_ids.to_pylist(), ore, strict=True) if value}


def by_node(store: FlowStore, ore: np.ndarray) -> dict[str, int]:
    """Figures by node id, those that are not 0."""
    return {name: int(value) for name, value in zip(store.node_ids.to_pylist(), ore, strict=True) if value}


@st.composite
def small_stores(draw: st.DrawFn, *, most_payments: int = 30, most_ore: int = 1000) -> FlowStore:
    """Few nodes, many payments, few instants: rings, hubs and payments at one moment come by themselves."""
    nodes = draw(st.integers(2, 6))
    count = draw(st.integers(1, most_payments))
    payers = draw(st.lists(st.integers(0, nodes - 1), min_size=count, max_size=count))
    steps = draw(st.lists(st.integers(1, nodes - 1), min_size=count, max_size=count))
    seconds = draw(st.lists(st.integers(0, 8), min_size=count, max_size=count))
    ore = draw(st.lists(st.integers(1, most_ore), min_size=count, max_size=count))
    payees = [(payer + step) % nodes for payer, step in zip(payers, steps, strict=True)]
    return make_store(
        np.array(payers, dtype=np.int32),
        np.array(payees, dtype=np.int32),
        np.array(seconds, dtype=np.int64) * 1_000_000,
        np.array(ore, dtype=np.int64),
        node_ids=pa.array("ABCDEF"[:nodes]),
        payment_ids=pa.array([f"p{place}" for place in range(count)], pa.string()),
    )
