"""The flow store of a graph: its transfers on entity ids, read once when the graph is made and kept beside its tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from follow_money.engine import Engine
from follow_money.graph.flows.payments_in import PaymentsIn, SetAside, payments_in
from follow_money.registers.deliveries import KEY_LENGTH

SET_ASIDE_FILE: Final = "set_aside.parquet"
SAME_ID: Final = "same_id"
"""Key of that file's metadata: how many payments share their id with another that says something else, see `PaymentsIn`."""

_PAYMENTS: Final = f"""
    select record_id, paid_at, coalesce(from_id, from_account_id) as payer_id, coalesce(to_id, to_account_id) as payee_id, amount_ore, currency,
        payment_id
    from transfers order by substring(record_id, 1, {KEY_LENGTH}), length(record_id), record_id
"""
"""By file and line, so that payments of one instant keep a statement's own order where nothing else decides: line 2 stands before line 10."""

_COPIES: Final = "select record_id from payment_copies order by record_id"

_NAMED: Final = "select distinct named_payee_id from transfers where named_payee_id is not null order by named_payee_id"
"""Whom a payment names as its receiver, whoever holds the account: a node also where all that was meant for it went to another."""


def transfer_flows(engine: Engine) -> PaymentsIn:
    """The transfers attached to ``engine`` as flows between entities; an account that nobody is known to hold stands for itself.

    The store's payment ids are record ids. Set aside are also the ``payment_copies``, in rows after those of the transfers; payments share an id when their
    ``payment_id`` is one, though what they say differs.
    """
    transfers = engine.query(_PAYMENTS)
    taken = payments_in(
        transfers,
        payer="payer_id",
        payee="payee_id",
        payment_id="record_id",
        currency="currency",
        also=engine.query(_NAMED)["named_payee_id"],
    )
    copies = engine.query(_COPIES)["record_id"]
    told = {
        "row": pa.array(np.arange(len(transfers), len(transfers) + len(copies))),
        "payment_id": copies,
        "reason": pa.array([SetAside.COPY.value] * len(copies), pa.string()),
    }
    return replace(
        taken,
        set_aside=pa.concat_tables([taken.set_aside, pa.table(told)]),
        same_id=_same_id(transfers["payment_id"].take(pa.array(taken.store.row))),
    )


def _same_id(payment_ids: pa.ChunkedArray) -> int:
    """How many payments share their id with another."""
    ids = payment_ids.combine_chunks().drop_null().dictionary_encode()
    counts = np.bincount(np.asarray(ids.indices), minlength=1)
    return int(counts[counts > 1].sum())


def write_flows(taken: PaymentsIn, folder: Path) -> None:
    """Save the store and what was set aside into a folder that is made. Raises StorageError."""
    folder.mkdir()
    taken.store.save(folder)
    told = taken.set_aside.replace_schema_metadata({SAME_ID: str(taken.same_id)})
    pq.write_table(told, folder / SET_ASIDE_FILE, compression="zstd")
