"""What the command line prints: the queue, a case, a coverage table. Reads results and decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from follow_money.detectors.catalogue import catalogue
from follow_money.detectors.sentences import kronor
from follow_money.registers.intake import Intake
from follow_money.run import Run

_WORDS = {
    "sv": {
        "title": "Ärenden, rangordnade efter vad som kan återkrävas och hur säkert det är",
        "rank": "nr", "case": "ärende", "who": "organisation", "likely": "troligt belopp", "sure": "säkerhet", "found": "fynd", "paid": "nr efter belopp",
        "hits": "nr efter fynd", "why": "varför", "none": "Inga fynd.",
        "beside": "Bredvid: platsen i en lista sorterad enbart efter utbetalt belopp, och enbart efter antal fynd.",
        "unseen": "Kunde inte prövas:",
    },
    "en": {
        "title": "Cases, ranked by what can be recovered and how sure it is",
        "rank": "no", "case": "case", "who": "organisation", "likely": "likely amount", "sure": "sureness", "found": "findings", "paid": "no by amount",
        "hits": "no by hits", "why": "why", "none": "No findings.",
        "beside": "Beside: the place in a list sorted by amount paid alone, and by number of hits alone.",
        "unseen": "Could not be evaluated:",
    },
}  # fmt: skip


def queue(console: Console, run: Run, *, capacity: int, language: str) -> None:
    """Print the first ``capacity`` cases with the baselines beside, and what could not be evaluated."""
    words = _WORDS[language]
    cases = run.cases.slice(0, capacity).to_pylist()
    names = run.names()
    if not cases:
        console.print(words["none"])
    else:
        table = Table(title=words["title"], title_justify="left", show_lines=False, pad_edge=False)
        for column, justify in (
            ("rank", "right"),
            ("case", "left"),
            ("who", "left"),
            ("likely", "right"),
            ("sure", "right"),
            ("found", "left"),
        ):
            table.add_column(words[column], justify=justify, no_wrap=column in {"case", "likely"})  # type: ignore[arg-type]  # literal by construction
        table.add_column(words["paid"], justify="right")
        table.add_column(words["hits"], justify="right")
        table.add_column(words["why"], ratio=1)
        for case in cases:
            who = names[case["organisation_id"]].name if case["organisation_id"] in names else "-"
            more = len(case["organisation_ids"]) - 1
            table.add_row(
                str(case["rank"]),
                case["case_id"],
                who + (f" +{more}" if more > 0 else ""),
                kronor(case["amount_likely_ore"])
                if case["currency"] == "SEK"
                else f"{case['amount_likely_ore'] / 100:,.0f} {case['currency']}",
                f"{case['sureness']:.2f}",
                f"{case['hits']}",
                str(case["rank_by_paid"]),
                str(case["rank_by_hits"]),
                case[f"reason_{language}"],
            )
        console.print(table)
        console.print(
            f"{words['beside']} {len(run.cases)} ärenden i allt."
            if language == "sv"
            else f"{words['beside']} {len(run.cases)} cases in all."
        )
    if run.not_evaluable:
        console.print(words["unseen"])
        for name, why in run.not_evaluable.items():
            console.print(f"  {name}: {why}", highlight=False, markup=False, soft_wrap=True)


def queue_json(run: Run, capacity: int) -> dict[str, Any]:
    """The queue as one JSON document, on entity ids, without names."""
    return {
        "run_id": run.run_id,
        "cases": run.cases.slice(0, capacity).to_pylist(),
        "cases_in_all": run.cases.num_rows,
        "hits": run.hits.num_rows,
        "rows": run.told["rows"],
        "not_evaluable": run.not_evaluable,
    }


def coverage(console: Console, intake: Intake, evaluable: Mapping[str, str | None], profile: str) -> None:
    """Print what a screening would read, what it would quarantine, and which detectors it could evaluate."""
    table = Table(title=f"Registers read (profile {profile})", title_justify="left")
    for column in ("register", "payer", "files", "months", "rows", "quarantined lines", "withheld lines"):
        table.add_column(column, justify="left" if column in {"register", "payer", "months"} else "right")
    kinds = sorted({(file.register, file.payer) for file in intake.files})
    for register, payer in kinds:
        files = [file for file in intake.files if (file.register, file.payer) == (register, payer)]
        months = sorted({month for file in files for month in file.months})
        table.add_row(
            register, payer, str(len(files)), f"{months[0]} to {months[-1]} ({len(months)})" if months else "",
            *(f"{sum(getattr(file, name) for file in files):,}" for name in ("rows", "quarantined_lines", "withheld_lines")),
        )  # fmt: skip
    console.print(table)
    for file in intake.files:
        for reason, lines in sorted(file.reasons.items()):
            console.print(f"  {file.file_name}: {lines} lines quarantined, {reason}", highlight=False, markup=False)
        if file.dropped_columns:
            console.print(
                f"  {file.file_name}: dropped unread {', '.join(file.dropped_columns)}", highlight=False, markup=False
            )
        if file.ignored_columns:
            console.print(
                f"  {file.file_name}: ignored {', '.join(file.ignored_columns)}", highlight=False, markup=False
            )
        for note in file.notes:
            console.print(f"  {file.file_name}: {note}", highlight=False, markup=False)
    for unread in intake.unread:
        console.print(f"  {unread.file_name}: not read, {unread.reason}", highlight=False, markup=False)
    for name in intake.unmatched:
        console.print(f"  {name}: no delivery of the mapping asks for it", highlight=False, markup=False)
    told = Table(title="Detectors", title_justify="left")
    told.add_column("detector")
    told.add_column("can be evaluated")
    for name, why in evaluable.items():
        told.add_row(name, "yes" if why is None else f"no: {why}")
    console.print(told)


def detectors(console: Console) -> None:
    """Print the detector table."""
    table = Table(title_justify="left")
    for column in ("detector", "finds", "kind", "typologies", "needs"):
        table.add_column(column)
    for name, detector in catalogue().items():
        table.add_row(
            name,
            detector.title_en,
            ", ".join(detector.kinds),
            ", ".join(map(str, detector.typologies)),
            ", ".join(detector.needs),
        )
    console.print(table)
