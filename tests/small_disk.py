"""A disk of its own that is quickly full, where one may be mounted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk_at(disk: Path, *, megabytes: int) -> Iterator[Path]:
    """A file system in memory mounted at ``disk``; the test is skipped, with the reason, where that is not allowed."""
    disk.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip(reason="a small disk can be mounted by root on Linux only")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", disk], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(reason=f"no disk may be mounted here: {mounted.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)
