"""Triage as one step: hits in, cases and their hits out."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from follow_money.engine import Engine
from follow_money.graph.money_graph import MoneyGraph
from follow_money.model import CASE_HITS
from follow_money.triage.grouping import group_hits
from follow_money.triage.networks import find_networks
from follow_money.triage.ranking import rank_cases


def triage(engine: Engine, graph: MoneyGraph, detected: Path, out: Path, *, case_size: int) -> None:
    """Write ``cases.parquet`` (schema ``CASES``) and ``case_hits.parquet`` (``CASE_HITS``) under ``out`` from what `detect` wrote,
    and the second pass over them: ``connectors``, ``connector_ties`` and ``key_connectors`` (see `networks`).
    """
    graph.attach(engine)
    hits = pq.read_table(detected / "hits.parquet")
    evidence = pq.read_table(detected / "evidence.parquet")
    groups = group_hits(engine, hits, case_size=case_size)
    cases = rank_cases(engine, hits, evidence, groups)
    pq.write_table(cases, out / "cases.parquet", compression="zstd")
    belongs = pa.Table.from_pandas(
        groups[["case_id", "hit_id"]].sort_values(["case_id", "hit_id"]), schema=CASE_HITS, preserve_index=False
    )
    pq.write_table(belongs, out / "case_hits.parquet", compression="zstd")
    networks = find_networks(engine, cases, hits, evidence, groups)
    for name, table in (
        ("connectors", networks.connectors),
        ("connector_ties", networks.ties),
        ("key_connectors", networks.key),
    ):
        pq.write_table(table, out / f"{name}.parquet", compression="zstd")
