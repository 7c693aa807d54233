"""Claims about the scenario of hopping between municipalities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from synthetic_data.build import Planted, build_region
from synthetic_data.levels import Level
from synthetic_data.region import Region

if TYPE_CHECKING:
    from synthetic_data.truth import Scheme


@pytest.fixture(scope="module")
def hopping() -> Region:
    return build_region(3000, 5, 2, Planted(0, 0, 0, matrix=1, scenarios=("municipal_hopping",)))


def _scheme(region: Region, level: Level) -> tuple[int, Scheme]:
    ((number, scheme),) = [
        (number, scheme) for number, scheme in enumerate(region.truth.schemes) if scheme.difficulty["level"] == level
    ]
    return number, scheme


def _staff(region: Region, organisation: int) -> set[int]:
    return set(region.pay["person"][region.pay["organisation"] == organisation].tolist())


@pytest.mark.parametrize("level", list(Level))
def test_the_old_company_ends_before_the_new_one_is_paid_and_staff_comes_along(hopping: Region, level: Level) -> None:
    _, scheme = _scheme(hopping, level)
    (old,) = [party for party, part in scheme.organisations.items() if part == "predecessor"]
    events = hopping.tables["organisation_events"]
    ended = int(events["day"][events["organisation"] == old].min())
    claims = hopping.claims
    starts = hopping.period.month_starts
    assert starts[claims["month"][claims["organisation"] == old].max() + 1] <= ended + 31
    assert starts[claims["month"][claims["organisation"] == scheme.organisation].min() + 1] > ended
    assert len(_staff(hopping, old) & _staff(hopping, scheme.organisation)) >= 2


@pytest.mark.parametrize("level", list(Level))
def test_the_planted_amount_is_what_the_new_company_is_paid(hopping: Region, level: Level) -> None:
    number, scheme = _scheme(hopping, level)
    mine = hopping.claims["organisation"] == scheme.organisation
    assert scheme.amount_ore == int(hopping.claims["amount"][mine].sum()) > 0
    members = hopping.truth.members
    rows = members["row"][
        (members["scheme"] == number) & (members["register"] == hopping.truth.registers.index("claims"))
    ]
    assert set(rows.tolist()) == set(np.flatnonzero(mine).tolist())


def test_blatant_keeps_everything_and_a_professional_has_another_owner(hopping: Region) -> None:
    told = _scheme(hopping, Level.BLATANT)[1].difficulty
    assert (told["owner_came"], told["telephone"]) == (1, 1)
    _, scheme = _scheme(hopping, Level.PROFESSIONAL)
    (old,) = [party for party, part in scheme.organisations.items() if part == "predecessor"]
    roles = hopping.roles
    owners = [
        set(roles["person"][(roles["organisation"] == party) & (roles["role"] == 0)].tolist())
        for party in (old, scheme.organisation)
    ]
    assert not owners[0] & owners[1]


def test_look_alikes_are_told_and_in_no_scheme(hopping: Region) -> None:
    told = {each.kind: each.organisation for each in hopping.truth.look_alikes}
    kinds = {"staff_taken_over_after_tender", "shared_accountant", "small_labour_market", "honest_founder_again"}
    assert kinds <= set(told)
    planted = {party for each in hopping.truth.schemes for party in (each.organisation, *each.organisations)}
    assert not planted & {told[kind] for kind in kinds}
