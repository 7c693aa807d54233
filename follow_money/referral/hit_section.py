"""What a packet's document says of one hit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from follow_money.detectors.sentences import figure
from follow_money.model import EvidenceRole, HitKind
from follow_money.pictures.spans import register_label
from follow_money.referral.texts import unit_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from follow_money.referral.draft import Draft

PARTIES_SHOWN: Final = 12
"""Parties of a hit in the document; the JSON holds all."""

_CLAIMS: Final = ("time_reports", "claims", "invoices", "decisions")
"""Registers that hold what was claimed, first the most direct one; the others contradict it."""


def hit_section(draft: Draft, place: int) -> dict[str, Any]:
    """What the document says of the hit at a place: its reason, what contradicts what, figures, parties, amounts,
    what speaks against.
    """
    hit, words, texts = draft.part.hits[place], draft.texts["contradicted"], draft.texts
    rows = [row for row in draft.part.evidence if row["hit_id"] == hit["hit_id"]]
    against = sum(row["role"] == EvidenceRole.AGAINST for row in rows)
    known = {party["entity_id"]: party for party in draft.parties}
    low, likely, high = (draft.money(amount) for amount in draft.amounts.per_hit[place])
    lead = [sentence[draft.language] for sentence in hit["counter_evidence"]]
    return {
        "number": words["number"].format(n=place + 1),
        "kind": words[hit["kind"]],
        "title": draft.title_of(hit["detector"]),
        "hit_id": hit["hit_id"],
        "reason": hit[f"reason_{draft.language}"],
        "contradicted": _contradicted(draft, hit, rows),
        "figures": _figures(draft, hit),
        "period": period_line(draft, [hit["period_from"]], [hit["period_to"]]),
        "parties": [
            party_line(draft, {**known[party["entity_id"]], "roles": [party["role"]]})
            for party in _parties(hit)[:PARTIES_SHOWN]
        ],
        "amount": texts["facts"]["amount_value"].format(low=low, likely=likely, high=high),
        "counter_evidence": lead + [texts["against"]["rows_against"].format(n=against)] * bool(against),
        "look_alikes": [look[draft.language] for look in hit["look_alikes"]],
    }


def _parties(hit: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The organisation that the hit is about first: a reader must see whose claim it is."""
    subject = [{"entity_id": hit["organisation_id"], "role": "subject"}] if hit["organisation_id"] else []
    return [*subject, *hit["parties"]]


def _contradicted(draft: Draft, hit: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    words = draft.texts["contradicted"]
    counts: dict[str, int] = {}
    for row in rows:
        if row["role"] == EvidenceRole.FOR:
            counts[row["register"]] = counts.get(row["register"], 0) + 1
    if not counts:
        return ""
    claim = next((register for register in _CLAIMS if register in counts), min(counts))
    told = {register: _counted(draft, register, count) for register, count in sorted(counts.items())}
    others = [text for register, text in told.items() if register != claim]
    subject = told[claim][:1].upper() + told[claim][1:]
    if hit["kind"] == HitKind.RATE:
        return str(words["rate_says"].format(claim=subject))
    if hit["kind"] == HitKind.FLOW:
        return str(words["flow_says"].format(claim=", ".join(told.values())))
    if others:
        return str(words["against_other"].format(claim=subject, others=", ".join(others)))
    return str(words["against_itself"].format(claim=subject))


def _counted(draft: Draft, register: str, count: int) -> str:
    return f"{register_label(register, draft.language)} ({count} {draft.texts['row' if count == 1 else 'rows']})"


def _figures(draft: Draft, hit: Mapping[str, Any]) -> str:
    words = draft.texts["contradicted"]
    language = draft.language
    unit = unit_in_words(hit["unit"], language)
    told = [words["observed"].format(observed=figure(hit["observed"], language=language), unit=unit)]
    for name, key in (("expected", "expected"), ("p_value", "probability"), ("q_value", "false_discovery")):
        if hit[name] is not None and hit[name] == hit[name]:  # not NaN
            told.append(words[key].format(**{name.removesuffix("_value"): figure(hit[name], language=language)}))
    if hit["link_probability"] < 1:
        told.append(words["link"].format(probability=figure(hit["link_probability"], language=language)))
    return " ".join(told)


def party_line(draft: Draft, party: Mapping[str, Any]) -> str:
    """A party with its number and roles, or that its name is not handed over."""
    texts = draft.texts
    blank = (
        texts["unnamed_person"]
        if party["kind"] == "person"
        else texts["unnamed_organisation"]
        if party["kind"] == "organisation"
        else texts.get(party["kind"], texts["party"])
    )
    name = party["name"] or blank
    number = f" ({party['number']})" if party["number"] else ""
    roles = ", ".join(texts["roles"].get(role, role) for role in party["roles"] if role != party["kind"])
    return f"{name}{number}" + (f" – {roles}" if roles else "")


def period_line(draft: Draft, starts: Iterable[date | None], ends: Iterable[date | None]) -> str:
    """The period that covers all of them."""
    first, last = [day for day in starts if day], [day for day in ends if day]
    if not first and not last:
        return str(draft.texts["unknown"])
    return f"{min(first) if first else '…'} – {max(last) if last else '…'}"
