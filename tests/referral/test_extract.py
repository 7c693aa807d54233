from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from follow_money.model import HITS
from follow_money.referral import find_authority
from follow_money.referral.extract import extract
from follow_money.referral.packet import packet_files
from follow_money.referral.parties import told_parties
from tests.referral.letter_case import CREATED, HIT_ROWS, letter_case

if TYPE_CHECKING:
    from follow_money.triage.case_file import CaseFile

FK = find_authority("forsakringskassan")
PART = extract(letter_case(), FK)


def facts(hit: str, register: str, line: int) -> dict[str, object]:
    (row,) = (
        r for r in PART.evidence if r["hit_id"] == hit and r["register"] == register and r["origin"]["line"] == line
    )
    return dict(row["facts"])


def test_contradictions_come_first_and_other_payers_hits_stay_out() -> None:
    assert [hit["hit_id"] for hit in PART.hits] == ["HOSPITAL", "OVERLAP", "RETURN", "PAYROLL"]


def with_return_hit(**told: object) -> CaseFile:
    rows = [{**row, **(told if row["hit_id"] == "RETURN" else {})} for row in HIT_ROWS]
    return letter_case(hits=pa.Table.from_pylist(rows, schema=HITS))


def test_hit_without_programme_stays_out_where_its_organisation_has_hits_of_others() -> None:
    part = extract(with_return_hit(programme=None, payer=None), FK)
    assert "RETURN" not in {hit["hit_id"] for hit in part.hits}
    assert part.left_out["hits_of_other_authorities"] == 2


def test_hit_without_programme_follows_an_organisation_that_is_all_the_authoritys() -> None:
    case = with_return_hit(programme=None, payer=None)
    part = extract(replace(case, hits=case.hits.slice(0, 4)), FK)
    assert [hit["hit_id"] for hit in part.hits] == ["HOSPITAL", "OVERLAP", "RETURN", "PAYROLL"]


def test_hit_without_programme_on_another_organisation_stays_out() -> None:
    case = with_return_hit(programme=None, payer=None, organisation_id="e-x")
    assert "RETURN" not in {hit["hit_id"] for hit in extract(replace(case, hits=case.hits.slice(0, 4)), FK).hits}


def test_a_hit_for_polisen_alone_goes_to_polisen_and_to_nobody_else() -> None:
    case = with_return_hit(programme=None, payer=None, detector="recurring_round_payments")
    mine = replace(case, hits=case.hits.slice(0, 4))
    assert "RETURN" not in {hit["hit_id"] for hit in extract(mine, FK).hits}
    assert [hit["hit_id"] for hit in extract(mine, find_authority("polismyndigheten")).hits] == ["RETURN"]
    stated = with_return_hit(detector="recurring_round_payments")
    assert "RETURN" not in {hit["hit_id"] for hit in extract(stated, FK).hits}


def test_everything_left_out_is_counted() -> None:
    assert PART.left_out == {
        "evidence_rows_of_other_hits": 1,
        "hits_of_other_authorities": 1,
        "rows_cut_to_what_contradicts": 1,
        "rows_of_registers_not_allowed": 1,
        "source_files_not_used": 11,
    }


def test_every_evidence_row_is_kept_or_counted() -> None:
    counted = sum(PART.left_out[reason] for reason in ("evidence_rows_of_other_hits", "rows_of_registers_not_allowed"))
    assert len(PART.evidence) + counted == letter_case().evidence.num_rows


def test_own_row_names_who_got_help_and_who_gave_it() -> None:
    assert facts("OVERLAP", "time_reports", 5)["user_number"] == "P-2"
    assert facts("OVERLAP", "time_reports", 5)["staff_number"] == "P-4"


def test_row_of_another_programme_tells_when_and_who_worked_never_for_whom() -> None:
    told = facts("OVERLAP", "time_reports", 6)
    assert told["staff_number"] == "P-4"
    assert told["starts_at"]
    assert not {"user_number", "user_name", "decision_id"} & set(told)


def test_money_of_another_programme_does_not_count() -> None:
    (row,) = (r for r in PART.evidence if r["origin"]["line"] == 6)
    assert row["amount_ore"] == 0


def test_account_numbers_stay_out_and_are_named_as_left_out() -> None:
    files = packet_files(letter_case(), FK, language="sv", created=CREATED, author="X")
    for name in ("bevis.csv", "bevis.json", "talar-emot.json", "manifest.json", "tidslinje.svg"):
        assert b"bg:" not in files[name]
    minimised = json.loads(files["manifest.json"])["data_minimised_fields"]
    assert {"payments.payer_account", "payments.payee_account", "payroll.tax_ore"} <= set(minimised)


def test_persons_of_other_programmes_are_nowhere_in_the_packet() -> None:
    files = packet_files(letter_case(), FK, language="sv", created=CREATED, author="X")
    assert not any(b"P-7" in content for name, content in files.items() if name != "anmalan.pdf")


def test_person_in_a_role_that_is_not_allowed_has_no_name() -> None:
    told = {party["entity_id"]: party for party in told_parties(letter_case(), PART, FK)}
    assert (told["e-d"]["name"], told["e-d"]["number"]) == (None, None)
    assert (told["e-k"]["name"], told["e-k"]["number"]) == (None, None)
    assert told["e-e"]["name"] == "E"
    assert told["e-a"]["number"] == "O-1"


def test_withheld_row_loses_everything_that_identifies() -> None:
    case = letter_case()
    table = case.rows["absences"]
    withheld = table.set_column(table.schema.get_field_index("is_withheld"), "is_withheld", pa.array([True]))
    part = extract(replace(case, rows={**case.rows, "absences": withheld}), FK)
    (row,) = (r for r in part.evidence if r["register"] == "absences")
    assert (row["facts"]["person_number"], row["facts"]["person_name"], row["facts"]["kind"]) == (
        None,
        None,
        "hospital",
    )
    assert part.left_out["withheld_rows"] == 1


def test_evidence_whose_source_row_is_gone_keeps_its_origin() -> None:
    case = letter_case()
    part = extract(replace(case, rows={}), FK)
    assert {row["facts"] for row in part.evidence} == {None}
    assert all(row["origin"]["sha256"] for row in part.evidence)
