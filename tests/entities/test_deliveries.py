"""Deliveries and orders: the same records give the same entities however they came, and ids that stay on the way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from follow_money.engine import Engine
from follow_money.entities.id_registry import IdRegistry
from follow_money.entities.judgements import NOTHING_JUDGED, Judged
from follow_money.entities.kept_models import KeptModels
from tests.entities.small_registers import KEY, World, judged, made_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SPLITS = 12


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(threads=1, memory_gb=2) as opened:
        yield opened


def _rows() -> list[tuple[str, dict[str, Any]]]:
    """Rows of people and firms: numbered, in capitals, with wrong numbers, under keys, without a number."""
    rows: list[tuple[str, dict[str, Any]]] = []
    given, family = ("Anna", "Omar", "Nina", "Karim", "Eva"), ("Berg", "Lind", "Dahl", "Haddad", "Ek")
    for place in range(20):
        first, last = given[place % 5], family[place // 4]
        number = "19" + made_up(f"8{place % 10}0{1 + place // 10}0{1 + place % 8}{100 + place}")
        firm = f"Solen {'abcd'[place % 4]} AB"
        street = {"street": f"Storgatan {place}", "postcode": "15130"}
        role = {"organisation_name": firm, "role": "owner"}
        rows += [
            ("persons", {"person_number": number, "person_name": f"{first} {last}", **street}),
            ("payroll", {"person_number": number[2:], "person_name": f"{first} {last}".upper()}),
            ("roles", {"person_number": number, "person_name": f"{last}, {first}", **role}),
            ("payroll", {"person_number": number[:-1] + "x", "person_name": f"{first} {last}"}),
        ]
    rows += [
        ("invoices", {"supplier_name": f"Solen {'abcd'[place % 4]} Aktiebolag", "supplier_key": str(place % 3)})
        for place in range(8)
    ]
    return rows


def _delivered(world: World, rows: list[tuple[str, dict[str, Any]]]) -> None:
    for register in sorted({register for register, _ in rows}):
        world.register(register, *(row for name, row in rows if name == register))


def _partition(world: World, judged: Judged, out: str = "out", kept: Path | None = None) -> set[frozenset[str]]:
    world.resolve(judged=judged, out=out, kept=kept)
    groups: dict[str, set[str]] = {}
    for mention in world.mentions:
        groups.setdefault(mention["entity_id"], set()).add(mention["mention_id"])
    return {frozenset(group) for group in groups.values()}


@pytest.mark.parametrize("is_judged", [False, True])
def test_the_same_records_in_any_order_and_number_of_deliveries_are_the_same_entities(
    engine: Engine, tmp_path: Path, is_judged: bool
) -> None:
    rows = _rows()
    world = World(engine, tmp_path)
    _delivered(world, rows)
    whole = _partition(world, NOTHING_JUDGED)
    said = NOTHING_JUDGED
    if is_judged:
        groups = sorted(sorted(group) for group in whole if len(group) > 1)
        said = judged((groups[0][0], groups[0][1], "-"), (groups[1][0], groups[2][0], "+"))
        whole = _partition(world, said)
    rng = np.random.default_rng(7)
    for turn in range(SPLITS // 2):
        order = rng.permutation(len(rows))
        ends = sorted({*rng.integers(1, len(rows), rng.integers(1, 4)).tolist(), len(rows)})
        registry = IdRegistry(tmp_path / f"workspace-{turn}")
        bears: dict[str, str] = {}
        for end in ends:
            _delivered(world, [rows[place] for place in order[:end]])
            told = _partition(world, said, f"out-{turn}-{end}")
            folder, _ = registry.register(tmp_path / f"out-{turn}-{end}", key=KEY)
            table = pq.read_table(folder / "mentions.parquet", columns=["mention_id", "entity_id"])
            now = dict(zip(table["mention_id"].to_pylist(), table["entity_id"].to_pylist(), strict=True))
            number = len(registry.registrations())
            logged = {
                (row["from_id"], row["to_id"])
                for row in registry.changes().to_pylist()
                if row["registration"] == number
            }
            assert {(bears[name], after) for name, after in now.items() if bears.get(name, after) != after} <= logged
            bears |= now
        assert told == whole
        groups_by_id: dict[str, set[str]] = {}
        for name, entity in bears.items():
            groups_by_id.setdefault(entity, set()).add(name)
        assert {frozenset(group) for group in groups_by_id.values()} == whole


def test_a_key_that_is_used_again_for_another_party_joins_nobody(engine: Engine, tmp_path: Path) -> None:
    world = World(engine, tmp_path)
    world.register(
        "invoices",
        {"supplier_number": made_up("556100001"), "supplier_name": "Solen AB", "supplier_key": "1"},
        {"supplier_number": made_up("556100002"), "supplier_name": "Granen AB", "supplier_key": "1"},
    )
    assert len([entity for entity in world.resolve() if entity.startswith("O-")]) == 2
    assert {mention["conflict"] for mention in world.mentions} == {"key_of_several_numbers"}


def _people() -> list[tuple[str, dict[str, Any]]]:
    """People in the population register, and roles of theirs without a number, of which some are misspelt or moved."""
    rng = np.random.default_rng(11)
    given = ["Anna", "Omar", "Nina", "Karim", "Eva", "Bo", "Cecilia", "David", "Elin", "Fredrik"]
    family = [first + last for first in ("Berg", "Lind", "Sund", "Tall") for last in ("ström", "kvist", "gren", "dahl")]
    rows: list[tuple[str, dict[str, Any]]] = []
    for place in range(120):
        born = date(1950, 1, 1) + timedelta(days=int(rng.integers(18_000)))
        name = f"{rng.choice(given)} {rng.choice(family)}"
        number = f"{born:%Y}"[:2] + made_up(f"{born:%y%m%d}{place:03}")
        home = {"street": f"{rng.choice(family)}gatan {rng.integers(1, 60)}", "postcode": f"15{rng.integers(100, 130)}"}
        rows.append(("persons", {"person_number": number, "person_name": name, "birth_date": born, **home}))
        said = name if place % 3 else name[:-3] + name[-2:]
        if place % 2:
            rows.append(("roles", {"person_name": said, "birth_date": born, "role": "owner"}))
    return rows


def test_what_has_no_number_is_linked_alike_in_any_deliveries_under_one_kept_model(
    engine: Engine, tmp_path: Path
) -> None:
    rows = _people()
    world = World(engine, tmp_path)
    first = np.random.default_rng(1).permutation(len(rows))[: len(rows) // 2]
    _delivered(world, [rows[place] for place in first])
    _partition(world, NOTHING_JUDGED, "trained")
    models = KeptModels(tmp_path)
    models.keep(tmp_path / "trained", models.current())
    _delivered(world, rows)
    whole = _partition(world, NOTHING_JUDGED, "whole", models.current())
    assert sum(mention["why"] == "linked" for mention in world.mentions) > 40
    rng = np.random.default_rng(2)
    for turn in range(3):
        order = rng.permutation(len(rows))
        for end in (int(rng.integers(20, len(rows))), len(rows)):
            _delivered(world, [rows[place] for place in order[:end]])
            told = _partition(world, NOTHING_JUDGED, f"turn-{turn}-{end}", models.current())
        assert told == whole


def test_a_kept_model_is_not_replaced_and_another_generation_begins_empty(tmp_path: Path) -> None:
    models = KeptModels(tmp_path)
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, text in ((one, "1"), (other, "2")):
        folder.mkdir()
        (folder / "linkage-person.json").write_text(text, encoding="utf-8")
    first = models.current()
    models.keep(one, first)
    models.keep(other, first)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in first.iterdir()] == [("linkage-person.json", "1")]
    second = models.retrain()
    assert models.current() == second != first
    assert list(second.iterdir()) == []
