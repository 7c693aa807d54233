"""A side signal: figures together, among peers, each with how many lie higher."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from follow_money.model import TESTS
from follow_money.triage.unusual import FEWEST_ORGANISATIONS, UNUSUAL, unusual

Row = dict[str, Any]
FIGURES = (
    ("overlapping_shifts", "overlapping shifts"),
    ("hours_above_grant", "months"),
    ("long_months", "person-months"),
)


def a_test(organisation: str, detector: str, unit: str, observed: float, **more: Any) -> Row:
    return {
        "detector": detector, "subject_id": organisation, "subject_kind": "organisation", "unit": unit, "observed": observed, "expected": 4.0,
        "null_model": "beta-binomial", "p_value": 0.5, "q_value": 0.9, "is_hit": False,
    } | more  # fmt: skip


def told(count: int = 60, **more: Any) -> list[Row]:
    """Organisations with counts about 4 each; the first is far above in two figures."""
    draw = np.random.default_rng(1)
    rows = [
        a_test(f"O-{n:02}", detector, unit, float(draw.poisson(4)), **more)
        for n in range(count)
        for detector, unit in FIGURES
    ]
    rows[0]["observed"], rows[1]["observed"] = 30.0, 25.0
    return rows


def table(rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=TESTS)


def test_the_one_far_above_is_the_most_unusual_and_nobody_is_higher() -> None:
    found = unusual(table(told()))
    assert found.schema == UNUSUAL
    rows = found.to_pylist()
    assert max(rows, key=lambda row: row["share"])["organisation_id"] == "O-00"
    assert [(figure["detector"], figure["higher"], figure["peers"]) for figure in rows[0]["figures"][:2]] == [
        ("hours_above_grant", 0, 59),
        ("overlapping_shifts", 0, 59),
    ]


def test_the_order_of_the_rows_does_not_matter_and_the_same_rows_give_the_same() -> None:
    rows = told()
    once = unusual(table(rows))
    random.Random(3).shuffle(rows)  # noqa: S311  # an order, no secret
    assert unusual(table(rows)).equals(once)


def test_organisations_stand_in_the_order_of_their_ids() -> None:
    ids = unusual(table(told()))["organisation_id"].to_pylist()
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    ("count", "compared"), [(FEWEST_ORGANISATIONS - 1, 0), (FEWEST_ORGANISATIONS, FEWEST_ORGANISATIONS)]
)
def test_few_organisations_are_not_compared(count: int, compared: int) -> None:
    assert unusual(table(told(count))).num_rows == compared


@pytest.mark.parametrize("more", [{"subject_kind": "claim"}, {"p_value": None}, {"expected": None}])
def test_only_rates_of_organisations_are_read(more: Row) -> None:
    assert unusual(table(told(**more))).num_rows == 0


def test_a_sole_trader_is_a_person_and_left_out() -> None:
    found = unusual(table(told()), left_out=frozenset({"O-00"}))
    assert "O-00" not in found["organisation_id"].to_pylist()


def test_payment_and_supplier_control_are_compared_apart() -> None:
    rows = [
        *told(),
        *(row | {"detector": "supplier_growth", "unit": unit} for unit in ("a", "b") for row in told()[::3]),
    ]
    assert set(unusual(table(rows))["peer_group"].to_pylist()) == {"payment_control", "supplier_control"}
