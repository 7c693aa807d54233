"""Detect: run the detectors that are on over a graph, one after another, and gather their tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from follow_money.detectors.contract import Context, Detector
from follow_money.detectors.coverage import not_evaluable, unread
from follow_money.detectors.findings import HitTables, tabulate
from follow_money.engine import Engine
from follow_money.graph.flows.flow_facts import FACT_REGISTERS
from follow_money.graph.money_graph import MoneyGraph
from follow_money.model import EVIDENCE, HITS, TESTS, HitKind
from follow_money.registers.intake import Intake
from follow_money.statistics import limit_across_families

SKIPPED = pa.schema(
    [
        pa.field("detector", pa.string(), nullable=False),
        pa.field("why", pa.string(), nullable=False),
        pa.field("is_partial", pa.bool_(), nullable=False),
    ]
)
"""Detectors that could not be evaluated, or only in part, and for want of what."""
RATE_FAMILIES = pa.schema(
    [pa.field("detector", pa.string(), nullable=False), pa.field("least_q", pa.float64(), nullable=False)]
)
"""Detectors that tested a rate, and the least q of what could be a finding; 1 where nothing could."""


def _silent(what: str, done: int, of: int) -> None:
    """No progress."""


def detect(
    engine: Engine,
    graph: MoneyGraph,
    detectors: Sequence[Detector],
    intake: Intake,
    out: Path,
    *,
    q_limit: float,
    data_to: date | None,
    on_progress: Callable[[str, int, int], None] = _silent,
) -> None:
    """Write ``hits``, ``evidence``, ``tests``, ``not_evaluable`` and ``rate_families`` as Parquet under ``out``.

    A detector sees only rows that were delivered for its purpose. Every detector runs on its own: none sees
    another's hits. Which rates are hits is settled when all have run (`limit_across_families`); the result does not depend on the order in which they run.
    """
    found: dict[str, HitTables] = {}
    least_q: dict[str, float] = {}
    skipped: list[dict[str, Any]] = []
    left_out: set[str] | None = None
    followed = {file.file_key for file in intake.files if file.register in FACT_REGISTERS}
    context = Context(engine=engine, q_limit=q_limit, data_to=data_to)
    for done, detector in enumerate(detectors):
        on_progress(detector.name, done, len(detectors))
        why = not_evaluable(detector, intake)
        if why is not None:
            skipped.append({"detector": detector.name, "why": why, "is_partial": False})
            continue
        missing = unread(detector, intake)
        if missing:
            skipped.append({"detector": detector.name, "why": f"without {', '.join(missing)}", "is_partial": True})
        strangers = {file.file_key for file in intake.files if detector.purpose not in file.purposes}
        if strangers != left_out:
            graph.attach(engine, without=strangers)
            left_out = strangers
            is_whole = graph.flows_folder.exists() and not strangers & followed
            context = replace(context, flows_folder=graph.flows_folder if is_whole else None)
        with engine.passing():
            findings = detector.detect(context)
        if findings.searches_cut:
            why = f"{findings.searches_cut} searches along payments met a cap: there may be more ways than were found"
            skipped.append({"detector": detector.name, "why": why, "is_partial": True})
        found[detector.name] = tabulate(detector, findings, q_limit)
        if HitKind.RATE in detector.kinds:
            least_q[detector.name] = found[detector.name].least_q()
    families = {name: q for name, q in least_q.items() if not np.isnan(q)}
    limit = limit_across_families(np.array(list(families.values())), q_limit)
    tables = [each.within(limit.within) for each in found.values()]
    on_progress("detectors", len(detectors), len(detectors))
    for name, schema in (("hits", HITS), ("evidence", EVIDENCE), ("tests", TESTS)):
        parts = [schema.empty_table(), *(getattr(each, name) for each in tables)]
        pq.write_table(pa.concat_tables(parts).combine_chunks(), out / f"{name}.parquet", compression="zstd")
    pq.write_table(pa.Table.from_pylist(skipped, schema=SKIPPED), out / "not_evaluable.parquet")
    told = {"detector": list(families), "least_q": list(families.values())}
    pq.write_table(pa.Table.from_pydict(told, schema=RATE_FAMILIES), out / "rate_families.parquet")
