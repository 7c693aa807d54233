"""Text files: any separator, encoding, record ending and quoting, every physical line accounted for."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from follow_money.errors import InputError
from follow_money.registers.encodings import (
    REPLACEMENT,
    UTF8,
    UTF8_BOM,
    UTF16_BE,
    UTF16_LE,
    detect_encoding,
    to_utf8,
)
from follow_money.registers.header import HEADER_WITHIN, Header, find_header, no_header
from follow_money.registers.lines import Positions, physical_lines
from follow_money.registers.mapping import SEPARATORS, Delivery
from follow_money.registers.quarantine import Reason
from follow_money.registers.quotes import OddLines, OddRow
from follow_money.registers.scan import Shape, Shapes, count_separators, line_blocks, mark_encoding, scan
from follow_money.registers.source import Batch, Converts, Misshapen
from follow_money.registers.utf8 import Bytes, invalid_utf8, is_utf8

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_ASCII_END: Final = 0x80
_SHAPE_REASONS: Final = {
    Shape.NUL: Reason.NUL,
    Shape.CONTROL: Reason.CONTROL_CHARACTER,
    Shape.ENCODING: Reason.ENCODING,
    Shape.FEW: Reason.TOO_FEW_COLUMNS,
    Shape.MANY: Reason.TOO_MANY_COLUMNS,
}
_JOIN_ROUNDS: Final = 25
"""How often joins that cannot be typed are taken back and their lines looked at afresh, before they are given up."""
_ONE_MORE_SHARE: Final = 0.5
"""Share of lines ending in a separator above which the header merely lacks the name of an empty last column."""


class TextFile:
    """A delivered text file, opened: encoding, separator and header are known; `settle` decides which lines are
    rows.
    """

    def __init__(self, name: str, data: bytes, delivery: Delivery) -> None:
        self.name = name
        self._data = data
        self._encoding = detect_encoding(data, file=name, given=delivery.encoding)
        self.encoding = self._encoding.name
        self._utf8 = to_utf8(data, self._encoding)
        self._bytes: Bytes = np.frombuffer(self._utf8, dtype=np.uint8)
        self._rows = physical_lines(self._bytes)
        is_same = self.encoding in (UTF8, UTF8_BOM)
        self._delivered = self._rows if is_same else physical_lines(self._code_units())
        self.lines = len(self._delivered)
        if self.lines != len(self._rows):
            raise InputError(
                f"{name}: its lines cannot be counted in the encoding {self.encoding}. Give `encoding` in the mapping."
            )
        self.separator, self.header = self._dialect(delivery)
        self.notes: list[str] = []
        if not self._rows.is_ended:
            self.notes.append("the last line has no line ending: its last value may be cut")
        self._width = len(self.header.cells)
        self._shapes = Shapes(np.empty(0, np.uint8), np.empty(0, np.int64))
        self._odd: list[OddRow] = []

    @property
    def header_lines(self) -> int:
        """Lines up to the header, with it."""
        return self.header.index + 1

    @property
    def blank_lines(self) -> int:
        """Blank lines after the header that are not inside a quoted value."""
        blank = int(np.count_nonzero(self._shapes.shape[self.header_lines :] == Shape.BLANK))
        joined = (range(row.index, row.index + row.lines) for row in self._odd if row.lines > 1)
        return blank - sum(1 for lines in joined for line in lines if self._shapes.shape[line] == Shape.BLANK)

    def settle(self, wanted: Sequence[int], converts: Converts) -> Sequence[Misshapen]:
        """Decide which lines are rows, and return those that are not."""
        self._shapes = scan(self._bytes, self._rows, separator=self.separator, width=self._width)
        if self._has_one_more():
            self._width += 1
            self._shapes = scan(self._bytes, self._rows, separator=self.separator, width=self._width)
        mark_encoding(self._shapes.shape, self._wrongly_encoded())
        self._shapes.shape[: self.header_lines] = Shape.BLANK
        repeated = self._repeated_headers()
        self._shapes.shape[repeated] = Shape.RECORD  # no value may continue over a repeated header
        refused = self._read_odd(wanted, converts)
        misshapen = [Misshapen(int(index) + 1, 1, Reason.REPEATED_HEADER) for index in repeated]
        misshapen += [Misshapen(index + 1, 1, reason) for index, reason in refused]
        inside = {line for row in self._odd for line in range(row.index, row.index + row.lines)}
        for shape, reason in _SHAPE_REASONS.items():
            indices = np.flatnonzero(self._shapes.shape == shape).tolist()
            misshapen += [Misshapen(index + 1, 1, self._cut(index, reason)) for index in indices if index not in inside]
        self._is_bulk = self._shapes.shape == Shape.RECORD
        self._is_bulk[: self.header_lines] = False
        self._is_bulk[repeated] = False
        return misshapen

    def batches(self, wanted: Sequence[int]) -> Iterator[Batch]:
        """The rows in line order, about 16 MB of text at a time."""
        odd = sorted(self._odd, key=lambda row: row.index)
        odd_lines = np.array([row.index for row in odd], dtype=np.int64)
        for first, last in line_blocks(self._rows):
            indices = np.flatnonzero(self._is_bulk[first:last]) + first
            columns = self._parse(indices, wanted)
            within = odd[int(np.searchsorted(odd_lines, first)) : int(np.searchsorted(odd_lines, last))]
            spans = np.ones(len(indices), dtype=np.int64)
            if within:
                columns = {place: pa.concat_arrays([columns[place], _values(within, place)]) for place in wanted}
                indices = np.concatenate((indices, [row.index for row in within]))
                spans = np.concatenate((spans, [row.lines for row in within]))
                order = np.argsort(indices, kind="stable")
                indices, spans = indices[order], spans[order]
                columns = {place: column.take(pa.array(order)) for place, column in columns.items()}
            if len(indices):
                yield Batch(indices + 1, spans, columns)

    def raw(self, line: int, lines: int) -> bytes:
        """The bytes of a row as delivered, without its last line ending."""
        size = self._unit_size()
        start = self._encoding.mark + int(self._delivered.starts[line - 1]) * size
        end = self._encoding.mark + int(self._delivered.ends[line + lines - 2]) * size
        return self._data[start:end]

    def _unit_size(self) -> int:
        return 2 if self.encoding in (UTF16_LE, UTF16_BE) else 1

    def _code_units(self) -> NDArray[np.uint8] | NDArray[np.uint16]:
        content = memoryview(self._data)[self._encoding.mark :]
        if self._unit_size() == 1:
            return np.frombuffer(content, dtype=np.uint8)
        order = "<u2" if self.encoding == UTF16_LE else ">u2"
        whole = len(content) // 2 * 2
        units = np.frombuffer(content[:whole], dtype=order)
        # Half a unit at the end is what a cut leaves: it belongs to the last line.
        return units if whole == len(content) else np.append(units, np.array([0xFFFD], dtype=order))

    def _line(self, index: int) -> str:
        return self._utf8[int(self._rows.starts[index]) : int(self._rows.ends[index])].decode(errors="replace")

    def _dialect(self, delivery: Delivery) -> tuple[str, Header]:
        head = [self._line(index) for index in range(min(HEADER_WITHIN, len(self._rows)))]
        found: list[tuple[int, str, Header]] = []
        for separator in (delivery.separator,) if delivery.separator else SEPARATORS:
            score, header = find_header([_cells(line, separator) for line in head], delivery.columns)
            if header is not None:
                found.append((score, separator, header))
        if not found:
            raise no_header(self.name, delivery.columns.values())
        top = max(score for score, _, _ in found)
        best = [(separator, header) for score, separator, header in found if score == top]
        return best[0] if len(best) == 1 else max(best, key=lambda each: self._alike(*each))

    def _alike(self, separator: str, header: Header) -> tuple[int, int]:
        """Lines of the whole file with as many separators as the header has; the more columns the better."""
        counts = count_separators(self._bytes, self._rows, separator)
        width = len(header.cells)
        return (int(np.count_nonzero(counts == width - 1)) if width > 1 else 0, width)

    def _has_one_more(self) -> bool:
        """Whether most lines end in one more separator than the header, which merely lacks the name of an empty last
        column.
        """
        many = np.flatnonzero(self._shapes.shape[self.header_lines :] == Shape.MANY) + self.header_lines
        if len(many) <= _ONE_MORE_SHARE * (len(self._rows) - self.header_lines):
            return False
        lasts = self._bytes[self._rows.ends[many] - 1] == ord(self.separator)
        return bool(np.mean(lasts & (self._shapes.separators[many] == self._width)) > _ONE_MORE_SHARE)

    def _wrongly_encoded(self) -> Positions:
        """Indices of the lines that are not written in the file's encoding."""
        if self.encoding in (UTF8, UTF8_BOM):
            if is_utf8(self._utf8):
                return np.empty(0, dtype=np.int64)
            wrong = invalid_utf8(self._bytes, np.flatnonzero(self._bytes >= _ASCII_END))
            return np.unique(self._rows.line_of(wrong))
        marks = np.flatnonzero(self._bytes == REPLACEMENT[0])
        marks = marks[marks + 2 < len(self._bytes)]
        marks = marks[(self._bytes[marks + 1] == REPLACEMENT[1]) & (self._bytes[marks + 2] == REPLACEMENT[2])]
        wrong_lines = np.unique(self._rows.line_of(marks))
        if self._unit_size() == 1:
            wrong_lines = np.union1d(wrong_lines, self._utf8_lines())
        return wrong_lines

    def _utf8_lines(self) -> Positions:
        """Lines of a single-byte file whose letters beyond ASCII are all valid UTF-8: written by another system."""
        units = np.frombuffer(self._data, dtype=np.uint8)
        high = np.flatnonzero(units >= _ASCII_END)
        every = np.unique(self._delivered.line_of(high))
        return np.setdiff1d(every, self._delivered.line_of(invalid_utf8(units, high)))

    def _repeated_headers(self) -> Positions:
        start, end = int(self._rows.starts[self.header.index]), int(self._rows.ends[self.header.index])
        length = end - start
        same = np.flatnonzero(self._rows.ends - self._rows.starts == length)
        same = same[same > self.header.index]
        for offset in range(length) if len(same) else ():
            same = same[self._bytes[self._rows.starts[same] + offset] == self._bytes[start + offset]]
        return same

    def _read_odd(self, wanted: Sequence[int], converts: Converts) -> list[tuple[int, Reason]]:
        """Read the lines with odd quotes; take back joins whose rows cannot be typed, until all that stand can."""
        candidates = np.flatnonzero(self._shapes.shape == Shape.QUOTED).tolist()
        reader = OddLines(self._shapes, self._line, self.separator, self._width)
        unjoinable: set[int] = set()
        for last_round in [*[False] * _JOIN_ROUNDS, True]:
            outcomes = list(reader.read(candidates, unjoinable))
            rows = [outcome for outcome in outcomes if isinstance(outcome, OddRow)]
            joined = [row for row in rows if row.lines > 1]
            good = converts({place: _values(joined, place) for place in wanted}) if joined else np.empty(0, dtype=bool)
            failed = {row.index for row, is_good in zip(joined, good, strict=True) if not is_good}
            if not failed or last_round:
                self._odd = [row for row in rows if row.index not in failed]
                refused = [outcome for outcome in outcomes if not isinstance(outcome, OddRow)]
                # Lines of a failed join that were not looked at again; none of them is a record by itself.
                quoted = {row.index: row for row in rows if row.index in failed}
                within = [line for row in quoted.values() for line in range(row.index, row.index + row.lines)]
                return refused + [
                    (line, Reason.UNCLOSED_QUOTE) for line in within if self._shapes.shape[line] == Shape.QUOTED
                ]
            unjoinable |= failed
        return []

    def _cut(self, index: int, reason: Reason) -> Reason:
        is_cut = reason is Reason.TOO_FEW_COLUMNS and index == len(self._rows) - 1 and not self._rows.is_ended
        return Reason.CUT_OFF if is_cut else reason

    def _parse(self, indices: Positions, wanted: Sequence[int]) -> dict[int, pa.Array]:
        """The wanted columns of clean lines, as text."""
        if len(indices) == 0 or not wanted:
            return {place: pa.array([], pa.string()) for place in wanted}
        names = [str(place) for place in range(self._width)]
        text = self._clean_text(indices)
        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(text),
                read_options=arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=text.size + 1),
                parse_options=arrow_csv.ParseOptions(delimiter=self.separator, ignore_empty_lines=False),
                convert_options=arrow_csv.ConvertOptions(
                    include_columns=[str(place) for place in wanted],
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
        except pa.ArrowInvalid:
            # Arrow's message quotes the row, so it is not passed on.
            message = (
                f"{self.name}: whole lines could not be read as rows. The file is not loaded; keep it and report this."
            )
            raise InputError(message) from None
        if table.num_rows != len(indices):
            raise InputError(
                f"{self.name}: {len(indices)} whole lines were read as {table.num_rows} rows. The file is not loaded."
            )
        return {place: _one(table.column(str(place))) for place in wanted}

    def _clean_text(self, indices: Positions) -> pa.Buffer:
        """The text of the given lines, one after another."""
        breaks = np.flatnonzero(np.diff(indices) != 1)
        firsts = indices[np.concatenate(([0], breaks + 1))]
        lasts = indices[np.concatenate((breaks, [len(indices) - 1]))]
        starts = self._rows.starts[firsts]
        ends = self._rows.ends[lasts]
        if len(firsts) == 1 and self._rows.ending != "\r":
            return pa.py_buffer(self._utf8).slice(int(starts[0]), int(ends[0] - starts[0]))
        view = memoryview(self._utf8)
        runs = [view[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        text = b"\n".join(runs)
        # Within a run CR alone ends a line only in a file of CR lines, and there no other CR is in a clean line.
        return pa.py_buffer(text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if self._rows.ending == "\r" else text)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line.replace("\0", "")], delimiter=separator), [])
    except csv.Error:
        return []


def _values(rows: Sequence[OddRow], place: int) -> pa.Array:
    return pa.array([row.values[place] for row in rows], pa.string())


def _one(column: pa.ChunkedArray) -> pa.Array:
    combined = column.combine_chunks()
    return combined if isinstance(combined, pa.Array) else pa.concat_arrays(combined.chunks)
