"""What a scan in the order of time reads, and what it finds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from follow_money.graph.flows.time_order import Int32s, Int64s

Uint8s = NDArray[np.uint8]


class Scan(NamedTuple):
    """What a scan reads.

    Attributes:
        payer: int32, one a payment, in the order of the scan.
        payee: The same.
        amount_ore: int64, one a payment.
        group_of: int32, one a payment: the source group whose money it starts, -1 for a payment that is no source.
        stops: uint8, one a payment: what is not 0 is not followed on; empty when everything is.
        opening_ore: int64, one a node, 0 or more.
        repaid_ore: int64, one a payment: what its payee pays at once out of it and is followed no further (backward: the credit that a payment was made with);
            empty when nobody does.
        row_of: int32, one a payment: its row in the parts, -1 for none; payments of one row are added up; empty when no parts are asked for.
        rows: How many rows that makes.
        groups: Source groups that are told apart; 0 when no parts are asked for.
    """

    payer: Int32s
    payee: Int32s
    amount_ore: Int64s
    group_of: Int32s
    stops: Uint8s
    opening_ore: Int64s
    repaid_ore: Int64s
    row_of: Int32s
    rows: int
    groups: int


class Followed(NamedTuple):
    """What a scan found, one row a convention.

    Attributes:
        traced_ore: int64, conventions x payments: traced öre in each.
        parts_ore: int64, conventions x rows x groups: the same by source group, for the payments that ``row_of`` gives a row.
        remaining_ore: int64, conventions x nodes: traced öre that each holds at the end, and that it repaid.
        recycled_ore: int64, one a convention: traced öre that source payments paid out again.
    """

    traced_ore: Int64s
    parts_ore: Int64s
    remaining_ore: Int64s
    recycled_ore: Int64s
