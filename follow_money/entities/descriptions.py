"""What linkage compares: every distinct description of each party that the exact rules left, and its blocking keys.

A party that moved or married has several descriptions; a record without a number may fit any of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.exact_numbers import NUMBER_OF_ORGANISATION, Units, date_texts
from follow_money.entities.kinds import PERSON
from follow_money.entities.masks import is_told, mask
from follow_money.entities.organisation_names import sibling_words
from follow_money.entities.person_words import bearers, person_words

if TYPE_CHECKING:
    from follow_money.entities.mentions import Mentions

HUB_NAMES: Final = 12
"""A telephone, a dwelling or a building with more names than this tells nobody apart: it neither blocks nor counts."""

HUB_BORN: Final = 300
"""A birth date and the start of a name that more descriptions share (1 January, set by an office) do not block."""

HUB_WORDS: Final = 60
"""A pair of words, or a postcode and a word, that more descriptions share do not block."""

BLOCKS: Final = (
    "block_born_given", "block_born_family", "block_phone", "block_dwelling", "block_building", "block_postcode_given",
    "block_postcode_family", "block_words", "block_number_start", "block_number_end",
)  # fmt: skip
"""Columns of codes that bring two descriptions into comparison where they are equal; hub values have been emptied."""

COMPARABLE: Final = (
    "name",
    "given",
    "family",
    "joined",
    "born",
    "building",
    "dwelling",
    "street",
    "postcode",
    "phone",
    "digits",
)
"""The columns that tell one description from another."""


def descriptions(mentions: Mentions, kind: npt.NDArray[np.int8], units: Units, code: int) -> pa.Table:
    """The descriptions of one kind: ``node``, ``unit`` (of the party), ``is_open`` and what is compared.

    Open ones may be linked: no valid number, a name, and something beside the name. The others are numbered parties.
    """
    roots = units.clusters.roots()
    of_other = mask(pc.equal(units.conflict, NUMBER_OF_ORGANISATION))
    rows = np.flatnonzero((kind == code) & (units.clusters.facts[units.unit, 1] == 0) & ~of_other)
    unit = roots[units.unit[rows]]
    is_numbered = np.zeros(len(roots), np.bool_)
    is_numbered[unit[~units.is_open[units.unit[rows]]]] = True
    take = pa.array(rows)
    address = mentions.addresses
    if code == PERSON:
        words = person_words(mentions.column("name").take(take))
        name, given, family, joined = words.key, words.given, words.family, words.joined
    else:
        name = mentions.organisation.key.take(take)
        given = family = pa.nulls(len(rows), pa.string())
        joined = pc.replace_substring(name, " ", "")
    born = pc.replace_substring(date_texts(units.birth_date).take(take), "-", "")
    table = pa.table(
        {
            "unit": pa.array(unit),
            "is_open": pa.array(~is_numbered[unit]),
            "name": name,
            "given": given,
            "family": family,
            "joined": joined,
            "born": born,
            "building": address.building().take(take),
            "dwelling": address.dwelling().take(take),
            "street": _told(address.street.take(take)),
            "postcode": _told(address.postcode.take(take)),
            "phone": mentions.phone.take(take),
            "digits": pc.if_else(
                pa.array(units.tells[rows]), _told(mentions.numbers.last_ten_texts().take(take)), None
            ),
        }
    )
    return _described(_distinct(table))


def _distinct(table: pa.Table) -> pa.Table:
    """Each named description once a party, in an order that depends on its content alone, with its ``node``."""
    keys = ["unit", "is_open", *COMPARABLE]
    told = table.filter(pc.is_valid(table["name"])).group_by(keys, use_threads=False).aggregate([])
    told = told.sort_by([(key, "ascending") for key in keys]).combine_chunks()
    more = np.any([is_told(told[column]) for column in ("born", "building", "phone", "digits", "postcode")], axis=0)
    told = told.filter(pa.array(more | ~mask(told["is_open"]))).combine_chunks()
    return told.append_column("node", pa.array(np.arange(told.num_rows)))


def _described(table: pa.Table) -> pa.Table:
    """The descriptions with their words and bearers; values of hubs emptied."""
    told = {name: table[name].combine_chunks() for name in table.column_names}
    for column in ("building", "dwelling", "phone"):
        told[column] = without_hubs(told[column], told["name"], HUB_NAMES)
    told["words"] = pc.split_pattern(told["name"], " ")
    told["given_n"], told["family_n"] = bearers(told["given"]), bearers(told["family"])
    told["siblings"] = sibling_words(told["words"])
    told["name_shares"] = name_shares(told["name"])
    return pa.table(told)


def blocked(table: pa.Table) -> pa.Table:
    """The descriptions with their blocking keys; numbered ones that meet no open one are left out.

    Keys are codes, equal where the texts are, and null where no open description bears them. ``node`` counts the open
    ones first: of two that are brought together the one with the lower node is open if either is, which
    `linkage_model.starting_model` asks for.
    """
    told = {name: table[name].combine_chunks() for name in table.column_names}
    start = {part: pc.utf8_slice_codeunits(told[part], 0, 2) for part in ("given", "family")}
    rarest, pair = _rarest_words(told["name"], told["words"])
    given, family = (pc.coalesce(told[part], rarest) for part in ("given", "family"))
    keys = {
        "block_born_given": _both(told["born"], start["given"]),
        "block_born_family": _both(told["born"], start["family"]),
        "block_postcode_given": _both(told["postcode"], given),
        "block_postcode_family": _both(told["postcode"], family),
        "block_words": pair,
        "block_number_start": pc.utf8_slice_codeunits(told["digits"], 0, 8),
        "block_number_end": pc.utf8_slice_codeunits(told["digits"], 2, 10),
        "block_phone": told["phone"],
        "block_dwelling": told["dwelling"],
        "block_building": told["building"],
    }
    is_open = mask(told["is_open"])
    meets = is_open.copy()
    for key, texts in keys.items():
        told[key], is_met = _code(texts, is_open, _MOST.get(key))
        meets |= is_met
    told["born_year"], told["born_day"] = (pc.utf8_slice_codeunits(told["born"], *ends) for ends in ((0, 4), (4, 8)))
    node = np.empty(table.num_rows, np.int64)
    node[np.concatenate([np.flatnonzero(is_open), np.flatnonzero(~is_open)])] = np.arange(table.num_rows)
    return pa.table(told | {"node": node}).filter(pa.array(meets)).combine_chunks()


_MOST: Final = {"block_born_given": HUB_BORN, "block_born_family": HUB_BORN} | dict.fromkeys(
    ("block_postcode_given", "block_postcode_family", "block_words", "block_number_start", "block_number_end"),
    HUB_WORDS,
)
"""Of a key's values, those that more descriptions share are emptied; the others were emptied by their names."""


def _code(texts: pa.Array, is_open: npt.NDArray[np.bool_], most: int | None) -> tuple[pa.Array, npt.NDArray[np.bool_]]:
    """A number for each text, null where too many share it or no open description bears it; and where it is not null."""
    encoded = texts.dictionary_encode()
    told = is_told(texts)
    code = np.asarray(pc.fill_null(encoded.indices, 0)).astype(np.int32)
    size = len(encoded.dictionary) + 1
    meets = told & (np.bincount(code[told & is_open], minlength=size) > 0)[code]
    if most is not None:
        meets &= (np.bincount(code[told], minlength=size) <= most)[code]
    return pa.array(code, mask=~meets), meets


def name_shares(names: pa.Array) -> pa.Array:
    """How often a random party bears each name: the product of its words' shares.

    One bearer among a few hundred says little of how rare a name is. At least the share of its other bearers, because
    given and family names go together.
    """
    encoded = names.dictionary_encode()
    count = np.bincount(np.asarray(encoded.indices.drop_null()), minlength=len(encoded.dictionary))
    lists = pc.split_pattern(encoded.dictionary, " ")
    flat = lists.flatten().dictionary_encode()
    code = np.asarray(flat.indices).astype(np.int64)
    row = np.asarray(pc.list_parent_indices(lists)).astype(np.int64)
    total = max(len(names), 1)
    share = np.log(np.bincount(code, weights=count[row]) / total)[code]
    product = np.exp(np.bincount(row, weights=share, minlength=len(encoded.dictionary)))
    seen = (count - 1) / total * (count > PAIR)
    return pa.array(np.maximum(product, seen)).take(encoded.indices)


PAIR: Final = 2
"""Two bearers may be the one party that is looked for."""


def _rarest_words(names: pa.Array, words: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The rarest word of each name, and the two rarest (or the only one) in alphabetical order."""
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
    one, other = code[order[np.minimum(start, last)]], code[order[np.minimum(start + 1, last)]]
    low, high = np.where(rank[one] < rank[other], one, other), np.where(rank[one] < rank[other], other, one)
    first = flat.dictionary.take(pa.array(one, mask=length < 1))
    both = _both(
        flat.dictionary.take(pa.array(low, mask=length < PAIR)),
        flat.dictionary.take(pa.array(high, mask=length < PAIR)),
    )
    return first, pc.coalesce(both, first)


def _both(first: pa.Array, second: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(first, second, " ")


def without_hubs(column: pa.Array, name: pa.Array, most: int) -> pa.Array:
    """The column with null in place of values under which more than ``most`` different names stand."""
    encoded = column.dictionary_encode()
    told = is_told(column)
    value = np.asarray(pc.fill_null(encoded.indices, 0)).astype(np.int64)
    names = np.asarray(name.dictionary_encode().indices).astype(np.int64)
    pairs = np.unique(value[told] * (int(names.max(initial=0)) + 1) + names[told])
    several = np.bincount(pairs // (int(names.max(initial=0)) + 1), minlength=len(encoded.dictionary) + 1)
    return pc.if_else(pa.array(told & (several[value] > most)), None, column)


def _told(column: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(column, ""), None, column)
