"""Commands that take registers in: demo, init, screen. No logic: they call what Python users call."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from follow_money.cli.options import (
    DEFAULT_WORKSPACE,
    JsonOption,
    Language,
    LanguageOption,
    SettingsOption,
    err,
    out,
    print_json,
    say,
)
from follow_money.errors import InputError, UsageError

if TYPE_CHECKING:
    from follow_money.settings.settings import Settings


def demo(
    folder: Annotated[Path, typer.Argument(help="Where the demo lives.")] = Path("demo"),
    people: Annotated[int, typer.Option(help="Persons in the made-up region.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Same seed, same region.")] = 1,
    language: LanguageOption = Language.SV,
    as_json: JsonOption = False,
) -> None:
    """Make a small region, screen it, print the queue, write a packet."""
    from follow_money.cli.demo import run_demo
    from follow_money.cli.progress import progress
    from follow_money.told import shown

    with progress(err(), quiet=as_json) as tell:
        told = run_demo(folder, people=people, seed=seed, on_progress=tell)
    if as_json:
        print_json(told.as_json())
        return
    shown.queue(out(), told.run, capacity=10, language=language)
    for sentence in told.sentences(language):
        say(sentence)


def init(
    exports: Annotated[Path, typer.Argument(help="Folder with the exported registers.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a commented settings file and a draft of the mapping, guessed from the files' headers."""
    from follow_money.workspace.drafts import write_drafts

    written = write_drafts(exports, force=force)
    if as_json:
        print_json({"written": [str(path) for path in written]})
        return
    for path in written:
        say(f"Wrote {path}")


def screen(  # noqa: PLR0917  # options of a command line
    exports: Annotated[Path, typer.Argument(help="Folder with the exported registers.")],
    workspace: Annotated[
        Path, typer.Option("--workspace", "-w", help="Folder of the workspace; made when it is not there.")
    ] = DEFAULT_WORKSPACE,
    settings: SettingsOption = None,
    mapping: Annotated[Path | None, typer.Option(help="Mapping file; otherwise mapping.toml in the folder.")] = None,
    profile: Annotated[str | None, typer.Option(help="Who is looking, e.g. municipal_committee.")] = None,
    max_quarantine: Annotated[float | None, typer.Option(help="Largest share of a file's rows in quarantine.")] = None,
    until: Annotated[str, typer.Option(help="Stop after: load, resolve, connect, detect or triage.")] = "triage",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be read and evaluated; write nothing.")
    ] = False,
    retrain: Annotated[
        bool, typer.Option("--retrain", help="Train the linkage models anew on this delivery; who is who may change.")
    ] = False,
    synthetic: Annotated[
        bool | None, typer.Option("--synthetic/--real", help="What a new workspace holds: made-up or real data.")
    ] = None,
    language: Annotated[Language | None, typer.Option("--language", help="What people read: sv or en.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Screen a folder of exported registers: load, resolve, connect, detect, triage."""
    from follow_money.cli.progress import progress
    from follow_money.told import shown
    from follow_money.workspace.workspace import check, open_workspace

    told = _settings(settings, profile=profile, max_quarantine=max_quarantine, language=language and language.value)
    made_up = synthetic if synthetic is not None else told.synthetic or None
    if dry_run:
        _dry_run(exports, workspace, told, mapping=mapping, synthetic=made_up, as_json=as_json)
        return
    check(exports, told, mapping=mapping, until=until, workspace=workspace)
    is_new = not workspace.exists()
    place = open_workspace(workspace, synthetic=made_up)
    try:
        with progress(err(), quiet=as_json) as tell:
            run = place.screen(exports, told, mapping=mapping, until=until, retrain=retrain, on_progress=tell)
    except (UsageError, InputError):
        if is_new:  # nothing was read: no workspace is made of a delivery that is refused
            shutil.rmtree(workspace, ignore_errors=True)
        raise
    if run is None and as_json:
        print_json({"until": until})
    elif run is None:
        say(f"Stopped after {until}, as asked.")
    elif as_json:
        print_json(shown.queue_json(run, told.capacity, place.decisions()) | {"entities": vars(place.churn())})
    else:
        shown.queue(out(), run, capacity=told.capacity, language=told.language, decisions=place.decisions())
        say(place.churn().sentence(told.language))


def _dry_run(
    exports: Path, folder: Path, told: Settings, *, mapping: Path | None, synthetic: bool | None, as_json: bool
) -> None:
    from follow_money.cli.progress import progress
    from follow_money.detectors.catalogue import catalogue, chosen
    from follow_money.detectors.coverage import coverage
    from follow_money.registers.quarantine import check_limit
    from follow_money.told import shown_coverage
    from follow_money.workspace.workspace import would_open

    place = would_open(folder, synthetic=synthetic)
    with progress(err(), quiet=as_json) as tell:
        intake = place.dry_run(exports, told, mapping=mapping, on_progress=tell)
    evaluable = coverage(chosen(told.detectors, told.person_detectors, told.insider), intake)
    if as_json:
        print_json(shown_coverage.coverage_json(intake, evaluable))
    else:
        is_swedish = told.language == "sv"
        titles = {name: found.title_sv if is_swedish else found.title_en for name, found in catalogue().items()}
        shown_coverage.coverage(out(), intake, evaluable, titles, told.language)
    check_limit(intake.files, told.max_quarantine)


def _settings(path: Path | None, **changes: object) -> Settings:
    from follow_money.settings.settings import Settings, read_settings

    return (read_settings(path) if path else Settings()).changed(**changes)
