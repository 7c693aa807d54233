"""Key connectors among organisations: those without which a network of cases falls apart. Persons hold it together too, and are never listed."""

from __future__ import annotations

from collections.abc import Mapping

import igraph
import pandas as pd
import pyarrow as pa

from follow_money.triage.networks.schemas import KEY_CONNECTORS

BEYOND_CHANCE = 0.05
"""Largest q of a connector that counts as holding cases together."""


def key_connectors(connectors: pd.DataFrame, ties: pd.DataFrame, case_of: Mapping[str, str]) -> pa.Table:
    """Organisations whose removal leaves cases in several parts, in the order of their ids.

    The network is of cases, their organisations, and the connectors that chance does not explain and that are no hubs.
    """
    firm = connectors[~connectors["is_hub"] & (connectors["q_value"] <= BEYOND_CHANCE)]
    edges = ties.merge(firm[["tie", "connector_id"]], on=["tie", "connector_id"])
    pairs = set(zip(edges["organisation_id"], edges["connector_id"], strict=True))
    pairs |= {(case_of[organisation], organisation) for organisation, _ in pairs}
    if not pairs:
        return KEY_CONNECTORS.empty_table()
    names = sorted({name for pair in pairs for name in pair})
    number = {name: place for place, name in enumerate(names)}
    graph = igraph.Graph(len(names), edges=sorted((number[one], number[other]) for one, other in pairs))
    cases = set(case_of.values())
    told = []
    for place in sorted(graph.articulation_points()):
        organisation = names[place]
        if not organisation.startswith("O-"):
            continue
        whole = {names[each] for each in graph.subcomponent(place)} & cases
        # That an organisation's own case hangs on it goes without saying.
        parts = _parts(graph, place, names, whole - {case_of.get(organisation, "")})
        if len(parts) > 1:
            told.append({"organisation_id": organisation, "cases": len(whole), "parts": parts})
    return pa.Table.from_pylist(told, schema=KEY_CONNECTORS)


def _parts(graph: igraph.Graph, without: int, names: list[str], cases: set[str]) -> list[list[str]]:
    rest = graph.copy()
    rest.delete_edges(rest.incident(without))
    parts = [sorted({names[each] for each in part} & cases) for part in rest.connected_components()]
    return sorted(part for part in parts if part)
