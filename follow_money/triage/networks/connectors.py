"""Who connects cases, and whether chance would bring as many together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy import stats

from follow_money.engine import Engine
from follow_money.statistics import benjamini_hochberg
from follow_money.triage.amounts import HitAmounts
from follow_money.triage.networks.key_connectors import key_connectors
from follow_money.triage.networks.schemas import CONNECTORS, KEY_CONNECTORS, TIES
from follow_money.triage.networks.ties import family_firms, keep_ties

OF_FAMILY: Final = ("owner", "officer")
"""Ties in which each organisation counts for itself; in all others the organisations of one owner or household are one party."""

SEVERAL: Final = 2
"""Cases that a connector has at least, and parties that have it in common."""


@dataclass(frozen=True)
class Networks:
    """Connectors, their ties to the organisations of cases, and the organisations without which a network falls apart."""

    connectors: pa.Table
    ties: pa.Table
    key: pa.Table


def find_networks(
    engine: Engine, cases: pa.Table, hits: pa.Table, evidence: pa.Table, groups: pd.DataFrame
) -> Networks:
    """The second pass over the cases of a run.

    The null keeps how many ties each organisation and each connector has, within one kind of tie (so that accountants are compared with accountants), and
    deals them out by chance: of a connector's parties as many belong to cases as the hypergeometric says. Organisations of one owner or household are one
    party before anything is counted. What was to be expected and what chance makes of it stand beside each connector; hubs are marked as such and kept.

    Args:
        engine: With the graph attached.
        cases: In the schema ``CASES``.
        hits: In the schema ``HITS``.
        evidence: In the schema ``EVIDENCE``.
        groups: ``hit_id, case_id`` (`group_hits`).
    """
    nothing = Networks(CONNECTORS.empty_table(), TIES.empty_table(), KEY_CONNECTORS.empty_table())
    case_of = _case_of(cases, hits, groups)
    if len(set(case_of.values())) < SEVERAL:
        return nothing
    ties = keep_ties(engine)
    ties = ties.assign(case_id=ties["organisation_id"].map(case_of))
    counted = _counted(ties, family_firms(engine))
    if counted.empty:
        return nothing
    inside = ties.dropna(subset=["case_id"]).merge(counted[["tie", "connector_id"]], on=["tie", "connector_id"])
    told = counted.merge(_of_cases(inside), on=["tie", "connector_id"])
    hubs = engine.query("select hub_id as connector_id, why_sv as hub_sv, why_en as hub_en from hubs").to_pandas()
    told = told.merge(hubs.drop_duplicates("connector_id"), on="connector_id", how="left")
    told["is_hub"] = told["hub_sv"].notna()
    amounts = _Amounts(hits, evidence, groups)
    told[["amount_low_ore", "amount_likely_ore", "amount_high_ore"]] = [
        amounts.of(tuple(case_ids)) for case_ids in told["case_ids"]
    ]
    told = told.sort_values(["tie", "connector_id"], kind="stable")
    return Networks(
        connectors=_arrow(told, CONNECTORS),
        ties=_arrow(inside.sort_values(["tie", "connector_id", "organisation_id"], kind="stable"), TIES),
        key=key_connectors(told, inside, case_of),
    )


def _case_of(cases: pa.Table, hits: pa.Table, groups: pd.DataFrame) -> dict[str, str]:
    """Organisation -> its case, the best one where there are several; those that a finding names as related belong to it too."""
    told: dict[str, str] = {}
    related = hits.select(["hit_id", "parties"]).to_pandas().merge(groups[["hit_id", "case_id"]], on="hit_id")
    for case_id, parties in zip(related["case_id"], related["parties"], strict=True):
        told |= {party["entity_id"]: case_id for party in parties if party["role"] == "related_organisation"}
    for case in reversed(cases.select(["case_id", "organisation_ids"]).to_pylist()):
        told |= dict.fromkeys(case["organisation_ids"], case["case_id"])
    return told


def _counted(ties: pd.DataFrame, family: dict[str, str]) -> pd.DataFrame:
    """Connectors of at least two cases with their test; every connector of two parties is a test, so that chance has its due."""
    of_family = ties["organisation_id"].map(family).fillna(ties["organisation_id"])
    party = ties["organisation_id"].where(ties["tie"].isin(OF_FAMILY), of_family)
    told = ties.assign(party=party)
    labelled = told.dropna(subset=["case_id"]).drop_duplicates(["tie", "party"]).set_index(["tie", "party"])["case_id"]
    whole = told.drop_duplicates(["tie", "connector_id", "party"])[["tie", "connector_id", "party"]]
    whole = whole.join(labelled, on=["tie", "party"])
    counted = whole.groupby(["tie", "connector_id"], sort=True).agg(
        parties=("party", "nunique"), bridged=("case_id", "nunique")
    )
    counted = counted[counted["parties"] >= SEVERAL].reset_index()
    totals = whole.groupby("tie").agg(all_ties=("party", "size"), case_ties=("case_id", "count"))
    counted = counted.join(totals, on="tie")
    ends = (counted["bridged"], counted["all_ties"], counted["case_ties"], counted["parties"])
    mid_p = stats.hypergeom.sf(*ends) + 0.5 * stats.hypergeom.pmf(*ends)
    expected = counted["parties"] * counted["case_ties"] / counted["all_ties"]
    counted = counted.assign(expected=expected, p_value=np.clip(mid_p, 0.0, 1.0))
    counted["q_value"] = benjamini_hochberg(counted["p_value"].to_numpy(dtype=np.float64))
    return counted[counted["bridged"] >= SEVERAL]


def _of_cases(inside: pd.DataFrame) -> pd.DataFrame:
    one = inside.groupby(["tie", "connector_id"], sort=True)
    return one.agg(
        case_ids=("case_id", lambda ids: sorted(set(ids))),
        organisation_ids=("organisation_id", lambda ids: sorted(set(ids))),
        valid_from=("valid_from", "min"),
        valid_to=("valid_to", lambda days: None if days.isna().any() else days.max()),
    ).reset_index()


class _Amounts:
    """Amounts of several cases as a union."""

    def __init__(self, hits: pa.Table, evidence: pa.Table, groups: pd.DataFrame) -> None:
        told = hits.to_pandas().merge(groups[["hit_id", "case_id"]], on="hit_id")
        rows = evidence.select(["hit_id", "register", "record_id", "amount_ore", "role"]).to_pandas()
        self._amounts = HitAmounts(told, rows)
        self._hits_of = told.groupby("case_id").indices
        self._known: dict[tuple[str, ...], tuple[int, int, int]] = {}

    def of(self, case_ids: tuple[str, ...]) -> tuple[int, int, int]:
        """Low, likely, high; the same cases are counted once."""
        if case_ids not in self._known:
            mine = np.concatenate([self._hits_of[case_id] for case_id in case_ids])
            self._known[case_ids] = self._amounts.together(mine)
        return self._known[case_ids]


def _arrow(frame: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    plain = frame.reindex(columns=schema.names).astype(object)
    rows = plain.where(plain.notna(), None).to_dict("records")
    dates = [field.name for field in schema if pa.types.is_date32(field.type)]
    for row in rows:
        row |= {name: pd.Timestamp(row[name]).date() for name in dates if row[name] is not None}
    return pa.Table.from_pylist(rows, schema=schema)
