"""Commands that match parties across workspaces. No logic: they call what Python users call."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from follow_money.cli.options import DEFAULT_WORKSPACE, JsonOption, ReasonOption, WorkspaceOption, print_json, say

KeyOption = Annotated[Path, typer.Option("--key", help="The shared key file; outside every workspace.")]
GatewayOption = Annotated[str, typer.Option("--gateway", help="The legal gateway that opens secrecy, e.g. G03.")]


def matching_key(
    path: Annotated[Path, typer.Argument(help="The key file, outside every workspace.")], as_json: JsonOption = False
) -> None:
    """Make a key for matching across workspaces, or add a new one to the file (rotation); older ones go on matching older tokens."""
    from follow_money.workspace.matching_keys import rotate

    key_id = rotate(path)
    if as_json:
        print_json({"key_id": key_id})
    else:
        say(f"Added the key {key_id} to {path}. Hand the file to the other side by a safe way, never with tokens.")


def match_out(  # noqa: PLR0917  # options of a command line
    case: Annotated[list[str], typer.Argument(help="Cases whose parties are to be matched, by id or rank.")],
    key: KeyOption,
    gateway: GatewayOption,
    to: Annotated[str, typer.Option("--to", help="Who receives the tokens.")],
    reason: ReasonOption,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,
) -> None:
    """Write tokens of the parties of some cases, for another workspace to match. Asks for a gateway, and is logged."""
    from follow_money.workspace.matching import hand_over
    from follow_money.workspace.workspace import open_workspace

    told = hand_over(open_workspace(workspace, make=False), case, key_file=key, gateway=gateway, to=to, reason=reason)
    if as_json:
        print_json({"file": str(told.path), "tokens": told.tokens, "without_number": told.without_number})
    else:
        say(f"Wrote {told.tokens} tokens to {told.path}; {told.without_number} parties have no whole valid number.")


def match_in(  # noqa: PLR0917  # options of a command line
    received: Annotated[Path, typer.Argument(help="Tokens that another workspace handed over.")],
    key: KeyOption,
    gateway: GatewayOption,
    sender: Annotated[str, typer.Option("--from", help="Who sent them.")],
    reason: ReasonOption,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,
) -> None:
    """Which entities here another workspace's tokens are about. Asks for a gateway, and is logged."""
    from follow_money.workspace.matching import match
    from follow_money.workspace.workspace import open_workspace

    found = match(
        open_workspace(workspace, make=False), received, key_file=key, gateway=gateway, sender=sender, reason=reason
    )
    if as_json:
        print_json({"matches": found.to_pylist()})
        return
    say(f"{len(found)} of the entities here have one of the tokens.")
    for row in found.to_pylist():
        say(f"  {row['entity_id']} = {row['their_id']}")
