"""The usual value of a group: what most of its rows say."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.masks import is_told


def usual_values(
    group: npt.NDArray[np.int64], values: pa.Array, weights: npt.NDArray[np.int64], groups: int
) -> pa.Array:
    """For each of ``groups`` groups the text with the largest total weight; of equals the first in the alphabet.

    ``group``, ``values`` and ``weights`` have one entry a row; null values do not count. Null for a group without any.
    """
    encoded = values.dictionary_encode()
    size = len(encoded.dictionary)
    if size == 0:
        return pa.nulls(groups, pa.string())
    alphabetical = np.asarray(pc.array_sort_indices(encoded.dictionary)).astype(np.int64)
    rank = np.empty(size, np.int64)
    rank[alphabetical] = np.arange(size)
    told = np.flatnonzero(is_told(values))
    code = rank[np.asarray(encoded.indices.take(pa.array(told))).astype(np.int64)]
    pairs, place = np.unique(group[told] * size + code, return_inverse=True)
    total = np.bincount(place, weights=weights[told], minlength=len(pairs))
    order = np.lexsort((-pairs, total))  # of several written to one place the last stands
    chosen = np.full(groups, -1, np.int64)
    chosen[pairs[order] // size] = pairs[order] % size
    index = np.where(chosen < 0, 0, alphabetical[chosen])
    return encoded.dictionary.take(pa.array(index, mask=chosen < 0))
