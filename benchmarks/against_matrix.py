"""Compare a run with the truth of a region in which every scenario is planted at every level of difficulty."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.against_truth import organisations_by_paid
from follow_money import Run
from follow_money.detectors.catalogue import catalogue
from follow_money.model import HitKind
from follow_money.triage.owner import either

PLACES = (10, 50, 100)
ACROSS_CASES = 24
"""The typology that no detector finds: the second pass over the cases does."""
Q_LIMIT = 0.05


@dataclass(frozen=True, kw_only=True)
class Planted:
    """One scheme of the truth. ``subjects`` are entity ids of its organisations; of schemes about what persons claim, the decisions or accounts that a hit
    is about. ``amount_ore`` in öre.
    """

    scenario: str
    level: str
    typologies: frozenset[int]
    programme: str
    subjects: frozenset[str]
    amount_ore: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run found of it: hit by a detector of one of its typologies, or, for leadership across cases, two of its organisations connected by
    somebody beyond chance; whether the amounts of its cases hold the planted one.
    """

    planted: Planted
    is_found: bool
    detectors: tuple[str, ...]
    holds_amount: bool


@dataclass(frozen=True, kw_only=True)
class AgainstMatrix:
    """A run against the truth.

    ``precision`` and ``precision_by_paid``: share of the first 10, 50 and 100 places that hold a scheme, of the queue and of all publicly paid
    organisations sorted by amount paid (of as many as there are). ``look_alikes_rated``: look-alike organisations with a rate hit.
    ``false_contradictions``: kinds of look-alikes (or ``honest``) about which a contradiction was told.
    """

    outcomes: tuple[Outcome, ...]
    cases: int
    precision: tuple[float, ...]
    precision_by_paid: tuple[float, ...]
    look_alikes: int
    look_alikes_rated: tuple[str, ...]
    false_contradictions: tuple[str, ...]


def compare(run: Run, truth: Path) -> AgainstMatrix:
    """Compare a run with the folder ``truth`` of its region."""
    told = pq.read_table(run.entities / "entities.parquet", columns=["entity_id", "number"]).to_pydict()
    entity_of = {
        number[-10:]: entity for entity, number in zip(told["entity_id"], told["number"], strict=True) if number
    }
    named = _subjects(run, truth)
    schemes = _schemes(truth, entity_of, named)
    wrong = frozenset().union(*(scheme.subjects for scheme in schemes))
    about, contradicted, rated = _hits(run)
    connected = [
        frozenset(connector["organisation_ids"])
        for connector in run.connectors.select(["organisation_ids", "q_value", "is_hub"]).to_pylist()
        if connector["q_value"] <= Q_LIMIT and not connector["is_hub"]
    ]
    cases = _cases(run)
    look_alikes = {
        subject: row["kind"]
        for row in _read(truth / "look_alikes.csv")
        for subject in named.get(row["look_alike_id"], [entity_of.get(row["organisation_number"][-10:], "")])
    }
    lawful = {entity: kind for entity, kind in look_alikes.items() if entity and entity not in wrong}
    return AgainstMatrix(
        outcomes=tuple(_outcome(scheme, about, cases, connected) for scheme in schemes),
        cases=len(cases),
        precision=_precision([case.subjects for case in cases], wrong),
        precision_by_paid=_precision([{organisation} for organisation in organisations_by_paid(run)], wrong),
        look_alikes=len(lawful),
        look_alikes_rated=tuple(sorted(lawful[each] for each in rated & set(lawful))),
        false_contradictions=tuple(
            sorted(
                lawful.get(next(iter(sorted(parties))), "honest")
                for parties in contradicted
                if parties and not parties & wrong
            )
        ),
    )


def _subjects(run: Run, truth: Path) -> dict[str, list[str]]:
    """Scheme or look-alike -> the subjects that hits about it have, where no organisation stands for it."""
    if not (truth / "subjects.csv").exists():
        return {}
    mentions = pq.read_table(run.entities / "mentions.parquet", columns=["entity_id", "kind", "account"]).to_pylist()
    account = {each["account"]: each["entity_id"] for each in mentions if each["kind"] == "account"}
    told: dict[str, list[str]] = defaultdict(list)
    for row in _read(truth / "subjects.csv"):
        told[row["id"]].append(account.get(row["key"], row["key"]) if row["subject_kind"] == "account" else row["key"])
    return told


@dataclass(frozen=True, kw_only=True)
class _Case:
    subjects: set[str]
    low: int
    high: int


def _cases(run: Run) -> list[_Case]:
    """The cases in order: the organisations of each and the subjects of its hits."""
    subject = dict(zip(run.hits["hit_id"].to_pylist(), run.hits["subject_id"].to_pylist(), strict=True))
    about: dict[str, set[str]] = defaultdict(set)
    for row in pq.read_table(run.folder / "triage" / "case_hits.parquet").to_pylist():
        about[row["case_id"]].add(subject[row["hit_id"]])
    columns = ["case_id", "organisation_ids", "amount_low_ore", "amount_high_ore"]
    return [
        _Case(
            subjects={*case["organisation_ids"], *about[case["case_id"]]},
            low=case["amount_low_ore"],
            high=case["amount_high_ore"],
        )
        for case in run.cases.select(columns).to_pylist()
    ]


def _schemes(truth: Path, entity_of: dict[str, str], named: dict[str, list[str]]) -> list[Planted]:
    rows = defaultdict(list)
    for row in _read(truth / "schemes.csv"):
        rows[row["scheme_id"]].append(row)
    told = []
    for number, parts in rows.items():
        first, difficulty = parts[0], json.loads(parts[0]["difficulty"])
        told.append(
            Planted(
                scenario=difficulty.get("scenario", f"typology {first['typology']}"),
                level=difficulty.get("level", ""),
                typologies=frozenset(int(part) for part in first["typology"].split("_")),
                programme=first["programme"],
                subjects=frozenset(
                    named.get(number)
                    or (entity_of.get(row["organisation_number"][-10:], row["organisation_number"]) for row in parts)
                ),
                amount_ore=sum(int(row["planted_amount_ore"]) for row in parts),
            )
        )
    return told


def _hits(run: Run) -> tuple[dict[str, set[str]], list[set[str]], set[str]]:
    """Organisation or other subject -> detectors with a hit about it; parties of each contradiction; subjects with a rate hit."""
    about: dict[str, set[str]] = defaultdict(set)
    contradicted, rated = [], set()
    columns = ["detector", "kind", "organisation_id", "parties", "subject_id"]
    for hit in run.hits.select(columns).to_pylist():
        parties = {hit["organisation_id"]} if hit["organisation_id"] else set(either(hit["parties"]))
        parties = parties or {hit["subject_id"]}
        for party in parties | {hit["subject_id"]} | {party["entity_id"] for party in hit["parties"]}:
            about[party].add(hit["detector"])
        if hit["kind"] == HitKind.CONTRADICTION.value:
            contradicted.append(parties)
        if hit["kind"] == HitKind.RATE.value:
            rated |= parties
    return about, contradicted, rated


def _outcome(
    scheme: Planted, about: dict[str, set[str]], cases: list[_Case], connected: list[frozenset[str]]
) -> Outcome:
    by = {
        detector
        for subject in scheme.subjects
        for detector in about.get(subject, ())
        if scheme.typologies & set(catalogue()[detector].typologies)
    }
    if ACROSS_CASES in scheme.typologies and any(len(scheme.subjects & each) > 1 for each in connected):
        by.add("networks")
    mine = [case for case in cases if scheme.subjects & case.subjects]
    low, high = sum(case.low for case in mine), sum(case.high for case in mine)
    return Outcome(
        planted=scheme,
        is_found=bool(by),
        detectors=tuple(sorted(by)),
        holds_amount=bool(by) and low <= scheme.amount_ore <= high,
    )


def _precision(groups: list[set[str]], wrong: frozenset[str]) -> tuple[float, ...]:
    return tuple(
        sum(bool(group & wrong) for group in groups[:places]) / max(min(places, len(groups)), 1) for places in PLACES
    )


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))
