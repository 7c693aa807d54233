"""Twins whose given names differ by a letter or two, and a third record that fits both."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from follow_money.engine import Engine
from follow_money.entities.linkage_model import gamma_of
from follow_money.entities.twins import twins
from synthetic_data.identities.alike_names import alike_name
from tests.entities.made_up_people import made_up_people
from tests.entities.small_registers import World, made_up

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
    others = [alike(person, chance) for person in firsts]
    roles, more = [], []
    for first, twin in zip(firsts, others, strict=True):
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
        world.register("persons", *people, *others, *more)
        world.register("roles", *roles)
        world.resolve()
    joined = [
        (first["person_name"], twin["person_name"])
        for first, twin in zip(firsts, others, strict=True)
        if world.entity("persons", number=first["person_number"])
        == world.entity("persons", number=None, name=twin["person_name"], street=twin["street"])
    ]
    assert joined == []


def described(*people: tuple[str, str, str | None]) -> pa.Table:
    """Rows of (given name, family name, birth date)."""
    given, family, born = zip(*people, strict=True)
    joined = [first + last for first, last in zip(given, family, strict=True)]
    names = [" ".join(sorted(pair)) for pair in zip(given, family, strict=True)]
    told = {"given": given, "family": family, "joined": joined, "name": names, "born": born}
    return pa.table({name: pa.array(values, pa.string()) for name, values in told.items()})


def test_a_day_that_nobody_told_is_no_day_of_twins_on_neither_side() -> None:
    """Twins with undated rows, beside one person written in two ways, and beside two whose names only an undated row of the twins bears."""
    table = described(
        ("johan", "bergman", "19800517"), ("johan", "bergman", None), ("johannes", "bergman", None),
        ("johanna", "bergman", "19800517"),
        ("kristina", "holmkvist", "19900312"), ("kristna", "holmkvist", None), ("kristna", "holmkvist", "19900312"),
        ("johannes", "ek", "19800517"), ("johanna", "ek", "19800517"),
    )  # fmt: skip
    left, right, group = np.array([0, 1, 2, 5, 6, 7]), np.array([3, 3, 3, 4, 4, 8]), np.array([0, 0, 0, 1, 1, 2])
    levels = {
        "number": np.full(3, -1),
        "birth_date": np.full(3, gamma_of("birth_date", "same day")),
        "home": np.array([gamma_of("home", "same building"), -1, -1]),
    }
    for one, other in ((left, right), (right, left)):
        may_be, are_two = twins(table, one, other, group, levels)
        assert (may_be.tolist(), are_two.tolist()) == ([True, False, False], [True, False, False])


def test_a_household_of_twins_elsewhere_splits_nobody(tmp_path: Path) -> None:
    def one_digit_wrong(number: str) -> str:
        return number[:-1] + str((int(number[-1]) + 4) % 10)

    home = {"street": "Storgatan 1 lgh 1001", "postcode": "151 31", "phone": "070-1234567"}
    phone = {"phone": "073-7654321"}
    born, other_born = date(1980, 5, 17), date(1990, 3, 12)
    johan, kristna = one_digit_wrong(made_up("800517734")), one_digit_wrong(made_up("900312887"))
    household: list[dict[str, Any]] = [
        {"person_number": made_up("800517112"), "person_name": "Johanna Bergman", "birth_date": born, **home},
        {"person_number": johan, "person_name": "Johan Bergman", "birth_date": born, **home},
        {"person_number": johan, "person_name": "Johan Bergman", **home},
    ]
    one: list[dict[str, Any]] = [
        {
            "person_number": made_up("900312445"), "person_name": "Kristina Holmkvist", "birth_date": other_born,
            "street": "Nygatan 9 lgh 1202", "postcode": "182 55", **phone,
        },
        {"person_number": kristna, "person_name": "Kristna Holmkvist", "birth_date": other_born, **phone},
        {"person_number": kristna, "person_name": "Kristna Holmkvist", **phone},
    ]  # fmt: skip
    with Engine(threads=1, memory_gb=2) as engine:
        world = World(engine, tmp_path)
        world.register("persons", *made_up_people(300), *one, *household)
        world.resolve()
    assert (
        len({m["entity_id"] for m in world.mentions if m["name"] in {"Kristina Holmkvist", "Kristna Holmkvist"}}) == 1
    )
    assert len({m["entity_id"] for m in world.mentions if m["name"] in {"Johanna Bergman", "Johan Bergman"}}) == 2
