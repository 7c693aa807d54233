"""Triage as one step: from the files of `detect` to those of the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from follow_money.engine import Engine
from follow_money.model import CASE_HITS, CASES
from follow_money.triage.queue import triage
from tests.detectors.small_graph import small_graph
from tests.triage.small_cases import Row, evidence, evidence_table, hit, hit_table

if TYPE_CHECKING:
    from pathlib import Path


def queued(folder: Path, hits: list[Row]) -> Path:
    detected, out = folder / "detected", folder / "out"
    for made in (detected, out):
        made.mkdir(parents=True)
    pq.write_table(hit_table(hits), detected / "hits.parquet")
    rows = [evidence(row["hit_id"], "r", 10_000) for row in hits]
    pq.write_table(evidence_table(rows), detected / "evidence.parquet")
    with Engine(threads=1) as engine:
        triage(engine, small_graph(folder / "graph"), detected, out, case_size=12)
    return out


@pytest.mark.parametrize("count", [0, 5])
def test_cases_and_their_hits_are_written_in_their_schemas(tmp_path: Path, count: int) -> None:
    out = queued(tmp_path, [hit(f"H{n}", "ABC"[n % 3]) for n in range(count)])
    cases, belongs = (pq.read_table(out / f"{name}.parquet") for name in ("cases", "case_hits"))
    assert cases.schema.equals(CASES)
    assert belongs.schema.equals(CASE_HITS)
    assert sorted(belongs["hit_id"].to_pylist()) == [f"H{n}" for n in range(count)]
    assert set(belongs["case_id"].to_pylist()) == set(cases["case_id"].to_pylist())
    assert cases["rank"].to_pylist() == list(range(1, len(cases) + 1))


def test_the_same_hits_give_the_same_bytes(tmp_path: Path) -> None:
    hits = [hit(f"H{n}", "ABC"[n % 3]) for n in range(7)]
    once, twice = queued(tmp_path / "1", hits), queued(tmp_path / "2", hits)
    assert {path.name: path.read_bytes() for path in once.iterdir()} == {
        path.name: path.read_bytes() for path in twice.iterdir()
    }
