"""Labelling: the pairs that neither rule nor model could decide, one by one, for a person to judge; scores stay hidden until then.

Here is what a page does without a browser; `page` shows it in JupyterLab. What it shows are names and numbers: it is for somebody
entitled to see them, and nothing of it is kept in a notebook.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money.entities.judgements import Verdict
from follow_money.entities.mentions import DESCRIBING
from follow_money.errors import UsageError
from follow_money.told.explained_descriptions import field_told, register_told, role_told
from follow_money.told.explained_levels import levels_told
from follow_money.workspace.judging import judge, undo, unsure_pairs
from follow_money.workspace.workspace import Workspace

REASON: Final = "seen side by side"
"""What the ledger says where somebody gives no reason of their own."""


@dataclass
class Labelling:
    """The open pairs of the latest run of a workspace, and what has been judged of them here; ``language`` is what fields and levels are told in."""

    workspace: Workspace
    language: str = "sv"
    _open: list[dict[str, Any]] = field(init=False, repr=False)
    _done: list[tuple[str, dict[str, Any]]] = field(init=False, repr=False, default_factory=list)

    def __post_init__(self) -> None:
        """Take the pairs that nobody has judged. Raises UsageError where there is no finished run."""
        self._open = unsure_pairs(self.workspace)

    @property
    def left(self) -> int:
        """How many pairs are open."""
        return len(self._open)

    @property
    def judged(self) -> int:
        """How many have been judged here."""
        return len(self._done)

    def pair(self) -> dict[str, Any] | None:
        """The pair to be judged: its key, and both descriptions as ``{"field", "left", "right", "is_same"}``, told in the page's language; no score.

        None when all are judged.
        """
        if not self._open:
            return None
        pair = self._open[0]
        left, right = (self._described(pair[side]) for side in ("left", "right"))
        rows = [
            {
                "field": field_told(name, self.language),
                "left": left[name],
                "right": right[name],
                "is_same": left[name] == right[name],
            }
            for name in ("register", "role", *DESCRIBING, "records")
            if left[name] or right[name]
        ]
        return {"key": _key(pair), "kind": pair["kind"], "rows": rows}

    def judge(self, key: str, verdict: str, reason: str = "") -> dict[str, Any]:
        """Write a verdict on the pair into the ledger, and tell the score that was hidden.

        Raises:
            UsageError: It is not the pair that is shown, the verdict is none, or it contradicts what was judged before.
        """
        if not self._open or key != _key(self._open[0]):
            raise UsageError("This pair was judged already. Judge the one that is shown.")
        pair = self._open[0]
        name = judge(
            self.workspace,
            [pair["left"]],
            [pair["right"]],
            verdict,
            reason.strip() or REASON,
            version=self._model(pair["kind"]),
        )
        self._done.append((name, self._open.pop(0)))
        return {
            "judgement": name,
            "verdict": Verdict(verdict).value,
            "probability": pair["probability"],
            "levels": levels_told(pair["levels"], self.language),
        }

    def undo(self) -> str:
        """Take back the last verdict given here; its pair is shown again. Raises UsageError when there is none."""
        if not self._done:
            raise UsageError("Nothing has been judged on this page yet.")
        name, pair = self._done[-1]
        undo(self.workspace, [name], reason="taken back on the labelling page")
        self._done.pop()
        self._open.insert(0, pair)
        return name

    def _described(self, mention_id: str) -> dict[str, str]:
        path = self.workspace.run().entities / "mentions.parquet"
        columns = ["register", "role", *DESCRIBING, "records"]
        [row] = pq.read_table(path, columns=columns, filters=pc.field("mention_id") == mention_id).to_pylist()
        row["register"], row["role"] = (
            register_told(row["register"], self.language),
            role_told(row["role"], self.language),
        )
        return {name: "" if value is None else str(value) for name, value in row.items()}

    def _model(self, kind: str) -> str:
        """The digest of the model that proposed the pair."""
        path = self.workspace.run().entities / f"linkage-{kind}.json"
        return f"linkage-{kind} {hashlib.sha256(path.read_bytes()).hexdigest()[:12]}" if path.exists() else ""


def _key(pair: dict[str, Any]) -> str:
    return f"{pair['left']} {pair['right']}"
