"""The labelling page in JupyterLab: ``label(workspace)`` in a cell shows it. Keys: 1 one, 2 two, 3 unsure, z takes the last back.

Pairs go to the browser as messages, never as the widget's state, so that a saved notebook holds no name and no number. Everything it needs
is in this package: it works without a network.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import anywidget
import traitlets

from follow_money.errors import FollowMoneyError
from follow_money.labelling.pairs import Labelling
from follow_money.workspace.workspace import Workspace

_LANGUAGES: Final = ("sv", "en")


class LabellingPage(anywidget.AnyWidget):  # type: ignore[misc]  # it ships no complete types
    """One page; ``labelling`` tells what has been judged on it."""

    _esm = Path(__file__).parent / "page.js"
    _css = Path(__file__).parent / "page.css"
    language = traitlets.Enum(_LANGUAGES, default_value="sv").tag(sync=True)

    def __init__(self, labelling: Labelling, *, language: str = "sv") -> None:
        super().__init__(language=language)
        self.labelling = labelling
        self.on_msg(self._answer)

    def _answer(self, _widget: object, asked: Any, _buffers: object) -> None:  # noqa: ANN401  # a message from the browser
        told: dict[str, Any] = {"last": None, "fault": ""}
        try:
            if asked.get("do") == "judge":
                told["last"] = self.labelling.judge(asked["key"], asked["verdict"], asked.get("reason", ""))
            elif asked.get("do") == "undo":
                self.labelling.undo()
        except FollowMoneyError as error:
            told["fault"] = str(error)
        pair = self.labelling.pair()
        self.send({**told, "pair": pair, "left": self.labelling.left, "judged": self.labelling.judged})


def label(workspace: Workspace, *, language: str = "sv") -> LabellingPage:
    """The page for the open pairs of a workspace's latest run. Raises UsageError where there is none."""
    return LabellingPage(Labelling(workspace, language), language=language)
