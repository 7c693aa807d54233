"""Signals of numbers, as `explain` tells them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.entities.small_registers import made_up
from tests.whole_flow import command


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "sv",
            "Signal: 2 personer med ett namn, födelsedatum och bostad eller telefon men egna giltiga nummer (P-",
        ),
        (
            "en",
            "Signal: 2 people of one name, birth date and home or phone, but valid numbers of their own (P-",
        ),
    ],
)
def test_who_is_alike_under_two_numbers_is_explained(ledger: Path, tmp_path: Path, language: str, told: str) -> None:
    numbers = ["19" + made_up(nine) for nine in ("800517112", "800517734")]
    lines = ["person_number;person_name;birth_date;street;postcode"]
    lines += [f"{number};Kerstin Almqvist;1980-05-17;Storgatan 1 lgh 1001;15131" for number in numbers]
    (ledger / "persons.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    place = tmp_path / "workspace"
    command("screen", ledger, "-w", place, "--synthetic")
    found = json.loads(command("find", "Almqvist", "-w", place, "--json").out)["entities"]
    assert len(found) == 2
    for entity in found:
        assert told in command("explain", entity["entity_id"], "-w", place, "--language", language).out
