"""The arrays that statistics take and give, and how many peers they need."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_PEERS: Final = 8
"""Below this number of peers a subject is not evaluable: an over-dispersion cannot be fitted on fewer."""
