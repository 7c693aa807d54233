"""The workspace: a folder that lives on. It wires the verbs together and knows where everything lies; it has no logic of its own.

::

    workspace.json      format version, synthetic or not
    audit.jsonl         hash-chained log of what was done
    decisions.jsonl     what people decided about cases
    restricted/         files, records, quarantine, entities, hand-made splits: numbers and names live here alone
    runs/<run_id>/      graph, hits, tests, cases on entity ids; run.json
    packets/            referral packets
"""

from __future__ import annotations

import calendar
import getpass
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from follow_money import log
from follow_money.detectors.catalogue import chosen
from follow_money.detectors.screening import detect
from follow_money.engine import Engine
from follow_money.entities.resolve import resolve
from follow_money.entities.splits import Split, add_split, read_splits
from follow_money.errors import InputError, QuarantineLimitError, StorageError, UsageError
from follow_money.graph.connect import connect
from follow_money.graph.money_graph import MoneyGraph
from follow_money.referral.authority import find_authority
from follow_money.referral.packet import write_packet
from follow_money.registers.intake import Intake
from follow_money.registers.load import load, plan
from follow_money.registers.profiles import profile
from follow_money.run import Run, open_run
from follow_money.settings import Settings
from follow_money.stages import clear_abandoned, stage, told_storage, write_json
from follow_money.triage.decisions import Decision, read_decisions, record_decision
from follow_money.triage.queue import triage

FORMAT: Final = 1
VERSION: Final = "0.1.0"
STAGES: Final = ("load", "resolve", "connect", "detect", "triage")
"""The stages of a run, in the order of the flow."""

_SYNTHETIC_KEY: Final = b"follow-money: made-up people have no secret"
_MOVING_REGISTERS: Final = ("claims", "time_reports", "payments", "payroll", "invoices", "staff_ledgers")

Progress = Callable[[str, str, int, int], None]
"""Called with the stage, what it is at, parts done, parts in all."""


def _silent(stage_name: str, what: str, done: int, of: int) -> None:
    """No progress."""


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
        until: str = "triage",
        on_progress: Progress = _silent,
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
        if until not in STAGES:
            raise UsageError(f"There is no stage '{until}' to stop after. There are: {', '.join(STAGES)}.")
        settings = settings.changed(synthetic=self.is_synthetic)
        detectors = chosen(settings.detectors)
        looked = profile(settings.profile)
        inputs = input_digests(exports, mapping)
        splits = read_splits(self.restricted)
        keys = _stage_keys(inputs, settings, splits)
        clear_abandoned(self.restricted)
        run_folder = self.folder / "runs" / keys["run"]
        loaded, resolved = self.restricted / keys["load"], self.restricted / keys["resolve"]
        seconds: dict[str, float] = {}
        log.append(self.folder / "audit.jsonl", "screen", run_id=keys["run"], profile=looked.name, files=len(inputs))

        def do(name: str, folder: Path, make: Callable[[Path], None]) -> None:
            started = time.monotonic()
            made = stage(folder, make)
            if made:
                seconds[name] = round(time.monotonic() - started, 2)
            on_progress(name, "done" if made else "done before", 1, 1)

        def tell(name: str) -> Callable[[str, int, int], None]:
            return lambda what, done, of: on_progress(name, what, done, of)

        self._load(exports, mapping, settings, loaded, do=do, tell=tell)
        if until == "load":
            return None
        intake = Intake.from_json((loaded / "intake.json").read_text(encoding="utf-8"))
        records = {path.stem: path for path in sorted((loaded / "records").glob("*.parquet"))}
        graph = MoneyGraph(run_folder / "graph")
        first, last = data_period(intake)

        def make_entities(out: Path) -> None:
            resolve(
                engine,
                records,
                out,
                key=self._entity_key(),
                synthetic=self.is_synthetic,
                splits=splits,
                on_progress=tell("resolve"),
            )

        def make_graph(out: Path) -> None:
            connect(engine, records, resolved, out, on_progress=tell("connect"))

        def make_hits(out: Path) -> None:
            detect(
                engine,
                graph,
                detectors,
                intake,
                out,
                q_limit=settings.q_limit,
                data_to=last,
                on_progress=tell("detect"),
            )

        def make_cases(out: Path) -> None:
            triage(engine, graph, run_folder / "detect", out, case_size=settings.case_size)

        makers = {
            "resolve": (resolved, make_entities),
            "connect": (graph.folder, make_graph),
            "detect": (run_folder / "detect", make_hits),
            "triage": (run_folder / "triage", make_cases),
        }
        for name, (folder, make) in makers.items():
            with told_storage(self.folder), Engine(threads=settings.threads, memory_gb=settings.memory_gb) as engine:
                do(name, folder, make)
            if until == name != STAGES[-1]:
                return None
        told = {
            "format": FORMAT,
            "run_id": keys["run"],
            "version": VERSION,
            "inputs": inputs,
            "mapping": mapping.name if mapping else None,
            "settings": asdict(settings),
            "settings_digest": settings.digest(),
            "stages": {"load": keys["load"], "resolve": keys["resolve"]},
            "rows": intake.counts,
            "data_from": first.isoformat() if first else None,
            "data_to": last.isoformat() if last else None,
        }
        write_json(run_folder / "run.json", told)
        if seconds:
            write_json(run_folder / "timings.json", seconds)
        write_json(self.folder / "latest.json", {"run_id": keys["run"]})
        return open_run(run_folder, self.restricted)

    def _load(
        self,
        exports: Path,
        mapping: Path | None,
        settings: Settings,
        loaded: Path,
        *,
        do: Callable[[str, Path, Callable[[Path], None]], None],
        tell: Callable[[str], Callable[[str, int, int], None]],
    ) -> None:
        """Load; where too much is quarantined, keep what was refused for somebody to look at."""
        refused = loaded.with_name(f"refused-{loaded.name}")

        def make(out: Path) -> None:
            arguments: dict[str, Any] = {
                "mapping": mapping,
                "profile": profile(settings.profile),
                "synthetic": self.is_synthetic,
            }
            try:
                load(exports, out, **arguments, max_quarantine=settings.max_quarantine, on_progress=tell("load"))
            except QuarantineLimitError as error:
                if not refused.exists():
                    out.rename(refused)
                raise QuarantineLimitError(
                    f"{error} The refused lines are in {refused / 'quarantine.parquet'}."
                ) from error

        do("load", loaded, make)

    def dry_run(
        self, exports: Path, settings: Settings, *, mapping: Path | None = None, on_progress: Progress = _silent
    ) -> Intake:
        """What a screening would take in, with the same reading and the same counts, writing nothing. Raises as `screen` does."""
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

    def split(self, entity_id: str, mention_ids: Iterable[str], *, reason: str) -> None:
        """Say that these descriptions of an entity are somebody else. The next screening keeps them apart. Raises UsageError without a reason."""
        if not reason.strip():
            raise UsageError("A split needs a reason. Give it with --reason.")
        add_split(
            self.restricted,
            Split(
                entity_id=entity_id,
                mention_ids=tuple(sorted(mention_ids)),
                who=getpass.getuser(),
                when=_now().isoformat(timespec="seconds"),
                reason=reason,
            ),
        )
        log.append(self.folder / "audit.jsonl", "split", entity_id=entity_id)

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
        record_decision(self.folder / "decisions.jsonl", decision)
        log.append(self.folder / "audit.jsonl", "decide", case_id=decision.case_id, outcome=outcome)
        return decision

    def decisions(self) -> list[Decision]:
        """Every decision, oldest first."""
        return read_decisions(self.folder / "decisions.jsonl")

    def refer(
        self,
        case_id: str,
        authority_name: str,
        *,
        out: Path | None = None,
        language: str = "sv",
        created: datetime | None = None,
    ) -> Path:
        """Write a draft packet of a case for an authority and return its folder. Raises UsageError, StorageError."""
        run = self.run()
        case = run.case_file(run.case_id(case_id))
        packet = write_packet(
            case,
            find_authority(authority_name),
            out or self.folder / "packets",
            language=language,
            created=created or _now(),
            author=getpass.getuser(),
        )
        log.append(
            self.folder / "audit.jsonl",
            "refer",
            case_id=case.case["case_id"],
            authority=authority_name,
            packet=packet.name,
        )
        return packet

    def _entity_key(self) -> bytes:
        """The key of the entity ids: the workspace's own secret, or a known one where the people are made up."""
        if self.is_synthetic:
            return _SYNTHETIC_KEY
        return (self.restricted / "entity.key").read_bytes()


def open_workspace(folder: Path, *, synthetic: bool | None = None) -> Workspace:
    """Open a workspace, or make it where there is none.

    Args:
        folder: Where it lives.
        synthetic: Whether a new workspace holds made-up data. None takes what is there, and a new one is for real data.

    Raises:
        UsageError: The folder holds something else, another format version, or ``synthetic`` contradicts what the workspace is.
        StorageError: It cannot be written.
    """
    path = folder / "workspace.json"
    if path.exists():
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise UsageError(
                f"The workspace {folder} has format {told['format']}; this version reads {FORMAT}. Use the version that made it, or start a new workspace."
            )
        if synthetic is not None and synthetic != told["synthetic"]:
            kind = "made-up" if told["synthetic"] else "real"
            raise UsageError(
                f"The workspace {folder} is for {kind} data. Made-up and real data never share a workspace: name another folder."
            )
        return Workspace(folder, bool(told["synthetic"]))
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(
            f"The folder {folder} is not empty and is no workspace. Name a new or empty folder with --workspace."
        )
    with told_storage(folder):
        (folder / "runs").mkdir(parents=True, exist_ok=True)
        restricted = folder / "restricted"
        restricted.mkdir(mode=0o700, exist_ok=True)
        key = restricted / "entity.key"
        if not key.exists():
            key.touch(mode=0o600)
            key.write_bytes(secrets.token_bytes(32))
        write_json(path, {"format": FORMAT, "synthetic": bool(synthetic)})
    return Workspace(folder, bool(synthetic))


def input_digests(exports: Path, mapping: Path | None) -> dict[str, str]:
    """SHA-256 of every file of a folder and of the mapping, by name. Raises InputError for a folder that is missing or empty."""
    if not exports.is_dir():
        raise InputError(f"There is no folder {exports}. Name the folder that holds the exported registers.")
    files = sorted(path for path in exports.rglob("*") if path.is_file() and not path.name.startswith("."))
    if not files:
        raise InputError(
            f"The folder {exports} is empty. Put the exported registers into it, and a mapping.toml if their columns have other names."
        )
    digests = {path.relative_to(exports).as_posix(): _sha256(path) for path in files}
    if mapping is not None:
        if not mapping.is_file():
            raise UsageError(f"There is no mapping file {mapping}. Make a draft with: follow-money init {exports}")
        digests["--mapping"] = _sha256(mapping)
    return digests


def data_period(intake: Intake) -> tuple[date | None, date | None]:
    """First and last day of the months that registers of events hold."""
    months = sorted(month for file in intake.files if file.register in _MOVING_REGISTERS for month in file.months)
    if not months:
        return None, None
    year, month = (int(part) for part in months[-1].split("-"))
    return date.fromisoformat(months[0] + "-01"), date(year, month, calendar.monthrange(year, month)[1])


def _stage_keys(inputs: Mapping[str, str], settings: Settings, splits: Iterable[Split]) -> dict[str, str]:
    loading = [VERSION, sorted(inputs.items()), settings.profile, settings.synthetic, settings.max_quarantine]
    resolving = [*loading, [asdict(split) for split in splits]]
    return {
        "load": f"load-{_digest(loading)}",
        "resolve": f"entities-{_digest(resolving)}",
        "run": f"R-{_digest([*resolving, settings.digest()])}",
    }


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:12]


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StorageError(
            f"The file {path} cannot be read ({error.strerror}). Check its rights, or take it out of the folder."
        ) from error


def _now() -> datetime:
    return datetime.now(UTC)
