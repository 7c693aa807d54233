"""A payment that overlapping deliveries tell twice is one krona in a run: for the trail, for detectors, and in what is said of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from follow_money import Settings, open_workspace
from tests.entities.small_registers import made_up
from tests.whole_flow import command

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money import Run

PAYER, PROVIDER, SUPPLIER = ("16" + made_up(nine) for nine in ("202100555", "559695641", "559062264"))
HEAD = "payment_id;paid_at;payer_number;payee_number;payee_name;amount_ore;kind"
GRANT = f"T1;2025-07-01 10:00;{PAYER};{PROVIDER};Fjällbo AB;100000;public"
BILL = f"T2;2025-07-02 10:00;{PROVIDER};{SUPPLIER};Sigill AB;100000;"
OTHER = f"T2;2025-07-02 10:00;{PROVIDER};{SUPPLIER};Sigill AB;5000;"
LATER = f"T3;2025-07-03 10:00;{SUPPLIER};{PROVIDER};Fjällbo AB;100;"


def delivered(folder: Path, second: str) -> tuple[Path, Run]:
    exports = folder / "exports"
    exports.mkdir()
    for name, lines in {"1": (GRANT, BILL), "2": (second, LATER)}.items():
        (exports / f"payments_{name}.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    workspace = open_workspace(folder / "workspace", synthetic=True)
    run = workspace.screen(exports, Settings(max_quarantine=1.0))
    assert run is not None
    return workspace.folder, run


def provider(run: Run) -> str:
    return str(run.find("Fjällbo")["entity_id"][0].as_py())


def test_row_that_two_files_tell_is_followed_once_and_counted_as_told_twice(tmp_path: Path) -> None:
    place, run = delivered(tmp_path, BILL)
    told = command("trail", provider(run), "-w", place, "--json")
    trail = json.loads(told.out)
    assert (trail["set_aside"], trail["same_id"]) == ({"told twice": 1}, 0)
    assert trail["assumed_opening_ore"] == 0, "a krona that counts twice would have to be there before"
    assert run.graph.table("payments").num_rows == 4
    paid = run.graph.table("transfers").filter(pc.equal(run.graph.table("transfers")["from_id"], provider(run)))
    assert paid["amount_ore"].to_pylist() == [100_000], "detectors that read the table see what the store holds"
    said = command("trail", provider(run), "-w", place, "--language", "en").out
    assert "told twice (1)" in said
    assert "share their id" not in said


def test_either_row_of_a_payment_that_is_told_twice_can_be_asked_for(tmp_path: Path) -> None:
    _, run = delivered(tmp_path, BILL)
    [copy] = run.graph.table("payment_copies").to_pylist()
    asked, standing = (run.trail(copy[name]).trail for name in ("record_id", "copy_of"))
    assert asked.trail_id == standing.trail_id
    assert asked.source_ore == 100_000


def test_two_payments_under_one_id_are_both_followed_and_said_to_share_it(tmp_path: Path) -> None:
    place, run = delivered(tmp_path, OTHER)
    trail = json.loads(command("trail", provider(run), "-w", place, "--json").out)
    assert (trail["set_aside"], trail["same_id"]) == ({}, 2)
    assert (
        "share their id with another that says something else: 2"
        in command("trail", provider(run), "-w", place, "--language", "en").out
    )
