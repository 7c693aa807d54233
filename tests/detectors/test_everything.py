"""The rows that every detector is held to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tests.detectors.everything as made_up
from follow_money.graph.money_graph import table_names

if TYPE_CHECKING:
    import pytest


def test_one_register_more_leaves_the_rows_of_the_others_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = made_up.everything()
    fewer = tuple(name for name in table_names() if name not in {"foreign_persons", "hubs"})
    monkeypatch.setattr(made_up, "table_names", lambda: fewer)
    assert made_up.everything() == {name: rows for name, rows in whole.items() if name in fewer}
