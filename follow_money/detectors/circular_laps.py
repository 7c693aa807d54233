"""Laps of money that leaves a publicly paid organisation for other companies and comes back to it or to its owner side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from follow_money.detectors.company_payments import CompanyFlows
from follow_money.detectors.flow_places import nodes_of
from follow_money.engine import Engine
from follow_money.graph.flows.patterns.round_trip import Homes, round_trip
from follow_money.graph.flows.search_rule import DAY_US


def circular_laps(
    engine: Engine,
    flows: CompanyFlows,
    organisations: list[str],
    *,
    within_days: int,
    most_hops: int,
    kept_percent: int,
) -> pd.DataFrame:
    """Laps, one row each.

    Args:
        engine: With ``owner_side`` and ``paid_organisations`` kept.
        flows: What organisations pay.
        organisations: Whose laps.
        within_days: From the first payment to the last.
        most_hops: Payments in a lap at most; one in parts counts as one.
        kept_percent: Least amount in whole per cent of the one before.

    Returns:
        As `CompanyFlows.ways`, with ``owner_id, role_record_id`` of who is paid last, where it is not the organisation itself; ``entry_id``, the first company;
        ``back_percent``: of all that the organisation paid to it, how much went round.
    """
    store = flows.in_parts.store
    is_subject = nodes_of(store, organisations)
    side = engine.query(_SIDE).to_pandas()
    found = round_trip(
        store,
        np.flatnonzero(is_subject[store.payer] & flows.passing[store.payee]),
        _homes(flows, [*side["organisation_id"], *organisations], [*side["member_id"], *organisations]),
        hops=range(2, most_hops + 1),
        within_us=within_days * DAY_US,
        share_percent=(kept_percent, 100),
        through=flows.passing,
    )
    laps = flows.ways(found)
    laps["entry_id"] = [middles[0] for middles in laps["middle_ids"]]
    laps = laps.merge(side, how="left", left_on=["organisation_id", "to_id"], right_on=["organisation_id", "member_id"])
    in_office = (laps["valid_from"] <= laps["day"]) & (laps["day"] <= laps["valid_to"])
    laps = laps[in_office | (laps["to_id"] == laps["organisation_id"])]
    return laps.assign(back_percent=_back_percent(flows, laps))


def _homes(flows: CompanyFlows, payers: list[str], homes: list[str]) -> Homes:
    payer, home = (flows.store.numbers(ids) for ids in (payers, homes))
    known = (payer >= 0) & (home >= 0)
    return Homes(payer[known], home[known])


def _back_percent(flows: CompanyFlows, laps: pd.DataFrame) -> list[float]:
    """For each lap: of what its organisation paid to its first company over all the time, how much went round, in per cent."""
    store, pair = flows.store, ["organisation_id", "entry_id"]
    share = {}
    for (organisation, entry), group in laps.groupby(pair):
        payer, payee = store.numbers([organisation, entry])
        out = store.paid_by(payer)
        out = out[store.payee[out] == payee]
        went = np.isin(store.row[out], np.concatenate(group["payments"].tolist()))
        share[(organisation, entry)] = 100 * store.amount_ore[out[went]].sum() / store.amount_ore[out].sum()
    return [share[told] for told in zip(laps["organisation_id"], laps["entry_id"], strict=True)]


_SIDE = """
    select s.organisation_id, s.member_id, s.owner_id, s.role_record_id, s.valid_from, s.valid_to
    from owner_side s join paid_organisations p on p.organisation_id = s.organisation_id
    order by s.organisation_id, s.member_id
"""
