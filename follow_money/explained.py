"""Explain: what a case, a hit, an entity or a detector is, in sentences and source rows; also why something was not flagged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money.detectors.catalogue import catalogue
from follow_money.detectors.sentences import kronor
from follow_money.errors import UsageError
from follow_money.run import Run


def explain(run: Run | None, what: str, *, rows: int, language: str) -> Iterator[str]:
    """Sentences about ``what``: a detector's name, a hit id, an entity id, or a case by id or rank. Raises UsageError for anything else."""
    if what in catalogue():
        return _detector(what)
    if run is None:
        raise UsageError(
            f"'{what}' is no detector, and there is no finished run to look it up in. Make one with: follow-money screen FOLDER"
        )
    if what.startswith("H-"):
        return _hit(run, what, rows, language)
    if what[:2] in {"P-", "O-", "A-"}:
        return _entity(run, what, rows, language)
    return _case(run, run.case_id(what), rows, language)


def _detector(name: str) -> Iterator[str]:
    detector = catalogue()[name]
    sections = detector.sections()
    yield f"{detector.title_en} ({detector.title_sv}), version {detector.version}: {sections['']}"
    for heading, text in sections.items():
        if heading:
            yield f"{heading}: {text}"
    yield "Lawful explanations to rule out:"
    for look in detector.look_alikes:
        yield f"  - {look.en}"


def _case(run: Run, case_id: str, rows: int, language: str) -> Iterator[str]:
    case = run.cases.filter(pc.equal(run.cases["case_id"], case_id)).to_pylist()[0]
    names = run.names(pa.array(case["organisation_ids"], pa.string()))
    yield f"{case_id}, no {case['rank']}: " + ", ".join(
        f"{names[entity].name} ({entity})" for entity in case["organisation_ids"]
    )
    yield (
        f"At risk: {_money(case['amount_low_ore'], case)} to {_money(case['amount_high_ore'], case)}, likely {_money(case['amount_likely_ore'], case)}; "
        f"sureness {case['sureness']:.2f}; no {case['rank_by_paid']} by amount paid, no {case['rank_by_hits']} by number of hits."
    )
    for hit in run.case_hits(case_id).to_pylist():
        yield from _told_hit(hit, language)
    yield from _source_rows(run, run.case_evidence(case_id), rows, language)


def _hit(run: Run, hit_id: str, rows: int, language: str) -> Iterator[str]:
    found = run.hits.filter(pc.equal(run.hits["hit_id"], hit_id)).to_pylist()
    if not found:
        raise UsageError(f"There is no hit '{hit_id}' in the run {run.run_id}.")
    yield from _told_hit(found[0], language)
    yield from _source_rows(run, run.evidence.filter(pc.equal(run.evidence["hit_id"], hit_id)), rows, language)


def _told_hit(hit: dict[str, Any], language: str) -> Iterator[str]:
    yield f"{hit['hit_id']} {hit['detector']} ({hit['kind']}): {hit[f'reason_{language}']}"
    if hit["p_value"] is not None:
        yield f"  p = {hit['p_value']:.2g}, q = {hit['q_value']:.2g}"
    for against in hit["counter_evidence"]:
        yield f"  Speaks against: {against[language]}"
    for look in hit["look_alikes"]:
        yield f"  To rule out: {look[language]}"


def _source_rows(run: Run, evidence: pa.Table, rows: int, language: str) -> Iterator[str]:
    files = pq.read_table(run.records / "files.parquet", columns=["file_key", "file_name"]).to_pydict()
    name_of = dict(zip(files["file_key"], files["file_name"], strict=True))
    largest = evidence.sort_by([("amount_ore", "descending"), ("record_id", "ascending")])
    yield f"Source rows ({len(evidence)}):"
    for row in largest.slice(0, rows).to_pylist():
        key, line = row["record_id"].split(":")
        amount = f", {kronor(row['amount_ore'])}" if row["amount_ore"] else ""
        yield f"  {name_of.get(key, key)} line {line}: {row[f'note_{language}']}{amount}"
    if len(evidence) > rows:
        yield f"  and {len(evidence) - rows} more; --rows prints them, the packet holds all"


def _entity(run: Run, entity_id: str, rows: int, language: str) -> Iterator[str]:
    mentions = pq.read_table(run.entities / "mentions.parquet", filters=pc.field("entity_id") == entity_id)
    if len(mentions) == 0:
        raise UsageError(f"There is no entity '{entity_id}' in the run {run.run_id}.")
    yield f"{entity_id}: one {mentions['kind'][0].as_py()}, from {len(mentions)} descriptions in {len(set(mentions['register'].to_pylist()))} registers."
    for mention in mentions.sort_by([("records", "descending")]).slice(0, rows).to_pylist():
        told = ", ".join(str(mention[name]) for name in ("number", "name", "account", "source_key") if mention[name])
        sure = "" if mention["is_exact"] else f", probability {mention['probability']:.3f}"
        yield f"  {mention['mention_id']}: {mention['register']} as {mention['role']}: {told} ({mention['records']} rows; {mention['why']}{sure})"
    hits = run.hits.filter(
        pc.or_(pc.equal(run.hits["subject_id"], entity_id), pc.equal(run.hits["organisation_id"], entity_id))
    )
    for hit in hits.to_pylist():
        yield from _told_hit(hit, language)
    tests = run.tests.filter(pc.equal(run.tests["subject_id"], entity_id)).to_pylist()
    for test in tests:
        if not test["is_hit"]:
            yield f"  Not flagged by {test['detector']}: {_why_not(test)}"
    looked = {test["detector"] for test in tests}
    unseen = sorted(set(catalogue()) - looked - set(run.not_evaluable))
    if mentions["kind"][0].as_py() == "organisation" and unseen:
        yield f"  Nothing for these detectors to look at: {', '.join(unseen)}"
    for name, why in run.not_evaluable.items():
        yield f"  Not evaluable, {name}: {why}"


def _why_not(test: dict[str, Any]) -> str:
    if test["not_evaluable"]:
        return f"not evaluable, {test['not_evaluable']}"
    expected = f", expected {test['expected']:.4g}" if test["expected"] is not None else ""
    q = f", q = {test['q_value']:.2g}" if test["q_value"] is not None else ""
    return f"{test['observed']:.4g} {test['unit']}{expected}{q} ({test['null_model']})"


def _money(ore: int, case: dict[str, Any]) -> str:
    return kronor(ore) if case["currency"] == "SEK" else f"{ore / 100:,.0f} {case['currency']}"
