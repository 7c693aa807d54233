"""Explain: what a case, a hit, an entity or a detector is, in sentences and source rows; also why something was not flagged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money.detectors.catalogue import catalogue, is_of_rates
from follow_money.detectors.coverage import not_evaluable_words
from follow_money.detectors.nulls import expected_in_words, null_in_words
from follow_money.errors import UsageError
from follow_money.run import Run
from follow_money.told.explained_descriptions import register_told, role_told, tie_told
from follow_money.told.explained_identity import id_history, identity_told
from follow_money.told.explained_tests import why_not
from follow_money.triage.case import money, told_finding

_WORDS: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "version": "version",
        "Why": "Varför",
        "Not flagged": "Ger inget fynd (på engelska)",
        "Parameters": "Parametrar (på engelska)",
        "Source": "Källa (på engelska)",
        "null": "Prövas mot",
        "honest": "Felaktiga fynd att vänta",
        "look": "Lagliga förklaringar att utesluta:",
        "rows": "Källrader ({n}):",
        "line": "rad",
        "more": "och {n} till; --rows visar fler, underrättelsen (paketet) har alla",
        "entity": "{entity}: {kind}, från {mentions} beskrivningar i {registers} register.",
        "person": "en person",
        "organisation": "en organisation",
        "account": "ett konto",
        "party": "en part",
        "mention": "{register} som {role}: {told} ({records} rader; {why}{sure})",
        "probability": "sannolikhet",
        "no hits": "Inga fynd om {entity} själv.",
        "in case": "Ingår i ärende {case}, nr {rank}.",
        "not flagged": "Inget fynd av {detector}: {why}",
        "nothing": "Fanns inget att pröva för: {detectors}",
        "off": "Inte påslagna: {detectors}",
        "unseen": "Kunde inte prövas, {detector}: {why}",
    },
    "en": {
        "version": "version",
        "Why": "Why",
        "Not flagged": "Not flagged",
        "Parameters": "Parameters",
        "Source": "Source",
        "null": "Null",
        "honest": "False positives to expect",
        "look": "Lawful explanations to rule out:",
        "rows": "Source rows ({n}):",
        "line": "line",
        "more": "and {n} more; --rows prints more, the packet holds all",
        "entity": "{entity}: {kind}, from {mentions} descriptions in {registers} registers.",
        "person": "a person",
        "organisation": "an organisation",
        "account": "an account",
        "party": "a party",
        "mention": "{register} as {role}: {told} ({records} rows; {why}{sure})",
        "probability": "probability",
        "no hits": "No findings about {entity} itself.",
        "in case": "Part of case {case}, no {rank}.",
        "not flagged": "Not flagged by {detector}: {why}",
        "nothing": "Nothing for these detectors to look at: {detectors}",
        "off": "Not on: {detectors}",
        "unseen": "Not evaluable, {detector}: {why}",
    },
}


def explain(run: Run | None, what: str, *, rows: int, language: str) -> Iterator[str]:
    """Sentences about ``what``: a detector's name, a hit id, an entity id, or a case by id or rank. Raises UsageError for anything else."""
    if what in catalogue():
        return _detector(what, language)
    if run is None:
        raise UsageError(
            f"'{what}' is no detector, and there is no finished run to look it up in. "
            "Make one with: follow-money screen FOLDER"
        )
    if what.startswith("H-"):
        return _hit(run, what, rows, language)
    if what[:2] in {"P-", "O-", "A-"}:
        return _entity(run, what, rows, language)
    return _case(run, run.case_id(what), rows, language)


def _detector(name: str, language: str) -> Iterator[str]:
    words, detector = _WORDS[language], catalogue()[name]
    sections = detector.sections()
    first, other = detector.title_sv, detector.title_en
    if language == "en":
        first, other = other, first
    yield f"{first} ({other}), {words['version']} {detector.version}"
    yield f"{words['Why']}: {detector.why_sv if language == 'sv' else sections[''] + ' ' + _on_one_line(sections['Why'])}"
    for heading in ("Not flagged", "Parameters", "Source"):
        text = sections[heading] if heading == "Parameters" else _on_one_line(sections[heading])
        yield f"{words[heading]}: " + text.replace("\n", "\n  ")
    yield f"{words['null']}: {null_in_words(detector, language)}"
    yield f"{words['honest']}: {expected_in_words(detector, language)}"
    yield words["look"]
    for look in detector.look_alikes:
        yield f"  - {look.sv if language == 'sv' else look.en}"


def _case(run: Run, case_id: str, rows: int, language: str) -> Iterator[str]:
    yield from run.case(case_id, language=language).sentences()
    yield from _source_rows(run, run.case_evidence(case_id), rows, language)


def _hit(run: Run, hit_id: str, rows: int, language: str) -> Iterator[str]:
    found = run.hits.filter(pc.equal(run.hits["hit_id"], hit_id)).to_pylist()
    if not found:
        raise UsageError(f"There is no hit '{hit_id}' in the run {run.run_id}.")
    yield from told_finding(found[0], language).sentences()
    yield from _source_rows(run, run.evidence.filter(pc.equal(run.evidence["hit_id"], hit_id)), rows, language)


def _source_rows(run: Run, evidence: pa.Table, rows: int, language: str) -> Iterator[str]:
    words = _WORDS[language]
    files = pq.read_table(run.records / "files.parquet", columns=["file_key", "file_name"]).to_pydict()
    name_of = dict(zip(files["file_key"], files["file_name"], strict=True))
    largest = evidence.sort_by([("amount_ore", "descending"), ("record_id", "ascending")])
    yield words["rows"].format(n=len(evidence))
    for row in largest.slice(0, rows).to_pylist():
        key, line = row["record_id"].split(":")
        amount = f", {money(row['amount_ore'], 'SEK', language)}" if row["amount_ore"] else ""
        yield f"  {name_of.get(key, key)} {words['line']} {line}: {row[f'note_{language}']}{amount}"
    if len(evidence) > rows:
        yield "  " + words["more"].format(n=len(evidence) - rows)


def _entity(run: Run, entity_id: str, rows: int, language: str) -> Iterator[str]:
    words = _WORDS[language]
    if not run.knows(entity_id) and (before := list(id_history(run, entity_id, language))):
        yield from before
        return
    mentions = run.mentions(entity_id)
    kind = mentions["kind"][0].as_py()
    registers = len(set(mentions["register"].to_pylist()))
    yield words["entity"].format(entity=entity_id, kind=words[kind], mentions=len(mentions), registers=registers)
    for mention in mentions.slice(0, rows).to_pylist():
        told = ", ".join(str(mention[name]) for name in ("number", "name", "account", "source_key") if mention[name])
        sure = "" if mention["is_exact"] else f", {words['probability']} {mention['probability']:.3f}"
        yield f"  {mention['mention_id']}: " + words["mention"].format(
            register=register_told(mention["register"], language),
            role=role_told(mention["role"], language),
            told=told,
            records=mention["records"],
            why=tie_told(mention["why"], language),
            sure=sure,
        )
    yield from identity_told(run, entity_id, rows=rows, language=language)
    yield from _found(run, entity_id, language)
    tests = run.tests.filter(pc.equal(run.tests["subject_id"], entity_id)).to_pylist()
    limit = run.rate_limit
    for test in tests:
        if not test["is_hit"]:
            yield "  " + words["not flagged"].format(
                detector=test["detector"], why=why_not(test, limit if is_of_rates(test["detector"]) else None, language)
            )
    looked = {test["detector"] for test in tests}
    unseen = sorted(run.detectors_on - looked - set(run.not_evaluable))
    if kind == "organisation" and unseen:
        yield "  " + words["nothing"].format(detectors=", ".join(unseen))
    if kind == "organisation" and (off := sorted(set(catalogue()) - run.detectors_on)):
        yield "  " + words["off"].format(detectors=", ".join(off))
    for name, why in run.not_evaluable.items():
        yield "  " + words["unseen"].format(detector=name, why=not_evaluable_words(why, language))


def _found(run: Run, entity_id: str, language: str) -> Iterator[str]:
    about = pc.or_kleene(pc.equal(run.hits["subject_id"], entity_id), pc.equal(run.hits["organisation_id"], entity_id))
    hits = run.hits.filter(about).to_pylist()
    for case in run.cases.to_pylist():
        if entity_id in case["organisation_ids"]:
            yield _WORDS[language]["in case"].format(case=case["case_id"], rank=case["rank"])
    for hit in hits:
        yield from told_finding(hit, language).sentences()
    if not hits:
        yield _WORDS[language]["no hits"].format(entity=entity_id)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
