"""The header row: found by the names that the mapping asks for, within the first lines of a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from follow_money.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from follow_money.registers.mapping import ColumnMapping

HEADER_WITHIN: Final = 20
"""The header stands within so many first lines; what stands before it is preamble."""


@dataclass(frozen=True)
class Header:
    """The header row of a file: its index among the lines, and its cells as written."""

    index: int
    cells: tuple[str, ...]

    def place(self, mapping: ColumnMapping) -> int | None:
        """The position of the first file column that the mapping names, or None. Raises KeyError when it stands
        there twice.
        """
        names = [header_name(cell) for cell in self.cells]
        for column in mapping.columns:
            wanted = header_name(column)
            if names.count(wanted) > 1:
                raise KeyError(column)
            if wanted in names:
                return names.index(wanted)
        return None


def header_name(cell: str) -> str:
    """A header cell as it is compared: trimmed, inner blanks as one, lower case, without a stray byte order mark."""
    return " ".join(cell.replace("\ufeff", "").replace("\u00a0", " ").split()).casefold()


def find_header(rows: Sequence[Sequence[str]], columns: Mapping[str, ColumnMapping]) -> tuple[int, Header | None]:
    """The row that holds most of the mapped columns, and how many it holds. The first such row wins."""
    best, found = 0, None
    wanted = [{header_name(name) for name in mapping.columns} for mapping in columns.values() if mapping.columns]
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        names = {header_name(cell) for cell in row}
        score = sum(1 for alternatives in wanted if alternatives & names)
        if score > best:
            best, found = score, Header(index, tuple(row))
    return best, found


def places(header: Header, columns: Mapping[str, ColumnMapping], *, file: str) -> dict[str, int]:
    """Contract column to position in the header, for those the header holds. Raises InputError for a column that
    stands there twice.
    """
    found = {}
    for name, mapping in columns.items():
        try:
            position = header.place(mapping)
        except KeyError as error:
            raise InputError(
                f"{file}: the column {error.args[0]!r} stands twice in the header, so it cannot be told which is "
                "meant. Rename one of them in the file."
            ) from error
        if position is not None:
            found[name] = position
    return found


def no_header(file: str, columns: Collection[ColumnMapping]) -> InputError:
    """The error of a file without a row that holds any mapped column."""
    names = sorted({name for mapping in columns for name in mapping.columns})
    return InputError(
        f"{file}: none of its first {HEADER_WITHIN} lines holds any of the mapped columns ({', '.join(names)}). "
        "Correct the mapping, or take the file out of the folder."
    )
