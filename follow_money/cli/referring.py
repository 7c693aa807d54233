"""Commands that a person decides by: decide, refer, verify. No logic: they call what Python users call."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from follow_money.cli.options import (
    DEFAULT_WORKSPACE,
    CaseArgument,
    JsonOption,
    ReasonOption,
    WorkspaceOption,
    print_json,
    say,
)
from follow_money.errors import FollowMoneyError


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
        raise typer.Exit(FollowMoneyError.exit_code)
