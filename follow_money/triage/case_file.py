"""Everything that is held on one case, with the names: what a person entitled to see it is shown, and what a packet is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from follow_money.graph.flows.trail import Trail


@dataclass(frozen=True, kw_only=True)
class Named:
    """An entity with the name and number that the restricted folder holds for it."""

    entity_id: str
    kind: str
    name: str
    number: str | None


@dataclass(frozen=True, kw_only=True)
class DetectorText:
    """What a detector says of itself, from its docstring; ``why`` and ``not_flagged`` are plain text."""

    name: str
    version: str
    title_sv: str
    title_en: str
    why_sv: str
    why: str
    not_flagged: str
    parameters: Mapping[str, Any]
    source: str


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """One case with its hits, evidence, source rows and names.

    ``case`` is one row of ``model.CASES``; ``hits`` of ``model.HITS``; ``evidence`` of ``model.EVIDENCE``. ``rows`` holds, per register,
    the source rows behind the evidence (``Register.record_schema``, names included). ``sources`` has one row a delivered file:
    ``file_key, file_name, sha256, register, payer, legal_basis, lines, loaded_lines, quarantined_lines,
        withheld_lines`` (and more). A record's file is the part of its id before
    the colon, its line the part after. ``not_evaluable`` says, per detector that could not run, for want of what.
    ``trails`` holds, by hit id, the trail that a hit rests on, where it has one.
    """

    case: Mapping[str, Any]
    hits: pa.Table
    evidence: pa.Table
    rows: Mapping[str, pa.Table]
    sources: pa.Table
    names: Mapping[str, Named]
    detectors: Mapping[str, DetectorText]
    not_evaluable: Mapping[str, str]
    data_from: date | None
    data_to: date | None
    run_id: str
    is_synthetic: bool
    trails: Mapping[str, Trail] = field(default_factory=dict)
