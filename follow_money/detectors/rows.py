"""One hit as a row, with what every hit must say filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from follow_money.detectors.contract import EVIDENCE_COLUMNS, HIT_COLUMNS, TEST_COLUMNS, Detector
from follow_money.graph.flows.found_trail import FoundTrail
from follow_money.model import AmountKind, HitKind, SubjectKind


def hit(
    detector: Detector,
    key: str,
    kind: HitKind,
    *,
    subject_id: str,
    organisation_id: str | None,
    subject_kind: SubjectKind | None = None,
    unit: str,
    observed: float,
    amounts: tuple[int, int, int],
    amount_kind: AmountKind,
    period: tuple[date | None, date | None],
    sv: str,
    en: str,
    expected: float = np.nan,
    p_value: float = np.nan,
    payer: str | None = None,
    programme: str | None = None,
    currency: str = "SEK",
    parties: Mapping[str, Iterable[str]] | None = None,
    link_probability: float = 1.0,
    trail_id: str | None = None,
    against: Iterable[tuple[str, str]] = (),
) -> dict[str, Any]:
    """One row of ``Findings.hits``. ``amounts`` are low, likely and high in öre, and are put in that order; ``parties`` is role -> entity ids;
    ``trail_id`` is that of the trail its amounts come from; ``against`` holds what was found that speaks against, Swedish and English; ``subject_kind`` is
    the detector's own unless said.
    """
    low, likely, high = (max(0, int(amount)) for amount in amounts)
    likely = max(low, likely)
    return {
        "key": key,
        "kind": kind.value,
        "subject_id": subject_id,
        "subject_kind": (subject_kind or detector.subject_kind).value,
        "organisation_id": organisation_id,
        "payer": payer,
        "programme": programme,
        "unit": unit,
        "period_from": period[0],
        "period_to": period[1],
        "observed": observed,
        "expected": expected,
        "p_value": p_value,
        "amount_low_ore": low,
        "amount_likely_ore": likely,
        "amount_high_ore": max(likely, high),
        "amount_kind": amount_kind.value,
        "currency": currency,
        "parties": [
            {"entity_id": entity, "role": role}
            for role, ids in (parties or {}).items()
            for entity in sorted({each for each in ids if isinstance(each, str)})
        ],
        "trail_id": trail_id,
        "link_probability": link_probability,
        "reason_sv": sv,
        "reason_en": en,
        "counter_evidence": [{"sv": swedish, "en": english} for swedish, english in against],
    }


def rate_hit(detector: Detector, test: Any, **about: Any) -> dict[str, Any]:  # noqa: ANN401  # a row of a frame; what `hit` takes
    """One row of ``Findings.hits`` about what a test says: ``test`` is a row with ``key, subject_id, unit, observed, expected, p_value``; ``about`` is the rest
    of `hit`. Where subjects are organisations, the hit is about that organisation, else about none, unless said.
    """
    subject = str(test.subject_id)
    tested = {
        "subject_id": subject,
        "organisation_id": subject if detector.subject_kind is SubjectKind.ORGANISATION else None,
        "unit": test.unit,
        "observed": test.observed,
        "expected": test.expected,
        "p_value": test.p_value,
    }
    return hit(detector, str(test.key), HitKind.RATE, **{**tested, **about})


def trail_hit(
    detector: Detector,
    key: str,
    found: FoundTrail,
    *,
    subject_id: str | None = None,
    **about: Any,  # noqa: ANN401  # what `hit` takes
) -> dict[str, Any]:
    """One row of ``Findings.hits`` about where money went: the amounts are those of the trail; ``about`` is the rest of `hit`. Its subject is the organisation
    of that id, unless said.
    """
    traced = {
        "organisation_id": key,
        "amounts": found.amounts,
        "amount_kind": AmountKind.TRACE,
        "trail_id": found.trail.trail_id,
    }
    return hit(detector, key, HitKind.FLOW, subject_id=subject_id or key, **{**traced, **about})


def hits_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows of hits as a frame with the contract's columns, also when there are none."""
    return pd.DataFrame(rows, columns=list(HIT_COLUMNS))


def evidence_frame(
    rows: pd.DataFrame,
    *,
    register: str,
    sv: str,
    en: str,
    role: str = "for",
    record: str = "record_id",
    amount: str | None = None,
) -> pd.DataFrame:
    """Evidence of one sort from a frame with ``key`` and the columns named by ``record`` and ``amount`` (öre; none is 0)."""
    told = rows[["key"]].assign(
        register=register,
        record_id=rows[record],
        amount_ore=rows[amount].astype("int64") if amount else 0,
        role=role,
        note_sv=sv,
        note_en=en,
    )
    told = told[told["record_id"].notna()]
    return told[list(EVIDENCE_COLUMNS)].drop_duplicates(["key", "register", "record_id", "role"])


def joined(*frames: pd.DataFrame) -> pd.DataFrame:
    """Frames of evidence below one another; a source row stands once for and once against a finding at most."""
    told = [frame for frame in frames if not frame.empty]
    if not told:
        return pd.DataFrame(columns=list(EVIDENCE_COLUMNS))
    whole = pd.concat(told, ignore_index=True)
    return whole.sort_values("amount_ore", ascending=False, kind="stable").drop_duplicates(
        ["key", "register", "record_id", "role"]
    )


def not_evaluable_tests(
    subjects: pd.DataFrame, *, subject_kind: str, unit: str, null_model: str, why: str, observed: str | None = None
) -> pd.DataFrame:
    """Tests that could not be made: a frame with ``subject_id`` (and ``key``), each with the reason ``why``."""
    return subjects.assign(
        key=subjects.get("key"),
        subject_kind=subject_kind,
        unit=unit,
        observed=subjects[observed].astype(float) if observed else np.nan,
        expected=np.nan,
        null_model=null_model,
        peer_group=subjects.get("peer_group"),
        peers=None,
        p_value=np.nan,
        p_randomised=np.nan,
        not_evaluable=why,
    )[list(TEST_COLUMNS)]


def plain_tests(
    subjects: pd.DataFrame, *, subject_kind: str, unit: str, null_model: str, observed: str, expected: str | None = None
) -> pd.DataFrame:
    """Tests without a probability (facts and flows): one row a subject with ``key``, ``subject_id`` and the column named by ``observed``."""
    return subjects.assign(
        subject_kind=subject_kind,
        unit=unit,
        observed=subjects[observed].astype(float),
        expected=subjects[expected].astype(float) if expected else np.nan,
        null_model=null_model,
        peer_group=None,
        peers=None,
        p_value=np.nan,
        p_randomised=np.nan,
        not_evaluable=None,
    )[list(TEST_COLUMNS)]


def tests_frame(*frames: pd.DataFrame) -> pd.DataFrame:
    """Frames of tests below one another in the contract's columns."""
    told = [frame.reindex(columns=list(TEST_COLUMNS)) for frame in frames if not frame.empty]
    return pd.concat(told, ignore_index=True) if told else pd.DataFrame(columns=list(TEST_COLUMNS))
