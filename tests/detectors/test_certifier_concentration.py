from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.certifier_concentration import CertifierConcentration
from tests.detectors.small_graph import day, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
CERTIFIERS = 12


def decision(provider: str, user: str, certifier: str | None = "c", **more: Any) -> Row:
    """30 hours a week granted to a user on a doctor's certificate, of which 10 had been granted before."""
    return {
        "record_id": f"{provider} {user}",
        "decision_id": f"{provider} {user}",
        "payer": "forsakringskassan",
        "programme": "assistance",
        "organisation_id": provider,
        "person_id": user,
        "certifier_id": certifier,
        "certifier_kind": "doctor",
        "granted_from": day("2024-02-01"),
        "granted_per": "week",
        "minutes_before": 600,
        "granted_minutes": 1_800,
    } | more


def reviewed(provider: str, user: str, *, left: int = 600, **more: Any) -> Row:
    """A decision of which a review left 10 of 30 hours from July on, because the facts were not as stated."""
    said = {"minutes_after_review": left, "reviewed_on": day("2024-07-01"), "review_ground": "wrong_facts"}
    return decision(provider, user) | said | more


def paid(provider: str, user: str, first: str = "2024-03-01", last: str = "2024-03-31", amount_ore: int = 3_000_000) -> Row:  # fmt: skip
    return {
        "record_id": f"{provider} {user} {first}",
        "claim_id": f"{provider} {user} {first}",
        "payer": "forsakringskassan",
        "programme": "assistance",
        "organisation_id": provider,
        "person_id": user,
        "period_from": day(first),
        "period_to": day(last),
        "amount_ore": amount_ore,
    }


def ordinary(providers: int = 20, users: int = 12) -> list[Row]:
    """Providers whose users have the certificates of twelve doctors, each in turn with one of them twice."""
    return [
        decision(f"B{p:02}", f"{p} {n}", f"d{(n if n else p) % CERTIFIERS}")
        for p in range(providers)
        for n in range(users)
    ]


def concentrated(count: int, users: int = 12) -> list[Row]:
    """Provider A, so many of whose users one doctor certifies who certifies for the users of others too."""
    return [decision("A", f"a {n}", "d1" if n < count else f"d{n % CERTIFIERS}") for n in range(users)]


def found(tmp_path: Path, decisions: list[Row], claims: list[Row] | None = None, **parameters: int) -> HitTables:
    graph = small_graph(tmp_path, assessments=decisions, current_claims=claims or [])
    return screen(CertifierConcentration(**parameters), graph)


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def test_one_certifier_of_most_users_of_one_provider_is_a_rate(tmp_path: Path) -> None:
    decisions = [*ordinary(), *concentrated(10)]
    claims = [paid("A", f"a {n}") for n in range(12)]
    tables = found(tmp_path, decisions, claims)
    (hit,) = hits(tables)
    assert (hit["kind"], hit["subject_id"], hit["payer"], hit["programme"]) == ("rate", "A", "forsakringskassan", "assistance")  # fmt: skip
    assert hit["observed"] == 10
    assert hit["expected"] == pytest.approx(1.0, abs=0.3)
    assert hit["amount_low_ore"] == 0
    # of ten users' hours two thirds were added, less what is expected
    assert hit["amount_likely_ore"] == pytest.approx(10 * 2_000_000 * (1 - hit["expected"] / 10), abs=2)
    assert hit["amount_high_ore"] == 12 * 3_000_000
    assert [(party["entity_id"], party["role"]) for party in hit["parties"]] == [("d1", "certifier")]
    assert "10 of 12 users have certificates of one and the same person" in hit["reason_en"]
    assert {row["register"] for row in tables.evidence.to_pylist()} == {"assessments"}
    assert tables.evidence.num_rows == 10


def test_provider_whose_users_have_many_certifiers_is_not_flagged(tmp_path: Path) -> None:
    tables = found(tmp_path, [*ordinary(), *concentrated(2)])
    assert hits(tables) == []
    assert len([test for test in tables.tests.to_pylist() if test["p_value"] is not None]) == 21


@pytest.mark.parametrize(("fewest", "flagged"), [(10, 1), (11, 0)])
def test_so_many_users_of_one_certifier_are_needed(tmp_path: Path, fewest: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, [*ordinary(), *concentrated(10)], fewest_certified=fewest))) == flagged


def test_the_only_one_of_a_profession_is_not_evaluable(tmp_path: Path) -> None:
    decisions = [
        row | {"certifier_id": "only", "certifier_kind": "psychologist"} for row in [*ordinary(), *concentrated(12)]
    ]
    tables = found(tmp_path, decisions)
    assert hits(tables) == []
    assert {test["not_evaluable"] for test in tables.tests.to_pylist()} == {
        "one person certifies for all in that profession"
    }


def test_certifier_of_a_large_part_everywhere_is_expected(tmp_path: Path) -> None:
    decisions = [row | ({"certifier_id": "large"} if int(row["person_id"].split()[1]) < 9 else {}) for row in [*ordinary(), *concentrated(0)]]  # fmt: skip
    assert hits(found(tmp_path, decisions)) == []


def test_the_only_provider_is_not_evaluable(tmp_path: Path) -> None:
    (test,) = found(tmp_path, concentrated(10)).tests.to_pylist()
    assert test["not_evaluable"] == "only 0 peers in forsakringskassan assistance doctor"


@pytest.mark.parametrize(("users", "why"), [(5, "fewer than 6 users"), (6, None)])
def test_provider_with_few_users_is_not_evaluable(tmp_path: Path, users: int, why: str | None) -> None:
    tables = found(tmp_path, [*ordinary(), *concentrated(2, users)])
    (test,) = [test for test in tables.tests.to_pylist() if test["subject_id"] == "A"]
    assert test["not_evaluable"] == why


def test_professions_are_compared_apart(tmp_path: Path) -> None:
    decisions = [*ordinary(), *(row | {"certifier_kind": "nurse"} for row in concentrated(10))]
    assert hits(found(tmp_path, decisions)) == []


def test_hours_that_reviews_removed_for_wrong_facts_contradict_the_certificates(tmp_path: Path) -> None:
    users = "pqr"
    claims = [
        *(paid("A", user, f"2024-{month:02}-01", f"2024-{month:02}-28") for user in users for month in (3, 4, 8)),
        paid("A", "other"),
    ]
    tables = found(tmp_path, [*(reviewed("A", user) for user in users), decision("A", "other", "x")], claims)
    (hit,) = hits(tables)
    assert (hit["kind"], hit["subject_id"], hit["observed"]) == ("contradiction", "A", 3)
    # two thirds of the claims of March and April; those of August are after the review
    assert hit["amount_low_ore"] == hit["amount_likely_ore"] == 6 * 2_000_000
    assert hit["amount_high_ore"] == 10 * 3_000_000
    assert (hit["period_from"], hit["period_to"]) == (day("2024-02-01"), day("2024-07-01"))
    assert hit["reason_en"] == (
        "The hours of 3 users rest on certificates of one person that are contradicted by the payer's reviews: these removed 67 per cent of the hours because "
        "the facts were not as stated (at least 40 per cent each). SEK 120,000 was paid for those hours before the review."
    )
    by_register = [row["register"] for row in tables.evidence.to_pylist()]
    assert (by_register.count("claims"), by_register.count("assessments")) == (6, 3)


@pytest.mark.parametrize(("users", "flagged"), [("pq", 0), ("pqr", 1)])
def test_three_users_of_one_certifier_are_needed(tmp_path: Path, users: str, flagged: int) -> None:
    assert len(hits(found(tmp_path, [reviewed("A", user) for user in users]))) == flagged


def test_three_users_of_three_certifiers_are_not(tmp_path: Path) -> None:
    assert hits(found(tmp_path, [reviewed("A", user, certifier_id=user.upper()) for user in "pqr"])) == []


def test_three_users_of_three_providers_are_not(tmp_path: Path) -> None:
    assert hits(found(tmp_path, [reviewed(user.upper(), user) for user in "pqr"])) == []


@pytest.mark.parametrize(("left", "flagged"), [(1_081, 0), (1_080, 1)])
def test_two_fifths_of_the_hours_must_be_removed(tmp_path: Path, left: int, flagged: int) -> None:
    assert len(hits(found(tmp_path, [reviewed("A", user, left=left) for user in "pqr"]))) == flagged


@pytest.mark.parametrize("ground", ["changed_need", "changed_practice", None])
def test_recovery_and_other_practice_contradict_nothing(tmp_path: Path, ground: str | None) -> None:
    assert hits(found(tmp_path, [reviewed("A", user, review_ground=ground) for user in "pqr"])) == []


@pytest.mark.parametrize("doubt", [{"links_exact": False}, {"is_withheld": True}, {"certifier_id": None}])
def test_doubtful_and_withheld_rows_contradict_nothing(tmp_path: Path, doubt: Row) -> None:
    assert hits(found(tmp_path, [reviewed("A", user) | doubt for user in "pqr"])) == []


def test_a_row_delivered_twice_counts_once(tmp_path: Path) -> None:
    rows = [reviewed("A", user) for user in "pq"]
    assert hits(found(tmp_path, [*rows, *(row | {"record_id": f"{row['record_id']} again"} for row in rows)])) == []
