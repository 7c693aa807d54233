from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.attendance_twice import AttendanceTwice
from tests.detectors.small_graph import day, instant, screen, small_graph

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
RATES = [{"kind": "study_circle_hour", "valid_from": day("2024-01-01"), "amount_ore": 8_000}]
DATES = 6


def gathering(event: str, starts: str, people: Iterable[str] = "pqr", *, minutes: int = 90, **more: Any) -> list[Row]:
    """One row a participant of a gathering of association A; the time is UTC."""
    begins = instant(starts)
    return [
        {
            "record_id": f"{event} {person}",
            "event_id": event,
            "programme": "study_circle",
            "organisation_id": "A",
            "circle_id": "one",
            "starts_at": begins,
            "ends_at": begins + timedelta(minutes=minutes),
            "venue_id": "hall",
            "leader_id": f"leader of {more.get('circle_id', 'one')} {more.get('organisation_id', 'A')}",
            "participant_id": person,
        }
        | more
        for person in people
    ]


def circle(name: str, *, dates: int = DATES, time: str = "18:00", first: int = 1, people: Iterable[str] = "pqr", **more: Any) -> list[Row]:  # fmt: skip
    """A circle on so many days of April 2024, one after another."""
    return [
        row
        for n in range(dates)
        for row in gathering(f"{name} {n}", f"2024-04-{first + n:02} {time}", people, **{"circle_id": name} | more)
    ]


def doubled(*, dates: int = DATES, **more: Any) -> list[Row]:
    """A circle and the same people in another one of the same association, at the same time and another place."""
    return [*circle("one", dates=dates), *circle("two", dates=dates, **{"venue_id": "school"} | more)]


def found(tmp_path: Path, rows: list[Row], **more: Any) -> HitTables:
    parameters = more.pop("parameters", {})
    return screen(AttendanceTwice(**parameters), small_graph(tmp_path, activities=rows, rates=RATES, **more))


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_same_people_at_two_places_on_six_dates_are_contradicted(tmp_path: Path) -> None:
    tables = found(tmp_path, doubled())
    (hit,) = hits(tables)
    assert (hit["subject_id"], hit["payer"], hit["programme"]) == ("A", "kommun", "study_circle")
    assert (hit["observed"], hit["period_from"], hit["period_to"]) == (6, day("2024-04-01"), day("2024-04-06"))
    assert hit["amount_low_ore"] == hit["amount_likely_ore"] == 6 * 12_000
    assert hit["amount_high_ore"] == 12 * 12_000  # all its gatherings
    assert hit["reason_en"] == (
        "6 gatherings, 9 h, are contradicted by other gatherings at the same time with the same participants or leader (6 dates; at least 6 for the same "
        "two circles; tolerance 15 min). The grant for those hours is SEK 720."
    )
    at_risk = {row["record_id"]: row["amount_ore"] for row in tables.evidence.to_pylist()}
    assert at_risk == {f"two {n} p": 12_000 for n in range(6)} | {f"one {n} p": 0 for n in range(6)}


@pytest.mark.parametrize(("dates", "flagged"), [(5, 0), (6, 1)])
def test_a_few_dates_are_a_clerical_error_or_a_tournament(tmp_path: Path, dates: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, doubled(dates=dates)))) == flagged


@pytest.mark.parametrize(("people", "flagged"), [("pq", 0), ("pqr", 1)])
def test_three_participants_in_common_are_needed(tmp_path: Path, people: str, flagged: int) -> None:
    assert len(hits(found(tmp_path, doubled(people=[*people, "s"] if flagged == 0 else people)))) == flagged


@pytest.mark.parametrize(("time", "flagged"), [("19:15", 0), ("19:14", 1)])
def test_fifteen_minutes_are_a_change_of_room(tmp_path: Path, time: str, flagged: int) -> None:
    assert len(hits(found(tmp_path, doubled(time=time)))) == flagged


@pytest.mark.parametrize(("venue", "flagged"), [("school", 1), ("hall", 0), (None, 0)])
def test_leader_alone_counts_at_another_place_only(tmp_path: Path, venue: str | None, flagged: int) -> None:
    rows = [row | {"leader_id": "l"} for row in doubled(people="xyz", venue_id=venue)]
    assert len(hits(found(tmp_path, rows))) == flagged


@pytest.mark.parametrize(("venue", "flagged"), [("school", 1), ("hall", 0)])
def test_two_payers_may_support_one_gathering_at_one_place(tmp_path: Path, venue: str, flagged: int) -> None:
    assert len(hits(found(tmp_path, doubled(venue_id=venue, payer="region")))) == flagged


def test_joint_events_as_both_said_are_lawful(tmp_path: Path) -> None:
    assert hits(found(tmp_path, [row | {"is_joint": True} for row in doubled()])) == []


@pytest.mark.parametrize(("counted", "flagged"), [(52, 0), (53, 1)])
def test_hours_shared_out_between_two_are_counted_once(tmp_path: Path, counted: int, flagged: int) -> None:
    rows = [row | {"counted_minutes": counted} for row in doubled()]
    assert len(hits(found(tmp_path, rows))) == flagged


@pytest.mark.parametrize("doubt", [{"links_exact": False}, {"is_withheld": True}, {"participant_id": None}])
def test_doubtful_and_withheld_rows_contradict_nothing(tmp_path: Path, doubt: Row) -> None:
    assert hits(found(tmp_path, [row | doubt for row in doubled()])) == []


def test_a_corrected_list_does_not_stand(tmp_path: Path) -> None:
    rows = doubled()
    rows += gathering("mended", "2024-04-01 12:00", circle_id="two", corrects_event_id="two 0")
    assert hits(found(tmp_path, rows)) == []


def test_lists_copied_from_one_other_association_alone_are_told_of_the_pair(tmp_path: Path) -> None:
    tables = found(tmp_path, doubled(organisation_id="B"))
    (hit,) = hits(tables)
    assert (hit["subject_kind"], hit["organisation_id"], hit["amount_low_ore"]) == ("group", None, 0)
    assert {(party["entity_id"], party["role"]) for party in hit["parties"]} == {
        ("A", "either_provider"),
        ("B", "either_provider"),
    }


def copied_from(*others: str) -> list[Row]:
    """Circles of other associations, each of which association A reports once more elsewhere."""
    return [
        row
        for n, other in enumerate(others)
        for row in (
            *circle(f"real {n}", organisation_id=other, people=[f"{n}{p}" for p in "pqr"]),
            *circle(f"copy {n}", venue_id="school", people=[f"{n}{p}" for p in "pqr"]),
        )
    ]


@pytest.mark.parametrize(("others", "charged"), [("BC", 0), ("BCD", 1)])
def test_association_that_meets_three_others_is_the_one_at_risk(tmp_path: Path, others: str, charged: int) -> None:
    told = hits(found(tmp_path, copied_from(*others)))
    assert [hit["subject_id"] for hit in told if hit["organisation_id"]] == ["A"] * charged
    assert sum(hit["organisation_id"] is None for hit in told) == (0 if charged else len(others))


def test_association_that_doubles_its_own_is_the_one_at_risk_towards_another(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, [*copied_from("B"), *circle("x", people="uvw"), *circle("y", people="uvw", venue_id="school")]))  # fmt: skip
    assert (hit["subject_id"], hit["observed"]) == ("A", 12)
    assert {party["entity_id"] for party in hit["parties"]} == {"B"}


def ordinary(count: int = 20, gatherings: int = 50) -> list[Row]:
    """Associations with so many gatherings of people of their own each."""
    return [
        row
        for number in range(count)
        for n in range(gatherings)
        for row in gathering(
            f"{number} {n}",
            f"2024-{4 + n // 25:02}-{1 + n % 25:02} 18:00",
            [f"{number} {person}" for person in "pqr"],
            organisation_id=f"B{number:02}",
            circle_id=f"{number}",
        )
    ]


def with_copied_lists(*, lists: int = 12, later: int = 3, people: int = 7, own: int = 0, at_once: int = 0) -> list[Row]:
    """Association A with 50 gatherings, one every fourth day: lists that change each time, of which so many are copied to another circle some days later.

    ``own``: lists of its own that the other circle has; ``at_once``: dates on which three people are at both.
    """
    rows = []
    for n in range(50 - lists - own - 2 * at_once):
        on = day("2024-02-01") + timedelta(days=4 * n)
        crowd = [f"{n % 10 + k} a" for k in range(people - 1)] + [f"guest {n}"]
        rows += gathering(f"a {n}", f"{on} 10:00", crowd)
        if n < lists:
            rows += gathering(
                f"b {n}", f"{on + timedelta(days=later)} 14:00", crowd, circle_id="two", venue_id="school"
            )
    for n in range(own):
        crowd = [f"{n} b {k}" for k in range(people)]
        rows += gathering(f"c {n}", f"2024-01-{1 + n:02} 10:00", crowd, circle_id="two", venue_id="school")
    for n in range(at_once):
        rows += gathering(f"d {n}", f"2024-01-{10 + n:02} 10:00", "pqr")
        rows += gathering(f"e {n}", f"2024-01-{10 + n:02} 10:00", "pqr", circle_id="two", venue_id="school")
    return rows


@pytest.mark.parametrize(
    ("how", "flagged"),
    [
        ({}, 1),
        ({"lists": 0}, 0),
        ({"later": 7}, 1),
        ({"later": 8}, 0),
        ({"people": 5}, 1),
        ({"people": 4}, 0),
        ({"own": 3}, 1),
        ({"own": 4}, 0),
        ({"own": 4, "at_once": 2}, 1),
        ({"own": 4, "at_once": 1}, 0),
    ],
)
def test_lists_copied_to_other_days_are_a_rate(tmp_path: Path, how: dict[str, int], flagged: int) -> None:
    tables = found(tmp_path, [*ordinary(), *with_copied_lists(**how)])
    told = hits(tables)
    assert len(told) == flagged
    if flagged:
        (hit,) = told
        assert (hit["kind"], hit["subject_id"], hit["amount_low_ore"]) == ("rate", "A", 0)
        assert hit["observed"] - how.get("at_once", 0) in {10, 11}  # of 12, what permuted dates give is taken off
        assert "with the same list at another time" in hit["reason_en"]


@pytest.mark.parametrize(("lawful", "flagged"), [({"is_joint": True}, 0), ({"counted_minutes": 45}, 0), ({}, 1)])
def test_lists_of_lawful_gatherings_at_one_time_are_not_copied(tmp_path: Path, lawful: Row, flagged: int) -> None:
    rows = [
        row | lawful
        for n in range(25)
        for name in ("one", "two")
        for row in gathering(
            f"{name} {n}", f"2024-04-{1 + n:02} 18:00", [f"{n} {k}" for k in range(7)], circle_id=name, venue_id=name
        )
    ]
    tables = found(tmp_path, [*ordinary(), *rows])
    (test,) = [test for test in tables.tests.to_pylist() if test["subject_id"] == "A"]
    assert test["observed"] == 25 * flagged


def test_fewer_gatherings_than_dates_asked_for_are_no_rate(tmp_path: Path) -> None:
    rows = [*ordinary(), *with_copied_lists()]
    (hit,) = hits(found(tmp_path, rows))
    observed = round(hit["observed"])
    assert len(hits(found(tmp_path, rows, parameters={"fewest_dates": observed}))) == 1
    assert hits(found(tmp_path, rows, parameters={"fewest_dates": observed + 1})) == []


def test_group_that_is_always_complete_copies_nothing(tmp_path: Path) -> None:
    everybody = [f"{n} a" for n in range(9)]
    rows = [*circle("one", dates=25, people=everybody), *circle("two", dates=25, people=everybody, time="10:00")]
    tables = found(tmp_path, [*ordinary(), *rows])
    assert hits(tables) == []
    assert {test["observed"] for test in tables.tests.to_pylist()} == {0}


def test_association_with_few_gatherings_is_not_evaluable(tmp_path: Path) -> None:
    tables = found(tmp_path, [*ordinary(), *circle("one", dates=20)])
    (test,) = [test for test in tables.tests.to_pylist() if test["subject_id"] == "A"]
    assert test["not_evaluable"] == "fewer than 40 gatherings"
