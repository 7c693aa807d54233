"""What parties share: an address, a telephone, an account. A shared thing is a link for the graph, never a merge."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money.engine import Engine
from follow_money.entities.addresses import parse_addresses, phone_key

SHARED: Final = pa.schema(
    [
        pa.field("via_id", pa.string(), nullable=False),
        pa.field("via_kind", pa.string(), nullable=False),
        pa.field("entity_id", pa.string(), nullable=False),
        pa.field("entity_kind", pa.string(), nullable=False),
    ]
)
"""Who is at an address (``address``: dwelling or box of persons, building or box of organisations) or has a telephone (``phone``). ``via_id`` is a serial
number in the order of the addresses and numbers themselves, which it does not reveal."""


def shared_things(engine: Engine, mentions: Path) -> pa.Table:
    """Every address and telephone with two or more entities, in the schema ``SHARED``, sorted.

    Args:
        engine: Where the counting runs.
        mentions: The restricted table that `resolve` wrote.
    """
    told = pq.read_table(mentions, columns=["entity_id", "kind", "street", "postcode", "city", "phone"])
    told = told.filter(pc.or_(pc.is_valid(told["street"]), pc.is_valid(told["phone"]))).combine_chunks()
    street, postcode, city, phone = (told[name].combine_chunks() for name in ("street", "postcode", "city", "phone"))
    addresses = parse_addresses(street, postcode, city)
    is_person = pc.equal(told["kind"].combine_chunks(), "person")
    # Persons share a dwelling only when the flat or a house is the same; organisations share a building.
    home = pc.coalesce(addresses.dwelling(), pc.if_else(pc.equal(addresses.lgh, ""), None, addresses.building()))
    box = pc.if_else(
        pc.equal(addresses.box, ""), None, pc.binary_join_element_wise("box", addresses.box, addresses.postcode, " ")
    )
    place = pc.coalesce(pc.if_else(is_person, home, addresses.building()), box)
    both = pa.table(
        {
            "value": pa.chunked_array([place, phone_key(phone)]),
            "via_kind": pa.chunked_array([pa.repeat("address", len(told)), pa.repeat("phone", len(told))]),
            "entity_id": pa.chunked_array([told["entity_id"].combine_chunks()] * 2),
            "entity_kind": pa.chunked_array([told["kind"].combine_chunks()] * 2),
        }
    )
    engine.table("told_places", both)
    return engine.query(_SHARED).cast(SHARED)


_SHARED = """
    with places as (
        select distinct via_kind, value, entity_id, entity_kind from told_places where value is not null and value <> ''
    ),
    crowded as (select via_kind, value from places group by via_kind, value having count(distinct entity_id) >= 2),
    numbered as (select via_kind, value, row_number() over (partition by via_kind order by value) as serial from crowded)
    select p.via_kind || '-' || cast(n.serial as varchar) as via_id, p.via_kind, p.entity_id, p.entity_kind
    from places p join numbered n on n.via_kind = p.via_kind and n.value = p.value
    order by p.via_kind, n.serial, p.entity_id
"""
