"""What registers tell of the payments and parties of a flow store: exit classes, public money, opening balances. Saved with a run beside the store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from follow_money.engine import Engine
from follow_money.errors import StorageError
from follow_money.graph.flows.exit_classes import by_place, exit_classes
from follow_money.graph.flows.flow_store import FlowStore
from follow_money.graph.flows.opening_balances import opening_balances
from follow_money.graph.flows.time_order import Int64s
from follow_money.graph.flows.trail import Uint8s

FACT_REGISTERS: Final = frozenset(
    [
        "payments",
        "accounts",
        "balances",
        "payroll",
        "roles",
        "relations",
        "persons",
        "organisations",
        "permits",
        "claims",
    ]
)
"""Registers that the store and these facts are read from."""

_ARRAYS: Final = ("exit_class", "is_public", "is_wage", "opening_ore")


@dataclass(frozen=True, eq=False)
class FlowFacts:
    """A flow store with what is known of it.

    Attributes:
        store: The payments.
        exit_class: uint8, one a payment: see `exit_classes`.
        is_public: bool, one a payment: public money, because a public body pays it (and it is no wage or the like), the bank calls it so, it names a claim
            or decision, or it is of the day, payee and amount of a claim that was paid.
        is_wage: bool, one a payment: a wage with payroll behind it.
        opening_ore: int64, one a node, -1 where nobody knows: see `opening_balances`.
    """

    store: FlowStore
    exit_class: Uint8s
    is_public: NDArray[np.bool_]
    is_wage: NDArray[np.bool_]
    opening_ore: Int64s

    def of_part(self, part: FlowStore) -> FlowFacts:
        """The same of a store of some of the payments, whose ``row`` is their place here."""
        nodes = self.store.numbers(part.node_ids)
        at = part.row
        return FlowFacts(part, self.exit_class[at], self.is_public[at], self.is_wage[at], self.opening_ore[nodes])

    def save(self, folder: Path) -> None:
        """Write the facts into the store's folder. Raises StorageError."""
        try:
            for name in _ARRAYS:
                np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)
        except OSError as error:
            raise StorageError(
                f"What is known of the payments could not be written into {folder.name} ({error.strerror or error}). "
                "Free disk space and run the same command again."
            ) from error


def flow_facts(engine: Engine, store: FlowStore) -> FlowFacts:
    """What the tables attached to the engine tell of a store of their ``transfers``."""
    classes = exit_classes(engine, store)
    # The tables that the exit classes were told from are still kept.
    is_public = by_place(store, engine.query(_PUBLIC)) > 0
    is_wage = by_place(store, engine.query(_IS_WAGE)) > 0
    return FlowFacts(store, classes, is_public, is_wage, opening_balances(engine, store))


def open_facts(folder: Path, store: FlowStore) -> FlowFacts:
    """Open saved facts. Raises StorageError."""
    try:
        told = [np.load(folder / f"{name}.npy", allow_pickle=False) for name in _ARRAYS]
    except (OSError, ValueError) as error:
        raise StorageError(
            f"What is known of the payments in {folder.name} cannot be read ({error}). Screen the same folder again."
        ) from error
    return FlowFacts(store, *told)


_IS_WAGE: Final = "select place, 1 as class from exit_wages"

_PUBLIC: Final = """
    with billed as (
        select organisation_id, paid_on, amount_ore from current_claims
        where organisation_id is not null and paid_on is not null and amount_ore > 0 group by organisation_id, paid_on, amount_ore
    )
    select s.place, 1 as class
    from exit_store s
    join transfers t on t.record_id = s.record_id
    left join exit_public_bodies b on b.node = s.payer and b.is_public
    left join billed c on c.organisation_id = t.to_id and c.paid_on = t.day and c.amount_ore = t.amount_ore
    where t.kind = 'public' or t.programme_ref is not null or t.kind is null and c.organisation_id is not null
        or b.node is not null and coalesce(t.kind, '') not in ('salary', 'tax', 'rent', 'loan', 'cash')
"""
