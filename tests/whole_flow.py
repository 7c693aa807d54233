"""What tests of the whole flow share: a screened workspace, a command as it ended, the bytes of a folder."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq

from follow_money import open_workspace
from follow_money.cli.app import main

if TYPE_CHECKING:
    from follow_money import Run, Workspace

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Screened:
    """A workspace with one finished run. Nobody may write to it: copy it first."""

    exports: Path
    workspace: Workspace
    run: Run

    def copy(self, folder: Path) -> Workspace:
        """The same workspace, to be written to."""
        shutil.copytree(self.workspace.folder, folder)
        return open_workspace(folder)


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def command(*arguments: str | Path, columns: int = 100) -> Ended:
    """Run the command line in this process: ``command("queue", "--workspace", folder)``."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        patch.object(sys, "argv", ["follow-money", *map(str, arguments)]),
        patch.dict(os.environ, {"COLUMNS": str(columns)}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return Ended(code, out.getvalue(), err.getvalue())


def in_a_process(*arguments: str | Path) -> tuple[list[str], dict[str, str]]:
    """The command line for `subprocess`: arguments and environment."""
    told = [sys.executable, "-m", "follow_money.cli.app", *map(str, arguments)]
    return told, {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, but for timings and locks."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "timings.json" and path.suffix != ".lock"
    }


def left_open(workspace: Workspace) -> Workspace:
    """The same workspace, as if its run had been sure of no pair; it is written to."""
    path = workspace.run().entities / "pairs.parquet"
    pairs = pq.read_table(path)
    place = pairs.schema.get_field_index("decision")
    unsure = pa.array(["unsure"] * len(pairs), pa.string())
    pq.write_table(pairs.set_column(place, pairs.schema.field(place), unsure), path)
    return workspace


def half_written(folder: Path) -> list[str]:
    """What an interrupted run would have left behind."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.partial-*"))
