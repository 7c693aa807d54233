"""Claims about planted school vouchers and their look-alikes."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic_data.schools import SCHOOL_VOUCHER
from tests.synthetic_data.matrix_region import LEVELS, look_alike_kinds, matrix_region, members, scheme_at


@pytest.mark.parametrize("level", LEVELS)
def test_planted_amount_is_what_was_paid_for_pupils_who_were_elsewhere(level: str) -> None:
    region = matrix_region("school_vouchers")
    number, scheme = scheme_at(region, level)
    rows, claims = members(region, number, "claims"), region.claims
    assert claims["amount"][rows].sum() == scheme.amount_ore > 0
    assert set(claims["organisation"][rows].tolist()) == {scheme.organisation}
    assert (claims["first"][rows].min(), claims["last"][rows].max()) == (scheme.first_day, scheme.last_day)


@pytest.mark.parametrize("level", LEVELS)
def test_pupils_of_a_scheme_go_to_another_school_or_are_abroad(level: str) -> None:
    region = matrix_region("school_vouchers")
    number, scheme = scheme_at(region, level)
    claims, absences = region.claims, region.absences
    other = (claims["programme"] == SCHOOL_VOUCHER) & (claims["organisation"] != scheme.organisation)
    for row in members(region, number, "claims"):
        pupil, first, last = (int(claims[name][row]) for name in ("person", "first", "last"))
        billed = other & (claims["person"] == pupil) & (claims["first"] <= last) & (claims["last"] >= first)
        away = (absences["person"] == pupil) & (absences["first"] < first) & (absences["last"] > last)
        assert billed.any() or away.any()


def test_all_that_a_school_claims_is_paid() -> None:
    region = matrix_region("school_vouchers")
    claims, payments = region.claims, region.payments
    voucher = claims["programme"] == SCHOOL_VOUCHER
    schools = np.unique(claims["organisation"][voucher])
    for school in schools.tolist():
        came = payments["amount"][(payments["payee"] == school) & (payments["payer"] == region.public["kommun"])]
        assert came.sum() == claims["amount"][voucher & (claims["organisation"] == school)].sum()


def test_lawful_look_alikes_stand_beside() -> None:
    assert {
        "change_of_school",
        "shared_custody",
        "school_taken_over",
        "leave_for_journeys",
        "lawful_dividend",
    } <= look_alike_kinds(matrix_region("school_vouchers"))
