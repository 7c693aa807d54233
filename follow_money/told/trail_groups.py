"""What a trail says beside its ends: by which month and decision money reached them, and the outer bound, in sentences and as JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import pyarrow as pa

from follow_money.graph.flows.exit_classes import EXIT_WORDS, ExitClass
from follow_money.graph.flows.origin_classes import ORIGIN_WORDS, OriginClass
from follow_money.graph.flows.trail_groups import NO_DECISION, source_ore
from follow_money.pictures.between import between
from follow_money.pictures.kronor import kronor
from follow_money.run_trail import RunTrail

_GROUPS_SHOWN: Final = 6
"""So many months and decisions are told, those with most money; more are counted."""

_ENDS_SHOWN: Final = 3
"""So many ends of each."""

_WORDS: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "month": "Vad som nådde ett slut, efter de följda betalningarnas månad:",
        "decision": "Vad som nådde ett slut, efter beslutet som de följda betalningarna vilar på (räkningen, där den inte anger något beslut):",
        "group": "  {group}, av {amount}: {ends}",
        "end": "{bounds} {what}",
        "nothing": "inget nådde ett slut",
        "one more end": "1 slut till",
        "more ends": "{n} slut till",
        "more": "  och {n} till, med mindre; --json visar fler",
        "none": "inget beslut angivet",
        "bound": "Yttre gräns, om allt som en berörd kassa betalar räknas som berört (poison). Det skapar pengar och kan överstiga det följda; "
        "det säger bara var följda pengar alls kan ha varit:",
        "most": "  högst {amount}: {what}",
    },
    "en": {
        "month": "What reached an end, by the month of the followed payments:",
        "decision": "What reached an end, by the decision that the followed payments rest on (the claim, where it tells no decision):",
        "group": "  {group}, of {amount}: {ends}",
        "end": "{bounds} {what}",
        "nothing": "none of it reached an end",
        "one more end": "1 more end",
        "more ends": "{n} more ends",
        "more": "  and {n} more, of less; --json shows more",
        "none": "no decision told",
        "bound": "Outer bound, if all that a touched purse pays counts as touched (poison). It makes money and can exceed what is followed; it says only where "
        "followed money can have been at all:",
        "most": "  at most {amount}: {what}",
    },
}


def groups_told(found: RunTrail, language: str) -> Iterator[str]:
    """Which months' and which decisions' money reached which ends. A single month says nothing more than the ends do, nor does a trail without decisions."""
    if len(set(found.source_months)) > 1:
        yield from _groups(found, "month", found.source_months, found.by_month, language)
    if set(found.source_decisions) != {NO_DECISION}:
        yield from _groups(found, "decision", found.source_decisions, found.by_decision, language)


def bound_told(found: RunTrail, language: str) -> Iterator[str]:
    """The outer bound, end by end."""
    words = _WORDS[language]
    yield words["bound"]
    for end, most in found.outer_bound.items():
        what = end_words(end, language, is_backward=found.trail.is_backward)
        yield words["most"].format(amount=kronor(most, language), what=what)


def groups_json(found: RunTrail) -> dict[str, list[dict[str, Any]]]:
    """``by_month`` and ``by_decision`` with all their ends, in öre; a decision that is not told is null, the smallest of many are "…" together."""
    return {
        "by_month": [_named_end(row, found) for row in found.by_month.to_pylist()],
        "by_decision": [
            _named_end(row, found) | {"decision": row["decision"] or None} for row in found.by_decision.to_pylist()
        ],
    }


def bound_json(found: RunTrail) -> list[dict[str, Any]]:
    """The outer bound, end by end."""
    return [_named_end({"exit_class": end, "most_ore": most}, found) for end, most in found.outer_bound.items()]


def end_words(exit_class: int, language: str, *, is_backward: bool = False) -> str:
    """What an end is called in a list."""
    return (
        ORIGIN_WORDS[language][OriginClass(exit_class)] if is_backward else EXIT_WORDS[language][ExitClass(exit_class)]
    )


def end_of(exit_class: int, *, is_backward: bool) -> ExitClass | OriginClass:
    """The end of that number: backward, an origin."""
    return OriginClass(exit_class) if is_backward else ExitClass(exit_class)


def _named_end(row: dict[str, Any], found: RunTrail) -> dict[str, Any]:
    return {"end": end_of(row["exit_class"], is_backward=found.trail.is_backward).name.lower(), **row}


def _groups(found: RunTrail, name: str, groups: Sequence[str], ends: pa.Table, language: str) -> Iterator[str]:
    words = _WORDS[language]
    ore = source_ore(found.trail, groups)
    reached: dict[str, list[dict[str, Any]]] = {}
    for row in ends.to_pylist():
        reached.setdefault(row[name], []).append(row)
    shown = list(ore)[:_GROUPS_SHOWN]
    yield words[name]
    for group in sorted(shown) if name == "month" else shown:
        told = [
            words["end"].format(
                bounds=between(row["low_ore"], row["high_ore"], language),
                what=end_words(row["exit_class"], language, is_backward=found.trail.is_backward),
            )
            for row in reached.get(group, [])[:_ENDS_SHOWN]
        ]
        if (more := len(reached.get(group, [])) - _ENDS_SHOWN) > 0:
            told.append(words["one more end" if more == 1 else "more ends"].format(n=more))
        yield words["group"].format(
            group=words["none"] if group == NO_DECISION else group,
            amount=kronor(ore[group], language),
            ends="; ".join(told) or words["nothing"],
        )
    if len(ore) > len(shown):
        yield words["more"].format(n=len(ore) - len(shown))
