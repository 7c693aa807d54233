"""Follow the money: exported registers go in; explained, ranked cases and referral packets for the right authority come out.

::

    registers -> load -> records -> resolve -> entities -> connect -> graph -> detect -> hits
              -> triage -> cases -> (a person decides) -> refer -> packets

The same in Python::

    from follow_money import Settings, open_workspace

    workspace = open_workspace(Path("workspace"))
    run = workspace.screen(Path("exports"), Settings(profile="municipal_committee"))
    run.cases.to_pandas()
    workspace.refer("1", "forsakringskassan")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from follow_money.errors import FollowMoneyError
    from follow_money.graph.flows.signals import flow_signals
    from follow_money.run import Run
    from follow_money.settings.settings import Settings, read_settings
    from follow_money.triage.case import Case
    from follow_money.workspace.workspace import Workspace, open_workspace

__all__ = [
    "Case",
    "FollowMoneyError",
    "Run",
    "Settings",
    "Workspace",
    "flow_signals",
    "open_workspace",
    "read_settings",
]

_HOMES: Final = {
    "Case": "triage.case",
    "FollowMoneyError": "errors",
    "Run": "run",
    "Settings": "settings.settings",
    "Workspace": "workspace.workspace",
    "flow_signals": "graph.flows.signals",
    "open_workspace": "workspace.workspace",
    "read_settings": "settings.settings",
}
"""Where each public name lives. They are looked up when first used, so that `follow-money --help` need not load a database."""


def __getattr__(name: str) -> Any:  # noqa: ANN401  # any public name
    """A public name, loaded when it is first asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'follow_money' has no attribute '{name}'")
    found = getattr(importlib.import_module(f"follow_money.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
