"""Column types: texts of one column to the type that the contract declares, and which of them cannot be read, and
why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.model import Column, ColumnType
from follow_money.registers.amounts import CELL_POINT, Failures, to_ore, to_scaled
from follow_money.registers.dates import DATE_FORMATS, DAY, MONTH_FORMATS, Flags, Micros, parse, parse_given
from follow_money.registers.instants import to_instants
from follow_money.registers.quarantine import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from follow_money.registers.mapping import ColumnMapping
    from follow_money.registers.plan import Plan

TRUE: Final = ("1", "true", "t", "yes", "y", "ja", "j", "sant", "x")
FALSE: Final = ("0", "false", "f", "no", "n", "nej", "falskt")
ENDS: Final = ("ends_at",)
"""Instants that end something: an hour that an autumn night has twice is its second pass."""
_HOUR_PLACES: Final = 4
_MINUTES_PER_HOUR: Final = 60
_FULL_NUMBER: Final = 10


@dataclass(frozen=True)
class Task:
    """One column to type: trimmed texts, null where empty."""

    column: Column
    mapping: ColumnMapping
    text: pa.Array
    plan: Plan


def type_column(column: Column, mapping: ColumnMapping, values: pa.Array, plan: Plan) -> tuple[pa.Array, Failures]:
    """Texts as delivered to the column's type. Empty is null."""
    trimmed = pc.utf8_trim_whitespace(values)
    is_empty = pc.is_in(trimmed, pa.array(["", *(value.strip() for value in mapping.empty)], pa.string()))
    text = pc.if_else(is_empty, pa.scalar(None, pa.string()), trimmed)
    if plan.has_cells and column.type not in (ColumnType.NUMBER, ColumnType.ORE, ColumnType.MINUTES):
        text = pc.replace_substring(pc.replace_substring_regex(text, f"{CELL_POINT}$", ""), CELL_POINT, ".")
    return _CONVERTERS[column.type](Task(column, mapping, text, plan))


def _text(task: Task) -> tuple[pa.Array, Failures]:
    return task.text, {}


def _number(task: Task) -> tuple[pa.Array, Failures]:
    """Identity numbers stay as delivered. Only a cell that a workbook holds as a number may get a lost zero back."""
    column, text, plan = task.column, task.text, task.plan
    if plan.has_cells:
        is_cell = pc.fill_null(pc.ends_with(text, CELL_POINT), fill_value=False)
        text = pc.replace_substring_regex(text, f"{CELL_POINT}$", "")
        length = pc.utf8_length(text)
        one_short = pc.and_(is_cell, pc.equal(length, _FULL_NUMBER - 1))
        shorter = pc.and_(is_cell, pc.less(length, _FULL_NUMBER - 1))
        text = pc.if_else(pc.fill_null(one_short, fill_value=False), pc.binary_join_element_wise("0", text, ""), text)
        _note(plan, f"{column.name}: numeric cells of nine digits, a leading zero was put back", one_short)
        _note(plan, f"{column.name}: numeric cells of fewer than nine digits, leading zeros may be lost", shorter)
    lost = pc.match_substring_regex(text, r"^\d(?:[.,]\d+)?[Ee]\+\d+$")
    _note(plan, f"{column.name}: numbers in scientific notation, digits are lost", lost)
    return text, {}


def _note(plan: Plan, note: str, flags: pa.Array) -> None:
    count = pc.sum(flags).as_py() or 0
    if count:
        plan.notes[note] += count


def _date(task: Task) -> tuple[pa.Array, Failures]:
    formats = MONTH_FORMATS if task.column.type is ColumnType.MONTH else DATE_FORMATS
    micros, read = _moments(task.text, task.mapping, formats, task.plan)
    days = pa.array((micros // DAY).astype(np.int32), mask=~read).cast(pa.date32())
    values = first_of_month(days) if task.column.type is ColumnType.MONTH else days
    return values, {Reason.DATE: ~read & ~nulls(task.text)}


def _moments(text: pa.Array, mapping: ColumnMapping, formats: tuple[str, ...], plan: Plan) -> tuple[Micros, Flags]:
    """By the mapping's format, or by the usual ones; a date cell of a workbook is a date whatever format the texts
    have.
    """
    if mapping.date_format is None:
        return parse(text, formats)
    micros, read = parse_given(text, mapping.date_format)
    if plan.has_cells:
        usual, is_usual = parse(text, formats)
        micros, read = np.where(read, micros, usual), read | is_usual
    return micros, read


def first_of_month(days: pa.Array) -> pa.Array:
    """The first day of the month of each day."""
    return pc.floor_temporal(days, unit="month").cast(pa.date32())


def _instant(task: Task) -> tuple[pa.Array, Failures]:
    latest = task.column.name in ENDS
    values, failed = to_instants(task.text, date_format=task.mapping.date_format, latest=latest)
    if task.plan.has_cells and failed.any():  # a date cell is a date whatever format the texts have
        usual, also_failed = to_instants(task.text, date_format=None, latest=latest)
        values, failed = pc.coalesce(values, usual), failed & also_failed
    return values, {Reason.DATE: failed}


def _ore(task: Task) -> tuple[pa.Array, Failures]:
    return to_ore(task.text, decimal=task.plan.decimal, unit=task.mapping.unit or "kr", sign=task.mapping.sign)


def _minutes(task: Task) -> tuple[pa.Array, Failures]:
    """Minutes, or decimal hours rounded to whole minutes (half up), or H:MM."""
    if task.mapping.unit != "hours":
        values, failures = to_scaled(task.text, decimal=task.plan.decimal, places=0)
        return values, {Reason.NUMBER: np.logical_or.reduce(list(failures.values()))}
    clock = pc.extract_regex(task.text, r"^(?P<hours>\d{1,5}):(?P<minutes>[0-5]\d)(?::00)?$")
    is_clock = np.asarray(clock.is_valid().to_numpy(zero_copy_only=False))
    decimal = pc.if_else(pa.array(is_clock), pa.scalar(None, pa.string()), task.text)
    scaled, failures = to_scaled(decimal, decimal=task.plan.decimal, places=_HOUR_PLACES)
    tens = 10**_HOUR_PLACES
    hours = np.asarray(pc.fill_null(scaled, 0).to_numpy(zero_copy_only=False))
    minutes = (hours * _MINUTES_PER_HOUR * 2 + tens) // (2 * tens)
    parts = [pc.cast(pc.fill_null(pc.struct_field(clock, [i]), "0"), pa.int64()) for i in range(2)]
    from_clock = np.asarray(pc.add(pc.multiply(parts[0], _MINUTES_PER_HOUR), parts[1]).to_numpy(zero_copy_only=False))
    missing = nulls(scaled) & ~is_clock
    return pa.array(np.where(is_clock, from_clock, minutes), mask=missing), {
        Reason.NUMBER: np.logical_or.reduce(list(failures.values()))
    }


def _integer(task: Task) -> tuple[pa.Array, Failures]:
    values, failures = to_scaled(task.text, decimal=task.plan.decimal, places=0)
    return values, {Reason.NUMBER: np.logical_or.reduce(list(failures.values()))}


def _boolean(task: Task) -> tuple[pa.Array, Failures]:
    """True and false by the mapping's lists. With `true` alone given, every other text is false."""
    true = {value.strip().casefold() for value in task.mapping.true or TRUE}
    false = {value.strip().casefold() for value in task.mapping.false or FALSE} - true
    takes_any = task.mapping.true is not None and task.mapping.false is None

    def meaning(value: str) -> bool | None:
        folded = value.casefold()
        return True if folded in true else False if folded in false or takes_any else None

    return _by_distinct(task.text, meaning, pa.bool_(), Reason.BOOLEAN)


def _category(task: Task) -> tuple[pa.Array, Failures]:
    """The mapping's values first, then the contract's own in any case, then `otherwise`."""
    own = {value.casefold(): value for value in task.column.values}

    def meaning(value: str) -> str | None:
        folded = value.casefold()
        return task.mapping.values.get(folded) or own.get(folded) or task.mapping.otherwise

    return _by_distinct(task.text, meaning, pa.string(), Reason.CATEGORY)


def _by_distinct(
    text: pa.Array, meaning: Callable[[str], object], type_: pa.DataType, reason: Reason
) -> tuple[pa.Array, Failures]:
    encoded = pc.dictionary_encode(text)
    meanings = pa.array([meaning(value) for value in encoded.dictionary.to_pylist()], type_)
    values = meanings.take(encoded.indices) if len(meanings) else pa.nulls(len(text), type_)
    return values, {reason: nulls(values) & ~nulls(text)}


def nulls(values: pa.Array) -> Flags:
    """Which values are null."""
    return np.asarray(values.is_null().to_numpy(zero_copy_only=False), dtype=bool)


_CONVERTERS: Final[dict[ColumnType, Callable[[Task], tuple[pa.Array, Failures]]]] = {
    ColumnType.TEXT: _text,
    ColumnType.NUMBER: _number,
    ColumnType.DATE: _date,
    ColumnType.MONTH: _date,
    ColumnType.INSTANT: _instant,
    ColumnType.ORE: _ore,
    ColumnType.MINUTES: _minutes,
    ColumnType.INTEGER: _integer,
    ColumnType.BOOLEAN: _boolean,
    ColumnType.CATEGORY: _category,
}
