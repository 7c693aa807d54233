from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from follow_money.referral.amounts import amounts


def hit(hit_id: str, low: int, likely: int, high: int) -> dict[str, Any]:
    told: dict[str, Any] = {"hit_id": hit_id, "kind": "contradiction", "organisation_id": "O", "subject_id": "O"}
    told |= {"programme": None, "parties": []}
    return {**told, "amount_low_ore": low, "amount_likely_ore": likely, "amount_high_ore": high}


def proof(hit_id: str, record_id: str, amount: int, role: str = "for", register: str = "claims") -> dict[str, Any]:
    return {"hit_id": hit_id, "register": register, "record_id": record_id, "amount_ore": amount, "role": role}


def test_row_in_two_hits_counts_once() -> None:
    told = amounts([hit("A", 100, 100, 100), hit("B", 100, 150, 300)], [proof("A", "r", 100), proof("B", "r", 100)])
    assert told.total == (100, 150, 300)
    assert told.shared == (100, 100, 100)


def test_row_counts_by_its_largest_amount() -> None:
    told = amounts([hit("A", 60, 60, 60), hit("B", 100, 100, 100)], [proof("A", "r", 60), proof("B", "r", 100)])
    assert told.total == (100, 100, 100)


def test_rows_that_speak_against_carry_no_money() -> None:
    told = amounts([hit("A", 9, 9, 9)], [proof("A", "r", 9), proof("A", "s", 90, "against")])
    assert told.total == (9, 9, 9)


def test_registers_that_tell_of_the_same_money_are_not_added_up() -> None:
    rows = [proof("A", "r", 60, register="time_reports"), proof("B", "s", 100, register="payments")]
    assert amounts([hit("A", 60, 60, 60), hit("B", 100, 100, 100)], rows).total == (100, 100, 100)


def test_programmes_are_added_up() -> None:
    hits = [
        {**hit("A", 60, 60, 60), "programme": "assistance"},
        {**hit("B", 100, 100, 100), "programme": "wage_subsidy"},
    ]
    rows = [proof("A", "r", 60, register="time_reports"), proof("B", "s", 100)]
    assert amounts(hits, rows).total == (160, 160, 160)


def test_organisations_are_added_up() -> None:
    other = {**hit("B", 100, 100, 100), "organisation_id": "Q"}
    assert amounts([hit("A", 60, 60, 60), other], [proof("A", "r", 60), proof("B", "s", 100)]).total == (160, 160, 160)


@settings(deadline=None)  # data frames are slow to begin with
@given(st.lists(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1000)), max_size=6), min_size=1, max_size=4))
def test_total_lies_between_the_largest_hit_and_the_sum(told: list[list[tuple[int, int]]]) -> None:
    rows = [{f"r{record}": amount for record, amount in one} for one in told]
    hits = [hit(f"h{at}", sum(one.values()), sum(one.values()), sum(one.values())) for at, one in enumerate(rows)]
    evidence = [proof(f"h{at}", record, amount) for at, one in enumerate(rows) for record, amount in one.items()]
    low, likely, high = amounts(hits, evidence).total
    union = {record: max(one.get(record, 0) for one in rows) for one in rows for record in one}
    assert low == likely == high == sum(union.values())
