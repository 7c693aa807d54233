"""follow-money: the flow's verbs on the command line. No logic: every command calls what Python users call."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from follow_money import explained, shown
from follow_money.detectors.catalogue import chosen
from follow_money.detectors.coverage import coverage
from follow_money.errors import FollowMoneyError
from follow_money.progress import progress
from follow_money.settings import Settings, read_settings
from follow_money.workspace import STAGES, Workspace, open_workspace

app = typer.Typer(
    name="follow-money",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Exported registers in; explained, ranked cases and referral packets out. "
    "Exit codes: 0 done, 2 wrong usage or settings, 3 input over the quarantine limit, 4 failure inside, 130 interrupted.",
)
out = Console()
err = Console(stderr=True)

WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", "-w", help="Folder of the workspace; made when it is not there.")
]
SettingsOption = Annotated[Path | None, typer.Option("--settings", help="Settings file (TOML).")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")]
LanguageOption = Annotated[str | None, typer.Option("--language", help="sv or en.")]

DEFAULT_WORKSPACE = Path("workspace")


def main() -> None:
    """Run the command line; an error of ours is one sentence on standard error and its exit code."""
    try:
        app(standalone_mode=True)
    except FollowMoneyError as error:
        err.print(f"follow-money: {error}", style="bold", highlight=False, markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        err.print("follow-money: interrupted. The same command goes on where it stopped.", highlight=False)
        sys.exit(130)


def _settings(path: Path | None, **changes: object) -> Settings:
    return (read_settings(path) if path else Settings()).changed(**changes)


def _print_json(document: Any) -> None:  # noqa: ANN401  # any JSON value
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n")


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where the demo lives.")] = Path("demo"),
    people: Annotated[int, typer.Option(help="Persons in the made-up region.")] = 20_000,
    seed: Annotated[int, typer.Option(help="Same seed, same region.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Make a small region, screen it, print the queue, write a packet."""
    from follow_money.demo import run_demo

    with progress(err, quiet=as_json) as tell:
        told = run_demo(folder, people=people, seed=seed, on_progress=tell)
    if as_json:
        _print_json(told.as_json())
        return
    shown.queue(out, told.run, capacity=10, language="sv")
    out.print(told.sentences(), highlight=False, markup=False, soft_wrap=True)


@app.command()
def init(
    exports: Annotated[Path, typer.Argument(help="Folder with the exported registers.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
) -> None:
    """Write a commented settings file and a draft of the mapping, guessed from the files' headers."""
    from follow_money.drafts import write_drafts

    for path in write_drafts(exports, force=force):
        out.print(f"Wrote {path}", highlight=False, soft_wrap=True)


@app.command()
def screen(  # noqa: PLR0917  # options of the command line
    exports: Annotated[Path, typer.Argument(help="Folder with the exported registers.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    settings: SettingsOption = None,
    mapping: Annotated[Path | None, typer.Option(help="Mapping file; otherwise mapping.toml in the folder.")] = None,
    profile: Annotated[str | None, typer.Option(help="Who is looking, e.g. municipal_committee.")] = None,
    max_quarantine: Annotated[float | None, typer.Option(help="Largest share of a file's rows in quarantine.")] = None,
    until: Annotated[str, typer.Option(help=f"Stop after: {', '.join(STAGES)}.")] = "triage",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be read and evaluated; write nothing.")
    ] = False,
    synthetic: Annotated[
        bool | None, typer.Option("--synthetic/--real", help="A new workspace holds made-up data.")
    ] = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Screen a folder of exported registers: load, resolve, connect, detect, triage."""
    told = _settings(settings, profile=profile, max_quarantine=max_quarantine, language=language)
    if dry_run:
        told = told.changed(synthetic=synthetic)
        with progress(err, quiet=as_json) as tell:
            intake = Workspace(workspace, bool(synthetic)).dry_run(exports, told, mapping=mapping, on_progress=tell)
        evaluable = coverage(chosen(told.detectors), intake)
        if as_json:
            _print_json({"intake": json.loads(intake.to_json()), "detectors": evaluable})
        else:
            shown.coverage(out, intake, evaluable, told.profile)
        return
    place = open_workspace(workspace, synthetic=synthetic)
    with progress(err, quiet=as_json) as tell:
        run = place.screen(exports, told, mapping=mapping, until=until, on_progress=tell)
    if run is None:
        out.print(f"Stopped after {until}, as asked.", highlight=False)
    elif as_json:
        _print_json(shown.queue_json(run, told.capacity))
    else:
        shown.queue(out, run, capacity=told.capacity, language=told.language)


@app.command()
def queue(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    capacity: Annotated[int, typer.Option(help="How many cases can be reviewed.")] = 20,
    language: Annotated[str, typer.Option(help="sv or en.")] = "sv",
    picture: Annotated[
        Path | None, typer.Option(help="Also write the queue as an SVG picture, on entity ids alone.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """The cases of the latest screening, ranked."""
    run = open_workspace(workspace).run()
    if picture is not None:
        from follow_money.pictures.queue import queue_picture

        picture.write_text(queue_picture(run.cases.slice(0, capacity), None).svg, encoding="utf-8")
    if as_json:
        _print_json(shown.queue_json(run, capacity))
    else:
        shown.queue(out, run, capacity=capacity, language=language)


@app.command()
def explain(
    what: Annotated[str, typer.Argument(help="A case (id or rank), a hit, an entity or a detector.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    rows: Annotated[int, typer.Option(help="Source rows to print.")] = 10,
    language: Annotated[str, typer.Option(help="sv or en.")] = "sv",
) -> None:
    """Say in sentences and source rows what something is, why it was flagged, or why it was not."""
    run = open_workspace(workspace).run() if (workspace / "latest.json").exists() else None
    for sentence in explained.explain(run, what, rows=rows, language=language):
        out.print(sentence, highlight=False, markup=False, soft_wrap=True)


@app.command()
def split(
    entity: Annotated[str, typer.Argument(help="The entity that is more than one.")],
    mention: Annotated[
        list[str],
        typer.Option("--mention", help="A description that is somebody else; see: follow-money explain ENTITY."),
    ],
    reason: Annotated[str, typer.Option(help="Why.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Say that some descriptions of an entity are somebody else; the next screening keeps them apart."""
    open_workspace(workspace).split(entity, mention, reason=reason)
    out.print("Noted. Screen the same folder again: only what depends on it is redone.", highlight=False)


@app.command()
def decide(
    case: Annotated[str, typer.Argument(help="A case, by id or rank.")],
    outcome: Annotated[str, typer.Option(help="close, notify or investigate.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Record a person's decision about a case, with a reason."""
    decision = open_workspace(workspace).decide(case, outcome, reason)
    out.print(f"Noted: {decision.case_id}, {decision.outcome}, by {decision.user}.", highlight=False)


@app.command()
def refer(
    case: Annotated[str, typer.Argument(help="A case, by id or rank.")],
    authority: Annotated[str, typer.Option("--to", help="The authority that receives it.")] = "forsakringskassan",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    folder: Annotated[Path | None, typer.Option("--out", help="Where the packet is written.")] = None,
) -> None:
    """Write a draft packet for an authority: PDF, evidence rows, what speaks against, manifest."""
    packet = open_workspace(workspace).refer(case, authority, out=folder)
    out.print(
        f"Wrote the draft {packet}. It is not approved. Check it with: follow-money verify {packet}",
        highlight=False,
        soft_wrap=True,
    )


@app.command()
def verify(packet: Annotated[Path, typer.Argument(help="The packet's folder.")], as_json: JsonOption = False) -> None:
    """Say whether a packet is whole or broken. Exit code 0 when whole, 4 when broken."""
    from follow_money.referral.verify import verify_packet

    verification = verify_packet(packet)
    if as_json:
        _print_json({"packet": str(packet), "whole": verification.is_whole, "faults": list(verification.faults)})
    else:
        out.print("whole" if verification.is_whole else "broken", highlight=False)
        for sentence in verification.faults:
            out.print(f"  {sentence}", highlight=False, markup=False, soft_wrap=True)
    if not verification.is_whole:
        raise typer.Exit(4)


@app.command()
def detectors() -> None:
    """The detectors: what each finds, its kind and what it needs."""
    shown.detectors(out)


@app.command()
def lab(folder: Annotated[Path, typer.Argument(help="Folder of the notebooks.")] = Path("notebooks")) -> None:
    """JupyterLab on the notebooks."""
    import subprocess

    sys.exit(subprocess.call([sys.executable, "-m", "jupyterlab", str(folder)]))  # noqa: S603  # our own interpreter and a folder


if __name__ == "__main__":
    main()
