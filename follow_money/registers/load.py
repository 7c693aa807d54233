"""Load: a folder of exported registers to typed records, with every physical line accounted for.

For every file: lines in = header and preamble + blank + loaded + quarantined + withheld, or the load stops.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from follow_money.errors import InputError, StorageError
from follow_money.registers.deliveries import Delivered, Matched, check_duplicates, match, survey
from follow_money.registers.intake import Intake, Unread, files_table
from follow_money.registers.protected_scan import protected_of
from follow_money.registers.quarantine import QUARANTINE, Refused, check_limit, quarantine_table
from follow_money.registers.take_in_beside import beside

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.model import Register
    from follow_money.registers.mapping import Delivery
    from follow_money.registers.profiles import Profile

RECORDS: Final = "records"
QUARANTINE_FILE: Final = "quarantine.parquet"
FILES_FILE: Final = "files.parquet"
INTAKE_FILE: Final = "intake.json"
MAX_QUARANTINE: Final = 0.01
COMPRESSION: Final = "zstd"
_DISK_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

Progress = Callable[[str, int, int], None]
"""Told the name of a file, how many are done, how many there are."""


def _silent(name: str, done: int, total: int) -> None:
    """No progress."""


@dataclass(frozen=True)
class _Surveyed:
    """What a folder holds for a profile."""

    matched: Matched
    read: tuple[Delivered, ...]
    for_protection: tuple[Delivered, ...]
    unread: tuple[Unread, ...]


def load(
    folder: Path,
    out: Path,
    *,
    mapping: Path | None,
    profile: Profile,
    synthetic: bool,
    max_quarantine: float = MAX_QUARANTINE,
    threads: int = 2,
    on_progress: Progress = _silent,
) -> Intake:
    """Read the exported registers of a folder into ``out``, which exists and is private.

    Writes ``records/<register>.parquet`` (`Register.record_schema`), ``quarantine.parquet`` (`QUARANTINE`),
    ``files.parquet``
    (`FILES`) and ``intake.json``.

    Raises:
        UsageError: the mapping or the profile is wrong. Nothing was written.
        InputError: a file cannot be accounted for, or nothing can be read. Nothing was written.
        QuarantineLimitError: more than ``max_quarantine`` of the data lines of a file are in quarantine. Everything
            was written,
            so that the quarantine can be looked at.
        StorageError: the disk is full. What was written is taken away again.
    """
    surveyed = _survey(folder, mapping, profile)
    with _all_or_nothing(out):
        writer = _Writer(out)
        intake = _take_in(surveyed, profile, writer, synthetic=synthetic, threads=threads, on_progress=on_progress)
        writer.finish(intake)
    check_limit(intake.files, max_quarantine)
    return intake


def plan(
    folder: Path,
    *,
    mapping: Path | None,
    profile: Profile,
    synthetic: bool,
    threads: int = 2,
    on_progress: Progress = _silent,
) -> Intake:
    """What `load` would take in, with the same reading and the same counts, writing nothing."""
    surveyed = _survey(folder, mapping, profile)
    return _take_in(surveyed, profile, None, synthetic=synthetic, threads=threads, on_progress=on_progress)


def _survey(folder: Path, mapping: Path | None, profile: Profile) -> _Surveyed:
    matched = match(folder, mapping)
    read: list[Delivered] = []
    for_protection: list[Delivered] = []
    unread: list[Unread] = []
    for delivery, paths in matched.deliveries:
        reason = profile.refuses(delivery)
        if reason is not None:
            unread += [_unread(path, folder, delivery, reason) for path in paths]
        # Who is protected is read whatever the profile: it only takes away.
        if reason is None or delivery.register.name in ("persons", "accounts"):
            files = survey(folder, delivery, paths, is_mapped=matched.is_mapped)
            for_protection += files
            read += files if reason is None else ()
    check_duplicates(read)
    if not read:
        refused = "; ".join(sorted({f"{unread.register}: {unread.reason}" for unread in unread}))
        raise InputError(
            f"Nothing in the folder {folder} may be read ({refused}). Choose another profile, or correct `payer`."
        )
    return _Surveyed(matched, tuple(read), tuple(for_protection), tuple(unread))


def _unread(path: Path, folder: Path, delivery: Delivery, reason: str) -> Unread:
    return Unread(
        file_name=path.relative_to(folder).as_posix(),
        register=delivery.register.name,
        payer=delivery.payer,
        reason=reason,
    )


def _take_in(
    surveyed: _Surveyed,
    profile: Profile,
    writer: _Writer | None,
    *,
    synthetic: bool,
    threads: int,
    on_progress: Progress,
) -> Intake:
    protected = protected_of(surveyed.for_protection)
    ordered = sorted(surveyed.read, key=lambda file: (file.delivery.register.name, file.key, file.name))
    files = []
    for done, (file, taken) in enumerate(beside(ordered, protected, threads)):
        on_progress(file.name, done, len(ordered))
        write = writer.records(file.delivery.register) if writer else _discard
        intake, refused = taken(write)
        if writer:
            writer.quarantine(file, refused)
        files.append(intake)
    on_progress("", len(ordered), len(ordered))
    return Intake(
        profile=profile.name,
        synthetic=synthetic,
        is_mapped=surveyed.matched.is_mapped,
        files=tuple(files),
        unread=surveyed.unread,
        unmatched=surveyed.matched.unmatched,
        protected_persons=len(protected.numbers),
    )


def _discard(table: pa.Table) -> None:
    """Write nothing."""


class _Writer:
    """Writes records and quarantine as they come, one row group a batch, so that memory stays bounded."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._register: Register | None = None
        self._records: pq.ParquetWriter | None = None
        self._quarantine = pq.ParquetWriter(out / QUARANTINE_FILE, QUARANTINE, compression=COMPRESSION)
        (out / RECORDS).mkdir()

    def records(self, register: Register) -> Callable[[pa.Table], None]:
        """What writes the records of a register. Files come in the order of their registers."""
        if register is not self._register:
            self._close()
            self._register = register
            self._records = pq.ParquetWriter(
                self._out / RECORDS / f"{register.name}.parquet", register.record_schema(), compression=COMPRESSION
            )
        writer = self._records
        if writer is None:
            raise StorageError(f"The records of {register.name} were closed before they were written.")
        write: Callable[[pa.Table], None] = writer.write_table
        return write

    def quarantine(self, file: Delivered, rows: Sequence[Refused]) -> None:
        """Write the quarantined rows of one file."""
        if rows:
            self._quarantine.write_table(quarantine_table(file.key, file.name, rows))

    def finish(self, intake: Intake) -> None:
        """Close the tables and write what was taken in."""
        self._close()
        self._quarantine.close()
        pq.write_table(files_table(intake.files), self._out / FILES_FILE, compression=COMPRESSION)
        (self._out / INTAKE_FILE).write_text(intake.to_json(), encoding="utf-8")

    def _close(self) -> None:
        if self._records is not None:
            self._records.close()
            self._records = None


@contextmanager
def _all_or_nothing(out: Path) -> Iterator[None]:
    """Take away what was written when the load stops; a full disk becomes a sentence."""
    try:
        yield
    except BaseException as error:
        shutil.rmtree(out / RECORDS, ignore_errors=True)
        for name in (QUARANTINE_FILE, FILES_FILE, INTAKE_FILE):
            (out / name).unlink(missing_ok=True)
        if isinstance(error, OSError) and _is_full(error):
            raise StorageError(
                f"The disk of {out} is full, so nothing was loaded. Free some space or choose another --workspace, "
                "and run again."
            ) from error
        raise


def _is_full(error: OSError) -> bool:
    return error.errno in _DISK_FULL or "No space left" in str(error)
