"""Claims about a written region: its bytes, numbers, mapping, truth and honesty."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import re
from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from follow_money.registers.contract import REGISTERS
from synthetic_data import write_region
from synthetic_data.__main__ import main
from synthetic_data.exports import further

if TYPE_CHECKING:
    from pathlib import Path

    from tests.synthetic_data.conftest import Written

PEOPLE, SEED, YEARS, PLANTED = 1800, 7, 1, 6
LOOK_ALIKE_KINDS = {
    "double_assistance", "two_users_one_home", "family_assistants", "joint_account", "standby", "handover",
    "hospital_assistance_granted", "trip_with_user", "all_hours_used", "clock_change_nights", "carry_over",
    "correction_beside_original", "second_job_beside_shifts", "rent_to_owner", "loan_repaid", "tithe",
    "f_tax_subcontractor", "owner_works", "late_cancellation", "permit_renewed", "revocation_stayed", "late_invoice",
    "two_person_visits", "business_transfer", "second_job", "agi_correction", "social_enterprise",
    "umbrella_association", "volunteer_treasurer", "congregation_shares_board", "guardian_account", "payroll_bureau",
    "virtual_office", "group_account",
}  # fmt: skip


def _digests(out: Path) -> dict[str, str]:
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _luhn_holds(ten_digits: str) -> bool:
    doubled = [int(d) * (2 - place % 2) for place, d in enumerate(ten_digits)]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _ore(kronor: str) -> int:
    return round(float(kronor.replace(",", ".")) * 100)


def _minutes(hours: str) -> int:
    return round(float(hours.replace(",", ".")) * 60)


def _scheme_organisations(region: Written) -> set[str]:
    return {row["organisation_number"] for row in region.truth("schemes.csv")}


def _bare(number: str) -> str:
    digits = number.replace("-", "")
    return digits[2:] if len(digits) == 12 and digits.startswith("16") else digits


def test_same_seed_writes_the_same_bytes(region: Written, tmp_path: Path) -> None:
    write_region(tmp_path / "again", people=PEOPLE, seed=SEED, years=YEARS, planted=PLANTED)
    assert _digests(tmp_path / "again") == _digests(region.out)


def test_another_seed_writes_other_people(region: Written, tmp_path: Path) -> None:
    write_region(tmp_path / "other", people=PEOPLE, seed=SEED + 1, years=YEARS, planted=0)
    assert (
        _digests(tmp_path / "other")["exports/folkbokforing.csv"] != _digests(region.out)["exports/folkbokforing.csv"]
    )


def test_no_number_can_be_anyones(region: Written) -> None:
    numbers = {
        row[column].replace("-", "")
        for register in REGISTERS.values()
        for row in region.rows(register.name)
        for column in row
        if column.endswith("_number") and row[column]
    }
    assert len(numbers) > PEOPLE
    assert not [number for number in numbers if _luhn_holds(number[-10:])]


def test_no_two_persons_share_a_number(region: Written) -> None:
    numbers = [row["person_number"] for row in region.rows("persons")]
    assert len(set(numbers)) == len(numbers) == PEOPLE


def test_birth_date_stands_in_the_number_also_of_coordination_numbers(region: Written) -> None:
    coordination = 0
    for row in region.rows("persons"):
        born = date.fromisoformat(row["birth_date"])
        day = int(row["person_number"][6:8])
        coordination += day > 60
        assert row["person_number"][:6] == f"{born:%Y%m}"
        assert day % 60 == born.day or day == 60
    assert coordination


def test_every_register_of_the_contract_is_delivered_and_not_empty(region: Written) -> None:
    of_the_matrix = {
        importlib.import_module(f"{further.__name__}.{module.name}").REGISTER
        for module in pkgutil.iter_modules(further.__path__)
    } | {"dwellings"}  # delivered with the residences
    assert {register for register in REGISTERS if region.rows(register)} == set(REGISTERS) - of_the_matrix


def test_mapping_names_only_columns_of_contract_and_file(region: Written) -> None:
    for delivery in region.mapping["delivery"]:
        register = REGISTERS[delivery["register"]]
        columns = {column.name: column for column in register.columns}
        assert set(delivery["columns"]) <= set(columns)
        assert {name for name, column in columns.items() if column.required} <= set(delivery["columns"])
        assert delivery["legal_basis"]
        for name in delivery["files"]:
            header = region.header(name)
            for key, spec in delivery["columns"].items():
                source = spec if isinstance(spec, str) else spec.get("column")
                assert source is None or source in header
                if isinstance(spec, dict) and "values" in spec:
                    assert set(spec["values"].values()) <= set(columns[key].values)


def test_every_file_is_mapped_once(region: Written) -> None:
    mapped = [name for delivery in region.mapping["delivery"] for name in delivery["files"]]
    written = [path.name for path in (region.out / "exports").glob("*.csv")]
    assert sorted(mapped) == sorted(written)


@pytest.mark.parametrize(
    ("register", "key"),
    [("time_reports", "report_id"), ("claims", "claim_id"), ("payments", "payment_id"), ("decisions", "decision_id")],
)
def test_rows_of_the_truth_stand_in_the_exports(region: Written, register: str, key: str) -> None:
    members = {row["key"] for row in region.truth("members.csv") if row["register"] == register}
    delivered = [row[key] for row in region.rows(register)]
    assert members
    assert members <= set(delivered)
    assert len(set(delivered)) == len(delivered)


def test_each_scheme_has_rows_an_amount_and_a_registered_organisation(region: Written) -> None:
    registered = {_bare(row["organisation_number"]) for row in region.rows("organisations")}
    with_rows = {row["scheme_id"] for row in region.truth("members.csv")}
    schemes = region.truth("schemes.csv")
    amounts: dict[str, int] = defaultdict(int)
    for row in schemes:
        amounts[row["scheme_id"]] += int(row["planted_amount_ore"])
        assert row["organisation_number"] in registered
    assert len(amounts) == PLANTED
    assert set(amounts) == with_rows
    assert min(amounts.values()) > 0
    assert {row["typology"] for row in schemes} == {"1", "3", "4_5"}


def test_every_kind_of_look_alike_is_there_and_outside_the_schemes(region: Written) -> None:
    rows = region.truth("look_alikes.csv")
    assert {row["kind"] for row in rows} >= LOOK_ALIKE_KINDS
    assert not {row["organisation_number"] for row in rows} & _scheme_organisations(region)


def test_honest_assistance_is_billed_within_the_grant_of_each_settlement_period(region: Written) -> None:
    grants = {row["decision_id"]: row for row in region.rows("decisions", "forsakringskassan")}
    billed: dict[tuple[str, int], int] = defaultdict(int)
    allowed: dict[tuple[str, int], float] = defaultdict(float)
    carried = 0
    for row in region.rows("claims", "forsakringskassan"):
        grant = grants[row["decision_id"]]
        first, last = (date(int(d[:4]), int(d[4:6]), int(d[6:])) for d in (row["period_from"], row["period_to"]))
        weekly = _minutes(grant["granted_minutes"])
        minutes = _minutes(row["billed_minutes"])
        block = (row["decision_id"], (first.month - 1) // int(grant["settlement_months"]))
        month = weekly * ((last - first).days + 1) / 7
        carried += minutes > month
        billed[block] += minutes
        allowed[block] += month
    assert billed
    assert all(minutes <= allowed[block] for block, minutes in billed.items())
    assert carried


def test_honest_home_care_is_billed_within_the_monthly_grant(region: Written) -> None:
    schemes = _scheme_organisations(region)
    grants = {row["decision_id"]: _minutes(row["granted_minutes"]) for row in region.rows("decisions", "kommun")}
    claims = [row for row in region.rows("claims", "kommun") if _bare(row["organisation_number"]) not in schemes]
    assert claims
    assert all(_minutes(row["billed_minutes"]) <= grants[row["decision_id"]] for row in claims)


def test_honest_home_care_bills_no_more_than_registered_and_schemes_do(region: Written) -> None:
    schemes = _scheme_organisations(region)
    registered: dict[bool, int] = defaultdict(int)
    billed: dict[bool, int] = defaultdict(int)
    for row in region.rows("time_reports", "kommun"):
        length = _clock(row["ends_at"]) - _clock(row["starts_at"])
        registered[row["organisation_number"] in schemes] += length
    for row in region.rows("claims", "kommun"):
        billed[_bare(row["organisation_number"]) in schemes] += _minutes(row["billed_minutes"])
    assert billed[False] <= registered[False] * 1.02
    assert billed[True] > registered[True] * 1.05


def _clock(text: str) -> int:
    day, time = text.split(" ")
    return date.fromisoformat(day).toordinal() * 1440 + int(time[:2]) * 60 + int(time[3:])


def test_no_time_falls_into_an_hour_that_the_clock_skips_or_tells_twice(region: Written) -> None:
    spring, autumn = "2024-03-31 02:", "2024-10-27 02:"
    times = [row[key] for row in region.rows("time_reports") for key in ("starts_at", "ends_at")]
    assert not [time for time in times if time.startswith((spring, autumn))]


def test_corrections_name_an_earlier_row(region: Written) -> None:
    rows = region.rows("time_reports")
    known = {row["report_id"] for row in rows}
    corrections = [row["corrects_report_id"] for row in rows if row["corrects_report_id"]]
    assert corrections
    assert set(corrections) <= known


def test_second_balances_follow_from_the_payments(region: Written) -> None:
    change: dict[str, int] = defaultdict(int)
    for row in region.rows("payments"):
        if row["paid_at"] < "20250101":
            change[row["payer_account"]] -= _ore(row["amount_ore"])
            change[row["payee_account"]] += _ore(row["amount_ore"])
    balances: dict[str, dict[str, int]] = defaultdict(dict)
    for row in region.rows("balances"):
        balances[row["account"]][row["balance_on"]] = _ore(row["balance_ore"])
    assert balances
    assert all(each["2025-01-01"] - each["2024-01-01"] == change[account] for account, each in balances.items())


def test_home_care_visits_stop_at_death_at_honest_providers(region: Written) -> None:
    died = {row["person_number"].replace("-", ""): row["died_on"] for row in region.rows("persons") if row["died_on"]}
    late: dict[bool, int] = defaultdict(int)
    schemes = _scheme_organisations(region)
    for row in region.rows("time_reports", "kommun"):
        # a clerk's wrong date moves a visit by a week at most
        end = died.get(row["user_number"])
        if end and row["starts_at"] > str(date.fromisoformat(end) + timedelta(days=8)):
            late[row["organisation_number"] in schemes] += 1
    assert late[False] == 0


def test_some_roles_have_name_and_birth_date_only_and_the_truth_says_whose(region: Written) -> None:
    bare = [row for row in region.rows("roles") if not row["person_number"]]
    truth = region.truth("persons.csv")
    assert bare
    assert [(row["person_name"], row["birth_date"]) for row in bare] == [(t["name"], t["birth_date"]) for t in truth]


def test_protected_identities_are_marked_and_no_key_persons(region: Written) -> None:
    protected = {row["person_number"].replace("-", "") for row in region.rows("persons") if row["is_protected"] == "J"}
    schemes = _scheme_organisations(region)
    owners = {
        row["person_number"].replace("-", "")
        for row in region.rows("roles")
        if _bare(row["organisation_number"]) in schemes
    }
    assert protected
    assert not protected & owners


def test_nothing_planted_leaves_only_honest_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "honest"
    assert main([str(out), "--people", "1800", "--seed", "3", "--years", "1", "--no-planted"]) == 0
    assert re.search(r"planted schemes +0\b", capsys.readouterr().out)
    assert (out / "truth" / "members.csv").read_text(encoding="utf-8").count("\n") == 1


def test_a_folder_with_something_else_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.txt").write_text("kept", encoding="utf-8")
    assert main([str(tmp_path), "--people", "1800"]) == 2
    assert "choose an empty folder" in capsys.readouterr().err
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "kept"


def test_too_few_people_are_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "small"), "--people", "10"]) == 2
    assert "at least" in capsys.readouterr().err
