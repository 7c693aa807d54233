from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.registers.delivered_folder import Folder, Loaded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    path = tmp_path / "in"
    path.mkdir()
    return Folder(path, tmp_path / "out")


@pytest.fixture
def payments(folder: Folder) -> Callable[..., Loaded]:
    """Loads one payments file of the columns Id, Datum, Mottagare, Belopp."""

    def load_payments(content: str | bytes, *, dialect: str = "", name: str = "p.csv") -> Loaded:
        folder.map_payments(dialect)
        folder.put(name, content)
        return folder.load()

    return load_payments
