"""One delivered file to typed records: what could be typed, what is in quarantine, what is withheld, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.model import ColumnType, Register
from follow_money.registers.amounts import Decimals, count_decimals
from follow_money.registers.blocked import blocked_attribute
from follow_money.registers.convert import Typed, convert
from follow_money.registers.deliveries import Delivered, open_source, read_bytes
from follow_money.registers.encodings import KNOWN
from follow_money.registers.instants import utc_to_stockholm
from follow_money.registers.intake import FileIntake
from follow_money.registers.plan import Plan
from follow_money.registers.protected import Protected, without
from follow_money.registers.quarantine import REASONS, WITHHELD, Refused

if TYPE_CHECKING:
    from follow_money.registers.dates import Flags
    from follow_money.registers.source import Batch, Misshapen, Source

PERSONS: Final = "persons"
IS_PROTECTED: Final = "is_protected"
_DECIMAL_TYPES: Final = (ColumnType.ORE, ColumnType.MINUTES)
_DATED: Final = (ColumnType.MONTH, ColumnType.DATE, ColumnType.INSTANT)

Write = Callable[[pa.Table], None]


@dataclass
class _Tally:
    """What the rows of one file became, in physical lines and in rows."""

    loaded_lines: int = 0
    loaded_rows: int = 0
    withheld_lines: int = 0
    withheld_rows: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)


def take_in(file: Delivered, protected: Protected, write: Write) -> tuple[FileIntake, list[Refused]]:
    """Load one file: ``write`` gets its records in line order, in tables of the register's record schema.

    Raises InputError when a line cannot be accounted for, or the dialect cannot be told.
    """
    source = open_source(file.path, file.name, file.delivery, read_bytes(file.path, file.name))
    register = file.delivery.register
    plan = Plan(
        register=register,
        columns=file.delivery.columns,
        places=file.places,
        has_cells=source.encoding not in KNOWN,
    )
    misshapen = source.settle(plan.wanted, _convertible(plan))
    plan = _with_decimal(plan, source, file)
    tally = _Tally()
    may_be_protected = register.name == PERSONS and IS_PROTECTED in plan.places
    tally.refused += [_misshapen(row, source, protected, hide=may_be_protected) for row in misshapen]
    for batch in source.batches(plan.wanted):
        typed = convert(batch.columns, len(batch.lines), plan)
        table = _records(file, batch, typed, protected=protected, source=source, tally=tally)
        if table.num_rows:
            write(table)
    intake = _intake(file, source, plan, tally)
    intake.check_accounting()
    return intake, tally.refused


def _convertible(plan: Plan) -> Callable[[Mapping[int, pa.Array]], Flags]:
    """Whether raw rows can be typed; with either decimal sign, as the file's is not known yet."""

    def converts(raw: Mapping[int, pa.Array]) -> Flags:
        rows = len(next(iter(raw.values()))) if raw else 0
        plans = [
            Plan(register=plan.register, columns=plan.columns, places=plan.places, decimal=sign) for sign in (",", ".")
        ]
        return np.logical_or(*[convert(raw, rows, each).good for each in plans])

    return converts


def _with_decimal(plan: Plan, source: Source, file: Delivered) -> Plan:
    """The plan with the file's decimal sign: the mapping's, or what all of its amounts say."""
    given = file.delivery.decimal
    names = [c.name for c in plan.register.columns if c.type in _DECIMAL_TYPES and c.name in plan.places]
    if given is None and names:
        wanted = tuple(sorted({plan.places[name] for name in names if _may_have_decimals(plan, name)}))
        seen = Decimals()
        for batch in source.batches(wanted) if wanted else ():
            for place in wanted:
                values = batch.columns[place]
                seen += count_decimals(values if pa.types.is_string(values.type) else values.cast(pa.string()))
        given = seen.sign(file.name)
    return Plan(
        register=plan.register,
        columns=plan.columns,
        places=plan.places,
        decimal=given or ",",
        has_cells=plan.has_cells,
    )


def _may_have_decimals(plan: Plan, name: str) -> bool:
    return plan.columns[name].unit in ("kr", "hours")


def _misshapen(row: Misshapen, source: Source, protected: Protected, *, hide: bool) -> Refused:
    raw = source.raw(row.line, row.lines)
    if _names(protected, raw, source):
        return Refused(row.line, row.lines, WITHHELD, "", b"")
    detail = "raw text not kept: the row may be of a protected person" if hide else ""
    return Refused(row.line, row.lines, row.reason, detail, b"" if hide else raw)


def _names(protected: Protected, raw: bytes, source: Source) -> bool:
    """Whether the raw bytes of a row hold the number or the account of a protected person."""
    encoding = source.encoding if source.encoding in KNOWN else "utf-8"
    return bool(protected) and protected.in_text(raw.decode(encoding, errors="replace"))


def _records(
    file: Delivered, batch: Batch, typed: Typed, *, protected: Protected, source: Source, tally: _Tally
) -> pa.Table:
    """The rows of a batch that go into the records; the others go to the tally."""
    register = file.delivery.register
    rows = len(batch.lines)
    named = protected.named_by(register, typed.columns, rows)
    withheld = np.logical_or.reduce(list(named.values())) if named else np.zeros(rows, dtype=bool)
    left_out = np.zeros(rows, dtype=bool)
    if register.name == PERSONS:
        is_protected = pc.fill_null(typed.columns[IS_PROTECTED], fill_value=False)
        left_out = (
            withheld | np.asarray(is_protected.to_numpy(zero_copy_only=False), dtype=bool) | typed.unread[IS_PROTECTED]
        )
        withheld = left_out
    good = typed.good
    tally.refused += _refused(file, batch, typed, withheld=withheld, protected=protected, source=source)
    tally.withheld_lines += int(batch.spans[good & withheld].sum())
    tally.withheld_rows += int(np.count_nonzero(good & withheld & ~left_out))
    tally.loaded_lines += int(batch.spans[good & ~withheld].sum())
    tally.loaded_rows += int(np.count_nonzero(good & ~withheld))
    kept = good & ~left_out
    columns = without(register, typed.columns, named) if named else typed.columns
    ids = pc.binary_join_element_wise(file.key, pc.cast(pa.array(batch.lines), pa.string()), ":")
    table = pa.table(
        [ids, *columns.values(), pa.array(withheld)],
        schema=register.record_schema(),
    )
    if not kept.all():
        table = table.filter(pa.array(kept))
    _describe(table, register, tally)
    return table


def _refused(
    file: Delivered, batch: Batch, typed: Typed, *, withheld: Flags, protected: Protected, source: Source
) -> Iterator[Refused]:
    """The rows of a batch that cannot be typed; without raw text where they name a protected person."""
    names = [column.name for column in file.delivery.register.columns]
    for index in np.flatnonzero(~typed.good).tolist():
        line, lines = int(batch.lines[index]), int(batch.spans[index])
        raw = source.raw(line, lines)
        if withheld[index] or _names(protected, raw, source):
            yield Refused(line, lines, WITHHELD, "", b"")
            continue
        name = names[int(typed.column[index])]
        place = file.places.get(name)
        detail = f"{name} ({file.cells[place]})" if place is not None else name
        yield Refused(line, lines, REASONS[int(typed.failure[index]) - 1], detail, raw)


def _describe(table: pa.Table, register: Register, tally: _Tally) -> None:
    """Count what the columns hold, and the months that the rows are of."""
    for column in register.columns:
        tally.filled[column.name] += table.num_rows - table.column(column.name).null_count
    dated = _month_column(register)
    if dated is None or table.num_rows == 0:
        return
    values = pc.drop_null(table.column(dated).combine_chunks())
    for month, count in zip(*np.unique(_months(values), return_counts=True), strict=True):
        tally.months[str(month)] += int(count)


def _month_column(register: Register) -> str | None:
    """The column that says when a row is of: the first required date, else the first date."""
    dated = [column for column in register.columns if column.type in _DATED and not column.restricted]
    return next((column.name for column in [*(c for c in dated if c.required), *dated]), None)


def _months(values: pa.Array) -> npt.NDArray[np.datetime64]:
    if pa.types.is_timestamp(values.type):
        local = utc_to_stockholm(np.asarray(values.cast(pa.int64())))
        return local.astype("datetime64[us]").astype("datetime64[M]")
    return np.asarray(values.cast(pa.int32())).astype("datetime64[D]").astype("datetime64[M]")


def _intake(file: Delivered, source: Source, plan: Plan, tally: _Tally) -> FileIntake:
    reasons: Counter[str] = Counter()
    withheld_lines = tally.withheld_lines
    for row in tally.refused:
        if row.reason == WITHHELD:
            withheld_lines += row.lines
        else:
            reasons[str(row.reason)] += row.lines
    ignored, dropped = _unread_columns(file)
    absent = [
        name
        for name, mapping in file.delivery.columns.items()
        if mapping.columns and name not in file.places and mapping.constant is None
    ]
    notes = [*source.notes, *(f"{note} ({count})" for note, count in sorted(plan.notes.items()))]
    return FileIntake(
        file_key=file.key,
        file_name=file.name,
        sha256=file.sha256,
        delivery=file.delivery.place,
        register=file.delivery.register.name,
        payer=file.delivery.payer,
        purposes=file.delivery.purposes,
        legal_basis=file.delivery.legal_basis,
        encoding=source.encoding,
        separator=source.separator,
        decimal=plan.decimal,
        lines=source.lines,
        header_lines=source.header_lines,
        blank_lines=source.blank_lines,
        loaded_lines=tally.loaded_lines,
        quarantined_lines=sum(reasons.values()),
        withheld_lines=withheld_lines,
        loaded_rows=tally.loaded_rows,
        withheld_rows=tally.withheld_rows,
        reasons=dict(sorted(reasons.items())),
        months=dict(sorted(tally.months.items())),
        filled={name: tally.filled[name] for name in (c.name for c in file.delivery.register.columns)},
        ignored_columns=ignored,
        dropped_columns=dropped,
        absent_columns=tuple(absent),
        notes=tuple(notes),
    )


def _unread_columns(file: Delivered) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Header cells that nothing maps: those merely ignored, and those dropped as protected attributes."""
    used = set(file.places.values())
    rest: Sequence[str] = [cell.strip() for place, cell in enumerate(file.cells) if place not in used and cell.strip()]
    dropped = tuple(cell for cell in rest if blocked_attribute(cell) is not None)
    return tuple(cell for cell in rest if cell not in dropped), dropped
