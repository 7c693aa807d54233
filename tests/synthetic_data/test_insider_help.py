"""Claims about planted insider help, and its look-alikes."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic_data.officials import approvals_of, lookups_of
from synthetic_data.rows import NONE
from tests.synthetic_data.matrix_region import LEVELS, look_alike_kinds, matrix_region, scheme_at

LEAST = {"blatant": 60, "careful": 30, "professional": 8}


@pytest.mark.parametrize("level", LEVELS)
def test_one_official_approves_for_a_supplier_that_nobody_else_approves_for(level: str) -> None:
    region = matrix_region("insider_help")
    _, scheme = scheme_at(region, level)
    ((kind, user),) = [(each.kind, each.number) for each in scheme.subjects]
    assert (kind, scheme.organisation) == ("official", NONE)
    rows = approvals_of(region)
    alone = [
        organisation
        for organisation in np.unique(rows["organisation"][rows["user"] == user]).tolist()
        if (rows["user"][rows["organisation"] == organisation] == user).all()
    ]
    mine = np.isin(rows["organisation"], alone)
    assert mine.sum() >= LEAST[level]
    assert rows["amount"][mine].sum() == scheme.amount_ore
    below = mine & (rows["amount"] < rows["limit"]) & (rows["amount"] >= 0.95 * rows["limit"])
    if scheme.difficulty["split"]:
        assert below.sum() >= 10
    log = lookups_of(region)
    without = (log["user"] == user) & (log["case"] == NONE) & (log["reason"] == NONE)
    if scheme.difficulty["lookups"]:
        assert without.sum() >= 12


def test_amounts_of_honest_officials_do_not_know_the_limit() -> None:
    region = matrix_region("insider_help")
    rows = approvals_of(region)
    users = {each.number for scheme in region.truth.schemes for each in scheme.subjects}
    users |= {each.subject.number for each in region.truth.look_alikes if each.subject is not None}
    ratio = rows["amount"] / rows["limit"]
    honest = ~np.isin(rows["user"], list(users))
    below = (honest & (ratio >= 0.95) & (ratio < 1.0)).sum()
    above = (honest & (ratio >= 1.0) & (ratio < 1.05)).sum()
    assert abs(below - above) < 4 * np.sqrt(below + above)


def test_lawful_look_alikes_stand_beside() -> None:
    kinds = {
        "sole_for_a_district",
        "framework_contract",
        "stand_in",
        "standing_sum",
        "approvals_at_the_limit",
        "late_cases",
    }
    kinds |= {"side_job", "recused", "ended_post", "sampling", "on_call", "migration", "training"}
    assert kinds <= look_alike_kinds(matrix_region("insider_help"))
