"""Claims about the register of a neighbouring country, and what a screening makes of it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq

from follow_money import Settings, open_workspace
from synthetic_data import Planted, write_region
from synthetic_data.rows import NONE
from tests.synthetic_data.conftest import SEED, YEARS
from tests.synthetic_data.matrix_region import matrix_region

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = 3000


def test_half_of_them_live_in_the_region_and_every_coordination_number_is_among_them() -> None:
    region = matrix_region("identity_misuse")
    person = region.tables["foreign_persons"]["person"]
    known = person[person != NONE]
    assert np.unique(known).size == known.size == person.size // 2
    numbers = region.people.number.to_pylist()
    assert {place for place, number in enumerate(numbers) if int(number[6:8]) > 60} <= set(known.tolist())


def test_a_screening_finds_who_lives_here_and_takes_no_stranger_for_him(tmp_path: Path) -> None:
    chosen = Planted(0, 0, 0, scenarios=("identity_misuse",), surroundings=True)
    write_region(tmp_path / "region", people=PEOPLE, seed=SEED, years=YEARS, planted=chosen)
    workspace = open_workspace(tmp_path / "workspace", synthetic=True)
    workspace.screen(tmp_path / "region" / "exports", Settings(), until="connect")
    [path] = workspace.restricted.glob("entities-*/mentions.parquet")
    told = pq.read_table(path, columns=["register", "name", "birth_date", "number", "entity_id"]).to_pylist()
    entity = {row["number"].replace("-", ""): row["entity_id"] for row in told if row["register"] == "persons"}
    abroad = {
        (row["name"], str(row["birth_date"])): row["entity_id"] for row in told if row["register"] == "foreign_persons"
    }
    with (tmp_path / "region" / "truth" / "persons.csv").open(encoding="utf-8", newline="") as file:
        lines = [row for row in csv.DictReader(file, delimiter=";") if row["register"] == "foreign_persons"]
    truth = {(row["name"], row["birth_date"]): entity[row["person_number"]] for row in lines}
    linked = {key: who for key, who in abroad.items() if who in set(entity.values())}
    assert len(truth) > 40
    assert not {key: who for key, who in linked.items() if truth.get(key) != who}
    assert len(linked) >= 0.9 * len(truth)
