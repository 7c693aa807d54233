from __future__ import annotations

import numpy as np
import pytest

from synthetic_data.build import Planted, build_region
from synthetic_data.levels import Level
from synthetic_data.region import ROLES, Region
from synthetic_data.truth import Scheme


@pytest.fixture(scope="module")
def region() -> Region:
    return build_region(3000, 5, 2, Planted(0, 0, 0, matrix=2, scenarios=("network_leadership",)))


def _schemes(region: Region, level: Level) -> list[Scheme]:
    return [scheme for scheme in region.truth.schemes if scheme.difficulty["level"] == level]


def _companies(scheme: Scheme, part: str) -> list[int]:
    return [company for company, told in scheme.organisations.items() if told == part]


def _with_role(region: Region, company: int, role: str) -> set[int]:
    mine = (region.roles["organisation"] == company) & (region.roles["role"] == ROLES.index(role))
    return set(region.roles["person"][mine].tolist())


@pytest.mark.parametrize("level", list(Level))
def test_every_cell_pays_the_leader_s_company_and_shares_its_accountant(region: Region, level: Level) -> None:
    schemes = _schemes(region, level)
    assert len(schemes) == 2
    for scheme in schemes:
        fronts, providers = _companies(scheme, "front company"), _companies(scheme, "provider")
        assert len(fronts) == len(providers) == scheme.difficulty["cells"]
        assert len(fronts) >= 4
        payments = region.payments
        to_leader = payments["payee"] == scheme.organisation
        assert set(fronts) <= set(payments["payer"][to_leader].tolist())
        books = [_with_role(region, provider, "accountant") for provider in providers]
        assert len(set.intersection(*books)) == 1
        owners = [owner for company in [*fronts, *providers] for owner in _with_role(region, company, "owner")]
        assert len(set(owners)) == len(owners)
        (leader,) = _with_role(region, scheme.organisation, "owner")
        assert all((leader in _with_role(region, front, "deputy")) == (level is Level.BLATANT) for front in fronts)


def test_the_amount_is_what_left_the_roads(region: Region) -> None:
    for number, scheme in enumerate(region.truth.schemes):
        members = region.truth.members
        off = (members["scheme"] == number) & (members["what"] == region.truth.whats.index("off the road"))
        assert int(region.payments["amount"][members["row"][off]].sum()) == scheme.amount_ore > 0


def test_look_alikes_are_used_by_many(region: Region) -> None:
    kinds = {look.kind for look in region.truth.look_alikes}
    assert {"accountant of many", "formation agent of many", "umbrella body"} <= kinds
    bodies = [look.organisation for look in region.truth.look_alikes if look.kind == "umbrella body"]
    for body in bodies:
        assert len(np.unique(region.payments["payer"][region.payments["payee"] == body])) >= 16
