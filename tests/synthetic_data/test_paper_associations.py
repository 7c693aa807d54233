"""Claims about the scenario of paper associations."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic_data.build import Planted, build_region
from synthetic_data.levels import Level
from synthetic_data.organisations import ORGANISATION_BASE
from synthetic_data.region import Region


@pytest.fixture(scope="module")
def grants() -> Region:
    return build_region(3000, 5, 2, Planted(0, 0, 0, matrix=1, scenarios=("paper_associations",)))


def _fee_share(region: Region, association: int) -> float:
    """Of stated members, how many persons paid anything."""
    rows, payments = region.tables["association_grants"], region.payments
    stated = int(rows["members"][rows["organisation"] == association][0])
    came = (payments["payee"] == association) & (payments["payer"] < ORGANISATION_BASE)
    return np.unique(payments["payer"][came]).size / stated


@pytest.mark.parametrize(("level", "most"), [(Level.BLATANT, 0.06), (Level.CAREFUL, 0.15), (Level.PROFESSIONAL, 0.29)])
def test_few_of_the_stated_members_pay_and_the_rest_is_the_planted_amount(
    grants: Region, level: Level, most: float
) -> None:
    (scheme,) = [each for each in grants.truth.schemes if each.difficulty["level"] == level]
    rows = grants.tables["association_grants"]
    parties = [scheme.organisation, *scheme.organisations]
    shares = [_fee_share(grants, party) for party in parties]
    assert max(shares) <= most
    whole = [int(rows["amount"][rows["organisation"] == party].sum()) for party in parties]
    beyond = sum(amount * (1 - share) for amount, share in zip(whole, shares, strict=True))
    assert scheme.amount_ore == pytest.approx(beyond, rel=0.02)


def test_the_grant_goes_on_to_the_signatory_or_the_company_of_the_signatory(grants: Region) -> None:
    for scheme in grants.truth.schemes:
        roles, payments = grants.roles, grants.payments
        signatory = int(roles["person"][roles["organisation"] == scheme.organisation][0])
        companies = roles["organisation"][(roles["person"] == signatory) & (roles["role"] == 0)]
        own = (payments["payer"] == scheme.organisation) & np.isin(payments["payee"], [signatory, *companies])
        granted = grants.tables["association_grants"]
        whole = granted["amount"][granted["organisation"] == scheme.organisation].sum()
        assert payments["amount"][own].sum() >= 0.3 * whole


def test_grants_are_claims_and_public_payments_too(grants: Region) -> None:
    rows, claims = grants.tables["association_grants"], grants.claims
    mine = np.isin(claims["organisation"], rows["organisation"]) & (claims["first"] >= 0)
    assert int(claims["amount"][mine].sum()) == int(rows["amount"].sum())


def test_look_alikes_are_told_and_in_no_scheme(grants: Region) -> None:
    told = {each.kind: each.organisation for each in grants.truth.look_alikes}
    kinds = {"umbrella_passes_grants_on", "treasurer_of_several", "waived_fees", "fees_through_federation"}
    assert kinds <= set(told)
    planted = {party for each in grants.truth.schemes for party in (each.organisation, *each.organisations)}
    assert not planted & {told[kind] for kind in kinds}
