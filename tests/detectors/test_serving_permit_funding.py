from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.serving_permit_funding import ServingPermitFunding
from tests.detectors.money_rows import money_graph, pay, public, role
from tests.detectors.small_graph import day, screen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
PERMIT: Row = {"record_id": "permit R", "organisation_id": "R", "permit_id": "1", "kind": "serving"} | {
    "status": "granted",
    "valid_from": day("2020-01-01"),
}
OWN: Row = {
    "record_id": "own funds",
    "organisation_id": "R",
    "permit_id": "1",
    "source_id": "h",
    "amount_ore": 50_000_000,
}
"""The holder R stated the savings of its owner h."""


def fund(
    payer: str = "P",
    payee: str = "R",
    kronor: float = 60_000,
    months: Sequence[int] = (1, 2),
    days: int = 12,
    **more: Any,
) -> list[Row]:
    """Sums on a day of each month; public money comes on the tenth."""
    told = {"kind": "transfer"} | more
    return [
        pay(f"{payer}{payee}{month}-{days}", payer, payee, f"2024-{month:02}-{days} 08:00", kronor, **told)
        for month in months
    ]


def found(
    tmp_path: Path,
    payments: list[Row],
    *,
    stated: Sequence[Row] = (OWN,),
    links: Sequence[Row] = (),
    permit: Row = PERMIT,
    **more: Any,
) -> HitTables:
    ties = [role("h", "R"), role("p", "P"), *links]
    graph = money_graph(tmp_path, [*public(), *payments], links=ties, permits=[permit], serving_funds=list(stated))
    return screen(ServingPermitFunding(**more), graph)


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_sums_soon_after_public_money_that_nobody_stated_are_followed(tmp_path: Path) -> None:
    (hit,) = hits(tables := found(tmp_path, fund()))
    assert (hit["kind"], hit["subject_id"], hit["organisation_id"], hit["observed"]) == ("flow", "R", "R", 2)
    assert (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (12_000_000,) * 3
    assert [(party["entity_id"], party["role"]) for party in hit["parties"]] == [("P", "related_organisation")]
    assert {row["register"] for row in tables.evidence.to_pylist()} == {"payments", "serving_funds", "permits"}
    assert sum(row["amount_ore"] for row in tables.evidence.to_pylist()) == hit["amount_low_ore"]


def test_by_way_of_one_who_hands_most_of_it_on(tmp_path: Path) -> None:
    way = [*fund(payee="C", kind="supplier"), *fund("C", kronor=48_000, days=19, kind="supplier")]
    assert not hits(found(tmp_path / "small", way))
    way = [*fund(payee="C", kronor=70_000, kind="supplier"), *fund("C", kronor=56_000, days=19, kind="supplier")]
    (hit,) = hits(found(tmp_path / "a", way))
    assert {party["entity_id"] for party in hit["parties"]} == {"P", "C"}
    assert not hits(found(tmp_path / "late", [*way[:2], *fund("C", kronor=56_000, days=20, kind="supplier")]))
    assert not hits(found(tmp_path / "less", [*way[:2], *fund("C", kronor=55_999, days=19, kind="supplier")]))


def test_what_an_owner_was_paid_out_is_his_own(tmp_path: Path) -> None:
    way = [*fund(payee="C", kronor=70_000), *fund("C", kronor=69_000, days=14)]
    assert hits(found(tmp_path / "a", way))
    paid_out = [*fund(payee="p", kronor=70_000), *fund("p", kronor=69_000, days=14)]
    assert not hits(found(tmp_path / "b", paid_out))


def test_a_stated_loan_explains_up_to_its_sum(tmp_path: Path) -> None:
    def loan(source: str, kronor: int) -> Row:
        return OWN | {"record_id": "loan", "source_id": source, "amount_ore": 100 * kronor}

    assert not hits(found(tmp_path / "whole", fund(), stated=[OWN, loan("P", 120_000)]))
    assert hits(found(tmp_path / "part", fund(), stated=[OWN, loan("P", 119_999)]))
    assert not hits(found(tmp_path / "owner", fund(), stated=[OWN, loan("p", 120_000)]))
    assert hits(found(tmp_path / "stranger", fund(), stated=[OWN, loan("q", 120_000)]))


@pytest.mark.parametrize(
    ("why", "payments", "is_found"),
    [
        ("rent", fund(kind="rent"), False),
        ("bills of uneven sums", fund(kronor=60_001, kind="supplier"), False),
        ("round sums called purchases", fund(kronor=60_000, kind="supplier"), True),
        ("small bills", fund(kronor=20_000, months=(1, 2, 3), kind="supplier"), False),
        ("not named by the bank", fund(kronor=60_001, kind=None), False),
        ("a loan of uneven sums", fund(kronor=60_001, kind="loan"), True),
        ("one sum", fund(kronor=120_000, months=(1,)), False),
        ("too little in all", fund(kronor=49_999), False),
        ("just enough", fund(kronor=50_000), True),
        ("small sums", [row for d in (11, 12, 13, 14) for row in fund(kronor=9_999, months=(1, 2, 3), days=d)], False),
        ("long after", fund(days=25), False),
        ("just in time", fund(days=24), True),
        ("to another", fund(payee="X"), False),
    ],
)  # fmt: skip
def test_which_payments_count(tmp_path: Path, why: str, payments: list[Row], is_found: bool) -> None:
    assert bool(hits(found(tmp_path, payments))) is is_found, why


def test_a_holder_of_whom_nothing_stated_was_delivered_is_not_evaluable(tmp_path: Path) -> None:
    tables = found(tmp_path, fund(), stated=[OWN | {"organisation_id": "Z"}])
    assert not hits(tables)
    (test,) = tables.tests.to_pylist()
    assert "nothing that it stated" in test["not_evaluable"]


def test_another_kind_of_permit_is_not_screened(tmp_path: Path) -> None:
    tables = found(tmp_path, fund(), permit=PERMIT | {"kind": "placement"})
    assert not tables.tests.num_rows
