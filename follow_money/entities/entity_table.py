"""The entity table: one row an entity, with its best spelling, its number and what is wrong with that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.exact_numbers import Units, date_texts
from follow_money.entities.identity_numbers import CENTURY_UNKNOWN, PERSON_KINDS, problem_lists
from follow_money.entities.kinds import KINDS, ORGANISATION
from follow_money.entities.masks import is_told, mask
from follow_money.entities.usual_values import usual_values
from follow_money.model import EntityKind

if TYPE_CHECKING:
    from follow_money.entities.mentions import Mentions

ENTITIES: Final = pa.schema(
    [
        pa.field("entity_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("name", pa.string()),  # the best spelling: the basic registers', else what most rows say
        pa.field("number", pa.string()),  # 12 digits; 10 while the century is open; an account's scheme and number
        pa.field("number_kind", pa.string()),
        pa.field("number_problems", pa.list_(pa.string()), nullable=False),
        pa.field("birth_date", pa.date32()),
        pa.field("address", pa.string()),
        pa.field("legal_form", pa.string()),
        pa.field("status", pa.string()),
        pa.field("is_sole_trader", pa.bool_(), nullable=False),  # an organisation whose number is a person's
        pa.field("sole_trader_of", pa.string()),  # entity id of that person, where a register tells of them
        pa.field("mentions", pa.int64(), nullable=False),
        pa.field("records", pa.int64(), nullable=False),
    ]
)
"""``entities.parquet``: restricted."""

BASIC_REGISTERS: Final = ("organisations", "persons")
"""Registers whose spelling of a name or an address goes before all others'."""

WITH_CENTURY: Final = 12
"""Digits of a number whose century is known."""

_BASIC_WEIGHT: Final = 1 << 40
"""More rows than any export holds."""


def entity_table(
    mentions: Mentions, kind: npt.NDArray[np.int8], units: Units, entity: npt.NDArray[np.int64], ids: pa.Array
) -> pa.Table:
    """Describe the entities. ``entity`` is each mention's entity as a number, ``ids`` their ids in that order."""
    count = len(ids)
    records = mentions.column("records").to_numpy().astype(np.int64)
    basic = mask(pc.is_in(mentions.column("register"), value_set=pa.array(BASIC_REGISTERS)))
    weight = records + np.where(basic, _BASIC_WEIGHT, 0)

    def usual(column: pa.Array, rows: npt.NDArray[np.bool_] | None = None) -> pa.Array:
        chosen = slice(None) if rows is None else np.flatnonzero(rows)
        taken = column if rows is None else column.take(pa.array(chosen))
        return usual_values(entity[chosen], taken, weight[chosen], count)

    first = np.full(count, len(mentions), np.int64)
    np.minimum.at(first, entity, np.arange(len(mentions)))
    valid = is_told(units.full)
    conflict_free = ~is_told(units.conflict)
    text = mentions.numbers.text
    given = mask(pc.not_equal(text, ""))
    number = usual(units.full, valid & conflict_free)
    kind_names = mentions.numbers.kind_names()
    number_kind = pc.coalesce(usual(kind_names, valid & conflict_free), usual(kind_names, given))
    is_account = kind[first] == KINDS.index(EntityKind.ACCOUNT)
    trader = valid & (kind == ORGANISATION) & mentions.numbers.is_kind(*PERSON_KINDS)
    is_trader = np.bincount(entity, weights=trader, minlength=count) > 0
    codes = pa.array([k.value for k in KINDS])
    address = pc.binary_join_element_wise(
        mentions.column("street"), mentions.column("postcode"), mentions.column("city"), ", ", null_handling="skip"
    )
    kind_column = codes.take(pa.array(kind[first]))
    table = pa.table(
        {
            "entity_id": ids,
            "kind": kind_column,
            "name": usual(mentions.column("name")),
            "number": pc.if_else(pa.array(is_account), usual(mentions.account), number),
            "number_kind": number_kind,
            "number_problems": _problems(mentions, entity, number, given),
            "birth_date": usual(date_texts(units.birth_date)).cast(pa.date32()),
            "address": usual(pc.if_else(pc.equal(address, ""), None, address)),
            "legal_form": usual(mentions.organisation.form, kind == ORGANISATION),
            "status": usual(mentions.organisation.status, kind == ORGANISATION),
            "is_sole_trader": pa.array(is_trader),
            "sole_trader_of": _person_behind(number, kind[first], is_trader, ids),
            "mentions": pa.array(np.bincount(entity, minlength=count).astype(np.int64)),
            "records": pa.array(np.bincount(entity, weights=records, minlength=count).astype(np.int64)),
        }
    )
    return table.cast(ENTITIES).sort_by("entity_id")


def _problems(
    mentions: Mentions, entity: npt.NDArray[np.int64], number: pa.Array, given: npt.NDArray[np.bool_]
) -> pa.Array:
    """Everything that is wrong with the numbers given; a century that another row told is no problem."""
    count = len(number)
    wrong = np.zeros(count, np.int64)
    np.bitwise_or.at(wrong, entity[given], mentions.numbers.problems[given])
    known = mask(pc.equal(pc.utf8_length(number), WITH_CENTURY))
    return problem_lists(np.where(known, wrong & ~CENTURY_UNKNOWN, wrong))


def _person_behind(
    number: pa.Array, kind: npt.NDArray[np.int8], is_trader: npt.NDArray[np.bool_], ids: pa.Array
) -> pa.Array:
    """For a sole trader's firm the id of the person with the same number."""
    persons = pa.array(kind == KINDS.index(EntityKind.PERSON))
    place = pc.index_in(number, value_set=number.filter(persons), skip_nulls=True)
    return pc.if_else(pa.array(is_trader), ids.filter(persons).take(place), None)
