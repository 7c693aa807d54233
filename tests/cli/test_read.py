from __future__ import annotations

import json
from pathlib import Path

import pytest

from follow_money.detectors.catalogue import catalogue
from tests.whole_flow import Screened, command


@pytest.mark.parametrize("columns", [80, 100, 160])
def test_the_queue_fits_the_screen_and_cuts_no_word(screened: Screened, place: Path, columns: int) -> None:
    told = command("queue", "-w", place, columns=columns)
    assert max(map(len, told.out.splitlines())) <= columns
    assert "…" not in told.out
    for case_id in screened.run.cases["case_id"].to_pylist():
        assert case_id in told.out


def test_screen_and_queue_print_the_same_queue(screened: Screened, place: Path) -> None:
    told = command("screen", screened.exports, "-w", place).out.splitlines()
    assert told[:-1] == command("queue", "-w", place).out.splitlines()
    assert "0 sammanslagna, 0 delade" in told[-1]


def test_the_queue_shows_what_was_decided(place: Path) -> None:
    command("decide", "1", "--outcome", "investigate", "--reason", "r", "-w", place)
    assert "fördjupad granskning" in command("queue", "-w", place).out
    assert "Decision: investigate" in command("queue", "-w", place, "--language", "en").out


def test_the_queue_as_a_picture_bears_no_name(screened: Screened, place: Path, tmp_path: Path) -> None:
    picture = tmp_path / "queue.svg"
    assert command("queue", "-w", place, "--picture", picture).code == 0
    text = picture.read_text(encoding="utf-8")
    for named in screened.run.names(screened.run.cases["organisation_id"].combine_chunks()).values():
        assert named.name not in text
    assert screened.run.cases["case_id"][0].as_py() in text


def test_a_case_is_explained_in_both_languages_with_source_rows(place: Path) -> None:
    swedish, english = (command("explain", "1", "-w", place, "--language", it).out for it in ("sv", "en"))
    assert "Att utesluta:" in swedish
    assert "Källrader (" in swedish
    assert " rad " in swedish
    assert "To rule out:" in english
    assert "Source rows (" in english
    assert "Talar emot" not in english


def test_a_hit_is_explained(screened: Screened, place: Path) -> None:
    hit = screened.run.hits["hit_id"][0].as_py()
    told = command("explain", hit, "-w", place, "--rows", "3").out
    assert told.startswith(hit)
    assert sum(".csv rad " in line for line in told.splitlines()) == 3


def test_an_entity_is_explained_with_why_it_was_not_flagged(screened: Screened, place: Path) -> None:
    tests = screened.run.tests.to_pylist()
    flagged = set(screened.run.hits["organisation_id"].to_pylist())
    quiet = next(
        test for test in tests
        if test["subject_kind"] == "organisation" and not test["is_hit"] and not test["not_evaluable"]
        and test["subject_id"] not in flagged
    )  # fmt: skip
    told = command("explain", quiet["subject_id"], "-w", place, "--language", "en").out
    assert f"No findings about {quiet['subject_id']} itself." in told
    assert f"Not flagged by {quiet['detector']}: " in told
    if quiet["q_value"] is not None:
        assert f"peers: {quiet['peer_group']}" in told
        assert "detectors that tested rates" in told or "below a fixed floor" in told
    assert "kunde inte" not in told


def test_an_entity_of_a_narrow_profile_is_told_what_could_not_be_evaluated(ledger: Path, tmp_path: Path) -> None:
    command("screen", ledger, "-w", tmp_path / "workspace")
    [entity, *_] = json.loads(command("find", "Leverantör", "-w", tmp_path / "workspace", "--json").out)["entities"]
    told = command("explain", entity["entity_id"], "-w", tmp_path / "workspace").out
    assert "Kunde inte prövas, salary_return: payments: inte levererat" in told
    assert "leverantörsreskontra som leverantör: Leverantör" in told.replace(", ", ": ")
    assert "same_name" not in told


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_detector_is_explained_without_a_workspace(name: str, tmp_path: Path) -> None:
    told = command("explain", name, "-w", tmp_path / "nowhere", "--language", "en")
    assert told.code == 0
    assert all(f"{heading}: " in told.out for heading in ("Why", "Not flagged", "Parameters", "Null", "Source"))
    assert "False positives to expect: " in told.out
    assert catalogue()[name].title_en in told.out
    swedish = command("explain", name, "-w", tmp_path / "nowhere").out
    assert catalogue()[name].title_sv in swedish
    assert not (tmp_path / "nowhere").exists()
