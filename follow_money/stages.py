"""Stages of a run: each is a folder that is either whole or not there, so that an interrupted run goes on where it stopped.

A stage is written beside its place and renamed into it when it is whole. Two runs at once each write their own copy; the first rename wins, and since the
same inputs give the same bytes it does not matter which.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from follow_money.errors import StorageError

STAGES: Final = ("load", "resolve", "connect", "detect", "triage")
"""The stages of a run, in the order of the flow."""

_PARTIAL: Final = ".partial"
_LOCK: Final = ".lock"


def stage(folder: Path, make: Callable[[Path], None]) -> bool:
    """Make a stage's folder unless it is there. ``make`` fills the empty folder that it is given.

    Returns:
        Whether it was made now.

    Raises:
        StorageError: When the disk is full; nothing half-written stays.
    """
    if folder.exists():
        return False
    with partial(folder) as building:
        make(building)
        try:
            building.rename(folder)
        except OSError:
            if not folder.exists():
                raise
            # Another run was faster; its folder holds the same bytes.
    return True


@contextmanager
def partial(folder: Path) -> Iterator[Path]:
    """A private folder beside ``folder`` to build it in. It is removed in the end, unless it was renamed into place."""
    building = folder.parent / f"{folder.name}{_PARTIAL}-{secrets.token_hex(4)}"
    with told_storage(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _claimed(building):
            building.mkdir(mode=0o700)
            yield building


@contextmanager
def _claimed(building: Path) -> Iterator[None]:
    """Hold the lock that says that the owner of ``building`` lives. In the end neither is left, unless it was renamed."""
    lock = building.with_name(building.name + _LOCK)
    try:
        with FileLock(lock):
            try:
                yield
            finally:
                _remove(building)
    finally:
        lock.unlink(missing_ok=True)


def _remove(building: Path) -> None:
    if building.is_dir():
        shutil.rmtree(building, ignore_errors=True)
    else:
        building.unlink(missing_ok=True)


@contextmanager
def told_storage(what: Path) -> Iterator[None]:
    """Turn a full disk or a missing right into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise StorageError(
                f"The disk is full while writing {what}. Nothing half-written was kept. Free space and run the same command again: "
                "it goes on where it stopped."
            ) from error
        if error.errno in {errno.EACCES, errno.EROFS, errno.EPERM}:
            raise StorageError(
                f"{what} cannot be written ({os.strerror(error.errno)}). Choose a workspace that you may write to."
            ) from error
        raise


def clear_abandoned(parent: Path) -> None:
    """Remove what killed runs left behind in ``parent``. What a living run builds is locked and stays."""
    for path in parent.glob(f"*{_PARTIAL}-*{_LOCK}"):
        with suppress(Timeout, OSError), FileLock(path, timeout=0):
            _remove(path.with_name(path.name.removesuffix(_LOCK)))
            path.unlink(missing_ok=True)


def write_json(path: Path, content: Any, *, mode: int = 0o666) -> None:  # noqa: ANN401  # any JSON value
    """Write JSON so that the file is whole or not there; ``mode`` says who may use it. Raises StorageError."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n", mode=mode)


ONLY_OWNER: Final = 0o600
"""The mode of files that nobody but their owner may read."""


def write_text(path: Path, text: str, *, mode: int = 0o666) -> None:
    """Write a text file so that it is whole or not there; ``mode`` says who may use it. Raises StorageError."""
    building = path.with_name(f"{path.name}{_PARTIAL}-{secrets.token_hex(4)}")
    with told_storage(path), _claimed(building):
        descriptor = os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        building.replace(path)


def append_line(path: Path, line: str) -> None:
    """Append a line to a file that only its owner may read, and wait until the disk holds it.

    A line that does not fit on the disk is taken away again, so that every line is whole. Raises StorageError.
    """
    told = line.encode(errors="replace") + b"\n"  # half a sign, as a terminal may hand over, is no text
    with told_storage(path), FileLock(path.with_suffix(_LOCK)):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            if os.write(descriptor, told) < len(told):
                os.ftruncate(descriptor, size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
