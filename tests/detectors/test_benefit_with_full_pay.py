from __future__ import annotations

import calendar
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.benefit_with_full_pay import BenefitWithFullPay
from tests.detectors.small_graph import Q_LIMIT, day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
PAY = 3_000_000
MONTHS = [*(f"2024-{month:02}" for month in range(7, 13)), *(f"2025-{month:02}" for month in range(1, 11))]
SPRING = ("2025-02", "2025-03", "2025-04", "2025-05", "2025-06")


def claimed(person: str, months: tuple[str, ...], *, days: int = 10, **more: Any) -> list[Row]:
    return [
        {"record_id": f"claim {person} {month}", "claim_id": f"{person} {month}", "decision_id": f"D{person}"}
        | {"person_id": person, "programme": "parental_benefit", "payer": "forsakringskassan", "amount_ore": 800_000}
        | {"period_from": day(f"{month}-01"), "period_to": day(f"{month}-{_last(month)}"), "claimed_days": days}
        | more
        for month in months
    ]


def _last(month: str) -> int:
    return calendar.monthrange(int(month[:4]), int(month[5:]))[1]


def paid(person: str, employer: str, pay: dict[str, int] | None = None) -> list[Row]:
    return [
        {"record_id": f"pay {person} {month}", "organisation_id": employer, "person_id": person}
        | {"month": day(f"{month}-01"), "cash_pay_ore": (pay or {}).get(month, PAY)}
        for month in MONTHS
    ]


def absent(person: str, employer: str, *days: str) -> list[Row]:
    return [{"organisation_id": employer, "person_id": person, "absent_on": day(each)} for each in days]


ELSE = [f"p{n}" for n in range(36)]
HONEST_CLAIMS = [row for person in ELSE for row in claimed(person, SPRING)]
HONEST_PAY = [
    row for n, person in enumerate(ELSE) for row in paid(person, f"B{n % 4}", dict.fromkeys(SPRING, PAY // 2))
]
HONEST_ABSENCES = [row for n, person in enumerate(ELSE) for month in SPRING for row in absent(person, f"B{n % 4}", f"{month}-03")]  # fmt: skip


def found(
    tmp_path: Path,
    claims: list[Row],
    pay: list[Row],
    absences: list[Row] | None = None,
    q_limit: float = Q_LIMIT,
    **more: Any,
) -> HitTables:
    graph = small_graph(
        tmp_path,
        current_claims=[*claims, *HONEST_CLAIMS],
        current_payroll=[*pay, *HONEST_PAY],
        reported_absences=[*(absences or []), *HONEST_ABSENCES],
    )
    return screen(BenefitWithFullPay(**more), graph, q_limit=q_limit)


def test_months_of_full_pay_without_absence_are_told_about_the_claim(tmp_path: Path) -> None:
    tables = found(tmp_path, claimed("x", SPRING), paid("x", "A"))
    (hit,) = tables.hits.to_pylist()
    assert (hit["subject_id"], hit["subject_kind"], hit["organisation_id"]) == ("Dx", "claim", None)
    assert (hit["observed"], hit["kind"], hit["programme"]) == (5, "rate", "parental_benefit")
    assert hit["amount_low_ore"] == 0
    assert 3_800_000 < hit["amount_likely_ore"] < hit["amount_high_ore"] == 5 * 800_000
    assert {(party["role"], party["entity_id"]) for party in hit["parties"]} == {("claimant", "x"), ("employer", "A")}
    assert {row["record_id"] for row in tables.evidence.to_pylist()} == {f"claim x {month}" for month in SPRING}


def test_no_table_is_keyed_by_a_person(tmp_path: Path) -> None:
    tests = found(tmp_path, claimed("x", SPRING), paid("x", "A")).tests.to_pylist()
    assert {test["subject_id"] for test in tests} == {"Dx", *(f"D{person}" for person in ELSE)}


def test_a_claim_without_a_decision_stands_for_itself(tmp_path: Path) -> None:
    tests = found(tmp_path, claimed("x", SPRING, decision_id=None), paid("x", "A")).tests.to_pylist()
    assert {test["subject_id"] for test in tests} >= {f"x {month}" for month in SPRING}


DUE = PAY * 10 // 21
"""What ten days of leave take off the pay."""


@pytest.mark.parametrize(("missing", "flagged"), [(DUE // 2 - 1000, 1), (DUE // 2 + 1000, 0)])
def test_half_of_what_leave_takes_off_shows_it(tmp_path: Path, missing: int, flagged: int) -> None:
    pay = paid("x", "A", dict.fromkeys(SPRING, PAY - missing))
    assert found(tmp_path, claimed("x", SPRING), pay).hits.num_rows == flagged


def test_pay_that_is_taken_off_a_month_late_shows_it(tmp_path: Path) -> None:
    claims = claimed("x", ("2025-01", "2025-03", "2025-05", "2025-07"))
    late = paid("x", "A", dict.fromkeys(("2025-02", "2025-04", "2025-06", "2025-08"), PAY - DUE))
    assert found(tmp_path, claims, late).hits.num_rows == 0
    assert found(tmp_path / "full", claims, paid("x", "A")).hits.num_rows == 1


@pytest.mark.parametrize("lag", [0, 1])
def test_declared_absence_is_never_flagged_whatever_the_pay(tmp_path: Path, lag: int) -> None:
    months = ("2025-01", "2025-03", "2025-05", "2025-07")
    told = [f"2025-{int(month[5:]) + lag:02}-04" for month in months]
    assert found(tmp_path, claimed("x", months), paid("x", "A"), absent("x", "A", *told)).hits.num_rows == 0


@pytest.mark.parametrize(
    ("days", "extent", "flagged"), [(4, 100, 0), (5, 100, 1), (20, 25, 1), (19, 25, 0), (10, None, 1)]
)
def test_fewer_whole_days_than_the_least_do_not_count(tmp_path: Path, days: int, extent: int | None, flagged: int) -> None:  # fmt: skip
    claims = claimed("x", SPRING, days=days, extent_percent=extent)
    assert found(tmp_path, claims, paid("x", "A")).hits.num_rows == flagged


@pytest.mark.parametrize(("months", "flagged"), [(2, 0), (3, 1)])
def test_fewer_months_than_the_fewest_are_not_flagged(tmp_path: Path, months: int, flagged: int) -> None:
    tables = found(tmp_path, claimed("x", SPRING[:months]), paid("x", "A"))
    assert tables.hits.num_rows == flagged


def test_months_before_absences_were_declared_are_not_looked_at(tmp_path: Path) -> None:
    early = ("2024-10", "2024-11", "2024-12", "2025-01", "2025-02")
    tests = found(tmp_path, claimed("x", early), paid("x", "A")).tests.to_pylist()
    assert [test["observed"] for test in tests if test["subject_id"] == "Dx"] == [2]


@pytest.mark.parametrize(
    ("colleagues", "wrong", "is_systematic"), [(0, 0, 0), (1, 2, 0), (1, 3, 1), (2, 2, 1), (2, 1, 0)]
)
def test_an_employer_that_errs_systematically_for_others_is_not_evaluable(
    tmp_path: Path, colleagues: int, wrong: int, is_systematic: int
) -> None:
    others, months = ["y", "z"][:colleagues], SPRING[:3] if colleagues == 1 else SPRING
    claims = [*claimed("x", SPRING), *(row for person in others for row in claimed(person, months))]
    pay = [row for person in ("x", *others) for row in paid(person, "A")]
    absences = [row for person in others for month in months[wrong:] for row in absent(person, "A", f"{month}-03")]
    tables = found(tmp_path, claims, pay, absences)
    whys = {test["not_evaluable"] for test in tables.tests.to_pylist() if test["subject_id"] == "Dx"}
    assert (whys == {"an employer's declarations err systematically"}) == bool(is_systematic)


def test_months_of_a_claim_do_not_make_its_own_employer_err_systematically(tmp_path: Path) -> None:
    claims = [*claimed("x", SPRING), *(row for person in ("y", "z") for row in claimed(person, SPRING))]
    pay = [row for person in ("x", "y", "z") for row in paid(person, "A")]
    absences = [row for person in ("y", "z") for month in SPRING[1:] for row in absent(person, "A", f"{month}-03")]
    (hit,) = found(tmp_path, claims, pay, absences).hits.to_pylist()  # 7 of 15 months are wrong, and 2 of 10 of others
    assert hit["subject_id"] == "Dx"


def test_errors_of_the_same_employer_for_others_are_expected(tmp_path: Path) -> None:
    def expected(employer: str, folder: str) -> float:
        claims = [*claimed("x", SPRING), *claimed("y", SPRING[:2])]
        pay = [*paid("x", employer), *paid("y", "A")]
        tests = found(tmp_path / folder, claims, pay).tests.to_pylist()
        return next(float(test["expected"]) for test in tests if test["subject_id"] == "Dx")

    assert expected("A", "same") > expected("B1", "other")


@pytest.mark.parametrize(("from_month", "is_systematic"), [("2024-07", True), ("2025-06", True), ("2025-08", False)])
def test_a_smaller_job_at_an_employer_that_errs_systematically_is_not_evaluable_either(
    tmp_path: Path, from_month: str, is_systematic: bool
) -> None:
    """Only an employer with pay in a month that is compared counts."""
    claims = [row for person in ("x", "y", "z") for row in claimed(person, SPRING)]
    small = [row for row in of(5, paid("x", "E")) if row["month"] >= day(f"{from_month}-01")]
    tables = found(tmp_path, claims, [*paid("x", "A"), *small, *paid("y", "E"), *paid("z", "E")])
    whys = {test["not_evaluable"] for test in tables.tests.to_pylist() if test["subject_id"] == "Dx"}
    assert (whys == {"an employer's declarations err systematically"}) == is_systematic
    assert tables.hits.num_rows == int(not is_systematic)


def test_an_employer_that_pays_less_than_another_errs_for_a_claim_as_well(tmp_path: Path) -> None:
    """Of six claims at one employer three have a larger job elsewhere: none is evaluable."""
    people = [f"x{n}" for n in range(6)]
    claims = [row for person in people for row in claimed(person, SPRING)]
    small = [row for person in people for row in of(1 if person < "x3" else 5, paid(person, "E"))]
    large = [row for person in people[3:] for row in paid(person, f"A{person}")]
    tables = found(tmp_path, claims, [*small, *large])
    told = {test["subject_id"] for test in tables.tests.to_pylist() if test["not_evaluable"] is not None}
    assert (told, tables.hits.num_rows) == ({f"D{person}" for person in people}, 0)


def test_of_several_employers_the_one_that_errs_most_for_others_is_expected_to(tmp_path: Path) -> None:
    """Every employer with full pay in those months is named, the one that is expected to err or not."""

    def expected(wrong: int) -> float:
        claims = [row for person in ("x", "y", "z") for row in claimed(person, SPRING)]
        told = [("y", month) for month in SPRING[wrong:]] + [("z", month) for month in SPRING]
        absences = [row for person, month in told for row in absent(person, "A", f"{month}-03")]
        pay = [*paid("x", "Z"), *of(5, paid("x", "A")), *paid("y", "A"), *paid("z", "A")]
        (hit,) = found(tmp_path / str(wrong), claims, pay, absences, q_limit=0.5).hits.to_pylist()
        assert {party["entity_id"] for party in hit["parties"] if party["role"] == "employer"} == {"A", "Z"}
        assert "by the most erring employer's errors for others" in hit["reason_en"]
        return float(hit["expected"])

    assert expected(1) > 2 * expected(0)


@pytest.mark.parametrize("wrong", [{"links_exact": False}, {"is_withheld": True}, {"programme": "other"}])
def test_doubtful_links_and_other_programmes_are_left_out(tmp_path: Path, wrong: Row) -> None:
    tests = found(tmp_path, claimed("x", SPRING, **wrong), paid("x", "A")).tests.to_pylist()
    assert "Dx" not in {test["subject_id"] for test in tests}


def test_too_few_months_without_benefit_tell_no_usual_pay(tmp_path: Path) -> None:
    pay = [row for row in paid("x", "A") if row["month"] >= day("2025-01-01") and row["month"] <= day("2025-07-01")]
    assert "Dx" not in {test["subject_id"] for test in found(tmp_path, claimed("x", SPRING), pay).tests.to_pylist()}


def test_eight_other_claims_are_needed(tmp_path: Path) -> None:
    tables = screen(
        BenefitWithFullPay(),
        small_graph(
            tmp_path, current_claims=claimed("x", SPRING), current_payroll=paid("x", "A"), reported_absences=[]
        ),
    )
    assert [test["not_evaluable"] for test in tables.tests.to_pylist()] == ["only 0 other claims"]


def until(last: str, rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["month"] <= day(f"{last}-01")]


def of(part: int, rows: list[Row]) -> list[Row]:
    return [row | {"cash_pay_ore": PAY // part} for row in rows]


@pytest.mark.parametrize("last", ["2024-11", "2024-12", "2025-01", "2025-02", "2025-04"])
def test_a_small_second_job_that_ended_is_no_deduction(tmp_path: Path, last: str) -> None:
    second = until(last, of(5, paid("x", "C")))
    (hit,) = found(tmp_path, claimed("x", SPRING), [*paid("x", "A"), *second]).hits.to_pylist()
    assert hit["observed"] == len(SPRING)


@pytest.mark.parametrize(("last", "observed"), [("2024-11", 5), ("2024-12", 0), ("2025-01", 0), ("2025-02", 0)])
@pytest.mark.parametrize("days", [10, 21])
def test_leave_from_the_main_job_to_the_end_of_the_data_is_no_full_pay(
    tmp_path: Path, last: str, observed: int, days: int
) -> None:
    """Two months with neither pay nor benefit tell that a job is over; after one it may have ended, or its holder be on leave."""
    pay = [*until(last, paid("x", "A")), *of(10, paid("x", "G"))]
    tables = found(tmp_path, claimed("x", SPRING, days=days), pay)
    tests = {test["subject_id"]: test["observed"] for test in tables.tests.to_pylist()}
    late = 1 if last == "2025-02" and days == 21 else 0  # leave of all of March takes off what leave of February would
    assert (tests["Dx"], tables.hits.num_rows) == (observed + late, int(observed > 0))


@pytest.mark.parametrize(("first", "observed"), [(7, 0), (8, 0), (9, 5)])
def test_leave_from_the_main_job_since_before_the_data_begin_is_no_full_pay(
    tmp_path: Path, first: int, observed: int
) -> None:
    main = [row for row in paid("x", "A") if row["month"] >= day(f"2025-{first:02}-01")]
    tests = found(tmp_path, claimed("x", SPRING), [*main, *of(10, paid("x", "G"))]).tests.to_pylist()
    assert [test["observed"] for test in tests if test["subject_id"] == "Dx"] == [observed]


@pytest.mark.parametrize(("last", "observed"), [("2024-11", 5), ("2025-01", 0), ("2025-05", 4)])
def test_leave_from_one_of_two_like_jobs_is_no_full_pay(tmp_path: Path, last: str, observed: int) -> None:
    pay = [*until(last, paid("x", "A")), *paid("x", "C")]
    tests = found(tmp_path, claimed("x", SPRING), pay).tests.to_pylist()
    assert [test["observed"] for test in tests if test["subject_id"] == "Dx"] == [observed]


@pytest.mark.parametrize("jobs", [("C",), ("C", "D")])
def test_the_largest_of_several_jobs_that_pays_nothing_is_no_full_pay(tmp_path: Path, jobs: tuple[str, ...]) -> None:
    """Less than half of all usual pay is missing: what leave of whole months takes off would not tell it."""
    smaller = [row | {"cash_pay_ore": PAY * 3 // 4} for employer in jobs for row in paid("x", employer)]
    pay = [*until("2025-01", paid("x", "A")), *smaller]
    assert found(tmp_path, claimed("x", SPRING, days=21), pay).hits.num_rows == 0


def test_a_main_job_too_new_to_be_known_may_be_on_leave_too(tmp_path: Path) -> None:
    new = [row for row in until("2025-01", paid("x", "A")) if row["month"] >= day("2024-12-01")]
    assert found(tmp_path, claimed("x", SPRING), [*new, *of(10, paid("x", "G"))]).hits.num_rows == 0


@pytest.mark.parametrize(("days", "observed"), [(12, 0), (13, 5)])
def test_leave_from_a_smaller_job_alone_is_as_much_of_the_claim_as_of_the_pay(
    tmp_path: Path, days: int, observed: int
) -> None:
    """Of a job with 45 per cent of all pay that may have ended: three quarters of what that many days take off all of it are asked."""
    second = until("2025-01", [row | {"cash_pay_ore": PAY * 45 // 55} for row in paid("x", "C")])
    tests = found(tmp_path, claimed("x", SPRING, days=days), [*paid("x", "A"), *second]).tests.to_pylist()
    assert [test["observed"] for test in tests if test["subject_id"] == "Dx"] == [observed]


@pytest.mark.parametrize(("left_out", "observed"), [(("2025-04",), 0), (("2025-04", "2025-05"), 4)])
def test_leave_goes_on_over_one_month_without_a_claim(tmp_path: Path, left_out: tuple[str, ...], observed: int) -> None:
    months = tuple(f"2025-{month:02}" for month in range(2, 10) if f"2025-{month:02}" not in left_out)
    pay = [*until("2025-01", paid("x", "A")), *of(10, paid("x", "G"))]
    tests = found(tmp_path, claimed("x", months), pay).tests.to_pylist()
    assert [test["observed"] for test in tests if test["subject_id"] == "Dx"] == [observed]


def test_leave_in_the_last_month_shows_in_the_next_where_pay_is_in_arrears(tmp_path: Path) -> None:
    pay = [*until("2025-04", paid("x", "A")), *of(10, paid("x", "G"))]
    tests = found(tmp_path, claimed("x", ("2025-02", "2025-03", "2025-04")), pay).tests.to_pylist()
    assert [test["observed"] for test in tests if test["subject_id"] == "Dx"] == [2]


def test_leave_from_a_second_job_that_goes_on_is_a_deduction(tmp_path: Path) -> None:
    second = [row for row in paid("x", "C") if row["month"] not in {day(f"{month}-01") for month in SPRING}]
    assert found(tmp_path, claimed("x", SPRING), [*paid("x", "A"), *second]).hits.num_rows == 0


def test_a_second_job_too_new_to_be_known_counts_as_it_was_paid(tmp_path: Path) -> None:
    second = [row | {"cash_pay_ore": 50_00} for row in paid("x", "C") if row["month"] == day("2025-03-01")]
    (hit,) = found(tmp_path, claimed("x", SPRING), [*paid("x", "A"), *second]).hits.to_pylist()
    assert hit["observed"] == len(SPRING)


def test_the_largest_job_too_new_to_be_known_leaves_the_months_untold(tmp_path: Path) -> None:
    new = [
        row | {"cash_pay_ore": 2 * PAY}
        for row in paid("x", "C")
        if row["month"] in {day(f"{month}-01") for month in SPRING}
    ]
    tests = found(tmp_path, claimed("x", SPRING), [*paid("x", "A"), *new]).tests.to_pylist()
    assert "Dx" not in {test["subject_id"] for test in tests}


def test_months_without_any_pay_of_a_job_do_not_make_its_usual_pay_small(tmp_path: Path) -> None:
    """Long unpaid leave, while a small second job went on, is no sign that half a pay is a full one."""
    away = {
        day(f"{month}-01") for month in ("2024-07", "2024-08", "2024-09", "2024-10", "2024-11", "2024-12", "2025-01")
    }
    first = [
        row for row in paid("x", "A", dict.fromkeys(SPRING, PAY // 2)) if row["month"] not in away - {day("2024-07-01")}
    ]
    second = [row | {"cash_pay_ore": PAY // 10} for row in paid("x", "G")]
    assert found(tmp_path, claimed("x", SPRING), [*first, *second]).hits.num_rows == 0
