"""Signals of numbers, and on the graph: each where it should be, and not beside it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from follow_money.engine import Engine
from follow_money.entities.descriptions import HUB_NAMES
from follow_money.entities.two_numbers import MOST_IN_ALL_PAIRS
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


HOME = {"street": "Storgatan 1 lgh 1001", "postcode": "151 31"}
PHONE = {"phone": "070-1234567"}
ANNA = {"person_number": A, "person_name": "Anna Berg", "birth_date": date(1980, 1, 1)}
THIRD = "19" + made_up("800101345")


def under_another_number(**more: Any) -> dict[str, Any]:
    return ANNA | {"person_number": THIRD} | more


@pytest.mark.parametrize("place", [HOME, PHONE, {"street": "Storgatan 1", "postcode": "151 31"}, HOME | PHONE])
def test_alike_in_all_but_a_valid_number_is_a_signal_and_no_merge(world: World, place: dict[str, str]) -> None:
    world.register("persons", ANNA | place, under_another_number(person_name="BERG, Anna", **place))
    assert len(world.resolve()) == 2
    [told] = signals(world)
    one, other = sorted(world.entities)
    assert (told["signal"], {told["entity_id"], told["other_id"]}, told["observed"]) == (
        "alike_under_two_numbers",
        {one, other},
        2,
    )
    assert [each["signal"] for each in on_the_graph(world)] == ["alike_under_two_numbers"]


@pytest.mark.parametrize(
    "other",
    [
        under_another_number(person_name="Anita Berg", **HOME),
        under_another_number(**HOME | {"street": "Storgatan 1 lgh 1002"}),
        under_another_number(),
        {"person_number": "19" + made_up("800102345"), "person_name": "Anna Berg", **HOME},
        {"person_number": COORDINATION, "person_name": "Anna Berg", **HOME},
    ],
    ids=["a twin", "next door", "no home", "another day", "a coordination number"],
)
def test_who_differs_in_name_day_or_place_is_not_alike_under_two_numbers(world: World, other: dict[str, Any]) -> None:
    world.register("persons", ANNA | HOME, other)
    world.resolve()
    assert [each for each in signals(world) if each["signal"] == "alike_under_two_numbers"] == []


def test_children_without_a_given_name_are_not_alike_under_two_numbers(world: World) -> None:
    world.register("persons", ANNA | HOME | {"person_name": "Berg"}, under_another_number(person_name="Berg", **HOME))
    world.resolve()
    assert signals(world) == []


@pytest.mark.parametrize(("neighbours", "found"), [(HUB_NAMES - 1, 1), (HUB_NAMES, 0)])
def test_a_telephone_of_many_names_makes_nobody_alike(world: World, neighbours: int, found: int) -> None:
    others = ({"person_name": f"Namn {chr(97 + place)}", **PHONE} for place in range(neighbours))
    world.register("persons", ANNA | PHONE, under_another_number(**PHONE), *others)
    world.resolve()
    assert len(signals(world)) == found


def alike(count: int) -> list[dict[str, Any]]:
    """People who are alike in all but their numbers."""
    return [ANNA | HOME | {"person_number": "19" + made_up(f"8001011{place:02}")} for place in range(23, 23 + count)]


def pairs_told(world: World) -> dict[frozenset[str], int]:
    told = [each for each in signals(world) if each["signal"] == "alike_under_two_numbers"]
    return {frozenset((each["entity_id"], each["other_id"])): each["observed"] for each in told}


def test_of_three_numbers_a_judged_pair_is_silent_and_hides_no_other(world: World) -> None:
    world.register("persons", *alike(3))
    world.resolve()
    mention = {each["entity_id"]: each["mention_id"] for each in world.mentions}
    one, other, third = sorted(world.entities)
    pairs = {frozenset(pair) for pair in ((one, other), (one, third), (other, third))}
    assert pairs_told(world) == dict.fromkeys(pairs, 3)
    for left in pairs:
        world.resolve(judged=judged(*((*sorted(mention[each] for each in pair), "-") for pair in pairs - {left})))
        assert pairs_told(world) == {left: 2}
    world.resolve(judged=judged(*((*sorted(mention[each] for each in pair), "-") for pair in pairs)))
    assert pairs_told(world) == {}


def test_of_many_numbers_each_is_told_once_and_beside_another_where_the_first_is_judged(world: World) -> None:
    count = MOST_IN_ALL_PAIRS + 1
    world.register("persons", *alike(count))
    world.resolve()
    told = pairs_told(world)
    assert list(told.values()) == [count] * (count - 1)
    (centre,) = frozenset.intersection(*told)
    mention = {each["entity_id"]: each["mention_id"] for each in world.mentions}
    others = sorted(set(world.entities) - {centre})
    for judged_apart in others:
        world.resolve(judged=judged((mention[centre], mention[judged_apart], "-")))
        told = pairs_told(world)
        assert frozenset.union(*told) == set(world.entities)
        assert frozenset((centre, judged_apart)) not in told
    world.resolve(judged=judged(*((mention[centre], mention[each], "-") for each in others)))
    told = pairs_told(world)
    assert frozenset.union(*told) == set(others)
    assert list(told.values()) == [count - 1] * (count - 2)


def test_a_coordination_number_beside_two_personal_ones_is_told_with_neither(world: World) -> None:
    world.register("persons", *alike(2), {"person_number": COORDINATION, "person_name": "Anna Berg", **HOME})
    world.resolve()
    coordination = next(m["entity_id"] for m in world.mentions if m["number"] == COORDINATION)
    [told] = signals(world)
    assert (told["signal"], told["observed"]) == ("alike_under_two_numbers", 2)
    assert coordination not in (told["entity_id"], told["other_id"])


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
