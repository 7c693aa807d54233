"""By which payments money leaves a trail, and as what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.engine import Engine
from follow_money.graph.flows.exit_classes import (
    CASH_HANDLER_FROM,
    COLLECTS_FROM,
    EXIT_WORDS,
    LETS_TO_FROM,
    ExitClass,
    exit_classes,
)
from follow_money.graph.flows.transfer_flows import transfer_flows
from follow_money.graph.hubs import HUB_LIMITS
from tests.detectors.small_graph import day, instant, small_graph

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, Any]


def paid(n: int, payer: str, payee: str | None, kind: str | None = "transfer", ore: int = 100_00, **more: Any) -> Row:
    """Payment ``p<n>`` on the nth day of March 2024."""
    at = instant(f"2024-03-{n:02} 08:00")
    return {
        "record_id": f"p{n:02}", "paid_at": at, "day": at.date(), "from_id": payer, "to_id": payee, "named_payee_id": payee,
        "amount_ore": ore, "kind": kind,
    } | more  # fmt: skip


def fact(entity_id: str) -> Row:
    """Capitals are organisations, all others persons."""
    return {"entity_id": entity_id, "kind": "organisation" if entity_id[0].isupper() else "person"}


def classes(folder: Path, *transfers: Row, **tables: Any) -> dict[str, ExitClass]:
    """The class of each payment by id; those that are followed on are left out."""
    parties = {row[end] for row in transfers for end in ("from_id", "to_id") if row[end]}
    with Engine(threads=1) as engine:
        facts = [fact(entity) for entity in sorted(parties)]
        small_graph(folder, transfers=transfers, entity_facts=facts, **tables).attach(engine)
        store = transfer_flows(engine).store
        found = exit_classes(engine, store)
    return {
        name: ExitClass(int(value)) for name, value in zip(store.payment_ids.to_pylist(), found, strict=True) if value
    }


def pays_on(*nodes: str) -> list[Row]:
    """A payment each, so that these nodes pay something and money does not leave the data with them."""
    return [paid(20 + place, node, "End", ore=1_00) for place, node in enumerate(nodes)]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"payee_country": "TR"}, ExitClass.ABROAD),
        ({"payee_country": "SE"}, None),
        ({"payee_country": "se "}, None),
        ({"kind": "cash"}, ExitClass.CASH),
        ({"kind": "tax"}, ExitClass.TAX),
        ({"kind": "supplier"}, None),
        ({"kind": "gift"}, None),
        ({"kind": None}, None),
    ],
)
def test_class_is_told_by_what_the_bank_calls_it_and_where_the_account_is(
    tmp_path: Path, more: Row, found: ExitClass | None
) -> None:
    assert classes(tmp_path, paid(1, "A", "B", **more), *pays_on("B")).get("p01") == found


def test_who_pays_nothing_in_the_data_is_where_money_left_them_and_that_is_not_cash(tmp_path: Path) -> None:
    assert classes(tmp_path, paid(1, "A", "B"), paid(2, "B", "C")) == {"p02": ExitClass.LEFT_THE_DATA}


# --- exchange offices ---


def entry(**more: Any) -> Row:
    return {
        "permit_id": "1", "organisation_id": "X", "kind": "currency_exchange", "status": "granted", "valid_from": day("2024-03-02"),
        "valid_to": day("2024-03-04"),
    } | more  # fmt: skip


def test_exchange_office_is_told_by_its_entry_on_the_day(tmp_path: Path) -> None:
    payments = [paid(n, "A", "X", "supplier") for n in range(1, 6)]
    found = classes(tmp_path, *payments, *pays_on("X"), permits=[entry()])
    office, lapsed = ExitClass.EXCHANGE_OFFICE, ExitClass.LAPSED_EXCHANGE_OFFICE
    assert [found[f"p0{n}"] for n in range(1, 6)] == [lapsed, office, office, office, lapsed]


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"status": "stayed"}, ExitClass.EXCHANGE_OFFICE),
        ({"status": "revoked"}, ExitClass.LAPSED_EXCHANGE_OFFICE),
        ({"status": "applied"}, None),
        ({"kind": "home_care"}, None),
        ({"valid_to": None}, ExitClass.EXCHANGE_OFFICE),
    ],
)
def test_application_is_no_permit_and_a_stayed_revocation_leaves_it_in_force(
    tmp_path: Path, more: Row, found: ExitClass | None
) -> None:
    told = classes(tmp_path, paid(10, "A", "X"), *pays_on("X"), permits=[entry(**more)])
    assert told.get("p10") == found


# --- cash, tax, public bodies ---


@pytest.mark.parametrize(("others", "is_exit"), [(CASH_HANDLER_FROM - 1, True), (CASH_HANDLER_FROM, False)])
def test_deposit_credited_by_who_handles_cash_for_many_is_no_exit(tmp_path: Path, others: int, is_exit: bool) -> None:
    withdrawals = [paid(n, f"w{n}", "H", "cash") for n in range(1, others + 1)]
    found = classes(tmp_path, *withdrawals, paid(19, "H", "B", "cash"), *pays_on("B"))
    assert ("p19" in found) == is_exit
    assert found["p01"] == ExitClass.CASH


def test_tax_to_a_private_company_is_no_tax(tmp_path: Path) -> None:
    forms = [{"organisation_id": "B", "legal_form": "AB"}, {"organisation_id": "T", "legal_form": "STAT"}]
    payments = (paid(1, "A", "B", "tax"), paid(2, "A", "T", "tax"), paid(3, "A", "p", "tax"), *pays_on("B", "T", "p"))
    found = classes(tmp_path, *payments, organisations=forms)
    assert found["p02"] == ExitClass.TAX
    assert {"p01", "p03"}.isdisjoint(found)


def test_body_that_pays_public_money_takes_it_back(tmp_path: Path) -> None:
    found = classes(tmp_path, paid(1, "F", "A", "public"), paid(2, "A", "F"))
    assert found == {"p02": ExitClass.PUBLIC}


def test_private_company_is_no_public_body_though_it_calls_its_payments_so(tmp_path: Path) -> None:
    forms = [{"organisation_id": "F", "legal_form": "AB"}, {"organisation_id": "K", "legal_form": "KOMMUN"}]
    payments = (paid(1, "F", "A", "public"), paid(2, "A", "F"), paid(3, "A", "K"), *pays_on("K"))
    found = classes(tmp_path, *payments, organisations=forms)
    assert "p02" not in found
    assert found["p03"] == ExitClass.PUBLIC


# --- owners ---

OWNER = {"from_id": "o", "to_id": "A", "kind": "owner", "register": "roles"}
SPOUSE = {"from_id": "o", "to_id": "q", "kind": "household", "register": "relations"}


def test_owners_and_who_lives_with_them_are_told_by_registered_role(tmp_path: Path) -> None:
    auditor = {"from_id": "r", "to_id": "A", "kind": "auditor", "register": "roles"}
    brother = {"from_id": "b", "to_id": "o", "kind": "family", "register": "relations"}
    payments = (paid(1, "A", "o"), paid(2, "A", "q", "salary"), paid(3, "A", "r"), paid(4, "A", "b"))
    found = classes(tmp_path, *payments, *pays_on("o", "q", "r", "b"), links=[OWNER, SPOUSE, auditor, brother])
    assert (found["p01"], found["p02"]) == (ExitClass.OWNERS, ExitClass.OWNERS)
    assert {"p03", "p04"}.isdisjoint(found)


def test_owner_counts_on_the_days_of_the_role_and_of_living_together(tmp_path: Path) -> None:
    owner = OWNER | {"valid_from": day("2024-03-02"), "valid_to": day("2024-03-05")}
    spouse = SPOUSE | {"valid_from": day("2024-03-04")}
    payments = [paid(n, "A", who, record_id=f"{who}{n}") for n in range(1, 7) for who in "oq"]
    found = classes(tmp_path, *payments, *pays_on("o", "q"), links=[owner, spouse])
    owners = sorted(name for name, each in found.items() if each == ExitClass.OWNERS)
    assert owners == ["o2", "o3", "o4", "o5", "q4", "q5"]


def test_declared_wage_of_an_owner_is_told_apart(tmp_path: Path) -> None:
    payments = (paid(1, "A", "o", "salary"), paid(2, "A", "o"), *pays_on("o"))
    found = classes(tmp_path, *payments, links=[OWNER], current_payroll=[earning("o")])
    assert (found["p01"], found["p02"]) == (ExitClass.OWNER_WAGES, ExitClass.OWNERS)


# --- wages ---


def earning(person: str = "e", month: str = "2024-03-01", **more: Any) -> Row:
    return {"organisation_id": "A", "person_id": person, "month": day(month), "cash_pay_ore": 130_00} | more


@pytest.mark.parametrize("kind", ["salary", None])
def test_declared_wage_is_an_exit_and_so_is_what_the_earner_spends_of_it(tmp_path: Path, kind: str | None) -> None:
    payments = (paid(1, "A", "e", kind), paid(2, "e", "Shop", ore=49_99), paid(3, "e", "H", "cash", ore=49_99))
    found = classes(tmp_path, *payments, *pays_on("Shop"), current_payroll=[earning()])
    assert [found.get(f"p0{n}") for n in (1, 2, 3)] == [ExitClass.WAGES] * 3


def test_half_a_wage_to_one_in_a_month_is_handed_on_and_the_wage_is_followed_with_it(tmp_path: Path) -> None:
    payments = (paid(1, "A", "e", "salary"), paid(2, "e", "c", ore=30_00), paid(3, "e", "c", ore=20_00))
    found = classes(tmp_path, *payments, *pays_on("c"), current_payroll=[earning()])
    assert {"p01", "p02", "p03"}.isdisjoint(found)


def test_wage_withdrawn_by_half_is_cash(tmp_path: Path) -> None:
    payments = (paid(1, "A", "e", "salary"), paid(2, "e", "H", "cash", ore=50_00))
    found = classes(tmp_path, *payments, current_payroll=[earning()])
    assert found == {"p02": ExitClass.CASH}


@pytest.mark.parametrize(
    ("month", "is_wage"),
    [("2024-01-01", False), ("2024-02-01", True), ("2024-03-01", True), ("2024-04-01", True), ("2024-05-01", False)],
)
def test_payroll_of_the_month_or_a_neighbouring_one_stands_behind_a_wage(
    tmp_path: Path, month: str, is_wage: bool
) -> None:
    payments = (paid(1, "A", "e", "salary"), *pays_on("e"))
    found = classes(tmp_path, *payments, current_payroll=[earning(month=month)])
    assert found.get("p01") == (ExitClass.WAGES if is_wage else None)


@pytest.mark.parametrize(
    "more", [{"organisation_id": "B"}, {"person_id": "f"}, {"cash_pay_ore": 0}, {"cash_pay_ore": 0, "f_tax_pay_ore": 0}]
)
def test_payroll_of_another_employer_or_person_or_of_nothing_stands_behind_no_wage(tmp_path: Path, more: Row) -> None:
    payments = (paid(1, "A", "e", "salary"), *pays_on("e", "B", "f"))
    assert "p01" not in classes(tmp_path, *payments, current_payroll=[earning(**more)])


def test_wage_paid_to_the_account_of_another_is_followed(tmp_path: Path) -> None:
    payments = (paid(1, "A", "c", "salary", named_payee_id="e"), *pays_on("c", "e"))
    assert "p01" not in classes(tmp_path, *payments, current_payroll=[earning(), earning("c")])


def test_wage_by_way_of_a_payroll_bureau_has_payroll_behind_it(tmp_path: Path) -> None:
    payments = (paid(1, "B", "e", "salary", from_account_id="k"), *pays_on("e", "A"))
    accounts = [{"account_id": "k", "holder_id": "B", "kind": "payroll_bureau"}]
    assert classes(tmp_path, *payments, current_payroll=[earning()], accounts=accounts)["p01"] == ExitClass.WAGES
    assert "p01" not in classes(tmp_path / "no", *payments, current_payroll=[earning()])


def test_wage_of_who_pays_the_owner_is_followed_to_the_owner(tmp_path: Path) -> None:
    payments = (paid(2, "A", "e", "salary"), paid(3, "e", "o", ore=1_00), *pays_on("o"))
    found = classes(tmp_path, *payments, links=[OWNER], current_payroll=[earning()])
    assert "p02" not in found
    assert found["p03"] == ExitClass.OWNERS


def test_wage_of_who_pays_a_collector_is_followed_through_the_collector(tmp_path: Path) -> None:
    payments = (paid(2, "A", "e", "salary"), paid(3, "e", "c"), paid(4, "c", "o"), *pays_on("o"))
    found = classes(tmp_path, *payments, links=[OWNER], current_payroll=[earning(), earning("c")])
    assert {"p02", "p03"}.isdisjoint(found)
    assert found["p04"] == ExitClass.OWNERS


@pytest.mark.parametrize("givers", [COLLECTS_FROM - 1, COLLECTS_FROM])
def test_small_gifts_of_several_employees_to_who_pays_the_owner_are_followed_with_their_wages(
    tmp_path: Path, givers: int
) -> None:
    wages = [paid(n, "A", f"e{n}", "salary") for n in range(1, givers + 1)]
    gifts = [paid(n + 5, f"e{n}", "G", "gift", ore=5_00) for n in range(1, givers + 1)]
    back = paid(15, "G", "o")
    declared = [earning(f"e{n}") for n in range(1, givers + 1)]
    found = classes(tmp_path, *wages, *gifts, back, *pays_on("o"), links=[OWNER], current_payroll=declared)
    is_followed = givers == COLLECTS_FROM
    assert [found.get(name) for name in ("p01", "p06")] == [None if is_followed else ExitClass.WAGES] * 2


@pytest.mark.parametrize("kind", ["rent", "loan", "supplier"])
def test_rent_and_the_like_to_the_employers_owner_is_the_earners_own_affair(tmp_path: Path, kind: str) -> None:
    payments = (paid(2, "A", "e", "salary"), paid(3, "e", "o", kind, ore=40_00), *pays_on("o"))
    found = classes(tmp_path, *payments, links=[OWNER], current_payroll=[earning()])
    assert (found["p02"], found["p03"]) == (ExitClass.WAGES, ExitClass.WAGES)


# --- rent and suppliers ---


def test_rent_ends_with_a_landlord_and_goes_on_through_a_company_with_few_tenants(tmp_path: Path) -> None:
    landlord = [paid(n, f"T{n}", "L", "rent") for n in range(1, LETS_TO_FROM + 1)]
    sublet = [paid(10, "A", "S", "rent"), paid(11, "A", "p", "rent"), paid(12, "A", "N", "rent")]
    found = classes(tmp_path, *landlord, *sublet, *pays_on("L", "S", "p"))
    assert all(found[f"p{n:02}"] == ExitClass.RENT for n in (1, 2, 3, 11, 12))
    assert "p10" not in found


@pytest.mark.parametrize("kind", [None, "payroll_bureau", "client_funds", "group"])
def test_organisation_that_many_trade_with_ends_a_trail_unless_it_keeps_others_money(
    tmp_path: Path, kind: str | None
) -> None:
    hub = {"hub_id": "S", "kind": "organisation", "parties": 200, "why_sv": "-", "why_en": "-"}
    accounts = [{"account_id": "k", "holder_id": "S", "kind": kind}] if kind else []
    told = classes(tmp_path, paid(1, "A", "S", "supplier"), *pays_on("S"), hubs=[hub], accounts=accounts)
    assert told.get("p01") == (None if kind else ExitClass.SUPPLIER)


@pytest.mark.parametrize("more", [0, 1])
def test_organisation_that_more_pay_than_make_a_hub_is_a_supplier_but_takes_gifts_on(tmp_path: Path, more: int) -> None:
    customers = [
        paid(1, f"c{n}", "S", "other", record_id=f"c{n}") for n in range(HUB_LIMITS["organisation"] - 1 + more)
    ]
    found = classes(tmp_path, *customers, paid(2, "A", "S", "other"), paid(3, "A", "S", "gift"), *pays_on("S"))
    assert found.get("p02") == (ExitClass.SUPPLIER if more else None)
    assert "p03" not in found


def test_every_class_has_words_in_both_languages() -> None:
    assert {language: set(words) for language, words in EXIT_WORDS.items()} == {
        "sv": set(ExitClass),
        "en": set(ExitClass),
    }
    assert "kontant" not in EXIT_WORDS["sv"][ExitClass.LEFT_THE_DATA]
