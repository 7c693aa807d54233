"""The workspace: a folder that lives on. It wires the verbs together and knows where everything lies; it has no logic of its own.

::

    workspace.json      format version, synthetic or not
    audit.jsonl         hash-chained log of what was done
    restricted/         files, records, quarantine, entities, hand-made splits, people's decisions: numbers and names live here alone
    runs/<run_id>/      graph, hits, tests, cases on entity ids; run.json
    packets/            referral packets
"""

from __future__ import annotations

import getpass
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from follow_money import log
from follow_money.detectors.catalogue import chosen
from follow_money.entities.splits import Split, add_split, read_splits
from follow_money.errors import UsageError
from follow_money.flow import Flow, Progress, silent
from follow_money.referral.authority import find_authority
from follow_money.referral.packet import write_packet
from follow_money.registers.intake import Intake
from follow_money.registers.load import plan
from follow_money.registers.profiles import profile
from follow_money.run import Run, open_run
from follow_money.run_keys import VERSION, data_period, input_digests, input_files, stage_keys
from follow_money.run_trail import RunTrail
from follow_money.settings import Settings
from follow_money.stages import STAGES, clear_abandoned, told_storage, write_json
from follow_money.triage.decisions import Decision, read_decisions, record_decision
from follow_money.workspace_mark import FORMAT, entity_key, is_whole, make_workspace, read_mark

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

    def screen(
        self,
        exports: Path,
        settings: Settings,
        *,
        mapping: Path | None = None,
        until: str = STAGES[-1],
        on_progress: Progress = silent,
    ) -> Run | None:
        """Screen a folder of exported registers: load, resolve, connect, detect, triage.

        Stages that were done before for the same inputs and settings are not redone; an interrupted run goes on where it stopped, to the same
        result. With ``until`` before triage nothing is returned.

        Raises:
            UsageError: Settings, mapping, profile or ``until`` are wrong.
            InputError: The folder is empty or a file cannot be accounted for.
            QuarantineLimitError: More was quarantined than the settings allow; the quarantine stays under ``restricted/``.
            StorageError: The disk is full.
        """
        check(exports, settings, mapping=mapping, until=until, workspace=self.folder)
        settings = settings.changed(synthetic=self.is_synthetic)
        inputs = input_digests(exports, mapping)
        splits = read_splits(self.restricted)
        keys = stage_keys(inputs, settings, splits)
        flow = Flow(
            exports=exports,
            mapping=mapping,
            settings=settings,
            splits=splits,
            entity_key=self._entity_key(),
            loaded=self.restricted / keys["load"],
            resolved=self.restricted / keys["resolve"],
            run_folder=self.folder / "runs" / keys["run"],
            on_progress=on_progress,
        )
        for parent in (self.folder, self.restricted, flow.run_folder):
            clear_abandoned(parent)
        self._log("screen", run_id=keys["run"], profile=settings.profile, files=len(inputs))
        if used := on_persons(settings):
            lock = asdict(settings.person_detectors)
            self._log("person_detectors", run_id=keys["run"], detectors=used, **lock)
        seconds = flow.go(until)
        if until != STAGES[-1]:
            return None
        write_json(flow.run_folder / "run.json", self._told(flow, inputs, keys))
        if seconds:
            write_json(flow.run_folder / "timings.json", seconds)
        write_json(self.folder / "latest.json", {"run_id": keys["run"]})
        return open_run(flow.run_folder, self.restricted)

    def _told(self, flow: Flow, inputs: Mapping[str, str], keys: Mapping[str, str]) -> dict[str, Any]:
        """What ``run.json`` tells of a run."""
        first, last = data_period(flow.intake)
        return {
            "format": FORMAT,
            "run_id": keys["run"],
            "version": VERSION,
            "inputs": sorted(
                inputs.values()
            ),  # the files' names stay in the restricted folder: people name files after people
            "settings": {
                k: v for k, v in asdict(flow.settings).items() if k != "person_detectors"
            },  # the log has it: it names somebody
            "settings_digest": flow.settings.digest(),
            "stages": {"load": keys["load"], "resolve": keys["resolve"]},
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
            profile=profile(settings.profile),
            synthetic=self.is_synthetic,
            on_progress=lambda what, done, of: on_progress("load", what, done, of),
        )

    def run(self, run_id: str | None = None) -> Run:
        """A finished run; the latest when no id is given. Raises UsageError."""
        if run_id is None:
            latest = self.folder / "latest.json"
            if not latest.exists():
                raise UsageError(
                    f"The workspace {self.folder} has no finished run. Make one with: follow-money screen FOLDER"
                )
            run_id = str(json.loads(latest.read_text(encoding="utf-8"))["run_id"])
        return open_run(self.folder / "runs" / run_id, self.restricted)

    def find(self, text: str, *, limit: int = 20) -> pa.Table:
        """Entities of the latest run by name or number; see `Run.find`. That somebody searched is logged, not for what. Raises UsageError."""
        if not text.strip():
            raise UsageError("Say what to look for: a part of a name or of a number.")
        found = self.run().find(text, limit=limit)
        self._log("find", entities=found["entity_id"].to_pylist())
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
        """A trail of the latest run; see `run_trail`. That somebody followed money, and from where, is logged. Raises UsageError."""
        found = self.run().trail(*what, paid_by=paid_by, months=months, backward=backward, is_payer=is_payer, to=to)
        self._log("trail", asked=list(what), trail_id=found.trail.trail_id, backward=backward)
        return found

    def split(self, entity_id: str, mention_ids: Iterable[str], *, reason: str) -> None:
        """Say that these descriptions of an entity are somebody else. The next screening keeps them apart.

        Raises:
            UsageError: There is no reason, or the entity of the latest run has no such description.
        """
        if not reason.strip():
            raise UsageError("A split needs a reason. Give it with --reason.")
        apart = sorted(set(mention_ids))
        known = self.run().mentions(entity_id)["mention_id"].to_pylist()
        strange = [mention for mention in apart if mention not in known]
        if strange or not apart:
            raise UsageError(
                f"The entity {entity_id} has no description '{', '.join(strange)}'. List them with: follow-money explain {entity_id}"
            )
        when = _now().isoformat(timespec="seconds")
        told = Split(
            entity_id=entity_id, mention_ids=tuple(apart), who=getpass.getuser(), when=when, reason=reason.strip()
        )
        add_split(self.restricted, told)
        self._log("split", entity_id=entity_id)

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
        self._log("decide", case_id=decision.case_id, outcome=outcome)
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
        self._log("refer", case_id=case.case["case_id"], authority=authority_name, packet=packet.name)
        return packet

    def _log(self, event: str, **details: object) -> None:
        with told_storage(self.folder):
            log.append(self.folder / "audit.jsonl", event, **details)

    def _entity_key(self) -> bytes:
        """The key of the entity ids: the workspace's own secret, or a known one where the people are made up."""
        if self.is_synthetic:
            return _SYNTHETIC_KEY
        return entity_key(self.folder)


def check(exports: Path, settings: Settings, *, mapping: Path | None, workspace: Path, until: str = STAGES[-1]) -> None:
    """Refuse what cannot be screened before anything is read or written. Raises UsageError, InputError."""
    if until not in STAGES:
        raise UsageError(f"There is no stage '{until}' to stop after. There are: {', '.join(STAGES)}.")
    if on_persons(settings):
        settings.person_detectors.require_review(_now().date())
    profile(settings.profile)
    input_files(exports, mapping)
    if workspace.resolve().is_relative_to(exports.resolve()):
        raise UsageError(
            f"The workspace {workspace} lies within the folder {exports} that is to be screened. Name another folder with --workspace."
        )


def on_persons(settings: Settings) -> list[str]:
    """The detectors on what natural persons claim that are on. Raises UsageError when nobody answers for them, and as `chosen` does."""
    return [each.name for each in chosen(settings.detectors, settings.person_detectors) if each.on_persons]


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
