"""The mark of a workspace, ``workspace.json``: its format and whether its people are made up. It is the first file that a new workspace gets.

A workspace whose making was cut off is finished when it is opened the next time.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from follow_money.errors import StorageError, UsageError
from follow_money.stages import told_storage, write_json

FORMAT: Final = 2
"""Version of the folder's layout. An older one is migrated (see `migration`), any other refused, never misread."""

MARK: Final = "workspace.json"
LOCK: Final = "workspace.lock"
_KEY: Final = "entity.key"
_KEY_BYTES: Final = 32


def read_mark(folder: Path, *, oldest: int = FORMAT) -> bool | None:
    """Whether the workspace holds made-up data; None where there is no workspace. ``oldest`` is the first format that is not refused.

    Raises UsageError, StorageError.
    """
    told = told_mark(folder)
    if not told:
        return None
    if told["format"] not in range(1, FORMAT + 1):
        raise UsageError(
            f"The workspace {folder} has format {told['format']}; this version reads {FORMAT}. "
            "Use the version that made it, or start a new workspace."
        )
    if told["format"] < oldest:
        raise UsageError(
            f"The workspace {folder} has format {told['format']}; this version works in {FORMAT}. "
            "Bring it there by running any command on it but a dry run, for example: follow-money queue"
        )
    return bool(told["synthetic"])


def told_mark(folder: Path) -> dict[str, Any]:
    """What the mark says; empty where there is no workspace. Raises UsageError, StorageError."""
    path = folder / MARK
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except NotADirectoryError:
        raise UsageError(f"{folder} is a file, no folder. Name another workspace with --workspace.") from None
    except OSError as error:
        raise StorageError(f"{path} cannot be read ({error.strerror}). Check who may read it.") from error
    except ValueError:
        told = None
    if (
        not isinstance(told, dict)
        or not isinstance(told.get("synthetic"), bool)
        or not isinstance(told.get("format"), int)
    ):
        raise UsageError(f"{path} is damaged. Restore it from a copy, or start a new workspace.")
    return told


def make_workspace(folder: Path, *, synthetic: bool) -> bool:
    """Make what a workspace needs where it is wanting, and return whether it holds made-up data.

    Raises:
        UsageError: The folder holds something else.
        StorageError: It cannot be written.
    """
    with told_storage(folder):
        _refuse_strangers(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK):
            if read_mark(folder) is None:
                write_json(folder / MARK, {"format": FORMAT, "synthetic": synthetic})
            (folder / "runs").mkdir(exist_ok=True)
            (folder / "restricted").mkdir(mode=0o700, exist_ok=True)
            _make_key(folder / "restricted" / _KEY)
    return bool(read_mark(folder))


def is_whole(folder: Path) -> bool:
    """Whether everything that a workspace needs is there."""
    return (folder / "runs").is_dir() and (folder / "restricted" / _KEY).is_file()


def entity_key(folder: Path) -> bytes:
    """The workspace's own secret, which its entity ids are made with. Raises StorageError when it is not whole."""
    path = folder / "restricted" / _KEY
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise StorageError(f"{path} is damaged. Restore it from a copy: entity ids are made with it.")
    return key


def _make_key(path: Path) -> None:
    if path.exists():
        return
    if any(path.parent.glob("entities-*")):
        raise StorageError(
            f"{path} is missing. Restore it from a copy: the entity ids of this workspace are made with it."
        )
    building = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
        building.replace(path)
    finally:
        building.unlink(missing_ok=True)


def _refuse_strangers(folder: Path) -> None:
    """A folder with other things than the beginnings of a workspace is somebody else's."""
    if not folder.exists() or (folder / MARK).exists():
        return
    if any(not entry.name.startswith((MARK, LOCK)) for entry in folder.iterdir()):
        raise UsageError(
            f"The folder {folder} is not empty and is no workspace. Name a new or empty folder with --workspace."
        )
