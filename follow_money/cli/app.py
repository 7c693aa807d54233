"""follow-money: the flow's verbs on the command line. No logic: every command calls what Python users call.

What a command needs is imported when it runs, so that the help is there at once.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from follow_money.cli import judging, looking, matching
from follow_money.cli.options import (
    DEFAULT_WORKSPACE,
    Bound,
    CaseArgument,
    JsonOption,
    Language,
    LanguageOption,
    ReasonOption,
    SettingsOption,
    WorkspaceOption,
    err,
    out,
    print_json,
    say,
    writable_file,
)
from follow_money.errors import FollowMoneyError, InputError, UsageError

if TYPE_CHECKING:
    from types import FrameType

    from follow_money.run import Run
    from follow_money.settings.settings import Settings

EPILOG = "Exit codes: 0 done, 2 wrong usage, settings or input, 3 over the quarantine limit, 4 failure inside, 130 interrupted."

app = typer.Typer(
    name="follow-money",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Exported registers in; explained, ranked cases and referral packets out.",
    epilog=EPILOG,
)


EXIT_INTERRUPTED = 130
EXIT_INSIDE = 4
INTERRUPTED = "interrupted. Nothing half-written was kept; the same command goes on where it stopped."


def main() -> None:
    """Run the command line; whatever goes wrong is one sentence on standard error and the documented exit code."""
    interrupted = False

    def interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # the signature of a handler
        # A library may turn the interrupt into an error of its own; what was asked for is remembered here.
        nonlocal interrupted
        interrupted = True
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    try:
        app(standalone_mode=True, prog_name="follow-money")
    except SystemExit as ended:
        if ended.code == EXIT_INTERRUPTED or (interrupted and ended.code):
            _end(INTERRUPTED, EXIT_INTERRUPTED)
        raise
    except FollowMoneyError as error:
        _end(str(error), error.exit_code)
    except Exception as error:
        if interrupted:
            _end(INTERRUPTED, EXIT_INTERRUPTED)
        if os.environ.get("FOLLOW_MONEY_TRACEBACK"):  # for developers: a traceback may hold rows of a register
            raise
        _end(_fault(error), EXIT_INSIDE)


def _end(sentence: str, exit_code: int) -> None:
    sys.stderr.write(f"follow-money: {sentence}\n")
    sys.exit(exit_code)


def _fault(error: Exception) -> str:
    """What can be said of a fault of ours. Its own text may hold a row of a register, so it is left out."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "follow_money" in frame.filename]
    place = f"{Path(ours[-1].filename).name} line {ours[-1].lineno}" if ours else "an unknown place"
    if isinstance(error, OSError) and error.strerror:
        return f"The system refused ({error.strerror}, at {place}). Mend that and run the same command again."
    return (
        f"This is a fault of the toolkit ({type(error).__name__} in {place}). Nothing half-written was kept. "
        "Report it with this line; the data stay with you."
    )


def _settings(path: Path | None, **changes: object) -> Settings:
    from follow_money.settings.settings import Settings, read_settings

    return (read_settings(path) if path else Settings()).changed(**changes)


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
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


def _latest_run(workspace: Path, what: str) -> Run | None:
    """The latest run; None for a detector, which can be explained without one."""
    from follow_money.detectors.catalogue import catalogue
    from follow_money.workspace.workspace import open_workspace

    return None if what in catalogue() else open_workspace(workspace, make=False).run()


app.command(name="what-if")(looking.what_if)
app.command()(looking.networks)
app.command()(looking.unusual)


app.command()(judging.same)
app.command(name="not-same")(judging.not_same)
app.command()(judging.undo)
app.command()(judging.judgements)
app.command(name="matching-key")(matching.matching_key)
app.command(name="match-out")(matching.match_out)
app.command(name="match-in")(matching.match_in)


@app.command()
def decide(
    case: CaseArgument,
    outcome: Annotated[str, typer.Option(help="close, notify or investigate.")],
    reason: ReasonOption,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,
) -> None:
    """Record a person's decision about a case, with a reason."""
    from dataclasses import asdict

    from follow_money.workspace.workspace import open_workspace

    decision = open_workspace(workspace, make=False).decide(case, outcome, reason)
    if as_json:
        print_json(asdict(decision))
    else:
        say(f"Noted: {decision.case_id}, {decision.outcome}, by {decision.user}.")


@app.command()
def refer(  # noqa: PLR0917  # options of the command line
    case: CaseArgument,
    authority: Annotated[str, typer.Option("--to", help="The authority that receives it.")] = "forsakringskassan",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    author: Annotated[str | None, typer.Option(help="Who the authority can ask: name, unit, telephone.")] = None,
    folder: Annotated[Path | None, typer.Option("--out", help="Where the packet is written.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a draft packet for an authority: PDF, evidence rows, what speaks against, manifest."""
    from follow_money.workspace.workspace import open_workspace

    packet = open_workspace(workspace, make=False).refer(case, authority, out=folder, author=author)
    if as_json:
        print_json({"packet": str(packet), "status": "draft, not approved"})
    else:
        say(f"Wrote the draft {packet}. It is not approved. Check it with: follow-money verify {packet}")


@app.command()
def verify(packet: Annotated[Path, typer.Argument(help="The packet's folder.")], as_json: JsonOption = False) -> None:
    """Say whether a packet is whole or broken. Exit code 0 when whole, 4 when broken."""
    from follow_money.referral.verify import verify_packet

    verification = verify_packet(packet)
    if as_json:
        print_json({"packet": str(packet), "whole": verification.is_whole, "faults": list(verification.faults)})
    else:
        say("whole" if verification.is_whole else "broken")
        for sentence in verification.faults:
            say(f"  {sentence}")
    if not verification.is_whole:
        raise typer.Exit(EXIT_INSIDE)


@app.command()
def detectors(language: LanguageOption = Language.SV, as_json: JsonOption = False) -> None:
    """The detectors: what each finds, its kind and what it needs."""
    from follow_money.told import shown

    if as_json:
        print_json({"detectors": shown.detectors_json()})
    else:
        shown.detectors(out(), language=language)


@app.command()
def lab(folder: Annotated[Path, typer.Argument(help="Folder of the notebooks.")] = Path("notebooks")) -> None:
    """JupyterLab on the notebooks."""
    import subprocess

    sys.exit(subprocess.call([sys.executable, "-m", "jupyterlab", str(folder)]))  # noqa: S603  # our own interpreter and a folder


if __name__ == "__main__":
    main()
