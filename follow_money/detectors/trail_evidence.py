"""The evidence of a finding that rests on a trail: its payments, and for each that brought money in how much of it reached the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from follow_money.detectors.contract import EVIDENCE_COLUMNS
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_trail import FoundTrail
from follow_money.graph.flows.time_order import Int64s
from follow_money.model import EvidenceRole


@dataclass(frozen=True, kw_only=True)
class TrailNotes:
    """What the payments of a trail are called, Swedish and English: those that bring money in, those along the way, and those by which it leaves."""

    sources: tuple[str, str] = ("offentlig betalning", "public payment")
    along: tuple[str, str] = ("vidare", "onward")
    ends: tuple[str, str]


def trail_evidence(key: str, store: FlowStore, payments: Int64s, found: FoundTrail, notes: TrailNotes) -> pd.DataFrame:
    """One row a payment, in the columns of ``Findings.evidence``; the rows' amounts add up to the low amount of the trail.

    Args:
        key: Key of the hit.
        store: All payments.
        payments: Places of the found ones.
        found: Their trail.
        notes: What they are called.
    """
    at = np.unique(payments)
    # A krona counts where it came from, so that findings about one trail, or about parts of it, count it once.
    amount = np.zeros(len(at), np.int64)
    amount[np.searchsorted(at, found.sources)] = found.least_by_source()
    part = np.where(np.isin(at, found.sources), 0, np.where(np.isin(at, found.ends), 2, 1))
    said = (notes.sources, notes.along, notes.ends)
    told = pd.DataFrame(
        {
            "key": key,
            "register": "payments",
            "record_id": store.payment_ids.take(pa.array(at)).to_pylist(),
            "amount_ore": amount,
            "role": EvidenceRole.FOR.value,
            "note_sv": [said[place][0] for place in part],
            "note_en": [said[place][1] for place in part],
        }
    )
    return told[list(EVIDENCE_COLUMNS)]
