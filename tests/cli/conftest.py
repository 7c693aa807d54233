from __future__ import annotations

from pathlib import Path

import pytest

from tests.whole_flow import Screened


@pytest.fixture
def place(screened: Screened, tmp_path: Path) -> Path:
    """A screened workspace to write to."""
    return screened.copy(tmp_path / "workspace").folder
