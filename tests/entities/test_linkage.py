"""Linkage of persons and organisations without a number, on a few hundred made-up ones."""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.engine import Engine
from tests.entities.made_up_people import FAMILY, made_up_people
from tests.entities.small_registers import World, judged, made_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PERSONS = 400


@pytest.fixture(scope="module")
def people() -> list[dict[str, Any]]:
    return made_up_people(PERSONS)


@pytest.fixture(scope="module")
def world(people: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The population register, and roles in which the first hundred have no number and every third name a slip."""
    with Engine(threads=1, memory_gb=2) as engine:
        world = World(engine, tmp_path_factory.mktemp("world"))
        world.register(
            "persons",
            *people,
            twin(people[150]),
            {**people[151], "person_number": None, "birth_date": date(2015, 5, 5)},
            *(alike_twin(person) for person in with_alike_twin(people)),
        )
        slips = [p if i % 3 else {**p, "person_name": slip(p["person_name"])} for i, p in enumerate(people[:100])]
        world.register(
            "roles",
            *({"person_name": p["person_name"], "birth_date": p["birth_date"], "role": "owner"} for p in slips),
            {"person_name": "Namn Utanför", "birth_date": date(1971, 7, 7), "role": "owner"},
            {"person_name": people[120]["person_name"], "role": "owner"},
            {
                "person_number": one_digit_wrong(people[130]["person_number"]),
                "person_name": people[130]["person_name"],
                "role": "owner",
            },
        )
        world.register(
            "payroll",
            *({"person_number": p["person_number"], "person_name": p["person_name"].upper()} for p in people[:300]),
        )
        world.resolve()
        yield world


def slip(name: str) -> str:
    """The name with its third letter from the end left out."""
    return name[:-3] + name[-2:]


def twin(person: dict[str, Any]) -> dict[str, Any]:
    """Same day, same home, same family name, no number."""
    given = "Xerxes" if person["person_name"][0] in "AEIOU" else "Ylva"
    return {**person, "person_number": None, "person_name": f"{given} {person['person_name'].split()[1]}"}


def with_alike_twin(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those whose given name ends so that another letter makes it another name."""
    return [person for person in people[160:190] if person["person_name"].split()[0][-1] in "dknrs"]


def alike_twin(person: dict[str, Any]) -> dict[str, Any]:
    """The same with a given name that might be a slip of the other's."""
    given, family = person["person_name"].split()
    return {**person, "person_number": None, "person_name": f"{given}a {family}"}


def one_digit_wrong(number: str) -> str:
    return number[:9] + str((int(number[9]) + 3) % 10) + number[10:]


def person_behind(world: World, person: dict[str, Any]) -> str:
    return world.entity("persons", number=person["person_number"])


def test_slips_with_a_birth_date_are_linked_to_the_right_person(world: World, people: list[dict[str, Any]]) -> None:
    right = wrong = 0
    for i, person in enumerate(people[:100]):
        name = person["person_name"] if i % 3 else slip(person["person_name"])
        found = world.mention("roles", name=name, birth_date=person["birth_date"])
        if found["why"] == "linked":
            right += found["entity_id"] == person_behind(world, person)
            wrong += found["entity_id"] != person_behind(world, person)
            assert found["probability"] >= 0.99
            assert not found["is_exact"]
    assert wrong == 0
    assert right >= 95


def test_different_persons_do_not_link(world: World, people: list[dict[str, Any]]) -> None:
    assert world.mention("roles", name="Namn Utanför")["why"] == "alone"
    assert world.mention("roles", name=people[120]["person_name"], birth_date=None, number=None)["why"] == "alone"
    numbers = [e["number"] for e in world.entities.values() if e["kind"] == "person" and e["number"]]
    assert len(numbers) == len(set(numbers)) == PERSONS


def test_twins_in_one_home_stay_apart_and_are_listed_for_a_person(world: World, people: list[dict[str, Any]]) -> None:
    other = world.mention("persons", name=twin(people[150])["person_name"], number=None)
    assert other["why"] == "alone"
    (pair,) = (p for p in world.pairs if other["mention_id"] in (p["mention_id_l"], p["mention_id_r"]))
    assert pair["decision"] == "unsure"
    assert {"comparison": "name", "level": "family name alike, other given name"} in pair["levels"]


def test_twins_whose_given_names_are_alike_stay_apart(world: World, people: list[dict[str, Any]]) -> None:
    for person in with_alike_twin(people):
        other = world.mention("persons", name=alike_twin(person)["person_name"], birth_date=person["birth_date"])
        assert (other["why"], other["entity_id"] != person_behind(world, person)) == ("alone", True)


def test_father_and_son_of_one_name_in_one_home_stay_apart(world: World, people: list[dict[str, Any]]) -> None:
    son = world.mention("persons", name=people[151]["person_name"], birth_date=date(2015, 5, 5))
    assert son["entity_id"] != person_behind(world, people[151])
    assert son["why"] == "alone"


def test_one_wrong_digit_is_linked_by_name_and_number(world: World, people: list[dict[str, Any]]) -> None:
    found = world.mention("roles", number=one_digit_wrong(people[130]["person_number"]))
    assert found["entity_id"] == person_behind(world, people[130])
    assert found["why"] == "linked"


def test_every_link_is_explained_by_its_comparisons(world: World) -> None:
    assert {p["decision"] for p in world.pairs} <= {"linked", "unsure", "rivals", "denied", "outvoted"}
    linked = [p for p in world.pairs if p["decision"] == "linked"]
    assert linked
    assert all(
        {c["comparison"] for c in p["levels"]} == {"name", "birth_date", "address", "phone", "number"} for p in linked
    )
    assert not any(set(c["level"].split()) & {"Berg", "Anna"} for p in linked for c in p["levels"])


def test_the_same_seed_gives_the_same_bytes_and_the_model_is_kept(world: World) -> None:
    before = {path.name: path.read_bytes() for path in sorted((world.folder / "out").iterdir())}
    world.resolve(out="again")
    assert {path.name: path.read_bytes() for path in sorted((world.folder / "again").iterdir())} == before
    model = json.loads(before["linkage-person.json"])
    assert {c["output_column_name"] for c in model["comparisons"]} == {
        "name",
        "birth_date",
        "home",
        "phone",
        "number",
    }


def test_linkage_leaves_nothing_behind_in_the_engine(world: World) -> None:
    names = [
        row[0] for row in world.engine.connection.execute("select table_name from information_schema.tables").fetchall()
    ]
    assert not [name for name in names if "splink" in name or "linkage" in name]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Solens Lokaler 11", "Solens Lokaler 12"),
        ("Solens Lokaler 2012", "Solens Lokaler 2021"),
        ("Solens Lokaler II", "Solens Lokaler III"),
        ("Solens Lokaler", "Solens Lokaler Holding"),
    ],
)
def test_firms_of_one_group_at_one_address_are_not_one(one: str, other: str, tmp_path: Path) -> None:
    names = [one] + [f"{g}s {f}s Bygg" for g in FAMILY[:8] for f in FAMILY[10:20]]
    home = {"street": "Torget 4", "postcode": "15100", "phone": "08-5551234"}
    with Engine(threads=1, memory_gb=2) as engine:
        world = World(engine, tmp_path)
        world.register(
            "organisations",
            *(
                {
                    "organisation_number": made_up(f"5566{i:05}"),
                    "organisation_name": f"{n} AB",
                    **(home if i == 0 else {}),
                }
                for i, n in enumerate(names)
            ),
            {"organisation_name": f"{other} AB", **home},
        )
        world.resolve()
    assert world.entity("organisations", name=f"{one} AB") != world.entity("organisations", name=f"{other} AB")


def test_a_misspelled_organisation_in_the_same_house_with_the_same_phone_is_linked(tmp_path: Path) -> None:
    with Engine(threads=1, memory_gb=2) as engine:
        world = World(engine, tmp_path)
        firms = [f"{family} {trade} AB" for family in FAMILY for trade in ("Omsorg", "Bygg")]
        home = {"street": "Storgatan 7", "postcode": "15131", "phone": "08-7654321"}
        rows = [
            {"organisation_number": made_up(f"5566{i:05}"), "organisation_name": n, **(home if i == 3 else {})}
            for i, n in enumerate(firms)
        ]
        world.register(
            "organisations",
            *rows,
            {"organisation_name": slip(firms[3][:-3]) + " AB", **home},
            {"organisation_name": slip(firms[3][:-3]) + " HB", **home},
        )
        world.resolve()
        firm = world.entity("organisations", name=firms[3])
        assert world.entity("organisations", name=slip(firms[3][:-3]) + " AB") == firm
        assert world.entity("organisations", name=slip(firms[3][:-3]) + " HB") != firm


def test_nothing_unnumbered_starts_no_linkage(people: list[dict[str, Any]], tmp_path: Path) -> None:
    with Engine(threads=1, memory_gb=2) as engine:
        world = World(engine, tmp_path)
        world.register("persons", *people[:20])
        world.resolve()
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
            "entities.parquet",
            "mentions.parquet",
            "pairs.parquet",
            "signals.parquet",
        ]


def test_nothing_outweighs_a_person_who_judged_a_sure_link_not_to_be_one(world: World) -> None:
    before = copy.copy(world)
    linked = [m for m in world.mentions if m["why"] == "linked"][:10]
    holders = {e: next(m for m in world.mentions if m["entity_id"] == e and m["why"] == "exact_number") for e in
               {m["entity_id"] for m in linked}}  # fmt: skip
    pairs = [(m["mention_id"], holders[m["entity_id"]]["mention_id"]) for m in linked]
    try:
        world.resolve(judged=judged(*((one, other, "-") for one, other in pairs)), out="judged")
        entity = {m["mention_id"]: m["entity_id"] for m in world.mentions}
        assert not [pair for pair in pairs if entity[pair[0]] == entity[pair[1]]]
        decided = {frozenset((p["mention_id_l"], p["mention_id_r"])): p["decision"] for p in world.pairs}
        assert {decided.get(frozenset(pair), "denied") for pair in pairs} == {"denied"}
        others = [m for m in before.mentions if m["why"] == "linked"][10:]
        assert all(entity[m["mention_id"]] == m["entity_id"] for m in others)
    finally:
        world.__dict__.update(before.__dict__)
