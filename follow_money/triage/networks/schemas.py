"""The tables of the second pass."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

CONNECTORS: Final = pa.schema(
    [
        pa.field("connector_id", pa.string(), nullable=False),
        pa.field("tie", pa.string(), nullable=False),
        pa.field("case_ids", pa.list_(pa.string()), nullable=False),
        pa.field("organisation_ids", pa.list_(pa.string()), nullable=False),  # of these cases
        pa.field(
            "parties", pa.int64(), nullable=False
        ),  # all that have it in common, in a case or not; one household's organisations are one
        pa.field("expected", pa.float64(), nullable=False),  # parties of cases among them, by chance
        pa.field("p_value", pa.float64(), nullable=False),
        pa.field("q_value", pa.float64(), nullable=False),
        pa.field("is_hub", pa.bool_(), nullable=False),
        pa.field("hub_sv", pa.string()),
        pa.field("hub_en", pa.string()),
        pa.field("valid_from", pa.date32()),
        pa.field("valid_to", pa.date32()),
        pa.field(
            "amount_low_ore", pa.int64(), nullable=False
        ),  # of its cases as a union: a krona once, and never added to theirs
        pa.field("amount_likely_ore", pa.int64(), nullable=False),
        pa.field("amount_high_ore", pa.int64(), nullable=False),
    ]
)
"""One row a connector and kind of tie, in the order of kind and id."""

TIES: Final = pa.schema(
    [
        pa.field("connector_id", pa.string(), nullable=False),
        pa.field("tie", pa.string(), nullable=False),
        pa.field("organisation_id", pa.string(), nullable=False),
        pa.field("case_id", pa.string(), nullable=False),
        pa.field("valid_from", pa.date32()),
        pa.field("valid_to", pa.date32()),
        pa.field("amount_ore", pa.int64(), nullable=False),  # paid to the connector; 0 where the tie is no payment
        pa.field("register", pa.string(), nullable=False),
        pa.field("record_id", pa.string(), nullable=False),
    ]
)
"""The dated ties of the connectors, one row an organisation, with a source row that tells of it."""

KEY_CONNECTORS: Final = pa.schema(
    [
        pa.field("organisation_id", pa.string(), nullable=False),
        pa.field("cases", pa.int64(), nullable=False),  # that hang together through it
        pa.field(
            "parts", pa.list_(pa.list_(pa.string())), nullable=False
        ),  # the cases of each part that is left without it
    ]
)
"""Organisations, never persons, without which a network of cases falls apart."""
