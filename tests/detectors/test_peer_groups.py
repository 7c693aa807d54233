"""Whom an organisation is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

import follow_money.detectors.peer_groups as grouping
from follow_money.detectors.catalogue import catalogue
from follow_money.detectors.peer_groups import SPLIT_FROM, by_region, peer_groups
from follow_money.engine import Engine
from tests.detectors.everything import everything
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

ENOUGH = 160
Row = dict[str, Any]


def split(
    folder: Path,
    rows: list[Row],
    service: list[str] | str = "home_care",
    *,
    by_trade: bool = False,
    **tables: list[Row],
) -> pd.Series:
    """The group of every row of ``rows``, which is its organisation's."""
    graph = small_graph(folder, organisations=rows, **tables)
    told = pd.DataFrame({"organisation_id": [row["organisation_id"] for row in rows], "size": 1})
    with Engine(threads=1) as engine:
        graph.attach(engine)
        if not by_trade:
            return by_region(engine, told["organisation_id"], pd.Series(service, index=told.index))
        every = np.ones(len(told), dtype=np.bool_)
        return peer_groups(engine, told, "home_care", "size", evaluable=every, by_trade=True)


def having(column: str, **counts: int) -> list[Row]:
    """Organisations with a value of ``column``; ``none`` is none."""
    values = [None if value == "none" else value.removeprefix("v") for value, n in counts.items() for _ in range(n)]
    return [{"organisation_id": f"O{place}", column: value} for place, value in enumerate(values)]


def counted(groups: pd.Series) -> dict[str, int]:
    return {str(group): int(count) for group, count in groups.value_counts().items()}


def test_a_part_keeps_so_many_that_its_null_is_as_sure_as_it_says() -> None:
    assert SPLIT_FROM == ENOUGH


def test_a_region_with_enough_peers_stands_for_itself_and_the_others_together(tmp_path: Path) -> None:
    rows = having("postal_region", v1=ENOUGH, v2=ENOUGH - 1, v3=1, none=2)
    told = counted(split(tmp_path, rows))
    assert told == {"home_care, postal region 1": ENOUGH, "home_care, other postal regions": ENOUGH + 2}


def test_who_sits_elsewhere_is_not_left_without_peers(tmp_path: Path) -> None:
    rows = having("postal_region", v1=5 * ENOUGH, v2=3, none=1)
    assert counted(split(tmp_path, rows)) == {"home_care": 5 * ENOUGH + 4}


def test_a_service_of_one_region_bears_no_region(tmp_path: Path) -> None:
    assert counted(split(tmp_path, having("postal_region", v1=2 * ENOUGH))) == {"home_care": 2 * ENOUGH}


def test_every_service_is_split_for_itself(tmp_path: Path) -> None:
    rows = having("postal_region", v1=ENOUGH + 1, v2=ENOUGH)
    service = ["home_care"] + ["assistance"] * ENOUGH + ["home_care"] * ENOUGH
    assert counted(split(tmp_path, rows, service)) == {"home_care": ENOUGH + 1, "assistance": ENOUGH}


def test_an_organisation_in_many_rows_is_one_peer(tmp_path: Path) -> None:
    rows = having("postal_region", v1=ENOUGH, v2=ENOUGH - 1)
    assert counted(split(tmp_path, [*rows, *rows[-20:]])) == {"home_care": 2 * ENOUGH + 19}


def test_a_seat_in_force_goes_before_one_that_was_struck_off(tmp_path: Path) -> None:
    left = {"organisation_id": "M", "postal_region": "1", "deregistered_on": day("2020-01-01")}
    rows = [{"organisation_id": "M", "postal_region": "2"}, *having("postal_region", v1=ENOUGH, v2=ENOUGH), left]
    assert split(tmp_path, rows).iloc[0] == "home_care, postal region 2"


def test_where_a_sole_trader_has_its_seat_is_not_read(tmp_path: Path) -> None:
    rows = having("postal_region", v1=ENOUGH, v2=ENOUGH, v3=ENOUGH)
    sole = [{"entity_id": row["organisation_id"], "kind": "person", "is_sole_trader": True} for row in rows[:5]]
    assert counted(split(tmp_path, rows, entity_facts=sole)[:5]) == {"home_care, other postal regions": 5}


def test_a_withheld_row_tells_no_region(tmp_path: Path) -> None:
    rows = having("postal_region", v1=ENOUGH, v2=ENOUGH, v3=ENOUGH)
    rows[:5] = [row | {"is_withheld": True} for row in rows[:5]]
    assert counted(split(tmp_path, rows)[:5]) == {"home_care, other postal regions": 5}


def test_trades_are_divisions_of_sni_and_a_code_that_lost_its_first_nought_is_none(tmp_path: Path) -> None:
    rows = having("industry_code", **{"46.520": ENOUGH, "46900": 1, "88.101": ENOUGH + 2, "1110": ENOUGH})
    told = counted(split(tmp_path, rows, by_trade=True))
    assert told == {
        "home_care, trade 46": ENOUGH + 1,
        "home_care, trade 88": ENOUGH + 2,
        "home_care, other trades": ENOUGH,
    }


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 2 * ENOUGH), min_size=1, max_size=9), st.integers(0, 2 * ENOUGH))
def test_no_part_of_a_service_is_too_small(
    tmp_path_factory: pytest.TempPathFactory, held: list[int], unknown: int
) -> None:
    counts = {f"v{place + 1}": n for place, n in enumerate(held)} | {"none": unknown}
    rows = having("postal_region", **counts)
    told = counted(split(tmp_path_factory.mktemp("graph"), rows)) if rows else {}
    event(f"{len(told)} groups")
    assert sum(told.values()) == len(rows)
    assert len(told) <= 1 or min(told.values()) >= ENOUGH


def halved(
    folder: Path,
    *sizes: int,
    evaluable: list[bool] | None = None,
    service: list[str] | None = None,
    hangs_on_size: bool = True,
) -> list[str]:
    told = pd.DataFrame({"organisation_id": [f"O{place}" for place in range(len(sizes))], "size": sizes})
    with Engine(threads=1) as engine:
        small_graph(folder).attach(engine)
        of = "a" if service is None else pd.Series(service)
        mask = np.array([True] * len(sizes) if evaluable is None else evaluable)
        return peer_groups(engine, told, of, "size", evaluable=mask, hangs_on_size=hangs_on_size).to_list()


def test_a_service_is_halved_by_size_where_both_halves_can_be_evaluated(tmp_path: Path) -> None:
    assert halved(tmp_path / "few", *range(17)) == ["a"] * 17
    assert halved(tmp_path / "enough", *range(18)) == ["a, smaller half"] * 9 + ["a, larger half"] * 9
    assert halved(tmp_path / "ties", *[0] * 55, *range(1, 6)) == ["a"] * 60
    assert halved(tmp_path / "median", *[1] * 10, *[2] * 9) == ["a, smaller half"] * 10 + ["a, larger half"] * 9


def test_where_the_rate_hardly_hangs_on_the_size_halves_keep_as_many_as_regions(tmp_path: Path) -> None:
    assert set(halved(tmp_path / "few", *range(ENOUGH - 1), hangs_on_size=False)) == {"a"}
    told = halved(tmp_path / "enough", *range(ENOUGH), hangs_on_size=False)
    assert told == ["a, smaller half"] * (ENOUGH // 2) + ["a, larger half"] * (ENOUGH // 2)


def test_each_service_has_its_own_median(tmp_path: Path) -> None:
    told = halved(tmp_path, *range(18), *range(100, 118), service=["a"] * 18 + ["b"] * 18)
    assert told == [f"{service}, {half} half" for service in "ab" for half in ("smaller", "larger") for _ in range(9)]


def test_who_has_no_test_is_no_peer_and_makes_no_half(tmp_path: Path) -> None:
    told = halved(tmp_path, *range(27), evaluable=[True] * 18 + [False] * 9)
    assert told == ["a, smaller half"] * 9 + ["a, larger half"] * 9 + ["a"] * 9


FEWEST = {
    "attendance_twice": ("study_circle", {"fewest_gatherings": 5}),
    "certifier_concentration": ("assistance", {"fewest_users": 8}),
    "chair_hours": ("dental", {"fewest_visits": 1}),
    "hours_above_grant": ("assistance", {"fewest_months": 5}),
    "long_months": ("assistance", {"fewest_trials": 5}),
    "overlapping_shifts": ("assistance", {"fewest_shifts": 5}),
    "payroll_capacity": ("assistance", {"fewest_months": 5}),
    "serving_permit_contradicted": ("other", {}),
    "sick_pay_share": ("sick_pay", {"least_wages_kronor": 1}),
    "visits_without_note": ("dental", {"fewest_visits": 2}),
    "wage_guarantee": ("wage_guarantee", {"fewest_employees": 5, "months_before": 0}),
}
"""A programme, and floors below which one to four of the twelve organisations are not evaluable."""
BY_TRADE = {"sick_pay_share", "wage_guarantee"}
NOT_HALVED_SO_SOON = {
    "attendance_twice",
    "certifier_concentration",
    "hours_above_grant",
    "long_months",
    "overlapping_shifts",
}


@pytest.mark.parametrize("name", sorted(FEWEST))
def test_a_detector_compares_organisations_of_one_region_that_have_a_test(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme, floors = FEWEST[name]
    monkeypatch.setattr(grouping, "SPLIT_FROM", 2)
    one = {"programme": programme, "payer": "kommun", "certifier_kind": "doctor"}
    tables = {
        table: [row | {column: value for column, value in one.items() if column in row} for row in rows]
        for table, rows in everything().items()
    }
    tables["organisations"] = [
        row | {"industry_code": "46.520" if (row["organisation_id"] or "") < "O-G" else "88101"}
        for row in tables["organisations"]
    ]
    tests = screen(catalogue()[name](**floors), small_graph(tmp_path, **tables)).tests.to_pylist()
    said = [f"{test['peer_group']} {test['not_evaluable']}" for test in tests]
    assert sum("postal region" in text for text in said) > 4
    assert not any("postal region" in text for text in said if " fewer than " in text)
    assert any(" fewer than " in text for text in said) == (
        name not in {"serving_permit_contradicted", "sick_pay_share"}
    )
    assert any("trade" in text for text in said) == (name in BY_TRADE)
    assert any(" half" in text for text in said) == (name not in NOT_HALVED_SO_SOON)
