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

_PARTIAL: Final = ".partial"


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
        with suppress(OSError):  # another run was faster; its folder holds the same bytes
            building.rename(folder)
    if not folder.exists():
        raise StorageError(
            f"The folder {folder} could not be put in place. Check who owns it, and run the same command again."
        )
    return True


@contextmanager
def partial(folder: Path) -> Iterator[Path]:
    """A private folder beside ``folder`` to build it in. It is removed in the end, unless it was renamed into place."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = folder.parent / f"{folder.name}{_PARTIAL}-{secrets.token_hex(4)}"
    lock = FileLock(building.with_name(building.name + ".lock"))
    with told_storage(folder), lock:
        building.mkdir(mode=0o700)
        try:
            yield building
        finally:
            shutil.rmtree(building, ignore_errors=True)
    with suppress(OSError):
        Path(lock.lock_file).unlink()


@contextmanager
def told_storage(what: Path) -> Iterator[None]:
    """Turn a full disk or a missing right into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
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
    """Remove what killed runs left behind in ``parent``. A partial folder whose owner lives is locked and stays."""
    for lock_path in parent.glob(f"*{_PARTIAL}-*.lock"):
        lock = FileLock(lock_path)
        with suppress(Timeout, OSError):
            lock.acquire(timeout=0)
            shutil.rmtree(lock_path.with_name(lock_path.name.removesuffix(".lock")), ignore_errors=True)
            lock.release()
            lock_path.unlink()


def write_json(path: Path, content: Any) -> None:  # noqa: ANN401  # any JSON value
    """Write JSON so that the file is whole or not there."""
    with told_storage(path):
        building = path.with_name(f"{path.name}{_PARTIAL}-{secrets.token_hex(4)}")
        try:
            building.write_text(
                json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
            )
            building.replace(path)
        finally:
            building.unlink(missing_ok=True)
