"""What a run depends on: the delivered files, the settings and what was judged, each as a digest.

The same inputs have the same keys, so that a stage that was done for them is found again.
"""

from __future__ import annotations

import calendar
import functools
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from follow_money.entities.judgements import Judged
from follow_money.errors import InputError, StorageError, UsageError
from follow_money.registers.intake import Intake
from follow_money.settings.settings import Settings

VERSION: Final = "0.1.0"
"""The toolkit's version."""

_MOVING_REGISTERS: Final = ("claims", "time_reports", "payments", "payroll", "invoices", "staff_ledgers")


def input_files(exports: Path, mapping: Path | None) -> list[Path]:
    """The files of a folder, by name. Raises InputError for a folder that is missing or empty, UsageError for a missing mapping."""
    if not exports.is_dir():
        raise InputError(f"There is no folder {exports}. Name the folder that holds the exported registers.")
    files = sorted(path for path in exports.rglob("*") if path.is_file() and not _is_hidden(path, exports))
    if not files:
        raise InputError(
            f"The folder {exports} is empty. Put the exported registers into it, and a mapping.toml if their columns "
            "have other names."
        )
    if mapping is not None and not mapping.is_file():
        raise UsageError(f"There is no mapping file {mapping}. Make a draft with: follow-money init {exports}")
    return files


def input_digests(exports: Path, mapping: Path | None) -> dict[str, str]:
    """SHA-256 of every file of a folder and of the mapping, by name. Raises as `input_files` does, and StorageError."""
    digests = {path.relative_to(exports).as_posix(): _sha256(path) for path in input_files(exports, mapping)}
    return digests | ({"--mapping": _sha256(mapping)} if mapping is not None else {})


@functools.cache
def code_digest() -> str:
    """Digest of the toolkit's own files, data and code: whatever changes in it, every stage is done anew."""
    package = Path(__file__).parents[1]
    files = own_files(package)
    return _digest([(path.relative_to(package).as_posix(), _sha256(path)) for path in files])


def own_files(package: Path) -> list[Path]:
    """Its files, without what is compiled from them: kernels are compiled while a run goes on, and are no change of the code."""
    return sorted(path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def load_key(inputs: Mapping[str, str], settings: Settings) -> str:
    """The folder name of ``load``: a digest of what it depends on."""
    told = [code_digest(), sorted(inputs.items()), settings.profile, settings.synthetic, settings.max_quarantine]
    told.append(settings.insider.is_open)
    return f"load-{_digest(told)}"


def resolve_key(loaded: str, judged: Judged, models: str) -> str:
    """The folder name of ``resolve``, which goes on from the folder ``loaded`` under the generation ``models`` of linkage models."""
    return f"entities-{_digest([code_digest(), loaded, judged.digest(), models])}"


def run_key(entities: str, settings: Settings) -> str:
    """The folder name of the run that goes on from the folder ``entities``."""
    return f"R-{_digest([code_digest(), entities, settings.digest()])}"


def data_period(intake: Intake) -> tuple[date | None, date | None]:
    """First and last day of the months that registers of events hold."""
    months = sorted(month for file in intake.files if file.register in _MOVING_REGISTERS for month in file.months)
    if not months:
        return None, None
    year, month = (int(part) for part in months[-1].split("-"))
    return date.fromisoformat(months[0] + "-01"), date(year, month, calendar.monthrange(year, month)[1])


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:12]


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StorageError(
            f"The file {path} cannot be read ({error.strerror}). Check its rights, or take it out of the folder."
        ) from error
