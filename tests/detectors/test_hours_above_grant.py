from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.hours_above_grant import HoursAboveGrant
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
LAST = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30}


def grant(**more: Any) -> Row:
    """100 hours a month for user u from 2024 on."""
    told = {
        "decision_id": "d",
        "person_id": "u",
        "programme": "assistance",
        "granted_minutes": 6_000,
        "granted_per": "month",
    }
    return told | {"record_id": "decision", "valid_from": day("2024-01-01")} | more


def bill(month: int, minutes: int, first: int = 1, last: int | None = None, **more: Any) -> Row:
    """What provider A billed for user u in a month of 2024, 1 krona a minute."""
    told = {"claim_id": f"k{month:02}{first:02}", "organisation_id": "A", "person_id": "u", "programme": "assistance"}
    period = {
        "period_from": day(f"2024-{month:02}-{first:02}"),
        "period_to": day(f"2024-{month:02}-{last or LAST[month]:02}"),
    }
    return (
        told
        | period
        | {"record_id": f"bill {month:02}{first:02}", "billed_minutes": minutes, "amount_ore": 100 * minutes}
        | more
    )


def found(tmp_path: Path, claims: list[Row], decisions: list[Row] | None = None, **parameters: int) -> HitTables:
    graph = small_graph(tmp_path, current_claims=claims, decisions=[grant()] if decisions is None else decisions)
    return screen(HoursAboveGrant(**parameters), graph)


def contradictions(tables: HitTables) -> list[Row]:
    return [hit for hit in tables.hits.to_pylist() if hit["kind"] == "contradiction"]


def settled(tables: HitTables) -> list[tuple[str, float, str | None]]:
    return [
        (test["subject_id"], test["observed"], test["not_evaluable"])
        for test in tables.tests.to_pylist()
        if test["unit"] == "settlement periods above the grant"
    ]


def test_a_month_billed_above_the_grant_is_contradicted_by_the_decision(tmp_path: Path) -> None:
    tables = found(tmp_path, [bill(1, 6_000), bill(2, 7_500), bill(3, 8_000)])
    (hit,) = contradictions(tables)
    assert (hit["subject_id"], hit["payer"], hit["programme"]) == ("A", "kommun", "assistance")
    assert (hit["observed"], hit["expected"]) == (15_500 / 60, 200)
    assert hit["amount_low_ore"] == hit["amount_likely_ore"] == 150_000 + 200_000
    assert hit["amount_high_ore"] == 750_000 + 800_000
    assert (hit["period_from"], hit["period_to"]) == (day("2024-02-01"), day("2024-03-31"))
    assert hit["reason_sv"] == (
        "58 h fakturerades utöver beslut, 3\u00a0500 kr: 2 avräkningsperioder för 1 brukare (tolerans 2 % och 3 h)."
    )
    assert hit["reason_en"] == (
        "58 h were billed above decisions, SEK 3,500: 2 settlement periods of 1 users (tolerance 2 % and 3 h)."
    )
    assert settled(tables) == [("A", 2, None)]


def test_evidence_is_each_bill_with_its_excess_and_the_decision(tmp_path: Path) -> None:
    tables = found(tmp_path, [bill(1, 6_000), bill(2, 7_500)])
    told = {(row["register"], row["record_id"], row["amount_ore"]) for row in tables.evidence.to_pylist()}
    assert told == {("claims", "bill 0201", 150_000), ("decisions", "decision", 0)}


@pytest.mark.parametrize(("granted", "billed", "flagged"), [(6_000, 6_180, 0), (6_000, 6_181, 1)])
def test_three_hours_above_are_rounding(tmp_path: Path, granted: int, billed: int, flagged: int) -> None:
    assert len(contradictions(found(tmp_path, [bill(1, billed)], [grant(granted_minutes=granted)]))) == flagged


@pytest.mark.parametrize(("billed", "flagged"), [(30_600, 0), (30_601, 1)])
def test_two_per_cent_above_are_rounding(tmp_path: Path, billed: int, flagged: int) -> None:
    assert len(contradictions(found(tmp_path, [bill(1, billed)], [grant(granted_minutes=30_000)]))) == flagged


def test_hours_moved_within_a_settlement_period_are_not_flagged(tmp_path: Path) -> None:
    six = [grant(settlement_months=6)]
    assert contradictions(found(tmp_path, [bill(1, 2_000), bill(2, 10_000)], six)) == []
    assert len(contradictions(found(tmp_path / "out", [bill(1, 2_000), bill(7, 10_000)], [grant()]))) == 1


def test_hours_of_a_month_without_a_bill_may_be_moved_too(tmp_path: Path) -> None:
    assert contradictions(found(tmp_path, [bill(2, 12_000)], [grant(settlement_months=2)])) == []
    assert len(contradictions(found(tmp_path / "above", [bill(2, 12_400)], [grant(settlement_months=2)]))) == 1


def test_hours_do_not_move_out_of_their_settlement_period(tmp_path: Path) -> None:
    two = [grant(settlement_months=2)]
    assert settled(found(tmp_path, [bill(1, 0), bill(2, 0), bill(3, 12_000)], two)) == [("A", 0, None)]
    assert settled(found(tmp_path / "out", [bill(1, 0), bill(2, 0), bill(3, 24_000)], two)) == [("A", 1, None)]


def test_settlement_periods_count_from_the_first_month_of_the_decision(tmp_path: Path) -> None:
    decision = [grant(valid_from=day("2024-02-01"), settlement_months=3)]  # February to April, May to July
    assert contradictions(found(tmp_path, [bill(4, 18_000)], decision)) == []
    assert contradictions(found(tmp_path / "next", [bill(4, 9_000), bill(5, 9_000)], decision)) == []
    assert len(contradictions(found(tmp_path / "above", [bill(4, 19_000), bill(5, 0)], decision))) == 1


def test_period_cut_off_at_the_edge_of_the_data_counts_its_unseen_months_as_unused(tmp_path: Path) -> None:
    assert contradictions(found(tmp_path, [bill(5, 12_000), bill(6, 12_000)], [grant(settlement_months=6)])) == []


def test_two_bills_for_the_halves_of_a_month_share_the_months_grant(tmp_path: Path) -> None:
    assert contradictions(found(tmp_path, [bill(1, 3_000, 1, 15), bill(1, 3_000, 16, 31)])) == []
    assert len(contradictions(found(tmp_path / "above", [bill(1, 3_300, 1, 15), bill(1, 3_300, 16, 31)]))) == 1


def test_two_decisions_in_force_grant_the_hours_together(tmp_path: Path) -> None:
    extra = grant(decision_id="e", record_id="extra", granted_minutes=2_000, valid_from=day("2024-03-01"))
    assert contradictions(found(tmp_path, [bill(3, 8_000)], [grant(), extra])) == []
    (hit,) = contradictions(found(tmp_path / "above", [bill(3, 9_000)], [grant(), extra]))
    assert (hit["observed"], hit["expected"], hit["amount_low_ore"]) == (150, 8_000 / 60, 100_000)


def test_a_decision_delivered_twice_grants_its_hours_once(tmp_path: Path) -> None:
    (hit,) = contradictions(found(tmp_path, [bill(1, 9_000)], [grant(), grant(record_id="again")]))
    assert hit["expected"] == 100


def test_decision_that_ends_within_the_month_grants_its_share(tmp_path: Path) -> None:
    half = [grant(valid_to=day("2024-04-15"))]
    assert contradictions(found(tmp_path, [bill(4, 3_180)], half)) == []
    (hit,) = contradictions(found(tmp_path / "above", [bill(4, 3_600)], half))
    assert (hit["expected"], hit["amount_low_ore"]) == (50, 60_000)


def test_hours_a_week_are_granted_by_the_day(tmp_path: Path) -> None:
    week = [grant(granted_minutes=1_400, granted_per="week")]  # 200 minutes a day, 6 200 in January
    assert contradictions(found(tmp_path, [bill(1, 6_380)], week)) == []
    assert len(contradictions(found(tmp_path / "above", [bill(1, 6_381)], week))) == 1


def test_an_hour_of_the_autumn_clock_change_is_not_flagged(tmp_path: Path) -> None:
    october = bill(9, 6_060) | {"period_from": day("2024-10-01"), "period_to": day("2024-10-31")}
    assert contradictions(found(tmp_path, [october])) == []


@pytest.mark.parametrize("doubt", ["claim", "decision"])
def test_doubtful_identity_links_are_no_contradiction(tmp_path: Path, doubt: str) -> None:
    claim = bill(1, 9_000, links_exact=doubt != "claim")
    tables = found(tmp_path, [claim], [grant(links_exact=doubt != "decision")])
    assert contradictions(tables) == []
    assert settled(tables) == [("A", 0, None)]


@pytest.mark.parametrize(
    "lawful", [{"is_withheld": True}, {"person_id": "v"}, {"payer": "forsakringskassan"}, {"programme": "home_care"}]
)
def test_withheld_bills_and_bills_without_a_decision_are_not_flagged(tmp_path: Path, lawful: Row) -> None:
    assert found(tmp_path, [bill(1, 9_000, **lawful)]).hits.num_rows == 0


def test_bills_of_several_providers_are_listed_as_not_evaluable(tmp_path: Path) -> None:
    tables = found(tmp_path, [bill(1, 5_000), bill(1, 4_000, organisation_id="B", record_id="other")])
    assert contradictions(tables) == []
    why = "above the grant only together with other providers: the bills do not tell whose hours are above"
    assert settled(tables) == [("A", 0, None), ("A", 1, why), ("B", 0, None), ("B", 1, why)]


def test_bills_of_several_providers_within_the_grant_are_evaluated(tmp_path: Path) -> None:
    tables = found(tmp_path, [bill(1, 3_000), bill(1, 3_000, organisation_id="B", record_id="other")])
    assert settled(tables) == [("A", 0, None), ("B", 0, None)]


def test_two_payers_of_one_programme_have_a_ceiling_each(tmp_path: Path) -> None:
    lss: Row = {"payer": "forsakringskassan"}
    tables = found(
        tmp_path,
        [bill(1, 6_000), bill(1, 9_000, record_id="fk", **lss)],
        [grant(), grant(record_id="d2", granted_minutes=3_000, **lss)],
    )
    (hit,) = contradictions(tables)
    assert (hit["payer"], hit["expected"], hit["amount_low_ore"]) == ("forsakringskassan", 50, 600_000)


def users(provider: str, full: int, months: int = 6, count: int = 8) -> tuple[list[Row], list[Row]]:
    """A provider with so many users and months, the first ``full`` user-months billed to the last hour and the others to nine tenths."""
    people = [f"{provider}{n}" for n in range(count)]
    grants = [grant(decision_id=f"d {person}", record_id=f"d {person}", person_id=person) for person in people]
    pairs = [(person, month) for person in people for month in range(1, months + 1)]
    bills = [
        bill(m, 5_940 if n < full else 5_400, organisation_id=provider, person_id=p, record_id=f"b {p} {m}")
        for n, (p, m) in enumerate(pairs)
    ]
    return grants, bills


def many(tmp_path: Path, *, full: int, peers: int = 10) -> HitTables:
    told = [users(f"P{n}", n % 4) for n in range(peers)] + [users("Z", full)]
    return found(tmp_path, [b for _, bills in told for b in bills], [g for grants, _ in told for g in grants])


def test_grants_used_to_the_last_hour_are_a_rate_against_peers_with_nothing_at_risk(tmp_path: Path) -> None:
    tables = many(tmp_path, full=48)
    (hit,) = tables.hits.to_pylist()
    assert (hit["kind"], hit["subject_id"], hit["observed"]) == ("rate", "Z", 8)
    assert (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (0, 0, 48 * 594_000)
    assert hit["q_value"] <= 0.05
    assert hit["reason_en"].startswith(
        "8 of 8 users use at least 99 % of the granted time in at least 25 % of the months ("
    )


def test_provider_whose_users_use_some_grants_fully_is_not_flagged(tmp_path: Path) -> None:
    tables = many(tmp_path, full=9)
    assert tables.hits.num_rows == 0
    rates = [test for test in tables.tests.to_pylist() if test["unit"] == "users of all hours"]
    assert {test["subject_id"]: test["observed"] for test in rates}["Z"] == 2


@pytest.mark.parametrize(("billed", "observed"), [(5_939, 0), (5_940, 1)])
def test_last_hour_is_from_99_per_cent(tmp_path: Path, billed: int, observed: int) -> None:
    (test,) = [t for t in found(tmp_path, [bill(1, billed)]).tests.to_pylist() if t["unit"] == "users of all hours"]
    assert (test["observed"], test["not_evaluable"]) == (observed, "fewer than 24 user-months")


@pytest.mark.parametrize(("count", "why"), [(23, "fewer than 24 user-months"), (24, "only 0 peers in assistance")])
def test_rate_needs_24_user_months(tmp_path: Path, count: int, why: str) -> None:
    grants, bills = users("A", 0, months=1, count=count)
    (test,) = [t for t in found(tmp_path, bills, grants).tests.to_pylist() if t["unit"] == "users of all hours"]
    assert test["not_evaluable"] == why


@pytest.mark.parametrize(("months", "count", "observed"), [(4, 6, 1), (5, 5, 0)])
def test_user_counts_from_a_quarter_of_the_months_on(tmp_path: Path, months: int, count: int, observed: int) -> None:
    grants, bills = users("A", 1, months=months, count=count)
    (test,) = [t for t in found(tmp_path, bills, grants).tests.to_pylist() if t["unit"] == "users of all hours"]
    assert test["observed"] == observed
