"""Rows of a register under construction: integer columns that grow chunk by chunk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

NONE = -9_999_999_999
"""Stands for an empty cell in an integer column."""

_NO_ROWS = np.zeros(0, dtype=np.int64)


class Rows:
    """A table of int64 columns. Every column has a default, used where a chunk does not give it."""

    def __init__(self, **defaults: int) -> None:
        self._defaults = defaults
        # With room for more rows than there are, so that a table grows in time with its rows, however it is added to and read in turn.
        self._columns: dict[str, Ints] = {name: np.zeros(0, dtype=np.int64) for name in defaults}
        self._order: dict[str, tuple[int, Ints, Ints]] = {}
        self.count = 0

    def add(self, **columns: Ints | Flags | Sequence[int] | int) -> Ints:
        """Append rows: arrays of one length, single values repeated. Returns the numbers of the new rows."""
        arrays = {name: np.asarray(values, dtype=np.int64) for name, values in columns.items()}
        unknown = set(arrays) - set(self._defaults)
        if unknown:
            raise KeyError(f"Columns {sorted(unknown)} are not part of this table.")
        lengths = {array.size for array in arrays.values() if array.ndim} - {1}
        if len(lengths) > 1:
            raise ValueError(f"Columns of different lengths {sorted(lengths)} cannot be one chunk.")
        length = lengths.pop() if lengths else 1
        first, self.count = self.count, self.count + length
        for name, default in self._defaults.items():
            column = self._columns[name]
            if self.count > column.size:
                more = np.empty(max(self.count, column.size * 3 // 2), dtype=np.int64)
                more[:first] = column[:first]
                self._columns[name] = column = more
            column[first : self.count] = arrays.get(name, default)
        return np.arange(first, self.count)

    def __getitem__(self, name: str) -> Ints:
        """One whole column; a change of it changes the table, until rows are added."""
        return self._columns[name][: self.count]

    def where(self, name: str, value: int) -> Ints:
        """The numbers of the rows whose column is a value, in order; for columns that are not changed once they stand."""
        count, order, sorted_values = self._order.get(name, (-1, _NO_ROWS, _NO_ROWS))
        if count != self.count:
            order = np.argsort(self[name], kind="stable")
            sorted_values = self[name][order]
            self._order[name] = (self.count, order, sorted_values)
        low, high = np.searchsorted(sorted_values, [value, value + 1])
        return order[low:high]
