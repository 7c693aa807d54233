"""Arrow's truth as numpy's: a boolean column as a mask over rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]


def mask(column: pa.Array | pa.ChunkedArray) -> Mask:
    """Where a boolean column is true; null counts as false."""
    filled = pc.fill_null(column, pa.scalar(value=False))
    return np.asarray(
        filled.to_numpy() if isinstance(filled, pa.ChunkedArray) else filled.to_numpy(zero_copy_only=False), bool
    )


def is_told(column: pa.Array | pa.ChunkedArray) -> Mask:
    """Where a column is not null."""
    return mask(pc.is_valid(column))
