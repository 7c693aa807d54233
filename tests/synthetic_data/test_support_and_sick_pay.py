"""Claims about the scenarios of support to companies and of sick pay."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic_data.build import Planted, build_region
from synthetic_data.levels import Level
from synthetic_data.region import Region
from synthetic_data.rows import Ints
from synthetic_data.truth import Scheme


@pytest.fixture(scope="module")
def support() -> Region:
    return build_region(4000, 5, 2, Planted(0, 0, 0, matrix=1, scenarios=("business_support", "sick_pay")))


def _scheme(region: Region, scenario: str, level: Level) -> Scheme:
    (scheme,) = [
        each
        for each in region.truth.schemes
        if each.difficulty["scenario"] == scenario and each.difficulty["level"] == level
    ]
    return scheme


def _standing(region: Region, organisation: int, column: str) -> Ints:
    """A declared figure by month: the latest row counts."""
    returns = region.tables["tax_returns"]
    rows = np.flatnonzero(returns["organisation"] == organisation)
    rows = rows[np.argsort(returns["received"][rows], kind="stable")]
    told = np.zeros(region.period.months, dtype=np.int64)
    told[returns["month"][rows]] = returns[column][rows]
    return told


@pytest.mark.parametrize("level", list(Level))
def test_a_false_drop_is_larger_than_the_declared_one_by_the_planted_share(support: Region, level: Level) -> None:
    scheme = _scheme(support, "business_support", level)
    applications, starts = support.tables["support_applications"], support.period.month_starts
    (row,) = np.flatnonzero(applications["organisation"] == scheme.organisation)
    stated = 1 - applications["turnover"][row] / applications["reference_turnover"][row]
    first = int(np.searchsorted(starts, applications["first"][row]))
    months = np.arange(first, int(np.searchsorted(starts, applications["last"][row])))
    turnover = _standing(support, scheme.organisation, "turnover")
    drop = 1 - turnover[months].sum() / turnover[months - 12].sum()
    if scheme.difficulty["way"] == "turnover":
        assert stated - drop >= 0.12
        assert scheme.amount_ore == pytest.approx(applications["amount"][row] * (stated - drop) / stated, rel=0.2)
    else:
        assert scheme.amount_ore == applications["amount"][row]


def test_blatant_sick_pay_has_no_employees_and_the_others_have_more_than_their_wages_bear(support: Region) -> None:
    blatant = _scheme(support, "sick_pay", Level.BLATANT).organisation
    assert not (support.pay["organisation"] == blatant).any()
    assert _standing(support, blatant, "wages").sum() == 0
    for level, least in ((Level.CAREFUL, 0.2), (Level.PROFESSIONAL, 0.1)):
        party = _scheme(support, "sick_pay", level).organisation
        sick, wages = (_standing(support, party, name)[:7].sum() for name in ("sick_pay", "wages"))
        assert sick / wages > least


@pytest.mark.parametrize("level", list(Level))
def test_no_more_is_planted_than_was_compensated(support: Region, level: Level) -> None:
    scheme = _scheme(support, "sick_pay", level)
    mine = support.claims["organisation"] == scheme.organisation
    assert 0 < scheme.amount_ore <= support.claims["amount"][mine].sum() * 1.01


def test_look_alikes_are_told_and_in_no_scheme(support: Region) -> None:
    told = {each.kind: each.organisation for each in support.truth.look_alikes}
    kinds = {
        "season", "new_firm", "accruals", "real_insolvency", "earlier_dividend", "tiny_firm_long_illness",
        "epidemic_at_work", "late_declaration",
    }  # fmt: skip
    assert kinds <= set(told)
    assert not {scheme.organisation for scheme in support.truth.schemes} & {told[kind] for kind in kinds}
