"""One measured figure."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """What was measured, what was asked, and whether it holds; ``holds`` is None when it could not be run, and ``note`` says why."""

    measure: str
    value: object
    asked: str
    holds: bool | None
    note: str = ""


class Budget:
    """Seconds that a benchmark may take; parts that would begin after them are reported as not run."""

    def __init__(self, seconds: float | None) -> None:
        self._ends = None if seconds is None else time.monotonic() + seconds

    def is_spent(self) -> bool:
        """Whether the time is over."""
        return self._ends is not None and time.monotonic() > self._ends
