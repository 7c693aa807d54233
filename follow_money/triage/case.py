"""One case as a person reads it: what is at risk, what was found in sentences, and what speaks against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from follow_money.detectors.sentences import figure
from follow_money.registers.contract.programmes import programme_words

_WORDS: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "head": "{case}, nr {rank}: {who}",
        "risk": "Belopp i fråga: troligt {likely} (lägst {low}, högst {high}); i och för fyndens månader betalades {exposed}. Säkerhet {sure:.2f}. "
        "Nr {paid} efter utbetalt belopp, nr {hits} efter antal fynd.",
        "against": "Talar emot",
        "rule out": "Att utesluta",
        "contradiction": "motsägelse",
        "rate": "avvikande andel",
        "flow": "penningflöde",
        "nobody": "ingen organisation: {programmes}",
        "judge": "Ett ärende är ingen slutsats: en människa prövar det.",
    },
    "en": {
        "head": "{case}, no {rank}: {who}",
        "risk": "At risk: likely {likely} (low {low}, high {high}); {exposed} was paid in and for the months of the findings. Sureness {sure:.2f}. "
        "No {paid} by amount paid, no {hits} by number of findings.",
        "against": "Speaks against",
        "rule out": "To rule out",
        "contradiction": "contradiction",
        "rate": "unusual rate",
        "flow": "flow of money",
        "nobody": "no organisation: {programmes}",
        "judge": "A case is no conclusion: a person judges it.",
    },
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One hit in sentences. ``against`` was found and speaks against it; ``rule_out`` are lawful explanations to look into."""

    hit_id: str
    detector: str
    kind: str
    reason: str
    figures: str
    against: tuple[str, ...]
    rule_out: tuple[str, ...]
    language: str

    def sentences(self) -> list[str]:
        """What was found, then what speaks against it, one line each."""
        words = _WORDS[self.language]
        told = [f"{self.hit_id} {self.detector} ({words[self.kind]}): {self.reason}"]
        told += [f"  {self.figures}"] if self.figures else []
        told += [f"  {words['against']}: {text}" for text in self.against]
        return told + [f"  {words['rule out']}: {text}" for text in self.rule_out]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case with the names of its organisations, for somebody entitled to see them."""

    case_id: str
    head: str
    risk: str
    findings: tuple[Finding, ...]
    language: str

    def sentences(self) -> list[str]:
        """The whole case as lines of text."""
        return [self.head, self.risk, *(line for finding in self.findings for line in finding.sentences())]

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        words = _WORDS[self.language]
        parts = [f"<h3>{escape(self.head)}</h3><p>{escape(self.risk)}</p>"]
        for finding in self.findings:
            parts.append(
                f"<p style='margin-bottom:0'><b>{escape(finding.reason)}</b><br>"
                f"<small>{escape(finding.detector)}, {words[finding.kind]}, {escape(finding.hit_id)}"
                f"{', ' + escape(finding.figures) if finding.figures else ''}</small></p>"
            )
            lines = [(words["against"], text) for text in finding.against]
            lines += [(words["rule out"], text) for text in finding.rule_out]
            items = "".join(f"<li><i>{title}:</i> {escape(text)}</li>" for title, text in lines)
            parts.append(f"<ul style='margin-top:0'>{items}</ul>")
        return "\n".join([*parts, f"<p><small>{words['judge']}</small></p>"])


def told_case(
    case: Mapping[str, Any], hits: Sequence[Mapping[str, Any]], names: Mapping[str, str], language: str
) -> Case:
    """A row of ``model.CASES`` and its rows of ``model.HITS`` in sentences; ``names`` by entity id. ``language`` is sv or en."""
    words = _WORDS[language]
    who = ", ".join(f"{names.get(entity, entity)} ({entity})" for entity in case["organisation_ids"])
    who = who or of_no_organisation(case, language)
    amounts = {
        name: money(case[f"amount_{name}_ore"], case["currency"], language) for name in ("low", "likely", "high")
    }
    amounts["exposed"] = money(case["exposed_ore"], case["currency"], language)
    ranks = {"paid": case["rank_by_paid"], "hits": case["rank_by_hits"]}
    return Case(
        case_id=case["case_id"],
        head=words["head"].format(case=case["case_id"], rank=case["rank"], who=who),
        risk=words["risk"].format(**amounts, **ranks, sure=case["sureness"]),
        findings=tuple(told_finding(hit, language) for hit in hits),
        language=language,
    )


def of_no_organisation(case: Mapping[str, Any], language: str) -> str:
    """What stands in place of a name where a case is about claims or decisions of natural persons: the programmes."""
    words = programme_words(language)
    programmes = ", ".join(words[code] for code in case["programmes"])
    return _WORDS[language]["nobody"].format(programmes=programmes or "-")


def told_finding(hit: Mapping[str, Any], language: str) -> Finding:
    """A row of ``model.HITS`` in sentences."""
    figures = [
        f"{name} = {figure(hit[f'{name}_value'], language=language, digits=2)}"
        for name in ("p", "q")
        if hit[f"{name}_value"] is not None
    ]
    return Finding(
        hit_id=hit["hit_id"],
        detector=hit["detector"],
        kind=hit["kind"],
        reason=hit[f"reason_{language}"],
        figures=", ".join(figures),
        against=tuple(text[language] for text in hit["counter_evidence"]),
        rule_out=tuple(text[language] for text in hit["look_alikes"]),
        language=language,
    )


def money(ore: int, currency: str, language: str) -> str:
    """An amount as people read it: ``1 234 kr``, ``SEK 1,234``; other currencies by their code."""
    whole = f"{round(ore / 100):,}"
    if language == "en":
        return f"{currency} {whole}"
    return f"{whole} {'kr' if currency == 'SEK' else currency}".replace(",", "\u00a0").replace(" ", "\u00a0")
