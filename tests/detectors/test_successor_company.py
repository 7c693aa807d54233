from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.successor_company import SuccessorCompany
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
OLD, NEW = "OLD", "NEW"
ENDED = day("2024-06-15")


def claim(organisation: str, starts: str, **more: Any) -> Row:
    """10 000 kronor for a month."""
    told = {"record_id": f"claim {organisation} {starts}", "organisation_id": organisation, "programme": "placement"}
    period = {"period_from": day(starts), "period_to": day(starts) + timedelta(days=27)}
    return told | period | {"claim_id": f"{organisation} {starts}", "amount_ore": 1_000_000} | more


def role(person: str, organisation: str, kind: str = "owner") -> Row:
    told = {"from_id": person, "to_id": organisation, "kind": kind, "register": "roles"}
    return told | {"record_id": f"role {person} {organisation}"}


def pay(person: str, organisation: str, month: str) -> Row:
    told = {"record_id": f"pay {person} {organisation} {month}", "organisation_id": organisation, "person_id": person}
    return told | {"month": day(month), "cash_pay_ore": 3_000_000}


def car(organisation: str) -> Row:
    return {"record_id": f"car {organisation}", "organisation_id": organisation, "vehicle_id": "A-car"}


def phone(one: str, other: str, via: str = "phone-1") -> Row:
    told = {"from_id": one, "to_id": other, "kind": "shared_phone", "via_id": via, "register": "organisations"}
    return told | {"record_id": f"phone {one} {other}"}


STAFF = [pay(person, OLD, "2024-05-01") for person in "abc"] + [pay(person, NEW, "2024-08-01") for person in "abc"]
OWNER = [role("o", OLD), role("o", NEW)]
CARS = [car(OLD), car(NEW)]
PHONES = [phone(NEW, OLD)]


def found(
    tmp_path: Path,
    *,
    links: list[Row] = (),  # type: ignore[assignment]
    payroll: list[Row] = (),  # type: ignore[assignment]
    vehicles: list[Row] = (),  # type: ignore[assignment]
    begins: str = "2024-07-01",
    kind: str = "contract_terminated",
    others: int = 30,
    more: dict[str, list[Row]] | None = None,
    **parameters: int,
) -> HitTables:
    """The old organisation is paid until it ends, the new one from ``begins`` on; so many others begin too."""
    claims = [claim(OLD, f"2024-{month:02}-01") for month in range(1, 6)]
    claims += [claim(NEW, begins), claim(NEW, "2025-01-05")]
    claims += [claim(f"other {number}", f"2024-{7 + number % 5:02}-01") for number in range(others)]
    events = [{"record_id": "end", "organisation_id": OLD, "happened_on": ENDED, "kind": kind}]
    parties = sorted({row["organisation_id"] for row in claims} | {row["from_id"] for row in links if "via_id" in row})
    facts = [{"entity_id": party, "kind": "organisation"} for party in parties]
    tables: dict[str, list[Row]] = {
        "current_claims": claims,
        "organisation_events": events,
        "links": list(links),
        "current_payroll": list(payroll),
        "vehicles": list(vehicles),
        "entity_facts": facts,
    }
    return screen(SuccessorCompany(**parameters), small_graph(tmp_path, **(tables | (more or {}))))


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_owner_and_staff_that_go_on_in_a_new_organisation_are_found_and_the_amount_is_exposure(tmp_path: Path) -> None:
    tables = found(tmp_path, links=OWNER, payroll=STAFF)
    (hit,) = hits(tables)
    assert (hit["subject_id"], hit["organisation_id"], hit["kind"], hit["observed"]) == (NEW, NEW, "rate", 2)
    assert (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (0, 2_000_000, 2_000_000)
    assert {party["entity_id"]: party["role"] for party in hit["parties"]} == {OLD: "related_organisation"}
    assert "2024-06-15 (the contract was terminated)" in hit["reason_en"]
    assert "an owner or officer, staff" in hit["reason_en"]
    told = {(row["register"], row["record_id"]) for row in tables.evidence.to_pylist()}
    assert {("organisation_events", "end"), ("roles", "role o NEW"), ("claims", "claim NEW 2024-07-01")} <= told
    assert ("payroll", "pay a NEW 2024-08-01") in told


@pytest.mark.parametrize(
    ("ties", "flagged"),
    [
        ({"links": OWNER}, 0),
        ({"payroll": STAFF}, 0),
        ({"payroll": STAFF, "vehicles": CARS}, 0),
        ({"links": PHONES}, 0),
        ({"links": PHONES, "payroll": STAFF}, 1),
        ({"links": PHONES, "vehicles": CARS}, 1),
        ({"links": OWNER + PHONES}, 1),
        ({"links": OWNER, "vehicles": CARS}, 1),
    ],
    ids=["owner", "staff", "after a tender", "telephone", "telephone and staff", "telephone and vehicle", "owner and telephone", "owner and vehicle"],
)  # fmt: skip
def test_two_kinds_of_ties_are_needed_and_one_of_them_must_be_control(
    tmp_path: Path, ties: dict[str, list[Row]], flagged: int
) -> None:
    assert len(hits(found(tmp_path, **ties))) == flagged  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["accountant", "auditor", "deputy", "administrator"])
def test_a_shared_accountant_ties_nobody(tmp_path: Path, kind: str) -> None:
    assert hits(found(tmp_path, links=[role("o", OLD, kind), role("o", NEW)], payroll=STAFF)) == []


def test_a_person_with_posts_in_many_organisations_ties_nobody(tmp_path: Path) -> None:
    hub = {"hub_id": "o", "kind": "person", "parties": 40, "why_sv": "många", "why_en": "many"}
    assert hits(found(tmp_path, links=OWNER, payroll=STAFF, more={"hubs": [hub]})) == []


def test_the_old_owner_on_the_pay_list_of_the_new_one_is_a_tie(tmp_path: Path) -> None:
    tables = found(tmp_path, links=[role("o", OLD)], payroll=[*STAFF, pay("o", NEW, "2024-08-01")])
    assert hits(tables)[0]["observed"] == 2


@pytest.mark.parametrize(("begins", "flagged"), [("2024-12-12", 1), ("2024-12-13", 0)])
def test_180_days_after_the_end_it_is_no_successor(tmp_path: Path, begins: str, flagged: int) -> None:
    assert len(hits(found(tmp_path, links=OWNER + PHONES, begins=begins))) == flagged


@pytest.mark.parametrize(("begins", "flagged"), [("2024-04-16", 1), ("2024-04-15", 0)])
def test_one_that_was_paid_more_than_60_days_before_the_end_is_no_successor(
    tmp_path: Path, begins: str, flagged: int
) -> None:
    assert len(hits(found(tmp_path, links=OWNER + PHONES, begins=begins))) == flagged


@pytest.mark.parametrize(("days", "flagged"), [(182, 1), (183, 0)])
def test_what_is_paid_from_the_beginning_of_the_data_on_is_no_beginning(
    tmp_path: Path, days: int, flagged: int
) -> None:
    assert len(hits(found(tmp_path, links=OWNER + PHONES, settled_days=days))) == flagged


@pytest.mark.parametrize(("employees", "flagged"), [("a", 0), ("ab", 1)])
def test_two_employees_in_common_are_a_tie(tmp_path: Path, employees: str, flagged: int) -> None:
    payroll = [row for row in STAFF if row["organisation_id"] == OLD or row["person_id"] in employees]
    assert len(hits(found(tmp_path, links=PHONES, payroll=payroll))) == flagged


@pytest.mark.parametrize(("strangers", "flagged"), [(17, 1), (18, 0)])
def test_staff_in_common_must_be_a_part_of_the_new_staff(tmp_path: Path, strangers: int, flagged: int) -> None:
    others = [pay(f"stranger {number}", NEW, "2024-08-01") for number in range(strangers)]
    assert len(hits(found(tmp_path, links=PHONES, payroll=STAFF + others))) == flagged


@pytest.mark.parametrize(("firms", "flagged"), [(1, 1), (2, 0)])
def test_a_telephone_of_several_organisations_ties_nobody(tmp_path: Path, firms: int, flagged: int) -> None:
    links = PHONES + [phone(f"firm {number}", OLD) for number in range(firms)]
    assert len(hits(found(tmp_path, links=links, payroll=STAFF))) == flagged


def test_household_and_kinship_are_no_tie(tmp_path: Path) -> None:
    kin = {"from_id": "o", "to_id": "p", "kind": "household", "register": "relations", "record_id": "kin"}
    assert hits(found(tmp_path, links=[role("o", OLD), role("p", NEW), kin], payroll=STAFF)) == []


def test_a_contract_that_ran_out_is_no_end(tmp_path: Path) -> None:
    contract = {"record_id": "contract", "organisation_id": OLD, "contract_id": "1", "programme": "placement"}
    dates = {"valid_from": day("2020-01-01"), "valid_to": ENDED}
    tables = found(tmp_path, links=OWNER + PHONES, kind="board_change", more={"contracts": [contract | dates]})
    assert tables.hits.num_rows == 0


def test_a_revoked_permit_is_an_end(tmp_path: Path) -> None:
    permit = {"record_id": "permit", "organisation_id": OLD, "permit_id": "1", "kind": "home_care", "status": "revoked"}
    dates = {"valid_from": day("2020-01-01"), "valid_to": ENDED}
    (hit,) = hits(found(tmp_path, links=OWNER + PHONES, kind="board_change", more={"permits": [permit | dates]}))
    assert "the permit was revoked" in hit["reason_en"]


def test_staff_that_all_competitors_share_raises_what_is_expected(tmp_path: Path) -> None:
    payroll = [pay(person, OLD, "2024-05-01") for person in "abcdef"]
    payroll += [pay(person, f"other {n}", "2024-09-01") for n in range(30) for person in "ab"]
    payroll += [pay(person, NEW, "2024-08-01") for person in "ab"]
    assert hits(found(tmp_path, links=PHONES, payroll=payroll)) == []
    assert len(hits(found(tmp_path / "rare", links=PHONES, payroll=STAFF))) == 1


def test_with_too_few_peers_nothing_is_said(tmp_path: Path) -> None:
    tables = found(tmp_path, links=OWNER + PHONES, others=3)
    assert hits(tables) == []
    assert all(test["not_evaluable"] for test in tables.tests.to_pylist())


def test_where_nobody_shares_anything_the_randomised_p_is_even(tmp_path: Path) -> None:
    tests = found(tmp_path, others=800).tests.to_pylist()
    told = [test["p_randomised"] for test in tests if test["not_evaluable"] is None]
    assert {test["p_value"] for test in tests if test["not_evaluable"] is None} == {1.0}
    assert len(told) > 700
    assert 0.03 <= sum(p <= 0.05 for p in told) / len(told) <= 0.06
