from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.grant_without_members import GrantWithoutMembers
from tests.detectors.money_rows import pay, role
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
GRANT: Row = {"record_id": "grant", "organisation_id": "A", "grant_id": "1", "amount_ore": 10_000_000} | {
    "period_from": day("2024-01-01"),
    "period_to": day("2024-12-31"),
    "paid_on": day("2024-03-01"),
    "members_claimed": 100,
    "fee_ore": 20_000,
}
PUBLIC = pay("public", "S", "A", "2024-03-01 10:00", 100_000, kind="public")
LAST = pay("last", "Q", "R", "2025-01-15 10:00", 10)
SIGNATORY = role("s", "A", "signatory")


def fees(payers: int, kronor: float = 200) -> list[Row]:
    return [pay(f"fee {number}", f"m{number}", "A", "2024-05-02 10:00", kronor) for number in range(payers)]


def to(payee: str, kronor: float, at: str = "2024-03-05 10:00", **more: Any) -> Row:
    return pay(f"to {payee} {at}", "A", payee, at, kronor, **more)


RENT = to("L", 20_000, kind="rent")


def found(
    tmp_path: Path, *payments: Row, grants: list[Row] | None = None, links: list[Row] | None = None, **parameters: int
) -> HitTables:
    transfers = [PUBLIC, LAST, *payments]
    links = [SIGNATORY] if links is None else links
    parties = {row[side] for rows in (transfers, links) for row in rows for side in ("from_id", "to_id")}
    facts = [{"entity_id": each, "kind": "organisation" if each[0].isupper() else "person"} for each in sorted(parties)]
    graph = small_graph(
        tmp_path, transfers=transfers, association_grants=grants or [GRANT], links=links, entity_facts=facts
    )
    return screen(GrantWithoutMembers(**parameters), graph)


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_members_without_fees_and_money_on_to_the_signatory_are_contradicted(tmp_path: Path) -> None:
    tables = found(tmp_path, *fees(10), to("s", 80_000), RENT)
    (hit,) = hits(tables)
    assert (hit["subject_id"], hit["kind"], hit["programme"]) == ("A", "contradiction", "association_grant")
    # 10 of 100 paid: 90 % was granted for members who are not seen, 57 % at least, a third let off
    amounts = (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"])
    assert amounts == (5_700_000, 9_000_000, 10_000_000)
    assert "the money went on to its own officers" in hit["reason_en"]
    assert "no cost of premises" not in hit["reason_en"]
    told = {(row["register"], row["record_id"]) for row in tables.evidence.to_pylist()}
    assert told == {("association_grants", "grant"), ("payments", "to s 2024-03-05 10:00")}


@pytest.mark.parametrize(("payers", "flagged"), [(32, 1), (33, 0)])
def test_a_third_of_the_fees_is_enough(tmp_path: Path, payers: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, *fees(payers)))) == flagged


def test_waived_fees_with_premises_paid_are_not_flagged(tmp_path: Path) -> None:
    assert hits(found(tmp_path, *fees(5), RENT)) == []


@pytest.mark.parametrize(("kronor", "flagged"), [(4_999, 1), (5_000, 0)])
def test_five_per_cent_of_the_grant_for_activities_is_activity(tmp_path: Path, kronor: float, flagged: int) -> None:
    assert len(hits(found(tmp_path, *fees(5), to("L", kronor)))) == flagged


@pytest.mark.parametrize(("kronor", "flagged"), [(30_000, 1), (29_999, 0)])
def test_a_third_of_the_grant_to_its_own_officers_is_a_sign(tmp_path: Path, kronor: float, flagged: int) -> None:
    assert len(hits(found(tmp_path, *fees(5), RENT, to("s", kronor)))) == flagged


@pytest.mark.parametrize(("at", "flagged"), [("2024-04-30 10:00", 1), ("2024-05-01 10:00", 0)])
def test_only_money_within_60_days_of_the_grant_is_passed_on(tmp_path: Path, at: str, flagged: int) -> None:
    assert len(hits(found(tmp_path, *fees(5), RENT, to("s", 80_000, at)))) == flagged


@pytest.mark.parametrize(
    "tie", [role("s", "C"), {"from_id": "s", "to_id": "C", "kind": "household", "register": "relations"}]
)
def test_household_and_own_company_of_an_officer_count_as_officers(tmp_path: Path, tie: Row) -> None:
    assert len(hits(found(tmp_path, *fees(5), RENT, to("C", 80_000), links=[SIGNATORY, tie]))) == 1


def test_an_umbrella_body_that_hands_the_grant_on_is_not_flagged(tmp_path: Path) -> None:
    assert hits(found(tmp_path, *(to(other, 15_000) for other in "BCDEF"))) == []


@pytest.mark.parametrize("kind", ["supplier", "transfer", "cash"])
def test_fees_that_an_organisation_brings_in_count_whole(tmp_path: Path, kind: str) -> None:
    assert hits(found(tmp_path, pay("federation", "F", "A", "2024-06-01 10:00", 8_000, kind=kind))) == []


@pytest.mark.parametrize("kind", ["public", "loan"])
def test_public_money_and_loans_are_no_fees(tmp_path: Path, kind: str) -> None:
    assert len(hits(found(tmp_path, pay("more", "F", "A", "2024-06-01 10:00", 8_000, kind=kind)))) == 1


def test_one_person_pays_for_a_family_and_not_for_a_crowd(tmp_path: Path) -> None:
    assert len(hits(found(tmp_path, *fees(1, kronor=20_000)))) == 1


@pytest.mark.parametrize(
    "changed",
    [{"fee_ore": 0}, {"fee_ore": None}, {"members_claimed": None}, {"members_claimed": 19, "fee_ore": 200_000}],
)
def test_no_fee_or_few_members_is_nothing_to_compare_with(tmp_path: Path, changed: Row) -> None:
    assert hits(found(tmp_path, grants=[GRANT | changed])) == []


@pytest.mark.parametrize(("fee", "flagged"), [(5_000, 1), (4_999, 0)])
def test_a_shortfall_of_5000_kronor_counts(tmp_path: Path, fee: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, grants=[GRANT | {"fee_ore": fee}]))) == flagged


def test_a_period_that_is_not_over_and_an_account_that_is_not_seen_are_not_evaluable(tmp_path: Path) -> None:
    changes: dict[str, Row] = {"later": {"period_to": day("2025-02-01")}, "unseen": {"organisation_id": "Z"}}
    for name, grant in changes.items():
        tables = found(tmp_path / name, grants=[GRANT | grant])
        assert hits(tables) == []
        assert [test["not_evaluable"] is not None for test in tables.tests.to_pylist()] == [True]


def test_doubtful_identity_links_are_no_contradiction(tmp_path: Path) -> None:
    assert hits(found(tmp_path, grants=[GRANT | {"links_exact": False}])) == []


def test_a_signatory_behind_two_contradicted_associations_is_a_sign_and_a_treasurer_is_none(tmp_path: Path) -> None:
    other = GRANT | {"record_id": "grant B", "organisation_id": "B", "grant_id": "2"}
    payments = [RENT, pay("rent B", "B", "L", "2024-03-05 10:00", 20_000), PUBLIC | {"record_id": "p", "to_id": "B"}]
    for kind, flagged in (("signatory", 2), ("treasurer", 0)):
        links = [role("s", "A", kind), role("s", "B", kind)]
        assert len(hits(found(tmp_path / kind, *payments, grants=[GRANT, other], links=links))) == flagged
