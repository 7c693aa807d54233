from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from follow_money.detectors.exchange_exit import ExchangeExit
from tests.detectors.money_rows import Row, later, money_graph, pay, public
from tests.detectors.small_graph import day, screen

if TYPE_CHECKING:
    from pathlib import Path

    from follow_money.detectors.findings import HitTables

OFFICE = {"organisation_id": "X", "kind": "currency_exchange", "valid_from": day("2020-01-01"), "record_id": "entry"}


def found(tmp_path: Path, transfers: list[Row], *, permits: list[Row] | None = None, **more: Any) -> HitTables:
    parameters = more.pop("parameters", {})
    entries = [OFFICE] if permits is None else permits
    return screen(ExchangeExit(**parameters), money_graph(tmp_path, transfers, permits=entries, **more))


def exits(
    kronor: float = 50_000, *, payer: str = "P", payee: str = "X", hours: float = 24, count: int = 3, **more: Any
) -> list[Row]:
    """A sum leaves so many hours after each public payment."""
    return [
        pay(f"exit{month}", payer, payee, later(f"2024-{month:02}-10 08:00", hours), kronor, **more)
        for month in range(1, count + 1)
    ]


def by_front(kept: float = 0.95, wait: float = 20, **more: Any) -> list[Row]:
    """The sums go to F first, which pays them on."""
    onto = [
        pay(f"onto{month}", "P", "F", f"2024-{month:02}-10 20:00", int(50_000 / kept), kind="supplier")
        for month in (1, 2, 3)
    ]
    return [*onto, *exits(payer="F", hours=12 + wait, **more)]


def hits(tables: HitTables) -> list[Row]:
    rows: list[Row] = tables.hits.to_pylist()
    return rows


def observed(tables: HitTables, subject: str = "P") -> float:
    told = {row["subject_id"]: row["observed"] for row in tables.tests.to_pylist()}
    return float(told[subject])


def test_round_sums_to_an_exchange_office_after_public_money_are_a_flow(tmp_path: Path) -> None:
    tables = found(tmp_path, [*public(), *exits()])
    (hit,) = hits(tables)
    assert (hit["kind"], hit["subject_id"], hit["observed"]) == ("flow", "P", 3)
    assert (hit["period_from"], hit["period_to"]) == (day("2024-01-11"), day("2024-03-11"))
    assert hit["amount_low_ore"] == hit["amount_high_ore"] == 3 * 5_000_000
    assert {(party["entity_id"], party["role"]) for party in hit["parties"]} == {("X", "exit")}
    assert hit["reason_sv"] == (
        "3 belopp, de flesta jämna, 150\u00a0000 kr i allt, gick inom 7 dagar efter offentliga betalningar till växlingskontor. "
        "Av offentliga pengar lämnade så 150\u00a0000 kr."
    )
    assert hit["reason_en"] == (
        "3 sums, most of them round, SEK 150,000 in all, went to exchange offices within 7 days after public payments. "
        "Of public money SEK 150,000 left so."
    )
    told = {row["record_id"]: row for row in tables.evidence.to_pylist()}
    assert set(told) == {f"{way}{month}" for way in ("public P", "exit") for month in (1, 2, 3)}
    assert sum(row["amount_ore"] for row in told.values()) == hit["amount_low_ore"]


def test_large_withdrawals_of_cash_are_a_flow(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, [*public(), *exits(payee="K", kind="cash")], permits=[]))
    assert "gick inom 7 dagar efter offentliga betalningar ut som kontanter. " in hit["reason_sv"]


def test_sums_that_a_front_company_hands_on_are_a_flow_of_the_provider(tmp_path: Path) -> None:
    (hit,) = hits(found(tmp_path, [*public(), *by_front()]))
    assert hit["organisation_id"] == "P"
    assert ("F", "related_organisation") in {(party["entity_id"], party["role"]) for party in hit["parties"]}
    assert "to exchange offices by way of 1 other company within 7 days" in hit["reason_en"]


@pytest.mark.parametrize(("kept", "sums"), [(0.90, 3), (0.89, 0)])
def test_front_company_must_hand_on_nine_tenths(tmp_path: Path, kept: float, sums: int) -> None:
    assert observed(found(tmp_path, [*public(), *by_front(kept)])) == sums


@pytest.mark.parametrize(("wait", "sums"), [(96, 3), (96.1, 0)])
def test_companies_hand_on_within_two_days_each_and_two_may(tmp_path: Path, wait: float, sums: int) -> None:
    assert observed(found(tmp_path, [*public(), *by_front(wait=wait)])) == sums


def test_office_whose_entry_ended_is_said_with_its_entry(tmp_path: Path) -> None:
    ended = OFFICE | {"valid_to": day("2024-02-28"), "status": "revoked"}
    tables = found(tmp_path, [*public(), *exits()], permits=[ended])
    (hit,) = hits(tables)
    assert hit["reason_sv"].endswith(
        "1 av beloppen gick till ett växlingskontor vars registrering inte gällde den dagen (gällde till 2024-02-28)."
    )
    assert hit["reason_en"].endswith(
        "1 of the sums went to an exchange office whose entry was not in force on the day (valid until 2024-02-28)."
    )
    assert ("permits", "entry") in {(row["register"], row["record_id"]) for row in tables.evidence.to_pylist()}


def test_company_that_no_register_calls_an_exchange_office_is_none(tmp_path: Path) -> None:
    tables = found(tmp_path, [*public(), *exits()], permits=[OFFICE | {"kind": "other"}])
    assert hits(tables) == []
    assert observed(tables) == 0


@pytest.mark.parametrize(("count", "flagged"), [(2, 0), (3, 1)])
def test_three_sums_make_a_finding(tmp_path: Path, count: int, flagged: int) -> None:
    tables = found(tmp_path, [*public(), *exits(count=count)])
    assert len(hits(tables)) == flagged
    assert observed(tables) == count


@pytest.mark.parametrize(("kronor", "sums"), [(24_000, 0), (25_000, 3)])
def test_small_sums_are_travel_money_or_petty_cash(tmp_path: Path, kronor: float, sums: int) -> None:
    assert observed(found(tmp_path, [*public(), *exits(kronor)])) == sums


@pytest.mark.parametrize(("uneven", "flagged"), [(1, 1), (2, 0)])
def test_four_fifths_of_the_sums_must_be_round(tmp_path: Path, uneven: int, flagged: int) -> None:
    rows = exits(count=5)
    rows[:uneven] = [row | {"amount_ore": row["amount_ore"] + 100} for row in rows[:uneven]]
    assert len(hits(found(tmp_path, [*public(months=range(1, 6)), *rows]))) == flagged


@pytest.mark.parametrize(("hours", "sums"), [(168, 3), (168.1, 0)])
def test_money_must_leave_within_a_week(tmp_path: Path, hours: float, sums: int) -> None:
    assert observed(found(tmp_path, [*public(), *exits(hours=hours)])) == sums


@pytest.mark.parametrize(("kronor", "flagged"), [(500_000, 1), (501_000, 0)])
def test_sums_that_are_small_beside_the_public_money_are_not_flagged(
    tmp_path: Path, kronor: float, flagged: int
) -> None:
    assert len(hits(found(tmp_path, [*public(kronor=kronor), *exits()]))) == flagged


@pytest.mark.parametrize(("abroad", "flagged"), [(74_999, 1), (75_000, 0)])
def test_importer_that_pays_abroad_too_is_not_flagged(tmp_path: Path, abroad: float, flagged: int) -> None:
    bill = pay("bill", "P", "D", "2024-02-01 08:00", abroad, payee_country="DE", kind="supplier")
    assert len(hits(found(tmp_path, [*public(), *exits(), bill]))) == flagged
    at_home = bill | {"payee_country": "SE", "amount_ore": 100_000_00}
    assert len(hits(found(tmp_path / "home", [*public(), *exits(), at_home]))) == 1


@pytest.mark.parametrize(("takings", "flagged"), [(149_900, 1), (150_000, 0)])
def test_shop_that_puts_in_more_cash_than_it_takes_out_is_not_flagged(
    tmp_path: Path, takings: float, flagged: int
) -> None:
    till = pay("till", "K", "P", "2024-02-20 08:00", takings, kind="cash")
    rows = [*public(), *exits(payee="K", kind="cash"), till]
    assert len(hits(found(tmp_path, rows, permits=[]))) == flagged


def test_employees_who_change_travel_money_are_not_flagged(tmp_path: Path) -> None:
    wages = [pay(f"wage{month}", "P", "e", f"2024-{month:02}-10 09:00", 50_000, kind="salary") for month in (1, 2, 3)]
    tables = found(tmp_path, [*public(), *wages, *exits(payer="e")])
    assert hits(tables) == []
    assert observed(tables) == 0


def test_relief_of_an_association_without_public_money_is_not_evaluated(tmp_path: Path) -> None:
    gifts = [pay(f"gift{month}", "e", "A", f"2024-{month:02}-09 08:00", 60_000, kind="gift") for month in (1, 2, 3)]
    tables = found(tmp_path, [*public(), *gifts, *exits(payer="A")])
    assert hits(tables) == []
    assert {row["subject_id"] for row in tables.tests.to_pylist()} == {"P"}
