"""What each party had before the first payment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from follow_money.engine import Engine
from follow_money.graph.flows.opening_balances import UNKNOWN, opening_balances
from follow_money.graph.flows.transfer_flows import transfer_flows
from tests.detectors.small_graph import day, small_graph
from tests.graph.flows.test_exit_classes import Row, paid

if TYPE_CHECKING:
    from pathlib import Path


def balance(account: str, on: str, ore: int, **more: Any) -> Row:
    return {"account_id": account, "balance_on": day(on), "balance_ore": ore} | more


def opening(folder: Path, *transfers: Row, **tables: Any) -> dict[str, int]:
    with Engine(threads=1) as engine:
        small_graph(folder, transfers=transfers, **tables).attach(engine)
        store = transfer_flows(engine).store
        return dict(zip(store.node_ids.to_pylist(), opening_balances(engine, store).tolist(), strict=True))


OUT = paid(1, "A", "B", from_account_id="a1", to_account_id="b1")


def test_balance_is_the_sum_over_all_accounts_and_known_only_when_each_that_pays_is(tmp_path: Path) -> None:
    more = (paid(2, "A", "B", from_account_id="a2", to_account_id="b1"), paid(3, "C", "A", to_account_id="a3"))
    told = [balance("a1", "2024-03-01", 500), balance("b1", "2024-03-01", 7)]
    assert opening(tmp_path / "1", OUT, *more, balances=told) == {"A": UNKNOWN, "B": 7, "C": UNKNOWN}
    told += [balance("a2", "2024-03-01", 20), balance("a3", "2024-03-01", 1)]
    assert opening(tmp_path / "2", OUT, *more, balances=told)["A"] == 521


def test_later_balance_is_reckoned_back_through_the_payments_before_that_day(tmp_path: Path) -> None:
    more = (
        paid(2, "C", "A", ore=30_00, to_account_id="a1"),
        paid(3, "A", "B", ore=1_00, from_account_id="a1"),  # on the day of the balance, which is told at its start
    )
    told = [balance("a1", "2024-03-03", 40_00), balance("a1", "2024-03-20", 9), balance("a1", "2024-02-01", 5)]
    assert opening(tmp_path, OUT, *more, balances=told)["A"] == 40_00 + 100_00 - 30_00


def test_overdrawn_party_has_nothing(tmp_path: Path) -> None:
    assert opening(tmp_path, OUT, balances=[balance("a1", "2024-03-01", -500)])["A"] == 0


def test_account_opened_within_the_data_began_empty(tmp_path: Path) -> None:
    new = {"account_id": "a1", "holder_id": "A", "valid_from": day("2024-03-02")}
    old = new | {"valid_from": day("2024-03-01")}
    first = paid(1, "C", "B")
    assert opening(tmp_path / "1", first, OUT, accounts=[new])["A"] == 0
    assert opening(tmp_path / "2", first, OUT, accounts=[old])["A"] == UNKNOWN
    assert opening(tmp_path / "3", first, OUT, accounts=[old, new])["A"] == UNKNOWN


def test_deliveries_that_tell_different_balances_of_one_day_tell_none(tmp_path: Path) -> None:
    twice = [balance("a1", "2024-03-01", 5), balance("a1", "2024-03-01", 6)]
    assert opening(tmp_path / "1", OUT, balances=twice)["A"] == UNKNOWN
    assert opening(tmp_path / "2", OUT, balances=[twice[0], twice[0]])["A"] == 5


def test_account_that_several_use_is_nobodys(tmp_path: Path) -> None:
    other = paid(2, "C", "B", from_account_id="a1")
    told = [balance("a1", "2024-03-01", 500)]
    assert opening(tmp_path / "1", OUT, other, balances=told) == {"A": UNKNOWN, "B": UNKNOWN, "C": UNKNOWN}
    # Who only receives on it has what lies on accounts of his own.
    into = (paid(2, "C", "A", to_account_id="s"), paid(3, "C", "D", to_account_id="s"))
    told.append(balance("s", "2024-03-01", 50_000))
    assert opening(tmp_path / "2", OUT, *into, balances=told)["A"] == 500
