"""What organisations pay in the way of trade, as flows of their own: where money may be passed on without being wages, rent or tax."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from follow_money.detectors.flow_places import nodes_of, places_of
from follow_money.detectors.public_money import PublicMoney
from follow_money.engine import Engine
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.found_paths import FoundPaths
from follow_money.graph.flows.found_trail import part_of
from follow_money.graph.flows.instalments import Instalments, with_instalments
from follow_money.graph.flows.search_rule import HOUR_US
from follow_money.graph.flows.time_order import Int64s
from follow_money.graph.local_time import local_days

COMPANY_PAYMENTS = """
    with named_accounts as (
        select distinct account_id from accounts where account_id is not null and kind in ('payroll_bureau', 'client_funds', 'group')
    )
    select t.record_id
    from transfers t
    join (select entity_id from entity_facts where kind = 'organisation') f on f.entity_id = t.from_id
    where coalesce(t.kind, '') not in ('salary', 'rent', 'tax', 'public')
        and coalesce(t.from_account_id, '') not in (select account_id from named_accounts)
        and coalesce(t.to_account_id, '') not in (select account_id from named_accounts)
"""
"""Payments of organisations that are not called wages, rent or tax, and that neither leave nor reach an account that is kept for many (payroll bureau, client
funds, group)."""

SPLIT_HOURS = 48
"""Payments of one company to another within so many hours may be one sum in parts."""

HUB_ORGANISATIONS = "select hub_id from hubs where kind = 'organisation'"


@dataclass(frozen=True, eq=False)
class CompanyFlows:
    """The payments of `COMPANY_PAYMENTS` that no public payer pays and that are no wages with payroll behind them.

    Attributes:
        store: The payments; ``row`` tells their places among all.
        node: int64, one a node of ``store``: which node of all it is.
        passing: bool, one a node of ``store``: an organisation through which money may pass, being no hub and no public payer.
        cut: Node id to the searches of `ways` that met a cap at it.
    """

    store: FlowStore
    node: NDArray[np.int64]
    passing: NDArray[np.bool_]
    cut: Counter[str] = field(default_factory=Counter)

    @cached_property
    def in_parts(self) -> Instalments:
        """The same payments, and the sums of those that may be one in parts: what a search is run on."""
        return with_instalments(self.store, within_us=SPLIT_HOURS * HOUR_US)

    def ways(self, found: FoundPaths) -> pd.DataFrame:
        """Paths found in ``in_parts``, one row each; what the search left out is added to ``cut``.

        Returns:
            ``organisation_id`` (who pays first), ``middle_ids`` (in order), ``to_id`` (who is paid last), ``began_on, day`` (local days of the first and last
            payment), ``payments`` (their places among all payments), ``first, last`` (places).
        """
        self.cut.update(dict(zip(found.cut["node_id"].to_pylist(), found.cut["searches"].to_pylist(), strict=True)))
        return self.ways_of([way for way in self.in_parts.paths(found) if way is not None])

    def ways_of(self, ways: Sequence[Int64s]) -> pd.DataFrame:
        """Ways given as places in ``store``; as `ways`."""
        store = self.store
        every = np.concatenate([np.zeros(0, np.int64), *ways]).astype(np.int64)
        payers = store.told(every)["payer_id"].to_pylist()
        ends = np.cumsum([0, *map(len, ways)])
        first, last = (np.array([way[end] for way in ways], dtype=np.int64) for end in (0, -1))
        begin, end = store.told(first), store.told(last)
        return pd.DataFrame(
            {
                "organisation_id": begin["payer_id"].to_pylist(),
                "middle_ids": [list(dict.fromkeys(payers[at:to]))[1:] for at, to in pairwise(ends)],
                "to_id": end["payee_id"].to_pylist(),
                "began_on": local_days(begin["paid_at"]).to_pylist(),
                "day": local_days(end["paid_at"]).to_pylist(),
                "payments": np.split(store.row[every], ends[1:-1]) if ways else [],
                "first": store.row[first],
                "last": store.row[last],
            }
        ).astype({"organisation_id": "str", "to_id": "str"})


def times(ways: pd.DataFrame) -> int:
    """How many times money took these ways: one payment begins one, and one ends one."""
    return int(min(ways["first"].nunique(), ways["last"].nunique()))


def company_flows(engine: Engine, public: PublicMoney) -> CompanyFlows:
    """What organisations pay in the way of trade."""
    whole = public.facts.store
    places = places_of(whole, engine.query(COMPANY_PAYMENTS)["record_id"])
    part, node = part_of(whole, places[~public.is_payer[whole.payer[places]] & ~public.facts.is_wage[places]])
    passing = (public.is_organisation & ~public.is_payer)[node] & ~nodes_of(
        part, engine.query(HUB_ORGANISATIONS)["hub_id"]
    )
    return CompanyFlows(part, node, passing)
