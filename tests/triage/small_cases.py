"""Hits with letter ids, and the graph beside them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from follow_money.engine import Engine
from follow_money.model import EVIDENCE, HITS
from follow_money.triage.grouping import group_hits
from follow_money.triage.ranking import rank_cases
from tests.detectors.small_graph import small_graph

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Row = dict[str, Any]


def hit(hit_id: str, organisation: str | None, parties: Iterable[tuple[str, str]] = (), **more: Any) -> Row:
    """A contradiction of 100 kronor about an organisation; parties are (entity, role)."""
    told: Row = {
        "hit_id": hit_id, "detector": "overlapping_shifts", "version": "1", "parameters_hash": "0", "kind": "contradiction",
        "subject_id": organisation, "subject_kind": "organisation", "organisation_id": organisation, "payer": "kommun", "programme": "home_care",
        "unit": "shifts", "period_from": date(2024, 1, 1), "period_to": date(2024, 1, 31), "observed": 1.0, "expected": None, "p_value": None,
        "q_value": None, "amount_low_ore": 10_000, "amount_likely_ore": 10_000, "amount_high_ore": 10_000, "amount_kind": "A1", "currency": "SEK",
        "parties": [{"entity_id": entity, "role": role} for entity, role in parties], "trail_id": None, "link_probability": 1.0,
        "reason_sv": f"skäl {hit_id}", "reason_en": f"reason {hit_id}", "look_alikes": [], "counter_evidence": [],
    }  # fmt: skip
    return told | more


def evidence(hit_id: str, record: str, ore: int, register: str = "claims", role: str = "for") -> Row:
    """One source row of a hit."""
    return {
        "hit_id": hit_id,
        "register": register,
        "record_id": record,
        "amount_ore": ore,
        "role": role,
        "note_sv": "rad",
        "note_en": "row",
    }


def hit_table(hits: Iterable[Row]) -> pa.Table:
    """Hits in their schema."""
    return pa.Table.from_pylist(list(hits), schema=HITS)


def evidence_table(rows: Iterable[Row]) -> pa.Table:
    """Evidence in its schema."""
    return pa.Table.from_pylist(list(rows), schema=EVIDENCE)


def grouped(folder: Path, hits: Iterable[Row], *, case_size: int = 12, **tables: Any) -> pd.DataFrame:
    """Which case each hit belongs to, on a graph of the given tables."""
    with Engine(threads=1) as engine:
        small_graph(folder, **tables).attach(engine)
        return group_hits(engine, hit_table(hits), case_size=case_size)


def cases_of(groups: pd.DataFrame) -> set[frozenset[str]]:
    """The hits of each case, whatever the cases are called."""
    return {frozenset(group["hit_id"]) for _, group in groups.groupby("case_id")}


def ranked(folder: Path, hits: Iterable[Row], rows: Iterable[Row] | None = None, **tables: Any) -> list[Row]:
    """The cases of these hits, best first; each hit has one row of its low amount unless told otherwise."""
    told = list(hits)
    if rows is None:
        rows = [evidence(row["hit_id"], f"row of {row['hit_id']}", row["amount_low_ore"]) for row in told]
    with Engine(threads=1) as engine:
        small_graph(folder, **tables).attach(engine)
        groups = group_hits(engine, hit_table(told), case_size=12)
        cases: list[Row] = rank_cases(engine, hit_table(told), evidence_table(rows), groups).to_pylist()
        return cases
