"""Which rates are hits is settled across all detectors of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from follow_money.detectors.contract import TEST_COLUMNS, Context, Detector, Findings
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
    kinds: ClassVar[tuple[HitKind, ...]] = (HitKind.RATE,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {}  # noqa: RUF012  # declared ClassVar Mapping in the contract
    look_alikes = ()

    name: str  # type: ignore[misc]  # one for each that runs beside the others
    p: float
    beside: int = 0
    is_told: bool = True

    def detect(self, context: Context) -> Findings:  # noqa: ARG002  # it looks at nothing
        # Out of the order of their ids, which that of the tests is.
        keys = ["M", *(f"{'ZA'[place % 2]}{place}" for place in range(self.beside))]
        tests = pd.DataFrame({"key": keys, "subject_id": keys, "p_value": [self.p] + [0.9] * self.beside})
        tests = tests.assign(subject_kind="organisation", unit="bills")
        row = hit(
            self, "M", self.kinds[0], subject_id="M", organisation_id="M", unit="bills", observed=4.0, amounts=(0, 1, 2),
            amount_kind=AmountKind.EXCESS, period=(day("2024-01-01"), day("2024-01-31")), sv="Fyra.", en="Four.",
        )  # fmt: skip
        row_of = pd.DataFrame({"key": ["M"], "record_id": ["r:1"]})
        return Findings(
            hits_frame([row] if self.is_told else []),
            evidence_frame(row_of, register="claims", sv="räkning", en="bill"),
            tests.assign(null_model="beta-binomial").reindex(columns=list(TEST_COLUMNS)),
        )


@dataclass(frozen=True, kw_only=True)
class OfFlows(OneRate):
    """One whose finding hangs on no q, though its test has a p."""

    kinds: ClassVar[tuple[HitKind, ...]] = (HitKind.FLOW,)


@dataclass(frozen=True, kw_only=True)
class OfBoth(OneRate):
    """One that has rates too, and whose finding is a contradiction on a test with a p."""

    kinds: ClassVar[tuple[HitKind, ...]] = (HitKind.CONTRADICTION, HitKind.RATE)


def hits_of(folder: Path, *ran: Detector) -> list[str]:
    graph = small_graph(folder / "graph")
    intake = Intake(
        profile="own", synthetic=True, is_mapped=True, files=(), unread=(), unmatched=(), protected_persons=0
    )
    (folder / "out").mkdir()
    with Engine(threads=1) as engine:
        detect(engine, graph, ran, intake, folder / "out", q_limit=0.05, data_to=None)
    tests = pq.read_table(folder / "out" / "tests.parquet")
    hits: list[str] = pq.read_table(folder / "out" / "hits.parquet")["detector"].to_pylist()
    hits.sort()
    told = tests.to_pandas()
    assert sorted(told.loc[told["is_hit"], "detector"]) == hits
    assert set(told.loc[told["is_hit"], "subject_id"]) <= {"M"}
    evidence = pq.read_table(folder / "out" / "evidence.parquet")
    assert len(evidence) == len(hits)
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
    assert hits_of(tmp_path, *(OneRate(name=f"rate_{place}", p=p) for place, p in enumerate(p_values))) == hits


def test_a_detector_is_weighed_by_its_q_and_not_by_its_p(tmp_path: Path) -> None:
    quiet = [OneRate(name=f"quiet_{place}", p=0.9) for place in range(3)]
    assert hits_of(tmp_path / "alone", OneRate(name="one", p=0.01, beside=1), *quiet) == []
    assert hits_of(tmp_path / "rare", OneRate(name="one", p=0.006, beside=1), *quiet) == ["one"]


def test_what_can_be_no_finding_does_not_loosen_the_limit_of_the_others(tmp_path: Path) -> None:
    lonely = [OneRate(name="one", p=0.02), OneRate(name="quiet", p=0.9)]
    assert hits_of(tmp_path / "without", *lonely) == ["one"]
    assert hits_of(tmp_path / "floor", *lonely, OneRate(name="floor", p=1e-9, is_told=False)) == []
    assert hits_of(tmp_path / "none", *lonely, OneRate(name="none", p=np.nan)) == ["one"]
    assert hits_of(tmp_path / "both", *lonely, OfBoth(name="both", p=1e-9)) == ["both"]
    assert hits_of(tmp_path / "flow", *lonely, OfFlows(name="flow", p=1e-9)) == ["flow", "one"]
