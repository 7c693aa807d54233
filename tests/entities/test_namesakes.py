"""One name and one birth date in two homes: who moved, or two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.engine import Engine
from tests.entities.made_up_people import FAMILY, made_up_people
from tests.entities.small_registers import World

if TYPE_CHECKING:
    from pathlib import Path

PAIRS = 10


def people_with_a_common_name() -> list[dict[str, Any]]:
    """Four hundred people, of whom each tenth is an Anna Bergström."""
    people = made_up_people(400)
    return [{**p, "person_name": "Anna Bergström"} if i % 10 == 0 else p for i, p in enumerate(people)]


def elsewhere(person: dict[str, Any], place: int) -> dict[str, Any]:
    """The same name and day in another town."""
    street = f"{FAMILY[place]}vägen {place + 1} lgh 1001"
    return {**person, "person_number": None, "street": street, "postcode": f"43{place:03}", "phone": None}


@pytest.mark.parametrize("third", [False, True])
def test_namesakes_of_one_birth_date_in_two_homes_are_for_a_person_to_judge(third: bool, tmp_path: Path) -> None:
    people = people_with_a_common_name()
    firsts = people[::10][:PAIRS]
    others = [elsewhere(person, place) for place, person in enumerate(firsts)]
    roles = [{"person_name": p["person_name"], "birth_date": p["birth_date"], "role": "owner"} for p in firsts if third]
    with Engine(threads=1, memory_gb=2) as engine:
        world = World(engine, tmp_path)
        world.register("persons", *people, *others)
        world.register("roles", *roles)
        world.resolve()
    for first, other in zip(firsts, others, strict=True):
        found = world.mention("persons", street=other["street"])
        assert found["entity_id"] != world.entity("persons", number=first["person_number"])
        asked = [p for p in world.pairs if found["mention_id"] in (p["mention_id_l"], p["mention_id_r"])]
        assert "linked" not in {p["decision"] for p in asked}
        assert asked


def test_a_rare_name_and_a_birth_date_tell_who_moved(tmp_path: Path) -> None:
    people = people_with_a_common_name()
    firsts = [people[place] for place in range(1, 10 * PAIRS, 10)]
    others = [elsewhere(person, place) for place, person in enumerate(firsts)]
    with Engine(threads=1, memory_gb=2) as engine:
        world = World(engine, tmp_path)
        world.register("persons", *people, *others)
        world.resolve()
    for first, other in zip(firsts, others, strict=True):
        entity = world.entity("persons", number=first["person_number"])
        assert world.entity("persons", street=other["street"]) == entity
