"""Splits made by hand: "these descriptions are somebody else". Kept in the restricted folder, never rewritten.

A split is undone by resolving without it; the same records then give the same entities as before.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.masks import mask
from follow_money.errors import StorageError
from follow_money.stages import append_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE_NAME: Final = "splits.jsonl"


@dataclass(frozen=True, kw_only=True)
class Split:
    """One split: these mentions are set apart from the rest of the entity.

    ``who`` is the analyst's user name, ``when`` an instant as ISO 8601 text, ``reason`` free text.
    """

    entity_id: str
    mention_ids: tuple[str, ...]
    who: str
    when: str
    reason: str


def read_splits(folder: Path) -> tuple[Split, ...]:
    """The splits of a restricted folder, oldest first; none when there is no file.

    Raises:
        StorageError: A line of the file is cut off or is no split.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return ()
    splits = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line:
            continue
        try:
            told = json.loads(line)
            splits.append(Split(**{**told, "mention_ids": tuple(told["mention_ids"])}))
        except (ValueError, TypeError, KeyError) as error:
            raise StorageError(
                f"Line {number} of {path} is not a whole split. Restore the file from its copy, or delete that line "
                "if it is the last one, and run the same command again."
            ) from error
    return tuple(splits)


def add_split(folder: Path, split: Split) -> None:
    """Append a split to the restricted folder's file and wait until the disk holds it."""
    append_line(folder / FILE_NAME, json.dumps(asdict(split), ensure_ascii=False, sort_keys=True))


def set_apart(mention_ids: pa.Array, splits: Sequence[Split]) -> npt.NDArray[np.int64]:
    """For each mention the number (1-based) of the last split that sets it apart, 0 for none.

    Mentions set apart by one split may be one entity among themselves and never join anything else. Mentions that the
    delivered registers no longer hold are passed over.
    """
    label = np.zeros(len(mention_ids), np.int64)
    for number, split in enumerate(splits, start=1):
        named = pc.is_in(mention_ids, value_set=pa.array(sorted(set(split.mention_ids)), pa.string()))
        label[mask(named)] = number
    return label
