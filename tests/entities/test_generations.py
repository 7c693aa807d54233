"""Father and son of one name: a record that tells no birth date is for a person to judge, with or without 'jr'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.engine import Engine
from tests.entities.made_up_people import made_up_people
from tests.entities.small_registers import World, made_up

if TYPE_CHECKING:
    from pathlib import Path

FAMILIES = 20


def son(father: dict[str, Any], place: int, **told: Any) -> dict[str, Any]:
    """The same name, home and telephone, thirty years on."""
    born = father["birth_date"].replace(year=father["birth_date"].year + 30, day=1)
    number = f"{born:%Y}"[:2] + made_up(f"{born:%y%m%d}{place + 500}")
    return {**father, "birth_date": born, "person_number": number, **told}


def resolved(tmp_path: Path, *rows: dict[str, Any], roles: list[dict[str, Any]] | None = None) -> World:
    with Engine(threads=1, memory_gb=2) as engine:
        world = World(engine, tmp_path)
        world.register("persons", *made_up_people(400), *rows)
        world.register("roles", *({"role": "owner", **row} for row in roles or []))
        world.resolve()
    return world


@pytest.mark.parametrize("number", ["both", "father", "son", "none"])
@pytest.mark.parametrize("way", ["home", "home and phone", "building", "spelled", "fathers phone"])
def test_a_record_without_birth_date_joins_neither_father_nor_son(number: str, way: str, tmp_path: Path) -> None:
    fathers = made_up_people(400)[:FAMILIES]
    sons = [son(father, place, phone=f"072{place:07}") for place, father in enumerate(fathers)]
    for each in sons:
        each["person_number"] = each["person_number"] if number in ("both", "son") else None
    extra = []
    for father in fathers:
        row = {**father, "person_number": None, "birth_date": None, "phone": None}
        if way == "home and phone":
            row["phone"] = father["phone"]
        if way == "building":
            row["street"] = father["street"].split(" lgh")[0]
        if way == "spelled":
            row["person_name"] = father["person_name"] + "n"
        extra.append(row)
    more = [{**f, "person_number": None} for f in fathers] if number in ("son", "none") else []
    world = resolved(tmp_path, *sons, *extra, *more)
    bad = []
    for row in extra:
        m = world.mention("persons", number=None, birth_date=None, name=row["person_name"], street=row["street"])
        if m["why"] != "alone":
            bad.append((m["why"], m["probability"]))
    assert bad == []


def test_a_record_without_birth_date_does_not_join_the_one_whose_home_is_known_where_the_other_is_nobody_knows_where(
    tmp_path: Path,
) -> None:
    fathers = made_up_people(400)[:FAMILIES]
    sons = [son(father, place, street=None, postcode=None, phone=None) for place, father in enumerate(fathers)]
    extra = [{**father, "person_number": None, "birth_date": None, "phone": None} for father in fathers]
    world = resolved(tmp_path, *sons, *extra)
    whys = [
        world.mention("persons", number=None, birth_date=None, name=row["person_name"], street=row["street"])["why"]
        for row in extra
    ]
    assert whys == ["alone"] * FAMILIES
    decisions = [p["decision"] for p in world.pairs if {"comparison": "birth_date", "level": "not told"} in p["levels"]]
    assert decisions == ["unsure"] * FAMILIES


@pytest.mark.parametrize("word", ["jr", "Jr.", "junior", "d.y.", "d y", "den yngre", "sr", "senior", "d.ä.", "D.Ä."])
def test_jr_or_sr_without_birth_date_does_not_join_who_bears_the_name_without_it(word: str, tmp_path: Path) -> None:
    fathers = made_up_people(400)[:FAMILIES]
    extra = [
        {**f, "person_number": None, "birth_date": None, "person_name": f"{f['person_name']} {word}"} for f in fathers
    ]
    world = resolved(tmp_path, *extra)
    found = [world.mention("persons", name=row["person_name"]) for row in extra]
    assert [m["why"] for m in found] == ["alone"] * FAMILIES
    ids = {m["mention_id"] for m in found}
    assert [p["decision"] for p in world.pairs if ids & {p["mention_id_l"], p["mention_id_r"]}] == ["unsure"] * FAMILIES


def test_jr_joins_jr_and_its_own_birth_date_and_never_sr(tmp_path: Path) -> None:
    fathers = made_up_people(400)[:FAMILIES]
    sons = [son(f, place, person_name=f"{f['person_name']} jr") for place, f in enumerate(fathers)]
    juniors = [{**each, "person_number": None, "birth_date": None, "phone": None} for each in sons]
    seniors = [{**each, "person_name": f"{f['person_name']} sr"} for each, f in zip(juniors, fathers, strict=True)]
    dated = [
        {"person_name": f"{f['person_name']} d.y.", "birth_date": each["birth_date"]}
        for each, f in zip(sons, fathers, strict=True)
    ]
    world = resolved(tmp_path, *sons, *juniors, *seniors, roles=dated)
    for each, junior, senior, role in zip(sons, juniors, seniors, dated, strict=True):
        entity = world.entity("persons", number=each["person_number"])
        assert world.entity("persons", number=None, name=junior["person_name"], street=junior["street"]) == entity
        assert world.entity("roles", name=role["person_name"], birth_date=role["birth_date"]) == entity
        other = world.mention("persons", name=senior["person_name"], street=senior["street"])
        assert (other["why"], other["entity_id"] == entity) == ("alone", False)


def wrong(number: str) -> str:
    """The number with another check digit, which is nobody's."""
    return number[:-1] + str((int(number[-1]) + 4) % 10)


@pytest.mark.parametrize("third", [False, True])
def test_a_wrong_number_with_another_birth_date_in_it_is_not_the_fathers(third: bool, tmp_path: Path) -> None:
    fathers = [each for each in made_up_people(400) if each["birth_date"].year < 1980][:FAMILIES]
    sons = [son(father, place) for place, father in enumerate(fathers)]
    rows = [{**each, "person_number": wrong(each["person_number"]), "birth_date": None} for each in sons]
    both = [{**father, "person_number": None, "birth_date": None, "phone": None} for father in fathers if third]
    world = resolved(tmp_path, *rows, *both)
    for father, row in zip(fathers, rows, strict=True):
        entity = world.entity("persons", number=row["person_number"])
        assert entity != world.entity("persons", number=father["person_number"])


def test_a_slip_in_the_number_and_no_birth_date_is_still_its_holder(tmp_path: Path) -> None:
    people = made_up_people(400)[:FAMILIES]
    rows = [{**each, "person_number": wrong(each["person_number"]), "birth_date": None} for each in people]
    world = resolved(tmp_path, *rows)
    for person, row in zip(people, rows, strict=True):
        entity = world.entity("persons", number=row["person_number"])
        assert entity == world.entity("persons", number=person["person_number"])
