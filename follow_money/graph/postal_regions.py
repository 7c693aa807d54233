"""The postal region of an organisation's seat: the first digit of its postcode, one of nine. No address goes into the graph, and no region of a sole trader is
read (`detectors.peer_groups`): the seat may be a home.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.addresses import parse_addresses

_COLUMN = "postal_region"


def with_postal_regions(records: pa.Table) -> pa.Table:
    """Records of the register ``organisations``, with the region filled in where the file told none and a Swedish postcode stands in the address."""
    address = (records[name].combine_chunks() for name in ("street", "postcode", "city"))
    first = pc.utf8_slice_codeunits(parse_addresses(*address).postcode, 0, 1)
    told = pc.coalesce(records[_COLUMN], pc.if_else(pc.equal(first, ""), None, first))
    return records.set_column(records.schema.get_field_index(_COLUMN), _COLUMN, told)
