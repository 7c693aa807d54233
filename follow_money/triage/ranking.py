"""Ranking: what can be recovered and how sure it is, with the two plain baselines beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from follow_money.engine import Engine
from follow_money.model import CASES, HitKind
from follow_money.triage.amounts import BOUNDS, HitAmounts
from follow_money.triage.exposure import paid_by_month, paid_in
from follow_money.triage.owner import either, owners

SURENESS: Final = {HitKind.CONTRADICTION.value: 0.8, HitKind.FLOW.value: 0.7, HitKind.RATE.value: 0.25}
"""How far one finding of a kind goes alone. Set by hand, not learnt: a contradiction rests on rows, a rate on a comparison."""

BESIDE: Final = 0.2
"""So much of what was paid in the months of contradictions and flows, beside what they hold row by row, counts in the priority.

Another register sees only some of the hours: where it contradicts them, the rest of the same months is to be looked at too. Set by hand, near the
least share that the domain's cases tell (15-20 % of the hours added by hand); never an amount at risk, only an order.
"""


def rank_cases(engine: Engine, hits: pa.Table, evidence: pa.Table, groups: pd.DataFrame) -> pa.Table:
    """Make the cases, best first.

    Amounts count a krona once (`HitAmounts`); the high one is at least all that was paid in and for the months of contradictions and flows. What
    reached somebody by payments that are no public ones (salaries that return, an account that collects) can be recovered only as far as the
    organisation was paid, where that is known. ``sureness`` is ``1 - prod(1 - s)`` over the detectors of the case; ``priority``, in kronor, is the
    likely amount of its contradictions and flows with a share (`BESIDE`) of what else was paid in their months, times sureness, and what rates add to
    that times the sureness of the rates alone.

    Args:
        engine: With the graph attached.
        hits: In the schema ``HITS``.
        evidence: In the schema ``EVIDENCE``.
        groups: From `group_hits`.
    """
    if len(hits) == 0:
        return CASES.empty_table()
    told = hits.to_pandas().merge(groups, on="hit_id")
    told["owner"] = owners(told)
    rows = evidence.select(["hit_id", "register", "record_id", "amount_ore", "role"]).to_pandas()
    months = paid_by_month(engine)
    paid = {str(organisation): int(ore) for organisation, ore in months.groupby("organisation_id")["ore"].sum().items()}
    told = _no_more_than_paid(told, paid)
    amounts = HitAmounts(told, rows)
    cases: list[dict[str, Any]] = []
    for case_id, group in told.groupby("case_id", sort=True):
        largest = group.groupby("owner")["amount_likely_ore"].max().sort_values(ascending=False, kind="stable")
        main = group[group["owner"] == largest.index[0]].sort_values(
            ["amount_likely_ore", "hit_id"], ascending=[False, True]
        )
        low, likely, high = amounts.together(group.index.to_numpy(dtype=np.intp))
        sureness, is_rate = _sureness(group), group["kind"] == HitKind.RATE.value
        firm = amounts.together(group.index[~is_rate].to_numpy(dtype=np.intp))[1]
        exposed = paid_in(months, group[~is_rate])
        more = _sureness(group[is_rate]) if is_rate.any() else 0.0
        organisations = sorted(set(group["organisation_id"].dropna())) or _either_of(group)
        cases.append(
            {
                "case_id": case_id,
                "organisation_id": next(
                    (owner for owner in largest.index if owner in organisations), next(iter(organisations), None)
                ),
                "organisation_ids": organisations,
                "programmes": sorted(set(group["programme"].dropna())),
                "payers": sorted(set(group["payer"].dropna())),
                "detectors": sorted(set(group["detector"])),
                "hits": len(group),
                "contradictions": int((group["kind"] == HitKind.CONTRADICTION.value).sum()),
                "sureness": sureness,
                "priority": (sureness * (firm + BESIDE * max(0, exposed - firm)) + more * max(0, likely - firm)) / 100,
                "amount_low_ore": low,
                "amount_likely_ore": likely,
                "amount_high_ore": max(high, exposed),
                "exposed_ore": exposed,
                "paid_ore": int(sum(paid.get(organisation, 0) for organisation in organisations)),
                "currency": main["currency"].iloc[0],
                "split_from": group["split_from"].dropna().iloc[0] if group["split_from"].notna().any() else None,
                "reason_sv": _best(group, "reason_sv"),
                "reason_en": _best(group, "reason_en"),
            }
        )
    cases.sort(key=lambda case: (-case["priority"], case["case_id"]))
    for place, (case, by_paid, by_hits) in enumerate(
        zip(cases, _places(cases, "paid_ore"), _places(cases, "hits"), strict=True), 1
    ):
        case |= {"rank": place, "rank_by_paid": by_paid, "rank_by_hits": by_hits}
    return pa.Table.from_pylist(cases, schema=CASES)


def _no_more_than_paid(hits: pd.DataFrame, paid: Mapping[str, int]) -> pd.DataFrame:
    """Hits without a programme bounded by what their organisation was paid with public money, where that is known."""
    most = hits["owner"].map(paid).where(hits["programme"].isna())
    bounds = {bound: hits[bound].where(most.isna(), np.minimum(hits[bound], most)).astype(np.int64) for bound in BOUNDS}
    return hits.assign(**bounds)


def _either_of(group: pd.DataFrame) -> list[str]:
    """The organisations of a case that is charged to none of them: one of these is at risk."""
    return sorted({organisation for parties in group["parties"] for organisation in either(parties)})


def _sureness(group: pd.DataFrame) -> float:
    by_detector = group.assign(sure=group["kind"].map(SURENESS).astype(float)).groupby("detector")["sure"].max()
    return float(1 - np.prod(1 - by_detector.to_numpy()))


def _best(group: pd.DataFrame, column: str) -> str:
    """The reason of the surest and largest hit."""
    order = group.assign(sure=group["kind"].map(SURENESS)).sort_values(
        ["sure", "amount_likely_ore", "hit_id"], ascending=[False, False, True]
    )
    return str(order[column].iloc[0])


def _places(cases: list[dict[str, Any]], column: str) -> list[int]:
    """The place of each case in a list sorted by one column alone, largest first."""
    order = sorted(range(len(cases)), key=lambda place: (-cases[place][column], cases[place]["case_id"]))
    places = {index: place for place, index in enumerate(order, 1)}
    return [places[index] for index in range(len(cases))]
