"""The flow: load, resolve, connect, detect, triage, each a stage that is done once for the same inputs and settings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from follow_money.detectors.catalogue import chosen
from follow_money.detectors.screening import detect
from follow_money.engine import Engine
from follow_money.entities.id_registry import Churn, IdRegistry
from follow_money.entities.judgements import Judged
from follow_money.entities.kept_models import KeptModels
from follow_money.entities.resolve import resolve
from follow_money.errors import QuarantineLimitError, StorageError
from follow_money.graph.connect import connect
from follow_money.graph.money_graph import MoneyGraph
from follow_money.registers.intake import Intake
from follow_money.registers.load import load
from follow_money.registers.profiles import profile
from follow_money.settings.settings import Settings
from follow_money.stages import clear_abandoned, partial, stage
from follow_money.triage.queue import triage
from follow_money.workspace.run_keys import data_period, run_key

Progress = Callable[[str, str, int, int], None]
"""Called with the stage, what it is at, parts done, parts in all."""


def silent(stage_name: str, what: str, done: int, of: int) -> None:
    """No progress."""


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One screening: what goes in, and the folders that its stages are put into.

    ``loaded``, ``resolved`` and the kept ``models`` lie in the restricted folder; a folder of ``runs`` gets ``graph/``, ``detect/`` and ``triage/``. Without
    ``exports`` it goes on from what was loaded before.
    """

    exports: Path | None
    mapping: Path | None
    settings: Settings
    judged: Judged
    entity_key: bytes
    loaded: Path
    resolved: Path
    models: Path
    runs: Path
    on_progress: Progress

    def go(self, until: str) -> dict[str, float]:
        """Do the stages up to ``until`` that were not done before; returns the seconds of those that were done now.

        Raises:
            UsageError: The mapping is wrong.
            InputError: A file cannot be accounted for.
            QuarantineLimitError: More was quarantined than the settings allow.
            StorageError: The disk is full.
        """
        stages: dict[str, tuple[Callable[[], Path], Callable[[Path], None]]] = {
            "load": (lambda: self.loaded, self._load),
            "resolve": (lambda: self.resolved, self._resolve),
            "connect": (lambda: self._graph.folder, self._connect),
            "detect": (lambda: self.run_folder / "detect", self._detect),
            "triage": (lambda: self.run_folder / "triage", self._triage),
        }
        seconds: dict[str, float] = {}
        for name, (folder, make) in stages.items():
            started = time.monotonic()
            made = stage(folder(), make)
            if name == "resolve":
                KeptModels(self.loaded.parent).keep(self.resolved, self.models)
                clear_abandoned(self.run_folder)
            if made:
                seconds[name] = round(time.monotonic() - started, 2)
            self.on_progress(name, "done" if name in seconds else "done before", 1, 1)
            if name == until:
                break
        return seconds

    @cached_property
    def intake(self) -> Intake:
        """What was loaded."""
        return Intake.from_json((self.loaded / "intake.json").read_text(encoding="utf-8"))

    @cached_property
    def _registered(self) -> tuple[Path, Churn]:
        return IdRegistry(self.loaded.parent).register(self.resolved, key=self.entity_key)

    @property
    def entities(self) -> Path:
        """What was resolved, with lasting ids."""
        return self._registered[0]

    @property
    def churn(self) -> Churn:
        """What this delivery changed in the ids."""
        return self._registered[1]

    @property
    def run_folder(self) -> Path:
        """The run's folder; its name is known once the entities have their ids."""
        return self.runs / run_key(self.entities.name, self.settings)

    @property
    def _graph(self) -> MoneyGraph:
        return MoneyGraph(self.run_folder / "graph")

    @property
    def _records(self) -> dict[str, Path]:
        return {path.stem: path for path in sorted((self.loaded / "records").glob("*.parquet"))}

    def _tell(self, name: str) -> Callable[[str, int, int], None]:
        return lambda what, done, of: self.on_progress(name, what, done, of)

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        """An engine that spills into the restricted folder: what it holds may bear names. A killed one is cleared away."""
        with (
            partial(self.loaded.parent / "spill") as spill,
            Engine(threads=self.settings.threads, memory_gb=self.settings.memory_gb, spill_folder=spill) as engine,
        ):
            yield engine

    def _load(self, out: Path) -> None:
        """Where too much is quarantined, what was refused is kept for somebody to look at."""
        if self.exports is None:
            raise StorageError(
                f"{self.loaded} is missing, so the latest screening cannot be done again. Screen the folder of exports instead."
            )
        refused = self.loaded.with_name(f"refused-{self.loaded.name}")
        try:
            load(
                self.exports,
                out,
                mapping=self.mapping,
                profile=profile(self.settings.profile).with_officials(self.settings.insider.is_open),
                synthetic=self.settings.synthetic,
                max_quarantine=self.settings.max_quarantine,
                threads=self.settings.threads,
                on_progress=self._tell("load"),
            )
        except QuarantineLimitError as error:
            with suppress(OSError):  # refused before: the same lines are there already
                out.rename(refused)
            raise QuarantineLimitError(f"{error} The refused lines are in {refused / 'quarantine.parquet'}.") from error

    def _resolve(self, out: Path) -> None:
        with self._engine() as engine:
            resolve(
                engine,
                self._records,
                out,
                key=self.entity_key,
                synthetic=self.settings.synthetic,
                judged=self.judged,
                kept=self.models,
                on_progress=self._tell("resolve"),
            )

    def _connect(self, out: Path) -> None:
        with self._engine() as engine:
            connect(engine, self._records, self.entities, out, on_progress=self._tell("connect"))

    def _detect(self, out: Path) -> None:
        with self._engine() as engine:
            detect(
                engine,
                self._graph,
                chosen(self.settings.detectors, self.settings.person_detectors, self.settings.insider),
                self.intake,
                out,
                q_limit=self.settings.q_limit,
                data_to=data_period(self.intake)[1],
                on_progress=self._tell("detect"),
            )

    def _triage(self, out: Path) -> None:
        with self._engine() as engine:
            triage(engine, self._graph, self.run_folder / "detect", out, case_size=self.settings.case_size)
