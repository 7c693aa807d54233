"""The judgement ledger on disk: lines of JSON that are only ever appended, one line an act, each sealed over the line before.

A line that was cut off while it was written is noticed by whoever comes next, put aside in a file of its own and taken off the end.
Damage before the last whole line is no accident of writing and is refused; so is a ledger that lacks what the audit log
holds. One lock serves writers and readers, so that nobody reads a half-written line.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from follow_money import log
from follow_money.entities.judgements import Act, undone_acts
from follow_money.errors import StorageError, UsageError
from follow_money.stages import told_storage

FILE_NAME: Final = "judgements.jsonl"
FORMAT: Final = 1
START: Final = "0" * 64
ID_LETTERS: Final = 12
_LOGGED: Final = ("judge", "undo")

_SEAL: Final = b',"digest":"'
_SEAL_LENGTH: Final = len(_SEAL) + 64 + len(b'"}')
_STEP: Final = 1 << 16


@dataclass(frozen=True)
class Ledger:
    """The ledger of a restricted folder; there is none on disk until the first act.

    ``logged`` gives the ids of acts that another log holds, in their order: a ledger without one of them was cut.
    """

    folder: Path
    logged: Callable[[], Sequence[str]] = tuple

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / FILE_NAME

    def acts(self) -> dict[str, Act]:
        """Every act by its id, oldest first; a torn last line is mended first.

        Raises:
            StorageError: A line was changed or is missing, or the file is of another format.
        """
        logged = self.logged()  # before the ledger is read: what is added meanwhile is logged after it
        if not self.path.exists() and not logged:
            return {}
        with told_storage(self.path), self._lock():
            lines = self._lines()
        return self._told(lines, logged)

    def _lines(self) -> list[bytes]:
        """The whole lines. The lock is held."""
        if not self.path.exists():
            return []
        self._mend()
        return self.path.read_bytes().split(b"\n")[:-1]

    def _told(self, lines: list[bytes], logged: Sequence[str]) -> dict[str, Act]:
        told: dict[str, Act] = {}
        previous = START
        for number, line in enumerate(lines, 1):
            digest = _sealed(line, previous)
            if digest is None:
                raise self._damaged(number)
            content = json.loads(line)
            if content["format"] != FORMAT:
                raise StorageError(
                    f"Line {number} of {self.path} has format {content['format']}; this version reads {FORMAT}. "
                    "Use the version that wrote it."
                )
            told[act_id(digest)] = _act(content)
            previous = digest
        missing = next((name for name in logged if name not in told), None)
        if missing is not None:
            raise self._cut(missing)
        return told

    def add(self, act: Act, *, check: Callable[[Mapping[str, Act]], None] | None = None) -> str:
        """Append an act and wait until the disk holds it. Returns the act's id.

        ``check`` is given what stands in the ledger before, and raises what speaks against the act; nobody writes meanwhile.
        Without it and without an undoing the ledger is not read whole, so that bulk stays fast: only whether its end is there.

        Raises:
            UsageError: It says nothing, or undoes what is not there or was undone before.
            StorageError: The disk is full, and the ledger is as it was; or its last line was changed, or its end was cut off.
        """
        act.check()
        logged = self.logged()
        with told_storage(self.path), self._lock():
            if act.undoes or check:
                acts = self._told(self._lines(), logged)
                _refuse_undoing_nothing(acts, act.undoes)
                if check:
                    check(acts)
            self._mend()
            if logged and not self._holds(logged[-1]):
                raise self._cut(logged[-1])
            line, digest = _line(act, self._last_digest())
            _append(self.path, line)
        return act_id(digest)

    def _lock(self) -> FileLock:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return FileLock(self.path.with_suffix(".lock"))

    def torn(self) -> list[Path]:
        """Ends that were taken off, each in a file of its own."""
        return sorted(self.folder.glob(f"{FILE_NAME}.torn-*"))

    def _mend(self) -> None:
        """Put a half-written last line aside. The lock is held."""
        if not self.path.exists():
            return
        with self.path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            start = _start_of_last(file.fileno(), size)
            file.seek(start)
            last = file.read()
            if not last or (last.endswith(b"\n") and _sealed(last[:-1], None) is not None):
                return
            if last.endswith(b"\n") and not _may_be_torn(last):
                return  # whole but changed: `acts` tells which line
            aside = self.path.with_name(f"{FILE_NAME}.torn-{hashlib.sha256(last).hexdigest()[:ID_LETTERS]}")
            aside.write_bytes(last)
            aside.chmod(0o600)
            file.truncate(start)
            os.fsync(file.fileno())

    def _last_digest(self) -> str:
        if not self.path.exists():
            return START
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            if size == 0:
                return START
            file.seek(_start_of_last(file.fileno(), size))
            digest = _sealed(file.read()[:-1], None)
        if digest is None:
            raise self._damaged(None)
        return digest

    def _holds(self, name: str) -> bool:
        """Whether an act stands in the ledger, sought from its end. Where the last one stands the others do: each line follows from the one before."""
        if not self.path.exists():
            return False
        with self.path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            while end > 0:
                file.seek(max(end - _SEAL_LENGTH - 1, 0))
                seal = file.read(_SEAL_LENGTH)
                if act_id(seal.removeprefix(_SEAL).decode(errors="replace")) == name:
                    return True
                end = _start_of_last(file.fileno(), end)
        return False

    def _cut(self, missing: str) -> StorageError:
        return StorageError(
            f"The judgement ledger {self.path} lacks the judgement {missing}, which the audit log holds: lines were cut off its end, "
            "or the file was deleted. Put the file back from a copy."
        )

    def _damaged(self, number: int | None) -> StorageError:
        which = "The last line" if number is None else f"Line {number}"
        return StorageError(
            f"{which} of the judgement ledger {self.path} was changed or does not follow from the line before. Put the file back from a copy."
        )


def _refuse_undoing_nothing(acts: Mapping[str, Act], names: Iterable[str]) -> None:
    undone = undone_acts(acts)
    for name in names:
        if name not in acts:
            raise UsageError(f"There is no judgement '{name}'. List them with: follow-money judgements")
        if name in undone:
            raise UsageError(f"The judgement {name} was undone before.")


def ledger_of(folder: Path) -> Ledger:
    """The ledger of a workspace's folder, held to the workspace's audit log."""

    def logged() -> list[str]:
        return [str(entry["judgement"]) for entry in log.read(folder / "audit.jsonl") if entry["event"] in _LOGGED]

    return Ledger(folder / "restricted", logged)


def act_id(digest: str) -> str:
    """The id of the act whose line has that digest."""
    return f"J-{digest[:ID_LETTERS]}"


def _line(act: Act, previous: str) -> tuple[bytes, str]:
    content: dict[str, Any] = {
        "format": FORMAT,
        "judge": act.judge,
        "version": act.version,
        "who": act.who,
        "when": act.when,
        "evidence": list(act.evidence),
        "left": list(act.left),
        "right": list(act.right),
        "verdicts": act.verdicts,
        "undoes": list(act.undoes),
        "previous": previous,
    }
    told = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")[:-1]
    digest = hashlib.sha256(told).hexdigest()
    return told + _SEAL + digest.encode() + b'"}\n', digest


def _sealed(line: bytes, previous: str | None) -> str | None:
    """The digest of a line that is whole and, where ``previous`` is given, follows from it; else None."""
    told, seal = line[:-_SEAL_LENGTH], line[-_SEAL_LENGTH:]
    digest = hashlib.sha256(told).hexdigest()
    if seal != _SEAL + digest.encode() + b'"}':
        return None
    if previous is not None and not told.endswith(f'"previous":"{previous}"'.encode()):
        return None
    return digest


def _may_be_torn(line: bytes) -> bool:
    """Whether a line that ends may be one that was cut off: it lacks its seal, or blocks of it never reached the disk."""
    return not line.rstrip(b"\n").endswith(b'"}') or _SEAL not in line or b"\0" in line


def _act(content: Mapping[str, Any]) -> Act:
    return Act(
        judge=content["judge"],
        version=content["version"],
        who=content["who"],
        when=content["when"],
        evidence=tuple(content["evidence"]),
        left=content["left"],
        right=content["right"],
        verdicts=content["verdicts"],
        undoes=tuple(content["undoes"]),
    )


def _start_of_last(descriptor: int, size: int) -> int:
    """Where the last line begins, whether or not it ends."""
    end = max(size - 1, 0)  # the line feed that ends the last line is not looked for
    while end > 0:
        begin = max(end - _STEP, 0)
        os.lseek(descriptor, begin, os.SEEK_SET)
        block = os.read(descriptor, end - begin)
        found = block.rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        end = begin
    return 0


def _append(path: Path, line: bytes) -> None:
    """Write a line and wait until the disk holds it; one that does not fit is taken away again."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        try:
            written = 0
            while written < len(line):
                written += os.write(descriptor, memoryview(line)[written:])
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)
