"""A small region with one scheme of a scenario at each level, for claims about what is planted."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from synthetic_data import Planted
from synthetic_data.build import build_region
from tests.synthetic_data.conftest import SEED, TRAIL_PEOPLE, YEARS

if TYPE_CHECKING:
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints
    from synthetic_data.truth import Scheme

LEVELS = ("blatant", "careful", "professional")


@cache
def matrix_region(scenario: str) -> Region:
    """A region in which the scenario is planted once at each level."""
    return build_region(TRAIL_PEOPLE, SEED, YEARS, Planted(0, 0, 0, matrix=1, scenarios=(scenario,)))


def scheme_at(region: Region, level: str) -> tuple[int, Scheme]:
    """Number and scheme of that level."""
    ((number, scheme),) = [
        (number, each) for number, each in enumerate(region.truth.schemes) if each.difficulty["level"] == level
    ]
    return number, scheme


def members(region: Region, scheme: int, register: str, what: str | None = None) -> Ints:
    """Rows of a register that the truth tells of a scheme."""
    table, truth = region.truth.members, region.truth
    if register not in truth.registers:
        return np.zeros(0, dtype=np.int64)
    chosen = (table["scheme"] == scheme) & (table["register"] == truth.registers.index(register))
    if what is not None:
        chosen &= table["what"] == truth.whats.index(what)
    rows: Ints = table["row"][chosen]
    return rows


def look_alike_kinds(region: Region) -> set[str]:
    """Kinds of look-alikes of the region."""
    return {each.kind for each in region.truth.look_alikes}
