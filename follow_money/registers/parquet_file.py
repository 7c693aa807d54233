"""Parquet files: typed columns, rows counted like lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money.errors import InputError
from follow_money.registers.amounts import CELL_POINT
from follow_money.registers.header import Header, find_header, no_header
from follow_money.registers.source import Batch, Converts, Misshapen
from follow_money.registers.workbook import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from follow_money.registers.mapping import Delivery

_ROWS_A_BATCH: Final = 250_000


class ParquetFile:
    """A delivered Parquet file. Its column names are the header; there is no header row."""

    encoding = "parquet"
    separator = ""
    header_lines = 0
    blank_lines = 0

    def __init__(self, name: str, data: bytes, delivery: Delivery) -> None:
        self.name = name
        self.notes: list[str] = []
        try:
            self._file = pq.ParquetFile(pa.BufferReader(data))
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"{name}: it cannot be read as Parquet; it may be cut. Ask for a new export.") from error
        self.lines = int(self._file.metadata.num_rows)
        _, header = find_header([self._file.schema_arrow.names], delivery.columns)
        if header is None:
            raise no_header(name, delivery.columns.values())
        self.header: Header = header

    def settle(self, _wanted: Sequence[int], _converts: Converts, /) -> Sequence[Misshapen]:
        """Every row of a table has its form."""
        return ()

    def batches(self, wanted: Sequence[int]) -> Iterator[Batch]:
        """The rows in order."""
        names = [self.header.cells[place] for place in wanted]
        done = 0
        try:
            for batch in self._file.iter_batches(batch_size=_ROWS_A_BATCH, columns=names, use_threads=False):
                columns = {place: _plain(batch.column(name)) for place, name in zip(wanted, names, strict=True)}
                lines = np.arange(done, done + batch.num_rows, dtype=np.int64) + 1
                done += batch.num_rows
                yield Batch(lines, np.ones(len(lines), dtype=np.int64), columns)
        except (pa.ArrowException, OSError) as error:
            raise InputError(f"{self.name}: it cannot be read beyond row {done}. Ask for a new export.") from error

    def raw(self, line: int, lines: int) -> bytes:
        """The row as text, tab apart. Reads the file again: quarantined rows are few."""
        done = 0
        for batch in self._file.iter_batches(batch_size=_ROWS_A_BATCH, use_threads=False):
            if line <= done + batch.num_rows:
                row = batch.slice(line - 1 - done, lines).to_pylist()[0]
                return "\t".join("" if value is None else str(value) for value in row.values()).encode()
            done += batch.num_rows
        return b""


def _plain(values: pa.Array) -> pa.Array:
    """Text, or dates and timestamps as they are."""
    type_ = values.type
    if pa.types.is_dictionary(type_):
        return _plain(values.dictionary_decode())
    if pa.types.is_temporal(type_) and not pa.types.is_time(type_) and not pa.types.is_duration(type_):
        return values
    if pa.types.is_floating(type_):
        return pa.array([None if v is None else number_text(v) for v in values.to_pylist()], pa.string())
    text = values.cast(pa.string())
    if pa.types.is_decimal(type_):
        return pc.replace_substring(text, ".", CELL_POINT)
    return pc.binary_join_element_wise(text, CELL_POINT, "") if pa.types.is_integer(type_) else text
