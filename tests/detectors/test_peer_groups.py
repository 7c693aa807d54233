"""Whom an organisation is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from follow_money.detectors.peer_groups import SPLIT_FROM, by_region, by_size, by_trade
from follow_money.engine import Engine
from tests.detectors.small_graph import small_graph

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ENOUGH = SPLIT_FROM


def groups(folder: Path, split: Callable[..., pd.Series], column: str, **counts: int) -> dict[str, int]:
    """How many organisations stand in which peer group, from how many have which value; ``none`` is none."""
    values = [None if value == "none" else value.removeprefix("v") for value, n in counts.items() for _ in range(n)]
    rows = [{"organisation_id": f"O{place}", column: value} for place, value in enumerate(values)]
    graph = small_graph(folder, organisations=rows)
    ids = pd.Series([row["organisation_id"] for row in rows])
    with Engine(threads=1) as engine:
        graph.attach(engine)
        told = split(engine, ids, pd.Series("home_care", index=ids.index))
    return {str(group): int(count) for group, count in told.value_counts().items()}


def test_a_region_with_enough_peers_stands_for_itself_and_the_others_together(tmp_path: Path) -> None:
    told = groups(tmp_path, by_region, "postal_region", v1=ENOUGH, v2=ENOUGH - 1, v3=1, none=2)
    assert told == {"home_care, postal region 1": ENOUGH, "home_care, other postal regions": ENOUGH + 2}


def test_who_sits_elsewhere_is_not_left_without_peers(tmp_path: Path) -> None:
    assert groups(tmp_path, by_region, "postal_region", v1=5 * ENOUGH, v2=3, none=1) == {"home_care": 5 * ENOUGH + 4}


def test_a_service_of_one_region_bears_no_region(tmp_path: Path) -> None:
    assert groups(tmp_path, by_region, "postal_region", v1=2 * ENOUGH) == {"home_care": 2 * ENOUGH}


def test_trades_are_divisions_of_sni(tmp_path: Path) -> None:
    told = groups(tmp_path, by_trade, "industry_code", **{"46.520": ENOUGH, "46.900": 1, "88.101": ENOUGH + 2})
    assert told == {"home_care, trade 46": ENOUGH + 1, "home_care, trade 88": ENOUGH + 2}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 2 * ENOUGH), min_size=1, max_size=9), st.integers(0, 2 * ENOUGH))
def test_no_part_of_a_service_is_too_small(
    tmp_path_factory: pytest.TempPathFactory, held: list[int], unknown: int
) -> None:
    counts = {f"v{place + 1}": n for place, n in enumerate(held)} | {"none": unknown}
    told = groups(tmp_path_factory.mktemp("graph"), by_region, "postal_region", **counts)
    event(f"{len(told)} groups")
    assert sum(told.values()) == sum(held) + unknown
    assert len(told) <= 1 or min(told.values()) >= ENOUGH


@pytest.mark.parametrize(("count", "halves"), [(17, {"a": 17}), (18, {"a, smaller half": 9, "a, larger half": 9})])
def test_a_service_is_halved_by_size_where_both_halves_can_be_evaluated(count: int, halves: dict[str, int]) -> None:
    told = by_size(pd.Series(["a"] * count), pd.Series(range(count)))
    assert told.value_counts().to_dict() == halves
    assert told.iloc[0] == min(halves, key=lambda group: group.endswith("larger half"))
