"""Names that a publisher put in place of a person's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from follow_money.engine import Engine
from tests.entities.small_registers import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(threads=1, memory_gb=2) as opened:
        yield opened


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    return World(engine, tmp_path)


@pytest.mark.parametrize("name", ["Sekretesstryckeriet i Nora", "Maskeradbutiken", "Skyddade Verkstäder Nora"])
def test_a_firm_with_the_word_of_a_mask_in_its_name_is_no_mask(world: World, name: str) -> None:
    world.register("invoices", {"supplier_name": name})
    assert len(world.resolve()) == 1


@pytest.mark.parametrize(
    "name",
    ["Sekretess", "[Skyddad identitet]", "innehåller personuppgifter", "Sekretess enl. OSL 21 kap", "MASKERAD", "***"],
)
def test_a_mask_is_nobody(world: World, name: str) -> None:
    world.register("invoices", {"supplier_name": name})
    assert world.resolve() == {}
