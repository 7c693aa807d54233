"""A case as a graph in the analyst's hands: who is tied to whom, and which payments of the evidence went where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from follow_money.graph.money_graph import MoneyGraph

if TYPE_CHECKING:
    import networkx as nx

_LINK_COLUMNS = ("from_id", "to_id", "kind", "valid_from", "valid_to", "via_id", "register", "record_id", "is_exact")


def case_graph(graph: MoneyGraph, hits: pa.Table, evidence: pa.Table) -> nx.MultiDiGraph:
    """The parties of a case, the links between them, and the payments of its evidence.

    Args:
        graph: The run's graph.
        hits: The case's hits in the schema ``HITS``.
        evidence: The case's rows in the schema ``EVIDENCE``.

    Returns:
        Nodes are entity ids with ``roles`` (of the hits' parties) and ``kind`` (organisation, person, account, other). An edge with
        ``kind="payments"`` stands for all payments of the evidence from one to another: ``amount_ore``, ``payments``, ``first_at``,
        ``last_at``. Every other edge is a link, with the columns of ``LINKS``. Nodes and edges come in the order of their ids.
    """
    roles: dict[str, set[str]] = {}
    for parties in hits["parties"].to_pylist():
        for party in parties:
            roles.setdefault(party["entity_id"], set()).add(party["role"])
    for organisation in hits["organisation_id"].to_pylist():
        if organisation is not None:
            roles.setdefault(organisation, set()).add("organisation")
    payments = _payments(graph, evidence)
    for payment in payments:
        for end in ("from_id", "to_id"):
            roles.setdefault(payment[end], set())
    import networkx as nx  # only a notebook asks for it

    told = nx.MultiDiGraph()
    for entity_id in sorted(roles):
        told.add_node(entity_id, kind=_KINDS.get(entity_id[:2], "other"), roles=sorted(roles[entity_id]))
    within = pa.array(sorted(roles), pa.string())
    links = graph.table("links", _LINK_COLUMNS)
    links = links.filter(pc.and_(pc.is_in(links["from_id"], within), pc.is_in(links["to_id"], within)))
    for link in links.sort_by([(name, "ascending") for name in ("from_id", "to_id", "kind", "record_id")]).to_pylist():
        told.add_edge(link.pop("from_id"), link.pop("to_id"), **link)
    for payment in payments:
        told.add_edge(payment.pop("from_id"), payment.pop("to_id"), kind="payments", **payment)
    return told


_KINDS = {"O-": "organisation", "P-": "person", "A-": "account"}


def _payments(graph: MoneyGraph, evidence: pa.Table) -> list[dict[str, Any]]:
    """The payments of the evidence, summed from one party to another, each payment once."""
    rows = evidence.filter(pc.equal(evidence["register"], "payments"))
    transfers = graph.table("transfers", ("record_id", "from_id", "to_id", "amount_ore", "paid_at"))
    mine = transfers.filter(pc.is_in(transfers["record_id"], pc.unique(rows["record_id"])))
    mine = mine.filter(pc.and_(pc.is_valid(mine["from_id"]), pc.is_valid(mine["to_id"])))
    summed = mine.group_by(["from_id", "to_id"]).aggregate(
        [("amount_ore", "sum"), ("record_id", "count"), ("paid_at", "min"), ("paid_at", "max")]
    )
    named = summed.select(
        ["from_id", "to_id", "amount_ore_sum", "record_id_count", "paid_at_min", "paid_at_max"]
    ).rename_columns(["from_id", "to_id", "amount_ore", "payments", "first_at", "last_at"])
    told: list[dict[str, Any]] = named.sort_by([("from_id", "ascending"), ("to_id", "ascending")]).to_pylist()
    return told
