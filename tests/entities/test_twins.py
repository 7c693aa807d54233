"""Twins whose given names differ by a letter or two, and a third record that fits both."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.engine import Engine
from synthetic_data.identities.alike_names import alike_name
from tests.entities.made_up_people import made_up_people
from tests.entities.small_registers import World

if TYPE_CHECKING:
    from pathlib import Path

PAIRS = 40


def alike(person: dict[str, Any], chance: Random) -> dict[str, Any]:
    """The twin, of whom no number is known."""
    given, family = person["person_name"].split()
    return {**person, "person_number": None, "person_name": f"{alike_name(given, chance)} {family}"}


@pytest.mark.parametrize("third", ["twin's name, no home", "first's name, no home", "initial", "both names", "phone"])
def test_a_third_record_that_fits_both_twins_does_not_join_them(third: str, tmp_path: Path) -> None:
    people, chance = made_up_people(400), Random(3)  # noqa: S311 - made-up people, no secret
    firsts = people[:PAIRS]
    twins = [alike(person, chance) for person in firsts]
    roles, more = [], []
    for first, twin in zip(firsts, twins, strict=True):
        (one, family), other = first["person_name"].split(), twin["person_name"].split()[0]
        name = {
            "first's name, no home": f"{one} {family}",
            "initial": f"{one[0]} {family}",
            "both names": f"{one} {other} {family}",
        }.get(third, f"{other} {family}")
        roles.append({"person_name": name, "birth_date": first["birth_date"], "role": "owner"})
        if third == "phone":
            roles.pop()
            more.append({"person_name": name, "birth_date": first["birth_date"], "phone": first["phone"]})
    with Engine(threads=1, memory_gb=2) as engine:
        world = World(engine, tmp_path)
        world.register("persons", *people, *twins, *more)
        world.register("roles", *roles)
        world.resolve()
    joined = [
        (first["person_name"], twin["person_name"])
        for first, twin in zip(firsts, twins, strict=True)
        if world.entity("persons", number=first["person_number"])
        == world.entity("persons", number=None, name=twin["person_name"], street=twin["street"])
    ]
    assert joined == []
