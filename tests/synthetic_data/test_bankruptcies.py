"""Claims about planted wage guarantee and its look-alikes."""

from __future__ import annotations

import pytest

from synthetic_data.bankruptcies import WAGE_GUARANTEE
from tests.synthetic_data.matrix_region import LEVELS, look_alike_kinds, matrix_region, members, scheme_at


@pytest.mark.parametrize("level", LEVELS)
def test_paper_employees_were_never_declared_by_the_employer(level: str) -> None:
    region = matrix_region("wage_guarantee")
    number, scheme = scheme_at(region, level)
    rows, claims, pay = members(region, number, "claims", "guarantee for a paper employee"), region.claims, region.pay
    assert rows.size == int(scheme.difficulty["paper"]) * int(scheme.difficulty["bankruptcies"])
    for row in rows:
        known = (pay["organisation"] == claims["organisation"][row]) & (pay["person"] == claims["person"][row])
        assert not known.any()


@pytest.mark.parametrize("level", LEVELS)
def test_raised_guarantee_is_above_the_declared_pay(level: str) -> None:
    region = matrix_region("wage_guarantee")
    number, _ = scheme_at(region, level)
    claims, pay = region.claims, region.pay
    for row in members(region, number, "claims", "guarantee above the pay"):
        known = (pay["organisation"] == claims["organisation"][row]) & (pay["person"] == claims["person"][row])
        days = claims["last"][row] - claims["first"][row] + 1
        assert claims["amount"][row] > 1.5 * pay["gross"][known].max() * days / 30


@pytest.mark.parametrize("level", LEVELS)
def test_planted_amount_lies_between_what_paper_employees_and_all_of_the_scheme_were_paid(level: str) -> None:
    region = matrix_region("wage_guarantee")
    number, scheme = scheme_at(region, level)
    amount = region.claims["amount"]
    paper = amount[members(region, number, "claims", "guarantee for a paper employee")].sum()
    assert paper < scheme.amount_ore < amount[members(region, number, "claims")].sum()


def test_professional_schemes_have_no_more_undeclared_people_than_new_hires_can_be() -> None:
    region = matrix_region("wage_guarantee")
    _, scheme = scheme_at(region, "professional")
    assert int(scheme.difficulty["paper"]) <= 2


def test_every_guarantee_comes_from_a_bankruptcy() -> None:
    region = matrix_region("wage_guarantee")
    paid = region.claims["organisation"][region.claims["programme"] == WAGE_GUARANTEE]
    assert set(paid.tolist()) == set(region.tables["bankruptcies"]["organisation"].tolist())


def test_lawful_look_alikes_stand_beside() -> None:
    kinds = {"declared_late", "notice_and_holiday", "new_hire", "seasonal_rehire", "staff_taken_over"}
    assert kinds <= look_alike_kinds(matrix_region("wage_guarantee"))
