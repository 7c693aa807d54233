from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "follow_money"
SOURCES = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "detectors").glob("*.py"))]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_packet_has_words_for_every_role_that_a_detector_gives(language: str) -> None:
    words = tomllib.loads((ROOT / "referral" / "templates" / f"{language}.toml").read_text(encoding="utf-8"))
    roles = {
        role
        for source in SOURCES
        for part in re.findall(r"parties[\"']?[=:] ?\{(.*?)\}", source, re.DOTALL)
        for role in re.findall(r'"(\w+)":', part)
    }
    assert roles >= {"staff", "user", "other_provider", "owner_side"}
    assert roles <= set(words["roles"])


def test_packet_has_swedish_words_for_every_unit_of_a_hit() -> None:
    words = tomllib.loads((ROOT / "referral" / "templates" / "sv.toml").read_text(encoding="utf-8"))
    units = {unit for source in SOURCES for unit in re.findall(r'unit="([^"]+)"', source)}
    assert len(units) > 10
    assert units <= set(words["units"])
