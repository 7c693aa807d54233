"""A trail as rows that stand on their own: what is saved with a run, drawn, and told."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.graph.flows.flow_facts import FlowFacts
from follow_money.graph.flows.trail import BOUNDING, Trail
from follow_money.graph.local_time import local_months
from follow_money.model import INSTANT

TRAIL_ROWS: Final = pa.schema(
    [
        pa.field("payment_id", pa.string(), nullable=False),
        pa.field("payer_id", pa.string(), nullable=False),
        pa.field("payee_id", pa.string(), nullable=False),
        pa.field("paid_at", INSTANT, nullable=False),
        pa.field("month", pa.string(), nullable=False),
        pa.field("amount_ore", pa.int64(), nullable=False),
        pa.field("exit_class", pa.uint8(), nullable=False),
        pa.field("is_source", pa.bool_(), nullable=False),
        pa.field("is_wage", pa.bool_(), nullable=False),
        pa.field("fifo_ore", pa.int64(), nullable=False),
        pa.field("lifo_ore", pa.int64(), nullable=False),
        pa.field("haircut_ore", pa.int64(), nullable=False),
    ]
)
"""One row a payment that followed money passed under any convention, in time order. ``month`` is Swedish, ``2024-03``. ``exit_class`` is an `ExitClass`
(of a backward trail an `OriginClass`); 0 is followed on. Bounds of a sum are the least and greatest of the conventions' sums, never sums of bounds."""

CONVENTION_COLUMNS: Final = tuple(f"{convention.value}_ore" for convention in BOUNDING)
"""The columns of the bounding conventions; the middle one of an interval is ``haircut_ore``."""


def trail_rows(trail: Trail, facts: FlowFacts) -> pa.Table:
    """The touched payments of a trail in the schema ``TRAIL_ROWS``. The trail must have been traced under every bounding convention."""
    told = trail.payments()
    at = np.asarray(told["payment"])
    columns = {name: told[name] for name in told.schema.names if name in TRAIL_ROWS.names}
    columns["month"] = pc.strftime(local_months(told["paid_at"]), format="%Y-%m")
    columns["is_source"] = pa.array(np.isin(at, trail.sources))
    columns["is_wage"] = pa.array(np.asarray(facts.is_wage)[at])
    return pa.table([columns[name] for name in TRAIL_ROWS.names], names=TRAIL_ROWS.names).cast(TRAIL_ROWS)
