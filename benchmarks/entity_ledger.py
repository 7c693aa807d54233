"""The judgement ledger and the registry of ids: bulk speed, and whether undoing, order and deliveries leave the same state.

Rows for the benchmark ``entities``; ``python -m benchmarks.entity_ledger`` prints them alone.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from benchmarks.cpu import user_cpu
from benchmarks.row import Row
from follow_money.entities.id_history import LOG
from follow_money.entities.judged_pairs import forced, judged_pairs
from follow_money.entities.judgements import Act, Judge, Judged, Verdict, standing
from follow_money.entities.ledger import Ledger
from follow_money.entities.surviving_ids import survive

ASKED_SPEED: Final = 50_000
BULK: Final = 1_000_000
BATCH: Final = 20_000
MERGES: Final = 1_000
DESCRIPTIONS: Final = 1_000_000


def measure_ledger() -> list[Row]:
    """Every row."""
    return [*_speed(), _undoing(), _registry()]


def _act(
    left: np.ndarray[tuple[int], np.dtype[np.int64]], right: np.ndarray[tuple[int], np.dtype[np.int64]], verdicts: str
) -> Act:
    return Act(
        judge=Judge.MODEL,
        version="1",
        who="benchmark",
        when="2025-01-01T00:00:00+00:00",
        evidence=("name, birth date and postcode agree",),
        left=[f"M-{one:012d}" for one in left.tolist()],
        right=[f"M-{one:012d}" for one in right.tolist()],
        verdicts=verdicts,
    )


def _drawn(rng: np.random.Generator, pairs: int, among: int, signs: str) -> Act:
    left = rng.integers(0, among, pairs)
    right = (left + rng.integers(1, among, pairs)) % among
    return _act(left, right, "".join(rng.choice(list(signs), pairs)))


def _speed() -> list[Row]:
    rng = np.random.default_rng(1)
    acts = [_drawn(rng, BATCH, 600_000, "+-?") for _ in range(BULK // BATCH)]
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder))
        began = time.perf_counter()
        for act in acts:
            ledger.add(act)
        written = BULK / (time.perf_counter() - began)
        seconds, judged = user_cpu(lambda: standing(ledger.acts()), runs=2)
        read = BULK / seconds
        size = ledger.path.stat().st_size / BULK
    note = (
        f"{BULK:,} judgements in acts of {BATCH:,}, sealed, each act on the disk before the next; {size:.0f} bytes each"
    )
    return [
        Row(measure="ledger: judgements written a second", value=round(written), asked=f">= {ASKED_SPEED:,}", holds=written >= ASKED_SPEED, note=note),
        Row(
            measure="ledger: judgements read back and settled a CPU second", value=round(read), asked=f">= {ASKED_SPEED:,}", holds=read >= ASKED_SPEED,
            note=f"every seal checked; {len(judged):,} pairs stand",
        ),
    ]  # fmt: skip


def _undoing() -> Row:
    """Random judgements, then a thousand random merges, each undone in random order: what stands and who is one, before and after."""
    rng = np.random.default_rng(2)
    ids = pa.array([f"M-{number:012d}" for number in range(3_000)])

    def groups(judged: Judged) -> list[int]:
        pairs = judged_pairs(judged, ids)
        return list(forced(len(ids), pairs.positive, pairs.negative).tolist())

    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder))
        for _ in range(100):
            ledger.add(_drawn(rng, 20, len(ids), "+-?"))
        before = standing(ledger.acts())
        merges = [ledger.add(_drawn(rng, 1, len(ids), Verdict.POSITIVE)) for _ in range(MERGES)]
        merged = standing(ledger.acts())
        rng.shuffle(merges)
        for name in merges:
            ledger.add(_undo(name))
        after = standing(ledger.acts())
    is_same = all(getattr(before, name).equals(getattr(after, name)) for name in ("left", "right", "verdict", "judge"))
    is_same &= before.digest() == after.digest() and groups(before) == groups(after)
    return Row(
        measure="ledger: 1,000 random merges undone one by one",
        value="identical" if is_same else "differs",
        asked="identical",
        holds=is_same,
        note=f"{len(set(groups(before))):,} groups, {len(set(groups(merged))):,} with the merges",
    )


def _undo(name: str) -> Act:
    return Act(
        judge=Judge.ANALYST, version="", who="b", when="2025-01-02T00:00:00+00:00", evidence=("undone",), undoes=(name,)
    )


def _registry() -> Row:
    """A million descriptions registered, then again with a hundredth of the entities merged or split, and back."""
    rng = np.random.default_rng(3)
    names = pa.array([f"M-{number:012d}" for number in range(DESCRIPTIONS)])
    first = np.sort(rng.integers(0, DESCRIPTIONS // 3, DESCRIPTIONS))
    changed = first.copy()
    moved = rng.choice(DESCRIPTIONS, DESCRIPTIONS // 300, replace=False)
    changed[moved] = rng.integers(0, DESCRIPTIONS // 3, len(moved))
    log = LOG.empty_table()
    given: list[pa.Array] = []
    began = time.process_time()
    for registration, labels in enumerate((first, changed, first), 1):
        _, leaders, entity = np.unique(labels, return_index=True, return_inverse=True)
        told = survive(
            log,
            names,
            entity.astype(np.int64),
            pa.array([f"P-{leader:012d}" for leader in leaders.tolist()]),
            registration=registration,
            another_id=lambda name, times: f"{name}#{times}",
        )
        number = pa.array(np.full(len(told.changed), registration), pa.int64())
        log = pa.concat_tables([log, told.changed.append_column(LOG.field("registration"), number)]).combine_chunks()
        given.append(told.ids.take(pa.array(entity)))
    seconds = time.process_time() - began
    is_same = given[0].equals(given[2])
    return Row(
        measure="ids: 3 deliveries of 1 M descriptions, CPU seconds",
        value=round(seconds, 1),
        asked="no figure asked; the third gives the ids of the first",
        holds=is_same,
        note=f"{told.known:,} entities; {len(moved):,} descriptions moved and moved back",
    )


if __name__ == "__main__":
    for row in measure_ledger():
        print(f"{row.measure}: {row.value} (asked {row.asked}) {'holds' if row.holds else 'DOES NOT HOLD'}; {row.note}")
