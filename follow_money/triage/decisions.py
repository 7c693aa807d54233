"""A person's decisions about cases: appended, never rewritten. The software ranks and explains; it closes and opens nothing by itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from follow_money.errors import StorageError, UsageError
from follow_money.model import Outcome
from follow_money.stages import append_line


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What somebody decided about a case, when and why."""

    case_id: str
    run_id: str
    outcome: str
    reason: str
    user: str
    decided_at: str


def record_decision(path: Path, decision: Decision) -> None:
    """Append a decision.

    Raises:
        UsageError: For an unknown outcome or an empty reason.
    """
    if decision.outcome not in set(Outcome):
        raise UsageError(f"There is no outcome '{decision.outcome}'. There are: {', '.join(Outcome)}.")
    if not decision.reason.strip():
        raise UsageError("A decision needs a reason. Give it with --reason.")
    append_line(path, json.dumps(asdict(decision), ensure_ascii=False))


def read_decisions(path: Path) -> list[Decision]:
    """Every decision, oldest first. Raises StorageError for a line that is no decision."""
    if not path.exists():
        return []
    # Only a line feed ends a line: a reason may hold other separators of lines.
    return [
        _read(path, number, line) for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1) if line
    ]


def _read(path: Path, number: int, line: str) -> Decision:
    try:
        return Decision(**json.loads(line))
    except (ValueError, TypeError) as error:
        raise StorageError(
            f"Line {number} of {path} is no decision: it was cut off or changed. Put the file back from a copy, or take that line out."
        ) from error
