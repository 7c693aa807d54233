"""The registry of entity ids: which id every description bears, kept from delivery to delivery in the restricted folder.

One folder a registration, ``registry/000007``: the histories that changed (``ids.parquet``), and every merge and split of ids
(``changes.parquet``). Whole or not there, never rewritten. A delivery of the very entities of the one before is not registered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from filelock import FileLock

from follow_money.entities.entity_ids import keyed_entity_ids
from follow_money.entities.id_history import HISTORY, LOG
from follow_money.entities.surviving_ids import CHANGES, KIND_LETTERS, Survival, survive
from follow_money.errors import StorageError
from follow_money.stages import clear_abandoned, stage, told_storage

REGISTRY: Final = "registry"
_DIGITS: Final = 6
_NAMED: Final = {
    "mentions": ("entity_id",),
    "entities": ("entity_id", "sole_trader_of"),
    "signals": ("entity_id", "other_id"),
}
"""The tables and columns that hold entity ids."""


@dataclass(frozen=True, kw_only=True)
class Churn:
    """What a delivery changed: entities known before, new ones, merges and splits of ids; ``away`` ids that it does not tell of."""

    entities: int
    known: int
    new: int
    merges: int
    splits: int
    away: int

    def sentence(self, language: str) -> str:
        """The same in words."""
        return _SENTENCE[language].format(**vars(self))


_SENTENCE: Final = {
    "sv": "Identiteter: {entities}, varav {new} nya och {known} kända; {merges} sammanslagna, {splits} delade, {away} som leveransen inte nämner.",
    "en": "Entities: {entities}, of which {new} new and {known} known; {merges} merged, {splits} split, {away} that the delivery does not tell of.",
}


@dataclass(frozen=True)
class IdRegistry:
    """The registry of a restricted folder."""

    restricted: Path

    @property
    def folder(self) -> Path:
        """Where the registrations lie."""
        return self.restricted / REGISTRY

    def registrations(self) -> list[Path]:
        """Every registration, oldest first. Raises StorageError when one is missing."""
        found = sorted(path for path in self.folder.glob("[0-9]" * _DIGITS) if path.is_dir())
        if [path.name for path in found] != [_name(number) for number in range(1, len(found) + 1)]:
            raise StorageError(
                f"A registration is missing in {self.folder}. Put the folder back from a copy: ids would change without it."
            )
        return found

    def log(self) -> pa.Table:
        """The ids that every description has borne: all that was written, in the schema ``LOG``. Raises StorageError."""
        parts = [
            told.append_column(LOG.field("registration"), pa.array(np.full(len(told), number), pa.int64()))
            for number, path in enumerate(self.registrations(), 1)
            if (told := pq.read_table(path / "ids.parquet", schema=HISTORY)) is not None
        ]
        return pa.concat_tables([LOG.empty_table(), *parts]).combine_chunks()

    def changes(self) -> pa.Table:
        """Every merge and split of ids, oldest first: ``registration`` and the columns of ``CHANGES``."""
        parts = [
            told.append_column("registration", pa.array(np.full(len(told), number), pa.int64()))
            for number, path in enumerate(self.registrations(), 1)
            if (told := pq.read_table(path / "changes.parquet", schema=CHANGES)) is not None
        ]
        empty = CHANGES.append(pa.field("registration", pa.int64())).empty_table()
        return pa.concat_tables([empty, *parts])

    def register(self, resolved: Path, *, key: bytes) -> tuple[Path, Churn]:
        """Give the entities of a resolution their lasting ids.

        Args:
            resolved: What `resolve` wrote, with first ids.
            key: The workspace's secret.

        Returns:
            The folder with lasting ids, which is ``resolved`` itself where first ids last, and what changed.
        """
        clear_abandoned(self.folder)
        mentions = pq.read_table(resolved / "mentions.parquet", columns=["mention_id", "entity_id"])
        first_ids = pq.read_table(resolved / "entities.parquet", columns=["entity_id"])["entity_id"].combine_chunks()
        entity = pc.index_in(mentions["entity_id"].combine_chunks(), value_set=first_ids)
        with told_storage(self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(self.folder.with_suffix(".lock")):
                number = len(self.registrations()) + 1
                survival = survive(
                    self.log(),
                    mentions["mention_id"].combine_chunks(),
                    np.asarray(entity).astype(np.int64),
                    first_ids,
                    registration=number,
                    another_id=lambda first, times: _another(first, times, key),
                )
                if len(survival.changed):
                    stage(self.folder / _name(number), lambda out: _write(out, survival))
        churn = Churn(
            entities=len(first_ids),
            known=survival.known,
            new=survival.new,
            merges=len(pc.unique(survival.changes.filter(pc.equal(survival.changes["kind"], "merge"))["from_id"])),
            splits=len(pc.unique(survival.changes.filter(pc.equal(survival.changes["kind"], "split"))["from_id"])),
            away=survival.away,
        )
        return _with_lasting_ids(resolved, first_ids, survival.ids), churn


def _name(number: int) -> str:
    return f"{number:0{_DIGITS}d}"


def _write(out: Path, survival: Survival) -> None:
    pq.write_table(survival.changed.sort_by("key"), out / "ids.parquet", compression="zstd")
    pq.write_table(survival.changes, out / "changes.parquet", compression="zstd")


def _another(first: str, times: int, key: bytes) -> str:
    text = pa.array([f"again\x1f{first}\x1f{times}"])
    return str(keyed_entity_ids(pa.array([first[:KIND_LETTERS]]), text, key)[0].as_py())


def _with_lasting_ids(resolved: Path, first_ids: pa.Array, ids: pa.Array) -> Path:
    """The resolution with lasting ids: a folder of its own, or the same where no first id was replaced."""
    told = {first: last for first, last in zip(first_ids.to_pylist(), ids.to_pylist(), strict=True) if first != last}
    if not told:
        return resolved
    digest = hashlib.sha256("\n".join(f"{first} {last}" for first, last in sorted(told.items())).encode()).hexdigest()
    folder = resolved.with_name(f"{resolved.name}-{digest[:12]}")
    stage(folder, lambda out: _replace(resolved, out, told))
    return folder


def _replace(resolved: Path, out: Path, told: Mapping[str, str]) -> None:
    first, last = pa.array(list(told), pa.string()), pa.array(list(told.values()), pa.string())
    for path in sorted(resolved.iterdir()):
        columns = _NAMED.get(path.stem, ()) if path.suffix == ".parquet" else ()
        if not columns:
            (out / path.name).write_bytes(path.read_bytes())
            continue
        table = pq.read_table(path)
        for name in columns:
            column = table[name].combine_chunks()
            place = pc.index_in(column, value_set=first)
            told_column = pc.coalesce(last.take(place), column)
            table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), told_column)
        pq.write_table(table, out / path.name, compression="zstd")
