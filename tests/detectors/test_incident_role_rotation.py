from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.incident_role_rotation import IncidentRoleRotation
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
ROLES = ("driver", "counterparty", "witness")


def claim(number: str, holder: str, *people: str, roles: tuple[str, ...] = ROLES, **more: Any) -> list[Row]:
    """One claim of 20,000 kronor: who was driver, counterparty and witness of an incident with a vehicle of the holder."""
    return [
        {"record_id": f"{number}{person}", "claim_id": number, "organisation_id": holder, "vehicle_id": f"V{number}"}
        | {"person_id": person, "role": role, "occurred_on": day("2025-03-10"), "amount_ore": 2_000_000}
        | more
        for person, role in zip(people, roles, strict=False)
    ]


HONEST = [row for i in range(400) for row in claim(f"h{i}", f"H{i}", f"p{i}", f"p{i + 1}")]
"""Four hundred holders; everybody stands in two claims, and no two people meet again."""
RING = [
    row for number, people in enumerate(("xyz", "yzx", "zxy", "xzy", "yxz")) for row in claim(str(number), "R", *people)
]
"""Three people in five claims, each of them in every role."""


def found(tmp_path: Path, incidents: list[Row], **tables: Any) -> HitTables:
    return screen(IncidentRoleRotation(), small_graph(tmp_path, incidents=HONEST + incidents, **tables))


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_people_who_meet_again_in_other_roles_are_found(tmp_path: Path) -> None:
    tables = found(tmp_path, RING)
    (hit,) = hits(tables)
    assert (hit["subject_id"], hit["subject_kind"], hit["kind"]) == ("R", "group", "rate")
    assert (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (0, 10_000_000, 10_000_000)
    assert "3 pairs, 0.1 by chance" in hit["reason_en"]
    assert hit["parties"] == []
    assert {row["record_id"] for row in tables.evidence.to_pylist()} == {row["record_id"] for row in RING}
    assert sum(row["amount_ore"] for row in tables.evidence.to_pylist()) == 10_000_000


def test_every_group_is_tested_and_no_person_is_a_subject(tmp_path: Path) -> None:
    tests = found(tmp_path, RING).tests.to_pylist()
    assert {row["subject_id"] for row in tests} == {"R", *(f"H{i}" for i in range(400))}


def test_the_same_roles_again_are_not_flagged(tmp_path: Path) -> None:
    same = [row for number in "01234" for row in claim(number, "R", "x", "y", "z")]
    assert hits(found(tmp_path, same)) == []


def test_whoever_lives_together_is_not_flagged(tmp_path: Path) -> None:
    pairs = [("x", "y"), ("y", "z"), ("x", "z")]
    for kind in ("household", "family", "shared_address"):
        links = [
            {"from_id": one, "to_id": other, "kind": kind, "register": "relations", "record_id": f"l{one}{other}"}
            for one, other in pairs
        ]
        assert hits(found(tmp_path / kind, RING, links=links)) == []


def test_colleagues_are_not_flagged(tmp_path: Path) -> None:
    pay = [
        {"record_id": f"a{person}", "organisation_id": "R", "person_id": person, "month": day("2025-03-01")}
        for person in "xyz"
    ]
    assert hits(found(tmp_path, RING, current_payroll=pay)) == []


def test_a_witness_of_many_incidents_at_one_junction_is_not_flagged(tmp_path: Path) -> None:
    junction = [row for i in range(12) for row in claim(f"j{i}", "R", f"d{i % 4}", f"c{i}", "w")]
    assert hits(found(tmp_path, junction)) == []


def test_one_pair_is_not_enough(tmp_path: Path) -> None:
    pair = [row for number in range(4) for row in claim(f"x{number}", "R", *("xy" if number % 2 else "yx"))]
    assert hits(found(tmp_path / "one", pair)) == []
    other = claim("z1", "R", "x", "z") + claim("z2", "R", "z", "x")
    assert len(hits(found(tmp_path / "two", pair + other))) == 1


@pytest.mark.parametrize(("claims", "flagged"), [(5, 1), (6, 0)])
def test_so_many_claims_are_asked_for(tmp_path: Path, claims: int, flagged: int) -> None:
    graph = small_graph(tmp_path, incidents=HONEST + RING)
    assert screen(IncidentRoleRotation(fewest_claims=claims), graph).hits.num_rows == flagged


def test_claims_of_several_holders_are_one_group(tmp_path: Path) -> None:
    apart = [row | {"organisation_id": f"S{row['claim_id']}", "amount_ore": int(row["claim_id"])} for row in RING]
    (hit,) = hits(found(tmp_path, apart))
    assert (hit["organisation_id"], hit["amount_likely_ore"], hit["amount_high_ore"]) == ("S4", 10, 10)
    assert [party["entity_id"] for party in hit["parties"]] == ["S0", "S1", "S2", "S3"]


def test_what_chance_explains_is_not_flagged(tmp_path: Path) -> None:
    # the same three stand in a hundred claims beside, so that they would meet anyway
    busy = [row for i in range(100) for row in claim(f"b{i}", f"B{i}", "xyz"[i % 3], f"q{i}")]
    assert hits(found(tmp_path, RING + busy)) == []


def test_honest_claims_of_the_holder_count_in_the_highest_amount_alone(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, RING + claim("9", "R", "m", "n")))
    assert (hit["amount_likely_ore"], hit["amount_high_ore"]) == (10_000_000, 12_000_000)


@pytest.mark.parametrize(("bought", "told"), [("2024-12-10", True), ("2024-12-09", False)])
def test_a_vehicle_was_just_bought_for_ninety_days(tmp_path: Path, bought: str, told: bool) -> None:
    vehicle = {"record_id": "v", "organisation_id": "R", "vehicle_id": "V1", "valid_from": day(bought)}
    tables = found(tmp_path, RING, vehicles=[vehicle])
    (hit,) = hits(tables)
    assert ("1 vehicle was bought at most 90 days before" in hit["reason_en"]) is told
    assert ("vehicles" in {row["register"] for row in tables.evidence.to_pylist()}) is told


def test_private_vehicles_are_their_own_group(tmp_path: Path) -> None:
    private = [row | {"organisation_id": None, "vehicle_id": "A-1"} for row in RING]
    (hit,) = hits(found(tmp_path, private))
    assert (hit["subject_id"], hit["organisation_id"]) == ("A-1", None)


def test_doubtful_identity_links_do_not_count(tmp_path: Path) -> None:
    assert hits(found(tmp_path, [row | {"links_exact": False} for row in RING])) == []


def test_too_few_holders_are_not_evaluable(tmp_path: Path) -> None:
    tables = screen(IncidentRoleRotation(), small_graph(tmp_path, incidents=RING + HONEST[:10]))
    assert hits(tables) == []
    assert all(row["not_evaluable"] for row in tables.tests.to_pylist())
