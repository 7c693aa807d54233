from __future__ import annotations

from pathlib import Path

from follow_money.detectors.page import detector_table, detectors_page

ROOT = Path(__file__).parents[2]


def test_readme_holds_the_table_of_detectors() -> None:
    assert detector_table() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_page_of_detectors_is_made_from_the_detectors() -> None:
    assert detectors_page() == (ROOT / "docs" / "detectors.md").read_text(encoding="utf-8"), (
        "make it anew: python -m follow_money.detectors.page > docs/detectors.md"
    )
