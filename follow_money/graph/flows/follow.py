"""Follow: from a public payer's money, or from payments, to a trail whose ends are classed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from follow_money.engine import Engine
from follow_money.errors import UsageError
from follow_money.graph.flows.exit_classes import ExitClass, attach_store
from follow_money.graph.flows.exit_rules import OWN_AFFAIRS, OWNER_SIDE
from follow_money.graph.flows.flow_facts import FlowFacts, flow_facts
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.origin_classes import OriginClass, origin_classes
from follow_money.graph.flows.time_order import Int64s
from follow_money.graph.flows.trace import trace
from follow_money.graph.flows.trail import BOUNDING, Convention, Trail, Uint8s
from follow_money.graph.local_time import local_days, local_months


def follow(
    engine: Engine,
    store: FlowStore,
    *,
    paid_to: Collection[str] = (),
    paid_by: Collection[str] = (),
    references: Collection[str] = (),
    payment_ids: Collection[str] = (),
    months: Collection[str] = (),
    backward: bool = False,
    through: Collection[ExitClass] = (),
    facts: FlowFacts | None = None,
    conventions: Collection[Convention] = BOUNDING,
) -> Trail:
    """A trail from the payments that all conditions name, to where their money ended (backward: to where it came from).

    Forward, without payment ids, references and a payer, the sources are the *public* payments: given an organisation it is the public money that is followed.
    The owner side of those whom the sources pay is an exit whoever pays it.

    Args:
        engine: With the graph attached that the store was made of.
        store: Its payments.
        paid_to: Entity ids of payees; any when empty.
        paid_by: Entity ids of payers; any when empty.
        references: Ids of claims or decisions that public payments rest on; any when empty.
        payment_ids: Record ids of payments; any when empty.
        months: Swedish months, ``2024-03``; any when empty.
        backward: Seek where the money came from.
        through: Exit classes that are followed on all the same. Forward only.
        facts: What is known of the store; told from the engine when not given.
        conventions: Which ones.

    Raises:
        UsageError: No payment fits, or an entity neither pays nor is paid.
    """
    told = flow_facts(engine, store) if facts is None else facts
    fits = np.ones(len(store), dtype=bool)
    if paid_to:
        fits &= np.isin(store.payee, [store.node(entity) for entity in paid_to])
    if paid_by:
        fits &= np.isin(store.payer, [store.node(entity) for entity in paid_by])
    if references:
        fits &= _is_in(store, _referring(engine, references))
    if payment_ids:
        fits &= _is_in(store, _checked(store, payment_ids))
    if not (paid_by or references or payment_ids or backward):
        fits &= told.is_public
    sources = np.flatnonzero(fits)
    if months:
        sources = sources[np.isin(_months(store, sources), sorted(months))]
    if not len(sources):
        if backward or paid_by or references or payment_ids:
            raise UsageError(
                "No payment fits: there is none of that kind in these data. Name another payer, other months, or payments by their record ids."
            )
        raise UsageError(
            "No payment fits: there is no public payment of that kind in these data, and without a payer only public money is followed. "
            "Name a payer (--from), ask for all that the party paid (--paid) or where its money came from (--backward), or name other months."
        )
    if backward:
        stops = origin_classes(told)
        stops[sources[stops[sources] != OriginClass.PUBLIC]] = 0
    else:
        subjects = store.node_ids.take(pa.array(np.unique(store.payee[sources])))
        stops = stops_about(engine, told, subjects.to_pylist(), through=through)
        # Where one begins is no end. But a payment that is asked for by itself and is an exit ended there.
        stops[sources if paid_to else sources[told.is_public[sources]]] = 0
    return trace(store, sources, stops=stops, opening_ore=told.opening_ore, backward=backward, conventions=conventions)


def stops_about(
    engine: Engine, facts: FlowFacts, subjects: Collection[str], *, through: Collection[ExitClass] = ()
) -> Uint8s:
    """The exit classes with the owner side of some organisations laid over: what is paid to it by anybody is ``OWNERS``.

    Args:
        engine: With the graph attached.
        facts: Of the store.
        subjects: Ids of the organisations that a trail is about.
        through: Classes that are followed on all the same.
    """
    store, stops = facts.store, np.array(facts.exit_class, dtype=np.uint8)
    attach_store(engine, store)
    engine.table("trail_subjects", pa.table({"organisation_id": pa.array(sorted(set(subjects)), pa.string())}))
    side = engine.query(_SIDE_OF_SUBJECTS)
    paid = [store.paid_to(member) for member in side["member"].to_pylist()]
    at = np.concatenate([np.zeros(0, np.int64), *paid]).astype(np.int64)
    if len(at):
        row = np.repeat(np.arange(len(side)), [len(each) for each in paid])
        day = np.asarray(local_days(store.told(at)["paid_at"]).cast(pa.int32()))
        first, last = (np.asarray(side[name].cast(pa.int32()))[row] for name in ("valid_from", "valid_to"))
        at = np.unique(at[(day >= first) & (day <= last) & (stops[at] != ExitClass.OWNER_WAGES)])
        ids = store.payment_ids.take(pa.array(at))
        engine.table("trail_to_side", pa.table({"record_id": ids}))
        own, wages = (engine.query(sql)["record_id"].combine_chunks() for sql in (_OWN_AFFAIRS, _CALLED_WAGES))
        is_own, is_wage = (np.asarray(pc.is_in(ids, value_set=those)) for those in (own, wages))
        as_wages = stops[at] == ExitClass.WAGES
        stops[at[~(as_wages & (is_own | is_wage))]] = ExitClass.OWNERS
        stops[at[as_wages & is_wage]] = ExitClass.OWNER_WAGES
    stops[np.isin(stops, [int(each) for each in through])] = 0
    return stops


def source_months(trail: Trail) -> list[str]:
    """The Swedish month of each source, ``2024-03``: groups for `provenance`."""
    return [str(month) for month in _months(trail.store, trail.sources)]


def references_known(engine: Engine, references: Collection[str]) -> bool:
    """Whether any payment rests on a claim or decision of these ids."""
    return len(_referring(engine, references)) > 0


def _referring(engine: Engine, references: Collection[str]) -> list[str]:
    engine.table("trail_references", pa.table({"reference": pa.array(sorted(set(references)), pa.string())}))
    return [str(each) for each in engine.query(_REFERRING)["record_id"].to_pylist()]


def _checked(store: FlowStore, payment_ids: Collection[str]) -> list[str]:
    wanted = pa.array(sorted(set(payment_ids)), pa.string())
    missing = wanted.filter(pc.invert(pc.is_in(wanted, value_set=store.payment_ids))).to_pylist()
    if missing:
        raise UsageError(
            f"There is no payment '{missing[0]}' among those that can be followed. It is unknown, or was set aside when the payments were read."
        )
    return [str(each) for each in wanted.to_pylist()]


def _is_in(store: FlowStore, ids: list[str]) -> NDArray[np.bool_]:
    return np.asarray(pc.is_in(store.payment_ids, value_set=pa.array(ids, pa.string())))


def _months(store: FlowStore, places: Int64s) -> NDArray[np.str_]:
    first_days = local_months(store.told(places)["paid_at"])
    return np.asarray(pc.strftime(first_days, format="%Y-%m").to_pylist(), dtype=np.str_)


_REFERRING: Final = """
    with named as (
        select reference from trail_references
        union select c.claim_id as reference from current_claims c join trail_references r on r.reference = c.decision_id where c.claim_id is not null
    )
    select t.record_id from transfers t join named n on n.reference = t.programme_ref
"""

_SIDE_OF_SUBJECTS: Final = f"""
    with side as ({OWNER_SIDE})
    select s.member, s.valid_from, s.valid_to from side s join trail_subjects j on j.organisation_id = s.organisation_id
    order by s.member, s.valid_from, s.valid_to
"""

_OWN_AFFAIRS: Final = f"select t.record_id from transfers t join trail_to_side s on s.record_id = t.record_id where t.kind in {OWN_AFFAIRS}"

_CALLED_WAGES: Final = (
    "select t.record_id from transfers t join trail_to_side s on s.record_id = t.record_id where t.kind = 'salary'"
)
