"""The audit log: append-only lines of JSON, each holding the hash of the line before, so that a change is found.

A changed, added or missing line is found by what follows it; that the last lines were cut away is seen only beside a digest
kept elsewhere. It holds who did what to which id, when and why. Never an identity number or a name of somebody in the registers.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from follow_money.errors import StorageError

START: Final = "0" * 64


def append(path: Path, event: str, **details: object) -> None:
    """Add one entry. Safe when two processes write at once. ``details`` must be JSON values without names or numbers.

    Raises:
        StorageError: When the last line cannot be read, or the disk is full; the log is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        entry: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "user": getpass.getuser(),
            "event": event,
            **details,
            "previous": _last_digest(path),
        }
        entry["digest"] = _digest(entry)
        with path.open("ab") as log:
            size = log.tell()
            try:
                log.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
                log.flush()
                os.fsync(log.fileno())
            except OSError as error:
                os.ftruncate(log.fileno(), size)
                raise StorageError(
                    f"The audit log {path} cannot be written ({error.strerror}). Free space on its disk."
                ) from error


def read(path: Path) -> list[dict[str, Any]]:
    """Every entry, oldest first; an absent log is empty. Raises StorageError for a line that is no entry."""
    entries = [_parsed(line) for line in _lines(path)]
    for number, entry in enumerate(entries, 1):
        if entry is None:
            raise StorageError(
                f"Line {number} of the audit log {path} cannot be read: it was cut off or changed. Put the file back from a copy."
            )
    return [entry for entry in entries if entry is not None]


def broken_line(path: Path) -> int | None:
    """The first line (1-based) whose hash does not follow from what stands before it, or None when the log is whole."""
    previous = START
    for number, entry in enumerate(map(_parsed, _lines(path)), 1):
        if entry is None:
            return number
        told = entry.pop("digest", None)
        if entry.get("previous") != previous or _digest(entry) != told:
            return number
        previous = told
    return None


def _lines(path: Path) -> list[str]:
    # Only a line feed ends a line: a reason may hold other separators of lines.
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    return text.removesuffix("\n").split("\n") if text else []


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def _digest(entry: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _last_digest(path: Path) -> str:
    entries = read(path)
    return str(entries[-1]["digest"]) if entries else START
