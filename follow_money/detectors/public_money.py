"""Public money: the organisations that it is paid to, and its trail through payments that were found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from follow_money.detectors.contract import Context
from follow_money.detectors.flow_places import nodes_of
from follow_money.detectors.rows import not_evaluable_tests, plain_tests, tests_frame
from follow_money.graph.flows.flow_facts import FlowFacts
from follow_money.graph.flows.found_trail import FoundTrail, found_trail
from follow_money.graph.flows.time_order import Int64s


@dataclass(frozen=True, eq=False)
class PublicMoney:
    """Public payments to organisations, and who they are.

    Attributes:
        facts: The flows and what is known of them.
        payments: int64: places of the public payments to organisations.
        is_payer: bool, one a node: pays public money.
        is_paid: bool, one a node: an organisation that is paid with public money.
        is_organisation: bool, one a node.
        providers: One row an organisation that is paid with public money, by payments or by claims, sorted: ``organisation_id, payer, programme`` (those of its
            largest claims, if any), ``is_seen``: whether such a payment is among the flows.
    """

    facts: FlowFacts
    payments: Int64s
    is_payer: NDArray[np.bool_]
    is_paid: NDArray[np.bool_]
    is_organisation: NDArray[np.bool_]
    providers: pd.DataFrame

    @property
    def seen(self) -> list[str]:
        """Organisations to which public payments are among the flows, sorted."""
        told = self.providers
        return [str(organisation) for organisation in told.loc[told["is_seen"], "organisation_id"]]

    def payer(self, organisation: str) -> str | None:
        """The payer of an organisation's largest claims."""
        return self._terms[organisation][0]

    def programme(self, organisation: str) -> str | None:
        """The programme of an organisation's largest claims."""
        return self._terms[organisation][1]

    @cached_property
    def _terms(self) -> dict[str, tuple[str | None, str | None]]:
        ids, payers, programmes = (self.providers[name].tolist() for name in ("organisation_id", "payer", "programme"))
        return {
            organisation: (None if pd.isna(payer) else payer, None if pd.isna(programme) else programme)
            for organisation, payer, programme in zip(ids, payers, programmes, strict=True)
        }

    def to(self, organisations: Sequence[str]) -> Int64s:
        """Places of the public payments to these organisations."""
        store = self.facts.store
        return self.payments[np.isin(store.payee[self.payments], store.numbers(list(organisations)))]

    def trail(self, organisations: Sequence[str], payments: Int64s) -> tuple[Int64s, FoundTrail] | None:
        """The found payments with the public payments to the organisations before the last of them, and their trail.

        Args:
            organisations: Those whose public money is followed.
            payments: Places of the found payments.

        Returns:
            Places, and the trail; None when no public money reached the end of it, under any convention.
        """
        public = self.to(organisations)
        public = public[public < payments.max()]
        if not len(public):
            return None
        at = np.union1d(public, payments)
        found = found_trail(self.facts.store, at, opening_ore=self.facts.opening_ore)
        return (at, found) if found.high_ore else None

    def tests(self, observed: Mapping[str, int], *, unit: str, subject_kind: str) -> pd.DataFrame:
        """One test a provider: how much of a pattern was found, 0 where there was none; not evaluable where no public payment to it is seen."""
        told = self.providers.assign(
            subject_id=self.providers["organisation_id"], key=self.providers["organisation_id"]
        )
        told["found"] = [observed.get(organisation, 0) for organisation in told["organisation_id"]]
        return tests_frame(
            plain_tests(
                told[told["is_seen"]], subject_kind=subject_kind, unit=unit, null_model="path", observed="found"
            ),
            not_evaluable_tests(
                told[~told["is_seen"]],
                subject_kind=subject_kind,
                unit=unit,
                null_model="path",
                why="no payment of public money to it is among the payments",
            ),
        )


def public_money(context: Context) -> PublicMoney:
    """Public payments to organisations in the flows of a context. A public body that other bodies pay is no provider."""
    facts = context.flow_facts
    store, public = facts.store, np.flatnonzero(facts.is_public)
    is_organisation = nodes_of(store, context.engine.query(_ORGANISATIONS)["entity_id"])
    is_payer, is_paid = np.zeros(store.nodes, np.bool_), np.zeros(store.nodes, np.bool_)
    is_payer[store.payer[public]] = True
    is_paid[store.payee[public]] = True
    is_paid &= is_organisation & ~is_payer
    payments = public[is_paid[store.payee[public]]]
    context.engine.table(
        "paid_organisations", pa.table({"organisation_id": store.node_ids.take(np.flatnonzero(is_paid))})
    )
    providers = context.engine.query(_PROVIDERS).to_pandas()
    return PublicMoney(facts, payments, is_payer, is_paid, is_organisation, providers)


_ORGANISATIONS = "select entity_id from entity_facts where kind = 'organisation'"

_PROVIDERS = """
    with by_programme as (
        select organisation_id, payer, programme, sum(amount_ore) as ore from current_claims
        where organisation_id is not null group by organisation_id, payer, programme
    ),
    placed as (
        select organisation_id, payer, programme, row_number() over (partition by organisation_id order by ore desc, payer, programme) as place
        from by_programme
    ),
    largest as (select organisation_id, payer, programme from placed where place = 1)
    select coalesce(p.organisation_id, l.organisation_id) as organisation_id, l.payer, l.programme, p.organisation_id is not null as is_seen
    from paid_organisations p full join largest l on l.organisation_id = p.organisation_id
    order by coalesce(p.organisation_id, l.organisation_id)
"""
