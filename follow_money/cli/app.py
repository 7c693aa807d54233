"""follow-money: the flow's verbs on the command line. No logic: every command calls what Python users call.

What a command needs is imported when it runs, so that the help is there at once.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from follow_money.cli import judging, looking, matching, referring, screening, trailing
from follow_money.errors import FollowMoneyError

if TYPE_CHECKING:
    from types import FrameType


EPILOG: Final = "Exit codes: 0 done, 2 wrong usage, settings or input, 3 over the quarantine limit, 4 failure inside, 130 interrupted."

app = typer.Typer(
    name="follow-money",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Exported registers in; explained, ranked cases and referral packets out.",
    epilog=EPILOG,
)
COMMANDS: Final[Mapping[str, Callable[..., None]]] = {
    "demo": screening.demo,
    "init": screening.init,
    "screen": screening.screen,
    "queue": looking.queue,
    "find": looking.find,
    "explain": looking.explain,
    "trail": trailing.trail,
    "what-if": looking.what_if,
    "networks": looking.networks,
    "unusual": looking.unusual,
    "same": judging.same,
    "not-same": judging.not_same,
    "undo": judging.undo,
    "judgements": judging.judgements,
    "matching-key": matching.matching_key,
    "match-out": matching.match_out,
    "match-in": matching.match_in,
    "decide": referring.decide,
    "refer": referring.refer,
    "verify": referring.verify,
    "detectors": looking.detectors,
    "lab": looking.lab,
}
for name, command in COMMANDS.items():
    app.command(name=name)(command)

EXIT_INTERRUPTED: Final = 130
INTERRUPTED: Final = "interrupted. Nothing half-written was kept; the same command goes on where it stopped."


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
        _end(_fault(error), FollowMoneyError.exit_code)


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


if __name__ == "__main__":
    main()
