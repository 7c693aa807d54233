"""The plan of one file: which of its columns become which of the register's, and how."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from follow_money.model import Register
    from follow_money.registers.mapping import ColumnMapping


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How the columns of one file become those of a register.

    ``places``: contract column to position in the header. ``decimal``: the decimal sign. ``has_cells``: the file
    delivers
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
