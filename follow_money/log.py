"""The audit log: append-only lines of JSON, each holding the hash of the line before, so that a change anywhere is found.

It holds who did what to which id, when and why. Never an identity number or a name of somebody in the registers.
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

START: Final = "0" * 64


def append(path: Path, event: str, **details: object) -> None:
    """Add one entry. Safe when two processes write at once. ``details`` must be JSON values without names or numbers."""
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
        with path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry, ensure_ascii=False) + "\n")
            log.flush()
            os.fsync(log.fileno())


def read(path: Path) -> list[dict[str, Any]]:
    """Every entry, oldest first; an absent log is empty."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def broken_line(path: Path) -> int | None:
    """The first line (1-based) whose hash does not follow from what stands before it, or None when the log is whole."""
    previous = START
    for number, entry in enumerate(read(path), 1):
        told = entry.pop("digest", None)
        if entry.get("previous") != previous or _digest(entry) != told:
            return number
        previous = told
    return None


def _digest(entry: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(entry, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _last_digest(path: Path) -> str:
    entries = read(path)
    return str(entries[-1]["digest"]) if entries else START
