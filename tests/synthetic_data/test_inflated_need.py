"""Claims about the scenario of inflated need."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic_data.certificates import PSYCHOLOGIST, WRONG_FACTS, assessments
from synthetic_data.region import ASSISTANCE, Region
from synthetic_data.rows import NONE, Ints
from tests.synthetic_data.matrix_region import LEVELS, look_alike_kinds, matrix_region, members, scheme_at


@pytest.fixture(scope="module")
def care() -> Region:
    return matrix_region("inflated_need")


def _largest_part(region: Region, company: int) -> float:
    rows = assessments(region)
    mine = (rows["organisation"] == company) & (rows["kind"] != PSYCHOLOGIST)
    _, count = np.unique(rows["certifier"][mine], return_counts=True)
    return float(count.max() / count.sum())


@pytest.mark.parametrize("level", LEVELS)
def test_one_person_certifies_for_a_part_of_the_users_and_their_hours_are_inflated(care: Region, level: str) -> None:
    number, scheme = scheme_at(care, level)
    rows, false = assessments(care), members(care, number, "assessments")
    assert np.unique(rows["certifier"][false]).size == 1
    assert np.unique(rows["organisation"][false]).tolist() == [scheme.organisation]
    assert (rows["inflated"][false] > 0).all()
    seen = false[rows["reviewed"][false] != NONE]
    assert (rows["ground"][seen] == WRONG_FACTS).all()
    assert (np.abs(rows["granted"][seen] - rows["after"][seen] - rows["inflated"][seen]) <= 1).all()


def test_levels_differ_in_the_part_of_the_certifier(care: Region) -> None:
    parts = [_largest_part(care, scheme_at(care, level)[1].organisation) for level in LEVELS]
    assert parts == sorted(parts, reverse=True)
    assert 0.2 < parts[2] < 0.7


def test_amount_is_what_was_paid_for_hours_not_needed(care: Region) -> None:
    for scheme in care.truth.schemes:
        paid = _paid(care, scheme.organisation)
        assert 0.1 * paid < scheme.amount_ore < 0.85 * paid


def _paid(region: Region, company: int) -> int:
    mine = (region.claims["organisation"] == company) & (region.claims["programme"] == ASSISTANCE)
    return int(region.claims["amount"][mine].sum())


def test_certifiers_of_schemes_certify_for_others_too(care: Region) -> None:
    rows = assessments(care)
    false = rows["inflated"] > 0
    for certifier in np.unique(rows["certifier"][false]).tolist():
        assert np.unique(rows["organisation"][rows["certifier"] == certifier]).size > 1


def test_look_alikes_are_told_and_in_no_scheme(care: Region) -> None:
    kinds = {"only_specialist", "merged_provider", "real_recovery", "other_practice"}
    assert kinds <= look_alike_kinds(care)
    lawful: Ints = np.array([each.organisation for each in care.truth.look_alikes if each.kind in kinds])
    rows = assessments(care)
    assert (rows["inflated"][np.isin(rows["organisation"], lawful)] == NONE).all()
