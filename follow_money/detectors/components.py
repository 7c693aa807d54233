"""What pairs tie together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from follow_money.statistics import Ints


def components(names: pd.Series, left: pd.Series, right: pd.Series) -> Ints:
    """A number for each name, the same for those that pairs of names connect. Every end of a pair is one of the names."""
    known, number = np.unique(names.to_numpy(dtype=str), return_inverse=True)
    ends = [np.searchsorted(known, side.to_numpy(dtype=str)) for side in (left, right)]
    matrix = coo_array((np.ones(len(left), dtype=np.int8), (ends[0], ends[1])), shape=(len(known), len(known)))
    _, label = connected_components(matrix, directed=False)
    return np.asarray(label[number], dtype=np.int64)
