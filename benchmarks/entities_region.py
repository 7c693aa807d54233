"""Made-up registers at three levels of noise: who was joined that is not one, who is one and was not joined.

Tuned on seeds 21 and 22 alone.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.identity_world import made_up_world, resolved
from benchmarks.partitions import agreement, most_joined
from benchmarks.plain_splink import person_clusters
from benchmarks.row import Row
from follow_money.engine import Engine

if TYPE_CHECKING:
    from benchmarks.row import Budget

SEEDS = (61, 62, 63)
PEOPLE = 10_000
ASKED = {"light": (0.995, 0.9), "middle": (0.995, 0.9), "hard": (0.98, 0.8)}
"""Precision and recall on pairs of which at least one record has no number. The light level is ours to ask."""

MOST_REAL_ONES = 3


def region_rows(budget: Budget) -> list[Row]:
    """Precision, recall and the worst entity for each level and seed, and plain Splink on the persons of the first seed."""
    rows: list[Row] = []
    for level in ASKED:
        for seed in SEEDS:
            rows += _level(level, seed, budget)
    return rows


def _level(level: str, seed: int, budget: Budget) -> list[Row]:
    asked_precision, asked_recall = ASKED[level]
    what = f"{level}, seed {seed}"
    if budget.is_spent():
        return [Row(measure=what, value="", asked="", holds=None, note="out of time")]
    world = made_up_world(level, PEOPLE, seed)
    with Engine(threads=1, memory_gb=5) as engine, tempfile.TemporaryDirectory() as folder:
        ids = resolved(engine, world, Path(folder))
    cluster = np.unique(ids, return_inverse=True)[1].astype(np.int64)
    truth, unnumbered, person = world.truth(), world.unnumbered(), world.is_person()
    ours = agreement(cluster, truth, unnumbered)
    worst = most_joined(cluster, truth)
    note = f"{len(truth)} records, {unnumbered.mean():.0%} without a number; {ours.true} true pairs"
    rows = [
        Row(
            measure=f"{what}: precision, one or both without a number",
            value=round(ours.precision, 4),
            asked=f">= {asked_precision}",
            holds=ours.precision >= asked_precision,
            note=note,
        ),
        Row(
            measure=f"{what}: recall, one or both without a number",
            value=round(ours.recall, 4),
            asked=f">= {asked_recall}",
            holds=ours.recall >= asked_recall,
        ),
        Row(
            measure=f"{what}: real ones in the worst entity",
            value=worst,
            asked=f"<= {MOST_REAL_ONES}",
            holds=worst <= MOST_REAL_ONES,
        ),
    ]
    if seed == SEEDS[0]:
        plain = person_clusters(world)
        ours = agreement(cluster[person], truth[person], unnumbered[person])
        theirs = agreement(plain, truth[person], unnumbered[person])
        rows.append(
            Row(
                measure=f"{what}: plain Splink, persons alone: F1, one or both without a number",
                value=round(theirs.f1, 4),
                asked=f"< {ours.f1:.4f}, ours",
                holds=theirs.f1 < ours.f1,
                note=f"precision {theirs.precision:.4f}, recall {theirs.recall:.4f}, worst {most_joined(plain, truth[person])}"
                f"; ours {ours.precision:.4f}, {ours.recall:.4f}",
            )
        )
    return rows
