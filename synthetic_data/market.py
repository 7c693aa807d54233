"""Whom the companies of money trails and their look-alikes deal with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from synthetic_data.officials import Official
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints


@dataclass
class Market:
    """Party numbers by what they are to others. ``lean``: companies whose account is empty between payments."""

    region: Region
    companies: Ints
    landlords: Ints
    suppliers: Ints
    associations: Ints
    offices: Ints
    """Exchange offices that work all the time."""
    closed_office: int
    """The exchange office whose entry in the register ended."""
    abroad: Ints
    """Companies abroad."""
    lean: set[int] = field(default_factory=set)
    enablers: dict[str, list[int]] = field(default_factory=dict)
    """Lawful helpers of many by kind, whom schemes use as others do."""
    officials: list[Official] = field(default_factory=list)
    """Officials who play no part beside their work."""


def one_of(parties: Ints, rng: np.random.Generator) -> int:
    """One of them by chance."""
    return int(parties[int(rng.integers(0, parties.size))])
