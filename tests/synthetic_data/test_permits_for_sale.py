"""Claims about the scenario of permits for sale."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic_data.build import Planted, build_region
from synthetic_data.levels import Level
from synthetic_data.region import Region


@pytest.fixture(scope="module")
def homes() -> Region:
    return build_region(4000, 5, 2, Planted(0, 0, 0, matrix=2, scenarios=("permits_for_sale",)))


@pytest.mark.parametrize("level", list(Level))
def test_bills_stand_for_time_after_the_sale_or_the_revocation_and_make_the_amount(homes: Region, level: Level) -> None:
    members, starts = homes.truth.members, homes.period.month_starts
    for number, scheme in enumerate(homes.truth.schemes):
        if scheme.difficulty["level"] != level:
            continue
        rows = members["row"][members["scheme"] == number]
        assert scheme.amount_ore == int(homes.claims["amount"][rows].sum()) > 0
        assert (starts[homes.claims["month"][rows]] >= scheme.first_day).all()


def test_nobody_tells_the_authority_of_a_planted_sale(homes: Region) -> None:
    permits = homes.tables["further_permits"]
    told = set(permits["organisation"][permits["status"] == 3].tolist())
    planted = {scheme.organisation for scheme in homes.truth.schemes}
    assert told
    assert not told & planted


def test_revoked_homes_bill_on_and_stayed_ones_lawfully(homes: Region) -> None:
    permits, starts = homes.tables["further_permits"], homes.period.month_starts
    for scheme in homes.truth.schemes:
        row = np.flatnonzero(permits["organisation"] == scheme.organisation)[0]
        last = starts[homes.claims["month"][homes.claims["organisation"] == scheme.organisation]].max()
        assert (permits["status"][row] == 1) == (scheme.difficulty["way"] not in ("sold", "sold, board only"))
        if permits["status"][row] == 1:
            assert last > permits["valid_to"][row] + 31


def test_look_alikes_are_told_and_in_no_scheme(homes: Region) -> None:
    told = {each.kind: each.organisation for each in homes.truth.look_alikes}
    kinds = {"notified_sale", "succession", "partner_leaves", "revocation_stayed", "late_bill_for_earlier_care"}
    assert kinds <= set(told)
    assert not {scheme.organisation for scheme in homes.truth.schemes} & {told[kind] for kind in kinds}
