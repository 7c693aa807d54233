"""The workspace: a folder that lives on. It wires the verbs together and knows where everything lies; it has no logic of its own.

::

    workspace.json      format version, synthetic or not
    audit.jsonl         hash-chained log of what was done
    insider.jsonl       the same of screenings that read what officials did, for internal audit
    restricted/         files, records, quarantine, entities, judgements, the registry of ids, decisions: numbers and names live here alone
    runs/<run_id>/      graph, hits, tests, cases on entity ids; run.json
    packets/            referral packets
"""

from __future__ import annotations

import getpass
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from follow_money import log
from follow_money.detectors.catalogue import chosen
from follow_money.detectors.contract import Detector
from follow_money.entities.id_registry import Churn
from follow_money.entities.judgements import standing
from follow_money.entities.kept_models import KeptModels
from follow_money.entities.ledger import Ledger, ledger_of
from follow_money.errors import UsageError
from follow_money.referral.authority import find_authority
from follow_money.referral.packet import write_packet
from follow_money.registers.intake import Intake
from follow_money.registers.load import plan
from follow_money.registers.profiles import profile
from follow_money.run import Run, open_run
from follow_money.run_trail import RunTrail
from follow_money.settings.insider_lock import InsiderLock
from follow_money.settings.person_lock import PersonLock
from follow_money.settings.settings import Settings
from follow_money.stages import STAGES, clear_abandoned, told_storage, write_json
from follow_money.triage.decisions import Decision, read_decisions, record_decision
from follow_money.workspace.flow import Flow, Progress, silent
from follow_money.workspace.mark import FORMAT, entity_key, is_whole, make_workspace, read_mark
from follow_money.workspace.migration import migrate
from follow_money.workspace.run_keys import VERSION, data_period, input_digests, input_files, load_key, resolve_key

_LOCKS: Final = (PersonLock, InsiderLock)
"""Each is kept beside the latest run, as ``<table>.json`` in the restricted folder, and stands in no ``run.json``: it names somebody."""
_SYNTHETIC_KEY: Final = b"follow-money: made-up people have no secret"


@dataclass(frozen=True)
class Workspace:
    """A workspace on disk. Make or open one with `open_workspace`."""

    folder: Path
    is_synthetic: bool

    @property
    def restricted(self) -> Path:
        """The only folder that holds identity numbers and names."""
        return self.folder / "restricted"

    @property
    def ledger(self) -> Ledger:
        """What was judged of who is who."""
        return ledger_of(self.folder)

    def screen(
        self,
        exports: Path,
        settings: Settings,
        *,
        mapping: Path | None = None,
        until: str = STAGES[-1],
        retrain: bool = False,
        on_progress: Progress = silent,
    ) -> Run | None:
        """Screen a folder of exported registers: load, resolve, connect, detect, triage.

        Stages that were done before for the same inputs and settings are not redone; an interrupted run goes on where it stopped, to the same
        result. With ``until`` before triage nothing is returned. ``retrain``: linkage models are trained anew on this delivery.

        Raises:
            UsageError: Settings, mapping, profile or ``until`` are wrong.
            InputError: The folder is empty or a file cannot be accounted for.
            QuarantineLimitError: More was quarantined than the settings allow; the quarantine stays under ``restricted/``.
            StorageError: The disk is full.
        """
        check(exports, settings, mapping=mapping, until=until, workspace=self.folder)
        settings = settings.changed(synthetic=self.is_synthetic)
        inputs = input_digests(exports, mapping)
        self.note("screen", profile=settings.profile, files=len(inputs))
        if retrain:
            self.note("retrain", models=KeptModels(self.restricted).retrain().name)
        names = sorted(
            inputs.values()
        )  # the files' names stay in the restricted folder: people name files after people
        return self._screened(
            load_key(inputs, settings), names, settings, exports, mapping, until=until, on_progress=on_progress
        )

    def rescreen(self, *, on_progress: Progress = silent) -> Run:
        """Screen again what the latest run loaded, with its settings and with what has been judged since. Raises UsageError, StorageError."""
        told = self.run().told
        settings = Settings(**told["settings"])
        for each in _LOCKS:
            lock = self.restricted / f"{each.table}.json"
            if lock.exists():
                answered = each.read(json.loads(lock.read_text(encoding="utf-8")), f"The file {lock.name}")
                settings = settings.changed(**{each.table: answered})
        require_reviews(settings)
        self.note("rescreen", run_id=told["run_id"])
        run = self._screened(
            told["stages"]["load"],
            told["inputs"],
            settings,
            None,
            None,
            until=STAGES[-1],
            on_progress=on_progress,
        )
        assert run is not None  # noqa: S101  # it did not stop before the last stage
        return run

    def _screened(
        self,
        loaded: str,
        inputs: Sequence[str],
        settings: Settings,
        exports: Path | None,
        mapping: Path | None,
        *,
        until: str,
        on_progress: Progress,
    ) -> Run | None:
        judged, models = standing(self.ledger.acts()), KeptModels(self.restricted).current()
        flow = Flow(
            exports=exports,
            mapping=mapping,
            settings=settings,
            judged=judged,
            entity_key=self._entity_key(),
            loaded=self.restricted / loaded,
            resolved=self.restricted / resolve_key(loaded, judged, models.name),
            models=models,
            runs=self.folder / "runs",
            on_progress=on_progress,
        )
        for parent in (self.folder, self.restricted):
            clear_abandoned(parent)
        if used := on_persons(settings):
            lock = asdict(settings.person_detectors)
            self.note("person_detectors", detectors=used, **lock)
            write_json(self.restricted / f"{PersonLock.table}.json", lock)
        self._note_insider(settings)
        seconds = flow.go(until)
        if until == STAGES[0]:
            return None
        if flow.churn.merges or flow.churn.splits:
            self.note("ids", **asdict(flow.churn))
        if until != STAGES[-1]:
            return None
        told = self._told(flow, inputs)
        write_json(flow.run_folder / "run.json", told)
        if seconds:
            write_json(flow.run_folder / "timings.json", seconds)
        write_json(self.folder / "latest.json", {"run_id": told["run_id"], "entities": asdict(flow.churn)})
        return open_run(flow.run_folder, self.restricted)

    def _told(self, flow: Flow, inputs: Sequence[str]) -> dict[str, Any]:
        """What ``run.json`` tells of a run."""
        first, last = data_period(flow.intake)
        return {
            "format": FORMAT,
            "run_id": flow.run_folder.name,
            "version": VERSION,
            "inputs": list(inputs),
            # The locks are in the logs: they name somebody.
            "settings": {
                name: value
                for name, value in asdict(flow.settings).items()
                if name not in {each.table for each in _LOCKS}
            },
            "settings_digest": flow.settings.digest(),
            "stages": {"load": flow.loaded.name, "resolve": flow.entities.name},
            "rows": flow.intake.counts,
            "data_from": first.isoformat() if first else None,
            "data_to": last.isoformat() if last else None,
        }

    def dry_run(
        self, exports: Path, settings: Settings, *, mapping: Path | None = None, on_progress: Progress = silent
    ) -> Intake:
        """What a screening would take in, with the same reading and the same counts, writing nothing.

        Raises as `screen` does, but for the quarantine: what would be too much is told by `quarantine.check_limit`.
        """
        check(exports, settings, mapping=mapping, workspace=self.folder)
        return plan(
            exports,
            mapping=mapping,
            profile=profile(settings.profile).with_officials(settings.insider.is_open),
            synthetic=self.is_synthetic,
            on_progress=lambda what, done, of: on_progress("load", what, done, of),
        )

    def run(self, run_id: str | None = None) -> Run:
        """A finished run; the latest when no id is given. Raises UsageError."""
        return open_run(self.folder / "runs" / (run_id or str(self._latest()["run_id"])), self.restricted)

    def churn(self) -> Churn:
        """What the latest screening changed in the ids of entities. Raises UsageError."""
        told = self._latest()
        if "entities" not in told:
            raise UsageError("The latest screening was done before ids were kept. Screen the same folder again.")
        return Churn(**told["entities"])

    def _latest(self) -> dict[str, Any]:
        path = self.folder / "latest.json"
        if not path.exists():
            raise UsageError(
                f"The workspace {self.folder} has no finished run. Make one with: follow-money screen FOLDER"
            )
        return dict(json.loads(path.read_text(encoding="utf-8")))

    def find(self, text: str, *, limit: int = 20) -> pa.Table:
        """Entities of the latest run by name or number; see `Run.find`. That somebody searched is logged, not for what. Raises UsageError."""
        if not text.strip():
            raise UsageError("Say what to look for: a part of a name or of a number.")
        found = self.run().find(text, limit=limit)
        self.note("find", entities=found["entity_id"].to_pylist())
        return found

    def trail(
        self,
        *what: str,
        paid_by: Collection[str] = (),
        months: Collection[str] = (),
        backward: bool = False,
        is_payer: bool = False,
        to: Sequence[str] = (),
    ) -> RunTrail:
        """A trail of the latest run; see `run_trail`. That somebody followed money is logged, with all that was asked for. Raises UsageError."""
        found = self.run().trail(*what, paid_by=paid_by, months=months, backward=backward, is_payer=is_payer, to=to)
        self.note(
            "trail",
            asked=list(what),
            trail_id=found.trail.trail_id,
            backward=backward,
            paid_by=sorted(paid_by),
            paid=is_payer,
            months=sorted(months),
            to=list(to),
        )
        return found

    def decide(self, case_id: str, outcome: str, reason: str) -> Decision:
        """Record a person's decision about a case of the latest run. Raises UsageError."""
        run = self.run()
        decision = Decision(
            case_id=run.case_id(case_id),
            run_id=run.run_id,
            outcome=outcome,
            reason=reason,
            user=getpass.getuser(),
            decided_at=_now().isoformat(timespec="seconds"),
        )
        record_decision(self.restricted / "decisions.jsonl", decision)
        self.note("decide", case_id=decision.case_id, outcome=outcome)
        return decision

    def decisions(self) -> list[Decision]:
        """Every decision, oldest first."""
        return read_decisions(self.restricted / "decisions.jsonl")

    def refer(
        self,
        case_id: str,
        authority_name: str,
        *,
        out: Path | None = None,
        language: str = "sv",
        created: datetime | None = None,
        author: str | None = None,
    ) -> Path:
        """Write a draft packet of a case for an authority and return its folder.

        ``author`` is the person or unit whom the authority can ask; the user's login name when not given. Raises UsageError, StorageError.
        """
        run = self.run()
        clear_abandoned(out or self.folder / "packets")
        case = run.case_file(run.case_id(case_id))
        packet = write_packet(
            case,
            find_authority(authority_name),
            out or self.folder / "packets",
            language=language,
            created=created or _now(),
            author=author or getpass.getuser(),
        )
        self.note("refer", case_id=case.case["case_id"], authority=authority_name, packet=packet.name)
        return packet

    def note(self, event: str, **details: object) -> None:
        """Write to the audit log: who did what to which id; never a number or a name. Raises StorageError."""
        with told_storage(self.folder):
            log.append(self.folder / "audit.jsonl", event, **details)

    def _note_insider(self, settings: Settings) -> None:
        """Write a use of what officials did to the log that is of that alone, and keep who answers for it; forget it where it is not open."""
        kept = self.restricted / f"{InsiderLock.table}.json"
        if not settings.insider.is_open:
            kept.unlink(missing_ok=True)
            return
        lock, used = asdict(settings.insider), on_officials(settings)
        with told_storage(self.folder):
            log.append(self.folder / "insider.jsonl", "insider", detectors=used, **lock)
        write_json(kept, lock)

    def _entity_key(self) -> bytes:
        """The key of the entity ids: the workspace's own secret, or a known one where the people are made up."""
        if self.is_synthetic:
            return _SYNTHETIC_KEY
        return entity_key(self.folder)


def check(exports: Path, settings: Settings, *, mapping: Path | None, workspace: Path, until: str = STAGES[-1]) -> None:
    """Refuse what cannot be screened before anything is read or written. Raises UsageError, InputError."""
    if until not in STAGES:
        raise UsageError(f"There is no stage '{until}' to stop after. There are: {', '.join(STAGES)}.")
    require_reviews(settings)
    profile(settings.profile)
    input_files(exports, mapping)
    if workspace.resolve().is_relative_to(exports.resolve()):
        raise UsageError(
            f"The workspace {workspace} lies within the folder {exports} that is to be screened. Name another folder with --workspace."
        )


def on_persons(settings: Settings) -> list[str]:
    """The detectors on what natural persons claim that are on. Raises UsageError when nobody answers for them, and as `chosen` does."""
    return [each.name for each in _chosen(settings) if each.on_persons]


def on_officials(settings: Settings) -> list[str]:
    """The detectors on what officials did that are on. Raises as `on_persons`."""
    return [each.name for each in _chosen(settings) if each.on_officials]


def require_reviews(settings: Settings) -> None:
    """Refuse detectors that nobody answers for, and locks whose review is overdue. Raises UsageError."""
    if on_persons(settings):
        settings.person_detectors.require_review(_now().date())
    if settings.insider.is_open:
        settings.insider.require_review(_now().date())


def _chosen(settings: Settings) -> list[Detector]:
    return chosen(settings.detectors, settings.person_detectors, settings.insider)


def open_workspace(folder: Path, *, synthetic: bool | None = None, make: bool = True) -> Workspace:
    """Open a workspace, or make it where there is none.

    Args:
        folder: Where it lives.
        synthetic: Whether a new workspace holds made-up data. None takes what is there, and a new one is for real data.
        make: Whether to make it where there is none.

    Raises:
        UsageError: The folder holds something else or another format version, ``synthetic`` contradicts what the workspace is,
            or there is none and none is to be made.
        StorageError: It cannot be read or written.
    """
    migrate(folder)
    is_synthetic = read_mark(folder)
    if is_synthetic is None and not make:
        raise UsageError(
            f"There is no workspace {folder}. Make one with: follow-money screen FOLDER --workspace {folder}"
        )
    if is_synthetic is None or not is_whole(folder):
        is_synthetic = make_workspace(folder, synthetic=bool(synthetic))
    if synthetic is not None and synthetic != is_synthetic:
        kind = "made-up" if is_synthetic else "real"
        raise UsageError(
            f"The workspace {folder} is for {kind} data. Made-up and real data never share a workspace: name another folder."
        )
    return Workspace(folder, is_synthetic)


def would_open(folder: Path, *, synthetic: bool | None = None) -> Workspace:
    """The workspace that `open_workspace` would open or make, without making anything. Raises as it does."""
    if read_mark(folder) is None:
        return Workspace(folder, bool(synthetic))
    return open_workspace(folder, synthetic=synthetic)


def _now() -> datetime:
    return datetime.now(UTC)
