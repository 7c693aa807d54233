"""What a scenario is: it plants one scheme of a typology at a level of difficulty, among honest peers and lawful look-alikes."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import synthetic_data.scenarios as folder
from synthetic_data.levels import LEVELS, Level

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from synthetic_data.market import Market


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One way in which money is taken.

    Attributes:
        name: Its name in the truth file.
        typologies: Numbers of the typologies page.
        plant: Plants one scheme at a level: writes its rows and records it in ``market.region.truth``. Returns its number there.
        surround: Makes the honest peers, and so many lawful look-alikes of each kind (none with 0).
    """

    name: str
    typologies: tuple[int, ...]
    plant: Callable[[Market, np.random.Generator, Level], int]
    surround: Callable[[Market, np.random.Generator, int], None]


@cache
def scenarios() -> dict[str, Scenario]:
    """Every scenario by name, found by scanning the folder: a module's ``SCENARIO``. A new file is a new scenario."""
    found = [
        importlib.import_module(f"{folder.__name__}.{module.name}").__dict__.get("SCENARIO")
        for module in pkgutil.iter_modules(folder.__path__)
    ]
    return {each.name: each for each in sorted(filter(None, found), key=lambda each: each.name)}


def plant_matrix(market: Market, each: int, chosen: tuple[str, ...] = ()) -> None:
    """``each`` schemes of every scenario (or of those chosen) at every level, with their peers and as many look-alikes of each kind.

    With none of each the peers stand there alone: honest ones, without look-alikes.

    Raises ValueError when a scenario is chosen that does not exist.
    """
    unknown = sorted(set(chosen) - set(scenarios()))
    if unknown:
        raise ValueError(f"There is no scenario {', '.join(unknown)}. There are: {', '.join(scenarios())}.")
    for name, scenario in scenarios().items():
        if chosen and name not in chosen:
            continue
        try:
            _plant(market, scenario, each)
        except ValueError as error:
            raise ValueError(
                f"The scenario {name} finds too few free people or organisations for {each} schemes at each level ({error}). Ask for more people."
            ) from error


def _plant(market: Market, scenario: Scenario, each: int) -> None:
    region, name = market.region, scenario.name
    scenario.surround(market, region.rng(f"{name} surroundings"), each)
    for level in LEVELS:
        rng = region.rng(f"{name} {level}")
        for _ in range(each):
            scheme = region.truth.schemes[scenario.plant(market, rng, level)]
            scheme.typology = "_".join(str(typology) for typology in scenario.typologies)
            scheme.difficulty |= {"level": level.value, "scenario": name}
