"""Registers of a few rows, resolved and connected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from follow_money.engine import Engine
from follow_money.graph.connect import connect
from follow_money.graph.money_graph import MoneyGraph
from tests.entities.small_registers import World
from tests.graph.connected_graph import Connected


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with Engine(threads=1, memory_gb=2) as opened:
        yield opened


@pytest.fixture
def connected(engine: Engine, tmp_path: Path) -> Connected:
    """A graph of the given rows by register, and the resolved registers that it was made of."""

    def make(folder: str = "graph", **registers: list[dict[str, Any]]) -> tuple[MoneyGraph, World]:
        inside = tmp_path / folder
        inside.mkdir()
        world = World(engine, inside)
        for name, rows in registers.items():
            world.register(name, *rows)
        world.resolve()
        out = inside / "connected"
        out.mkdir()
        return connect(engine, world.records, inside / "out", out), world

    return make
