from __future__ import annotations

import pytest

from follow_money.engine import Engine
from follow_money.entities.find_entities import find_entities
from tests.entities.small_registers import World, made_up

FIRM, PERSON = made_up("556677100"), "19" + made_up("800101123")

INTERIM = "850101-T123"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    with Engine(threads=1, memory_gb=2) as engine:
        made = World(engine, tmp_path_factory.mktemp("found"))
        made.register(
            "persons", {"person_number": PERSON, "person_name": "Berg, Östen"}, {"person_name": "Osten Sjöberg"}
        )
        made.register("organisations", {"organisation_number": FIRM, "organisation_name": "Solens Omsorg AB"})
        made.register("roles", {"person_number": INTERIM, "person_name": "Siv Lind", "role": "owner"})
        made.resolve()
    return made


def found(world: World, text: str) -> list[str]:
    return [str(name) for name in find_entities(world.folder / "out", text, 20)["name"].to_pylist()]


@pytest.mark.parametrize("text", ["Östen Berg", "berg osten", "BERG, Östen", PERSON, PERSON[2:8] + "-" + PERSON[8:]])
def test_a_person_is_found_whichever_way_name_and_number_are_written(world: World, text: str) -> None:
    assert "Berg, Östen" in found(world, text)


@pytest.mark.parametrize(
    "text", [FIRM, f"SE{FIRM}01", f"16{FIRM}", f"{FIRM[:6]}-{FIRM[6:]}", FIRM[2:8], "omsorg solen"]
)
def test_an_organisation_is_found_by_any_form_of_its_number(world: World, text: str) -> None:
    assert found(world, text) == ["Solens Omsorg AB"]


def test_who_bears_the_text_as_it_stands_comes_first(world: World) -> None:
    assert found(world, "berg osten") == ["Berg, Östen", "Osten Sjöberg"]
    assert found(world, "osten sjo") == ["Osten Sjöberg"]


@pytest.mark.parametrize("text", ["(.*", "--", "", "nobody is called so", "123"])
def test_a_text_that_nobody_bears_finds_nobody(world: World, text: str) -> None:
    assert found(world, text) == []


@pytest.mark.parametrize("text", ["850101-T123", "850101T123", "19850101-T123"])
def test_an_interim_number_is_found_with_its_letter(world: World, text: str) -> None:
    assert found(world, text) == ["Siv Lind"]


def test_a_figure_in_a_name_is_looked_for_in_no_number(world: World) -> None:
    assert found(world, f"Taxi {FIRM[2:6]}") == []
    assert found(world, f"orgnr {FIRM}") == ["Solens Omsorg AB"]
