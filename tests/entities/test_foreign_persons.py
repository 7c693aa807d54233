"""Persons of another country's register in the ordinary resolution: linked by what they tell, under the same cannot-links."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from follow_money import Settings, open_workspace
from follow_money.engine import Engine
from tests.entities.made_up_people import made_up_people
from tests.entities.small_registers import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOME = {"street": "Vestergade 12", "postcode": "8000", "city": "Aarhus"}
MAPPING = """format = 1

[[delivery]]
register = "persons"
files = ["persons.csv"]
payer = "kommun"
purposes = ["payment_control"]
legal_basis = "test"

[delivery.columns]
person_number = "person_number"
person_name = "person_name"
birth_date = "birth_date"

[[delivery]]
register = "foreign_persons"
files = ["abroad.csv"]
payer = "kommun"
purposes = ["payment_control"]
legal_basis = "test"

[delivery.columns]
person_name = "person_name"
birth_date = "birth_date"
foreign_number = "foreign_number"
street = "street"
postcode = "postcode"
city = "city"
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Engine(threads=1, memory_gb=2) as engine:
        yield World(engine, tmp_path)


def _abroad(person: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"person_name": person["person_name"], "birth_date": person["birth_date"], **HOME, **other}


def test_who_bears_name_and_birth_date_is_linked_and_who_was_born_on_another_day_is_not(world: World) -> None:
    people = made_up_people(200)
    one, other = people[:2]
    strange = _abroad(other, birth_date=date(1931, 5, 17), street="Søgade 4")
    world.register("persons", *people)
    world.register("foreign_persons", _abroad(one), strange)
    world.resolve()
    ours = [world.entity("persons", number=person["person_number"]) for person in (one, other)]
    assert world.mention("foreign_persons", name=one["person_name"])["why"] == "linked"
    assert world.entity("foreign_persons", name=one["person_name"]) == ours[0]
    assert world.entity("foreign_persons", name=other["person_name"]) != ours[1]


def test_twins_in_one_home_abroad_are_two(world: World) -> None:
    born = date(1988, 4, 9)
    world.register("persons", *made_up_people(200))
    told = {"birth_date": born, **HOME}
    world.register(
        "foreign_persons", {"person_name": "Johan Thorvaldsen", **told}, {"person_name": "Johanna Thorvaldsen", **told}
    )
    world.resolve()
    assert len({mention["entity_id"] for mention in world.mentions if mention["register"] == "foreign_persons"}) == 2


def test_the_number_of_that_country_joins_its_own_rows_and_is_never_a_swedish_one(world: World) -> None:
    people = made_up_people(50)
    number = people[0]["person_number"]
    world.register("persons", *people)
    told = {"person_name": "Ragnhild Thorvaldsen", "foreign_number": number}
    world.register("foreign_persons", {**told, **HOME}, {**told, "street": "Søgade 4"})
    world.resolve()
    here = {mention["entity_id"] for mention in world.mentions if mention["register"] == "foreign_persons"}
    assert len(here) == 1
    assert here != {world.entity("persons", number=number)}


def test_a_screening_reads_such_a_file_and_links_it(tmp_path: Path) -> None:
    people = made_up_people(200)
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    for name, rows in (
        (
            "persons",
            [{key: person[key] for key in ("person_number", "person_name", "birth_date")} for person in people],
        ),
        ("abroad", [_abroad(person, foreign_number=f"DK{place}") for place, person in enumerate(people[:20])]),
    ):
        with (exports / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
    workspace = open_workspace(tmp_path / "workspace", synthetic=True)
    workspace.screen(exports, Settings(), until="connect")
    [path] = workspace.restricted.glob("entities-*/mentions.parquet")
    mentions = pq.read_table(path).to_pylist()
    entity = {mention["name"]: mention["entity_id"] for mention in mentions if mention["register"] == "persons"}
    abroad = [mention for mention in mentions if mention["register"] == "foreign_persons"]
    assert len(abroad) == 20
    assert sum(mention["entity_id"] == entity[mention["name"]] for mention in abroad) >= 18
