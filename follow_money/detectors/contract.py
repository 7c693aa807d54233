"""The detector contract: what a detector declares, what it is given, what it returns.

A detector is a frozen dataclass in a file of its own. Its fields are its parameters, keywords with a unit and a default. Its docstring has a first line and
the headings Why, Not flagged, Parameters and Source. It never reads another detector, a name, or a trait of a person.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Final

import pandas as pd

from follow_money.detectors.nulls import RateNull
from follow_money.engine import Engine
from follow_money.graph.flows.flow_facts import FlowFacts, flow_facts, open_facts
from follow_money.graph.flows.flow_store import FlowStore, open_store
from follow_money.graph.flows.transfer_flows import transfer_flows
from follow_money.model import HitKind, Purpose, SubjectKind

HEADINGS: Final = ("Why", "Not flagged", "Parameters", "Source")
"""The fixed headings of a detector's docstring, in order."""


@dataclass(frozen=True)
class LookAlike:
    """A lawful explanation that a reader must rule out, and the row that would prove or refute it."""

    sv: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a detector is given: the graph's tables attached to an engine, and what the whole run shares."""

    engine: Engine
    q_limit: float
    data_to: date | None
    flows_folder: Path | None = None

    @cached_property
    def flows(self) -> FlowStore:
        """The payments that this purpose may read, as flows between entities; from ``flows_folder`` where nothing is left out of them."""
        return transfer_flows(self.engine).store if self.flows_folder is None else open_store(self.flows_folder)

    @cached_property
    def flow_facts(self) -> FlowFacts:
        """What registers that this purpose may read tell of `flows`: exit classes, public money, opening balances."""
        if self.flows_folder is None:
            return flow_facts(self.engine, self.flows)
        return open_facts(self.flows_folder, self.flows)


@dataclass(frozen=True)
class Findings:
    """What a detector returns, as three data frames keyed by a ``key`` of its own; ids, digests and q values are added centrally.

    Attributes:
        hits: One row a candidate: ``key, kind, subject_id, subject_kind, organisation_id, payer, programme, unit, period_from,
            period_to, observed, expected, p_value, amount_low_ore, amount_likely_ore, amount_high_ore, amount_kind, parties,
            trail_id, link_probability, reason_sv, reason_en, counter_evidence``. A rate is a candidate at any p; those above the
            q limit are dropped centrally.
        evidence: One row a source row: ``key, register, record_id, amount_ore, role, note_sv, note_en``.
        tests: One row a subject evaluated: ``key, subject_id, subject_kind, unit, observed, expected, null_model, peer_group, peers,
            p_value, p_randomised, not_evaluable``. ``key`` ties it to its hit, if any; ``p_randomised`` checks the null of small counts
            (`peers` gives it), and is the p itself where none is given.
        searches_cut: How many searches along payments met a cap, so that there may be more ways than were found.
    """

    hits: pd.DataFrame
    evidence: pd.DataFrame
    tests: pd.DataFrame
    searches_cut: int = 0


HIT_COLUMNS: Final = (
    "key", "kind", "subject_id", "subject_kind", "organisation_id", "payer", "programme", "unit", "period_from", "period_to",
    "observed", "expected", "p_value", "amount_low_ore", "amount_likely_ore", "amount_high_ore", "amount_kind", "currency",
    "parties", "trail_id", "link_probability", "reason_sv", "reason_en", "counter_evidence",
)  # fmt: skip
EVIDENCE_COLUMNS: Final = ("key", "register", "record_id", "amount_ore", "role", "note_sv", "note_en")
TEST_COLUMNS: Final = (
    "key", "subject_id", "subject_kind", "unit", "observed", "expected", "null_model", "peer_group", "peers", "p_value", "p_randomised",
    "not_evaluable",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Detector(ABC):
    """What every detector is. Subclasses add parameters as fields, the class attributes below, and ``detect``."""

    name: ClassVar[str]
    version: ClassVar[str]
    title_sv: ClassVar[str]
    title_en: ClassVar[str]
    why_sv: ClassVar[str]
    kinds: ClassVar[tuple[HitKind, ...]]
    typologies: ClassVar[tuple[int, ...]]
    subject_kind: ClassVar[SubjectKind]
    purpose: ClassVar[Purpose]
    needs: ClassVar[Mapping[str, tuple[str, ...]]]
    """Register -> columns without which nothing can be said. The detector is then *not evaluable*."""
    needs_one_of: ClassVar[tuple[str, ...]] = ()
    """Registers of which at least one must have been delivered: without any there is nothing to compare with."""
    uses: ClassVar[tuple[str, ...]] = ()
    """Registers that sharpen it: a lawful explanation or another contradiction is read from them where they were delivered."""
    default_on: ClassVar[bool] = True
    on_persons: ClassVar[bool] = False
    """What it screens are claims of natural persons: it is off, and starts only with the settings of the lock (F-02). Its subject is still a claim,
    decision or account: no table has a score keyed by a person."""
    on_officials: ClassVar[bool] = False
    """What it screens is what officials did: it is off, reads registers that nothing else may, and starts only with the settings of the insider lock (F-33).
    Its subject is the official's account in the authority's systems, under a keyed id."""
    recipients: ClassVar[tuple[str, ...]] = ()
    """Codes of the authorities that alone may be told of its findings; any that a finding concerns, where empty."""
    null: ClassVar[RateNull] = RateNull.SHARE
    """What its rates are tested against, where it has any."""
    look_alikes: ClassVar[tuple[LookAlike, ...]]

    @abstractmethod
    def detect(self, context: Context) -> Findings:
        """Screen the graph attached to ``context.engine``."""

    def parameters(self) -> dict[str, Any]:
        """The parameters it runs with."""
        return asdict(self)

    def parameters_hash(self) -> str:
        """Twelve hex digits that stand for name, version and parameters."""
        told = json.dumps([self.name, self.version, self.parameters()], sort_keys=True, default=str)
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    @classmethod
    def sections(cls) -> dict[str, str]:
        """The docstring by its headings; ``""`` holds the first line. Raises ValueError when a heading is missing."""
        text = inspect.cleandoc(cls.__doc__ or "")
        parts = re.split(rf"^({'|'.join(HEADINGS)}):[ \n]", text, flags=re.MULTILINE)
        found = {"": parts[0].strip()} | {
            heading: inspect.cleandoc("\n" + body).strip()
            for heading, body in zip(parts[1::2], parts[2::2], strict=True)
        }
        missing = [heading for heading in HEADINGS if not found.get(heading)]
        if missing:
            raise ValueError(f"The docstring of the detector {cls.__name__} lacks: {', '.join(missing)}.")
        return found


def nothing() -> Findings:
    """No hits, no evidence, no tests."""
    return Findings(
        hits=pd.DataFrame(columns=list(HIT_COLUMNS)),
        evidence=pd.DataFrame(columns=list(EVIDENCE_COLUMNS)),
        tests=pd.DataFrame(columns=list(TEST_COLUMNS)),
    )
