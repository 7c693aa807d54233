"""What a judgement changed, in sentences: cases before and after. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from follow_money.triage.case import money
from follow_money.triage.changed_cases import ChangedCase

_WORDS: Final = {
    "sv": {
        "none": "Inget ärende ändrades.",
        "some": "Ärenden som ändrades: {n}.",
        "gone": "  {before}, nr {rank}, troligt {amount}: finns inte längre; {gone} fynd föll bort.",
        "new": "  {after}, nr {rank}, troligt {amount}: nytt, med {new} fynd.",
        "changed": "  {before}, nr {rank}, troligt {amount}: nu {after}, nr {rank_after}, troligt {amount_after}; {gone} fynd föll bort, {new} kom till.",
    },
    "en": {
        "none": "No case changed.",
        "some": "Cases that changed: {n}.",
        "gone": "  {before}, no {rank}, likely {amount}: is gone; {gone} findings fell away.",
        "new": "  {after}, no {rank}, likely {amount}: new, with {new} findings.",
        "changed": "  {before}, no {rank}, likely {amount}: now {after}, no {rank_after}, likely {amount_after}; {gone} findings fell away, {new} are new.",
    },
}


def changes_told(cases: Sequence[ChangedCase], language: str) -> Iterator[str]:
    """Sentences on entity ids and case ids alone."""
    words = _WORDS[language]
    yield words["some"].format(n=len(cases)) if cases else words["none"]
    for case in cases:
        told = {"gone": case.hits_gone, "new": case.hits_new}
        if case.after is None and case.before is not None:
            yield words["gone"].format(before=case.before["case_id"], **_place(case.before, language), **told)
        elif case.before is None and case.after is not None:
            yield words["new"].format(after=case.after["case_id"], **_place(case.after, language), **told)
        elif case.before is not None and case.after is not None:
            after = _place(case.after, language)
            yield words["changed"].format(
                before=case.before["case_id"],
                after=case.after["case_id"],
                rank_after=after["rank"],
                amount_after=after["amount"],
                **_place(case.before, language),
                **told,
            )


def _place(case: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {"rank": case["rank"], "amount": money(case["amount_likely_ore"], case["currency"], language)}
