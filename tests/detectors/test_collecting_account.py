from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.collecting_account import CollectingAccount
from tests.detectors.small_graph import day, instant, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
HELD = {"account_id": "K", "holder_id": "h"}
PAY = 100_000


def pay(payee: str, account: str = "K", holder: str = "h", times: int = 2, **more: Any) -> list[Row]:
    """Employer A pays somebody so many times on an account; the money lands with its holder."""
    return [
        {"record_id": f"{payee} {account} {n}", "paid_at": instant(f"2024-0{n}-25 08:00"), "day": day(f"2024-0{n}-25")}
        | {
            "from_id": "A",
            "to_id": holder,
            "named_payee_id": payee,
            "to_account_id": account,
            "amount_ore": PAY,
            "kind": "salary",
        }
        | more
        for n in range(1, times + 1)
    ]


def ordinary(count: int = 60) -> list[Row]:
    """People who are paid on accounts of their own."""
    return [row for n in range(count) for row in pay(f"x{n:02}", f"K{n:02}", f"x{n:02}")]


def found(tmp_path: Path, transfers: list[Row], **more: Any) -> HitTables:
    parameters = more.pop("parameters", {})
    rows = [*transfers, *ordinary()]
    people = sorted({row["named_payee_id"] for row in rows})
    facts = [
        {
            "entity_id": person,
            "kind": "organisation" if person.startswith("O-") else "person",
            "is_numbered": person != "n",
        }
        for person in people
    ]
    tables = {"accounts": [HELD], "entity_facts": facts} | more
    return screen(CollectingAccount(**parameters), small_graph(tmp_path, transfers=rows, **tables))


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def households(tables: HitTables, account: str = "K") -> float:
    (told,) = [test for test in tables.tests.to_pylist() if test["subject_id"] == account]
    return float(told["observed"])


def test_pay_of_several_households_on_one_account_is_flagged(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, [*pay("p"), *pay("q"), *pay("r")]))
    assert (hit["kind"], hit["subject_kind"], hit["subject_id"], hit["organisation_id"]) == (
        "rate",
        "account",
        "K",
        "A",
    )
    assert hit["observed"] == 3
    assert hit["expected"] == pytest.approx(3 / (60 + 3))  # the rule of three: no other account collects
    assert hit["q_value"] <= 0.05
    assert (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (0, 6 * PAY, 6 * PAY)
    assert (hit["period_from"], hit["period_to"]) == (day("2024-01-25"), day("2024-02-25"))
    parties = {(party["entity_id"], party["role"]) for party in hit["parties"]}
    assert parties == {("p", "payee"), ("q", "payee"), ("r", "payee"), ("h", "holder"), ("A", "payer")}
    assert hit["reason_sv"] == (
        "Lön eller ersättning till 3 personer i 3 andra hushåll än innehavarens, 6\u00a0000 kr, sattes in på ett och samma konto "
        "(60 andra konton jämförda)."
    )
    assert hit["reason_en"] == (
        "Pay or benefits of 3 people in 3 households other than the holder's, SEK 6,000, were credited to one account "
        "(60 other accounts compared)."
    )


def test_evidence_is_each_credit_of_another_with_its_amount(tmp_path: Path) -> None:
    tables = found(tmp_path, [*pay("p"), *pay("q"), *pay("r"), *pay("h")])
    told = {row["record_id"]: row["amount_ore"] for row in tables.evidence.to_pylist()}
    assert told == {f"{payee} K {n}": PAY for payee in "pqr" for n in (1, 2)}
    assert sum(told.values()) == hits(tables)[0]["amount_likely_ore"]


@pytest.mark.parametrize(("payees", "flagged"), [("pq", 0), ("pqr", 1)])
def test_three_further_households_are_needed(tmp_path: Path, payees: str, flagged: int) -> None:
    tables = found(tmp_path, [row for payee in payees for row in pay(payee)])
    assert len(hits(tables)) == flagged
    assert households(tables) == len(payees)


@pytest.mark.parametrize(("times", "counted"), [(1, 2), (2, 3)])
def test_a_single_mistyped_account_number_is_not_counted(tmp_path: Path, times: int, counted: int) -> None:
    assert households(found(tmp_path, [*pay("p"), *pay("q"), *pay("r", times=times)])) == counted


@pytest.mark.parametrize("kind", ["household", "family", "shared_address"])
@pytest.mark.parametrize("ends", [("p", "h"), ("h", "p")])
def test_the_holders_household_is_not_counted(tmp_path: Path, kind: str, ends: tuple[str, str]) -> None:
    home = {"from_id": ends[0], "to_id": ends[1], "kind": kind, "register": "relations"}
    assert households(found(tmp_path, [*pay("p"), *pay("q"), *pay("r")], links=[home, home])) == 2


def test_people_who_live_together_are_one_household(tmp_path: Path) -> None:
    homes = [
        {"from_id": a, "to_id": b, "kind": "household", "register": "relations"}
        for a, b in (("p", "q"), ("q", "r"), ("p", "r"))
    ]
    assert households(found(tmp_path, [*pay("p"), *pay("q"), *pay("r")], links=homes)) == 1


def test_holder_of_a_joint_account_is_paid_on_an_account_of_their_own(tmp_path: Path) -> None:
    joint = [HELD, HELD | {"holder_id": "p"}]
    tables = found(tmp_path, [*pay("p", holder="p"), *pay("q"), *pay("r")], accounts=joint)
    assert households(tables) == 2


def test_wards_on_their_guardians_account_are_not_counted(tmp_path: Path) -> None:
    guardian = [{"person_id": "h", "other_id": ward, "kind": "guardian"} for ward in "pqr"]
    assert households(found(tmp_path, [*pay("p"), *pay("q"), *pay("r")], relations=guardian)) == 0


@pytest.mark.parametrize("kind", ["guardian", "client_funds", "payroll_bureau", "group"])
def test_accounts_set_apart_are_not_flagged(tmp_path: Path, kind: str) -> None:
    assert households(found(tmp_path, [*pay("p"), *pay("q"), *pay("r")], accounts=[HELD | {"kind": kind}])) == 0


def test_who_is_named_without_a_number_may_be_one_of_the_others(tmp_path: Path) -> None:
    assert households(found(tmp_path, [*pay("p"), *pay("q"), *pay("n")])) == 2


@pytest.mark.parametrize(
    "licence",
    [
        {"permits": [{"organisation_id": "h", "kind": "placement"}]},
        {"contracts": [{"organisation_id": "h", "programme": "placement"}]},
    ],
)
def test_account_of_a_home_or_shelter_is_not_flagged(tmp_path: Path, licence: dict[str, list[Row]]) -> None:
    assert households(found(tmp_path, [*pay("p"), *pay("q"), *pay("r")], **licence)) == 0


def test_hub_is_not_flagged(tmp_path: Path) -> None:
    hub = {"hub_id": "K", "kind": "account", "parties": 40, "why_sv": "-", "why_en": "-"}
    assert hits(found(tmp_path, [*pay("p"), *pay("q"), *pay("r")], hubs=[hub])) == []


@pytest.mark.parametrize("other", [{"kind": "supplier"}, {"kind": None}, {"named_payee_id": "O-x"}])
def test_suppliers_and_payments_to_organisations_are_not_counted(tmp_path: Path, other: Row) -> None:
    assert households(found(tmp_path, [*pay("p"), *pay("q"), *pay("r", **other)])) == 2


def test_account_that_many_unrelated_people_share_unregistered_is_counted_without_its_presumed_holder(
    tmp_path: Path,
) -> None:
    rows = [row for payee in "pqr" for row in pay(payee, holder=payee)]
    four = [*rows, *pay("s", holder="s", times=3)]
    tables = found(tmp_path, four, accounts=[])
    (hit,) = hits(tables)
    assert (hit["observed"], hit["amount_likely_ore"]) == (3, 6 * PAY)
    assert ("s", "holder") in {(party["entity_id"], party["role"]) for party in hit["parties"]}
    assert hits(found(tmp_path / "three", rows, accounts=[])) == []


def test_benefits_count_and_their_payer_is_not_whose_case_it_is(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, [row for payee in "pqr" for row in pay(payee, kind="public", from_id="F")]))
    assert hit["organisation_id"] is None


def test_case_belongs_to_the_employer_that_paid_most_and_to_no_hub(tmp_path: Path) -> None:
    rows = [*pay("p"), *pay("q"), *pay("r", from_id="B", amount_ore=9 * PAY)]
    (hit,) = hits(found(tmp_path, rows))
    assert hit["organisation_id"] == "B"
    bureau = {"hub_id": "B", "kind": "organisation", "parties": 40, "why_sv": "-", "why_en": "-"}
    (hit,) = hits(found(tmp_path / "hub", rows, hubs=[bureau]))
    assert hit["organisation_id"] == "A"


def test_every_account_credited_with_pay_is_evaluated(tmp_path: Path) -> None:
    tables = found(tmp_path, pay("h"))
    assert tables.tests.num_rows == 61
    assert hits(tables) == []
    assert households(tables) == 0


def test_parameters_move_the_thresholds(tmp_path: Path) -> None:
    assert (
        len(hits(found(tmp_path, [*pay("p"), *pay("q"), *ordinary(200)[120:]], parameters={"fewest_households": 2})))
        == 1
    )
    assert households(found(tmp_path / "once", pay("p", times=1), parameters={"fewest_payments": 1})) == 1
