"""The command that follows money. No logic: it calls what Python users call."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from follow_money.cli.options import (
    DEFAULT_WORKSPACE,
    Bound,
    JsonOption,
    Language,
    LanguageOption,
    WorkspaceOption,
    print_json,
    say,
    writable_file,
)


def trail(  # noqa: PLR0917  # options of a command line
    what: Annotated[
        list[str],
        typer.Argument(
            help="Entities (the public payments to them), cases (id or rank), hits, payments (record ids), claims or decisions."
        ),
    ],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    paid_by: Annotated[
        list[str] | None, typer.Option("--from", help="Only what this entity paid, public or not; can be repeated.")
    ] = None,
    paid: Annotated[
        bool, typer.Option("--paid", help="All that the entities paid, instead of what was paid to them.")
    ] = False,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            help="Also what of it came to this entity (backward: from it), and the most that can have; can be repeated.",
        ),
    ] = None,
    backward: Annotated[bool, typer.Option("--backward", help="Where the money came from, not where it went.")] = False,
    month: Annotated[
        list[str] | None, typer.Option("--month", help="Only this month, 2024-03; can be repeated.")
    ] = None,
    bound: Annotated[
        Bound | None, typer.Option(help="Also an outer bound: poison, where followed money can have been at all.")
    ] = None,
    rows: Annotated[int, typer.Option(min=0, help="Source rows to print.")] = 10,
    picture: Annotated[
        Path | None, typer.Option(help="Also write the trail as a Sankey diagram (SVG), on entity ids alone.")
    ] = None,
    time_line: Annotated[
        Path | None, typer.Option("--time-line", help="Also write the trail in time (SVG), on entity ids alone.")
    ] = None,
    language: LanguageOption = Language.SV,
    as_json: JsonOption = False,
) -> None:
    """Follow money in time order to where it ended, as intervals, in sentences and source rows. Prints names."""
    from follow_money.stages import write_text
    from follow_money.told.trail import trail_json, trail_told
    from follow_money.workspace.workspace import open_workspace

    writable_file("--picture", picture)
    writable_file("--time-line", time_line)
    place = open_workspace(workspace, make=False)
    found = place.trail(*what, paid_by=paid_by or (), months=month or (), backward=backward, is_payer=paid, to=to or ())
    if picture is not None:
        write_text(picture, found.sankey(language=language, with_names=False).svg)
    if time_line is not None:
        write_text(time_line, found.time_line(language=language, with_names=False).svg)
    if as_json:
        print_json(trail_json(found, rows=rows, with_bound=bound is not None))
        return
    for sentence in trail_told(found, rows=rows, language=language, with_bound=bound is not None):
        say(sentence)
