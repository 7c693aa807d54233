"""What people judged, in the entities: it stands before numbers, names and models."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from follow_money.engine import Engine
from follow_money.entities.judgements import standing
from tests.entities.small_registers import World, judged, made_up, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

A = "19" + made_up("800101123")
B = "19" + made_up("810202234")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(threads=1, memory_gb=2) as opened:
        yield opened


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    return World(engine, tmp_path)


def files(world: World) -> list[bytes]:
    return [(world.folder / "out" / f"{name}.parquet").read_bytes() for name in ("mentions", "entities", "pairs")]


def test_a_negative_judgement_holds_against_a_shared_number_and_the_ids_are_stable(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.register("payroll", {"person_number": A, "person_name": "Anna Lind"})
    world.register("roles", {"person_number": A, "person_name": "Anna Berg", "role": "owner"})
    (before,) = world.resolve()
    untouched = files(world)
    lind = world.mention("payroll", name="Anna Lind")["mention_id"]
    apart = judged(*((lind, m["mention_id"], "-") for m in world.mentions if m["mention_id"] != lind))

    world.resolve(judged=apart)
    first_run = files(world)
    assert world.entity("persons") == world.entity("roles", role="person") == before
    other = world.mention("payroll", name="Anna Lind")
    assert (other["entity_id"] != before, other["why"], other["is_exact"]) == (True, "split", False)

    world.resolve(judged=apart)
    assert files(world) == first_run
    world.resolve()
    assert files(world) == untouched


def test_a_description_that_nobody_judged_goes_with_the_part_of_its_name(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.register("payroll", {"person_number": A, "person_name": "Omar Lind"})
    world.resolve()
    apart = judged((world.mention("payroll")["mention_id"], world.mention("persons")["mention_id"], "-"))
    world.register(
        "roles",
        {"person_number": A, "person_name": "Omar Lind", "role": "owner"},
        {"person_number": A, "person_name": "Berg, Anna", "role": "owner"},
        {"person_number": A, "person_name": "Nina Dahl", "role": "owner"},
    )
    world.resolve(judged=apart)
    assert world.entity("roles", name="Omar Lind") == world.entity("payroll")
    assert world.entity("roles", name="Berg, Anna") == world.entity("persons")
    assert world.entity("roles", name="Nina Dahl") == world.entity("persons")


def test_a_negative_judgement_holds_against_names_and_keys(world: World) -> None:
    world.register(
        "invoices",
        {"supplier_name": "Solen AB", "supplier_key": "1"},
        {"supplier_name": "Solen Aktiebolag", "supplier_key": "1"},
    )
    world.resolve()
    ids = [world.mention("invoices", name=name)["mention_id"] for name in ("Solen Aktiebolag", "Solen AB")]
    assert len({e for e in world.resolve(judged=judged((ids[0], ids[1], "-"))) if e.startswith("O-")}) == 2


def test_a_positive_judgement_holds_against_two_numbers_and_is_said_to_be_one(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.register("payroll", {"person_number": B, "person_name": "Anna Berg"})
    assert len(world.resolve()) == 2
    ids = [world.mention(register)["mention_id"] for register in ("persons", "payroll")]
    assert len(world.resolve(judged=judged((ids[0], ids[1], "+")))) == 1
    assert sorted((m["why"], m["is_exact"]) for m in world.mentions) == [("exact_number", True), ("judged", False)]


@pytest.mark.parametrize("judge", ["model", "rule"])
def test_a_rule_or_a_model_joins_neither_two_numbers_nor_two_birth_dates(world: World, judge: str) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.register(
        "roles",
        {"person_number": B, "person_name": "Anna Berg", "role": "owner"},
        {"person_name": "Anna Berg", "birth_date": date(1985, 7, 9), "role": "owner"},
        {"person_name": "Anna Bergh", "birth_date": date(1980, 1, 2), "role": "owner"},
    )
    world.resolve()
    anna = world.mention("persons")["mention_id"]
    others = [m["mention_id"] for m in world.mentions if m["register"] == "roles"]
    world.resolve(judged=standing({"J-1": said(*((anna, other, "+") for other in others), judge=judge)}))
    entity = world.entity("persons")
    assert world.entity("roles", number=B) != entity
    assert world.entity("roles", birth_date=date(1985, 7, 9)) != entity
    assert world.entity("roles", birth_date=date(1980, 1, 2)) == entity  # one digit: a slip of the pen


def test_a_model_that_says_no_breaks_no_chain_that_analysts_judged(world: World) -> None:
    world.register("roles", *({"person_name": f"{name} Berg", "role": "owner"} for name in ("Anna", "Beata", "Cilla")))
    world.resolve()
    anna, beata, cilla = (world.mention("roles", name=f"{n} Berg")["mention_id"] for n in ("Anna", "Beata", "Cilla"))
    analyst = said((anna, beata, "+"), (beata, cilla, "+"))
    world.resolve(judged=standing({"J-1": analyst, "J-2": said((anna, cilla, "-"), judge="model")}))
    assert len({m["entity_id"] for m in world.mentions}) == 1


def test_unsure_changes_nothing(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.register("payroll", {"person_number": A, "person_name": "Omar Lind"})
    world.resolve()
    untouched = files(world)
    ids = [m["mention_id"] for m in world.mentions]
    world.resolve(judged=judged((ids[0], ids[1], "?")))
    assert files(world) == untouched


def test_descriptions_that_are_gone_are_passed_over_and_counted(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.resolve(judged=judged(("M-gone", "M-lost", "-"), ("M-gone", "M-more", "+")))
    assert world.resolution.judgements_passed_over == 2
