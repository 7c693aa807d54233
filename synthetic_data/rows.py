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


class Rows:
    """A table of int64 columns. Every column has a default, used where a chunk does not give it."""

    def __init__(self, **defaults: int) -> None:
        self._defaults = defaults
        self._chunks: list[dict[str, Ints]] = []
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
        chunk = {
            name: np.broadcast_to(arrays.get(name, np.int64(default)), (length,)).astype(np.int64)
            for name, default in self._defaults.items()
        }
        self._chunks.append(chunk)
        self.count += length
        return np.arange(self.count - length, self.count)

    def __getitem__(self, name: str) -> Ints:
        """One whole column; a change of it changes the table."""
        if not self._chunks:
            return np.zeros(0, dtype=np.int64)
        if len(self._chunks) > 1:
            self._chunks = [{key: np.concatenate([chunk[key] for chunk in self._chunks]) for key in self._defaults}]
        return self._chunks[0][name]
