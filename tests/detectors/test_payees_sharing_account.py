from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.payees_sharing_account import PayeesSharingAccount
from follow_money.entities.number_signals import ONE_NUMBER, SUCCEEDED
from tests.detectors.small_graph import day, instant, screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

Row = dict[str, Any]
PAY = 100_000


def pay(payee: str, account: str = "K", holder: str = "h", months: range = range(1, 4), **more: Any) -> list[Row]:
    """An employer pays somebody month after month on an account; the money lands with its holder."""
    return [
        {
            "record_id": f"{payee} {account} {n}",
            "paid_at": instant(f"2024-0{n}-25 08:00"),
            "day": day(f"2024-0{n}-25"),
            "from_id": "A",
            "to_id": holder,
            "named_payee_id": payee,
            "to_account_id": account,
            "amount_ore": PAY,
            "kind": "salary",
        }
        | more
        for n in months
    ]


ORDINARY = [row for n in range(60) for row in pay(f"x{n:02}", f"K{n:02}", f"x{n:02}")]
THREE = [*pay("p"), *pay("q"), *pay("r")]


def phone(*people: str) -> list[Row]:
    """These have one telephone."""
    return [
        {"kind": "shared_phone", "via_id": "T", "from_id": a, "to_id": b, "register": "persons", "is_exact": False}
        for place, a in enumerate(people)
        for b in people[place + 1 :]
    ]


def found(tmp_path: Path, transfers: list[Row], **more: Any) -> HitTables:
    parameters = more.pop("parameters", {})
    rows = [*transfers, *ORDINARY]
    unnumbered = more.pop("unnumbered", ())
    facts = [
        {"entity_id": person, "kind": "person", "is_numbered": person not in unnumbered}
        for person in sorted({row["named_payee_id"] for row in rows})
    ]
    accounts = [
        {"account_id": account, "holder_id": holder}
        for account, holder in sorted({(row["to_account_id"], row["to_id"]) for row in rows})
    ]
    tables = {"accounts": accounts, "entity_facts": facts} | more
    return screen(PayeesSharingAccount(**parameters), small_graph(tmp_path, transfers=rows, **tables))


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def observed(tables: HitTables) -> list[float]:
    return [test["observed"] for test in tables.tests.to_pylist()]


def test_households_on_one_account_and_one_telephone_are_flagged(tmp_path: Path) -> None:
    tables = found(tmp_path, [*THREE, *pay("s")], links=phone("p", "q", "r"))
    (hit,) = hits(tables)
    assert (hit["kind"], hit["subject_kind"], hit["subject_id"], hit["organisation_id"]) == (
        "rate",
        "account",
        "K",
        None,
    )
    assert (hit["observed"], hit["expected"]) == (3, pytest.approx(1 + 4 * 2 / 63))
    assert (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (0, 9 * PAY, 12 * PAY)
    roles = {(party["entity_id"], party["role"]) for party in hit["parties"]}
    assert roles == {(person, "payee") for person in "pqrs"} | {("h", "holder"), ("A", "payer")}
    assert sum(row["amount_ore"] for row in tables.evidence.to_pylist()) == 12 * PAY
    assert (
        "Of 5 households with pay or benefits on the account, 3 also share a telephone or another account"
        in hit["reason_en"]
    )


def test_an_account_alone_is_not_flagged(tmp_path: Path) -> None:
    tables = found(tmp_path, THREE)
    assert hits(tables) == []
    assert observed(tables) == [1]


@pytest.mark.parametrize(("sharing", "flagged"), [("pq", 0), ("pqr", 1), ("hpq", 1)])
def test_three_households_are_needed_and_the_holder_is_one(tmp_path: Path, sharing: str, flagged: int) -> None:
    assert len(hits(found(tmp_path, THREE, links=phone(*sharing)))) == flagged


def test_those_who_move_from_one_account_to_another_together_are_flagged(tmp_path: Path) -> None:
    moved = [row for payee in "pqr" for row in pay(payee, "L", "i", range(4, 7))]
    assert {hit["subject_id"] for hit in hits(found(tmp_path, [*THREE, *moved]))} == {"K", "L"}


@pytest.mark.parametrize("kind", ["household", "family", "guardian", "shared_address"])
def test_those_who_are_near_are_one_household(tmp_path: Path, kind: str) -> None:
    tie = {"from_id": "p", "to_id": "q", "kind": kind, "register": "relations"}
    tables = found(tmp_path, THREE, links=[*phone("p", "q", "r"), tie])
    assert (hits(tables), observed(tables)) == ([], [2])


def test_a_number_that_was_replaced_is_one_person(tmp_path: Path) -> None:
    signal = {"signal": SUCCEEDED, "entity_id": "p", "other_id": "q", "observed": 2}
    tables = found(tmp_path, THREE, links=phone("p", "q", "r"), identity_signals=[signal])
    assert (hits(tables), observed(tables)) == ([], [2])


@pytest.mark.parametrize("kind", ["guardian", "client_funds", "payroll_bureau", "group"])
def test_accounts_set_apart_are_not_evaluated(tmp_path: Path, kind: str) -> None:
    accounts = [{"account_id": "K", "holder_id": "h", "kind": kind}]
    assert observed(found(tmp_path, THREE, links=phone("p", "q", "r"), accounts=accounts)) == []


@pytest.mark.parametrize(
    "licence",
    [
        {"permits": [{"organisation_id": "h", "kind": "placement"}]},
        {"contracts": [{"organisation_id": "h", "programme": "placement"}]},
    ],
)
def test_homes_and_shelters_are_not_evaluated(tmp_path: Path, licence: dict[str, list[Row]]) -> None:
    assert observed(found(tmp_path, THREE, links=phone("p", "q", "r"), **licence)) == []


@pytest.mark.parametrize(("times", "counted"), [(1, []), (2, [3])])
def test_a_single_payment_does_not_count(tmp_path: Path, times: int, counted: list[int]) -> None:
    rows = [row for payee in "pqr" for row in pay(payee, months=range(1, 1 + times))]
    assert observed(found(tmp_path, rows, links=phone("p", "q", "r"))) == counted


def test_who_is_named_without_a_number_may_be_one_of_the_others(tmp_path: Path) -> None:
    tables = found(tmp_path, THREE, links=phone("p", "q", "r"), unnumbered="r")
    assert (hits(tables), observed(tables)) == ([], [2])


def test_a_telephone_of_many_elsewhere_says_little(tmp_path: Path) -> None:
    many = phone("p", "q", "r", *(f"x{n:02}" for n in range(50)))
    assert hits(found(tmp_path, THREE, links=many)) == []


def test_too_few_payees_elsewhere_are_not_evaluable(tmp_path: Path) -> None:
    graph = small_graph(
        tmp_path,
        transfers=THREE,
        accounts=[{"account_id": "K", "holder_id": "h"}],
        links=phone("p", "q", "r"),
        entity_facts=[{"entity_id": person, "kind": "person", "is_numbered": True} for person in "pqr"],
    )
    tables = screen(PayeesSharingAccount(), graph)
    assert hits(tables) == []
    (test,) = tables.tests.to_pylist()
    assert test["not_evaluable"] == "fewer than 8 payees on other accounts"


SIGNAL = {"signal": ONE_NUMBER, "entity_id": "x00", "other_id": "b", "observed": 1}


def other(**more: Any) -> list[Row]:
    """Pay to b, who bears the number of x00, on the account of c."""
    return pay("b", "C", "c", **{"links_exact": False} | more)


def number_hits(tmp_path: Path, rows: list[Row], **more: Any) -> list[Row]:
    return hits(found(tmp_path, rows, **{"unnumbered": "b", "identity_signals": [SIGNAL]} | more))


def test_one_number_paid_to_two_people_is_contradicted(tmp_path: Path) -> None:
    tables = found(tmp_path, other(months=range(1, 6)), unnumbered="b", identity_signals=[SIGNAL])
    (hit,) = hits(tables)
    assert (hit["kind"], hit["subject_id"], hit["observed"], hit["p_value"]) == ("contradiction", "C", 3, None)
    assert (hit["amount_low_ore"], hit["amount_likely_ore"], hit["amount_high_ore"]) == (3 * PAY, 5 * PAY, 5 * PAY)
    roles = {(party["entity_id"], party["role"]) for party in hit["parties"]}
    assert roles == {("b", "payee"), ("c", "holder"), ("A", "payer"), ("x00", "number_holder")}
    amounts = {row["record_id"]: row["amount_ore"] for row in tables.evidence.to_pylist()}
    own = {f"x00 K00 {n}": 0 for n in range(1, 4)}
    assert amounts == own | {f"b C {n}": PAY if n < 4 else 0 for n in range(1, 6)}


@pytest.mark.parametrize(("months", "flagged"), [(2, 0), (3, 1)])
def test_so_many_months_are_asked_for(tmp_path: Path, months: int, flagged: int) -> None:
    assert len(number_hits(tmp_path, other(months=range(1, 1 + months)))) == flagged


def test_other_months_do_not_contradict(tmp_path: Path) -> None:
    assert number_hits(tmp_path, other(months=range(4, 8))) == []


@pytest.mark.parametrize(
    "lawful",
    [
        {"unnumbered": ""},  # b is known by a number of their own: a slip
        {"identity_signals": []},
        {"identity_signals": [SIGNAL | {"signal": SUCCEEDED}]},
        {"links": [{"from_id": "c", "to_id": "x00", "kind": "family", "register": "relations"}]},
        {"links": [{"from_id": "c", "to_id": "x00", "kind": "guardian", "register": "relations"}]},
    ],
)
def test_what_explains_it_is_not_flagged(tmp_path: Path, lawful: dict[str, Any]) -> None:
    assert number_hits(tmp_path, other(), **lawful) == []


def test_pay_on_the_account_of_the_numbers_holder_is_not_flagged(tmp_path: Path) -> None:
    assert number_hits(tmp_path, pay("b", "K00", "x00", links_exact=False)) == []


def test_parameters_move_the_thresholds(tmp_path: Path) -> None:
    two = {"links": phone("h", "p"), "parameters": {"fewest_households": 2}}
    assert len(hits(found(tmp_path / "two", pay("p"), **two))) == 1
    assert len(number_hits(tmp_path / "months", other(months=range(1, 3)), parameters={"fewest_months": 2})) == 1
    once = [row for payee in "pqr" for row in pay(payee, months=range(1, 2))]
    links = phone("p", "q", "r")
    assert len(hits(found(tmp_path / "once", once, links=links, parameters={"fewest_payments": 1}))) == 1
