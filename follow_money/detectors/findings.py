"""From a detector's findings to the tables of a run: ids by content, q values, only what passes, every row in its declared schema."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.detectors.contract import Detector, Findings
from follow_money.model import EVIDENCE, HITS, TESTS, HitKind
from follow_money.statistics import benjamini_hochberg


@dataclass(frozen=True)
class HitTables:
    """Hits, evidence and tests in the schemas of ``model``."""

    hits: pa.Table
    evidence: pa.Table
    tests: pa.Table
    hit_of_test: pa.Array
    """The id of the hit that a test is of; null for the others."""

    def least_q(self) -> float:
        """The least q of a rate that would be a hit; 1 where none would, nan where no rate was tested."""
        if self.tests["q_value"].null_count == len(self.tests):
            return np.nan
        rates = self.hits.filter(pc.equal(self.hits["kind"], HitKind.RATE.value))
        return float(pc.min(rates["q_value"]).as_py()) if len(rates) else 1.0

    def within(self, limit: float) -> HitTables:
        """The same with rates above ``limit`` as tests alone."""
        is_above = pc.and_kleene(
            pc.equal(self.hits["kind"], HitKind.RATE.value), pc.greater(self.hits["q_value"], limit)
        )
        above = self.hits.filter(is_above)["hit_id"].combine_chunks()
        if not len(above):
            return self
        lost = pc.is_in(self.hit_of_test, value_set=above)
        is_hit = pc.and_(self.tests["is_hit"], pc.invert(lost))
        place = self.tests.schema.get_field_index("is_hit")
        return replace(
            self,
            hits=self.hits.filter(pc.invert(is_above)),
            evidence=self.evidence.filter(pc.invert(pc.is_in(self.evidence["hit_id"], value_set=above))),
            tests=self.tests.set_column(place, self.tests.schema.field(place), is_hit),
        )


def tabulate(detector: Detector, findings: Findings, q_limit: float) -> HitTables:
    """Finish one detector's findings.

    Benjamini-Hochberg runs over all its tests; a rate with a q above ``q_limit`` is a test and no hit. A contradiction needs no p. A hit's id is a
    digest of what it says, so that the same finding has the same id next night.

    Raises:
        ValueError: When a hit has no evidence, or a key stands twice.
    """
    tests = findings.tests.reset_index(drop=True)
    hits = findings.hits.reset_index(drop=True)
    if hits["key"].duplicated().any():
        raise ValueError(f"The detector {detector.name} returned two hits with one key.")
    tests = tests.assign(
        q_value=benjamini_hochberg(tests["p_value"].to_numpy(dtype=np.float64)),
        p_randomised=tests.reindex(columns=["p_randomised"])["p_randomised"].fillna(tests["p_value"]),
    )
    q_of_key = tests.dropna(subset=["key"]).drop_duplicates("key").set_index("key")["q_value"]
    hits = hits.assign(q_value=hits["key"].map(q_of_key).astype(np.float64))
    passes = (hits["kind"] != HitKind.RATE.value) | (hits["q_value"] <= q_limit)
    hits = hits[passes].reset_index(drop=True)
    evidence = findings.evidence[findings.evidence["key"].isin(hits["key"])]
    evidence = evidence.sort_values(["key", "register", "record_id", "role", "note_sv"]).reset_index(drop=True)
    without = set(hits["key"]) - set(evidence["key"])
    if without:
        raise ValueError(f"The detector {detector.name} returned {len(without)} hits without a source row.")
    hit_ids = _hit_ids(detector, hits, evidence)
    look_alikes = [{"sv": look.sv, "en": look.en} for look in detector.look_alikes]
    hits = hits.assign(
        hit_id=hits["key"].map(hit_ids),
        detector=detector.name,
        version=detector.version,
        parameters_hash=detector.parameters_hash(),
        look_alikes=pd.Series([look_alikes] * len(hits), index=hits.index, dtype=object),
    ).sort_values("hit_id")
    evidence = evidence.assign(hit_id=evidence["key"].map(hit_ids)).sort_values(
        ["hit_id", "register", "record_id"], kind="stable"
    )
    tests = tests.assign(detector=detector.name, is_hit=tests["key"].isin(hits["key"])).sort_values(
        ["subject_id", "unit", "null_model"], kind="stable"
    )
    return HitTables(
        hits=_arrow(hits, HITS),
        evidence=_arrow(evidence, EVIDENCE),
        tests=_arrow(tests, TESTS),
        hit_of_test=pa.array(tests["key"].map(hit_ids), pa.string(), from_pandas=True),
    )


def _hit_ids(detector: Detector, hits: pd.DataFrame, evidence: pd.DataFrame) -> dict[str, str]:
    rows = evidence.groupby("key", sort=True).agg(records=("record_id", list))["records"]
    ids = {}
    hit: Any
    for hit in hits.itertuples(index=False):
        told: list[Any] = [
            detector.name,
            detector.parameters_hash(),
            hit.kind,
            hit.subject_id,
            str(hit.period_from),
            str(hit.period_to),
        ]
        told.append(sorted(rows[hit.key]))
        ids[str(hit.key)] = "H-" + hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]
    if len(set(ids.values())) != len(ids):
        raise ValueError(f"The detector {detector.name} returned the same finding twice.")
    return ids


def _arrow(frame: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    columns = [
        _column(frame[field.name], field.type) if field.name in frame else pa.nulls(len(frame), field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _column(values: pd.Series, wanted: pa.DataType) -> pa.Array:
    """A column as Arrow wants it: data frames hold dates as timestamps, absent numbers as nan and whole numbers as floats."""
    if pa.types.is_int64(wanted) and pd.api.types.is_float_dtype(values.dtype):
        absent = values.isna().to_numpy()
        return pa.array(np.rint(values.fillna(0).to_numpy()).astype(np.int64), mask=absent)
    if pa.types.is_int64(wanted) and pd.api.types.is_object_dtype(values.dtype):
        return pa.array([None if pd.isna(value) else round(value) for value in values], wanted)
    if pa.types.is_date32(wanted):
        return pa.array(values, from_pandas=True).cast(wanted)
    if pa.types.is_nested(wanted):
        return pa.array(values.tolist(), wanted)
    return pa.array(values, wanted, from_pandas=True)
