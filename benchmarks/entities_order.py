"""The same records in other orders and deliveries: one partition."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from benchmarks.identity_world import World, made_up_world, resolved
from benchmarks.row import Row
from follow_money.engine import Engine
from follow_money.entities.id_registry import IdRegistry

if TYPE_CHECKING:
    from benchmarks.row import Budget

TRIALS = 50
STEPWISE = 5
"""Of so many trials one resolves what has come after each delivery; the others resolve all rows once, as they came."""
PEOPLE = 1_500
SEED = 61


def order_rows(budget: Budget) -> list[Row]:
    """How many of the trials gave the partition of the one delivery in order."""
    world = made_up_world("hard", PEOPLE, SEED)
    rng = random.Random(SEED)  # noqa: S311 - no secret
    alike = tried = 0
    with Engine(threads=1, memory_gb=4) as engine, tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "first"
        first.mkdir()
        once = _partition(resolved(engine, world, first))
        for trial in range(TRIALS):
            if budget.is_spent():
                break
            so_far, places = _delivered(world, rng)
            registry = IdRegistry(Path(folder) / f"ids {trial}")
            for step, rows in enumerate(so_far if trial % STEPWISE == 0 else so_far[-1:]):
                again = Path(folder) / f"{trial} {step}"
                again.mkdir()
                found = resolved(engine, rows, again, kept=first / "resolved", registry=registry)
            back = np.empty(len(found), dtype=found.dtype)
            back[places] = found
            alike += bool((_partition(back) == once).all())
            tried += 1
    return [
        Row(
            measure="random splits and orders with the partition of one delivery, one kept model",
            value=f"{alike} of {tried}",
            asked=f"{TRIALS} of {TRIALS}",
            holds=alike == TRIALS if tried == TRIALS else None,
            note=f"{len(range(0, TRIALS, STEPWISE))} of them resolved after each delivery under one registry of ids, and compared after the last; "
            "the others once, on all rows in the order in which they came"
            if tried == TRIALS
            else "out of time",
        )
    ]


def _delivered(world: World, rng: random.Random) -> tuple[list[World], npt.NDArray[np.int64]]:
    """What has come after each of two to six deliveries of random rows and registers, and the place that each row of all had."""
    placed: list[tuple[int, str, dict[str, Any]]] = []
    for name, rows in world.rows.items():
        placed += [(len(placed) + at, name, row) for at, row in enumerate(rows)]
    deliveries = rng.randrange(2, 7)
    drawn = [(rng.randrange(deliveries), rng.random()) for _ in placed]
    order = sorted(range(len(placed)), key=drawn.__getitem__)
    so_far: list[World] = []
    rows_of: dict[str, list[dict[str, Any]]] = {}
    places_of: dict[str, list[int]] = {}
    for delivery in range(deliveries):
        for place, name, row in (placed[at] for at in order if drawn[at][0] == delivery):
            rows_of.setdefault(name, []).append(row)
            places_of.setdefault(name, []).append(place)
        so_far.append(World({name: list(rows) for name, rows in rows_of.items()}))
    return so_far, np.array([place for name in rows_of for place in places_of[name]], np.int64)


def _partition(ids: npt.NDArray[np.str_]) -> npt.NDArray[np.int64]:
    """Entities numbered by their first record."""
    _, first, back = np.unique(ids, return_index=True, return_inverse=True)
    return np.asarray(first[back], np.int64)
