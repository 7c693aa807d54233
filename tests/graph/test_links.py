"""Ties: dated, each with the record that tells it; a shared thing is a link and never a merge, and a hub ties nobody."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.graph.hubs import HUB_LIMITS
from tests.entities.small_registers import made_up

if TYPE_CHECKING:
    from follow_money.graph.money_graph import MoneyGraph
    from tests.entities.small_registers import World
    from tests.graph.connected_graph import Connected

Row = dict[str, Any]
ANNA, BERTIL = "19" + made_up("800101123"), "19" + made_up("820202123")
FIRM = "16" + made_up("556677889")
FLAT = {"street": "Storgatan 1 lgh 1101", "postcode": "12345", "city": "Staden"}
HOUSE = {"street": "Storgatan 1", "postcode": "12345", "city": "Staden"}


def firms(count: int) -> list[str]:
    return ["16" + made_up(f"5561{n:05}") for n in range(count)]


def people(count: int) -> list[str]:
    return ["19" + made_up(f"7001{n % 28 + 1:02}{n:03}") for n in range(count)]


def ties(graph: MoneyGraph, world: World, kind: str) -> set[tuple[str, str]]:
    """The pairs of numbers that are tied so."""
    number = {entity: row["number"] for entity, row in world.entities.items()}
    rows = [row for row in graph.table("links").to_pylist() if row["kind"] == kind]
    told = {(number[row["from_id"]], number[row["to_id"]]) for row in rows}
    assert len(told) == len(rows)
    return told


def unordered(pairs: set[tuple[str, str]]) -> set[frozenset[str]]:
    return {frozenset(pair) for pair in pairs}


def hubs_of(graph: MoneyGraph) -> list[tuple[str, int]]:
    return [(row["kind"], row["parties"]) for row in graph.table("hubs").to_pylist()]


def test_role_ties_the_person_to_the_organisation_for_its_period(connected: Connected) -> None:
    role = {"organisation_number": FIRM, "person_number": ANNA, "role": "owner", "valid_from": date(2020, 1, 1)}
    graph, world = connected(roles=[role, {"organisation_number": FIRM, "role": "auditor"}])
    assert ties(graph, world, "owner") == {(ANNA, FIRM)}
    (link,) = graph.table("links").to_pylist()
    assert (link["valid_from"], link["valid_to"], link["via_id"]) == (date(2020, 1, 1), None, None)
    assert (link["register"], link["record_id"], link["is_exact"]) == ("roles", "roles:0", True)


def test_role_of_somebody_known_by_name_alone_is_doubtful(connected: Connected) -> None:
    graph, _ = connected(roles=[{"organisation_number": FIRM, "person_name": "Anna Berg", "role": "owner"}])
    assert graph.table("links")["is_exact"].to_pylist() == [False]


@pytest.mark.parametrize("kind", ["guardian", "household", "family"])
def test_relation_ties_two_people(connected: Connected, kind: str) -> None:
    graph, world = connected(relations=[{"person_number": ANNA, "other_number": BERTIL, "kind": kind}])
    assert ties(graph, world, kind) == {(ANNA, BERTIL)}


def test_shared_flat_is_a_link_and_no_merge(connected: Connected) -> None:
    graph, world = connected(persons=[{"person_number": n} | FLAT for n in (ANNA, BERTIL)])
    assert unordered(ties(graph, world, "shared_address")) == {frozenset((ANNA, BERTIL))}
    assert len(world.entities) == 2
    (link,) = graph.table("links").to_pylist()
    assert link["is_exact"] is False
    assert link["via_id"].startswith("address-")
    assert link["from_id"] < link["to_id"]


@pytest.mark.parametrize(
    "other", [HOUSE, FLAT | {"street": "Storgatan 1 lgh 1102"}, FLAT | {"street": "Storgatan 2 lgh 1101"}]
)
def test_the_same_building_is_not_the_same_home(connected: Connected, other: Row) -> None:
    graph, world = connected(persons=[{"person_number": ANNA} | FLAT, {"person_number": BERTIL} | other])
    assert ties(graph, world, "shared_address") == set()


def test_organisations_share_a_building_and_nothing_with_its_inhabitants(connected: Connected) -> None:
    one, two = firms(2)
    graph, world = connected(
        organisations=[{"organisation_number": one} | HOUSE, {"organisation_number": two} | FLAT],
        persons=[{"person_number": ANNA} | FLAT],
    )
    assert unordered(ties(graph, world, "shared_address")) == {frozenset((one, two))}


def test_shared_telephone_ties_persons_and_organisations_however_it_is_written(connected: Connected) -> None:
    graph, world = connected(
        organisations=[{"organisation_number": FIRM, "phone": "+46 70 123 45 67"}],
        persons=[{"person_number": ANNA, "phone": "070-1234567"}],
    )
    assert unordered(ties(graph, world, "shared_phone")) == {frozenset((ANNA, FIRM))}
    assert len(world.entities) == 2


def test_account_ties_its_holders_and_each_to_the_account(connected: Connected) -> None:
    joint = [{"account": "bg:5050-1055", "holder_number": n} for n in (ANNA, BERTIL)]
    graph, world = connected(
        accounts=[*joint, *joint], persons=[{"person_number": n} for n in (ANNA, BERTIL)]
    )  # delivered twice
    assert unordered(ties(graph, world, "shared_account")) == {frozenset((ANNA, BERTIL))}
    (shared,) = [row for row in graph.table("links").to_pylist() if row["kind"] == "shared_account"]
    held = {row["to_id"] for row in graph.table("links").to_pylist() if row["kind"] == "holds_account"}
    assert held == {shared["via_id"]}
    assert len(world.entities) == 3


def test_holders_of_an_account_one_after_the_other_share_nothing(connected: Connected) -> None:
    first = {"account": "bg:5050-1055", "holder_number": ANNA, "valid_to": date(2024, 3, 31)}
    second = {"account": "bg:5050-1055", "holder_number": BERTIL, "valid_from": date(2024, 4, 1)}
    graph, world = connected(accounts=[first, second])
    assert ties(graph, world, "shared_account") == set()
    graph, world = connected("overlap", accounts=[first, second | {"valid_from": date(2024, 3, 31)}])
    assert len(ties(graph, world, "shared_account")) == 1


@pytest.mark.parametrize("above", [0, 1])
def test_address_of_more_organisations_than_the_limit_is_a_hub_and_ties_nobody(
    connected: Connected, above: int
) -> None:
    count = HUB_LIMITS["address"] + above
    graph, world = connected(organisations=[{"organisation_number": n} | HOUSE for n in firms(count)])
    assert hubs_of(graph) == [("address", count)] * above
    assert len(ties(graph, world, "shared_address")) == (0 if above else count * (count - 1) // 2)


@pytest.mark.parametrize("above", [0, 1])
def test_dwelling_of_more_persons_than_the_limit_is_a_hub_and_no_household(connected: Connected, above: int) -> None:
    count = HUB_LIMITS["dwelling"] + above
    graph, world = connected(persons=[{"person_number": n} | FLAT for n in people(count)])
    assert hubs_of(graph) == [("address", count)] * above
    assert len(ties(graph, world, "shared_address")) == (0 if above else count * (count - 1) // 2)


@pytest.mark.parametrize("above", [0, 1])
def test_telephone_of_more_parties_than_the_limit_is_a_hub_and_ties_nobody(connected: Connected, above: int) -> None:
    count = HUB_LIMITS["phone"] + above
    graph, world = connected(persons=[{"person_number": n, "phone": "08-123 456 78"} for n in people(count)])
    assert hubs_of(graph) == [("phone", count)] * above
    assert len(ties(graph, world, "shared_phone")) == (0 if above else count * (count - 1) // 2)


@pytest.mark.parametrize("above", [0, 1])
def test_account_of_more_holders_than_the_limit_is_a_hub_and_ties_nobody(connected: Connected, above: int) -> None:
    count = HUB_LIMITS["account"] + above
    graph, world = connected(accounts=[{"account": "bg:5050-1055", "holder_number": n} for n in firms(count)])
    assert hubs_of(graph) == [("account", count)] * above
    assert len(ties(graph, world, "shared_account")) == (0 if above else count * (count - 1) // 2)


@pytest.mark.parametrize("kind", ["payroll_bureau", "client_funds", "group"])
def test_payroll_bureaus_client_funds_and_groups_accounts_are_hubs(connected: Connected, kind: str) -> None:
    accounts = [{"account": "bg:5050-1055", "holder_number": n, "kind": kind} for n in (ANNA, BERTIL)]
    graph, world = connected(accounts=accounts)
    assert hubs_of(graph) == [("account", 2)]
    assert ties(graph, world, "shared_account") == set()


@pytest.mark.parametrize("kind", ["own", "joint", "guardian", None])
def test_other_accounts_are_no_hubs(connected: Connected, kind: str | None) -> None:
    graph, _ = connected(
        accounts=[{"account": "bg:5050-1055", "holder_number": n, "kind": kind} for n in (ANNA, BERTIL)]
    )
    assert hubs_of(graph) == []


@pytest.mark.parametrize("above", [0, 1])
def test_person_with_posts_in_more_organisations_than_the_limit_is_a_hub(connected: Connected, above: int) -> None:
    count = HUB_LIMITS["person"] + above
    roles = [
        {"organisation_number": n, "person_number": ANNA, "role": role}
        for n in firms(count)
        for role in ("auditor", "deputy")
    ]
    graph, world = connected(roles=roles)
    assert hubs_of(graph) == [("person", count)] * above
    assert len(ties(graph, world, "auditor")) == count  # a role is a fact, also that of a hub


def test_why_something_is_a_hub_is_told_in_both_languages(connected: Connected) -> None:
    graph, _ = connected(accounts=[{"account": "bg:5050-1055", "holder_number": ANNA, "kind": "payroll_bureau"}])
    (hub,) = graph.table("hubs").to_pylist()
    assert hub["why_sv"].startswith("konto för många")
    assert hub["why_en"].startswith("account for many")
