from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.split_invoices import SplitInvoices
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

LIMIT = 1_000_000
Row = dict[str, Any]


def row(supplier: str, ore: int, on: str, **more: Any) -> Row:
    return {"supplier_id": supplier, "net_ore": ore, "booked_on": day(on)} | more


def honest() -> list[Row]:
    """Twelve suppliers with ten invoices each, evenly spread from 70 % to 130 % of the limit, a month apart."""
    return [
        row(f"S{supplier:02}", round(LIMIT * (0.71 + 0.06 * n)) + supplier, f"2024-{n + 1:02}-{supplier + 1:02}")
        for supplier in range(12)
        for n in range(10)
    ]


def split(
    days: tuple[str, ...] = ("01", "02", "03", "04", "05"), months: tuple[str, ...] = ("03", "05", "07")
) -> list[Row]:
    """Supplier Z: purchases in pieces of some 95 % of the limit, days apart."""
    return [row("Z", 950_000 + 100 * n + int(m), f"2024-{m}-{d}") for m in months for n, d in enumerate(days)]


def found(tmp_path: Path, rows: list[Row], **parameters: Any) -> HitTables:
    return screen(SplitInvoices(**parameters), small_graph(tmp_path, invoices=rows))


def test_pieces_just_below_a_limit_within_days_are_a_rate_above_peers(tmp_path: Path) -> None:
    tables = found(tmp_path, [*honest(), *split()])
    (hit,) = tables.hits.to_pylist()
    assert hit["kind"] == "rate"
    assert hit["subject_id"] == "Z"
    assert hit["observed"] == 15
    assert hit["expected"] < 5
    assert hit["amount_low_ore"] == 0
    assert 0 < hit["amount_likely_ore"] < hit["amount_high_ore"] == sum(row["net_ore"] for row in split())
    assert tables.evidence.num_rows == 15
    assert tables.tests.num_rows == 13


def test_honest_suppliers_alone_give_no_hit(tmp_path: Path) -> None:
    tables = found(tmp_path, honest())
    assert tables.hits.num_rows == 0
    assert min(tables.tests["p_value"].to_pylist()) > 0.05


def test_fixed_price_that_comes_back_each_month_counts_once(tmp_path: Path) -> None:
    rent = [row("Z", 950_000, f"2024-{month:02}-01") for month in range(1, 13)]
    around = [row("Z", ore, f"2024-{n + 1:02}-20") for n, ore in enumerate((720_000, 800_000, 1_100_000, 1_200_000))]
    tables = found(tmp_path, [*honest(), *rent, *around])
    assert tables.hits.num_rows == 0
    (test,) = (test for test in tables.tests.to_pylist() if test["subject_id"] == "Z")
    assert test["observed"] == 1


@pytest.mark.parametrize(("second", "rows"), [("07", 16), ("08", 0)])
def test_a_weekly_rhythm_is_no_split(tmp_path: Path, second: str, rows: int) -> None:
    pairs = [row("Z", 950_000 + 10 * month, f"2024-{month:02}-{d}") for month in range(1, 9) for d in ("01", second)]
    assert found(tmp_path, [*honest(), *pairs]).evidence.num_rows == rows


def test_pile_without_two_invoices_days_apart_is_not_flagged(tmp_path: Path) -> None:
    scattered = [row("Z", 950_000 + 100 * n, f"2024-{n + 1:02}-05") for n in range(12)]
    tables = found(tmp_path, [*honest(), *scattered])
    (test,) = (test for test in tables.tests.to_pylist() if test["subject_id"] == "Z")
    assert test["observed"] == 12
    assert not test["is_hit"]


@pytest.mark.parametrize(("ore", "observed"), [(899_999, 0), (900_000, 1), (999_999, 1), (1_000_000, 0)])
def test_just_below_is_from_ninety_per_cent_to_below_the_limit(tmp_path: Path, ore: int, observed: int) -> None:
    around = [row("Z", 720_000 + n, f"2024-0{n + 1}-20") for n in range(4)]
    (test,) = found(tmp_path, [row("Z", ore, "2024-01-01"), *around]).tests.to_pylist()
    assert test["observed"] == observed


@pytest.mark.parametrize(("count", "reason"), [(4, "fewer than 5 invoices about a limit"), (5, "only 0 peers")])
def test_supplier_with_few_invoices_about_a_limit_is_not_evaluable(tmp_path: Path, count: int, reason: str) -> None:
    (test,) = found(
        tmp_path, [row("Z", 950_000 + n, "2024-01-01", voucher_id=f"V{n}") for n in range(count)]
    ).tests.to_pylist()
    assert test["not_evaluable"].startswith(reason)


@pytest.mark.parametrize(
    ("ore", "is_counted"), [(699_999, False), (700_000, True), (1_299_999, True), (1_300_000, False)]
)
def test_round_about_ends_at_thirty_per_cent(tmp_path: Path, ore: int, is_counted: bool) -> None:
    assert found(tmp_path, [row("Z", ore, "2024-01-01")]).tests.num_rows == int(is_counted)


def test_lines_of_one_invoice_are_summed_before_they_meet_a_limit(tmp_path: Path) -> None:
    lines = [row("Z", 475_000, "2024-01-01", invoice_no="F-2001", voucher_id=f"V{n}") for n in (1, 2)]
    (test,) = found(tmp_path, lines, limits_ore=(LIMIT,)).tests.to_pylist()
    assert test["observed"] == 1


def test_limits_are_a_setting_and_currencies_stay_apart(tmp_path: Path) -> None:
    assert found(tmp_path, [*honest(), *split()], limits_ore=(3_000_000,)).tests.num_rows == 0
    in_pounds = [row | {"currency": "GBP"} for row in (*honest(), *split())]
    (hit,) = found(tmp_path / "pounds", in_pounds).hits.to_pylist()
    assert hit["currency"] == "GBP"
    assert "10\u00a0000\u00a0GBP" in hit["reason_sv"]
    mixed = [*honest(), *(row | {"currency": "GBP"} for row in split())]
    assert found(tmp_path / "mixed", mixed).hits.num_rows == 0
