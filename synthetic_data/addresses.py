"""Addresses: street, number, flat (lgh), postcode and town, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from synthetic_data.names import words

if TYPE_CHECKING:
    import numpy as np

    from synthetic_data.rows import Ints

CITY = "Granköping"
FIRST_POSTCODE = 18_110
HOUSE_NUMBERS = 240
FLATS = 40
FLAT_FLOOR = 10
"""Flats a floor; lgh 1001 is the first flat of the ground floor, 1101 of the floor above."""


@dataclass
class Addresses:
    """One entry a dwelling. No two dwellings are alike."""

    street: Ints
    house: Ints
    flat: Ints

    def texts(self) -> pa.StringArray:
        """``Storgatan 12 lgh 1102``."""
        names = pa.array(words("streets")).take(pa.array(self.street))
        houses = pa.array(self.house).cast(pa.string())
        lgh = 1001 + self.flat // FLAT_FLOOR * 100 + self.flat % FLAT_FLOOR
        flats = pa.array(lgh).cast(pa.string())
        return pc.binary_join_element_wise(names, houses, "lgh", flats, " ")

    def postcodes(self) -> pa.StringArray:
        """``181 31``: one for each street and block of houses."""
        code = pa.array(FIRST_POSTCODE + self.street * 4 + self.house * 4 // (HOUSE_NUMBERS + 1)).cast(pa.string())
        return pc.binary_join_element_wise(pc.utf8_slice_codeunits(code, 0, 3), pc.utf8_slice_codeunits(code, 3), " ")


def draw_addresses(count: int, rng: np.random.Generator) -> Addresses:
    """Dwellings of a town that has room for ``count`` households."""
    streets = len(words("streets"))
    room = streets * HOUSE_NUMBERS * FLATS
    if count > room:
        raise ValueError(f"A region has room for {room} households, not {count}: use fewer people.")
    place = rng.choice(room, size=count, replace=False)
    return Addresses(place % streets, place // streets % HOUSE_NUMBERS + 1, place // streets // HOUSE_NUMBERS)
