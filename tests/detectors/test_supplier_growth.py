from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from follow_money.detectors.supplier_growth import SupplierGrowth
from follow_money.errors import UsageError
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
STEADY = (1, 1, 1, 1, 1, 1, 1, 1, 1)


def supplier(name: str, level: tuple[float, ...], *, invoices: int = 3, ore: int = 4_000_000) -> list[Row]:
    """Three invoices a month, as large as ``level`` says, from January 2024 on."""
    return [
        {
            "supplier_id": name,
            "net_ore": round(ore * height),
            "booked_on": day(f"{2024 + month // 12}-{month % 12 + 1:02}-{n + 5:02}"),
        }
        for month, height in enumerate(level)
        for n in range(invoices)
        if height
    ]


def honest(level: tuple[float, ...] = STEADY) -> list[Row]:
    """Twenty suppliers that each had one better and one worse month."""
    rows: list[Row] = []
    for n in range(20):
        own = list(level)
        own[n % len(own)] *= 1.3
        own[(n * 7 + 3) % len(own)] *= 0.7
        rows += supplier(f"S{n:02}", tuple(own))
    return rows


def found(tmp_path: Path, rows: list[Row], **parameters: Any) -> HitTables:
    return screen(SupplierGrowth(**parameters), small_graph(tmp_path, invoices=rows))


def test_level_far_above_the_own_past_is_flagged(tmp_path: Path) -> None:
    tables = found(tmp_path, [*honest(), *supplier("Z", (1, 1, 1, 1, 1, 1, 5, 5, 5))])
    (hit,) = tables.hits.to_pylist()
    assert hit["subject_id"] == "Z"
    assert hit["kind"] == "rate"
    assert hit["observed"] == pytest.approx(5)
    assert hit["amount_low_ore"] == 0
    assert 0 < hit["amount_likely_ore"] < hit["amount_high_ore"] == 180_000_000
    assert hit["period_from"] == day("2024-07-05")
    assert tables.evidence.num_rows == 9
    assert "5 gånger" in hit["reason_sv"]


def test_honest_suppliers_alone_give_no_hit(tmp_path: Path) -> None:
    tables = found(tmp_path, honest())
    assert tables.hits.num_rows == 0
    assert tables.tests.num_rows == 20


def test_one_large_month_is_a_project_and_not_a_level(tmp_path: Path) -> None:
    assert found(tmp_path, [*honest(), *supplier("Z", (1, 1, 1, 1, 1, 1, 1, 20, 1))]).hits.num_rows == 0


def test_season_of_the_whole_ledger_is_not_flagged(tmp_path: Path) -> None:
    summer = (1, 1, 1, 1, 1, 1, 4, 4, 4)
    assert found(tmp_path, [*honest(summer), *supplier("Z", (1, 1, 1, 1, 1, 1, 5, 5, 5))]).hits.num_rows == 0


def test_more_invoices_of_the_same_size_are_growth_too(tmp_path: Path) -> None:
    rows = [*supplier("Z", (1,) * 6), *supplier("Z", (0, 0, 0, 0, 0, 0, 1, 1, 1), invoices=15)]
    assert found(tmp_path, [*honest(), *rows]).hits["subject_id"].to_pylist() == ["Z"]


def test_growth_is_measured_in_the_suppliers_own_spread(tmp_path: Path) -> None:
    """Single purchases vary, so that three dearer months among them say little; of what is billed once a month they say much."""
    steady = [row for n in range(20) for row in supplier(f"M{n:02}", (1, 1 + n / 100, *STEADY[2:]), invoices=1)]
    vary = [row for n in range(20) for row in supplier(f"V{n:02}", tuple(1 + (n * 5 + m * 3) % 7 for m in range(9)))]
    one = supplier("ONE", (1, 1.1, 1, 0.9, 1, 1, 2.5, 2.5, 2.5), invoices=1, ore=12_000_000)
    often = supplier("OFTEN", (0.3, 3, 1, 0.5, 2, 1, 2.5, 2.5, 2.5))
    tables = found(tmp_path, [*steady, *vary, *one, *often])
    assert tables.hits["subject_id"].to_pylist() == ["ONE"]
    p_values = dict(zip(tables.tests["subject_id"].to_pylist(), tables.tests["p_value"].to_pylist(), strict=True))
    assert p_values["OFTEN"] > 0.05 > p_values["ONE"]


@pytest.mark.parametrize("steady", [0, 30, 60])
def test_honest_suppliers_that_vary_are_no_more_extreme_beside_steady_ones(tmp_path: Path, steady: int) -> None:
    draw = np.random.default_rng(5)
    rows = [row for n in range(steady) for row in supplier(f"S{n:02}", tuple(1 + draw.normal(0, 0.04, 12)))]
    for n in range(60):
        rows += supplier(f"V{n:02}", tuple(draw.lognormal(0, 0.9, 12) * (draw.random(12) < 0.8)))
    tables = found(tmp_path, rows)
    assert tables.hits.num_rows == 0
    varying = [test["p_value"] for test in tables.tests.to_pylist() if test["subject_id"].startswith("V")]
    assert min(value for value in varying if value is not None) > 1e-4


def test_an_invoice_that_is_credited_in_another_month_is_no_growth(tmp_path: Path) -> None:
    long = (*STEADY, *STEADY[:4])
    tables = found(tmp_path, [*honest(long), *supplier("Z", (1, 1, 5, -3, 1, 1, 1, 1, 1, 1, 1, 1, 1))])
    (test,) = (test for test in tables.tests.to_pylist() if test["subject_id"] == "Z")
    assert test["observed"] == pytest.approx(1)
    assert tables.hits.num_rows == 0


@pytest.mark.parametrize("first", [0, 1])
def test_who_bills_every_second_month_has_no_usual_month(tmp_path: Path, first: int) -> None:
    every_second = tuple(float(month % 2 == first) for month in range(15))
    tables = found(tmp_path, [*honest((1.0,) * 15), *supplier("Z", every_second)])
    (test,) = (test for test in tables.tests.to_pylist() if test["subject_id"] == "Z")
    assert test["not_evaluable"] == "more billed than credited in fewer than 9 earlier months"


def test_a_credit_in_the_last_months_takes_off_the_amount(tmp_path: Path) -> None:
    grown = (1, 1, 1, 1, 1, 1, 5, 5)
    whole, less, none = (
        found(tmp_path / name, [*honest(), *supplier("Z", (*grown, last))]).hits.to_pylist()
        for name, last in (("5", 5), ("0", 0), ("-12", -12))
    )
    assert none == []
    assert less[0]["amount_likely_ore"] == whole[0]["amount_likely_ore"] - 5 * 12_000_000
    assert less[0]["amount_likely_ore"] <= less[0]["amount_high_ore"] == 10 * 12_000_000


def test_the_amount_is_what_the_usual_month_grew_by(tmp_path: Path) -> None:
    (hit,) = found(tmp_path, [*honest(), *supplier("Z", (1, 1, 1, 1, 1, 1, 3, 3, 60))]).hits.to_pylist()
    assert hit["amount_likely_ore"] == pytest.approx(3 * (3 - max(1, hit["expected"])) * 12_000_000, abs=2)
    assert hit["amount_high_ore"] == 66 * 12_000_000


@pytest.mark.parametrize(("name", "value"), [("last_months", 2), ("fewest_earlier_months", 1)])
def test_so_few_months_that_none_is_usual_are_refused(name: str, value: int) -> None:
    with pytest.raises(UsageError, match=f"{name} = {value}"):
        SupplierGrowth(**{name: value})


@pytest.mark.parametrize(("months", "reason"), [(8, "the ledger has fewer than 9 months"), (9, None)])
def test_ledger_needs_nine_months(tmp_path: Path, months: int, reason: str | None) -> None:
    rows = [row for n in range(12) for row in supplier(f"S{n:02}", (1,) * months)]
    assert set(found(tmp_path, rows).tests["not_evaluable"].to_pylist()) == {reason}


@pytest.mark.parametrize(
    ("past", "reason"),
    [
        ((0, 1, 1, 1, 1, 1), "more billed than credited in fewer than 6 earlier months"),
        ((-1, 1, 1, 1, 1, 1), "more billed than credited in fewer than 6 earlier months"),
        ((1, 1, 1, 1, 1, 1), None),
    ],
)
def test_new_supplier_has_not_grown(tmp_path: Path, past: tuple[float, ...], reason: str | None) -> None:
    tables = found(tmp_path, [*honest(), *supplier("Z", (*past, 5, 5, 5))])
    (test,) = (test for test in tables.tests.to_pylist() if test["subject_id"] == "Z")
    assert test["not_evaluable"] == reason


def test_supplier_that_is_no_longer_paid_has_no_usual_month_and_makes_no_null(tmp_path: Path) -> None:
    ended = [row for n in range(15) for row in supplier(f"E{n:02}", (1, 1, 1, 1, 1, 1, 1, 0, 0))]
    tables = found(tmp_path, [*honest(), *ended, *supplier("Z", (1, 1, 1, 1, 1, 1, 5, 5, 5))])
    assert tables.hits["subject_id"].to_pylist() == ["Z"]
    reasons = {row["subject_id"]: row["not_evaluable"] for row in tables.tests.to_pylist()}
    assert reasons["E00"] == "no usual month among the last months"
    assert reasons["Z"] is None


def test_growth_below_factor_or_lowest_sum_is_a_test_and_no_hit(tmp_path: Path) -> None:
    rows = [*honest(), *supplier("Z", (1, 1, 1, 1, 1, 1, 5, 5, 5))]
    (hit,) = found(tmp_path / "any", rows).hits.to_pylist()
    excess_ore, growth = hit["amount_likely_ore"], hit["observed"] / max(1.0, hit["expected"])
    for name, parameters, hits in (
        ("at the factor", {"factor": growth}, 1),
        ("above the factor", {"factor": growth + 0.01}, 0),
        ("at the sum", {"lowest_ore": excess_ore - 1}, 1),
        ("above the sum", {"lowest_ore": excess_ore + 1}, 0),
    ):
        tables = found(tmp_path / name, rows, **parameters)
        assert tables.hits.num_rows == hits, name
        assert tables.tests["is_hit"].to_pylist().count(True) == hits


def test_stray_rows_of_other_years_do_not_make_months(tmp_path: Path) -> None:
    strays = [{"supplier_id": "S01", "net_ore": 100, "booked_on": day(on)} for on in ("2017-05-01", "2025-02-01")]
    tables = found(tmp_path, [*honest(), *supplier("Z", (1, 1, 1, 1, 1, 1, 5, 5, 5)), *strays])
    assert tables.hits["subject_id"].to_pylist() == ["Z"]


def test_supplier_of_refunds_alone_is_not_evaluable(tmp_path: Path) -> None:
    tables = found(tmp_path, [*honest(), *supplier("Z", (1,) * 9, ore=-1_000)])
    (test,) = (test for test in tables.tests.to_pylist() if test["subject_id"] == "Z")
    assert test["not_evaluable"] is not None


def test_currency_is_the_rows_own(tmp_path: Path) -> None:
    rows = [row | {"currency": "GBP"} for row in (*honest(), *supplier("Z", (1, 1, 1, 1, 1, 1, 5, 5, 5)))]
    (hit,) = found(tmp_path, rows).hits.to_pylist()
    assert hit["currency"] == "GBP"
    assert "GBP 1,800,000" in hit["reason_en"]
