"""What can be recovered and how sure it is, a krona once, with the plain baselines beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.model import CASES
from follow_money.triage.owner import EITHER_ROLE
from follow_money.triage.ranking import BESIDE
from tests.detectors.small_graph import day
from tests.triage.small_cases import evidence, hit, ranked

if TYPE_CHECKING:
    from pathlib import Path


def test_case_with_more_at_risk_comes_first(tmp_path: Path) -> None:
    cases = ranked(
        tmp_path,
        [hit("1", "A"), hit("2", "B", amount_low_ore=90_000, amount_likely_ore=90_000, amount_high_ore=95_000)],
    )
    assert [(case["rank"], case["organisation_id"]) for case in cases] == [(1, "B"), (2, "A")]
    first = cases[0]
    assert (first["amount_low_ore"], first["amount_likely_ore"], first["amount_high_ore"]) == (90_000, 90_000, 95_000)
    assert (first["hits"], first["contradictions"], first["sureness"]) == (1, 1, pytest.approx(0.8))
    assert first["priority"] == pytest.approx(0.8 * 900)
    assert (first["reason_sv"], first["reason_en"]) == ("skäl 2", "reason 2")
    assert set(first) == set(CASES.names)


def test_sure_finding_comes_before_a_larger_doubtful_one(tmp_path: Path) -> None:
    rate = hit("1", "A", kind="rate", amount_low_ore=0, amount_likely_ore=30_000, amount_high_ore=30_000)
    cases = ranked(tmp_path, [rate, hit("2", "B")])
    assert [case["organisation_id"] for case in cases] == ["B", "A"]
    assert [case["contradictions"] for case in cases] == [1, 0]


def test_sureness_grows_with_detectors_that_agree_and_not_with_their_hits(tmp_path: Path) -> None:
    one, two, three = (hit(str(n), "A", kind="rate") for n in (1, 2, 3))
    (case,) = ranked(tmp_path, [one, two, three | {"detector": "salary_return", "kind": "flow"}])
    assert case["sureness"] == pytest.approx(1 - 0.75 * 0.3)
    assert case["detectors"] == ["overlapping_shifts", "salary_return"]


def test_row_in_two_hits_counts_once_by_its_largest_amount(tmp_path: Path) -> None:
    hits = [hit("1", "A", amount_low_ore=7_000), hit("2", "A", amount_low_ore=10_000)]
    rows = [evidence("1", "r", 4_000), evidence("1", "s", 3_000), evidence("2", "r", 10_000)]
    (case,) = ranked(tmp_path, hits, rows)
    assert case["amount_low_ore"] == 13_000


def test_registers_that_tell_of_the_same_money_are_not_added_up(tmp_path: Path) -> None:
    hits = [hit("1", "A", amount_low_ore=9_000), hit("2", "A", amount_low_ore=9_000)]
    rows = [evidence("1", "shift", 8_000, "time_reports"), evidence("2", "claim", 9_000)]
    (case,) = ranked(tmp_path, hits, rows)
    assert case["amount_low_ore"] == 9_000


def test_row_that_two_organisations_of_a_case_share_counts_once(tmp_path: Path) -> None:
    hits = [hit("1", "A", [("o", "owner_side")]), hit("2", "B", [("o", "owner_side")])]
    rows = [evidence("1", "r", 10_000, "payments"), evidence("2", "r", 10_000, "payments")]
    (case,) = ranked(tmp_path, hits, rows)
    assert case["amount_low_ore"] == 10_000
    assert case["organisation_ids"] == ["A", "B"]


def test_rows_against_and_rows_of_rates_are_not_surely_at_risk(tmp_path: Path) -> None:
    hits = [
        hit("1", "A"),
        hit("2", "A", kind="rate", amount_low_ore=0, amount_likely_ore=50_000, amount_high_ore=60_000),
    ]
    rows = [evidence("1", "r", 10_000), evidence("1", "s", 5_000, role="against"), evidence("2", "t", 50_000)]
    (case,) = ranked(tmp_path, hits, rows)
    assert (case["amount_low_ore"], case["amount_likely_ore"], case["amount_high_ore"]) == (10_000, 50_000, 60_000)


def claim(organisation: str, ore: int) -> dict[str, object]:
    told = {"claim_id": "k", "organisation_id": organisation, "programme": "home_care", "amount_ore": ore}
    return told | {"period_from": day("2024-01-01"), "period_to": day("2024-01-31")}


def test_ranks_of_the_plain_baselines_stand_beside(tmp_path: Path) -> None:
    large: dict[str, Any] = {"amount_low_ore": 90_000, "amount_likely_ore": 90_000, "amount_high_ore": 90_000}
    hits = [hit("1", "A", **large), hit("2", "B"), hit("3", "B"), hit("4", "C")]
    invoice = {"supplier_id": "C", "net_ore": 500, "booked_on": day("2024-01-01")}
    cases = ranked(
        tmp_path, hits, current_claims=[claim("A", 10), claim("B", 100), claim("B", 100)], invoices=[invoice]
    )
    told = {
        case["organisation_id"]: (case["rank"], case["rank_by_paid"], case["rank_by_hits"], case["paid_ore"])
        for case in cases
    }
    assert told["A"][:3] == (1, 3, told["A"][2])
    assert {name: row[1] for name, row in told.items()} == {"C": 1, "B": 2, "A": 3}
    assert told["B"][2] == 1
    assert sorted(row[2] for row in told.values()) == [1, 2, 3]
    assert {name: row[3] for name, row in told.items()} == {"A": 10, "B": 200, "C": 500}


def test_cases_with_and_without_an_organisation_stand_in_one_queue(tmp_path: Path) -> None:
    account = hit("2", None, subject_id="K", subject_kind="account", payer=None, programme=None)
    cases = ranked(tmp_path, [hit("1", "A"), account])
    assert {case["organisation_id"] for case in cases} == {"A", None}
    assert {tuple(case["organisation_ids"]) for case in cases} == {("A",), ()}
    assert {tuple(case["payers"]) for case in cases} == {("kommun",), ()}
    assert {case["split_from"] for case in cases} == {None}


def test_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    hits = [hit(str(n), "ABC"[n % 3], detector=f"d{n % 2}", kind=("rate", "flow")[n % 2]) for n in range(9)]
    rows = [evidence(row["hit_id"], f"r{n % 4}", 1_000 * n) for n, row in enumerate(hits)]
    assert ranked(tmp_path, hits, rows) == ranked(tmp_path, hits[::-1], rows[::-1])


def test_case_id_is_that_of_its_organisations_whatever_was_found(tmp_path: Path) -> None:
    (once,) = ranked(tmp_path, [hit("1", "A")])
    (again,) = ranked(tmp_path, [hit("2", "A", observed=5.0), hit("3", "A")])
    assert once["case_id"] == again["case_id"]
    assert once["case_id"].startswith("C-")


def test_no_hits_make_an_empty_queue(tmp_path: Path) -> None:
    assert ranked(tmp_path, []) == []


def test_case_about_two_organisations_names_both_and_charges_neither(tmp_path: Path) -> None:
    sides = [(side, EITHER_ROLE) for side in "BA"]
    about_both = hit("1", None, sides, subject_id="G1", subject_kind="group", amount_low_ore=0, amount_likely_ore=500)
    (case,) = ranked(tmp_path, [about_both], [evidence("1", "r", 500), evidence("1", "s", 700)])
    assert case["organisation_ids"] == ["A", "B"]
    assert case["organisation_id"] == "A"
    assert (case["amount_low_ore"], case["amount_likely_ore"]) == (0, 500)


def test_case_of_one_organisation_does_not_name_the_other_of_a_pair(tmp_path: Path) -> None:
    sides = [(side, EITHER_ROLE) for side in "AB"]
    about_both = hit("2", None, sides, subject_id="G2", subject_kind="group", amount_low_ore=0)
    (case,) = ranked(tmp_path, [hit("1", "A"), about_both])
    assert case["organisation_ids"] == ["A"]
    assert case["hits"] == 2


def test_money_of_the_same_months_weighs_beside_what_is_contradicted(tmp_path: Path) -> None:
    hits = [hit("1", "A", period_to=day("2024-02-29")), hit("2", "B")]
    inside = [claim("A", 60_000), claim("A", 50_000) | {"period_from": day("2024-02-01")}]
    outside = [claim("A", 7_000) | {"period_from": day("2024-03-01")}, claim("A", 9_000) | {"programme": "assistance"}]
    cases = ranked(tmp_path, hits, current_claims=[*inside, *outside, claim("B", 10_000)])
    assert [(case["organisation_id"], case["exposed_ore"]) for case in cases] == [("A", 110_000), ("B", 10_000)]
    assert cases[0]["priority"] == pytest.approx(0.8 * (100 + BESIDE * 1_000))
    assert cases[1]["priority"] == pytest.approx(0.8 * 100)


def test_what_was_paid_in_and_for_the_months_is_the_most_that_is_at_risk(tmp_path: Path) -> None:
    for_the_month = claim("A", 60_000) | {"paid_on": day("2024-03-20")}
    in_the_month = claim("A", 9_000) | {"period_from": day("2023-12-01"), "paid_on": day("2024-01-20")}
    neither = claim("A", 5_000) | {"period_from": day("2023-11-01"), "paid_on": day("2023-12-20")}
    cases = ranked(tmp_path, [hit("1", "A"), hit("2", "B")], current_claims=[for_the_month, in_the_month, neither])
    assert [(case["organisation_id"], case["amount_high_ore"]) for case in cases] == [("A", 69_000), ("B", 10_000)]


def test_other_invoices_of_a_supplier_weigh_nothing(tmp_path: Path) -> None:
    invoice = {"supplier_id": "A", "net_ore": 900_000, "booked_on": day("2024-01-20"), "paid_on": day("2024-01-30")}
    (case,) = ranked(tmp_path, [hit("1", "A", programme=None)], invoices=[invoice], current_claims=[claim("A", 30_000)])
    assert (case["paid_ore"], case["exposed_ore"], case["amount_high_ore"]) == (930_000, 30_000, 30_000)


def test_months_of_a_rate_do_not_weigh(tmp_path: Path) -> None:
    rate = hit("1", "A", kind="rate", amount_low_ore=0)
    (case,) = ranked(tmp_path, [rate], current_claims=[claim("A", 500_000)])
    assert case["exposed_ore"] == 0
    assert case["priority"] == pytest.approx(0.25 * 100)
