"""The trails that hits rest on, made again from their evidence: the payments of a finding alone say how its money was followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.engine import Engine
from follow_money.graph.flows.exit_classes import ExitClass
from follow_money.graph.flows.flow_facts import FlowFacts
from follow_money.graph.flows.follow import stops_about
from follow_money.graph.flows.found_trail import CAME_HOME, LEFT, found_trail
from follow_money.graph.flows.trail import Trail, Uint8s
from follow_money.graph.money_graph import MoneyGraph
from follow_money.model import EvidenceRole


def hit_trails(graph: MoneyGraph, hits: pa.Table, evidence: pa.Table) -> dict[str, Trail]:
    """The trail of each hit that has one, by hit id; the exits classed by registers, to be drawn and told.

    What goes to the owner side of the hit's organisation is classed as that, whoever pays it, as in a trail of the organisation (`stops_about`); so is what
    goes to a receiver whom the finding itself names as of that side. Finding and trail then say the same.

    A hit whose detector may see fewer payments than the run holds rests on a trail that cannot be made from all of them: it is left out.

    Args:
        graph: The run's graph.
        hits: Rows of ``model.HITS``.
        evidence: Rows of ``model.EVIDENCE``.
    """
    told = hits.filter(pc.is_valid(hits["trail_id"])).to_pylist()
    if not told:
        return {}
    facts = graph.flow_facts()
    of_payments = pc.and_(
        pc.equal(evidence["register"], "payments"), pc.equal(evidence["role"], EvidenceRole.FOR.value)
    )
    payments = evidence.filter(of_payments)
    made: dict[str, Trail] = {}
    for hit in told:
        records = payments.filter(pc.equal(payments["hit_id"], hit["hit_id"]))["record_id"].combine_chunks()
        places = pc.index_in(records, value_set=facts.store.payment_ids)
        if len(records) == 0 or places.null_count:
            continue
        trail = found_trail(facts.store, np.asarray(places), opening_ore=facts.opening_ore).trail
        if trail.trail_id == hit["trail_id"]:
            made[str(hit["hit_id"])] = trail
    return _classed(graph, facts, {str(hit["hit_id"]): hit for hit in told}, made)


def _classed(
    graph: MoneyGraph, facts: FlowFacts, hits: Mapping[str, Mapping[str, Any]], trails: Mapping[str, Trail]
) -> dict[str, Trail]:
    """The same trails with what registers and findings tell of their exits in place of that they are exits, by hit id in its order."""
    told: dict[str, Trail] = {}
    with Engine(threads=1, memory_gb=4) as engine:
        graph.attach(engine)
        classes: dict[str | None, Uint8s] = {}
        for hit_id, trail in sorted(trails.items()):
            about = hits[hit_id]["organisation_id"]
            if about not in classes:
                classes[about] = stops_about(engine, facts, [] if about is None else [about])
            told[hit_id] = _with_ends(trail, classes[about], _own_receivers(hits[hit_id]["parties"]))
    return told


def _own_receivers(parties: Sequence[Mapping[str, str]]) -> list[str]:
    """Those whom money came to, where the finding says that they are of the owner side."""
    is_of_owners = any(party["role"] == "owner_side" for party in parties)
    return [party["entity_id"] for party in parties if is_of_owners and party["role"] == "receiver"]


def _with_ends(trail: Trail, classes: Uint8s, receivers: Sequence[str]) -> Trail:
    ends = classes[trail.store.row]
    is_wage = np.isin(ends, [int(ExitClass.WAGES), int(ExitClass.OWNER_WAGES)])
    to_own = np.isin(trail.store.payee, trail.store.numbers(receivers)) & ~is_wage
    ends = np.where(to_own, np.uint8(ExitClass.OWNERS), np.where(ends > 0, ends, np.uint8(ExitClass.ONWARD)))
    stops = np.where(trail.stops == LEFT, ends, np.where(trail.stops == CAME_HOME, np.uint8(ExitClass.CAME_BACK), 0))
    return replace(trail, stops=stops.astype(np.uint8))
