from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from follow_money.detectors.contract import (
    EVIDENCE_COLUMNS,
    TEST_COLUMNS,
    Context,
    Detector,
    Findings,
    LookAlike,
    nothing,
)
from follow_money.detectors.findings import tabulate
from follow_money.detectors.rows import evidence_frame, hit, hits_frame, joined, plain_tests
from follow_money.model import EVIDENCE, HITS, TESTS, AmountKind, HitKind, Purpose, SubjectKind
from tests.detectors.small_graph import day


@dataclass(frozen=True, kw_only=True)
class LateBills(Detector):
    """Bills that came late: a detector that is only here to be finished.

    Why:
        A reason.

    Not flagged:
        Nothing.

    Parameters:
        days: Days.

    Source:
        These tests.
    """

    name = "late_bills"
    version = "1"
    title_sv = "Sena räkningar"
    title_en = "Late bills"
    why_sv = "Skäl."
    kinds = (HitKind.RATE, HitKind.CONTRADICTION)
    typologies = (1,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {"claims": ("claim_id",)}  # noqa: RUF012  # declared ClassVar Mapping in the contract
    look_alikes = (LookAlike("En.", "One."), LookAlike("Två.", "Two."), LookAlike("Tre.", "Three."))

    days: int = 7

    def detect(self, context: Context) -> Findings:  # noqa: ARG002  # it finds nothing
        return nothing()


def a_hit(key: str, kind: HitKind = HitKind.RATE, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "subject_id": key,
        "organisation_id": key,
        "unit": "bills",
        "observed": 4.0,
        "amounts": (0, 10, 20),
    }
    told |= {
        "amount_kind": AmountKind.EXCESS,
        "period": (day("2024-01-01"), day("2024-01-31")),
        "sv": "Fyra.",
        "en": "Four.",
    }
    return hit(LateBills(), key, kind, **(told | more))


def evidence(*rows: tuple[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["key", "record_id"])
    return evidence_frame(frame, register="claims", sv="räkning", en="bill")


def p_tests(**p_of_key: float) -> pd.DataFrame:
    frame = pd.DataFrame({"key": list(p_of_key), "subject_id": list(p_of_key), "p_value": list(p_of_key.values())})
    frame = frame.assign(
        subject_kind="organisation", unit="bills", observed=4.0, expected=1.0, null_model="beta-binomial", peers=9
    )
    return frame.reindex(columns=list(TEST_COLUMNS))


def test_only_rates_within_the_limit_pass_and_every_subject_keeps_its_test() -> None:
    found = Findings(
        hits_frame([a_hit("A"), a_hit("B")]), evidence(("A", "r:1"), ("B", "r:2")), p_tests(A=0.001, B=0.04, C=0.9)
    )
    tables = tabulate(LateBills(), found, 0.05)
    assert tables.hits["subject_id"].to_pylist() == ["A"]
    assert tables.hits["q_value"].to_pylist() == pytest.approx([0.003])
    assert tables.evidence["record_id"].to_pylist() == ["r:1"]
    assert tables.tests["subject_id"].to_pylist() == ["A", "B", "C"]
    assert tables.tests["q_value"].to_pylist() == pytest.approx([0.003, 0.06, 0.9])
    assert tables.tests["is_hit"].to_pylist() == [True, False, False]


@pytest.mark.parametrize(("limit", "hits"), [(0.0299, 0), (0.0301, 1)])
def test_q_decides_and_not_p(limit: float, hits: int) -> None:
    found = Findings(hits_frame([a_hit("A")]), evidence(("A", "r:1")), p_tests(A=0.01, B=0.5, C=0.9))
    assert tabulate(LateBills(), found, limit).hits.num_rows == hits


def test_rate_without_a_test_is_no_hit() -> None:
    found = Findings(hits_frame([a_hit("A")]), evidence(("A", "r:1")), p_tests(B=0.001))
    assert tabulate(LateBills(), found, 1.0).hits.num_rows == 0


def test_contradiction_needs_no_p() -> None:
    found = Findings(hits_frame([a_hit("A", HitKind.CONTRADICTION)]), evidence(("A", "r:1")), p_tests(B=0.9))
    (told,) = tabulate(LateBills(), found, 0.05).hits.to_pylist()
    assert told["p_value"] is None
    assert told["q_value"] is None


def test_hit_without_a_source_row_is_refused() -> None:
    found = Findings(hits_frame([a_hit("A", HitKind.CONTRADICTION)]), evidence(), p_tests(A=0.9))
    with pytest.raises(ValueError, match="1 hits without a source row"):
        tabulate(LateBills(), found, 0.05)


def test_a_key_may_stand_once() -> None:
    found = Findings(hits_frame([a_hit("A"), a_hit("A")]), evidence(("A", "r:1")), p_tests(A=0.001))
    with pytest.raises(ValueError, match="two hits with one key"):
        tabulate(LateBills(), found, 0.05)


def test_the_same_finding_under_two_keys_is_refused() -> None:
    pair = [a_hit("A", HitKind.CONTRADICTION), a_hit("B", HitKind.CONTRADICTION, subject_id="A")]
    found = Findings(hits_frame(pair), evidence(("A", "r:1"), ("B", "r:1")), p_tests(A=0.9))
    with pytest.raises(ValueError, match="same finding twice"):
        tabulate(LateBills(), found, 0.05)


def _id(detector: Detector, *rows: tuple[str, str], **more: Any) -> str:
    found = Findings(hits_frame([a_hit("A", HitKind.CONTRADICTION, **more)]), evidence(*rows), p_tests(A=0.9))
    return str(tabulate(detector, found, 0.05).hits["hit_id"][0].as_py())


def test_the_same_finding_has_the_same_id_next_night_and_another_finding_another() -> None:
    rows = (("A", "r:1"), ("A", "r:2"))
    known = _id(LateBills(), *rows)
    assert known == _id(LateBills(), *reversed(rows))
    assert known == _id(LateBills(), *rows, sv="Samma sak med andra ord.", en="The same in other words.")
    assert known != _id(LateBills(), *rows, ("A", "r:3"))
    assert known != _id(LateBills(), *rows, subject_id="B")
    assert known != _id(LateBills(), *rows, period=(day("2024-01-02"), day("2024-01-31")))
    assert known != _id(LateBills(days=8), *rows)


def test_tables_are_in_their_schema_with_and_without_rows() -> None:
    full = Findings(hits_frame([a_hit("A")]), evidence(("A", "r:1")), p_tests(A=0.001))
    for found in (full, nothing()):
        tables = tabulate(LateBills(), found, 0.05)
        assert (tables.hits.schema, tables.evidence.schema, tables.tests.schema) == (HITS, EVIDENCE, TESTS)
    (told,) = tabulate(LateBills(), full, 0.05).hits.to_pylist()
    assert told["look_alikes"] == [
        {"sv": "En.", "en": "One."},
        {"sv": "Två.", "en": "Two."},
        {"sv": "Tre.", "en": "Three."},
    ]
    assert (told["period_from"], told["period_to"]) == (day("2024-01-01"), day("2024-01-31"))


def test_amounts_are_put_in_order_and_never_below_nothing() -> None:
    told = a_hit("A", amounts=(30, 20, -10))
    assert [told[f"amount_{name}_ore"] for name in ("low", "likely", "high")] == [30, 30, 30]


def test_a_party_that_is_not_known_is_left_out() -> None:
    told = a_hit("A", parties={"staff": ["s", None, "s", np.nan, "r"]})
    assert told["parties"] == [{"entity_id": "r", "role": "staff"}, {"entity_id": "s", "role": "staff"}]


def test_a_source_row_stands_once_with_its_largest_amount() -> None:
    rows = pd.DataFrame({"key": ["A", "A"], "record_id": ["r:1", "r:1"], "ore": [5, 9]})
    both = joined(
        evidence_frame(rows.head(1), register="claims", amount="ore", sv="a", en="a"),
        evidence_frame(rows.tail(1), register="claims", amount="ore", sv="b", en="b"),
        evidence_frame(rows.tail(1), register="claims", sv="c", en="c", role="against"),
    )
    assert both[["amount_ore", "role"]].to_numpy().tolist() == [[9, "for"], [0, "against"]]
    assert list(joined().columns) == list(EVIDENCE_COLUMNS)


def test_evidence_without_a_record_is_left_out() -> None:
    assert evidence(("A", "r:1"), ("A", None)).shape[0] == 1  # type: ignore[arg-type]  # a left join that met nothing


def test_tests_without_a_probability_are_not_counted_among_those_that_have_one() -> None:
    facts = plain_tests(
        pd.DataFrame({"key": ["B"], "subject_id": ["B"], "n": [3]}),
        subject_kind="organisation",
        unit="bills",
        null_model="fact",
        observed="n",
    )
    found = Findings(hits_frame([a_hit("A")]), evidence(("A", "r:1")), pd.concat([p_tests(A=0.04), facts]))
    assert tabulate(LateBills(), found, 0.05).hits["q_value"].to_pylist() == pytest.approx([0.04])
