from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.overlapping_shifts import OverlappingShifts
from tests.detectors.small_graph import day, screen, shift, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
RATE = {"kind": "assistance_hour", "valid_from": day("2024-01-01"), "amount_ore": 30_000}


def clash(n: int, minutes: int = 300, staff: str = "s", **more: Any) -> list[Row]:
    """On day n of March provider A's worker is with user u, and for the last ``minutes`` of that shift reported with
    user v as well."""
    begins, ends = 8 * 60, 16 * 60
    other = ends - minutes
    return [
        shift(
            f"{staff}{n:02}a", staff, "u", f"2024-03-{n:02} {begins // 60:02}:00", f"2024-03-{n:02} {ends // 60:02}:00"
        ),
        shift(
            f"{staff}{n:02}b",
            staff,
            "v",
            f"2024-03-{n:02} {other // 60:02}:{other % 60:02}",
            f"2024-03-{n:02} 20:00",
            **more,
        ),
    ]


def clashes(days: int = 6, minutes: int = 300, **more: Any) -> list[Row]:
    return [row for n in range(1, days + 1) for row in clash(n, minutes, **more)]


def found(tmp_path: Path, shifts: list[Row], **tables: Any) -> HitTables:
    parameters = tables.pop("parameters", {})
    return screen(OverlappingShifts(**parameters), small_graph(tmp_path, shifts=shifts, rates=[RATE], **tables))


def contradictions(tables: HitTables) -> list[Row]:
    return [hit for hit in tables.hits.to_pylist() if hit["kind"] == "contradiction"]


def overlapping(tables: HitTables, subject: str = "A") -> float:
    (told,) = {test["observed"] for test in tables.tests.to_pylist() if test["subject_id"] == subject}
    return float(told)


def test_many_overlaps_of_one_person_in_one_month_are_a_contradiction(tmp_path: Path) -> None:
    tables = found(tmp_path, clashes())
    (hit,) = contradictions(tables)
    assert hit["subject_id"] == "A"
    assert hit["programme"] == "assistance"
    assert hit["observed"] == 30
    assert hit["amount_low_ore"] == hit["amount_likely_ore"] == 30 * 30_000
    assert {(party["entity_id"], party["role"]) for party in hit["parties"]} >= {("s", "staff")}
    amounts = [row["amount_ore"] for row in tables.evidence.to_pylist()]
    assert len(amounts) == 12
    assert sum(amounts) == hit["amount_low_ore"]


@pytest.mark.parametrize(("days", "hits"), [(5, 0), (6, 1)])
def test_contradiction_begins_at_six_days(tmp_path: Path, days: int, hits: int) -> None:
    tables = found(tmp_path, clashes(days))
    assert len(contradictions(tables)) == hits
    assert overlapping(tables) == days


@pytest.mark.parametrize(("minutes", "hits"), [(239, 0), (240, 1)])
def test_contradiction_begins_at_twenty_four_hours(tmp_path: Path, minutes: int, hits: int) -> None:
    assert len(contradictions(found(tmp_path, clashes(6, minutes)))) == hits


@pytest.mark.parametrize(("minutes", "observed"), [(30, 0), (31, 6)])
def test_handover_within_the_tolerance_does_not_count(tmp_path: Path, minutes: int, observed: int) -> None:
    assert overlapping(found(tmp_path, clashes(6, minutes))) == observed


@pytest.mark.parametrize(("minutes", "observed"), [(90, 0), (91, 6)])
def test_an_hour_more_is_tolerated_when_the_clock_is_changed(tmp_path: Path, minutes: int, observed: int) -> None:
    assert overlapping(found(tmp_path, clashes(6, minutes, near_clock_change=True))) == observed


@pytest.mark.parametrize(
    "lawful", [{"is_double": True}, {"kind": "waiting"}, {"kind": "standby"}, {"is_withheld": True}, {"staff_id": None}]
)
def test_double_assistance_waiting_standby_and_withheld_rows_are_not_flagged(tmp_path: Path, lawful: Row) -> None:
    tables = found(tmp_path, clashes(**lawful))
    assert contradictions(tables) == []
    assert overlapping(tables) == 0


@pytest.mark.parametrize("kind", ["household", "shared_address", "family"])
@pytest.mark.parametrize("ends", [("u", "v"), ("v", "u")])
def test_users_of_one_home_are_not_flagged(tmp_path: Path, kind: str, ends: tuple[str, str]) -> None:
    link = {"from_id": ends[0], "to_id": ends[1], "kind": kind, "register": "relations"}
    tables = found(tmp_path, clashes(), links=[link])
    assert contradictions(tables) == []
    assert overlapping(tables) == 0


def test_two_shifts_with_the_same_user_are_counted_and_no_contradiction(tmp_path: Path) -> None:
    tables = found(tmp_path, clashes(user_id="u"))
    assert contradictions(tables) == []
    assert overlapping(tables) == 6


def test_doubtful_identity_link_is_counted_and_no_contradiction(tmp_path: Path) -> None:
    tables = found(tmp_path, clashes(links_exact=False))
    assert contradictions(tables) == []
    assert overlapping(tables) == 6


def test_two_people_never_overlap(tmp_path: Path) -> None:
    assert overlapping(found(tmp_path, clashes(staff_id="t"))) == 0


def test_overlap_over_midnight_is_found(tmp_path: Path) -> None:
    nights = [
        row
        for n in range(1, 7)
        for row in (
            shift(f"{n}a", "s", "u", f"2024-03-{2 * n:02} 20:00", f"2024-03-{2 * n + 1:02} 07:00"),
            shift(f"{n}b", "s", "v", f"2024-03-{2 * n + 1:02} 01:00", f"2024-03-{2 * n + 1:02} 09:00"),
        )
    ]
    assert len(contradictions(found(tmp_path, nights))) == 1


def test_the_shift_not_registered_on_the_spot_is_the_one_at_risk(tmp_path: Path) -> None:
    (hit,) = contradictions(found(tmp_path, clashes(is_clocked=True, organisation_id="B")))
    assert hit["subject_id"] == "A"
    assert ("B", "other_provider") in {(party["entity_id"], party["role"]) for party in hit["parties"]}


def test_overlaps_between_two_providers_that_nothing_tells_apart_are_a_finding_about_the_pair(tmp_path: Path) -> None:
    dearer = {"kind": "home_care_hour", "valid_from": day("2024-01-01"), "amount_ore": 40_000}
    rows = clashes(days=6, organisation_id="B", programme="home_care")
    tables = screen(OverlappingShifts(), small_graph(tmp_path, shifts=rows, rates=[RATE, dearer]))
    (hit,) = contradictions(tables)
    assert hit["organisation_id"] is None
    assert hit["subject_kind"] == "group"
    assert hit["programme"] is None
    assert {party["entity_id"] for party in hit["parties"] if party["role"] == "either_provider"} == {"A", "B"}
    # What is at stake for the one and for the other: 30 h at either tariff.
    assert [hit[f"amount_{bound}_ore"] for bound in ("low", "likely", "high")] == [0, 30 * 30_000, 30 * 40_000]
    assert hit["counter_evidence"]
    assert len(tables.evidence) == 12


@pytest.mark.parametrize(("days", "minutes", "hits"), [(5, 300, 0), (6, 239, 0), (6, 240, 1)])
def test_finding_about_a_pair_begins_where_a_contradiction_does(
    tmp_path: Path, days: int, minutes: int, hits: int
) -> None:
    assert len(contradictions(found(tmp_path, clashes(days, minutes, organisation_id="B")))) == hits


def test_overlaps_with_several_providers_do_not_add_up_to_a_pair(tmp_path: Path) -> None:
    spread = [row for n, other in enumerate("BCDEFG", 1) for row in clash(n, organisation_id=other)]
    assert contradictions(found(tmp_path, spread)) == []


def test_overlap_between_two_providers_that_nothing_tells_apart_is_charged_to_neither(tmp_path: Path) -> None:
    tables = found(tmp_path, clashes(days=20, organisation_id="B"))
    assert {hit["organisation_id"] for hit in contradictions(tables)} == {None}
    assert overlapping(tables) == overlapping(tables, "B") == 0


def test_overlap_between_two_providers_is_charged_to_the_one_with_other_overlaps(tmp_path: Path) -> None:
    between = clashes(days=20, organisation_id="B")
    others = [row for worker in ("x", "y") for row in clashes(days=6, staff=worker)]
    (hit,) = contradictions(found(tmp_path, between + others))
    assert hit["subject_id"] == "A"
    assert ("B", "other_provider") in {(party["entity_id"], party["role"]) for party in hit["parties"]}


def test_clocked_shifts_at_risk_are_told_as_counter_evidence(tmp_path: Path) -> None:
    rows = [row | {"is_clocked": True} for row in clashes()]
    (hit,) = contradictions(found(tmp_path, rows))
    assert hit["counter_evidence"][0]["en"].startswith("6 of the shifts were registered")


def test_hour_that_three_shifts_share_is_counted_once_a_shift(tmp_path: Path) -> None:
    third = [shift(f"{n:02}c", "s", "w", f"2024-03-{n:02} 11:00", f"2024-03-{n:02} 16:00") for n in range(1, 7)]
    (hit,) = contradictions(found(tmp_path, [*clashes(), *third]))
    assert hit["observed"] <= sum(row["minutes"] for row in (*clashes(), *third)) / 60
    assert hit["amount_low_ore"] <= hit["observed"] * 30_000


def test_high_amount_is_all_that_was_paid_for_the_claims_touched(tmp_path: Path) -> None:
    claims = [
        {"claim_id": name, "organisation_id": "A", "person_id": person, "programme": "assistance", "amount_ore": ore}
        | {"period_from": day(f"2024-{month}-01"), "period_to": day(f"2024-{month}-28")}
        for name, person, month, ore in (
            ("k1", "v", "03", 5_000_000),
            ("k2", "v", "05", 700),
            ("k3", "x", "03", 70_000),
        )
    ]
    (hit,) = contradictions(found(tmp_path, clashes(), current_claims=claims))
    assert hit["amount_high_ore"] == 5_000_000


def calm(organisation: str, count: int = 60, *, overlaps: int = 0) -> list[Row]:
    """A provider with ``count`` shifts, the first ``overlaps`` of them over one another two by two, each by a worker
    of its own."""
    rows = []
    for n in range(count):
        worker = f"{organisation}{n // 2 if n < 2 * overlaps else n}"
        on = f"2024-04-{n % 28 // 2 * 2 + 1:02}"
        user = f"{organisation} user {n}"
        told = shift(f"{organisation}-{n:03}", worker, user, f"{on} 08:00", f"{on} 12:00", organisation_id=organisation)
        rows.append(told)
    return rows


def test_share_far_above_peers_is_a_rate_with_p_and_q(tmp_path: Path) -> None:
    peers = [row for n in range(20) for row in calm(f"P{n:02}", overlaps=1 + n % 3)]
    tables = found(tmp_path, [*peers, *calm("Z", overlaps=25)])
    (hit,) = tables.hits.to_pylist()
    assert (hit["kind"], hit["subject_id"], hit["observed"]) == ("rate", "Z", 25)
    assert hit["q_value"] <= 0.05
    assert hit["amount_low_ore"] == 0
    assert tables.tests.num_rows == 21


@pytest.mark.parametrize(("shifts", "reason"), [(49, "fewer than 50 shifts"), (50, "only 0 peers in assistance")])
def test_small_provider_is_not_evaluable_as_a_rate(tmp_path: Path, shifts: int, reason: str) -> None:
    assert found(tmp_path, calm("Z", shifts)).tests["not_evaluable"].to_pylist() == [reason]


def test_parameters_move_the_thresholds(tmp_path: Path) -> None:
    looser = {"contradiction_days": 2, "contradiction_hours": 5, "tolerance_minutes": 200}
    assert len(contradictions(found(tmp_path, clashes(2), parameters=looser))) == 1
    assert contradictions(found(tmp_path / "none", clashes(2), parameters=looser | {"tolerance_minutes": 300})) == []
