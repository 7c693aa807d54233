"""The words for what was compared."""

from __future__ import annotations

import pytest

from follow_money.entities.linkage_model import COMPARED, gamma_of, label_of, starting_model
from follow_money.told.explained_levels import SWEDISH, levels_told


@pytest.mark.parametrize("kind", ["person", "organisation"])
def test_every_level_that_a_pair_can_have_has_a_swedish_name(kind: str) -> None:
    for comparison in starting_model(kind, 10, ())["comparisons"]:
        name = comparison["output_column_name"]
        assert name in COMPARED[kind]
        for level in comparison["comparison_levels"][1:]:
            label = level["label_for_charts"]
            assert label_of(name, gamma_of(name, label)) == label
            assert SWEDISH[label]
        assert label_of(name, -1) in SWEDISH


def test_levels_are_told_in_the_language_of_the_text() -> None:
    levels = [{"comparison": "birth_date", "level": "same day"}, {"comparison": "address", "level": "elsewhere"}]
    assert levels_told(levels, "sv") == "födelsedatum: samma dag; adress: på annat håll"
    assert levels_told(levels, "en") == "birth date: same day; address: elsewhere"
