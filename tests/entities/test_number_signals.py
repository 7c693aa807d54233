"""Signals of numbers, and on the graph: each where it should be, and not beside it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from follow_money.engine import Engine
from follow_money.graph.connect import connect
from follow_money.graph.identity_signals import BURST_ORGANISATIONS
from tests.entities.small_registers import World, judged, made_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

A = "19" + made_up("800101123")
B = "19" + made_up("810202234")
COORDINATION = "19" + made_up("800161123")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(threads=1, memory_gb=2) as opened:
        yield opened


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    return World(engine, tmp_path)


def signals(world: World) -> list[dict[str, Any]]:
    return list(pq.read_table(world.folder / "out" / "signals.parquet").to_pylist())


def on_the_graph(world: World) -> list[dict[str, Any]]:
    graph = world.folder / "graph"
    graph.mkdir(exist_ok=True)
    return list(connect(world.engine, world.records, world.folder / "out", graph).table("identity_signals").to_pylist())


def test_a_number_that_stands_with_unlike_names_is_used_by_conflicting_people(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.register("relations", {"person_number": A, "person_name": "Omar Lind"})
    world.resolve()
    [told] = signals(world)
    assert (told["signal"], told["entity_id"], told["other_id"], told["observed"]) == (
        "number_of_conflicting_people", world.entity("persons"), world.entity("relations"), 1,
    )  # fmt: skip


def test_a_number_with_another_birth_date_names_who_was_kept_apart(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg", "birth_date": date(1980, 1, 1)})
    world.register("roles", {"person_number": A, "person_name": "Anna Berg", "birth_date": date(1991, 5, 5)})
    world.resolve()
    apart = [m["entity_id"] for m in world.mentions if m["conflict"] == "birth_date"]
    [told] = signals(world)
    assert (told["signal"], told["other_id"]) == ("number_of_conflicting_people", apart[0])
    assert told["entity_id"] != apart[0]


def test_a_number_that_somebody_split_names_both(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.register("payroll", {"person_number": A, "person_name": "Omar Lind"})
    world.resolve()
    ids = [world.mention(register)["mention_id"] for register in ("payroll", "persons")]
    world.resolve(judged=judged((ids[0], ids[1], "-")))
    [told] = signals(world)
    assert (told["entity_id"], told["other_id"]) == (world.entity("persons"), world.entity("payroll"))


def test_one_spelling_of_one_name_is_no_signal(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.register("payroll", {"person_number": A, "person_name": "BERG, ANNA"})
    world.resolve()
    assert signals(world) == []


def test_a_coordination_number_is_succeeded_with_the_days_that_registers_tell(world: World) -> None:
    months = [
        {"person_number": COORDINATION, "person_name": "Anna Berg", "month": date(2024, month, 1)}
        for month in (1, 2, 3)
    ]
    months += [{"person_number": A, "person_name": "Anna Berg", "month": date(2024, month, 1)} for month in (4, 5)]
    world.register("payroll", *months)
    world.resolve()
    [told] = [each for each in on_the_graph(world) if each["signal"] == "coordination_number_succeeded"]
    old, new = (next(m["entity_id"] for m in world.mentions if m["number"] == number) for number in (COORDINATION, A))
    assert (told["entity_id"], told["other_id"]) == (old, new)
    assert (told["last_on"], told["first_on"]) == (date(2024, 3, 1), date(2024, 4, 1))


def test_of_three_with_one_name_and_birth_date_nobody_succeeds_anybody(world: World) -> None:
    third = "19" + made_up("800101345")
    world.register(
        "payroll", *({"person_number": number, "person_name": "Anna Berg"} for number in (COORDINATION, A, third))
    )
    world.resolve()
    assert signals(world) == []


def test_one_person_under_several_numbers(world: World) -> None:
    world.register("payroll", *({"person_number": number, "person_name": "Anna Berg"} for number in (COORDINATION, A)))
    world.resolve()
    ids = [m["mention_id"] for m in world.mentions if m["role"] == "person"]
    world.resolve(judged=judged((ids[0], ids[1], "+")))
    [told] = signals(world)
    assert (told["signal"], told["observed"]) == ("several_numbers", 2)


@pytest.mark.parametrize(
    ("posts", "days", "found"),
    [(BURST_ORGANISATIONS, 22, True), (BURST_ORGANISATIONS - 1, 1, False), (BURST_ORGANISATIONS, 23, False)],
)
def test_a_burst_of_directorships_needs_many_organisations_within_few_days(
    world: World, posts: int, days: int, found: bool
) -> None:
    start = date(2024, 1, 1).toordinal()
    world.register(
        "roles",
        *(
            {
                "person_number": A,
                "person_name": "Anna Berg",
                "organisation_name": f"Bolag {'abcdefgh'[place]} AB",
                "role": "board_member",
                "valid_from": date.fromordinal(start + days * place),
            }
            for place in range(posts)
        ),
        {
            "person_number": B,
            "person_name": "Omar Lind",
            "organisation_name": "Bolag a AB",
            "role": "owner",
            "valid_from": date(2024, 1, 1),
        },
    )
    world.resolve()
    told = [each for each in on_the_graph(world) if each["signal"] == "burst_of_directorships"]
    assert bool(told) is found
    if found:
        [burst] = told
        assert burst["observed"] == posts
        assert (burst["first_on"], burst["last_on"]) == (date(2024, 1, 1), date.fromordinal(start + days * (posts - 1)))
        assert burst["record_id"] == "roles:0"
