"""What linkage compares: one node for each group that the exact rules left, with its usual values and blocking keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.exact_numbers import Units, date_texts, name_keys
from follow_money.entities.masks import is_told, mask
from follow_money.entities.usual_values import usual_values

if TYPE_CHECKING:
    from follow_money.entities.mentions import Mentions

HUB_PARTIES: Final = 8
"""A telephone or a building of more parties than this tells nobody apart: it neither blocks nor is compared."""

HUB_BIRTH_DATE: Final = 1000
"""A birth date of more parties than this (1 January, set by an office) does not block."""

HUB_NAME: Final = 50
"""A pair of words that more parties bear does not block."""

PAIR: Final = 2
"""Two bearers may be the one party that is looked for."""


def linkage_nodes(mentions: Mentions, kind: npt.NDArray[np.int8], units: Units, code: int) -> pa.Table:
    """The nodes of one kind: ``node`` (the group's unit), values to compare, blocking keys, ``is_open``.

    Open nodes may be linked: no valid number, a name, and something beside the name. The others are numbered parties.
    """
    root = units.clusters.roots()[units.unit]
    rows = np.flatnonzero((kind == code) & (units.clusters.facts[units.unit, 1] == 0) & ~is_told(units.conflict))
    leaders, group = np.unique(root[rows], return_inverse=True)
    weight = mentions.column("records").to_numpy()[rows]

    def usual(column: pa.Array) -> pa.Array:
        return usual_values(group, column.take(pa.array(rows)), weight, len(leaders))

    postcode = mentions.addresses.postcode
    nodes = {
        "node": pa.array(leaders),
        "name": usual(name_keys(mentions, kind)),
        "birth_date": usual(date_texts(units.birth_date)),
        "building": _without_hubs(usual(mentions.addresses.building()), HUB_PARTIES),
        "dwelling": usual(mentions.addresses.dwelling()),
        "postcode": usual(_told(postcode)),
        "phone": _without_hubs(usual(mentions.phone), HUB_PARTIES),
        "digits": usual(pc.if_else(pa.array(units.tells), _told(mentions.numbers.last_ten_texts()), None)),
    }
    nodes["dwelling"] = pc.if_else(pc.is_valid(nodes["building"]), nodes["dwelling"], None)
    more = np.any(
        [mask(pc.is_valid(nodes[column])) for column in ("birth_date", "building", "phone", "digits")], axis=0
    )
    is_numbered = np.bincount(group, weights=~units.is_open[units.unit[rows]], minlength=len(leaders)) > 0
    is_open = ~is_numbered & more & mask(pc.is_valid(nodes["name"]))
    nodes["is_open"] = pa.array(is_open)
    nodes["words"] = pc.split_pattern(nodes["name"], " ")
    rarest, pair = _rarest_words(nodes["name"], nodes["words"])
    nodes["block_birth_date"] = _without_hubs(nodes["birth_date"], HUB_BIRTH_DATE)
    nodes["block_phone"], nodes["block_building"] = nodes["phone"], nodes["building"]
    nodes["block_postcode_name"] = pc.binary_join_element_wise(nodes["postcode"], rarest, " ")
    nodes["block_words"] = _without_hubs(pair, HUB_NAME)
    table = pa.table(nodes)
    return table.filter(pa.array((is_open | is_numbered) & mask(pc.is_valid(nodes["name"]))))


def _rarest_words(names: pa.Array, words: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The rarest word of each name, and the two rarest (or the only one)."""
    flat = words.flatten().dictionary_encode()
    if len(flat) == 0:
        return pa.nulls(len(names), pa.string()), pa.nulls(len(names), pa.string())
    code = np.asarray(flat.indices).astype(np.int64)
    alphabetical = np.asarray(pc.array_sort_indices(flat.dictionary)).astype(np.int64)
    rank = np.empty(len(alphabetical), np.int64)
    rank[alphabetical] = np.arange(len(alphabetical))
    row = np.asarray(pc.list_parent_indices(words)).astype(np.int64)
    order = np.lexsort((rank[code], np.bincount(code)[code], row))
    start = np.searchsorted(row[order], np.arange(len(names)))
    length = np.asarray(pc.fill_null(pc.list_value_length(words), 0)).astype(np.int64)
    last = len(order) - 1
    first = flat.dictionary.take(pa.array(code[order[np.minimum(start, last)]], mask=length < 1))
    second = flat.dictionary.take(pa.array(code[order[np.minimum(start + 1, last)]], mask=length < PAIR))
    return first, pc.coalesce(pc.binary_join_element_wise(first, second, " "), first)


def name_rarity(names: pa.Array, words: pa.Array) -> pa.Table:
    """How often a random party bears each name: ``name``, ``tf_name``.

    The product of its words' shares, because one bearer among a few hundred says little of how rare a name is; at least
    the share of its other bearers, because given and family names go together.
    """
    encoded = names.dictionary_encode()
    bearers = np.bincount(np.asarray(encoded.indices), minlength=len(encoded.dictionary))
    flat = words.flatten().dictionary_encode()
    code = np.asarray(flat.indices).astype(np.int64)
    row = np.asarray(pc.list_parent_indices(words)).astype(np.int64)
    share = np.log(np.bincount(code)[code] / max(len(names), 1))
    product = np.exp(np.bincount(row, weights=share, minlength=len(names)))
    first = np.full(len(encoded.dictionary), len(names), np.int64)
    np.minimum.at(first, np.asarray(encoded.indices), np.arange(len(names)))
    rarity = np.maximum(product[first], (bearers - 1) / max(len(names), 1) * (bearers > PAIR))
    return pa.table({"name": encoded.dictionary, "tf_name": rarity})


def _without_hubs(column: pa.Array, most: int) -> pa.Array:
    """The column with null in place of values that more than ``most`` nodes share."""
    encoded = column.dictionary_encode()
    told = is_told(column)
    count = np.bincount(np.asarray(encoded.indices.filter(pa.array(told))), minlength=len(encoded.dictionary) + 1)
    shared = count[np.asarray(pc.fill_null(encoded.indices, len(encoded.dictionary)))] > most
    return pc.if_else(pa.array(shared), None, column)


def _told(column: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(column, ""), None, column)
