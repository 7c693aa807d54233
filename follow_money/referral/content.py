"""What a packet's document says: sentences and tables as plain data, ready to be typeset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from follow_money.detectors.coverage import not_evaluable_words
from follow_money.pictures.kronor import kronor
from follow_money.pictures.spans import STOCKHOLM, register_label
from follow_money.referral.amounts import BOUNDS
from follow_money.referral.hit_section import PARTIES_SHOWN, hit_section, party_line, period_line
from follow_money.registers.contract.programmes import programme_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from follow_money.referral.draft import Draft

_DECISIONS_SHOWN: Final = 12
ROWS_SHOWN: Final = 40
"""Evidence rows in the document; the CSV holds all."""


def content(draft: Draft) -> dict[str, Any]:
    """The document as JSON-ready data: one key a section, all values text, lists or dicts of text."""
    texts, case = draft.texts, draft.case
    decides = draft.recipient.decides_sv if draft.language == "sv" else draft.recipient.decides_en
    return {
        "language": draft.language,
        "texts": texts,
        "case_id": case.case["case_id"],
        "title": texts["title"].format(authority=draft.authority),
        "is_synthetic": case.is_synthetic,
        "intro": [
            texts["intro"]["draft"],
            texts["intro"]["not_a_decision"].format(authority=draft.authority, decides=decides),
        ]
        + ([texts["intro"]["synthetic"]] if case.is_synthetic else []),
        "facts": _facts(draft),
        "gateway": _gateway(draft),
        "hits": [hit_section(draft, place) for place in range(len(draft.part.hits))],
        "amounts": _amounts(draft),
        "not_evaluable": [
            [draft.title_of(name), not_evaluable_words(want, draft.language)]
            for name, want in sorted(case.not_evaluable.items())
        ],
        "left_out": [f"{texts['unchecked'][reason]}: {count}" for reason, count in draft.part.left_out.items()],
        "minimised": texts["unchecked"]["minimised"].format(fields=", ".join(draft.part.minimised))
        if draft.part.minimised
        else "",
        "evidence": _evidence(draft),
        "picture": {"svg": draft.picture.svg, "description": draft.picture.description},
        "trail": _trail(draft),
        "method": _method(draft),
        "sources": _sources(draft),
        "next": [step.format(authority=draft.authority) for step in texts["next"]["steps"]],
        "decision": texts["next"]["decision"].format(authority=draft.authority),
    }


def _facts(draft: Draft) -> list[list[str]]:
    words, texts, hits = draft.texts["facts"], draft.texts, draft.part.hits
    low, likely, high = (draft.money(amount) for amount in draft.amounts.total)
    organisations = [party_line(draft, party) for party in draft.parties if party["kind"] == "organisation"]
    persons = [party_line(draft, party) for party in draft.parties if party["kind"] == "person"]
    own = [row["facts"] for row in draft.part.evidence if row["facts"]]
    decisions = sorted({facts["decision_id"] for facts in own if facts.get("decision_id")})
    return [
        [words["recipient"], draft.authority],
        [words["organisation"], "\n".join(organisations) or texts["unknown"]],
        [words["persons"], _first(persons, PARTIES_SHOWN, words["more_persons"]) or texts["none"]],
        [words["payer"], _labels({hit["payer"] for hit in hits}, texts["payers"]) or draft.authority],
        [words["programme"], _labels({hit["programme"] for hit in hits}, programme_words(draft.language))],
        [words["period"], period_line(draft, [hit["period_from"] for hit in hits], [hit["period_to"] for hit in hits])],
        [
            words["decisions"],
            _first(decisions, _DECISIONS_SHOWN, words["more_decisions"], glue=", ") or texts["unknown"],
        ],
        [words["amount"], words["amount_value"].format(low=low, likely=likely, high=high)],
        [words["author"], draft.author],
        [words["created"], draft.created.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M")],
        [words["run"], draft.case.run_id],
    ]


def _first(told: Sequence[str], shown: int, more: str, *, glue: str = "\n") -> str:
    rest = [more.format(n=len(told) - shown)] if len(told) > shown else []
    return glue.join([*told[:shown], *rest])


def _gateway(draft: Draft) -> dict[str, Any]:
    """What page 1 says of the legal ground: the first that is valid on the day, or that none is confirmed."""
    words = draft.texts["gateway"]
    chosen = next((verdict.gateway for verdict in draft.verdicts if verdict.is_valid), None)
    sentences = [words["none"]]
    if chosen is not None:
        since = chosen.since
        sentences = [words["proposed"].format(id=chosen.id, version=chosen.version, law=chosen.law, since=since)]
        sentences += [words["givers"].format(givers=chosen.givers[draft.language])] * bool(
            chosen.givers[draft.language]
        )
        sentences += [words["when"].format(when=chosen.when[draft.language])] * bool(chosen.when[draft.language])
    others = [
        f"{verdict.gateway.id} ({verdict.gateway.law}): {words[verdict.reason]}"
        for verdict in draft.verdicts
        if verdict.reason
    ]
    return {"is_confirmed": chosen is not None, "sentences": [*sentences, words["bar"]], "others": others}


def _labels(codes: Iterable[str | None], words: Mapping[str, str]) -> str:
    return ", ".join(words.get(code, code) for code in sorted(code for code in codes if code))


def _amounts(draft: Draft) -> dict[str, Any]:
    per_hit = [
        [
            draft.texts["contradicted"]["number"].format(n=place + 1),
            hit["amount_kind"],
            *(draft.money(amount) for amount in draft.amounts.per_hit[place]),
        ]
        for place, hit in enumerate(draft.part.hits)
    ]
    return {
        "columns": [draft.texts[bound] for bound in BOUNDS],
        "rows": per_hit,
        "shared": [draft.money(-amount) for amount in draft.amounts.shared] if any(draft.amounts.shared) else [],
        "total": [draft.money(amount) for amount in draft.amounts.total],
        "rules": [draft.texts["amounts"][kind] for kind in sorted({hit["amount_kind"] for hit in draft.part.hits})],
    }


def _shown(draft: Draft) -> list[Mapping[str, Any]]:
    """The first rows of each hit, role and register, so that the claim stands beside what contradicts it."""
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for row in draft.part.evidence:
        groups.setdefault((row["hit_id"], row["role"], row["register"]), []).append(row)
    quota = max(ROWS_SHOWN // len(groups), 2) if groups else 0
    return [row for group in groups.values() for row in group[:quota]]


def _evidence(draft: Draft) -> dict[str, Any]:
    words = draft.texts["evidence"]
    number = {hit["hit_id"]: str(place + 1) for place, hit in enumerate(draft.part.hits)}
    shown = _shown(draft)
    rows = [
        [
            number[row["hit_id"]],
            words[row["role"]],
            register_label(row["register"], draft.language),
            row["origin"]["file"],
            str(row["origin"]["line"]),
            kronor(row["amount_ore"], draft.language, with_ore=True) if row["amount_ore"] else "–",
            row[f"note_{draft.language}"],
            row["origin"]["sha256"][:12],
        ]
        for row in shown
    ]
    return {"intro": words["intro"].format(shown=len(shown), all=len(draft.part.evidence)), "rows": rows}


def _trail(draft: Draft) -> dict[str, str] | None:
    """The trail of a hit, where there is one."""
    if draft.trail is None:
        return None
    picture, words = draft.trail.picture, draft.texts
    number = words["contradicted"]["number"].format(n=draft.trail.place + 1)
    return {
        "svg": picture.svg,
        "description": picture.description,
        "caption": words["trail"]["caption"].format(hit=number),
    }


def _method(draft: Draft) -> list[dict[str, Any]]:
    told = []
    for name in sorted({hit["detector"] for hit in draft.part.hits}):
        text = draft.case.detectors.get(name)
        if text is None:
            told.append({"title": name, "version": "", "why": "", "not_flagged": "", "parameters": "", "source": ""})
            continue
        told.append(
            {
                "title": draft.title_of(name),
                "version": f"{name}, {draft.texts['method']['version'].format(version=text.version)}",
                "why": _flowing(text.why_sv if draft.language == "sv" else text.why),
                "not_flagged": _flowing(text.not_flagged),
                "parameters": ", ".join(f"{key} = {value}" for key, value in sorted(text.parameters.items()))
                or draft.texts["none"],
                "source": _flowing(text.source),
            }
        )
    return told


def _flowing(docstring: str) -> str:
    # A docstring's line breaks are where its source file is narrow.
    return " ".join(docstring.split())


def _sources(draft: Draft) -> dict[str, Any]:
    words = draft.texts["sources"]
    rows = [
        {
            "file": source["file_name"],
            "register": register_label(source["register"], draft.language),
            "payer": draft.texts["payers"].get(source["payer"], source["payer"]),
            "basis": source["legal_basis"],
            "lines": f"{source['lines']} ("
            + ", ".join(f"{source[f'{state}_lines']} {words[state]}" for state in ("loaded", "quarantined", "withheld"))
            + ")",
            "sha256": source["sha256"],
        }
        for source in draft.part.sources
    ]
    case = draft.case
    span = words["span"].format(first=case.data_from, last=case.data_to) if case.data_from and case.data_to else ""
    return {
        "rows": rows,
        "span": span,
        "tool": draft.texts["method"]["tool"].format(version=draft.version, run=case.run_id),
    }
