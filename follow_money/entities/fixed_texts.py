"""Texts of one width, as NumPy keeps them, handed on to Arrow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def one_text_array(texts: npt.NDArray[np.bytes_]) -> pa.Array:
    """ASCII texts as one Arrow array of strings, one each. From about two millions on Arrow takes them over in pieces."""
    taken = pa.array(texts, pa.binary())
    whole = taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken
    return whole.cast(pa.string())
