"""Which rates are hits is settled across all detectors of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow.parquet as pq
import pytest

from follow_money.detectors.contract import TEST_COLUMNS, Context, Detector, Findings
from follow_money.detectors.findings import rate_limit
from follow_money.detectors.rows import evidence_frame, hit, hits_frame
from follow_money.detectors.screening import detect
from follow_money.engine import Engine
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind
from follow_money.registers.intake import Intake
from tests.detectors.small_graph import day, small_graph

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class OneRate(Detector):
    """One subject with the p that it is made with."""

    version = "1"
    kinds = (HitKind.RATE,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {}  # noqa: RUF012  # declared ClassVar Mapping in the contract
    look_alikes = ()

    name: str  # type: ignore[misc]  # one for each that runs beside the others
    p: float

    def detect(self, context: Context) -> Findings:  # noqa: ARG002  # it looks at nothing
        tests = pd.DataFrame(
            {"key": ["A"], "subject_id": "A", "subject_kind": "organisation", "unit": "bills", "p_value": [self.p]}
        )
        row = hit(
            self, "A", HitKind.RATE, subject_id="A", organisation_id="A", unit="bills", observed=4.0, amounts=(0, 1, 2),
            amount_kind=AmountKind.EXCESS, period=(day("2024-01-01"), day("2024-01-31")), sv="Fyra.", en="Four.",
        )  # fmt: skip
        row_of = pd.DataFrame({"key": ["A"], "record_id": ["r:1"]})
        return Findings(
            hits_frame([row]),
            evidence_frame(row_of, register="claims", sv="räkning", en="bill"),
            tests.assign(null_model="beta-binomial").reindex(columns=list(TEST_COLUMNS)),
        )


def hits_of(folder: Path, *p_values: float) -> list[str]:
    graph = small_graph(folder / "graph")
    intake = Intake(
        profile="own", synthetic=True, is_mapped=True, files=(), unread=(), unmatched=(), protected_persons=0
    )
    ran = [OneRate(name=f"rate_{place}", p=p) for place, p in enumerate(p_values)]
    (folder / "out").mkdir()
    with Engine(threads=1) as engine:
        detect(engine, graph, ran, intake, folder / "out", q_limit=0.05, data_to=None)
    tests = pq.read_table(folder / "out" / "tests.parquet")
    hits: list[str] = pq.read_table(folder / "out" / "hits.parquet")["detector"].to_pylist()
    told = tests.to_pandas()
    assert sorted(told.loc[told["is_hit"], "detector"]) == hits
    assert sorted(told.loc[told["q_value"] <= rate_limit(tests, 0.05), "detector"]) == hits
    return hits


@pytest.mark.parametrize(
    ("p_values", "hits"),
    [
        ((0.03,), ["rate_0"]),
        ((0.03, 0.9), []),
        ((0.024, 0.9), ["rate_0"]),
        ((0.03, 0.02), ["rate_0", "rate_1"]),
        ((0.03, 1e-9, 0.9, 0.9), ["rate_1"]),
        ((0.9, 0.9), []),
    ],
)
def test_a_rate_is_a_hit_within_the_share_of_the_detectors_that_found_anything(
    tmp_path: Path, p_values: tuple[float, ...], hits: list[str]
) -> None:
    assert hits_of(tmp_path, *p_values) == hits
