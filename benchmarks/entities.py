"""Entity resolution: public registers, made-up ones at three levels of noise, cost, order, and the judgement ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.entities_cost import cost_rows
from benchmarks.entities_febrl import febrl_rows
from benchmarks.entities_order import order_rows
from benchmarks.entities_region import region_rows
from benchmarks.entity_ledger import measure_ledger

if TYPE_CHECKING:
    from benchmarks.row import Budget, Row


def measure(budget: Budget) -> list[Row]:
    """All rows; what is cheap and asked for most comes first."""
    return [*region_rows(budget), *febrl_rows(budget), *order_rows(budget), *measure_ledger(), *cost_rows(budget)]
