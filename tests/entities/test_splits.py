from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from follow_money.engine import Engine
from follow_money.entities.splits import Split, add_split, read_splits
from follow_money.errors import StorageError
from tests.entities.small_registers import World, made_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

A = "19" + made_up("800101123")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(threads=1, memory_gb=2) as opened:
        yield opened


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    return World(engine, tmp_path)


def split(entity_id: str, *mention_ids: str) -> Split:
    return Split(
        entity_id=entity_id, mention_ids=mention_ids, who="a", when="2025-06-30T12:00:00Z", reason="not the same person"
    )


def files(world: World) -> list[bytes]:
    return [(world.folder / "out" / f"{name}.parquet").read_bytes() for name in ("mentions", "entities", "pairs")]


def test_a_split_holds_against_a_shared_number_and_the_ids_are_stable(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.register("payroll", {"person_number": A, "person_name": "Omar Lind"})
    world.register("roles", {"person_number": A, "person_name": "Anna Berg", "role": "owner"})
    (before,) = world.resolve()
    untouched = files(world)
    apart = split(before, world.mention("payroll", name="Omar Lind")["mention_id"])

    world.resolve(splits=(apart,))
    first_run = files(world)
    assert world.entity("persons") == world.entity("roles", role="person") == before
    other = world.mention("payroll", name="Omar Lind")
    assert (other["entity_id"] != before, other["why"], other["is_exact"]) == (True, "split", False)

    world.resolve(splits=(apart,))
    assert files(world) == first_run
    world.resolve()
    assert files(world) == untouched


def test_what_one_split_sets_apart_may_be_one_party_among_itself(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.register("payroll", {"person_number": A, "person_name": "Omar Lind"})
    world.register("roles", {"person_number": A, "person_name": "Omar Lind", "role": "owner"})
    (before,) = world.resolve()
    names = [m["mention_id"] for m in world.mentions if m["name"] == "Omar Lind"]
    assert len(world.resolve(splits=(split(before, *names),))) == 2


def test_a_split_by_name_holds_against_names_and_keys(world: World) -> None:
    world.register(
        "invoices",
        {"supplier_name": "Solen AB", "supplier_key": "1"},
        {"supplier_name": "Solen Aktiebolag", "supplier_key": "1"},
    )
    (before,) = world.resolve()
    apart = world.mention("invoices", name="Solen Aktiebolag")["mention_id"]
    assert len(world.resolve(splits=(split(before, apart),))) == 2


def test_mentions_that_are_gone_are_passed_over_and_counted(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.resolve(splits=(split("P-x", "M-gone"),))
    assert world.resolution.splits_passed_over == 1


def test_splits_are_appended_and_read_back_in_order(tmp_path: Path) -> None:
    assert read_splits(tmp_path) == ()
    told = (split("P-a", "M-1"), split("P-b", "M-2", "M-3"))
    for one in told:
        add_split(tmp_path, one)
    assert read_splits(tmp_path) == told


def test_a_line_cut_off_is_refused_with_its_number(tmp_path: Path) -> None:
    add_split(tmp_path, split("P-a", "M-1"))
    path = tmp_path / "splits.jsonl"
    path.write_bytes(path.read_bytes() * 2)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(StorageError, match="Line 2"):
        read_splits(tmp_path)
