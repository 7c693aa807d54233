"""Coverage: what a delivery holds, register by register, before any finding. What `--dry-run` prints."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from follow_money.model import Purpose
from follow_money.registers.contract import REGISTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from follow_money.registers.intake import FileIntake, Intake


@dataclass(frozen=True, kw_only=True)
class RegisterCoverage:
    """One register as delivered: over all of its files.

    ``months``: "YYYY-MM" to rows; ``months_missing`` lie between the first and the last without a row. ``filled``:
    contract column
    to rows that hold something. ``ignored_columns`` nothing maps; ``dropped_columns`` hold protected attributes.
    """

    register: str
    files: int
    rows: int
    withheld_rows: int
    quarantined_lines: int
    reasons: dict[str, int]
    months: dict[str, int]
    months_missing: tuple[str, ...]
    filled: dict[str, int]
    payers: tuple[str, ...]
    purposes: tuple[Purpose, ...]
    legal_bases: tuple[str, ...]
    ignored_columns: tuple[str, ...]
    dropped_columns: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def empty_columns(self) -> tuple[str, ...]:
        """Columns of the contract that no row holds."""
        return tuple(column.name for column in REGISTERS[self.register].columns if not self.filled.get(column.name))


def coverage(intake: Intake) -> tuple[RegisterCoverage, ...]:
    """What was delivered, register by register, in the order of their names."""
    return tuple(_register(name, [file for file in intake.files if file.register == name]) for name in intake.registers)


def coverage_lines(intake: Intake) -> list[str]:
    """The coverage as plain lines: what is there, what is in quarantine and why, what was not read and why."""
    lines = [f"Profile {intake.profile}. {len(intake.files)} files read."]
    if not intake.is_mapped:
        lines.append(
            "No mapping: files were taken by their names, for any payer and purpose; the legal basis is not stated."
        )
    for part in coverage(intake):
        lines.append(f"{part.register}: {part.rows} rows in {part.files} files, {_span(part)}")
        lines += _details(part)
    lines += [f"not read: {unread.file_name} ({unread.register}): {unread.reason}" for unread in intake.unread]
    lines += [f"asked for by no delivery: {name}" for name in intake.unmatched]
    return lines


def _span(part: RegisterCoverage) -> str:
    if not part.months:
        return "no dates"
    first, last = min(part.months), max(part.months)
    missing = f", {len(part.months_missing)} months without a row" if part.months_missing else ""
    return f"{first} to {last}{missing}"


def _details(part: RegisterCoverage) -> list[str]:
    lines = [f"  payer {', '.join(part.payers)}; for {', '.join(part.purposes)}; {'; '.join(part.legal_bases)}"]
    if part.reasons:
        lines.append("  quarantined lines: " + ", ".join(f"{reason} {count}" for reason, count in part.reasons.items()))
    if part.withheld_rows:
        lines.append(f"  rows with a protected identity withheld: {part.withheld_rows}")
    for text, names in (
        ("columns without a value", part.empty_columns),
        ("columns ignored", part.ignored_columns),
        ("columns dropped (protected attributes)", part.dropped_columns),
    ):
        if names:
            lines.append(f"  {text}: {', '.join(names)}")
    return lines + [f"  note: {note}" for note in part.notes]


def _register(name: str, files: Sequence[FileIntake]) -> RegisterCoverage:
    reasons, months, filled = (
        _sum([dict(getattr(file, field)) for file in files]) for field in ("reasons", "months", "filled")
    )
    return RegisterCoverage(
        register=name,
        files=len(files),
        rows=sum(file.rows for file in files),
        withheld_rows=sum(file.withheld_rows for file in files),
        quarantined_lines=sum(file.quarantined_lines for file in files),
        reasons=reasons,
        months=months,
        months_missing=_missing(sorted(months)),
        filled=filled,
        payers=_distinct([file.payer for file in files]),
        purposes=tuple(Purpose(purpose) for purpose in _distinct([str(p) for file in files for p in file.purposes])),
        legal_bases=_distinct([file.legal_basis for file in files]),
        ignored_columns=_distinct([column for file in files for column in file.ignored_columns]),
        dropped_columns=_distinct([column for file in files for column in file.dropped_columns]),
        notes=_distinct([f"{file.file_name}: {note}" for file in files for note in file.notes]),
    )


def _sum(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(sorted(total.items()))


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _missing(months: Sequence[str]) -> tuple[str, ...]:
    """Months between the first and the last that are not there. Far ends such as 9999-12 are left alone."""
    if not months or int(months[-1][:4]) - int(months[0][:4]) > _LONGEST_SPAN_YEARS:
        return ()
    first, last = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (months[0], months[-1]))
    every = (f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(first, last + 1))
    return tuple(month for month in every if month not in set(months))


_LONGEST_SPAN_YEARS = 50
