"""A stage is whole or not there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from follow_money.errors import StorageError
from follow_money.stages import append_line, clear_abandoned, partial, stage, told_storage, write_json
from tests.small_disk import small_disk_at

if TYPE_CHECKING:
    from collections.abc import Iterator

NOISE = os.urandom(4_000_000)


def fill(folder: Path) -> None:
    (folder / "one.txt").write_text("one", encoding="utf-8")


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_stage_is_made_once(tmp_path: Path) -> None:
    assert stage(tmp_path / "runs" / "load", fill) is True
    assert stage(tmp_path / "runs" / "load", fill) is False
    assert left(tmp_path / "runs") == ["load"]
    assert left(tmp_path / "runs" / "load") == ["one.txt"]


@pytest.mark.parametrize("fault", [KeyboardInterrupt, SystemExit, ValueError, MemoryError])
def test_interrupted_stage_leaves_nothing(tmp_path: Path, fault: type[BaseException]) -> None:
    def stopped(folder: Path) -> None:
        fill(folder)
        raise fault

    with pytest.raises(fault):
        stage(tmp_path / "load", stopped)
    assert left(tmp_path) == []
    assert stage(tmp_path / "load", fill) is True


def test_of_two_that_make_one_stage_the_first_wins_and_the_second_leaves_nothing(tmp_path: Path) -> None:
    def overtaken(folder: Path) -> None:
        stage(tmp_path / "load", fill)
        (folder / "two.txt").write_text("two", encoding="utf-8")

    assert stage(tmp_path / "load", overtaken) is True
    assert left(tmp_path) == ["load"]
    assert left(tmp_path / "load") == ["one.txt"]


def test_half_built_folder_is_private_and_not_the_stage(tmp_path: Path) -> None:
    with partial(tmp_path / "load") as building:
        assert building.parent == tmp_path
        assert building.stat().st_mode & 0o077 == 0
        assert not (tmp_path / "load").exists()
    assert left(tmp_path) == []


_BUILDER = """
import sys, time
from pathlib import Path
from follow_money.stages import partial
with partial(Path(sys.argv[1])) as building:
    (building / "half.txt").write_text("half")
    print("building", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def builder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is half-way through a stage."""
    process = subprocess.Popen(
        [sys.executable, "-c", _BUILDER, str(tmp_path / "load")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "building\n"
    yield process
    process.kill()
    process.communicate()


def test_what_a_living_process_builds_is_not_cleared(tmp_path: Path, builder: subprocess.Popen[str]) -> None:
    before = left(tmp_path)
    clear_abandoned(tmp_path)
    assert left(tmp_path) == before
    assert len(before) == 2
    assert builder.poll() is None


def test_what_this_process_builds_is_not_cleared(tmp_path: Path) -> None:
    with partial(tmp_path / "load") as building:
        fill(building)
        clear_abandoned(tmp_path)
        assert left(building) == ["one.txt"]


def test_what_a_killed_process_built_is_cleared_and_nothing_else(
    tmp_path: Path, builder: subprocess.Popen[str]
) -> None:
    (tmp_path / "kept").mkdir()
    builder.send_signal(signal.SIGKILL)
    builder.wait(60)
    assert len(left(tmp_path)) == 3
    clear_abandoned(tmp_path)
    assert left(tmp_path) == ["kept"]


def test_json_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_json(path, {"b": "åäö", "a": 1})
    text = path.read_text(encoding="utf-8")
    assert text == '{\n  "a": 1,\n  "b": "åäö"\n}\n'
    with pytest.raises(TypeError):
        write_json(path, {"a": object()})
    assert path.read_text(encoding="utf-8") == text
    assert left(tmp_path) == ["run.json"]


def test_lines_are_appended_and_only_the_owner_may_read_them(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    for line in ("one", "två"):
        append_line(path, line)
    assert path.read_text(encoding="utf-8") == "one\ntvå\n"
    assert path.stat().st_mode & 0o077 == 0


def test_missing_right_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"cannot be written \(.+\)\. Choose a workspace"), told_storage(tmp_path):
        raise PermissionError(13, "Permission denied")


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), told_storage(tmp_path):
        (tmp_path / "nowhere").read_bytes()


_LIMITED = """
import resource, sys
from pathlib import Path
from follow_money.errors import StorageError
from follow_money.stages import stage
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
def much(folder):
    (folder / "much.bin").write_bytes(bytes(4_000_000))
try:
    stage(Path(sys.argv[1]), much)
except StorageError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size can be set there")
def test_file_above_the_limit_of_its_size_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(tmp_path / "load")], capture_output=True, text=True, check=True
    )
    assert told.stdout.startswith("The disk is full while writing")
    assert left(tmp_path) == []


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, where one may be mounted."""
    with small_disk_at(tmp_path / "disk", megabytes=1) as disk:
        yield disk


def _bytes(folder: Path) -> None:
    (folder / "much.bin").write_bytes(NOISE)


def _parquet(folder: Path) -> None:
    pq.write_table(pa.table({"noise": pa.array([NOISE])}), folder / "much.parquet", compression=None)


@pytest.mark.parametrize("make", [_bytes, _parquet])
def test_full_disk_is_told_and_nothing_half_written_stays(tiny_disk: Path, make: object) -> None:
    assert callable(make)
    with pytest.raises(
        StorageError, match=r"The disk is full while writing .*Free space and run the same command again"
    ):
        stage(tiny_disk / "load", make)
    assert left(tiny_disk) == []
    assert stage(tiny_disk / "load", fill) is True


def test_json_and_lines_on_a_full_disk_stay_as_they_were(tiny_disk: Path) -> None:
    write_json(tiny_disk / "run.json", {"a": 1})
    append_line(tiny_disk / "lines.jsonl", "one")
    with pytest.raises(StorageError):
        write_json(tiny_disk / "run.json", {"a": "x" * 2_000_000})
    with pytest.raises(StorageError):
        append_line(tiny_disk / "lines.jsonl", "x" * 2_000_000)
    assert json.loads((tiny_disk / "run.json").read_text(encoding="utf-8")) == {"a": 1}
    assert (tiny_disk / "lines.jsonl").read_text(encoding="utf-8") == "one\n"
    assert [name for name in left(tiny_disk) if "partial" in name] == []
