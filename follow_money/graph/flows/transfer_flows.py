"""The flow store of a graph: its transfers on entity ids, read once when the graph is made and kept beside its tables."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from follow_money.engine import Engine
from follow_money.graph.flows.payments_in import PaymentsIn, payments_in
from follow_money.registers.deliveries import KEY_LENGTH

SET_ASIDE_FILE: Final = "set_aside.parquet"
SAME_ID: Final = "same_id"
"""Key of that file's metadata: how many payments share their id with another that says something else, see `PaymentsIn`."""

_PAYMENTS: Final = f"""
    select record_id, paid_at, coalesce(from_id, from_account_id) as payer_id, coalesce(to_id, to_account_id) as payee_id, amount_ore, currency
    from transfers order by substring(record_id, 1, {KEY_LENGTH}), length(record_id), record_id
"""
"""By file and line, so that payments of one instant keep a statement's own order where nothing else decides: line 2 stands before line 10."""


_NAMED: Final = "select distinct named_payee_id from transfers where named_payee_id is not null order by named_payee_id"
"""Whom a payment names as its receiver, whoever holds the account: a node also where all that was meant for it went to another."""


def transfer_flows(engine: Engine) -> PaymentsIn:
    """The transfers attached to ``engine`` as flows between entities; an account that nobody is known to hold stands for itself. Payment ids are record ids."""
    return payments_in(
        engine.query(_PAYMENTS),
        payer="payer_id",
        payee="payee_id",
        payment_id="record_id",
        currency="currency",
        also=engine.query(_NAMED)["named_payee_id"],
    )


def write_flows(taken: PaymentsIn, folder: Path) -> None:
    """Save the store and what was set aside into a folder that is made. Raises StorageError."""
    folder.mkdir()
    taken.store.save(folder)
    told = taken.set_aside.replace_schema_metadata({SAME_ID: str(taken.same_id)})
    pq.write_table(told, folder / SET_ASIDE_FILE, compression="zstd")
