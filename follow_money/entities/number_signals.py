"""What identity numbers tell of who may stand behind them: signals for a person to look at, never findings by themselves.

Written by `resolve`, where numbers are at hand, on entity ids alone; `connect` adds days and what roles tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.identity_numbers import NumberKind
from follow_money.entities.kinds import PERSON
from follow_money.entities.masks import is_told, mask
from follow_money.entities.two_numbers import alike_under_two_numbers

if TYPE_CHECKING:
    from follow_money.entities.exact_numbers import Units
    from follow_money.entities.mentions import Mentions

ONE_NUMBER: Final = "number_of_conflicting_people"
"""One valid number stands with birth dates, names or judgements that speak of several people."""

SUCCEEDED: Final = "coordination_number_succeeded"
"""Two people of one name and one birth date, one with a coordination number and one with a personal number, and no third."""

SEVERAL_NUMBERS: Final = "several_numbers"
"""One person bears several valid numbers: a coordination number and a personal number as a rule, or a number that is not theirs."""

TWO_NUMBERS: Final = "alike_under_two_numbers"
"""Two people of one name, one birth date and one dwelling or telephone, under two valid numbers: perhaps one person, never joined.

Twins have two given names. Numbers of one kind are compared: a coordination number beside one personal number is
``SUCCEEDED``, and beside two personal numbers, which are told here, it is told with neither.
"""

NUMBER_SIGNALS: Final = pa.schema(
    [
        pa.field("signal", pa.string(), nullable=False),
        pa.field("entity_id", pa.string(), nullable=False),
        pa.field("other_id", pa.string()),  # the other person, where there is one
        pa.field("observed", pa.int64(), nullable=False),  # names, numbers, people or descriptions
    ]
)
"""``signals.parquet``: on entity ids, but in the restricted folder, because `connect` reads it there."""


def number_signals(
    mentions: Mentions,
    kind: npt.NDArray[np.int8],
    units: Units,
    *,
    told: pa.Table,
    entity: npt.NDArray[np.int64],
    ids: pa.Array,
) -> pa.Table:
    """The signals of numbers. ``told`` is the mention table, ``entity`` each mention's place in ``ids``."""
    valid = (kind == PERSON) & is_told(units.full)
    ten = mentions.numbers.last_ten_texts()
    rows = np.flatnonzero(valid)
    frame = pa.table(
        {
            "ten": ten.take(pa.array(rows)),
            "entity": entity[rows],
            "holds": ~is_told(units.conflict)[rows] & (units.apart[rows] == 0),
        }
    )
    people = _people(mentions, units, rows, entity)
    parts = [
        _shared_numbers(frame),
        _unlike_names(told, valid, entity),
        _several_numbers(frame),
        _succeeded(mentions, people, rows, entity, len(ids)),
        _rows(TWO_NUMBERS, *alike_under_two_numbers(mentions, units, people, rows, entity)),
    ]
    every = pa.concat_tables(parts)
    place = every["other"].combine_chunks()
    table = pa.table(
        {
            "signal": every["signal"],
            "entity_id": ids.take(every["entity"].combine_chunks()),
            "other_id": ids.take(place),
            "observed": every["observed"],
        }
    )
    keys = [("signal", "ascending"), ("entity_id", "ascending"), ("other_id", "ascending")]
    return table.cast(NUMBER_SIGNALS).sort_by(keys)


def _rows(signal: str, entity: pa.Array, other: pa.Array, observed: pa.Array) -> pa.Table:
    return pa.table(
        {
            "signal": pa.array([signal] * len(entity), pa.string()),
            "entity": entity.cast(pa.int64()),
            "other": other.cast(pa.int64()),
            "observed": observed.cast(pa.int64()),
        }
    )


def _shared_numbers(frame: pa.Table) -> pa.Table:
    """Who is kept apart from the number that they bear, beside the one who holds it."""
    holders = frame.filter(frame["holds"]).group_by("ten", use_threads=False).aggregate([("entity", "min")])
    apart = frame.filter(pc.invert(frame["holds"]))
    apart = apart.group_by(["ten", "entity"], use_threads=False).aggregate([([], "count_all")])
    holder = holders["entity_min"].take(pc.index_in(apart["ten"], value_set=holders["ten"].combine_chunks()))
    both = mask(pc.and_kleene(pc.is_valid(holder), pc.not_equal(holder, apart["entity"])))
    kept = pa.array(np.flatnonzero(both))
    return _rows(
        ONE_NUMBER,
        holder.combine_chunks().take(kept),
        apart["entity"].combine_chunks().take(kept),
        apart["count_all"].combine_chunks().take(kept),
    )


def _unlike_names(told: pa.Table, valid: npt.NDArray[np.bool_], entity: npt.NDArray[np.int64]) -> pa.Table:
    """Numbers that stand with names which are unlike the usual one."""
    rows = pa.array(np.flatnonzero(valid & is_told(told["name_note"])))
    names = pa.table({"entity": entity, "name": told["name"].combine_chunks()}).take(rows)
    counted = names.group_by("entity", use_threads=False).aggregate([("name", "count_distinct")])
    people = counted["entity"].combine_chunks()
    return _rows(ONE_NUMBER, people, pa.nulls(len(people)), counted["name_count_distinct"].combine_chunks())


def _several_numbers(frame: pa.Table) -> pa.Table:
    counted = frame.group_by("entity", use_threads=False).aggregate([("ten", "count_distinct")])
    several = counted.filter(pc.greater(counted["ten_count_distinct"], 1))
    people = several["entity"].combine_chunks()
    return _rows(SEVERAL_NUMBERS, people, pa.nulls(len(people)), several["ten_count_distinct"].combine_chunks())


def _people(mentions: Mentions, units: Units, rows: npt.NDArray[np.int64], entity: npt.NDArray[np.int64]) -> pa.Table:
    """Every name and birth date of who bears a valid number: ``name, born, entity``, each once."""
    who = pa.table(
        {
            "name": mentions.person_key.take(pa.array(rows)),
            "born": pa.array(units.birth_date[rows], pa.date32()),
            "entity": entity[rows],
        }
    )
    who = who.filter(pc.and_(pc.is_valid(who["name"]), pc.is_valid(who["born"])))
    return who.group_by(["name", "born", "entity"], use_threads=False).aggregate([])


def _succeeded(
    mentions: Mentions, people: pa.Table, rows: npt.NDArray[np.int64], entity: npt.NDArray[np.int64], count: int
) -> pa.Table:
    """The only two of one name and birth date, where one has a coordination number and the other a personal one."""
    numbers = mentions.numbers
    coordination = numbers.is_kind(NumberKind.SAMORDNING, NumberKind.SAMORDNING_UNKNOWN_DATE)
    has = [np.bincount(entity[rows], weights=side[rows], minlength=count) > 0 for side in (coordination, ~coordination)]
    pairs = people.group_by(["name", "born"], use_threads=False).aggregate(
        [("entity", "min"), ("entity", "max"), ([], "count_all")]
    )
    pairs = pairs.filter(pc.equal(pairs["count_all"], 2))
    one, other = (np.asarray(pairs[name]).astype(np.int64) for name in ("entity_min", "entity_max"))
    first = has[0][one] & ~has[1][one] & has[1][other] & ~has[0][other]
    last = has[0][other] & ~has[1][other] & has[1][one] & ~has[0][one]
    old = np.concatenate([one[first], other[last]])
    new = np.concatenate([other[first], one[last]])
    found = np.unique(np.stack([old, new], axis=1), axis=0)
    return _rows(SUCCEEDED, pa.array(found[:, 0]), pa.array(found[:, 1]), pa.array(np.full(len(found), 2, np.int64)))
