"""Claims about planted false residence, and its look-alikes."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic_data.absences import ABROAD
from synthetic_data.housing_benefit import HOUSEHOLD, decided, residences_of
from synthetic_data.rows import NONE
from tests.synthetic_data.matrix_region import LEVELS, look_alike_kinds, matrix_region, scheme_at


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_registered_contradicts_the_decision_that_is_the_subject(level: str) -> None:
    region = matrix_region("false_residence")
    _, scheme = scheme_at(region, level)
    ((kind, decision),) = [(each.kind, each.number) for each in scheme.subjects]
    assert (kind, scheme.organisation) == ("decision", NONE)
    assert scheme.amount_ore > 0
    applicant = region.decisions["person"][decision]
    rows, people = residences_of(region), region.people
    (dwelling,) = np.unique(rows["dwelling"][rows["person"] == applicant])
    there = np.unique(rows["person"][rows["dwelling"] == dwelling])
    (counted,) = decided(region)["persons"][decided(region)["decision"] == decision]
    if scheme.difficulty["kind"] == "abroad":
        away = region.absences
        stay = (away["person"] == applicant) & (away["kind"] == ABROAD)
        assert (away["last"] - away["first"])[stay].max() >= 240 * region.period.years // 2
    elif scheme.difficulty["kind"] == "partner":
        ties = region.relations
        assert ((ties["person"] == applicant) & (ties["kind"] == HOUSEHOLD) & np.isin(ties["other"], there)).any()
        assert there.size == counted + 1
    else:
        assert np.unique(people.household[there]).size >= 5
        assert there.size >= counted + 4


def test_lawful_look_alikes_stand_beside() -> None:
    kinds = {"real_crowding", "student_housing", "staff_housing", "care_home", "care_of", "shared_custody"}
    kinds |= {"lodger_with_family", "home_shared_for_a_while"}
    assert kinds <= look_alike_kinds(matrix_region("false_residence"))
