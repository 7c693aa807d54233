from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.real_ledgers import page

ROOT = Path(__file__).parents[1]
LEDGERS = Path(os.environ.get("FOLLOW_MONEY_LEDGERS", ROOT.parent / "shared" / "data" / "real_ledgers"))


@pytest.mark.skipif(not LEDGERS.is_dir(), reason="the real ledgers are not part of the repository")
def test_page_of_the_real_ledgers_is_what_a_screening_finds() -> None:
    assert page(LEDGERS) == (ROOT / "docs" / "real-ledgers.md").read_text(encoding="utf-8")
