"""The words for what a description says."""

from __future__ import annotations

import pytest

from follow_money.entities.mentions import DESCRIBING
from follow_money.entities.resolution_tables import WHY
from follow_money.registers.contract import REGISTERS
from follow_money.told.explained_descriptions import FIELDS, ROLES, TIES, register_told, tie_told


def test_every_field_role_and_tie_has_its_words() -> None:
    assert set(FIELDS) == {"register", "role", *DESCRIBING, "records"}
    assert set(ROLES) == {party.role for register in REGISTERS.values() for party in register.parties}
    assert set(TIES) == set(WHY)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_two_registers_or_ties_are_told_alike(language: str) -> None:
    assert len({register_told(name, language) for name in REGISTERS}) == len(REGISTERS)
    assert len({tie_told(why, language) for why in WHY}) == len(WHY)
