from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.suppliers_sharing_number import SuppliersSharingNumber
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]


def invoices(supplier: str, count: int, **more: Any) -> list[Row]:
    return [
        {
            "supplier_id": supplier,
            "net_ore": 200_000,
            "voucher_id": f"{supplier} {n}",
            "booked_on": day(f"2024-{n % 12 + 1:02}-05"),
        }
        | more
        for n in range(count)
    ]


def fact(supplier: str, unlike_names: int = 0, **more: Any) -> Row:
    return {"entity_id": supplier, "kind": "organisation", "is_numbered": True, "unlike_names": unlike_names} | more


HONEST = [f"S{n:02}" for n in range(30)]
CARELESS_FACTS = [fact(name, int(n % 3 == 0)) for n, name in enumerate(HONEST)]
"""One in three stands with another name too."""


def found(tmp_path: Path, facts: list[Row], rows: list[Row] | None = None, **parameters: Any) -> HitTables:
    ledger = [row for name in HONEST for row in invoices(name, 20)]
    return screen(
        SuppliersSharingNumber(**parameters),
        small_graph(
            tmp_path,
            invoices=[*ledger, *(invoices("Z", 20) if rows is None else rows)],
            entity_facts=[*CARELESS_FACTS, *facts],
        ),
    )


def test_number_with_many_clearly_different_names_is_a_rate_above_peers(tmp_path: Path) -> None:
    tables = found(tmp_path, [fact("Z", 7)])
    (hit,) = tables.hits.to_pylist()
    assert hit["kind"] == "rate"
    assert hit["subject_id"] == "Z"
    assert hit["observed"] == 7
    assert hit["expected"] < 1
    assert (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (0, 0, 4_000_000)
    assert tables.evidence.num_rows == 20
    assert tables.tests.num_rows == 31


def test_supplier_without_unlike_names_is_tested_and_not_flagged(tmp_path: Path) -> None:
    tables = found(tmp_path, [fact("Z")])
    assert tables.hits.num_rows == 0
    assert tables.tests.num_rows == 31


def test_one_change_of_name_is_as_peers_have_it(tmp_path: Path) -> None:
    assert found(tmp_path, [fact("Z", 1)]).hits.num_rows == 0


@pytest.mark.parametrize(("count", "is_evaluable"), [(2, False), (3, True)])
def test_supplier_with_few_invoices_is_not_evaluable(tmp_path: Path, count: int, is_evaluable: bool) -> None:
    tables = found(tmp_path, [fact("Z", 2)], invoices("Z", count))
    (test,) = (test for test in tables.tests.to_pylist() if test["subject_id"] == "Z")
    assert test["not_evaluable"] == (
        "only 0 peers in suppliers with 1 to 3 invoices" if is_evaluable else "fewer than 3 invoices"
    )


def test_peers_have_about_as_many_invoices(tmp_path: Path) -> None:
    tables = found(tmp_path, [fact("Z")], invoices("Z", 64))
    groups = {test["subject_id"]: test["peer_group"] for test in tables.tests.to_pylist()}
    assert groups["S00"] == "suppliers with 16 to 63 invoices"
    assert groups["Z"] == "suppliers with 64 to 255 invoices"


def test_private_person_is_never_a_subject(tmp_path: Path) -> None:
    tables = found(tmp_path, [fact("Z", 7, kind="person")])
    assert "Z" not in tables.tests["subject_id"].to_pylist()
    assert tables.hits.num_rows == 0


def test_supplier_without_facts_has_one_name(tmp_path: Path) -> None:
    (test,) = (test for test in found(tmp_path, []).tests.to_pylist() if test["subject_id"] == "Z")
    assert test["observed"] == 0


def test_amount_is_of_the_currency_that_most_was_paid_in(tmp_path: Path) -> None:
    rows = [*invoices("Z", 12, currency="GBP"), *invoices("Z", 4, voucher_id=None, record_id=None)]
    rows = [row | {"record_id": f"z:{n}"} for n, row in enumerate(rows)]
    (hit,) = found(tmp_path, [fact("Z", 7)], rows).hits.to_pylist()
    assert hit["currency"] == "GBP"
    assert hit["amount_high_ore"] == 12 * 200_000
