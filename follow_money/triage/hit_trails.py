"""The trails that hits rest on, made again from their evidence: the payments of a finding alone say how its money was followed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.graph.flows.exit_classes import ExitClass
from follow_money.graph.flows.flow_facts import FlowFacts
from follow_money.graph.flows.found_trail import CAME_HOME, LEFT, found_trail
from follow_money.graph.flows.trail import Trail
from follow_money.graph.money_graph import MoneyGraph
from follow_money.model import EvidenceRole


def hit_trails(graph: MoneyGraph, hits: pa.Table, evidence: pa.Table) -> dict[str, Trail]:
    """The trail of each hit that has one, by hit id; the exits classed by registers, to be drawn and told.

    A hit whose detector may see fewer payments than the run holds rests on a trail that cannot be made from all of them: it is left out.

    Args:
        graph: The run's graph.
        hits: Rows of ``model.HITS``.
        evidence: Rows of ``model.EVIDENCE``.
    """
    told = hits.filter(pc.is_valid(hits["trail_id"])).select(["hit_id", "trail_id"]).to_pylist()
    if not told:
        return {}
    facts = graph.flow_facts()
    of_payments = pc.and_(
        pc.equal(evidence["register"], "payments"), pc.equal(evidence["role"], EvidenceRole.FOR.value)
    )
    payments = evidence.filter(of_payments)
    trails = {}
    for hit in sorted(told, key=lambda hit: str(hit["hit_id"])):
        records = payments.filter(pc.equal(payments["hit_id"], hit["hit_id"]))["record_id"].combine_chunks()
        places = pc.index_in(records, value_set=facts.store.payment_ids)
        if len(records) == 0 or places.null_count:
            continue
        trail = found_trail(facts.store, np.asarray(places), opening_ore=facts.opening_ore).trail
        if trail.trail_id == hit["trail_id"]:
            trails[str(hit["hit_id"])] = _classed(trail, facts)
    return trails


def _classed(trail: Trail, facts: FlowFacts) -> Trail:
    """The same trail with what registers tell of its exits in place of that they are exits."""
    classes = np.asarray(facts.exit_class)[trail.store.row]
    onward = np.where(classes > 0, classes, np.uint8(ExitClass.ONWARD))
    stops = np.where(trail.stops == LEFT, onward, np.where(trail.stops == CAME_HOME, np.uint8(ExitClass.CAME_BACK), 0))
    return replace(trail, stops=stops.astype(np.uint8))
