"""Quarantine: rows that could not be read, each with file, line, raw bytes and the reason; and the limit on them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from follow_money.errors import QuarantineLimitError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from follow_money.registers.intake import FileIntake


class Reason(StrEnum):
    """Why a row is in quarantine."""

    NUL = "nul"
    """The line holds a NUL byte."""
    CONTROL_CHARACTER = "control_character"
    """The line holds a control character, a bare CR among LF lines too."""
    ENCODING = "encoding"
    """The line is not written in the encoding of its file."""
    UNCLOSED_QUOTE = "unclosed_quote"
    """A quoted value does not end within the lines that a value may span."""
    BAD_QUOTES = "bad_quotes"
    """Quotes stand where they cannot: text after a closing quote."""
    TOO_FEW_COLUMNS = "too_few_columns"
    TOO_MANY_COLUMNS = "too_many_columns"
    CUT_OFF = "cut_off"
    """The last line has too few columns and no line ending: the file was cut."""
    REPEATED_HEADER = "repeated_header"
    MISSING_VALUE = "missing_value"
    """A required column is empty."""
    DATE = "date"
    """Not a calendar day, month or point in time in the expected format."""
    AMOUNT = "amount"
    """Not an amount: text, two decimal signs, wrongly grouped digits."""
    AMOUNT_PRECISION = "amount_precision"
    """More than two decimals that are not zero."""
    AMOUNT_RANGE = "amount_range"
    """More than 2^53 öre: not exact everywhere."""
    NUMBER = "number"
    """Not a whole number, or not a length of time."""
    BOOLEAN = "boolean"
    CATEGORY = "category"
    """A text that the mapping and the contract do not list."""
    ENDS_BEFORE_START = "ends_before_start"


REASONS: Final = tuple(Reason)

QUARANTINE: Final = pa.schema(
    [
        pa.field("file_key", pa.string(), nullable=False),
        pa.field("file_name", pa.string(), nullable=False),
        pa.field("line", pa.int64(), nullable=False),
        pa.field("lines", pa.int64(), nullable=False),
        pa.field("raw", pa.large_binary(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("detail", pa.string(), nullable=False),
    ]
)
"""One row a quarantined or wholly withheld row. A withheld one has the reason ``withheld`` and no raw bytes."""

WITHHELD: Final = "withheld"


@dataclass(frozen=True)
class Refused:
    """A row that was not loaded: its first physical line, how many it spans, why, and which column."""

    line: int
    lines: int
    reason: str
    detail: str
    raw: bytes


def quarantine_table(file_key: str, file_name: str, rows: Sequence[Refused]) -> pa.Table:
    """The quarantined rows of one file, in line order."""
    ordered = sorted(rows, key=lambda row: row.line)
    return pa.table(
        {
            "file_key": pa.array([file_key] * len(ordered), pa.string()),
            "file_name": pa.array([file_name] * len(ordered), pa.string()),
            "line": pa.array([row.line for row in ordered], pa.int64()),
            "lines": pa.array([row.lines for row in ordered], pa.int64()),
            "raw": pa.array([row.raw for row in ordered], pa.large_binary()),
            "reason": pa.array([str(row.reason) for row in ordered], pa.string()),
            "detail": pa.array([row.detail for row in ordered], pa.string()),
        },
        schema=QUARANTINE,
    )


def check_limit(files: Sequence[FileIntake], max_quarantine: float) -> None:
    """Stop when any one file has a larger share of its data lines in quarantine than allowed.

    The limit is per file: a broken file must not hide behind many whole ones. Raises QuarantineLimitError.
    """
    over = [file for file in files if file.quarantined_lines > max_quarantine * file.data_lines]
    if over:
        listed = "; ".join(
            f"{file.file_name}: {file.quarantined_lines} of {file.data_lines} lines ({_counts(file.reasons)})"
            for file in over
        )
        cut = [file.file_name for file in over if Reason.CUT_OFF in file.reasons]
        ends = f" Cut off at the end: {', '.join(cut)}; ask for a new export." if cut else ""
        raise QuarantineLimitError(
            f"More than {max_quarantine:.2%} of the lines are in quarantine in {len(over)} "
            f"file{'s' if len(over) > 1 else ''}: {listed}.{ends} Look at the quarantined rows in the restricted folder, "
            "correct the mapping or ask for a new export, or allow more with --max-quarantine."
        )


def _counts(reasons: Mapping[str, int]) -> str:
    return ", ".join(
        f"{reason} {count}" for reason, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    )
