"""Conversion: raw columns of a batch to the types of the contract, and for each row that fails, why and in which column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.model import ARROW_TYPES, Column, ColumnType, Register
from follow_money.registers.amounts import CELL_POINT, Failures, to_ore, to_scaled
from follow_money.registers.checks import row_checks
from follow_money.registers.dates import DATE_FORMATS, DAY, MONTH_FORMATS, Flags, Micros, parse, parse_given
from follow_money.registers.instants import stockholm_to_utc, to_instants
from follow_money.registers.mapping import ColumnMapping
from follow_money.registers.quarantine import REASONS, Reason

TRUE: Final = ("1", "true", "t", "yes", "y", "ja", "j", "sant", "x")
FALSE: Final = ("0", "false", "f", "no", "n", "nej", "falskt")
_HOUR_PLACES: Final = 4
_MINUTES_PER_HOUR: Final = 60
_FULL_NUMBER: Final = 10
_ENDS: Final = ("ends_at",)
"""Instants that end something: an hour that an autumn night has twice is its second pass."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How the columns of one file become those of a register.

    ``places``: contract column to position in the header. ``decimal``: the decimal sign. ``has_cells``: the file delivers
    numbers as numbers (a workbook), marked by `CELL_POINT`.
    """

    register: Register
    columns: Mapping[str, ColumnMapping]
    places: Mapping[str, int]
    decimal: str = ","
    has_cells: bool = False
    notes: Counter[str] = field(default_factory=Counter)
    """Data-quality notes, each with the number of values it is about."""

    @property
    def wanted(self) -> tuple[int, ...]:
        """Header positions that are read, in order."""
        return tuple(sorted(set(self.places.values())))


@dataclass(frozen=True)
class Typed:
    """Typed columns of a batch. ``failure``: 0, or one more than the index in `REASONS`; ``column``: which of the register's."""

    columns: dict[str, pa.Array]
    failure: npt.NDArray[np.uint8]
    column: npt.NDArray[np.int16]

    @property
    def good(self) -> Flags:
        """Rows without a failure."""
        return self.failure == 0


def convert(raw: Mapping[int, pa.Array], rows: int, plan: Plan) -> Typed:
    """Type a batch of ``rows`` raw rows. The first failing column in the order of the contract gives the reason."""
    failure = np.zeros(rows, dtype=np.uint8)
    failed_column = np.full(rows, -1, dtype=np.int16)
    columns: dict[str, pa.Array] = {}
    for index, column in enumerate(plan.register.columns):
        mapping = plan.columns.get(column.name)
        values, failures = _column(column, mapping, raw, rows, plan)
        if column.required:
            failed = np.logical_or.reduce(list(failures.values())) if failures else np.zeros(rows, dtype=bool)
            failures[Reason.MISSING_VALUE] = np.asarray(values.is_null().to_numpy(zero_copy_only=False)) & ~failed
        columns[column.name] = values
        for reason, flags in failures.items():
            first = flags & (failure == 0)
            failure[first] = REASONS.index(reason) + 1
            failed_column[first] = index
    for reason, flags, name in row_checks(plan.register, columns):
        first = flags & (failure == 0)
        failure[first] = REASONS.index(reason) + 1
        failed_column[first] = [c.name for c in plan.register.columns].index(name)
    return Typed(columns, failure, failed_column)


def _column(
    column: Column, mapping: ColumnMapping | None, raw: Mapping[int, pa.Array], rows: int, plan: Plan
) -> tuple[pa.Array, Failures]:
    place = plan.places.get(column.name)
    if place is None and mapping is not None and mapping.constant is not None:
        value, failures = _typed(column, mapping, pa.array([mapping.constant], pa.string()), plan)
        return pa.repeat(value[0], rows), {reason: np.repeat(flags, rows) for reason, flags in failures.items()}
    if mapping is None or place is None:
        return pa.nulls(rows, ARROW_TYPES[column.type]), {}
    values = raw[place]
    if pa.types.is_string(values.type):
        return _typed(column, mapping, values, plan)
    if column.type in (ColumnType.DATE, ColumnType.MONTH, ColumnType.INSTANT):
        return _native(column, values)
    return _typed(column, mapping, values.cast(pa.string()), plan)


def _native(column: Column, values: pa.Array) -> tuple[pa.Array, Failures]:
    """Dates and instants that the file delivers as such."""
    if column.type is ColumnType.INSTANT:
        if pa.types.is_timestamp(values.type) and values.type.tz is None:
            local = pc.fill_null(values.cast(pa.timestamp("us")).cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
            utc = stockholm_to_utc(np.asarray(local), latest=column.name in _ENDS)
            return pa.array(utc, mask=_nulls(values)).cast(ARROW_TYPES[column.type]), {}
        if pa.types.is_timestamp(values.type):
            return values.cast(ARROW_TYPES[column.type]), {}
        return _native(column, values.cast(pa.timestamp("us")))
    days = values.cast(pa.date32(), safe=False)
    return (_first_of_month(days) if column.type is ColumnType.MONTH else days), {}


def _typed(column: Column, mapping: ColumnMapping, values: pa.Array, plan: Plan) -> tuple[pa.Array, Failures]:
    trimmed = pc.utf8_trim_whitespace(values)
    text = pc.replace_with_mask(trimmed, pc.equal(trimmed, ""), pa.scalar(None, pa.string()))
    if column.type is ColumnType.NUMBER:
        return _number(column, text, plan)
    if plan.has_cells and column.type not in (ColumnType.ORE, ColumnType.MINUTES):
        text = pc.replace_substring(pc.replace_substring_regex(text, f"{CELL_POINT}$", ""), CELL_POINT, ".")
    return _CONVERTERS[column.type](column, mapping, text, plan)


def _text(column: Column, mapping: ColumnMapping, text: pa.Array, plan: Plan) -> tuple[pa.Array, Failures]:  # noqa: ARG001 - one signature for every type
    return text, {}


def _number(column: Column, text: pa.Array, plan: Plan) -> tuple[pa.Array, Failures]:
    """Identity numbers stay as delivered. Only a cell that a workbook holds as a number may get a lost zero back."""
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


def _date(column: Column, mapping: ColumnMapping, text: pa.Array, plan: Plan) -> tuple[pa.Array, Failures]:  # noqa: ARG001 - one signature for every type
    formats = MONTH_FORMATS if column.type is ColumnType.MONTH else DATE_FORMATS
    micros, read = _moments(text, mapping, formats, plan)
    days = pa.array((micros // DAY).astype(np.int32), mask=~read).cast(pa.date32())
    values = _first_of_month(days) if column.type is ColumnType.MONTH else days
    return values, {Reason.DATE: ~read & ~_nulls(text)}


def _moments(text: pa.Array, mapping: ColumnMapping, formats: tuple[str, ...], plan: Plan) -> tuple[Micros, Flags]:
    """By the mapping's format, or by the usual ones; a date cell of a workbook is a date whatever format the texts have."""
    if mapping.date_format is None:
        return parse(text, formats)
    micros, read = parse_given(text, mapping.date_format)
    if plan.has_cells:
        usual, is_usual = parse(text, formats)
        micros, read = np.where(read, micros, usual), read | is_usual
    return micros, read


def _first_of_month(days: pa.Array) -> pa.Array:
    return pc.floor_temporal(days, unit="month").cast(pa.date32())


def _instant(column: Column, mapping: ColumnMapping, text: pa.Array, plan: Plan) -> tuple[pa.Array, Failures]:  # noqa: ARG001 - one signature for every type
    values, failed = to_instants(text, date_format=mapping.date_format, latest=column.name in _ENDS)
    return values, {Reason.DATE: failed}


def _ore(column: Column, mapping: ColumnMapping, text: pa.Array, plan: Plan) -> tuple[pa.Array, Failures]:  # noqa: ARG001 - one signature for every type
    return to_ore(text, decimal=plan.decimal, unit=mapping.unit or "kr", sign=mapping.sign)


def _minutes(column: Column, mapping: ColumnMapping, text: pa.Array, plan: Plan) -> tuple[pa.Array, Failures]:  # noqa: ARG001 - one signature for every type
    """Minutes, or decimal hours rounded to whole minutes (half up), or H:MM."""
    if mapping.unit != "hours":
        values, failures = to_scaled(text, decimal=plan.decimal, places=0)
        return values, {Reason.NUMBER: np.logical_or.reduce(list(failures.values()))}
    clock = pc.extract_regex(text, r"^(?P<hours>\d{1,5}):(?P<minutes>[0-5]\d)(?::00)?$")
    is_clock = np.asarray(clock.is_valid().to_numpy(zero_copy_only=False))
    decimal = pc.if_else(pa.array(is_clock), pa.scalar(None, pa.string()), text)
    scaled, failures = to_scaled(decimal, decimal=plan.decimal, places=_HOUR_PLACES)
    tens = 10**_HOUR_PLACES
    hours = np.asarray(pc.fill_null(scaled, 0).to_numpy(zero_copy_only=False))
    minutes = (hours * _MINUTES_PER_HOUR * 2 + tens) // (2 * tens)
    parts = [pc.cast(pc.fill_null(pc.struct_field(clock, [i]), "0"), pa.int64()) for i in range(2)]
    from_clock = np.asarray(pc.add(pc.multiply(parts[0], _MINUTES_PER_HOUR), parts[1]).to_numpy(zero_copy_only=False))
    missing = _nulls(scaled) & ~is_clock
    return pa.array(np.where(is_clock, from_clock, minutes), mask=missing), {
        Reason.NUMBER: np.logical_or.reduce(list(failures.values()))
    }


def _integer(column: Column, mapping: ColumnMapping, text: pa.Array, plan: Plan) -> tuple[pa.Array, Failures]:  # noqa: ARG001 - one signature for every type
    values, failures = to_scaled(text, decimal=plan.decimal, places=0)
    return values, {Reason.NUMBER: np.logical_or.reduce(list(failures.values()))}


def _boolean(column: Column, mapping: ColumnMapping, text: pa.Array, plan: Plan) -> tuple[pa.Array, Failures]:  # noqa: ARG001 - one signature for every type
    """True and false by the mapping's lists. With `true` alone given, every other text is false."""
    true = {value.strip().casefold() for value in mapping.true or TRUE}
    false = {value.strip().casefold() for value in mapping.false or FALSE} - true
    takes_any = mapping.true is not None and mapping.false is None

    def meaning(value: str) -> bool | None:
        folded = value.casefold()
        return True if folded in true else False if folded in false or takes_any else None

    return _by_distinct(text, meaning, pa.bool_(), Reason.BOOLEAN)


def _category(column: Column, mapping: ColumnMapping, text: pa.Array, plan: Plan) -> tuple[pa.Array, Failures]:  # noqa: ARG001 - one signature for every type
    """The mapping's values first, then the contract's own in any case, then `otherwise`."""
    own = {value.casefold(): value for value in column.values}

    def meaning(value: str) -> str | None:
        folded = value.casefold()
        return mapping.values.get(folded) or own.get(folded) or mapping.otherwise

    return _by_distinct(text, meaning, pa.string(), Reason.CATEGORY)


def _by_distinct(
    text: pa.Array, meaning: Callable[[str], object], type_: pa.DataType, reason: Reason
) -> tuple[pa.Array, Failures]:
    encoded = pc.dictionary_encode(text)
    meanings = pa.array([meaning(value) for value in encoded.dictionary.to_pylist()], type_)
    values = meanings.take(encoded.indices) if len(meanings) else pa.nulls(len(text), type_)
    return values, {reason: _nulls(values) & ~_nulls(text)}


def _nulls(values: pa.Array) -> Flags:
    return np.asarray(values.is_null().to_numpy(zero_copy_only=False), dtype=bool)


_CONVERTERS: Final[dict[ColumnType, Callable[[Column, ColumnMapping, pa.Array, Plan], tuple[pa.Array, Failures]]]] = {
    ColumnType.TEXT: _text,
    ColumnType.DATE: _date,
    ColumnType.MONTH: _date,
    ColumnType.INSTANT: _instant,
    ColumnType.ORE: _ore,
    ColumnType.MINUTES: _minutes,
    ColumnType.INTEGER: _integer,
    ColumnType.BOOLEAN: _boolean,
    ColumnType.CATEGORY: _category,
}
