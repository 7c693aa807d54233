"""What the command line prints of results: the queue, the detectors, entities found. Reads results and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pyarrow as pa
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from follow_money.detectors.catalogue import catalogue
from follow_money.detectors.coverage import not_evaluable_words
from follow_money.detectors.sentences import figure
from follow_money.referral.texts import unit_in_words
from follow_money.registers.quarantine import Reason
from follow_money.run import Run
from follow_money.told.said import say, wrapped
from follow_money.told.what_if import Level
from follow_money.triage.case import money, of_no_organisation
from follow_money.triage.case_file import Named
from follow_money.triage.decisions import Decision

_WORDS: Final = {
    "sv": {
        "title": "Ärenden, rangordnade efter vad som kan återkrävas och hur säkert det är",
        "who": "organisation, ärende och varför", "likely": "troligt\nbelopp", "sure": "säker-\nhet", "found": "fynd",
        "paid": "nr\nefter\nbelopp", "hits": "nr\nefter\nfynd", "none": "Inga fynd.",
        "beside": "Bredvid: platsen i en lista sorterad enbart efter utbetalt belopp, och enbart efter antal fynd.",
        "all": "Ärenden i allt: {n}.", "unseen": "Kunde inte prövas:",
        "quarantine": "I karantän, {file}: rader {lines}, {reason}.", "cut": " Filen är avbruten i slutet: be om en ny export.",
        "decided": "Beslut: {outcome}, {day}, {user}",
        "close": "avslutas", "notify": "underrättas", "investigate": "fördjupad granskning",
        "detector": "detektor", "finds": "söker", "kind": "slag", "needs": "behöver",
        "contradiction": "motsägelse", "rate": "andel", "flow": "flöde",
        "unit": "enhet", "limit": "gräns", "held": "inom\ndetektorn",
        "reach": "når\ngränsen", "hits_now": "varav\nfynd nu", "hits_gone": "fynd som\nfaller bort",
        "now": "nu", "q": "q högst", "observed": "minst",
        "most": "Högst så många: detektorns fasta golv och undantag gäller också vid en annan gräns.",
        "entity": "id", "name": "namn", "number": "nummer", "records": "poster", "nobody": "Ingen träff på sökningen.",
    },
    "en": {
        "title": "Cases, ranked by what can be recovered and how sure it is",
        "who": "organisation, case and why", "likely": "likely\namount", "sure": "sure-\nness", "found": "findings",
        "paid": "no by\namount", "hits": "no by\nhits", "none": "No findings.",
        "beside": "Beside: the place in a list sorted by amount paid alone, and by number of hits alone.",
        "all": "Cases in all: {n}.", "unseen": "Could not be evaluated:",
        "quarantine": "In quarantine, {file}: lines {lines}, {reason}.", "cut": " The file is cut off at its end: ask for a new export.",
        "decided": "Decision: {outcome}, {day}, {user}",
        "close": "close", "notify": "notify", "investigate": "investigate",
        "detector": "detector", "finds": "looks for", "kind": "kind", "needs": "needs",
        "contradiction": "contradiction", "rate": "rate", "flow": "flow",
        "unit": "unit", "limit": "limit", "held": "within the\ndetector",
        "reach": "reach\nthe limit", "hits_now": "of these\nhits now", "hits_gone": "hits that\nfall away",
        "now": "now", "q": "q at most", "observed": "at least",
        "most": "At most so many: the detector's fixed floors and exceptions hold at another limit too.",
        "entity": "id", "name": "name", "number": "number", "records": "rows", "nobody": "Nothing found.",
    },
}  # fmt: skip


_FIGURES: Final = ("sure", "found", "paid", "hits")
_TEXT_PLACE: Final = 2
_GAP: Final = 3
"""Characters between two columns."""
_NARROWEST: Final = 18
"""Characters of text below which a line cannot be read."""


def queue(console: Console, run: Run, *, capacity: int, language: str, decisions: Iterable[Decision] = ()) -> None:
    """Print the first ``capacity`` cases with the baselines beside, what was decided, and what could not be evaluated."""
    words = _WORDS[language]
    cases = run.cases.slice(0, capacity).to_pylist()
    if not cases:
        console.print(words["none"])
    else:
        console.print(words["title"], style="bold")
        decided = {decision.case_id: decision for decision in decisions}
        console.print(_queue_table(run, cases, decided, language, console.width))
        console.print(f"{words['beside']} {words['all'].format(n=len(run.cases))}", highlight=False)
    for (file, reason), lines in run.quarantined.items():
        cut = words["cut"] if reason == Reason.CUT_OFF else ""
        say(console, words["quarantine"].format(file=file, lines=lines, reason=reason) + cut)
    if run.not_evaluable:
        console.print(words["unseen"])
        for name, why in run.not_evaluable.items():
            say(console, wrapped(f"  {name}: {not_evaluable_words(why, language)}", console.width, "    "))


def _queue_table(
    run: Run, cases: list[dict[str, Any]], decided: dict[str, Decision], language: str, width: int
) -> Table:
    words = _WORDS[language]
    names = run.names(pa.array([case["organisation_id"] for case in cases], pa.string()))
    head = ["nr" if language == "sv" else "no", words["likely"], *(words[name] for name in _FIGURES)]
    figures = [
        (
            str(case["rank"]),
            money(case["amount_likely_ore"], case["currency"], language),
            f"{case['sureness']:.2f}",
            str(case["hits"]),
            str(case["rank_by_paid"]),
            str(case["rank_by_hits"]),
        )
        for case in cases
    ]
    taken = sum(
        max(len(line) for cell in column for line in cell.split("\n")) for column in zip(head, *figures, strict=True)
    )
    room = max(width - taken - _GAP * len(head), _NARROWEST)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, title in enumerate([*head[:2], wrapped(words["who"], room), *head[2:]]):
        table.add_column(title, justify="left" if place == _TEXT_PLACE else "right", no_wrap=True)
    for case, told in zip(cases, figures, strict=True):
        text = _who_and_why(case, names, decided.get(case["case_id"]), language, room)
        table.add_row(*told[:2], text, *told[2:], end_section=True)
    return table


def _who_and_why(
    case: dict[str, Any], names: dict[str, Named], decision: Decision | None, language: str, room: int
) -> Text:
    words = _WORDS[language]
    who = (
        names[case["organisation_id"]].name if case["organisation_id"] in names else of_no_organisation(case, language)
    )
    more = len(case["organisation_ids"]) - 1
    text = Text(wrapped(who + (f" +{more}" if more > 0 else ""), room), style="bold")
    text.append(f"\n{case['case_id']}\n", style="not bold")
    text.append(wrapped(case[f"reason_{language}"], room), style="not bold")
    if decision is not None:
        told = words["decided"].format(
            outcome=words[decision.outcome], day=decision.decided_at[:10], user=decision.user
        )
        text.append("\n" + wrapped(told, room), style="not bold italic")
    return text


def queue_json(run: Run, capacity: int, decisions: Iterable[Decision] = ()) -> dict[str, Any]:
    """The queue as one JSON document, on entity ids, without names."""
    decided = {decision.case_id: decision.outcome for decision in decisions}
    return {
        "run_id": run.run_id,
        "cases": [
            case | {"decided": decided.get(case["case_id"])} for case in run.cases.slice(0, capacity).to_pylist()
        ],
        "cases_in_all": run.cases.num_rows,
        "hits": run.hits.num_rows,
        "rows": run.told["rows"],
        "not_evaluable": run.not_evaluable,
    }


def found(console: Console, entities: pa.Table, *, language: str) -> None:
    """Print the entities that a search found."""
    words = _WORDS[language]
    if len(entities) == 0:
        console.print(words["nobody"])
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("entity", "name", "number", "records"):
        table.add_column(words[name], justify="right" if name == "records" else "left", no_wrap=name != "name")
    for row in entities.to_pylist():
        table.add_row(row["entity_id"], Text(row["name"] or "-"), Text(row["number"] or "-"), str(row["records"]))
    console.print(table)


def what_if(console: Console, levels: Iterable[Level], *, language: str) -> None:
    """Print how many findings there would be at other limits."""
    words = _WORDS[language]
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("unit", "limit", "held", "reach", "hits_now", "hits_gone"):
        table.add_column(words[name], justify="left" if name == "unit" else "right", no_wrap=name != "unit")
    for level in levels:
        limit = f"{words[level.by]} {figure(level.limit, language=language)}" + (
            f" ({words['now']})" if level.is_now else ""
        )
        held = figure(level.held, language=language, digits=2) if level.held is not None else ""
        table.add_row(
            unit_in_words(level.unit, language),
            limit,
            held,
            str(level.reach),
            str(level.hits_now),
            str(level.hits_gone),
        )
    console.print(table)
    say(console, words["most"])


def detectors(console: Console, *, language: str) -> None:
    """Print the detector table."""
    words = _WORDS[language]
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("detector", "finds", "kind", "needs"):
        table.add_column(words[name], no_wrap=name == "detector")
    for name, detector in catalogue().items():
        title = detector.title_sv if language == "sv" else detector.title_en
        kinds = ", ".join(words[kind] for kind in detector.kinds)
        table.add_row(name, title, kinds, ", ".join(detector.needs))
    console.print(table)


def detectors_json() -> list[dict[str, Any]]:
    """The same for machines."""
    return [
        {
            "detector": name,
            "version": detector.version,
            "title_sv": detector.title_sv,
            "title_en": detector.title_en,
            "kinds": [kind.value for kind in detector.kinds],
            "typologies": list(detector.typologies),
            "needs": {register: list(columns) for register, columns in detector.needs.items()},
            "default_on": detector.default_on,
        }
        for name, detector in catalogue().items()
    ]
