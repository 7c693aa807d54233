"""The audit log: appended, chained, and a change is found."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from follow_money.errors import StorageError
from follow_money.log import START, append, broken_line, read

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "deep" / "audit.jsonl"
    for number in range(4):
        append(path, "screened", run_id=f"R-{number}", reason="skäl\u2028två")
    return path


def test_entries_come_back_in_their_order_each_with_the_digest_of_the_one_before(log: Path) -> None:
    entries = read(log)
    assert [entry["run_id"] for entry in entries] == ["R-0", "R-1", "R-2", "R-3"]
    assert [entry["previous"] for entry in entries] == [START, *(entry["digest"] for entry in entries[:-1])]
    assert all(entry["user"] and entry["at"] and entry["event"] == "screened" for entry in entries)
    assert broken_line(log) is None


def test_absent_and_empty_logs_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    assert (read(path), broken_line(path)) == ([], None)
    path.touch()
    assert (read(path), broken_line(path)) == ([], None)
    append(path, "made")
    assert len(read(path)) == 1


def _changed(lines: list[str]) -> list[str]:
    return [*lines[:1], lines[1].replace("R-1", "R-9"), *lines[2:]]


def _changed_with_a_new_digest(lines: list[str]) -> list[str]:
    other = json.loads(lines[1]) | {"user": "somebody", "digest": "0" * 64}
    return [*lines[:1], json.dumps(other), *lines[2:]]


def _removed(lines: list[str]) -> list[str]:
    return [*lines[:1], *lines[2:]]


def _swapped(lines: list[str]) -> list[str]:
    return [lines[0], lines[2], lines[1], lines[3]]


def _added(lines: list[str]) -> list[str]:
    return [*lines[:1], lines[0], *lines[1:]]


def _no_json(lines: list[str]) -> list[str]:
    return [*lines[:1], lines[1][:-5], *lines[2:]]


def _no_entry(lines: list[str]) -> list[str]:
    return [*lines[:1], "[]", *lines[2:]]


def _emptied(lines: list[str]) -> list[str]:
    return [*lines[:1], "", *lines[2:]]


@pytest.mark.parametrize(
    "tamper", [_changed, _changed_with_a_new_digest, _removed, _swapped, _added, _no_json, _no_entry, _emptied]
)
def test_tampering_is_found_at_its_line(log: Path, tamper: Callable[[list[str]], list[str]]) -> None:
    lines = log.read_text(encoding="utf-8").split("\n")[:-1]
    log.write_text("\n".join(tamper(lines)) + "\n", encoding="utf-8")
    assert broken_line(log) == 2


def test_first_line_taken_away_is_found(log: Path) -> None:
    lines = log.read_text(encoding="utf-8").split("\n")
    log.write_text("\n".join(lines[1:]), encoding="utf-8")
    assert broken_line(log) == 1


def test_bytes_that_are_no_text_are_found(log: Path) -> None:
    log.write_bytes(log.read_bytes().replace(b"R-2", b"R-\xff"))
    assert broken_line(log) == 3


def test_nothing_is_written_after_a_line_that_was_cut_off(log: Path) -> None:
    log.write_bytes(log.read_bytes()[:-20])
    before = log.read_bytes()
    with pytest.raises(StorageError, match="Line 4 of the audit log"):
        append(log, "screened")
    assert log.read_bytes() == before


_WRITER = """
import sys
from pathlib import Path
from follow_money.log import append
for n in range(25):
    append(Path(sys.argv[1]), "decided", who=sys.argv[2], n=n)
"""


def test_two_processes_that_write_at_once_keep_the_chain(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(path), name]) for name in "ab"]  # our own code
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert broken_line(path) is None
    for name in "ab":
        assert [entry["n"] for entry in read(path) if entry["who"] == name] == list(range(25))
