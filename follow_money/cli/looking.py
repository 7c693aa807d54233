"""Commands that look at a finished run, at the detectors, at the notebooks. No logic: they call what Python users call."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from follow_money.cli.options import (
    DEFAULT_WORKSPACE,
    CaseArgument,
    JsonOption,
    Language,
    LanguageOption,
    WorkspaceOption,
    out,
    print_json,
    say,
    writable_file,
)

if TYPE_CHECKING:
    from follow_money.run import Run


def queue(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    capacity: Annotated[int, typer.Option(min=1, help="How many cases can be reviewed.")] = 20,
    language: LanguageOption = Language.SV,
    picture: Annotated[
        Path | None, typer.Option(help="Also write the queue as an SVG picture, on entity ids alone.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """The cases of the latest screening, ranked."""
    from follow_money.stages import write_text
    from follow_money.told import shown
    from follow_money.workspace.workspace import open_workspace

    writable_file("--picture", picture)
    place = open_workspace(workspace, make=False)
    run = place.run()
    if picture is not None:
        from follow_money.pictures.queue import queue_picture

        write_text(picture, queue_picture(run.cases, None, language=language, limit=capacity).svg)
    if as_json:
        print_json(shown.queue_json(run, capacity, place.decisions()))
    else:
        shown.queue(out(), run, capacity=capacity, language=language, decisions=place.decisions())


def find(
    text: Annotated[str, typer.Argument(help="A part of a name, or of a number.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    limit: Annotated[int, typer.Option(min=1, help="How many to print.")] = 20,
    language: LanguageOption = Language.SV,
    as_json: JsonOption = False,
) -> None:
    """An entity of the latest screening by name or number. Prints names: for somebody entitled to see them."""
    from follow_money.told import shown
    from follow_money.workspace.workspace import open_workspace

    entities = open_workspace(workspace, make=False).find(text, limit=limit)
    if as_json:
        print_json({"entities": entities.to_pylist()})
    else:
        shown.found(out(), entities, language=language)


def explain(
    what: Annotated[str, typer.Argument(help="A case (id or rank), a hit, an entity or a detector.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    rows: Annotated[int, typer.Option(min=0, help="Source rows to print.")] = 10,
    language: LanguageOption = Language.SV,
    as_json: JsonOption = False,
) -> None:
    """Say in sentences and source rows what something is, why it was flagged, or why it was not."""
    from follow_money.told import explained

    sentences = explained.explain(_latest_run(workspace, what), what, rows=rows, language=language)
    if as_json:
        print_json({"what": what, "sentences": list(sentences)})
        return
    for sentence in sentences:
        say(sentence)


def what_if(  # noqa: PLR0917  # options of a command line
    detector: Annotated[str, typer.Argument(help="The name of a detector.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    q: Annotated[
        list[float] | None, typer.Option("--q", help="Another largest share of honest ones; can be repeated.")
    ] = None,
    observed: Annotated[
        list[float] | None, typer.Option("--observed", help="A least value of what is observed; can be repeated.")
    ] = None,
    language: LanguageOption = Language.SV,
    as_json: JsonOption = False,
) -> None:
    """How many findings a detector would have at another limit, from the tests of the latest screening."""
    from follow_money.told import shown
    from follow_money.told.what_if import what_if as levels_of
    from follow_money.told.what_if import what_if_json
    from follow_money.workspace.workspace import open_workspace

    run = open_workspace(workspace, make=False).run()
    levels = levels_of(run, detector, q=q or (), observed=observed or ())
    if as_json:
        print_json({"run_id": run.run_id, "detector": detector, "levels": what_if_json(levels)})
    else:
        shown.what_if(out(), levels, language=language)


def networks(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    every: Annotated[bool, typer.Option("--all", help="Also connections that chance or a hub explains.")] = False,
    language: LanguageOption = Language.SV,
    as_json: JsonOption = False,
) -> None:
    """Who connects the cases of the latest screening, by dated ties of money or control. Prints names; ranks nobody."""
    from follow_money.told.shown_networks import networks_json, networks_told
    from follow_money.workspace.workspace import open_workspace

    run = open_workspace(workspace, make=False).run()
    if as_json:
        print_json(networks_json(run))
        return
    for sentence in networks_told(run, q_limit=float(run.told["settings"]["q_limit"]), language=language, every=every):
        say(sentence)


def unusual(
    case: CaseArgument,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    language: LanguageOption = Language.SV,
    as_json: JsonOption = False,
) -> None:
    """How unusual the figures of a case's organisations are among their peers: a side signal that opens no case. Prints names."""
    import pyarrow as pa

    from follow_money.told.shown_unusual import unusual_told
    from follow_money.workspace.workspace import open_workspace

    run = open_workspace(workspace, make=False).run()
    case_id = run.case_id(case)
    (ids,) = [told["organisation_ids"] for told in run.cases.to_pylist() if told["case_id"] == case_id]
    if as_json:
        rows = [row for row in run.unusual.to_pylist() if row["organisation_id"] in ids]
        print_json({"run_id": run.run_id, "case_id": case_id, "unusual": rows})
        return
    names = {entity: named.name for entity, named in run.names(pa.array(ids, pa.string())).items()}
    for sentence in unusual_told(run.unusual, ids, names, language):
        say(sentence)


def detectors(language: LanguageOption = Language.SV, as_json: JsonOption = False) -> None:
    """The detectors: what each finds, its kind and what it needs."""
    from follow_money.told import shown

    if as_json:
        print_json({"detectors": shown.detectors_json()})
    else:
        shown.detectors(out(), language=language)


def lab(folder: Annotated[Path, typer.Argument(help="Folder of the notebooks.")] = Path("notebooks")) -> None:
    """JupyterLab on the notebooks."""
    import subprocess

    sys.exit(subprocess.call([sys.executable, "-m", "jupyterlab", str(folder)]))  # noqa: S603  # our own interpreter and a folder


def _latest_run(workspace: Path, what: str) -> Run | None:
    """The latest run; None for a detector, which can be explained without one."""
    from follow_money.detectors.catalogue import catalogue
    from follow_money.workspace.workspace import open_workspace

    return None if what in catalogue() else open_workspace(workspace, make=False).run()
