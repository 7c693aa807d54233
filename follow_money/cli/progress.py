"""Progress as a person sees it: bars on a terminal, plain lines otherwise, nothing when JSON was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

Tell = Callable[[str, str, int, int], None]


def _silent(stage: str, what: str, done: int, of: int) -> None:
    """No progress."""


@contextmanager
def progress(console: Console, *, quiet: bool) -> Iterator[Tell]:
    """A callback for `Workspace.screen`. ``console`` should write to standard error, so that standard output holds results alone."""
    if quiet:
        yield _silent
    elif console.is_terminal:
        with Progress(
            TextColumn("{task.description:<9}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[what]}"),
            console=console,
        ) as bars:
            tasks: dict[str, TaskID] = {}

            def tell(stage: str, what: str, done: int, of: int) -> None:
                if stage not in tasks:
                    tasks[stage] = bars.add_task(stage, total=of, what=what)
                bars.update(tasks[stage], completed=done, total=of, what=what)

            yield tell
    else:
        last = ""

        def line(stage: str, what: str, done: int, of: int) -> None:
            nonlocal last
            if done == of or stage != last:
                console.print(f"{stage}: {what or 'all'} ({done} of {of})", highlight=False)
            last = stage

        yield line
