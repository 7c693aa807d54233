"""A person's decisions about cases: appended, never rewritten. The software ranks and explains; it closes and opens nothing by itself."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

from follow_money.errors import UsageError
from follow_money.model import Outcome


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
    with FileLock(path.with_suffix(".lock")), path.open("a", encoding="utf-8") as store:
        store.write(json.dumps(asdict(decision), ensure_ascii=False) + "\n")
        store.flush()
        os.fsync(store.fileno())


def read_decisions(path: Path) -> list[Decision]:
    """Every decision, oldest first."""
    if not path.exists():
        return []
    return [Decision(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
