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
    told = np.flatnonzero(is_told(values))
    code = np.asarray(encoded.indices.take(pa.array(told))).astype(np.int64)
    pairs, place = np.unique(group[told] * size + code, return_inverse=True)
    total = np.bincount(place, weights=weights[told], minlength=len(pairs))
    of, code = pairs // size, pairs % size
    start = np.flatnonzero(np.diff(of, prepend=-1))
    heaviest = np.maximum.reduceat(total, start) if len(start) else total
    best = np.flatnonzero(total == np.repeat(heaviest, np.diff(start, append=len(of))))
    of, code = of[best], code[best]
    chosen = np.full(groups, -1, np.int64)
    chosen[of] = code
    tied = np.flatnonzero(np.bincount(of, minlength=groups)[of] > 1)
    order = tied[np.lexsort((_rank(encoded.dictionary, code[tied]), of[tied]))][::-1]
    chosen[of[order]] = code[order]  # of several written to one place the last stands
    return encoded.dictionary.take(pa.array(np.maximum(chosen, 0), mask=chosen < 0))


def _rank(texts: pa.Array, code: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The place of each coded text in the alphabet of those that are coded."""
    asked, place = np.unique(code, return_inverse=True)
    rank = np.empty(len(asked), np.int64)
    rank[np.asarray(pc.array_sort_indices(texts.take(pa.array(asked)))).astype(np.int64)] = np.arange(len(asked))
    return rank[place]
