"""Claims about planted parental benefit with full pay, and its look-alikes."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from synthetic_data import Planted
from synthetic_data.build import build_region
from synthetic_data.parental_benefit import SINCE, absences_of
from synthetic_data.region import Region
from synthetic_data.rows import NONE
from tests.synthetic_data.conftest import SEED, TRAIL_PEOPLE
from tests.synthetic_data.matrix_region import LEVELS, look_alike_kinds, members, scheme_at


@cache
def two_years() -> Region:
    """Absences are declared in the second year only."""
    return build_region(TRAIL_PEOPLE, SEED, 2, Planted(0, 0, 0, matrix=1, scenarios=("parental_benefit_with_pay",)))


@pytest.mark.parametrize("level", LEVELS)
def test_months_of_the_scheme_have_full_pay_and_no_declared_absence(level: str) -> None:
    region = two_years()
    number, scheme = scheme_at(region, level)
    rows, claims = members(region, number, "claims"), region.claims
    assert rows.size == scheme.difficulty["months"]
    (person,) = set(claims["person"][rows].tolist())
    assert (claims["month"][rows] >= SINCE).all()
    pay = region.payroll
    mine = (pay["person"] == person) & (pay["specification"] == 1)
    gross = np.zeros(region.period.months)
    np.maximum.at(gross, pay["month"][mine], pay["gross"][mine])
    assert gross[claims["month"][rows]].min() > 0.8 * np.median(gross)
    absences = absences_of(region)
    away = region.period.month_of(absences["day"][absences["person"] == person])
    assert not set(away.tolist()) & set(claims["month"][rows].tolist())


@pytest.mark.parametrize("level", LEVELS)
def test_the_claim_is_the_subject_and_its_amount_is_that_of_its_rows(level: str) -> None:
    region = two_years()
    number, scheme = scheme_at(region, level)
    rows = members(region, number, "claims")
    assert scheme.organisation == NONE
    assert [(each.kind, each.number) for each in scheme.subjects] == [("decision", region.claims["decision"][rows[0]])]
    assert scheme.amount_ore == region.claims["amount"][rows].sum()


def test_professional_schemes_stand_beside_leave_that_was_taken() -> None:
    region = two_years()
    _, scheme = scheme_at(region, "professional")
    assert int(scheme.difficulty["months"]) < int(scheme.difficulty["of_months"])


def test_lawful_look_alikes_stand_beside() -> None:
    assert {"employers_error", "part_day", "holiday_pay", "month_shift", "days_off"} <= look_alike_kinds(two_years())
