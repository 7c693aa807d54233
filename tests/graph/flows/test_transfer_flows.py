"""The flow store of a graph: in which order payments of one instant are read."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa

from follow_money.engine import Engine
from follow_money.graph.flows.transfer_flows import transfer_flows

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
FILES = ("0123456789ab", "ba9876543210")


def test_payments_of_one_instant_keep_the_order_of_the_lines_of_their_file() -> None:
    lines = [f"{file}:{line}" for file in FILES for line in (2, 9, 10, 11, 100)]
    told = sorted(lines)  # as text: line 10 before line 2
    transfers = pa.table(
        {
            "record_id": told,
            "paid_at": pa.array([NOON] * len(told), pa.timestamp("us", tz="UTC")),
            "from_id": ["O-a"] * len(told),
            "from_account_id": pa.nulls(len(told), pa.string()),
            "to_id": ["O-b"] * len(told),
            "to_account_id": pa.nulls(len(told), pa.string()),
            "named_payee_id": pa.nulls(len(told), pa.string()),
            "amount_ore": [100] * len(told),
            "currency": ["SEK"] * len(told),
            "payment_id": told,
        }
    )
    no_copies = pa.table({"record_id": pa.array([], pa.string()), "copy_of": pa.array([], pa.string())})
    with Engine(threads=1, memory_gb=1) as engine:
        engine.table("transfers", transfers)
        engine.table("payment_copies", no_copies)
        assert transfer_flows(engine).store.payment_ids.to_pylist() == lines
