from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.subsidised_employment import SubsidisedEmployment
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
JOB = {
    "record_id": "decision", "decision_id": "d", "programme": "wage_subsidy", "organisation_id": "A", "person_id": "p", "payer": "arbetsformedlingen",
    "valid_from": day("2024-07-01"), "valid_to": day("2024-12-31"), "monthly_amount_ore": 1_000_000, "approved_pay_ore": 2_500_000,
}  # fmt: skip
MEMBER = {"from_id": "p", "to_id": "A", "kind": "board_member", "register": "roles", "record_id": "role"}


def paid(
    months: tuple[int, ...], employer: str = "A", person: str = "p", ore: int = 2_500_000, **more: Any
) -> list[Row]:
    """Declared pay in these months of 2024."""
    return [
        {
            "record_id": f"pay {employer} {person} {m}",
            "organisation_id": employer,
            "person_id": person,
            "month": day(f"2024-{m:02}-01"),
        }
        | {"cash_pay_ore": ore}
        | more
        for m in months
    ]


def payouts(months: tuple[int, ...] = (7, 8, 9), **more: Any) -> list[Row]:
    """Subsidy paid for these months."""
    return [
        {
            "record_id": f"out {m}",
            "claim_id": f"c{m}",
            "decision_id": "d",
            "programme": "wage_subsidy",
            "organisation_id": "A",
            "person_id": "p",
        }
        | {
            "payer": "arbetsformedlingen",
            "period_from": day(f"2024-{m:02}-01"),
            "period_to": day(f"2024-{m:02}-28"),
            "amount_ore": 1_000_000,
        }
        | more
        for m in months
    ]


def found(tmp_path: Path, payroll: list[Row], **more: Any) -> HitTables:
    parameters = more.pop("parameters", {})
    tables = {"decisions": [JOB], "current_claims": payouts()} | more
    return screen(SubsidisedEmployment(**parameters), small_graph(tmp_path, current_payroll=payroll, **tables))


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_job_for_somebody_already_employed_is_contradicted(tmp_path: Path) -> None:
    tables = found(tmp_path, paid((5, 6)))
    (hit,) = hits(tables)
    assert (hit["subject_id"], hit["payer"], hit["programme"], hit["observed"]) == (
        "A",
        "arbetsformedlingen",
        "wage_subsidy",
        1,
    )
    assert hit["amount_low_ore"] == hit["amount_likely_ore"] == hit["amount_high_ore"] == 3_000_000
    assert (hit["period_from"], hit["period_to"]) == (day("2024-07-01"), day("2024-12-31"))
    assert hit["parties"] == [{"entity_id": "p", "role": "employee"}]
    assert hit["reason_sv"] == (
        "1 subventionerad anställning, 30\u00a0000 kr, motsägs av andra register: 1 var redan anställd hos arbetsgivaren."
    )
    assert (
        hit["reason_en"]
        == "1 subsidised job, SEK 30,000, is contradicted by other registers: 1 was already employed by the employer."
    )
    told = {(row["register"], row["record_id"]): row["amount_ore"] for row in tables.evidence.to_pylist()}
    assert told == {
        **{("claims", f"out {m}"): 1_000_000 for m in (7, 8, 9)},
        **{("payroll", f"pay A p {m}"): 0 for m in (5, 6)},
        ("decisions", "decision"): 0,
    }


def test_what_was_decided_is_at_risk_while_nothing_was_paid(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, paid((5, 6)), current_claims=[]))
    assert hit["amount_low_ore"] == hit["amount_high_ore"] == 6 * 1_000_000


@pytest.mark.parametrize(("months", "flagged"), [((6,), 0), ((5, 6), 1), ((1, 2), 1)])
def test_two_months_of_earlier_pay_count(tmp_path: Path, months: tuple[int, ...], flagged: int) -> None:
    assert len(hits(found(tmp_path, paid(months)))) == flagged


@pytest.mark.parametrize(("start", "flagged"), [("2024-08-01", 1), ("2024-09-01", 0)])
def test_pay_counts_six_months_back(tmp_path: Path, start: str, flagged: int) -> None:
    tables = found(tmp_path, paid((2, 3)), decisions=[JOB | {"valid_from": day(start)}])
    assert len(hits(tables)) == flagged


def test_two_declarations_of_one_month_are_one_month(tmp_path: Path) -> None:
    assert hits(found(tmp_path, [*paid((6,)), *paid((6,), record_id="second", specification_no="2")])) == []


@pytest.mark.parametrize(
    "lawful", [{"ore": 0}, {"employer": "B"}, {"person": "q"}, {"links_exact": False}, {"is_withheld": True}]
)
def test_second_jobs_and_doubtful_declarations_are_not_flagged(tmp_path: Path, lawful: Row) -> None:
    assert hits(found(tmp_path, paid((4, 5, 6), **lawful))) == []


def test_one_exact_and_one_doubtful_month_are_not_two(tmp_path: Path) -> None:
    assert hits(found(tmp_path, [*paid((5,)), *paid((6,), links_exact=False)])) == []


def test_doubtful_decision_is_no_contradiction(tmp_path: Path) -> None:
    tables = found(tmp_path, paid((5, 6)), decisions=[JOB | {"links_exact": False}])
    assert hits(tables) == []
    assert [(test["subject_id"], test["observed"]) for test in tables.tests.to_pylist()] == [("A", 0)]


def test_renewal_of_a_subsidised_job_is_no_new_job(tmp_path: Path) -> None:
    earlier = JOB | {
        "decision_id": "d0",
        "record_id": "earlier",
        "valid_from": day("2024-01-01"),
        "valid_to": day("2024-06-30"),
    }
    assert hits(found(tmp_path, paid((2, 3, 4, 5, 6)), decisions=[earlier, JOB])) == []


def related(person: str = "o", **more: Any) -> list[Row]:
    return [
        {"from_id": person, "to_id": employer, "kind": "owner", "register": "roles"} | more for employer in ("A", "B")
    ]


def test_job_for_somebody_of_a_related_employer_is_contradicted(tmp_path: Path) -> None:
    staff = [row for n in range(4) for row in paid((4, 5, 6), "B", f"q{n}")]
    (hit,) = hits(found(tmp_path, [*paid((5, 6), "B"), *staff], links=related()))
    assert hit["reason_en"].endswith("1 was employed by a related organisation just before.")
    assert ("B", "related_organisation") in {(party["entity_id"], party["role"]) for party in hit["parties"]}


@pytest.mark.parametrize(("came", "flagged"), [(1, 1), (2, 0)])
def test_business_transfer_in_which_half_of_the_staff_came_along_is_not_flagged(
    tmp_path: Path, came: int, flagged: int
) -> None:
    staff = [row for n in range(3) for row in paid((4, 5, 6), "B", f"q{n}")]
    moved = [row for person in ("p", "q0")[:came] for row in paid((7, 8), "A", person)]  # of four people
    assert len(hits(found(tmp_path, [*paid((5, 6), "B"), *staff, *moved], links=related()))) == flagged


@pytest.mark.parametrize("links", [related(is_exact=False), related(kind="auditor"), []])
def test_employers_that_are_not_surely_related_are_not_flagged(tmp_path: Path, links: list[Row]) -> None:
    assert hits(found(tmp_path, paid((5, 6), "B"), links=links)) == []


def test_officer_of_many_relates_nobody(tmp_path: Path) -> None:
    hub = {"hub_id": "o", "kind": "person", "parties": 30, "why_sv": "-", "why_en": "-"}
    assert hits(found(tmp_path, paid((5, 6), "B"), links=related(), hubs=[hub])) == []


@pytest.mark.parametrize(
    "kind", ["owner", "beneficial_owner", "board_member", "chair", "managing_director", "signatory", "treasurer"]
)
def test_job_for_somebody_who_represents_the_employer_is_contradicted(tmp_path: Path, kind: str) -> None:
    tables = found(tmp_path, [], links=[MEMBER | {"kind": kind}])
    (hit,) = hits(tables)
    assert hit["reason_en"].endswith("1 represents or owns the employer.")
    assert ("roles", "role") in {(row["register"], row["record_id"]) for row in tables.evidence.to_pylist()}


@pytest.mark.parametrize(
    "lawful",
    [
        {"kind": "deputy"},
        {"kind": "auditor"},
        {"kind": "accountant"},
        {"is_exact": False},
        {"valid_to": day("2024-06-30")},
        {"valid_from": day("2025-01-01")},
        {"to_id": "B"},
    ],
)
def test_deputies_auditors_and_past_or_doubtful_roles_are_not_flagged(tmp_path: Path, lawful: Row) -> None:
    assert hits(found(tmp_path, [], links=[MEMBER | lawful])) == []


def test_only_what_was_paid_for_the_time_of_the_role_is_surely_at_risk(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, [], links=[MEMBER | {"valid_from": day("2024-09-01")}]))
    assert (hit["amount_low_ore"], hit["amount_high_ore"]) == (1_000_000, 3_000_000)


def test_declared_pay_below_half_of_the_approved_is_contradicted_month_by_month(tmp_path: Path) -> None:
    tables = found(tmp_path, paid((8, 9, 10), ore=1_249_999))
    (hit,) = hits(tables)
    assert hit["reason_en"].endswith("1 has a declared pay below the approved one.")
    assert (hit["amount_low_ore"], hit["amount_high_ore"]) == (2_000_000, 3_000_000)  # July was not underpaid
    assert sum(row["amount_ore"] for row in tables.evidence.to_pylist()) == 2_000_000


@pytest.mark.parametrize(
    ("months", "ore", "flagged"),
    [((8, 9), 0, 0), ((8, 9, 10), 0, 1), ((8, 9, 10), 1_250_000, 0), ((7, 8, 12), 0, 0)],
)
def test_three_whole_months_below_half_are_needed(
    tmp_path: Path, months: tuple[int, ...], ore: int, flagged: int
) -> None:
    assert len(hits(found(tmp_path, paid(months, ore=ore)))) == flagged


def test_pay_of_a_month_in_two_declarations_is_added_up(tmp_path: Path) -> None:
    halves = [
        *paid((8, 9, 10), ore=700_000),
        *(row | {"record_id": row["record_id"] + " b"} for row in paid((8, 9, 10), ore=700_000)),
    ]
    assert hits(found(tmp_path, halves)) == []


def test_decision_that_two_deliveries_hold_is_one_job(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, paid((5, 6)), decisions=[JOB, JOB | {"record_id": "second"}], current_claims=[]))
    assert (hit["observed"], hit["amount_low_ore"]) == (1, 6_000_000)


def test_subsidy_contradicted_for_two_reasons_is_counted_once(tmp_path: Path) -> None:
    tables = found(
        tmp_path,
        [*paid((5, 6)), *paid((8, 9, 10), ore=0)],
        links=[MEMBER, MEMBER | {"record_id": "role 2", "kind": "chair"}],
    )
    (hit,) = hits(tables)
    assert (hit["observed"], hit["amount_low_ore"]) == (1, 3_000_000)
    assert sum(row["amount_ore"] for row in tables.evidence.to_pylist()) == 3_000_000


def test_employer_with_many_subsidised_jobs_and_nothing_else_is_evaluated_with_nought(tmp_path: Path) -> None:
    jobs = [JOB | {"record_id": f"d{n}", "decision_id": f"d{n}", "person_id": f"p{n}"} for n in range(10)]
    tables = found(tmp_path, [row for n in range(10) for row in paid((7, 8, 9), person=f"p{n}")], decisions=jobs)
    assert hits(tables) == []
    assert [(test["subject_id"], test["observed"]) for test in tables.tests.to_pylist()] == [("A", 0)]


def test_decision_of_another_programme_is_not_read(tmp_path: Path) -> None:
    assert found(tmp_path, paid((5, 6)), decisions=[JOB | {"programme": "other"}]).tests.num_rows == 0
