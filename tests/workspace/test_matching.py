"""Matching across workspaces: under a key that lies in none, through a gateway, and never without a line in the log."""

from __future__ import annotations

import json
import os
from datetime import date
from typing import TYPE_CHECKING

import pytest

from follow_money.errors import InputError, UsageError
from follow_money.log import read
from follow_money.workspace.matching import hand_over, match
from follow_money.workspace.matching_keys import read_keys, rotate, tokens
from tests.whole_flow import Screened, command

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money import Workspace

DAY = date(2026, 6, 1)


@pytest.fixture
def place(screened: Screened, tmp_path: Path) -> Workspace:
    return screened.copy(tmp_path / "workspace")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "shared.json"
    rotate(path)
    return path


def handed(place: Workspace, key: Path, gateway: str = "G03") -> Path:
    return hand_over(place, ["1"], key_file=key, gateway=gateway, to="the committee", reason="one owner", on=DAY).path


def test_tokens_of_a_case_are_matched_under_the_shared_key_and_hold_no_number(
    screened: Screened, place: Workspace, key: Path
) -> None:
    path = handed(place, key)
    text = path.read_text(encoding="utf-8")
    ids = {line.split(";")[2] for line in text.splitlines()[1:]}
    organisation = screened.run.cases["organisation_id"][0].as_py()
    assert organisation in ids
    numbers = [named.number for named in screened.run.names().values() if named.number]
    assert not [number for number in numbers if number[-10:] in text]
    found = match(place, path, key_file=key, gateway="G03", sender="the agency", reason="one owner", on=DAY)
    assert set(found["entity_id"].to_pylist()) == set(found["their_id"].to_pylist()) == ids


def test_every_use_is_logged_with_its_gateway_and_the_log_holds_no_reason(place: Workspace, key: Path) -> None:
    path = handed(place, key)
    match(place, path, key_file=key, gateway="G04", sender="the agency", reason="one owner", on=DAY)
    told = read(place.folder / "audit.jsonl")[-2:]
    assert [(entry["event"], entry["gateway"]) for entry in told] == [("hand_over", "G03"), ("match", "G04")]
    assert all(entry["key_id"].startswith("K-") and entry["tokens"] for entry in told)
    assert "one owner" not in (place.folder / "audit.jsonl").read_text(encoding="utf-8")
    assert "one owner" in (place.restricted / "matching.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("gateway", "sentence"), [("G01", "opens no secrecy"), ("G02", "not confirmed"), ("G99", "no legal gateway")]
)
def test_a_gateway_that_does_not_hold_opens_nothing(place: Workspace, key: Path, gateway: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        handed(place, key, gateway)
    assert not (place.folder / "packets").exists()
    assert [entry["event"] for entry in read(place.folder / "audit.jsonl")] == ["screen"]


def test_a_gateway_of_another_day_opens_nothing(place: Workspace, key: Path) -> None:
    with pytest.raises(UsageError, match="not in force yet"):
        hand_over(place, ["1"], key_file=key, gateway="G03", to="x", reason="y", on=date(1999, 1, 1))


def test_after_a_rotation_new_tokens_bear_the_new_key_and_old_ones_still_match(place: Workspace, key: Path) -> None:
    old = handed(place, key)
    rotate(key)
    new = handed(place, key)
    assert not {*old.read_text().splitlines()[1:]} & {*new.read_text().splitlines()[1:]}
    for path in (old, new):
        assert len(match(place, path, key_file=key, gateway="G03", sender="x", reason="y", on=DAY))


def test_tokens_of_a_key_that_was_taken_out_are_refused(place: Workspace, key: Path) -> None:
    path = handed(place, key)
    key.unlink()
    rotate(key)
    with pytest.raises(UsageError, match="has no key K-"):
        match(place, path, key_file=key, gateway="G03", sender="x", reason="y", on=DAY)


def test_a_new_key_is_not_made_within_a_workspace(place: Workspace, tmp_path: Path) -> None:
    for inside in (place.folder / "key.json", place.restricted / "deep" / "key.json"):
        with pytest.raises(UsageError, match=r"within the workspace .* Name a path elsewhere"):
            rotate(inside)
        assert not inside.parent.exists() or not inside.exists()
        assert command("matching-key", str(inside)).code == 2
    assert rotate(tmp_path / "key.json").startswith("K-")


def test_what_is_handed_over_and_the_key_are_their_owners_alone(place: Workspace, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        rotate(tmp_path / "key.json")
        path = handed(place, tmp_path / "key.json")
    finally:
        os.umask(before)
    assert [each.stat().st_mode & 0o777 for each in (path, tmp_path / "key.json")] == [0o600, 0o600]


def test_a_key_within_the_workspace_or_open_to_others_or_damaged_is_refused(place: Workspace, key: Path) -> None:
    inside = place.folder / "key.json"
    inside.write_bytes(key.read_bytes())
    with pytest.raises(UsageError, match=r"lies, or would lie, within the workspace"):
        read_keys(inside)
    key.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600"):
        read_keys(key)
    key.chmod(0o600)
    for broken in ("", "{}", '{"format": 1, "keys": []}', '{"format": 1, "keys": [{"id": "K", "secret": "00"}]}'):
        key.write_text(broken, encoding="utf-8")
        with pytest.raises(UsageError, match="damaged"):
            read_keys(key)
    key.write_text('{"format": 2}', encoding="utf-8")
    with pytest.raises(UsageError, match="has format 2"):
        read_keys(key)
    with pytest.raises(UsageError, match="no key file"):
        read_keys(key.with_name("nothing"))


def test_the_key_is_shown_nowhere(key: Path) -> None:
    [one] = read_keys(key)
    assert one.secret.hex() not in repr(one)
    assert key.stat().st_mode & 0o077 == 0


def test_made_up_people_never_match_real_ones_nor_persons_organisations(key: Path) -> None:
    [one] = read_keys(key)
    told = {
        tokens(one, [kind], ["5560000000"], synthetic=synthetic)[0].as_py()
        for kind in ("person", "organisation")
        for synthetic in (True, False)
    }
    assert len(told) == 4


def test_what_is_no_list_of_tokens_is_refused(place: Workspace, key: Path, tmp_path: Path) -> None:
    path = tmp_path / "tokens.csv"
    for text in ("", "a;b\n", "key_id;token;entity_id\nx;y\n"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match="no list of tokens"):
            match(place, path, key_file=key, gateway="G03", sender="x", reason="y", on=DAY)


def test_the_commands(place: Workspace, tmp_path: Path) -> None:
    key = tmp_path / "shared.json"
    assert json.loads(command("matching-key", key, "--json").out)["key_id"].startswith("K-")
    options = ("--key", key, "--gateway", "G03", "--reason", "r", "-w", place.folder, "--json")
    handed_over = json.loads(command("match-out", "1", "--to", "the committee", *options).out)
    matched = json.loads(command("match-in", handed_over["file"], "--from", "the agency", *options).out)
    assert len(matched["matches"]) == handed_over["tokens"] > 0
