"""A case file narrowed to an extract: what the time line of a packet is drawn from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from follow_money.referral.extract import Extract
    from follow_money.triage.case_file import CaseFile


def narrowed(case: CaseFile, part: Extract) -> CaseFile:
    """The same case with only the hits and evidence rows of the extract."""
    hit_ids = pa.array([hit["hit_id"] for hit in part.hits], pa.string())
    evidence = [{name: row[name] for name in case.evidence.schema.names} for row in part.evidence]
    return replace(
        case,
        hits=case.hits.filter(pc.is_in(case.hits["hit_id"], value_set=hit_ids)),
        evidence=pa.Table.from_pylist(evidence, schema=case.evidence.schema),
    )
