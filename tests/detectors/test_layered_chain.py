from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.layered_chain import LayeredChain
from tests.detectors.money_rows import Row, letters, money_graph, pay, public, road, role
from tests.detectors.small_graph import day, screen

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

STAFF = [{"organisation_id": "P", "person_id": "e", "month": day("2024-01-01")}]
SHARED = [role("d", "A", "deputy"), role("d", "B", "deputy")]
"""One deputy in both companies of the chain."""


def found(tmp_path: Path, transfers: list[Row], *, links: list[Row] | None = None, **more: Any) -> HitTables:
    parameters = more.pop("parameters", {})
    tables = {"current_payroll": STAFF} | more
    graph = money_graph(tmp_path, transfers, links=SHARED if links is None else links, **tables)
    return screen(LayeredChain(**parameters), graph)


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def observed(tables: HitTables) -> float:
    told = {row["subject_id"]: row["observed"] for row in tables.tests.to_pylist()}
    return float(told["P"])


CHAIN = [*public(), *road("P", "A", "B", "X")]


def test_money_through_two_companies_under_one_officer_is_a_flow(tmp_path: Path) -> None:
    tables = found(tmp_path, CHAIN)
    (hit,) = hits(tables)
    assert (hit["kind"], hit["subject_id"], hit["observed"]) == ("flow", "P", 3)
    assert (hit["period_from"], hit["period_to"]) == (day("2024-01-11"), day("2024-03-13"))
    assert {(party["entity_id"], party["role"]) for party in hit["parties"]} == {
        ("A", "related_organisation"),
        ("B", "related_organisation"),
        ("X", "exit"),
    }
    # 50,000 a month of public money onto the road, of which 95 and again 95 per cent went on.
    assert hit["amount_low_ore"] == hit["amount_high_ore"] == 3 * 4_512_500
    assert hit["reason_sv"].startswith(
        "3 gånger gick pengar från organisationen genom kedjor av upp till 2 bolag (2 i allt), minst 90\u00a0% av dem inom 48 timmar i varje led. "
        "Bolagen redovisar inga löner och betalar ingen hyra; bland dem finns bolag som har samma företrädare."
    )
    assert "among them are companies that share an officer." in hit["reason_en"]
    told = {row["record_id"]: row for row in tables.evidence.to_pylist()}
    assert set(told) == {f"{way}{month}" for way in ("public P", "PA", "AB", "BX") for month in (1, 2, 3)}
    assert sum(row["amount_ore"] for row in told.values()) == hit["amount_low_ore"]


@pytest.mark.parametrize(("months", "flagged"), [((1, 2), 0), ((1, 2, 3), 1)])
def test_three_times_make_a_finding(tmp_path: Path, months: tuple[int, ...], flagged: int) -> None:
    tables = found(tmp_path, [*public(), *road("P", "A", "B", "X", months=months)])
    assert len(hits(tables)) == flagged
    assert observed(tables) == len(months)


@pytest.mark.parametrize(("kept", "times"), [(0.90, 3), (0.8999, 0)])
def test_nine_tenths_must_go_on_at_each_step(tmp_path: Path, kept: float, times: int) -> None:
    rows = [*public(), *road("P", "A", "B", "X", kept=kept, kronor=100_000)]
    assert observed(found(tmp_path, rows)) == times


@pytest.mark.parametrize(("hours", "times"), [(48, 3), (48.1, 0)])
def test_each_step_must_follow_within_two_days(tmp_path: Path, hours: float, times: int) -> None:
    assert observed(found(tmp_path, [*public(), *road("P", "A", "B", "X", hours=hours)])) == times


def test_one_company_on_the_way_is_no_chain(tmp_path: Path) -> None:
    assert observed(found(tmp_path, [*public(), *road("P", "A", "X")])) == 0


@pytest.mark.parametrize("kind", ["shared_address", "shared_phone"])
def test_companies_at_one_address_or_telephone_look_alike(tmp_path: Path, kind: str) -> None:
    tie = {"from_id": "A", "to_id": "B", "kind": kind, "register": "organisations", "record_id": "tie"}
    (hit,) = hits(found(tmp_path, CHAIN, links=[tie]))
    assert {"shared_address": "companies that share an address.", "shared_phone": "companies that share a telephone."}[
        kind
    ] in hit["reason_en"]


def test_companies_that_nothing_ties_are_not_flagged(tmp_path: Path) -> None:
    tables = found(tmp_path, CHAIN, links=[role("a", "A"), role("b", "B")])
    assert hits(tables) == []
    assert observed(tables) == 0


def test_accountant_of_many_ties_nobody(tmp_path: Path) -> None:
    hub = [{"hub_id": "d", "kind": "person", "parties": 20, "why_sv": "", "why_en": ""}]
    assert hits(found(tmp_path, CHAIN, hubs=hub)) == []
    assert hits(found(tmp_path / "auditor", CHAIN, links=[role("d", company, "auditor") for company in "AB"])) == []


@pytest.mark.parametrize(("since", "flagged"), [("2022-01-11", 1), ("2022-01-10", 0)])
def test_a_company_is_young_for_two_years_before_the_first_time(tmp_path: Path, since: str, flagged: int) -> None:
    companies = [{"organisation_id": company, "registered_on": day(since)} for company in "AB"]
    assert len(hits(found(tmp_path, CHAIN, links=[], organisations=companies))) == flagged


def test_one_young_company_does_not_make_the_other_look_alike(tmp_path: Path) -> None:
    companies = [{"organisation_id": "A", "registered_on": day("2023-06-01")}]
    assert hits(found(tmp_path, CHAIN, links=[], organisations=companies)) == []


def test_subcontractors_with_staff_are_no_chain(tmp_path: Path) -> None:
    for company in "AB":
        staff = [*STAFF, {"organisation_id": company, "person_id": "x", "month": day("2024-01-01")}]
        assert hits(found(tmp_path / company, CHAIN, current_payroll=staff)) == []


def test_company_that_pays_rent_is_no_link_of_a_chain(tmp_path: Path) -> None:
    rent = pay("rent", "B", "L", "2024-02-01 08:00", 100, kind="rent")
    assert hits(found(tmp_path, [*CHAIN, rent])) == []


@pytest.mark.parametrize("kind", ["rent", "tax"])
def test_rent_paid_on_to_a_landlord_is_not_flagged(tmp_path: Path, kind: str) -> None:
    assert hits(found(tmp_path, [row | ({"kind": kind} if row["from_id"] != "S" else {}) for row in CHAIN])) == []


@pytest.mark.parametrize("kind", ["group", "client_funds", "payroll_bureau"])
def test_account_that_is_kept_for_many_is_not_flagged(tmp_path: Path, kind: str) -> None:
    rows = [*public(), *road("P", "A", "B", "X", to_account_id="k")]
    assert hits(found(tmp_path, rows, accounts=[{"account_id": "k", "holder_id": "X", "kind": kind}])) == []


def test_balance_that_moves_once_to_a_successor_is_not_flagged(tmp_path: Path) -> None:
    assert hits(found(tmp_path, [*public(), *road("P", "A", "B", "X", months=[2])])) == []


def test_money_that_comes_home_is_no_chain(tmp_path: Path) -> None:
    assert observed(found(tmp_path, [*public(), *road("P", "A", "B", "C", "P")], links=[*SHARED, role("d", "C")])) == 0
    owner = [*SHARED, role("o", "P")]
    assert observed(found(tmp_path / "owner", [*public(), *road("P", "A", "B", "o")], links=owner)) == 0
    other = [*SHARED, role("o", "Z")]
    assert observed(found(tmp_path / "other", [*public(), *road("P", "A", "B", "o")], links=other)) == 3


def test_hub_is_no_link_of_a_chain(tmp_path: Path) -> None:
    hub = [{"hub_id": "B", "kind": "organisation", "parties": 200, "why_sv": "", "why_en": ""}]
    assert hits(found(tmp_path, CHAIN, hubs=hub)) == []


def test_sole_traders_money_is_the_owners(tmp_path: Path) -> None:
    facts = [row | {"is_sole_trader": row["entity_id"] == "B"} for row in letters(CHAIN, SHARED)]
    assert hits(found(tmp_path, CHAIN, entity_facts=facts)) == []


def test_a_step_in_two_payments_is_one_step(tmp_path: Path) -> None:
    rows = [row for row in CHAIN if row["from_id"] != "A"]
    for month in (1, 2, 3):
        rows.append(pay(f"x{month}", "A", "B", f"2024-{month:02}-11 20:00", 20_000))
        rows.append(pay(f"y{month}", "A", "B", f"2024-{month:02}-12 03:00", 27_500))
    assert observed(found(tmp_path, rows)) == 3
