"""Commands that look at a finished run from further off: what-if, networks, unusual. No logic: they call what Python users call."""

from __future__ import annotations

from typing import Annotated

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
)


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

    from follow_money.triage.unusual import unusual_told
    from follow_money.workspace.workspace import open_workspace

    run = open_workspace(workspace, make=False).run()
    case_id = run.case_id(case)
    (ids,) = [told["organisation_ids"] for told in run.cases.to_pylist() if told["case_id"] == case_id]
    if as_json:
        rows = [row for row in run.unusual.to_pylist() if row["organisation_id"] in ids]
        print_json({"run_id": run.run_id, "case_id": case_id, "unusual": rows})
        return
    names = {entity: named.name for entity, named in run.names(pa.array(ids, pa.string())).items()}
    none = (
        "Ingen av ärendets organisationer kan jämföras."
        if language == Language.SV
        else "None of its organisations can be compared."
    )
    for sentence in unusual_told(run.unusual, ids, names, language) or [none]:
        say(sentence)
