"""User CPU time of this process."""

from __future__ import annotations

import gc
import resource
from collections.abc import Callable, Sequence
from typing import TypeVar

Result = TypeVar("Result")


def user_cpu(task: Callable[[], Result], runs: int = 3) -> tuple[float, Result]:
    """The least user CPU seconds of some runs of a task, and what it returned last. See `least_cpu`."""
    told: list[Result] = []

    def kept() -> None:
        told[:] = [task()]

    [least] = least_cpu([kept], runs)
    return least, told[0]


def least_cpu(tasks: Sequence[Callable[[], object]], runs: int) -> list[float]:
    """The least user CPU seconds of each task, of some runs in turn. Other work on the machine can only add to it.

    What the benchmark itself holds is kept out of the search for garbage: whoever makes many objects would pay for it.
    """
    gc.collect()
    gc.freeze()
    least = [float("inf")] * len(tasks)
    try:
        for _ in range(runs):
            for place, task in enumerate(tasks):
                began = resource.getrusage(resource.RUSAGE_SELF).ru_utime
                task()
                least[place] = min(least[place], resource.getrusage(resource.RUSAGE_SELF).ru_utime - began)
    finally:
        gc.unfreeze()
    return least
