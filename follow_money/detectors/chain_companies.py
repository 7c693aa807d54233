"""Chains of payments from publicly paid organisations through companies that look alike."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from follow_money.detectors.company_payments import CompanyFlows
from follow_money.detectors.flow_places import nodes_of
from follow_money.engine import Engine
from follow_money.graph.flows.patterns.chains import chains
from follow_money.graph.flows.search_rule import HOUR_US


def company_chains(
    engine: Engine,
    flows: CompanyFlows,
    organisations: list[str],
    idle: NDArray[np.bool_],
    *,
    hops: tuple[int, int],
    within_hours: int,
    kept_percent: int,
    young_days: int,
) -> pd.DataFrame:
    """Chains from these organisations through idle companies each of which is young or tied to another one of the chain.

    Chains that come home are left out: to the owner side of the organisation, or to a company that pays most of what it pays to the organisation or that side.

    Args:
        engine: With ``owner_side`` kept.
        flows: What organisations pay.
        organisations: Who pays the first payment.
        idle: bool, one a node of ``flows.store``: companies without activity, through which a chain may go.
        hops: Fewest and most payments; one in parts counts as one.
        within_hours: From one payment to the next.
        kept_percent: Least amount in whole per cent of the one before.
        young_days: Days after its registration for which a company is young.

    Returns:
        As `CompanyFlows.ways`, with ``alike``: what the companies have in common, a set of ``officer, address, phone, young``.
    """
    store = flows.in_parts.store
    is_start = nodes_of(store, organisations)
    through = idle & flows.passing & ~is_start
    found = chains(
        store,
        hops=hops,
        within_us=within_hours * HOUR_US,
        share_percent=(kept_percent, 100),
        starts=np.flatnonzero(is_start[store.payer] & through[store.payee]),
        through=through,
    )
    ways = flows.ways(found)
    ways = ways[~np.array(_come_home(engine, flows, ways), dtype=np.bool_)]
    alike = pd.Series(_alike(engine, ways, young_days), index=ways.index, dtype=object)
    is_alike = np.array([bool(kinds) for kinds in alike], dtype=np.bool_)
    return ways.assign(alike=alike)[is_alike].reset_index(drop=True)


def _come_home(engine: Engine, flows: CompanyFlows, ways: pd.DataFrame) -> list[bool]:
    """Whether each chain ends with the owner side of its organisation, or with a company that pays mostly there or to the organisation."""
    store, told = flows.store, engine.query(_SIDE).to_pandas()
    side = {str(key): set(group) for key, group in told.groupby("organisation_id")["member_id"]}
    homes = {organisation: side.get(organisation, set()) | {organisation} for organisation in ways["organisation_id"]}

    def comes_home(organisation: str, end: str) -> bool:
        out = store.paid_by(store.node(end))
        home = np.isin(store.payee[out], store.numbers(sorted(homes[organisation])))
        return end in homes[organisation] or bool(2 * store.amount_ore[out[home]].sum() > store.amount_ore[out].sum())

    answers = {pair: comes_home(*pair) for pair in set(zip(ways["organisation_id"], ways["to_id"], strict=True))}
    return [answers[pair] for pair in zip(ways["organisation_id"], ways["to_id"], strict=True)]


def _alike(engine: Engine, ways: pd.DataFrame, young_days: int) -> list[set[str]]:
    """What makes the companies of each chain look alike; empty when one of them is neither young nor tied to another."""
    companies = sorted({company for middles in ways["middle_ids"] for company in middles})
    engine.table("chain_companies", pa.table({"organisation_id": pa.array(companies, pa.string())}))
    ties: dict[tuple[str, str], set[str]] = {}
    for tie in engine.query(_TIES).to_pylist():
        ties.setdefault((tie["one_id"], tie["other_id"]), set()).add(tie["kind"])
    registered = {row["organisation_id"]: row["registered_on"] for row in engine.query(_REGISTERED).to_pylist()}
    first_seen: dict[str, date] = {}
    for began_on, middles in zip(ways["began_on"], ways["middle_ids"], strict=True):
        for company in middles:
            first_seen[company] = min(first_seen.get(company, began_on), began_on)
    young = {company for company, since in registered.items() if (first_seen[company] - since).days <= young_days}
    told = []
    for middles in ways["middle_ids"]:
        kinds: set[str] = set()
        tied: set[str] = set()
        for one, other in combinations(sorted(middles), 2):
            between = ties.get((one, other), set())
            kinds |= between
            tied |= {one, other} if between else set()
        is_alike = set(middles) <= tied | young
        told.append(kinds | ({"young"} if young & set(middles) else set()) if is_alike else set())
    return told


_SIDE = """
    select s.organisation_id, s.member_id from owner_side s join paid_organisations p on p.organisation_id = s.organisation_id
    order by s.organisation_id, s.member_id
"""

_TIES = """
    with officers as (
        select distinct l.from_id as person_id, l.to_id as organisation_id
        from links l
        join chain_companies c on c.organisation_id = l.to_id
        where l.from_id not in (select hub_id from hubs) and l.kind in (
            'owner', 'beneficial_owner', 'board_member', 'chair', 'managing_director', 'signatory', 'treasurer', 'deputy'
        )
    )
    select a.organisation_id as one_id, b.organisation_id as other_id, 'officer' as kind
    from officers a join officers b on b.person_id = a.person_id and a.organisation_id < b.organisation_id
    union
    select least(l.from_id, l.to_id) as one_id, greatest(l.from_id, l.to_id) as other_id, replace(l.kind, 'shared_', '') as kind
    from links l
    join chain_companies c on c.organisation_id = l.from_id
    join chain_companies d on d.organisation_id = l.to_id
    where l.kind in ('shared_address', 'shared_phone')
    order by one_id, other_id, kind
"""
"""Companies of chains with an officer in common (deputies too, hubs not), or with one address or telephone."""

_REGISTERED = """
    select o.organisation_id, min(o.registered_on) as registered_on
    from organisations o join chain_companies c on c.organisation_id = o.organisation_id
    where o.registered_on is not null group by o.organisation_id order by o.organisation_id
"""
