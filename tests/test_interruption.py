from __future__ import annotations

import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.small_disk import small_disk_at
from tests.whole_flow import Screened, command, digests, half_written, in_a_process

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 120
"""Seconds after which a process that should have got somewhere is given up."""

MOMENTS = (
    "workspace.json",
    "restricted/load-*.partial-*/records/payments.parquet",
    "restricted/entities-*.partial-*",
    "runs/*/graph.partial-*/payments.parquet",
    "runs/*/detect.partial-*",
    "runs/*/triage",
)
"""Files whose coming into being is when a run is stopped, in the order of the flow."""


def _start(exports: Path, workspace: Path) -> subprocess.Popen[str]:
    arguments, environment = in_a_process("screen", exports, "-w", workspace, "--synthetic")
    return subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _wait_for(process: subprocess.Popen[str], workspace: Path, moment: str) -> None:
    """Until the file is there, or the process has ended."""
    given_up = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < given_up:
        if any(path.suffix != ".lock" for path in workspace.glob(moment)):
            return
        time.sleep(0.001)


def _stop(process: subprocess.Popen[str], number: signal.Signals) -> tuple[str, str]:
    process.send_signal(number)
    return process.communicate(timeout=PATIENCE)


def _same_run(screened: Screened, workspace: Path) -> None:
    assert digests(workspace / "runs") == digests(screened.workspace.folder / "runs")
    for kind in ("load", "entities"):
        [ours], [theirs] = (
            [path for path in (place / "restricted").iterdir() if path.name.startswith(kind)]
            for place in (workspace, screened.workspace.folder)
        )
        assert ours.name == theirs.name
        assert digests(ours) == digests(theirs)
    assert half_written(workspace) == []
    assert not list((workspace / "restricted").glob("spill*"))


def test_a_run_killed_in_every_stage_goes_on_to_the_identical_result(screened: Screened, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    killed = []
    for moment in MOMENTS:
        process = _start(screened.exports, workspace)
        _wait_for(process, workspace, moment)
        _stop(process, signal.SIGKILL)
        killed.append(process.returncode)
        assert command("queue", "-w", workspace).code == 2
    assert killed.count(-signal.SIGKILL) >= len(MOMENTS) - 1  # the last moment is a short one
    told = command("screen", screened.exports, "-w", workspace)
    assert told.code == 0, told.err
    _same_run(screened, workspace)


@pytest.mark.parametrize("moment", [MOMENTS[1], MOMENTS[2], MOMENTS[4]])
def test_an_interrupt_ends_with_130_a_sentence_and_nothing_half_written(
    screened: Screened, tmp_path: Path, moment: str
) -> None:
    workspace = tmp_path / "workspace"
    if moment == MOMENTS[4]:  # the stages before are not what is tried here
        screened.copy(workspace)
        [run] = (workspace / "runs").iterdir()
        for name in ("detect", "triage"):
            shutil.rmtree(run / name)
        (run / "run.json").unlink()
        (workspace / "latest.json").unlink()
    process = _start(screened.exports, workspace)
    _wait_for(process, workspace, moment)
    out, err = _stop(process, signal.SIGINT)
    assert process.returncode == 130, err
    assert not out
    assert err.strip().splitlines()[-1].startswith("follow-money: interrupted.")
    assert "Traceback" not in err
    assert half_written(workspace) == []
    assert not (workspace / "latest.json").exists()
    if moment == MOMENTS[4]:
        assert command("screen", screened.exports, "-w", workspace).code == 0
        _same_run(screened, workspace)


def test_two_runs_at_once_in_one_workspace_both_succeed_with_the_same_bytes(screened: Screened, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    both = [_start(screened.exports, workspace) for _ in range(2)]
    told = [process.communicate(timeout=PATIENCE) for process in both]
    assert [process.returncode for process in both] == [0, 0], [err for _, err in told]
    one, other = (out.splitlines() for out, _ in told)
    assert one[:-1] == other[:-1]  # the last line tells what was new: to whoever came first, every entity
    assert all(line.startswith("Identiteter: ") for line in (one[-1], other[-1]))
    _same_run(screened, workspace)


# --- a disk that fills ---


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own of 6 MB, where one may be mounted."""
    with small_disk_at(tmp_path / "disk", megabytes=6) as disk:
        yield disk


@pytest.mark.parametrize(("free_kb", "until"), [(16, "load"), (1500, "load"), (3200, "triage")])
def test_a_full_disk_ends_with_4_says_what_to_do_and_the_same_command_goes_on(
    screened: Screened, small_disk: Path, free_kb: int, until: str
) -> None:
    # Stages are whole or not there wherever the space ends: at once, within load, within a later stage.
    workspace, ballast = small_disk / "workspace", small_disk / "ballast"
    size = shutil.disk_usage(small_disk).free - free_kb * 1024
    ballast.write_bytes(b"\0" * size)
    told = command("screen", screened.exports, "-w", workspace, "--synthetic")
    assert told.code == 4, told.err
    assert not told.out
    sentence = told.err.strip().splitlines()[-1]
    assert sentence.startswith("follow-money: ")
    assert "Free" in sentence
    assert "disk" in sentence
    assert half_written(small_disk) == []
    assert not (workspace / "latest.json").exists()
    ballast.unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    told = command("screen", screened.exports, "-w", workspace, "--synthetic", "--until", until)
    assert told.code == 0, told.err
    assert half_written(small_disk) == []
    if until == "triage":
        _same_run(screened, workspace)


def test_a_decision_on_a_full_disk_is_not_half_written(screened: Screened, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    workspace = screened.copy(small_disk / "workspace").folder
    arguments = ("decide", "1", "--outcome", "close", "-w", workspace, "--reason")
    assert command(*arguments, "a reason").code == 0
    before = (workspace / "restricted" / "decisions.jsonl").read_bytes()
    free = shutil.disk_usage(small_disk).free
    (small_disk / "ballast").write_bytes(b"\0" * free)
    told = command(*arguments, "a long reason " * 1000)
    assert told.code == 4
    assert "The disk is full" in told.err
    assert (workspace / "restricted" / "decisions.jsonl").read_bytes() == before
    (small_disk / "ballast").unlink()
    assert command(*arguments, "a long reason " * 1000).code == 0
    assert len((workspace / "restricted" / "decisions.jsonl").read_text(encoding="utf-8").splitlines()) == 2
