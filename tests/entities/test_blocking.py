"""What brings two descriptions into comparison, and what too many share to do so."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from follow_money.entities.descriptions import HUB_BORN, HUB_WORDS, blocked

EMPTIED = {
    "block_born_given": HUB_BORN,
    "block_born_family": HUB_BORN,
    "block_postcode_given": HUB_WORDS,
    "block_postcode_family": HUB_WORDS,
    "block_words": HUB_WORDS,
    "block_number_start": HUB_WORDS,
    "block_number_end": HUB_WORDS,
}


def alike(count: int, *, is_open: bool = True) -> pa.Table:
    """As many descriptions with the same of everything, the first of them open (or none)."""
    same = {
        "name": "anna berg", "given": "anna", "family": "berg", "born": "19800101", "postcode": "15131",
        "digits": "8001011234", "phone": "0701234567", "dwelling": "storgatan 1 lgh 1001", "building": "storgatan 1",
    }  # fmt: skip
    table = pa.table({column: pa.array([value] * count) for column, value in same.items()})
    table = table.append_column("words", pc.split_pattern(table["name"], " "))
    return table.append_column("is_open", pa.array([is_open and place == 0 for place in range(count)]))


@pytest.mark.parametrize("key", sorted(EMPTIED))
def test_a_value_that_more_descriptions_share_does_not_block(key: str) -> None:
    most = EMPTIED[key]
    few, many = blocked(alike(most)), blocked(alike(most + 1))
    assert few[key].null_count == 0
    assert len(few[key].unique()) == 1
    assert many[key].null_count == len(many) == most + 1
    assert many["block_phone"].null_count == 0  # emptied by the names under it, not here


def test_a_value_that_no_open_description_bears_blocks_nothing() -> None:
    assert len(blocked(alike(3, is_open=False))) == 0
    assert len(blocked(alike(3))) == 3
