"""User CPU time of this process."""

from __future__ import annotations

import resource
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def user_cpu(task: Callable[[], Result], runs: int = 3) -> tuple[float, Result]:
    """The least user CPU seconds of some runs of a task, and what it returned. Other work on the machine can only add to it."""
    least = float("inf")
    for _ in range(runs):
        began = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        result = task()
        least = min(least, resource.getrusage(resource.RUSAGE_SELF).ru_utime - began)
    return least, result
