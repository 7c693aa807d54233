"""Decisions are appended, never rewritten, and none is lost."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from follow_money.errors import StorageError, UsageError
from follow_money.triage.decisions import Decision, read_decisions, record_decision

if TYPE_CHECKING:
    from pathlib import Path


def decision(reason: str = "handled elsewhere", outcome: str = "close", case: str = "C-1") -> Decision:
    return Decision(
        case_id=case, run_id="R-1", outcome=outcome, reason=reason, user="u", decided_at="2024-01-01T08:00:00+00:00"
    )


def test_decisions_come_back_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    told = [decision(), decision("nytt skäl: åäö", "notify"), decision(outcome="investigate")]
    for one in told:
        record_decision(path, one)
    assert read_decisions(path) == told


def test_without_a_file_there_are_no_decisions(tmp_path: Path) -> None:
    assert read_decisions(tmp_path / "decisions.jsonl") == []


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_decision_needs_a_reason(tmp_path: Path, reason: str) -> None:
    with pytest.raises(UsageError, match="needs a reason"):
        record_decision(tmp_path / "decisions.jsonl", decision(reason))
    assert not (tmp_path / "decisions.jsonl").exists()


def test_unknown_outcome_is_refused_with_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There are: close, notify, investigate"):
        record_decision(tmp_path / "decisions.jsonl", decision(outcome="jail"))


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\u2028", "\u2029", "\x85", "\x0b"])
def test_reason_of_several_lines_is_one_decision(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "decisions.jsonl"
    record_decision(path, decision(f"first{separator}second"))
    record_decision(path, decision("third"))
    assert [told.reason for told in read_decisions(path)] == [f"first{separator}second", "third"]


@pytest.mark.parametrize("line", ['{"case_id": "C-', "[1]", '{"case_id": "C-1"}'])
def test_line_that_is_no_decision_is_told_by_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "decisions.jsonl"
    record_decision(path, decision())
    with path.open("a", encoding="utf-8") as store:
        store.write(line + "\n")
    with pytest.raises(StorageError, match="Line 2 of "):
        read_decisions(path)


_WRITER = """
import sys
from pathlib import Path
from follow_money.triage.decisions import Decision, record_decision
for n in range(40):
    reason = f"{sys.argv[2]} {n} " + "x" * 5000
    record_decision(Path(sys.argv[1]), Decision(case_id="C", run_id="R", outcome="close", reason=reason, user="u", decided_at="t"))
"""


def test_two_processes_that_decide_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, str(path), name]) for name in "ab"]  # our own code
    assert [writer.wait(60) for writer in writers] == [0, 0]
    told = [one.reason.split()[:2] for one in read_decisions(path)]
    for name in "ab":
        assert [number for who, number in told if who == name] == [str(n) for n in range(40)]
    assert len(told) == 80
