from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from follow_money.model import EVIDENCE, HITS
from follow_money.pictures import Picture, time_line
from follow_money.pictures.spans import register_label, simultaneous, spans
from follow_money.pictures.svg import VERMILION
from follow_money.registers.contract import REGISTERS
from follow_money.triage.case_file import CaseFile


def shift(line: int, starts: datetime, ends: datetime, staff: str = "C", user: str = "B") -> tuple[str, dict[str, Any]]:
    row = {"record_id": f"f:{line}", "starts_at": starts, "ends_at": ends, "staff_number": staff, "user_number": user}
    return "time_reports", row


def stay(line: int, first: date, last: date, person: str = "B") -> tuple[str, dict[str, Any]]:
    return "absences", {
        "record_id": f"g:{line}",
        "from_on": first,
        "to_on": last,
        "person_number": person,
        "kind": "hospital",
    }


def payment(line: int, at: datetime) -> tuple[str, dict[str, Any]]:
    return "payments", {"record_id": f"p:{line}", "paid_at": at, "payer_number": "C", "payee_number": "E"}


def case(*rows: tuple[str, dict[str, Any]], role: str = "for", hit_ids: tuple[str, ...] = ("H",)) -> CaseFile:
    """Every row is evidence of every hit."""
    by_register: dict[str, list[dict[str, Any]]] = {}
    for register, row in rows:
        by_register.setdefault(register, []).append({"is_withheld": False, **row})
    hits = [
        {
            **{field.name: "x" for field in HITS if pa.types.is_string(field.type)},
            **{
                field.name: 0
                for field in HITS
                if field.name.endswith("_ore") or field.name in ("observed", "link_probability")
            },
            **{name: [] for name in ("parties", "look_alikes", "counter_evidence")},
            "hit_id": hit_id,
            "kind": "contradiction",
            "detector": "overlap",
        }
        for hit_id in hit_ids
    ]
    proof = [
        {
            "hit_id": hit_id,
            "register": register,
            "record_id": row["record_id"],
            "amount_ore": 0,
            "role": role,
            "note_sv": "",
            "note_en": "",
        }
        for hit_id in hit_ids
        for register, row in rows
    ]
    return CaseFile(
        case={"case_id": "C-1"},
        hits=pa.Table.from_pylist(hits, schema=HITS),
        evidence=pa.Table.from_pylist(proof, schema=EVIDENCE),
        rows={
            name: pa.Table.from_pylist(told, schema=REGISTERS[name].record_schema())
            for name, told in by_register.items()
        },
        sources=pa.table({}),
        names={},
        detectors={},
        not_evaluable={},
        data_from=date(2025, 1, 1),
        data_to=date(2025, 12, 31),
        run_id="r",
        is_synthetic=True,
    )


def at(day: int, hour: int, month: int = 3) -> datetime:
    return datetime(2025, month, day, hour, tzinfo=UTC)


def texts(picture: Picture) -> list[str]:
    return ["".join(node.itertext()) for node in ET.fromstring(picture.svg).iter() if node.tag.endswith("text")]  # noqa: S314 - our own


def test_shift_is_drawn_in_swedish_time() -> None:
    data = time_line(case(shift(1, at(10, 7), at(10, 15)))).data.to_pylist()
    assert [(row["starts"].hour, row["ends"].hour) for row in data] == [(8, 16)]


def test_shift_over_midnight_is_drawn_on_both_days() -> None:
    data = time_line(case(shift(1, at(10, 21), at(11, 5)))).data.to_pylist()
    assert [(row["starts"].day, row["starts"].hour, row["ends"].day) for row in data] == [(10, 22, 11), (11, 0, 11)]


@pytest.mark.parametrize(
    ("starts", "ends"),
    [(at(30, 0), at(30, 2)), (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), datetime(2025, 10, 26, 1, 15, tzinfo=UTC))],
)
def test_shift_over_a_change_of_the_clock_has_a_length(starts: datetime, ends: datetime) -> None:
    (span,) = spans(case(shift(1, starts, ends)))
    assert span.starts < span.ends


def test_same_person_in_two_places_is_marked() -> None:
    overlap = case(shift(1, at(10, 7), at(10, 15)), shift(2, at(10, 12), at(10, 18), user="G"))
    (span,) = simultaneous(spans(overlap))
    assert (span[0].hour, span[1].hour) == (13, 16)
    assert VERMILION in time_line(overlap).svg


def test_two_people_at_the_same_time_are_not_marked() -> None:
    assert not simultaneous(
        spans(case(shift(1, at(10, 7), at(10, 15)), shift(2, at(10, 7), at(10, 15), staff="D", user="G")))
    )


def test_one_shift_after_another_is_not_marked() -> None:
    assert not simultaneous(spans(case(shift(1, at(10, 7), at(10, 15)), shift(2, at(10, 15), at(10, 18)))))


def test_long_stay_adds_only_the_days_that_have_a_shift() -> None:
    picture = time_line(case(shift(1, at(10, 7), at(10, 15)), stay(1, date(2025, 1, 1), date(2025, 12, 31))))
    assert picture.data["register"].to_pylist() == ["time_reports", "absences"]


def test_rows_that_speak_against_are_drawn_but_mark_nothing() -> None:
    picture = time_line(case(shift(1, at(10, 7), at(10, 15)), shift(2, at(10, 7), at(10, 15)), role="against"))
    assert picture.data["role"].to_pylist() == ["against", "against"]
    assert VERMILION not in picture.svg
    assert "stroke-dasharray" in picture.svg


def test_busiest_days_are_shown_and_the_rest_is_counted() -> None:
    quiet = [shift(day, at(day, 7), at(day, 15)) for day in range(1, 6)]
    picture = time_line(
        case(*quiet, shift(20, at(20, 7), at(20, 15)), shift(21, at(20, 8), at(20, 9), user="G")), days=2
    )
    assert {row["starts"].day for row in picture.data.to_pylist()} == {1, 20}
    assert any("Dagar som inte visas: 4 (rader: 4)" in text for text in texts(picture))


def test_hits_beyond_the_limit_are_counted() -> None:
    picture = time_line(case(payment(1, at(10, 7)), hit_ids=("A", "B", "C")), hits=2)
    assert any("inte visas i bilden: 1" in text for text in texts(picture))


def test_payments_stand_on_a_calendar() -> None:
    picture = time_line(case(payment(1, at(10, 7)), payment(2, at(10, 7, month=5))))
    assert {"2025-03", "2025-04", "2025-05"} <= set(texts(picture))


def test_evidence_without_time_or_source_row_is_no_mark() -> None:
    empty = case()
    assert "Inga rader med tid." in texts(time_line(empty))


def test_no_number_of_a_person_is_drawn() -> None:
    picture = time_line(case(shift(1, at(10, 7), at(10, 15), staff="NUMBER-1", user="NUMBER-2")))
    assert "NUMBER" not in picture.svg
    assert "NUMBER" not in str(picture.data.to_pylist())


def test_same_case_gives_the_same_bytes_and_each_language_its_words() -> None:
    told = case(shift(1, at(10, 7), at(10, 15)))
    assert time_line(told).svg == time_line(told).svg
    assert "Time line of case C-1" in texts(time_line(told, language="en"))


def test_register_labels_are_short() -> None:
    assert all(len(register_label(name, language)) <= 26 for name in REGISTERS for language in ("sv", "en"))
