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

from follow_money.errors import FollowMoneyError
from follow_money.run import Run
from follow_money.settings import Settings, read_settings
from follow_money.workspace import Workspace, open_workspace

__all__ = ["FollowMoneyError", "Run", "Settings", "Workspace", "open_workspace", "read_settings"]
