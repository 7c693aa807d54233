"""The queue as a picture: one bar a ranked case, from the low to the high amount at risk, with a mark at the likely
one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from follow_money.pictures.kronor import kronor
from follow_money.pictures.picture import Picture
from follow_money.pictures.svg import BLUE, GRID, INK, SKY, SOFT_INK, box, document, label, line, shortened
from follow_money.registers.contract.programmes import programme_words

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH: Final = 900
"""Width in px at which the picture is read: a README's column."""

_ROW: Final = 38
_TOP: Final = 84
_BAR_LEFT: Final = 372
_BAR_RIGHT: Final = 690

_DATA: Final = pa.schema(
    [
        ("rank", pa.int64()),
        ("case_id", pa.string()),
        ("label", pa.string()),
        ("programmes", pa.string()),
        ("contradictions", pa.int64()),
        ("other_hits", pa.int64()),
        ("amount_low_ore", pa.int64()),
        ("amount_likely_ore", pa.int64()),
        ("amount_high_ore", pa.int64()),
    ]
)

_WORDS: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "title": "Ärendekön: belopp i fråga per ärende",
        "subtitle": (
            "Stapeln går från lågt till högt belopp, strecket är det troliga. "
            "Ett ärende är ingen slutsats: en människa prövar det."
        ),
        "case": "Ärende",
        "amount": "Lågt – troligt – högt",
        "hits": "Träffar",
        "contradiction": "motsägelse",
        "contradictions": "motsägelser",
        "other": "övriga",
        "more": "Ytterligare {n} ärenden visas inte.",
        "empty": "Kön är tom.",
        "description": "{n} ärenden i rangordning. Först: {first}, troligt belopp {amount}.",
        "nothing": "Inga ärenden.",
    },
    "en": {
        "title": "The queue: amount at risk per case",
        "subtitle": (
            "The bar runs from the low to the high amount, the mark is the likely one. "
            "A case is no conclusion: a person judges it."
        ),
        "case": "Case",
        "amount": "Low – likely – high",
        "hits": "Hits",
        "contradiction": "contradiction",
        "contradictions": "contradictions",
        "other": "others",
        "more": "{n} more cases are not shown.",
        "empty": "The queue is empty.",
        "description": "{n} cases in rank order. First: {first}, likely amount {amount}.",
        "nothing": "No cases.",
    },
}


def queue_picture(
    cases: pa.Table, names: Mapping[str, str] | None = None, *, language: str = "sv", limit: int = 20
) -> Picture:
    """The ranked cases as bars.

    ``cases``: rows of `model.CASES`. ``names``: entity id to the name to show; without it only ids appear. At most
    ``limit`` cases are drawn, the rest is counted. ``data`` has one row a drawn case, amounts in öre.
    """
    words = _WORDS[language]
    ranked = sorted(cases.to_pylist(), key=lambda case: (case["rank"], case["case_id"]))
    rows = [_row(case, names or {}, programme_words(language)) for case in ranked[:limit]]
    height = _TOP + _ROW * max(len(rows), 1) + (46 if len(ranked) > limit else 24)
    elements = [
        label(20, 30, words["title"], size=18, bold=True),
        label(20, 50, words["subtitle"], size=11, fill=SOFT_INK),
        label(20, _TOP - 12, words["case"], size=11, fill=SOFT_INK),
        label(_BAR_LEFT, _TOP - 12, words["amount"], size=11, fill=SOFT_INK),
        label(WIDTH - 20, _TOP - 12, words["hits"], size=11, fill=SOFT_INK, anchor="end"),
        line(20, _TOP - 4, WIDTH - 20, _TOP - 4, stroke=SOFT_INK),
    ]
    widest = max((row["amount_high_ore"] for row in rows), default=0) or 1
    for place, row in enumerate(rows):
        elements.extend(_bar(row, _TOP + place * _ROW, widest, words, language))
    if not rows:
        elements.append(label(20, _TOP + 24, words["empty"]))
    if len(ranked) > limit:
        more = words["more"].format(n=len(ranked) - limit)
        elements.append(label(20, height - 16, more, size=11, fill=SOFT_INK))
    description = words["nothing"]
    if rows:
        amount = kronor(rows[0]["amount_likely_ore"], language)
        description = words["description"].format(n=len(ranked), first=rows[0]["label"], amount=amount)
    svg = document(WIDTH, height, elements, title=words["title"], description=description)
    return Picture(svg=svg, data=pa.Table.from_pylist(rows, schema=_DATA), description=description)


def _row(case: Mapping[str, Any], names: Mapping[str, str], programmes: Mapping[str, str]) -> dict[str, Any]:
    organisation = case["organisation_id"] or case["case_id"]
    return {
        "rank": case["rank"],
        "case_id": case["case_id"],
        "label": names.get(organisation, organisation),
        "programmes": ", ".join(programmes.get(programme, programme) for programme in case["programmes"]),
        "contradictions": case["contradictions"],
        "other_hits": case["hits"] - case["contradictions"],
        "amount_low_ore": case["amount_low_ore"],
        "amount_likely_ore": case["amount_likely_ore"],
        "amount_high_ore": case["amount_high_ore"],
    }


def _bar(row: Mapping[str, Any], top: float, widest: int, words: Mapping[str, str], language: str) -> list[str]:
    def place(ore: int) -> float:
        return _BAR_LEFT + (_BAR_RIGHT - _BAR_LEFT) * max(ore, 0) / widest

    low, likely, high = (row[f"amount_{bound}_ore"] for bound in ("low", "likely", "high"))
    told = " – ".join(kronor(ore, language) for ore in (low, likely, high))
    few = row["contradictions"] == 1
    sure = f"{row['contradictions']} {words['contradiction' if few else 'contradictions']}"
    return [
        label(44, top + 17, str(row["rank"]), size=14, bold=True, anchor="end"),
        label(56, top + 16, shortened(row["label"], 38), size=12),
        label(56, top + 30, shortened(f"{row['programmes']} · {row['case_id']}", 48), size=10, fill=SOFT_INK),
        box(place(low), top + 5, max(place(high) - place(low), 2), 11, fill=SKY, stroke=BLUE, title=told),
        line(place(likely), top + 2, place(likely), top + 19, stroke=INK, width=3),
        label(_BAR_LEFT, top + 30, told, size=10, fill=SOFT_INK),
        label(WIDTH - 20, top + 16, sure, size=12, anchor="end", bold=row["contradictions"] > 0),
        label(WIDTH - 20, top + 30, f"{row['other_hits']} {words['other']}", size=10, fill=SOFT_INK, anchor="end"),
        line(20, top + _ROW - 2, WIDTH - 20, top + _ROW - 2, stroke=GRID),
    ]
