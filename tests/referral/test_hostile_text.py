from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from follow_money.model import EVIDENCE, HITS
from follow_money.pictures.printable import DRAWN, printable
from follow_money.referral import find_authority
from follow_money.referral.packet import packet_files
from tests.referral.letter_case import CREATED, HIT_ROWS, NAMES, PROOF, letter_case, record
from tests.referral.reading import dense, pages

if TYPE_CHECKING:
    from follow_money.triage.case_file import CaseFile

FK = find_authority("forsakringskassan")
HOSTILE = [
    '#panic("x")',
    "$x^2$ \\ #sys.inputs",
    "*b* _i_ `c` <label> @ref = Rubrik",
    '"; DROP TABLE hits; --',
    "<script>alert(1)</script>&amp;",
    "Ägare\u202eLLA\u202c",
    "Bolag 😀 AB",
    "\x00\x07\x1b[31m",
    "القاهرة 東京",
    "å" * 400,
    "{authority} {0} %s",
    "=HYPERLINK(1)",
    "]]>--><!--",
]  # fmt: skip


def named(text: str) -> CaseFile:
    """The letter case with one hit and the text wherever data can hold any."""
    case = letter_case()
    hit = {
        **HIT_ROWS[0],
        "reason_sv": text,
        "unit": text,
        "counter_evidence": [{"sv": text, "en": text}],
        "look_alikes": [{"sv": text, "en": text}],
    }
    evidence = [
        {
            "hit_id": of,
            "register": register,
            "record_id": record(register, line),
            "amount_ore": amount,
            "role": role,
            "note_sv": text,
            "note_en": text,
        }
        for of, register, line, amount, role, _ in PROOF[:4]
    ]
    files = pa.array([text] * case.sources.num_rows)
    rows = case.rows["time_reports"]
    return replace(
        case,
        hits=pa.Table.from_pylist([hit], schema=HITS),
        evidence=pa.Table.from_pylist(evidence, schema=EVIDENCE),
        names={entity: replace(told, name=text) for entity, told in NAMES.items()},
        sources=case.sources.set_column(1, "file_name", files),
        rows={
            **case.rows,
            "time_reports": rows.set_column(
                rows.schema.get_field_index("user_name"), "user_name", pa.array([text] * rows.num_rows)
            ),
        },
        not_evaluable={"d": text},
        run_id=text,
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(text: str) -> None:
    files = packet_files(named(text), FK, language="sv", created=CREATED, author=f"X{text}")
    told = dense(" ".join(pages(files["anmalan.pdf"])))
    assert dense(printable(text)) in told
    facts = json.loads(files["bevis.json"])["evidence"][1]["facts"]
    assert facts["user_name"] == text


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_any_text_can_be_typeset_and_survives_in_the_data(text: str) -> None:
    files = packet_files(named(text), FK, language="sv", created=CREATED, author=f"X{text}")
    assert files["anmalan.pdf"].startswith(b"%PDF")
    assert json.loads(files["bevis.json"])["evidence"][0]["note"] == text


def test_every_character_that_counts_as_drawn_has_a_glyph() -> None:
    every = "".join(chr(code) for first, last in DRAWN for code in range(first, last + 1))
    files = packet_files(letter_case(), FK, language="sv", created=CREATED, author=f"X{every}")
    assert files["anmalan.pdf"].startswith(b"%PDF")


@pytest.mark.parametrize("text", ["=1+1", "+46", "-1", "@x", "\tx"])
def test_no_cell_starts_a_formula(text: str) -> None:
    files = packet_files(named(text), FK, language="sv", created=CREATED, author="X")
    rows = list(csv.DictReader(io.StringIO(files["bevis.csv"].decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[1]["user_name"] == f"'{text}"
    assert rows[1]["anteckning"] == f"'{text}"


@pytest.mark.parametrize("text", ["a;b", 'a"b', "a\nb", "a\r\nb"])
def test_csv_reads_back_what_was_written(text: str) -> None:
    files = packet_files(named(text), FK, language="sv", created=CREATED, author="X")
    rows = list(csv.DictReader(io.StringIO(files["bevis.csv"].decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(rows) == 4
    assert rows[1]["user_name"] == text
