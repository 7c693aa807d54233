"""What a load took in: every file with its lines accounted for, what was not read and why. No name, no number of
anybody.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from follow_money.errors import InputError
from follow_money.model import Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class FileIntake:
    """One file as read for one delivery. Lines are physical lines; a row may span several.

    ``filled``: contract column to number of rows in which it is not empty. ``months``: "YYYY-MM" to rows.
    ``reasons``: reason to quarantined lines. ``dropped_columns`` hold protected attributes, ``ignored_columns``
    nothing asked for.
    ``absent_columns``: mapped contract columns that this file's header does not hold.
    """

    file_key: str
    file_name: str
    sha256: str
    delivery: str
    register: str
    payer: str
    purposes: tuple[Purpose, ...]
    legal_basis: str
    encoding: str
    separator: str
    decimal: str
    lines: int
    header_lines: int
    blank_lines: int
    loaded_lines: int
    quarantined_lines: int
    withheld_lines: int
    loaded_rows: int
    withheld_rows: int
    reasons: Mapping[str, int]
    months: Mapping[str, int]
    filled: Mapping[str, int]
    ignored_columns: tuple[str, ...]
    dropped_columns: tuple[str, ...]
    absent_columns: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def data_lines(self) -> int:
        """Lines that should be rows."""
        return self.lines - self.header_lines - self.blank_lines

    @property
    def rows(self) -> int:
        """Rows in the records: loaded ones and those of which something is withheld."""
        return self.loaded_rows + self.withheld_rows

    def check_accounting(self) -> None:
        """Lines in = header and preamble + blank + loaded + quarantined + withheld. Raises InputError otherwise."""
        accounted = self.loaded_lines + self.quarantined_lines + self.withheld_lines
        if accounted != self.data_lines:
            raise InputError(
                f"{self.file_name}: of {self.lines} lines {self.header_lines + self.blank_lines + accounted} are "
                "accounted for. Nothing was loaded. Keep the file and report this."
            )


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A delivered file that was not read, and why."""

    file_name: str
    register: str
    payer: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Intake:
    """Everything one load took in."""

    profile: str
    synthetic: bool
    is_mapped: bool
    """False when the files were taken by their names, with the contract's own columns."""
    files: tuple[FileIntake, ...]
    unread: tuple[Unread, ...]
    unmatched: tuple[str, ...]
    """Files of the folder that no delivery asks for."""
    protected_persons: int
    """Distinct numbers of protected persons. Their number alone is kept."""

    @property
    def counts(self) -> dict[str, int]:
        """Lines and rows over all files."""
        names = (
            "lines",
            "header_lines",
            "blank_lines",
            "loaded_lines",
            "quarantined_lines",
            "withheld_lines",
            "loaded_rows",
            "withheld_rows",
        )
        return {"files": len(self.files)} | {name: sum(getattr(file, name) for file in self.files) for name in names}

    @property
    def registers(self) -> tuple[str, ...]:
        """Names of the registers that were read, in order."""
        return tuple(sorted({file.register for file in self.files}))

    def columns(self, register: str, *, purpose: Purpose | None = None, payer: str | None = None) -> frozenset[str]:
        """Columns of a register that were delivered and hold something, for a purpose, for a payer (or for any)."""
        return frozenset(
            column
            for file in self.files
            if file.register == register
            and (purpose is None or purpose in file.purposes)
            and (payer is None or file.payer in (payer, "*"))
            for column, rows in file.filled.items()
            if rows
        )

    def rows(self, register: str, *, purpose: Purpose | None = None) -> int:
        """Rows of a register that were delivered for a purpose."""
        return sum(f.rows for f in self.files if f.register == register and (purpose is None or purpose in f.purposes))

    def to_json(self) -> str:
        """The intake as one JSON document, the same for the same input."""
        document = asdict(self) | {"counts": self.counts}
        return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    @staticmethod
    def from_json(text: str) -> Intake:
        """The intake that `to_json` wrote."""
        document: dict[str, Any] = json.loads(text)
        files = tuple(_file(file) for file in document["files"])
        return Intake(
            profile=document["profile"],
            synthetic=document["synthetic"],
            is_mapped=document["is_mapped"],
            files=files,
            unread=tuple(Unread(**unread) for unread in document["unread"]),
            unmatched=tuple(document["unmatched"]),
            protected_persons=document["protected_persons"],
        )


def _file(document: dict[str, Any]) -> FileIntake:
    tuples = {"ignored_columns", "dropped_columns", "absent_columns", "notes"}
    values: dict[str, Any] = {name: tuple(value) if name in tuples else value for name, value in document.items()}
    values["purposes"] = tuple(Purpose(purpose) for purpose in document["purposes"])
    return FileIntake(**values)


_TEXT_LISTS: Final = ("purposes", "ignored_columns", "dropped_columns", "absent_columns", "notes")

FILES: Final = pa.schema(
    [
        pa.field(
            field.name,
            pa.list_(pa.string())
            if field.name in _TEXT_LISTS
            else pa.int64()
            if field.name.endswith(("lines", "rows"))
            else pa.string(),
            nullable=False,
        )
        for field in fields(FileIntake)
        if field.name not in ("reasons", "months", "filled")
    ]
)
"""One row a file and delivery; the counts by reason, month and column are in ``intake.json``."""


def files_table(files: tuple[FileIntake, ...]) -> pa.Table:
    """The files as a table of the schema `FILES`."""
    rows = [{name: getattr(file, name) for name in FILES.names} for file in files]
    for row in rows:
        row |= {name: [str(item) for item in row[name]] for name in _TEXT_LISTS}
    return pa.Table.from_pylist(rows, schema=FILES)
