"""What the command line prints of a delivery before any finding: registers, quarantine, what was not read, and which detectors it carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from follow_money.detectors.coverage import not_evaluable_words
from follow_money.registers.coverage import coverage as covered
from follow_money.registers.intake import FileIntake, Intake
from follow_money.told.said import say

_WORDS: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "title": "Register som lästes (profil {profile}, {files} filer, {lines} rader)",
        "register": "register", "payer": "betalare", "files": "filer", "months": "månader", "rows": "poster",
        "quarantined": "i karantän", "withheld": "skyddade",
        "unmapped": "Ingen mappning: filerna togs efter sina namn, för alla betalare och ändamål; rättslig grund är inte angiven.",
        "quarantine": "{file}: {lines} rader i karantän, {reason}", "dropped": "{file}: lästes inte (skyddade egenskaper): {columns}",
        "ignored": "{file}: används inte: {columns}", "unread": "Lästes inte, {reason}: {file}",
        "unmatched": "{file}: ingen leverans i mappningen frågar efter den",
        "detectors": "Detektorer", "detector": "detektor", "finds": "söker", "evaluable": "kan prövas", "yes": "ja", "no": "nej: {why}",
    },
    "en": {
        "title": "Registers read (profile {profile}, {files} files, {lines} lines)",
        "register": "register", "payer": "payer", "files": "files", "months": "months", "rows": "rows",
        "quarantined": "quarantined", "withheld": "withheld",
        "unmapped": "No mapping: files were taken by their names, for any payer and purpose; the legal basis is not stated.",
        "quarantine": "{file}: {lines} lines quarantined, {reason}", "dropped": "{file}: not read (protected attributes): {columns}",
        "ignored": "{file}: ignored {columns}", "unread": "Not read, {reason}: {file}",
        "unmatched": "{file}: no delivery of the mapping asks for it",
        "detectors": "Detectors", "detector": "detector", "finds": "looks for", "evaluable": "can be evaluated", "yes": "yes", "no": "no: {why}",
    },
}  # fmt: skip


def coverage(
    console: Console, intake: Intake, evaluable: Mapping[str, str | None], titles: Mapping[str, str], language: str
) -> None:
    """Print what a screening would read, what it would quarantine, and which detectors it could evaluate."""
    words = _WORDS[language]
    lines = f"{intake.counts['lines']:,}".replace(",", "\u00a0" if language == "sv" else ",")
    console.print(words["title"].format(profile=intake.profile, files=len(intake.files), lines=lines), style="bold")
    if not intake.is_mapped:
        say(console, words["unmapped"])
    console.print(_registers(intake, language))
    for line in _remarks(intake, words):
        say(console, f"  {line}")
    console.print(words["detectors"], style="bold")
    told = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("detector", "finds", "evaluable"):
        told.add_column(words[name], no_wrap=name == "detector")
    for name, why in evaluable.items():
        can = words["yes"] if why is None else words["no"].format(why=not_evaluable_words(why, language))
        told.add_row(name, titles[name], can)
    console.print(told)


def coverage_json(intake: Intake, evaluable: Mapping[str, str | None]) -> dict[str, Any]:
    """The same for machines; a detector's value is null when it can be evaluated, else for want of what it cannot."""
    return {
        "profile": intake.profile,
        "synthetic": intake.synthetic,
        "counts": intake.counts,
        "registers": [
            {
                "register": part.register,
                "files": part.files,
                "rows": part.rows,
                "withheld_rows": part.withheld_rows,
                "quarantined_lines": part.quarantined_lines,
                "reasons": part.reasons,
                "months": part.months,
                "months_missing": list(part.months_missing),
                "payers": list(part.payers),
                "purposes": [str(purpose) for purpose in part.purposes],
                "legal_bases": list(part.legal_bases),
                "empty_columns": list(part.empty_columns),
            }
            for part in covered(intake)
        ],
        "unread": [{"file": unread.file_name, "reason": unread.reason} for unread in intake.unread],
        "unmatched": list(intake.unmatched),
        "detectors": dict(evaluable),
    }


def _registers(intake: Intake, language: str) -> Table:
    words = _WORDS[language]
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in ("register", "payer", "files", "months", "rows", "quarantined", "withheld"):
        left = column in {"register", "payer", "months"}
        table.add_column(
            words[column],
            justify="left" if left else "right",
            no_wrap=column != "months",
            min_width=9 if column == "months" else None,
        )
    for register, payer in sorted({(file.register, file.payer) for file in intake.files}):
        files = [file for file in intake.files if (file.register, file.payer) == (register, payer)]
        counts = (sum(_count(file, name) for file in files) for name in ("rows", "quarantined_lines", "withheld_lines"))
        told = [f"{count:,}".replace(",", "\u00a0" if language == "sv" else ",") for count in counts]
        table.add_row(register, payer, str(len(files)), _months(files), *told)
    return table


def _count(file: FileIntake, name: str) -> int:
    return int(getattr(file, name))


def _months(files: list[FileIntake]) -> str:
    months = sorted({month for file in files for month in file.months})
    return f"{months[0]} – {months[-1]} ({len(months)})" if months else ""


def _remarks(intake: Intake, words: Mapping[str, str]) -> Iterator[str]:
    for file in intake.files:
        for reason, lines in sorted(file.reasons.items()):
            yield words["quarantine"].format(file=file.file_name, lines=lines, reason=reason)
        if file.dropped_columns:
            yield words["dropped"].format(file=file.file_name, columns=", ".join(file.dropped_columns))
        if file.ignored_columns:
            yield words["ignored"].format(file=file.file_name, columns=", ".join(file.ignored_columns))
        for note in file.notes:
            yield f"{file.file_name}: {note}"
    language = "sv" if words is _WORDS["sv"] else "en"
    for reason in sorted({unread.reason for unread in intake.unread}):
        files = [unread.file_name for unread in intake.unread if unread.reason == reason]
        yield words["unread"].format(file=", ".join(files), reason=not_evaluable_words(reason, language))
    for name in intake.unmatched:
        yield words["unmatched"].format(file=name)
