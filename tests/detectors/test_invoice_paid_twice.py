from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from follow_money.detectors.invoice_numbers import invoice_numbers
from follow_money.detectors.invoice_paid_twice import InvoicePaidTwice
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

AMOUNT = 1_250_000


def row(number: str | None, on: str, voucher: str | None, ore: int = AMOUNT, **more: Any) -> dict[str, Any]:
    return {
        "supplier_id": "A",
        "invoice_no": number,
        "booked_on": day(on),
        "voucher_id": voucher,
        "net_ore": ore,
    } | more


OTHERS = [row(f"F-10{n}", f"2024-0{n}-15", f"other {n}", 100_000 + n) for n in range(1, 9)]
"""Invoices that show that supplier A has a series of its own."""
TWICE = [row("F-2001", "2024-03-01", "V1"), row("F-2001", "2024-03-20", "V2")]


def found(
    tmp_path: Path, rows: list[dict[str, Any]], facts: list[dict[str, Any]] | None = None, **parameters: Any
) -> HitTables:
    return screen(
        InvoicePaidTwice(**parameters), small_graph(tmp_path, invoices=[*OTHERS, *rows], entity_facts=facts or [])
    )


def observed(tables: HitTables) -> list[float | None]:
    return list(tables.tests["observed"].to_pylist())


def test_invoice_booked_again_under_another_voucher_is_contradicted(tmp_path: Path) -> None:
    tables = found(tmp_path, TWICE)
    (hit,) = tables.hits.to_pylist()
    assert hit["kind"] == "contradiction"
    assert hit["subject_id"] == hit["organisation_id"] == "A"
    assert (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (AMOUNT, AMOUNT, AMOUNT)
    assert (hit["period_from"], hit["period_to"]) == (day("2024-03-01"), day("2024-03-20"))
    assert "12\u00a0500\u00a0SEK" in hit["reason_sv"]
    evidence = tables.evidence.to_pylist()
    assert [(row["amount_ore"], row["note_en"]) for row in evidence] == [
        (0, "pair 1: booked the first time"),
        (AMOUNT, "pair 1: booked again"),
    ]
    assert observed(tables) == [1.0]


def test_every_pair_of_a_supplier_stands_in_one_hit(tmp_path: Path) -> None:
    tables = found(
        tmp_path, [*TWICE, row("F-2002", "2024-04-01", "V3", 900_000), row("F-2002", "2024-05-01", "V4", 900_000)]
    )
    (hit,) = tables.hits.to_pylist()
    assert hit["observed"] == 2
    assert hit["amount_likely_ore"] == AMOUNT + 900_000
    assert tables.evidence.num_rows == 4


@pytest.mark.parametrize(
    ("first", "again"), [("f-2001", "F 2001"), ("F-2001", "F2001"), ("F-2001", "F-002001"), ("F-2001", " F-2001. ")]
)
def test_the_same_number_written_otherwise_is_the_same_invoice(tmp_path: Path, first: str, again: str) -> None:
    assert found(tmp_path, [row(first, "2024-03-01", "V1"), row(again, "2024-03-20", "V2")]).hits.num_rows == 1


def test_currency_is_the_rows_own_and_currencies_are_not_compared(tmp_path: Path) -> None:
    in_pounds = [row | {"currency": "GBP"} for row in (*OTHERS, *TWICE)]
    (hit,) = found(tmp_path, in_pounds).hits.to_pylist()
    assert hit["currency"] == "GBP"
    assert "GBP" in hit["reason_sv"]
    assert found(tmp_path / "mixed", [TWICE[0], TWICE[1] | {"currency": "EUR"}]).hits.num_rows == 0


def test_rows_of_one_voucher_are_summed_before_they_are_compared(tmp_path: Path) -> None:
    two_rows = [row("F-2001", "2024-03-01", "V1", 500_000), row("F-2001", "2024-03-01", "V1", 750_000), TWICE[1]]
    (hit,) = found(tmp_path, two_rows).hits.to_pylist()
    assert hit["amount_likely_ore"] == AMOUNT
    one_voucher = [row("F-2001", "2024-03-01", "V1"), row("F-2001", "2024-03-20", "V1")]
    assert found(tmp_path / "one", one_voucher).hits.num_rows == 0


def test_lines_of_one_invoice_numbered_one_by_one_are_not_two_payments(tmp_path: Path) -> None:
    assert found(tmp_path, [TWICE[0], TWICE[0] | {"voucher_id": "V2"}]).hits.num_rows == 0


def test_lines_of_a_whole_invoice_booked_again_are_found_though_each_has_its_voucher(tmp_path: Path) -> None:
    lines = [row("F-2001", on, f"V{on}{n}", 700_000) for on in ("2024-03-01", "2024-03-20") for n in (1, 2)]
    (hit,) = found(tmp_path, lines).hits.to_pylist()
    assert hit["amount_likely_ore"] == 1_400_000


@pytest.mark.parametrize("credit_no", ["F-2001", "K-77001", None])
def test_credited_invoice_is_not_flagged(tmp_path: Path, credit_no: str | None) -> None:
    tables = found(tmp_path, [*TWICE, row(credit_no, "2024-04-02", "V3", -AMOUNT)])
    assert tables.hits.num_rows == 0
    assert observed(tables) == [0.0]


def test_credit_note_written_as_a_positive_amount_takes_back_too(tmp_path: Path) -> None:
    assert found(tmp_path, [*TWICE, row("K-77001", "2024-04-02", "V3", document="credit_note")]).hits.num_rows == 0


def test_one_credit_takes_back_one_payment_only(tmp_path: Path) -> None:
    more = [
        row("F-2002", "2024-05-01", "V4"),
        row("F-2002", "2024-05-09", "V5"),
        row("K-77001", "2024-06-02", "V6", -AMOUNT),
    ]
    (hit,) = found(tmp_path, [*TWICE, *more]).hits.to_pylist()
    assert hit["observed"] == 1
    assert len(hit["counter_evidence"]) == 1


@pytest.mark.parametrize(("on", "hits"), [("2024-02-29", 1), ("2024-03-01", 0)])
def test_credit_counts_from_the_day_of_the_first_posting(tmp_path: Path, on: str, hits: int) -> None:
    assert found(tmp_path, [*TWICE, row("K-77001", on, "V3", -AMOUNT)]).hits.num_rows == hits


def test_credit_of_another_amount_takes_nothing_back(tmp_path: Path) -> None:
    assert found(tmp_path, [*TWICE, row("K-77001", "2024-04-02", "V3", -AMOUNT + 1)]).hits.num_rows == 1


def test_credits_are_matched_so_that_as_many_as_possible_fit(tmp_path: Path) -> None:
    late = [row("F-2002", "2024-05-01", "V4"), row("F-2002", "2024-05-09", "V5")]
    credit_rows = [row("K-77001", "2024-04-01", "V6", -AMOUNT), row("K-77002", "2024-06-01", "V7", -AMOUNT)]
    assert found(tmp_path, [*TWICE, *late, *credit_rows]).hits.num_rows == 0


@pytest.mark.parametrize(
    "number",
    [
        "2024-03",
        "2024-03-01",
        "20240301",
        "01/03/2024",
        "mars 2024",
        "SBS 23Apr24",
        "Kvartal 1",
        "12",
        "001",
        "hyra",
        None,
    ],
)
def test_date_period_word_or_short_number_is_no_invoice_number(tmp_path: Path, number: str | None) -> None:
    assert found(tmp_path, [row(number, "2024-03-01", "V1"), row(number, "2024-03-20", "V2")]).hits.num_rows == 0


def test_number_that_stands_for_several_amounts_is_not_one_invoice(tmp_path: Path) -> None:
    assert found(tmp_path, [*TWICE, row("F-2001", "2024-04-01", "V3", 5_000)], most_postings=3).hits.num_rows == 0


def test_instalments_and_contract_numbers_with_many_postings_are_not_flagged(tmp_path: Path) -> None:
    plan = [*TWICE, row("F-2001", "2024-04-20", "V3")]
    assert found(tmp_path, plan).hits.num_rows == 0
    (hit,) = found(tmp_path / "three", plan, most_postings=3).hits.to_pylist()
    assert hit["amount_likely_ore"] == 2 * AMOUNT


def test_supplier_that_uses_its_numbers_again_is_not_evaluable(tmp_path: Path) -> None:
    again = [row | {"booked_on": day("2024-08-01"), "voucher_id": f"again {n}"} for n, row in enumerate(OTHERS[:2])]
    tables = found(tmp_path, [*TWICE, *again])
    assert tables.hits.num_rows == 0
    assert tables.tests["not_evaluable"].to_pylist() == ["the supplier uses its numbers again"]


@pytest.mark.parametrize(("others", "hits"), [(2, 0), (3, 1)])
def test_supplier_needs_a_series_of_its_own(tmp_path: Path, others: int, hits: int) -> None:
    tables = screen(InvoicePaidTwice(), small_graph(tmp_path, invoices=[*OTHERS[:others], *TWICE]))
    assert tables.hits.num_rows == hits
    assert tables.tests["not_evaluable"].to_pylist() == [None if hits else "fewer than 4 invoice numbers"]


@pytest.mark.parametrize(("repeated", "of", "hits"), [(1, 4, 1), (2, 7, 0)])
def test_share_of_numbers_used_again_has_a_limit(tmp_path: Path, repeated: int, of: int, hits: int) -> None:
    rows = [row(f"G-30{n}", "2024-01-10", f"V{n}", 200_000 + n) for n in range(of)]
    rows += [row(f"G-30{n}", "2024-02-10", f"W{n}", 200_000 + n) for n in range(repeated)]
    assert screen(InvoicePaidTwice(), small_graph(tmp_path, invoices=rows)).hits.num_rows == hits


@pytest.mark.parametrize(("ore", "hits"), [(99_999, 0), (100_000, 1)])
def test_sum_below_the_lowest_is_counted_but_not_flagged(tmp_path: Path, ore: int, hits: int) -> None:
    tables = found(tmp_path, [row | {"net_ore": ore} for row in TWICE])
    assert tables.hits.num_rows == hits
    assert observed(tables) == [1.0]


@pytest.mark.parametrize(("on", "hits"), [("2024-12-26", 1), ("2024-12-27", 0)])
def test_number_that_comes_back_after_the_longest_time_is_a_new_series(tmp_path: Path, on: str, hits: int) -> None:
    assert found(tmp_path, [TWICE[0], TWICE[1] | {"booked_on": day(on)}]).hits.num_rows == hits


def test_doubtful_identity_link_is_counted_but_not_flagged(tmp_path: Path) -> None:
    tables = found(tmp_path, [TWICE[0], TWICE[1] | {"links_exact": False}])
    assert tables.hits.num_rows == 0
    assert observed(tables) == [1.0]


def test_two_suppliers_or_two_payers_may_have_the_same_number(tmp_path: Path) -> None:
    assert found(tmp_path, [TWICE[0], TWICE[1] | {"supplier_id": "B"}]).hits.num_rows == 0
    assert found(tmp_path / "payers", [TWICE[0], TWICE[1] | {"payer": "region"}]).hits.num_rows == 0


def test_private_person_and_withheld_row_are_never_a_subject(tmp_path: Path) -> None:
    tables = found(tmp_path, TWICE, [{"entity_id": "A", "kind": "person"}])
    assert tables.tests.num_rows == tables.hits.num_rows == 0
    assert found(tmp_path / "withheld", [TWICE[0], TWICE[1] | {"is_withheld": True}]).hits.num_rows == 0


def test_ledger_without_invoice_numbers_is_not_evaluable(tmp_path: Path) -> None:
    rows = [row | {"invoice_no": None} for row in (*OTHERS, *TWICE)]
    tables = screen(InvoicePaidTwice(), small_graph(tmp_path, invoices=rows))
    assert tables.tests["not_evaluable"].to_pylist() == ["no invoice number that is an invoice's own"]
    assert tables.hits.num_rows == 0


def test_numbers_of_different_digits_stay_apart() -> None:
    told = invoice_numbers(pa.array(["12-345", "123-45", "12345", "A-12-3-4", None])).to_pylist()
    assert told == ["12~345", "123~45", "12345", "A12~3~4", None]


@given(st.text(max_size=20))
def test_a_number_already_made_comparable_stays_as_it_is(text: str) -> None:
    once = invoice_numbers(pa.array([text], pa.string()))
    assert once[0].as_py() is None or invoice_numbers(once).to_pylist() == once.to_pylist()
