"""Commands by which people say who is who. No logic: they call what Python users call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from follow_money.cli.options import (
    DEFAULT_WORKSPACE,
    JsonOption,
    Language,
    LanguageOption,
    ReasonOption,
    WorkspaceOption,
    err,
    print_json,
    say,
)

if TYPE_CHECKING:
    from follow_money.workspace.judging import Rescreened

_NOTED = {
    "sv": "Noterat som {name}. Kör screen på samma mapp igen: bara det som beror på det görs om.",
    "en": "Noted as {name}. Screen the same folder again: only what depends on it is redone.",
}


def same(  # noqa: PLR0917  # options of a command line
    entity: Annotated[str, typer.Argument(help="An entity.")],
    other: Annotated[str, typer.Argument(help="Another entity that is the same party.")],
    reason: ReasonOption,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    language: LanguageOption = Language.SV,
    as_json: JsonOption = False,
) -> None:
    """Say that two entities are one; it counts from the next screening on and holds against numbers, names and models."""
    from follow_money.workspace import judging
    from follow_money.workspace.workspace import open_workspace

    name = judging.same(open_workspace(workspace, make=False), entity, other, reason=reason)
    if as_json:
        print_json({"judgement": name})
    else:
        say(_NOTED[language].format(name=name))


def not_same(  # noqa: PLR0917  # options of a command line
    entity: Annotated[str, typer.Argument(help="The entity that is more than one.")],
    mention: Annotated[
        list[str],
        typer.Option("--mention", help="A description that is somebody else; see: follow-money explain ENTITY."),
    ],
    reason: ReasonOption,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    language: LanguageOption = Language.SV,
    as_json: JsonOption = False,
) -> None:
    """Say that some descriptions of an entity are somebody else; screens again at once and shows which cases changed."""
    from follow_money.cli.progress import progress
    from follow_money.workspace import judging
    from follow_money.workspace.workspace import open_workspace

    place = open_workspace(workspace, make=False)
    with progress(err(), quiet=as_json) as tell:
        _show(judging.not_the_same(place, entity, mention, reason=reason, on_progress=tell), language, as_json=as_json)


def undo(
    judgement: Annotated[list[str], typer.Argument(help="Judgements (J-...); see: follow-money judgements.")],
    reason: ReasonOption,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    language: LanguageOption = Language.SV,
    as_json: JsonOption = False,
) -> None:
    """Undo judgements: exactly what stood before them stands again. Screens again and shows which cases changed."""
    from follow_money.cli.progress import progress
    from follow_money.workspace import judging
    from follow_money.workspace.workspace import open_workspace

    place = open_workspace(workspace, make=False)
    with progress(err(), quiet=as_json) as tell:
        _show(judging.undo_and_rescreen(place, judgement, reason=reason, on_progress=tell), language, as_json=as_json)


def _show(told: Rescreened, language: str, *, as_json: bool) -> None:
    from follow_money.told.shown_changes import changes_told
    from follow_money.triage.changed_cases import changed_json

    if as_json:
        print_json({"judgement": told.judgement, "run_id": told.run.run_id, "cases": changed_json(told.cases)})
        return
    say(f"{told.judgement} -> {told.run.run_id}")
    for sentence in changes_told(told.cases, language):
        say(sentence)


def judgements(
    entity: Annotated[str | None, typer.Argument(help="Only what was judged of this entity's descriptions.")] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,
) -> None:
    """What was judged of who is who: by whom, when, why, and whether it was undone. May print names that a reason holds."""
    from follow_money.workspace import judging
    from follow_money.workspace.workspace import open_workspace

    place = open_workspace(workspace, make=False)
    about = place.run().mentions(entity)["mention_id"].to_pylist() if entity is not None else ()
    told = judging.judgements(place, about=about)
    if as_json:
        print_json({"judgements": told})
        return
    for row in told:
        what = f"undoes {', '.join(row['undoes'])}" if row["undoes"] else ""
        what = what or f"+{row['positive']} -{row['negative']} ?{row['unsure']}"
        undone = " (undone)" if row["is_undone"] else ""
        say(f"{row['judgement']} {row['when'][:10]} {row['who']} ({row['judge']}) {what}{undone}: {row['reason']}")
