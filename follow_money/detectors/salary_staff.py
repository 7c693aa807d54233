"""Who is employed by whom, who stands on the owner side, and which payments are salaries, as pairs of nodes and places in the flows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from follow_money.detectors.flow_places import place_of_each, places_of
from follow_money.engine import Engine
from follow_money.graph.flows.exit_rules import OFFICERS
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.time_order import Int64s


@dataclass(frozen=True, kw_only=True, eq=False)
class Staff:
    """Employers and their people. Pairs are written as one number: ``employer * nodes + person``, sorted.

    Attributes:
        store: All payments.
        employed: int64: pairs of those whose pay is declared and paid, and who are neither owners nor officers.
        outside: int64: of these, who do not live with the owner side.
        side: int64: pairs of each employer and its owner side.
        salaries: int64: places of the salaries of ``employed`` that were credited to themselves.
        straight: int64: places of those that were credited to somebody else.
        straight_pair: int64: the pair of each of ``straight``.
    """

    store: FlowStore
    employed: Int64s
    outside: Int64s
    side: Int64s
    salaries: Int64s
    straight: Int64s
    straight_pair: Int64s

    def pairs(self, payments: Int64s) -> Int64s:
        """Payer and payee of payments, as pairs."""
        return pair(self.store, self.store.payer[payments], self.store.payee[payments])

    def employers(self) -> list[str]:
        """Entity ids of those who employ anybody, sorted."""
        return sorted(self.store.node_ids.take(np.unique(self.employed // self.store.nodes)).to_pylist())


def staff_of(engine: Engine, store: FlowStore) -> Staff:
    """Everybody's staff. Needs ``owner_side`` kept in the engine."""
    side = _pairs(engine, store, _SIDE)
    declared = np.setdiff1d(_pairs(engine, store, _DECLARED), _pairs(engine, store, _OFFICERS))
    named = engine.query(_STRAIGHT)
    straight = place_of_each(store, named["record_id"])
    straight_pair = pair(
        store, *(store.numbers(named[name].combine_chunks()) for name in ("from_id", "named_payee_id"))
    )
    is_kept = (straight >= 0) & is_among(straight_pair, declared)
    may_be = np.zeros(store.nodes, np.bool_)
    may_be[declared // store.nodes] = True
    is_salary = may_be[store.payer]
    is_salary[places_of(store, engine.query(_NO_SALARY)["record_id"])] = False
    salaries = np.flatnonzero(is_salary)
    paid = pair(store, store.payer[salaries], store.payee[salaries])
    is_declared = is_among(paid, declared)
    salaries, paid = salaries[is_declared], paid[is_declared]
    employed = np.union1d(paid, straight_pair[is_kept])
    return Staff(
        store=store,
        employed=employed,
        outside=np.setdiff1d(employed, side),
        side=side,
        salaries=salaries,
        straight=straight[is_kept],
        straight_pair=straight_pair[is_kept],
    )


def pair(store: FlowStore, one: NDArray[np.integer], other: NDArray[np.integer]) -> Int64s:
    """One number for two nodes; -1 where one of them is unknown (negative)."""
    told = one.astype(np.int64) * store.nodes + other
    return np.where((one >= 0) & (other >= 0), told, -1)


def is_among(pairs: Int64s, known: Int64s) -> NDArray[np.bool_]:
    """Whether each of ``pairs`` is one of ``known``, which are sorted."""
    if not len(known):
        return np.zeros(len(pairs), np.bool_)
    found: NDArray[np.bool_] = known[np.searchsorted(known, pairs).clip(max=len(known) - 1)] == pairs
    return found


def _pairs(engine: Engine, store: FlowStore, sql: str) -> Int64s:
    table = engine.query(sql)
    told = pair(store, *(store.numbers(table.column(place).combine_chunks()) for place in (0, 1)))
    return np.unique(told[told >= 0])


_DECLARED = """
    select organisation_id, person_id from current_payroll where organisation_id is not null and person_id is not null
    group by organisation_id, person_id
"""

_OFFICERS = f"select to_id, from_id from links where kind in {OFFICERS} group by to_id, from_id"

_SIDE = "select organisation_id, member_id from owner_side"

_STRAIGHT = """
    select record_id, from_id, named_payee_id from transfers
    where (kind = 'salary' or kind is null) and from_id is not null and named_payee_id is not null and to_id <> named_payee_id
    order by record_id
"""

_NO_SALARY = """
    select t.record_id from transfers t
    join (select entity_id from entity_facts where kind = 'organisation') f on f.entity_id = t.from_id
    join (select entity_id from entity_facts where kind = 'person') p on p.entity_id = t.to_id
    where t.kind <> 'salary'
"""
"""What organisations pay to persons under another name than salary."""
