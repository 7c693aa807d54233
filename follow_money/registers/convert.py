"""Conversion: raw columns of a batch to the types of the contract, and for each row that fails, why and in which
column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.model import ARROW_TYPES, Column, ColumnType
from follow_money.registers.checks import row_checks
from follow_money.registers.column_types import ENDS, first_of_month, nulls, type_column
from follow_money.registers.instants import stockholm_to_utc
from follow_money.registers.quarantine import REASONS, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from follow_money.registers.amounts import Failures
    from follow_money.registers.dates import Flags
    from follow_money.registers.mapping import ColumnMapping
    from follow_money.registers.plan import Plan


@dataclass(frozen=True)
class Typed:
    """Typed columns of a batch. ``failure``: 0, or one more than the index in `REASONS`; ``column``: which of the
    register's.
    """

    columns: dict[str, pa.Array]
    unread: dict[str, Flags]
    """By column: values that are there and cannot be read."""
    failure: npt.NDArray[np.uint8]
    column: npt.NDArray[np.int16]

    @property
    def good(self) -> Flags:
        """Rows without a failure."""
        good: Flags = self.failure == 0
        return good


def convert(raw: Mapping[int, pa.Array], rows: int, plan: Plan) -> Typed:
    """Type a batch of ``rows`` raw rows. The first failing column in the order of the contract gives the reason."""
    failure = np.zeros(rows, dtype=np.uint8)
    failed_column = np.full(rows, -1, dtype=np.int16)
    columns: dict[str, pa.Array] = {}
    unread: dict[str, Flags] = {}
    for index, column in enumerate(plan.register.columns):
        mapping = plan.columns.get(column.name)
        values, failures = _column(column, mapping, raw, rows, plan)
        unread[column.name] = np.logical_or.reduce([np.zeros(rows, dtype=bool), *failures.values()])
        if column.required:
            failures[Reason.MISSING_VALUE] = nulls(values) & ~unread[column.name]
        columns[column.name] = values
        for reason, flags in failures.items():
            first = flags & (failure == 0)
            failure[first] = REASONS.index(reason) + 1
            failed_column[first] = index
    for reason, flags, name in row_checks(plan.register, columns):
        first = flags & (failure == 0)
        failure[first] = REASONS.index(reason) + 1
        failed_column[first] = [c.name for c in plan.register.columns].index(name)
    return Typed(columns, unread, failure, failed_column)


def _column(
    column: Column, mapping: ColumnMapping | None, raw: Mapping[int, pa.Array], rows: int, plan: Plan
) -> tuple[pa.Array, Failures]:
    place = plan.places.get(column.name)
    if place is None and mapping is not None and mapping.constant is not None:
        value, failures = type_column(column, mapping, pa.array([mapping.constant], pa.string()), plan)
        return pa.repeat(value[0], rows), {reason: np.repeat(flags, rows) for reason, flags in failures.items()}
    if mapping is None or place is None:
        return pa.nulls(rows, ARROW_TYPES[column.type]), {}
    values = raw[place]
    if pa.types.is_string(values.type):
        return type_column(column, mapping, values, plan)
    if column.type in (ColumnType.DATE, ColumnType.MONTH, ColumnType.INSTANT):
        return _native(column, values)
    return type_column(column, mapping, values.cast(pa.string()), plan)


def _native(column: Column, values: pa.Array) -> tuple[pa.Array, Failures]:
    """Dates and instants that the file delivers as such."""
    if column.type is ColumnType.INSTANT:
        if pa.types.is_timestamp(values.type) and values.type.tz is None:
            local = pc.fill_null(values.cast(pa.timestamp("us")).cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
            utc = stockholm_to_utc(np.asarray(local), latest=column.name in ENDS)
            return pa.array(utc, mask=nulls(values)).cast(ARROW_TYPES[column.type]), {}
        if pa.types.is_timestamp(values.type):
            return values.cast(ARROW_TYPES[column.type]), {}
        return _native(column, values.cast(pa.timestamp("us")))
    days = values.cast(pa.date32(), safe=False)
    return (first_of_month(days) if column.type is ColumnType.MONTH else days), {}
