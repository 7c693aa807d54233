from __future__ import annotations

import json
from pathlib import Path

import pyarrow.compute as pc
import pytest

from tests.cli.told import publicly_paid, refused
from tests.whole_flow import Screened, command, digests


def test_networks_are_told_in_both_languages_and_rank_nobody(screened: Screened, place: Path) -> None:
    swedish = command("networks", "-w", place, "--all").out
    english = command("networks", "-w", place, "--all", "--language", "en").out
    if screened.run.connectors.num_rows:
        assert "rangordnar ingen" in " ".join(swedish.split())
        assert "rank nobody" in " ".join(english.split())
        order = [(each["tie"], each["connector_id"]) for each in screened.run.connectors.to_pylist()]
        assert order == sorted(order)
        hidden = [each for each in screened.run.connectors.to_pylist() if each["q_value"] > 0.05 or each["is_hub"]]
        assert ("--all" in command("networks", "-w", place).out) == bool(hidden)
        assert "--all" not in swedish
    else:
        assert "Nothing connects the cases." in english


def test_a_trail_is_told_with_names_and_drawn_without(screened: Screened, place: Path, tmp_path: Path) -> None:
    organisation = publicly_paid(screened)
    sankey, time_line = tmp_path / "trail.svg", tmp_path / "time.svg"
    arguments = ("trail", organisation, "-w", place, "--rows", "3", "--picture", sankey, "--time-line", time_line)
    told = command(*arguments)
    assert told.code == 0
    assert told.out.startswith("Spår T-")
    assert 0 < sum(".csv rad " in line for line in told.out.splitlines()) <= 3
    name = screened.run.names()[organisation].name
    assert name in told.out
    for picture in (sankey, time_line):
        text = picture.read_text(encoding="utf-8")
        assert organisation in text
        assert name not in text


def test_what_of_a_trail_came_to_a_party_is_told_with_the_most_that_can_have(screened: Screened, place: Path) -> None:
    organisation = publicly_paid(screened)
    arguments = ("trail", organisation, "-w", place, "--rows", "0", "--to", organisation)
    told = json.loads(command(*arguments, "--json").out)
    came = told["came_to"]
    assert came["low_ore"] == came["high_ore"] == came["most_ore"] == told["source_ore"]
    assert "största flödet" in command(*arguments).out
    assert "greatest flow" in command(*arguments, "--language", "en", "--backward").out


def test_the_outer_bound_of_a_trail_is_printed_when_asked_for(screened: Screened, place: Path) -> None:
    arguments = ("trail", publicly_paid(screened), "-w", place, "--rows", "0", "--bound", "poison")
    assert "Yttre gräns" in command(*arguments).out
    assert json.loads(command(*arguments, "--json").out)["outer_bound"]
    assert command(*arguments[:-1], "lemon").code == 2


def test_a_wrong_party_of_a_hits_trail_is_said_before_anything_is_told(screened: Screened, place: Path) -> None:
    [hit, *_] = screened.run.hits.filter(pc.is_valid(screened.run.hits["trail_id"]))["hit_id"].to_pylist()
    own = set(screened.run.trail(hit).trail.store.node_ids.to_pylist())
    stranger = next(each for each in screened.run.graph.flows().node_ids.to_pylist() if each not in own)
    told = command("trail", hit, "-w", place, "--to", stranger)
    refused(told, 2, f"'{stranger}' neither pays nor is paid in the payments that the hit '{hit}' rests on")


@pytest.mark.parametrize(
    ("command_of", "option"), [("trail", "--picture"), ("trail", "--time-line"), ("queue", "--picture")]
)
def test_picture_that_cannot_be_written_is_told_by_its_option_and_no_folder_is_made(
    screened: Screened, place: Path, tmp_path: Path, command_of: str, option: str
) -> None:
    asked = [publicly_paid(screened)] if command_of == "trail" else []
    before = digests(place)
    mistyped = tmp_path / "picturse" / "a.svg"
    refused(command(command_of, *asked, "-w", place, option, tmp_path), 2, f"{option} {tmp_path} is a folder")
    refused(command(command_of, *asked, "-w", place, option, mistyped), 2, f"{option} {mistyped}", "no folder")
    assert not mistyped.parent.exists()
    assert digests(place) == before


def test_all_that_a_trail_was_asked_for_is_in_the_audit_log(screened: Screened, place: Path) -> None:
    organisation = publicly_paid(screened)
    arguments = ("trail", organisation, "-w", place, "--json")
    command(*arguments, "--month", "2024-06", "--month", "2024-05", "--from", _payer_of(screened, organisation))
    command(*arguments, "--paid", "--to", organisation)
    lines = [json.loads(line) for line in (place / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    narrowed, paid = (line for line in lines if line["event"] == "trail")
    assert narrowed["months"] == ["2024-05", "2024-06"]
    assert narrowed["paid_by"] == [_payer_of(screened, organisation)]
    assert (narrowed["paid"], narrowed["to"]) == (False, [])
    assert (paid["paid"], paid["to"], paid["paid_by"]) == (True, [organisation], [])


def _payer_of(screened: Screened, organisation: str) -> str:
    """Who pays it public money."""
    facts = screened.run.graph.flow_facts()
    paid = facts.store.paid_to(facts.store.node(organisation))
    return str(facts.store.told(paid[facts.is_public[paid]])["payer_id"][0].as_py())


def test_a_trail_of_one_month_from_one_payer_in_english(screened: Screened, place: Path) -> None:
    organisation = publicly_paid(screened)
    payer = _payer_of(screened, organisation)
    arguments = ("trail", organisation, "-w", place, "--from", payer, "--language", "en")
    whole = json.loads(command(*arguments, "--json").out)
    month = json.loads(command(*arguments, "--json", "--month", "2024-05", "--month", "2024-06").out)
    assert 0 < month["source_payments"] < whole["source_payments"]
    told = command(*arguments, "--month", "2024-05").out
    assert told.startswith("Trail T-")
    assert "Ended as, of SEK" in told
    assert "Slutade" not in told
