"""Claims about planted identity misuse, and its look-alikes."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic_data.rows import NONE
from synthetic_data.shared_accounts import salary_files
from tests.synthetic_data.matrix_region import LEVELS, look_alike_kinds, matrix_region, scheme_at


@pytest.mark.parametrize("level", LEVELS)
def test_pay_of_others_lands_on_the_accounts_that_are_the_subject(level: str) -> None:
    region = matrix_region("identity_misuse")
    _, scheme = scheme_at(region, level)
    accounts = [each.number for each in scheme.subjects if each.kind == "account"]
    assert len(accounts) == len(scheme.subjects) > 0
    assert scheme.organisation == NONE
    if scheme.difficulty["kind"] == "number":
        rows = salary_files(region)
        mine = np.isin(rows["account"], accounts)
        assert (rows["numbered"][mine] != rows["named"][mine]).all()
        assert rows["amount"][mine].sum() == scheme.amount_ore
        assert mine.sum() == scheme.difficulty["months"]
    else:
        pay, people = region.pay, region.people
        for account in accounts:
            paid = np.unique(pay["person"][(pay["account"] == account) & (pay["person"] != account)])
            assert np.unique(people.household[paid]).size >= 3
        mine = np.isin(pay["account"], accounts) & ~np.isin(pay["person"], accounts)
        assert (pay["gross"] - pay["tax"])[mine].sum() == scheme.amount_ore


def test_a_blatant_scheme_has_one_telephone() -> None:
    region = matrix_region("identity_misuse")
    _, scheme = scheme_at(region, "blatant")
    if scheme.difficulty["kind"] == "account":
        (account,) = [each.number for each in scheme.subjects]
        paid = np.unique(region.pay["person"][region.pay["account"] == account])
        assert np.unique(region.people.phone[paid]).size == 1


def test_lawful_look_alikes_stand_beside() -> None:
    kinds = {
        "household_account",
        "guardian_client_account",
        "guardian_own_account",
        "shelter",
        "payroll_bureau_account",
    }
    kinds |= {"grown_children", "money_transfer", "friends", "wrong_number_mended"}
    assert kinds <= look_alike_kinds(matrix_region("identity_misuse"))
