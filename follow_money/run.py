"""A run: one screening as a folder of tables. Opening it needs nothing else; names need the workspace's restricted folder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money.detectors.catalogue import catalogue
from follow_money.detectors.contract import Detector
from follow_money.engine import Engine
from follow_money.entities.find_entities import find_entities
from follow_money.errors import UsageError
from follow_money.graph.flows.flow_facts import FlowFacts
from follow_money.graph.money_graph import MoneyGraph
from follow_money.run_trail import RunTrail, run_trail
from follow_money.statistics import HeldLimit, limit_across_families
from follow_money.triage.case import Case, money, told_case
from follow_money.triage.case_file import CaseFile, DetectorText, Named
from follow_money.triage.case_graph import case_graph
from follow_money.triage.hit_trails import hit_trails
from follow_money.triage.unusual import unusual
from follow_money.triage.views import view

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class Run:
    """One finished screening.

    Attributes:
        folder: ``runs/<run_id>`` of the workspace: ``graph/``, ``detect/``, ``triage/``, ``run.json``.
        records: The restricted folder that `load` wrote.
        entities: The restricted folder that `resolve` wrote.
    """

    folder: Path
    records: Path
    entities: Path
    told: Mapping[str, Any] = field(repr=False)

    @property
    def run_id(self) -> str:
        """Digest of inputs, settings and what was judged of who is who."""
        return str(self.told["run_id"])

    @property
    def graph(self) -> MoneyGraph:
        """The graph, on entity ids."""
        return MoneyGraph(self.folder / "graph")

    @property
    def detectors_on(self) -> set[str]:
        """The detectors that were asked for."""
        told = self.told["settings"]["detectors"]
        return {name for name, each in catalogue().items() if told.get(name, {}).get("enabled", each.default_on)}

    @cached_property
    def quarantined(self) -> dict[tuple[str, str], int]:
        """Lines in quarantine by file name and reason, from the restricted folder."""
        told: Counter[tuple[str, str]] = Counter()
        for row in pq.read_table(
            self.records / "quarantine.parquet", columns=["file_name", "lines", "reason"]
        ).to_pylist():
            told[row["file_name"], row["reason"]] += row["lines"]
        return dict(sorted(told.items()))

    @cached_property
    def flow_facts(self) -> FlowFacts:
        """The payments as flows between entities, with what registers tell of them. Raises UsageError when no payments were delivered."""
        return self.graph.flow_facts()

    def trail(
        self,
        *what: str,
        paid_by: Collection[str] = (),
        months: Collection[str] = (),
        backward: bool = False,
        is_payer: bool = False,
        to: Sequence[str] = (),
    ) -> RunTrail:
        """Where the money of a case, hit, party, payment, claim or decision went; ``backward``: where it came from. See `run_trail`. Raises UsageError."""
        return run_trail(self, what, paid_by=paid_by, months=months, backward=backward, is_payer=is_payer, to=to)

    @cached_property
    def cases(self) -> pa.Table:
        """The cases, best first, in the schema ``model.CASES``."""
        return pq.read_table(self.folder / "triage" / "cases.parquet")

    @cached_property
    def connectors(self) -> pa.Table:
        """Who connects cases, in the order of kind and id and in the schema ``triage.networks.CONNECTORS``. No order ranks a person."""
        return pq.read_table(self.folder / "triage" / "connectors.parquet")

    @cached_property
    def connector_ties(self) -> pa.Table:
        """The dated ties of the connectors, in the schema ``triage.networks.TIES``."""
        return pq.read_table(self.folder / "triage" / "connector_ties.parquet")

    @cached_property
    def key_connectors(self) -> pa.Table:
        """Organisations without which a network of cases falls apart, in the schema ``triage.networks.KEY_CONNECTORS``."""
        return pq.read_table(self.folder / "triage" / "key_connectors.parquet")

    @cached_property
    def unusual(self) -> pa.Table:
        """How unusual each organisation's figures are together, in the schema ``triage.unusual.UNUSUAL``; a side signal that opens no case.

        It is computed when it is asked for: no result of a run depends on it.
        """
        facts = self.graph.table("entity_facts", ["entity_id", "is_sole_trader"])
        return unusual(self.tests, left_out=frozenset(facts.filter(facts["is_sole_trader"])["entity_id"].to_pylist()))

    @cached_property
    def hits(self) -> pa.Table:
        """Every hit, in the schema ``model.HITS``."""
        return pq.read_table(self.folder / "detect" / "hits.parquet")

    @cached_property
    def evidence(self) -> pa.Table:
        """Every source row of every hit, in the schema ``model.EVIDENCE``."""
        return pq.read_table(self.folder / "detect" / "evidence.parquet")

    @cached_property
    def tests(self) -> pa.Table:
        """Every subject that was evaluated, in the schema ``model.TESTS``."""
        return pq.read_table(self.folder / "detect" / "tests.parquet")

    @cached_property
    def rate_families(self) -> dict[str, float]:
        """Detectors that tested a rate, and the least q of what could be a finding. None in a run of before the limit was held across detectors."""
        path = self.folder / "detect" / "rate_families.parquet"
        told = pq.read_table(path).to_pydict() if path.exists() else {"detector": [], "least_q": []}
        return dict(zip(told["detector"], told["least_q"], strict=True))

    @property
    def rate_limit(self) -> HeldLimit:
        """The limit of q that held in this run."""
        return limit_across_families(np.array(list(self.rate_families.values())), self.told["settings"]["q_limit"])

    @cached_property
    def not_evaluable(self) -> dict[str, str]:
        """Detectors that could not run, and for want of what."""
        return {row["detector"]: row["why"] for row in self._unseen if not row["is_partial"]}

    @cached_property
    def not_checked(self) -> dict[str, str]:
        """Detectors that could not run, had not every register that sharpens them, or whose searches met a cap, and why."""
        told: dict[str, list[str]] = {}
        for row in self._unseen:
            told.setdefault(row["detector"], []).append(row["why"])
        return {detector: "; ".join(whys) for detector, whys in told.items()}

    @cached_property
    def _unseen(self) -> list[dict[str, Any]]:
        return list(pq.read_table(self.folder / "detect" / "not_evaluable.parquet").to_pylist())

    def known_case(self, text: str) -> str | None:
        """The case of that id or rank; None when there is none."""
        ids, ranks = self.cases["case_id"].to_pylist(), self.cases["rank"].to_pylist()
        by_text = dict(zip(map(str, ranks), ids, strict=True)) | {case_id: case_id for case_id in ids}
        return by_text.get(text)

    def case_id(self, text: str) -> str:
        """The case of that id or rank. Raises UsageError."""
        if (found := self.known_case(text)) is not None:
            return found
        raise UsageError(f"There is no case '{text}' in the run {self.run_id}. List them with: follow-money queue")

    @cached_property
    def hits_of_cases(self) -> pa.Table:
        """Which hits each case holds, in the schema ``model.CASE_HITS``."""
        return pq.read_table(self.folder / "triage" / "case_hits.parquet")

    def case_hits(self, case_id: str) -> pa.Table:
        """The hits of one case."""
        wanted = self.hits_of_cases.filter(pc.equal(self.hits_of_cases["case_id"], case_id))["hit_id"]
        return self.hits.filter(pc.is_in(self.hits["hit_id"], value_set=wanted.combine_chunks()))

    def case_evidence(self, case_id: str) -> pa.Table:
        """The evidence rows of one case."""
        wanted = self.case_hits(case_id)["hit_id"].combine_chunks()
        return self.evidence.filter(pc.is_in(self.evidence["hit_id"], value_set=wanted))

    def case_view(self, case_id: str, by: str) -> pa.Table:
        """One case by ``provider``, ``decision``, ``contract`` or ``payment_chain``; see `triage.views`."""
        with Engine() as engine:
            self.graph.attach(engine)
            return view(engine, self.case_evidence(case_id), self.case_hits(case_id), by)

    def case(self, case_id: str, *, language: str = "sv") -> Case:
        """One case as a person reads it, with names; by id or rank, in ``sv`` or ``en``. Raises UsageError."""
        told = self.case_id(case_id)
        case = self.cases.filter(pc.equal(self.cases["case_id"], told)).to_pylist()[0]
        names = self.names(pa.array(case["organisation_ids"], pa.string()))
        return told_case(
            case,
            sorted(self.case_hits(told).to_pylist(), key=lambda hit: (-hit["amount_likely_ore"], hit["hit_id"])),
            {entity_id: named.name for entity_id, named in names.items()},
            language,
        )

    def case_graph(self, case_id: str) -> nx.MultiDiGraph:
        """The parties of one case, their links, and the payments of the evidence, on entity ids; see `triage.case_graph`."""
        return case_graph(self.graph, self.case_hits(case_id), self.case_evidence(case_id))

    def find(self, text: str, *, limit: int = 20) -> pa.Table:
        """Entities by a part of a name or a number, from the restricted folder; see `find_entities`."""
        return find_entities(self.entities, text, limit)

    def knows(self, entity_id: str) -> bool:
        """Whether an entity of this run has that id."""
        return bool(
            pc.is_in(
                pa.scalar(entity_id),
                value_set=self.graph.table("entity_facts", ["entity_id"])["entity_id"].combine_chunks(),
            ).as_py()
        )

    def mentions(self, entity_id: str) -> pa.Table:
        """How the registers describe an entity, those with most rows first, from the restricted folder. Raises UsageError."""
        told = pq.read_table(self.entities / "mentions.parquet", filters=pc.field("entity_id") == entity_id)
        if len(told) == 0:
            raise UsageError(
                f"There is no entity '{entity_id}' in the run {self.run_id}. Look it up with: follow-money find TEXT"
            )
        return told.sort_by([("records", "descending"), ("mention_id", "ascending")])

    def _repr_html_(self) -> str:
        """What a notebook shows: the first cases, on entity ids alone."""
        rows = "".join(
            f"<tr><td>{case['rank']}</td><td>{case['case_id']}</td><td>{case['organisation_id'] or '-'}</td>"
            f"<td style='text-align:right'>{money(case['amount_likely_ore'], case['currency'], 'sv')}</td>"
            f"<td>{case['sureness']:.2f}</td><td style='text-align:left'>{escape(case['reason_sv'])}</td></tr>"
            for case in self.cases.slice(0, 10).to_pylist()
        )
        return (
            f"<p>{self.run_id}: {len(self.cases)} ärenden, {len(self.hits)} fynd, {len(self.not_evaluable)} detektorer kunde inte prövas.</p>"
            "<table><tr><th>nr</th><th>ärende</th><th>organisation</th><th>troligt belopp</th><th>säkerhet</th><th>varför</th></tr>"
            f"{rows}</table>"
        )

    def names(self, entity_ids: pa.Array | None = None) -> dict[str, Named]:
        """Names and numbers of entities, from the restricted folder; of all when ``entity_ids`` is None."""
        told = pq.read_table(self.entities / "entities.parquet", columns=["entity_id", "kind", "name", "number"])
        if entity_ids is not None:
            told = told.filter(pc.is_in(told["entity_id"], value_set=entity_ids))
        return {
            row["entity_id"]: Named(
                entity_id=row["entity_id"], kind=row["kind"], name=row["name"] or row["entity_id"], number=row["number"]
            )
            for row in told.to_pylist()
        }

    def case_file(self, case_id: str) -> CaseFile:
        """Everything on one case, with names and source rows: for somebody entitled to see it, and for a packet."""
        case = self.cases.filter(pc.equal(self.cases["case_id"], case_id)).to_pylist()[0]
        hits, evidence = self.case_hits(case_id), self.case_evidence(case_id)
        rows = {}
        for register in sorted(set(evidence["register"].to_pylist())):
            of_register = evidence.filter(pc.equal(evidence["register"], register))
            wanted = pc.unique(of_register["record_id"])
            path = self.records / "records" / f"{register}.parquet"
            rows[register] = pq.read_table(path, filters=pc.field("record_id").isin(wanted))
        return CaseFile(
            case=case,
            hits=hits,
            evidence=evidence,
            rows=rows,
            sources=pq.read_table(self.records / "files.parquet"),
            names=self.names(self._entities_of(rows, case, hits)),
            detectors={name: detector_text(detector) for name, detector in self._detectors(hits).items()},
            not_evaluable=self.not_checked,
            data_from=_day(self.told["data_from"]),
            data_to=_day(self.told["data_to"]),
            run_id=self.run_id,
            is_synthetic=bool(self.told["settings"]["synthetic"]),
            trails=hit_trails(self.graph, hits, evidence),
        )

    def _entities_of(self, rows: Mapping[str, pa.Table], case: Mapping[str, Any], hits: pa.Table) -> pa.Array:
        found = (
            set(case["organisation_ids"])
            | set(hits["subject_id"].to_pylist())
            | set(hits["organisation_id"].to_pylist())
        )
        found |= {party["entity_id"] for parties in hits["parties"].to_pylist() for party in parties}
        for register, table in rows.items():
            graph = self.graph.table(register)
            told = graph.filter(pc.is_in(graph["record_id"], value_set=table["record_id"].combine_chunks()))
            for name in (name for name in told.schema.names if name.endswith("_id") and name != "record_id"):
                found |= set(told[name].to_pylist())
        return pa.array(sorted(entity for entity in found if entity is not None), pa.string())

    def _detectors(self, hits: pa.Table) -> dict[str, Detector]:
        settings = self.told["settings"]["detectors"]
        known = catalogue()
        told = {}
        for name in sorted(set(hits["detector"].to_pylist())):
            parameters = {key: value for key, value in settings.get(name, {}).items() if key != "enabled"}
            told[name] = known[name](**parameters)
        return told


def detector_text(detector: Detector) -> DetectorText:
    """What a detector says of itself, from its docstring."""
    sections = detector.sections()
    return DetectorText(
        name=detector.name,
        version=detector.version,
        title_sv=detector.title_sv,
        title_en=detector.title_en,
        why_sv=detector.why_sv,
        why=sections["Why"],
        not_flagged=sections["Not flagged"],
        parameters=detector.parameters(),
        source=sections["Source"],
    )


def open_run(folder: Path, restricted: Path) -> Run:
    """Open a finished run. Raises UsageError when it is not there or not finished."""
    path = folder / "run.json"
    if not path.exists():
        raise UsageError(f"There is no finished run in {folder}. Make one with: follow-money screen FOLDER")
    told = json.loads(path.read_text(encoding="utf-8"))
    return Run(folder, restricted / told["stages"]["load"], restricted / told["stages"]["resolve"], told)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
