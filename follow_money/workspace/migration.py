"""Workspaces of an older format, brought to this one when they are opened to be worked in.

Format 1 kept what people had set apart in ``restricted/splits.jsonl``; format 2 has the judgement ledger. One way.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pyarrow.compute as pc
import pyarrow.parquet as pq
from filelock import FileLock

from follow_money import log
from follow_money.entities.judgements import Act, Judge, Verdict
from follow_money.entities.ledger import Ledger
from follow_money.errors import StorageError
from follow_money.stages import told_storage, write_json
from follow_money.workspace.mark import FORMAT, LOCK, MARK, read_mark, told_mark

_SPLITS: Final = "splits.jsonl"


def migrate(folder: Path) -> None:
    """Bring a workspace of an older format to this one; anything else is left as it is.

    Raises:
        UsageError: The mark is damaged, or of a format that this version does not know.
        StorageError: A split cannot be read, or what it was taken from is gone.
    """
    if read_mark(folder, oldest=1) is None or told_mark(folder)["format"] == FORMAT:
        return
    with told_storage(folder), FileLock(folder / LOCK):
        mark = told_mark(folder)
        if mark["format"] == FORMAT:
            return
        restricted = folder / "restricted"
        acts = [_judgement(restricted, number, line) for number, line in _lines(restricted / _SPLITS)]
        ledger = Ledger(restricted)
        there = {(act.when, tuple(act.left)) for act in ledger.acts().values()}
        for act in acts:
            if (act.when, tuple(act.left)) not in there:
                ledger.add(act)
        (restricted / _SPLITS).unlink(missing_ok=True)
        write_json(folder / MARK, mark | {"format": FORMAT})
        log.append(
            folder / "audit.jsonl", "migrate", from_format=mark["format"], to_format=FORMAT, judgements=len(acts)
        )


def _lines(path: Path) -> list[tuple[int, str]]:
    if not path.exists():
        return []
    return [(number, line) for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1) if line]


def _judgement(restricted: Path, number: int, line: str) -> Act:
    """A split as judgements: each description that was set apart, against each that was left in the entity."""
    path = restricted / _SPLITS
    try:
        told = json.loads(line)
        apart, entity = sorted(set(told["mention_ids"])), str(told["entity_id"])
        who, when, reason = str(told["who"]), str(told["when"]), str(told["reason"])
    except (ValueError, TypeError, KeyError) as error:
        raise StorageError(
            f"Line {number} of {path} is not a whole split. Restore the file from its copy, or delete that line if it is the last one, "
            "and run the same command again."
        ) from error
    rest = sorted(_described(restricted, entity, apart) - set(apart))
    if not rest:
        raise StorageError(
            f"Line {number} of {path} sets descriptions apart from an entity that no resolution in {restricted} holds any longer. "
            "Open the workspace with the version that made it and screen once more, or delete that line."
        )
    pairs: list[tuple[str, str]] = [(one, other) for one in apart for other in rest]
    return Act(
        judge=Judge.ANALYST,
        version="",
        who=who,
        when=when,
        evidence=(reason,),
        left=[one for one, _ in pairs],
        right=[other for _, other in pairs],
        verdicts=Verdict.NEGATIVE * len(pairs),
    )


def _described(restricted: Path, entity: str, apart: list[str]) -> set[str]:
    """The descriptions of an entity as it was when some of them were set apart."""
    found: set[str] = set()
    for path in sorted(restricted.glob("entities-*/mentions.parquet")):
        told: Any = pq.read_table(path, columns=["mention_id"], filters=pc.field("entity_id") == entity)
        ids = set(told["mention_id"].to_pylist())
        if set(apart) & ids:
            found |= ids
    return found
