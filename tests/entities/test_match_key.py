from __future__ import annotations

from datetime import date

import pytest

from follow_money.engine import Engine
from follow_money.entities.match_key import match_key_sql
from follow_money.registers.contract import REGISTERS
from tests.entities.small_registers import World


@pytest.mark.parametrize("register", sorted(REGISTERS))
def test_every_party_of_the_contract_has_a_key_in_the_portable_dialect(register: str, tmp_path: object) -> None:
    del tmp_path
    with Engine(threads=1, memory_gb=1) as engine:
        engine.table("r", REGISTERS[register].record_schema().empty_table())
        for party in REGISTERS[register].parties:
            assert engine.query(f"select {match_key_sql(party, 'r')} as k from r").num_rows == 0


def test_a_row_without_the_party_has_no_key_and_parts_do_not_run_together(tmp_path: object) -> None:
    from pathlib import Path

    with Engine(threads=1, memory_gb=1) as engine:
        world = World(engine, Path(str(tmp_path)))
        world.register(
            "roles",
            {"person_number": None, "organisation_number": "1"},
            {"person_number": "ab", "person_name": "c"},
            {"person_number": "a", "person_name": "bc"},
            {"person_name": "c", "birth_date": date(2000, 1, 1)},
            {"person_number": "", "person_name": ""},
        )
        engine.table("r", world.records["roles"])
        party = REGISTERS["roles"].parties[1]
        keys = [
            row["k"]
            for row in engine.query(
                f"select r.record_id, {match_key_sql(party, 'r')} as k from r order by r.record_id"
            ).to_pylist()
        ]
        assert keys == [None, "ab\x1fc\x1f", "a\x1fbc\x1f", "\x1fc\x1f2000-01-01", None]
