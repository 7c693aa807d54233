from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.synthetic_data.matrix_region import LEVELS, matrix_region, members, scheme_at

if TYPE_CHECKING:
    from synthetic_data.region import Region

LAWFUL = {"guards", "card_terminal", "franchise", "landlord", "lender", "cleaner", "trade_body", "sponsorship"}


@pytest.fixture(scope="module")
def region() -> Region:
    return matrix_region("protection_payments")


@pytest.mark.parametrize("level", LEVELS)
def test_many_pay_the_payee_round_sums_and_the_amount_is_their_loss(region: Region, level: str) -> None:
    number, scheme = scheme_at(region, level)
    rows = members(region, number, "payments")
    pay = region.payments
    assert (pay["payee"][rows] == scheme.organisation).all()
    assert (pay["amount"][rows] % 500_00 == 0).all()
    assert int(pay["amount"][rows].sum()) == scheme.amount_ore
    assert np.unique(pay["payer"][rows]).size >= 6


def test_payers_are_victims_and_no_part_of_the_scheme(region: Region) -> None:
    payers = {alike.organisation for alike in region.truth.look_alikes if alike.kind == "paying_business"}
    wrong = {party for scheme in region.truth.schemes for party in (scheme.organisation, *scheme.organisations)}
    assert len(payers) > 15
    assert not payers & wrong


def test_the_payee_employs_nobody_and_the_blatant_one_has_no_f_tax(region: Region) -> None:
    payees = [scheme.organisation for scheme in region.truth.schemes]
    assert not np.isin(region.pay["organisation"], payees).any()
    _, blatant = scheme_at(region, "blatant")
    assert blatant.organisation in region.tables["statuses"]["organisation"]


def test_each_lawful_look_alike_is_there(region: Region) -> None:
    assert {alike.kind for alike in region.truth.look_alikes} >= LAWFUL
