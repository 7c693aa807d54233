"""What the fixture ``connected`` is: registers of a few rows, resolved and connected."""

from __future__ import annotations

from collections.abc import Callable

from follow_money.graph.money_graph import MoneyGraph
from tests.entities.small_registers import World

Connected = Callable[..., tuple[MoneyGraph, World]]
"""Rows by register, and ``folder`` where more than one graph is made, to the graph and the resolved registers that it was made of."""
