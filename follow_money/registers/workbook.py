"""Workbooks (XLSX and its relatives): every cell as text, numbers marked as numbers, rows counted like lines."""

from __future__ import annotations

import io
import math
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

from follow_money.errors import InputError
from follow_money.registers.amounts import CELL_POINT
from follow_money.registers.header import HEADER_WITHIN, find_header, no_header
from follow_money.registers.source import Batch, Converts, Misshapen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from follow_money.registers.mapping import Delivery

_ROWS_A_BATCH: Final = 100_000
_SECONDS_PER_MINUTE: Final = 60


class Workbook:
    """One sheet of a delivered workbook: the one the mapping names, or the first that holds a header."""

    encoding = "workbook"
    separator = ""

    def __init__(self, name: str, data: bytes, delivery: Delivery) -> None:
        self.notes: list[str] = []
        sheets = _sheets(name, data, delivery.sheet)
        best = 0
        for title, cells in sheets:
            score, header = find_header(
                [[_text(cell) for cell in row] for row in cells[:HEADER_WITHIN]], delivery.columns
            )
            if header is not None and score > best:
                best, self.header, self._cells = score, header, cells
                self.notes = [f"read from the sheet {title!r}"] if len(sheets) > 1 else []
        if not best:
            raise no_header(name, delivery.columns.values())
        self.lines = len(self._cells)
        self._blank = [all(cell == "" for cell in row) for row in self._cells]

    @property
    def header_lines(self) -> int:
        """Rows up to the header, with it."""
        return self.header.index + 1

    @property
    def blank_lines(self) -> int:
        """Rows after the header in which every cell is empty."""
        return sum(self._blank[self.header_lines :])

    def settle(self, _wanted: Sequence[int], _converts: Converts, /) -> Sequence[Misshapen]:
        """Every row of a sheet has its form."""
        return ()

    def batches(self, wanted: Sequence[int]) -> Iterator[Batch]:
        """The rows that are not blank."""
        rows = [index for index in range(self.header_lines, self.lines) if not self._blank[index]]
        for start in range(0, len(rows), _ROWS_A_BATCH):
            part = rows[start : start + _ROWS_A_BATCH]
            columns = {
                place: pa.array([_text(self._cells[index][place]) for index in part], pa.string()) for place in wanted
            }
            yield Batch(np.array(part, dtype=np.int64) + 1, np.ones(len(part), dtype=np.int64), columns)

    def raw(self, line: int, lines: int) -> bytes:
        """The cells of a row as text, tab apart."""
        rows = self._cells[line - 1 : line - 1 + lines]
        return "\n".join(
            "\t".join(_text(cell).rstrip(CELL_POINT).replace(CELL_POINT, ".") for cell in row) for row in rows
        ).encode()


def _sheets(name: str, data: bytes, sheet: str | None) -> list[tuple[str, list[list[Any]]]]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            titles = [sheet] if sheet else book.sheet_names
            return [(title, book.get_sheet_by_name(title).to_python(skip_empty_area=False)) for title in titles]
    except WorksheetNotFound as error:
        raise InputError(f"{name}: it has no sheet {sheet!r}. Correct `sheet` in the mapping.") from error
    except CalamineError as error:
        raise InputError(
            f"{name}: it cannot be read as a workbook; it may be cut or locked. Ask for a new export."
        ) from error


def _text(cell: object) -> str:
    """A cell as text. A number gets `CELL_POINT` as its decimal sign, at the end when it is whole."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | int):
        return number_text(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds() / _SECONDS_PER_MINUTE)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return str(cell)


def number_text(value: float) -> str:
    """A number of a cell in the 15 digits that a workbook keeps, never in scientific notation."""
    if not math.isfinite(value):
        return ""
    text = format(value, ".15g")
    if "e" in text:
        text = format(value, ".10f").rstrip("0")
    return text.replace(".", CELL_POINT) if "." in text else f"{text}{CELL_POINT}"
