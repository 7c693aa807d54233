"""What the commands share: options, and where their words go. What a command needs is imported when it runs."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console


class Language(StrEnum):
    """What people read on the screen. Packets are Swedish."""

    SV = "sv"
    EN = "en"


class Bound(StrEnum):
    """What a trail is bounded by beside its interval."""

    POISON = "poison"


WorkspaceOption = Annotated[Path, typer.Option("--workspace", "-w", help="Folder of the workspace.")]
SettingsOption = Annotated[Path | None, typer.Option("--settings", help="Settings file (TOML).")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")]
LanguageOption = Annotated[Language, typer.Option("--language", help="What people read: sv or en.")]
CaseArgument = Annotated[str, typer.Argument(help="A case, by id or rank.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why. It is kept with the decision.")]

DEFAULT_WORKSPACE = Path("workspace")


def out() -> Console:
    """Standard output."""
    from rich.console import Console

    return Console()


def err() -> Console:
    """Standard error."""
    from rich.console import Console

    return Console(stderr=True)


def say(sentence: str) -> None:
    """A sentence on standard output."""
    from follow_money.told import said

    said.say(out(), sentence)


def writable_file(option: str, path: Path | None) -> None:
    """Refuse a file of an option before anything is done for it: one that is a folder, or lies in none. Raises UsageError."""
    if path is None:
        return
    from follow_money.errors import UsageError

    if path.is_dir():
        raise UsageError(
            f"{option} {path} is a folder. Name the file to write in it, for example {path / (option.strip('-') + '.svg')}."
        )
    if not path.parent.is_dir():
        raise UsageError(
            f"{option} {path} cannot be written: there is no folder {path.parent}. Make it, or name another."
        )


def print_json(document: Any) -> None:  # noqa: ANN401  # any JSON value
    """One document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n")
