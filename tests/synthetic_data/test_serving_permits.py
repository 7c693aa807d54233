from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.synthetic_data.matrix_region import LEVELS, matrix_region, members, scheme_at

if TYPE_CHECKING:
    from synthetic_data.region import Region

LAWFUL = {"loan_with_contract", "season", "chain", "sublet", "meals", "to_go"}


@pytest.fixture(scope="module")
def region() -> Region:
    return matrix_region("serving_permits")


@pytest.mark.parametrize("level", LEVELS)
def test_a_scheme_does_what_its_ways_say(region: Region, level: str) -> None:
    number, scheme = scheme_at(region, level)
    ways = str(scheme.difficulty["ways"]).split("+")
    money = members(region, number, "payments", "public money into the restaurant")
    assert bool(money.size) is ("funds" in ways)
    reached = money[region.payments["payee"][money] == scheme.organisation]
    assert int(region.payments["amount"][reached].sum()) == scheme.amount_ore
    clocked = members(region, number, "staff_ledgers")
    assert bool(clocked.size) is ("staff" in ways)
    assert (region.clock["organisation"][clocked] == scheme.organisation).all()
    assert bool(members(region, number, "serving_reports").size) is ("sales" in ways)


def test_honest_restaurants_declare_their_staff_and_state_their_funds(region: Region) -> None:
    permits, funds, reports = (region.tables[name] for name in ("further_permits", "serving_funds", "serving_reports"))
    wrong = {scheme.organisation for scheme in region.truth.schemes}
    honest = np.setdiff1d(np.unique(permits["organisation"]), list(wrong))
    assert honest.size > 40
    assert set(honest) <= set(funds["organisation"])
    assert set(honest) <= set(reports["organisation"])
    ratio = reports["sales"] / reports["purchases"]
    mine = np.isin(reports["organisation"], honest)
    assert 2.5 < np.median(ratio[mine]) < 3.5


def test_each_lawful_look_alike_is_there(region: Region) -> None:
    told = [alike for alike in region.truth.look_alikes if alike.kind in LAWFUL]
    assert {alike.kind for alike in told} == LAWFUL
    assert len({alike.organisation for alike in told if alike.kind == "chain"}) == 3
