"""Who connects cases: dated ties of money or control, against chance; nothing ranks a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

from follow_money.engine import Engine
from follow_money.statistics import swapped
from follow_money.triage.grouping import group_hits
from follow_money.triage.networks import CONNECTORS, KEY_CONNECTORS, TIES, Networks, find_networks
from follow_money.triage.ranking import rank_cases
from tests.detectors.small_graph import day, instant, small_graph
from tests.triage.small_cases import Row, evidence, evidence_table, hit, hit_table

if TYPE_CHECKING:
    from pathlib import Path

FOUND = [f"O-{n}" for n in range(6)]
OTHERS = [f"O-x{n:02}" for n in range(60)]


def role(person: str, organisation: str, kind: str, first: str | None = None, last: str | None = None) -> Row:
    dates = {"valid_from": first and day(first), "valid_to": last and day(last)}
    return {
        "from_id": person,
        "to_id": organisation,
        "kind": kind,
        "register": "roles",
        "record_id": f"{person} {organisation}",
    } | dates


def payment(payer: str, payee: str, record: str, on: str = "2024-03-01", **more: Any) -> Row:
    return {
        "record_id": record, "paid_at": instant(f"{on} 08:00"), "day": day(on), "from_id": payer, "to_id": payee, "amount_ore": 5_000, "kind": "supplier",
    } | more  # fmt: skip


def networks(folder: Path, found: list[str] = FOUND, **tables: Any) -> Networks:
    """The networks of a run in which each of these organisations is a case; every other organisation has an owner and an accountant of its own."""
    hits = [hit(f"H-{organisation}", organisation) for organisation in found]
    rows = [evidence(row["hit_id"], f"row of {row['hit_id']}", 10_000) for row in hits]
    organisations = sorted({*FOUND, *OTHERS, *tables.pop("organisations", ())})
    tables["links"] = [
        *(role(f"P-{organisation}", organisation, "owner") for organisation in organisations),
        *(role(f"P-a{organisation}", organisation, "accountant") for organisation in OTHERS),
        *tables.get("links", ()),
    ]
    facts = [{"entity_id": organisation, "kind": "organisation"} for organisation in organisations]
    tables["transfers"] = [
        *(payment(organisation, f"O-y{n % 20}", f"usual {n}") for n, organisation in enumerate(OTHERS)),
        *tables.get("transfers", ()),
    ]
    with Engine(threads=1) as engine:
        small_graph(folder, entity_facts=facts, **tables).attach(engine)
        groups = group_hits(engine, hit_table(hits), case_size=12)
        cases = rank_cases(engine, hit_table(hits), evidence_table(rows), groups)
        return find_networks(engine, cases, hit_table(hits), evidence_table(rows), groups)


def connectors(told: Networks) -> dict[str, Row]:
    return {row["connector_id"]: row for row in told.connectors.to_pylist()}


def test_an_accountant_of_several_cases_connects_them_with_dates_and_rows(tmp_path: Path) -> None:
    links = [
        role("P-k", organisation, "accountant", "2023-01-01", f"2024-0{n + 1}-01")
        for n, organisation in enumerate(FOUND)
    ]
    told = networks(tmp_path, links=links)
    (connector,) = told.connectors.to_pylist()
    assert (connector["connector_id"], connector["tie"], connector["parties"]) == ("P-k", "accountant", 6)
    assert len(connector["case_ids"]) == 6
    assert connector["organisation_ids"] == FOUND
    assert (connector["valid_from"], connector["valid_to"]) == (day("2023-01-01"), day("2024-06-01"))
    assert connector["expected"] == pytest.approx(6 * 6 / 66)
    assert connector["q_value"] < 0.001
    assert not connector["is_hub"]
    ties = told.ties.to_pylist()
    assert [(tie["organisation_id"], tie["record_id"]) for tie in ties] == [(each, f"P-k {each}") for each in FOUND]
    assert (told.connectors.schema, told.ties.schema, told.key.schema) == (CONNECTORS, TIES, KEY_CONNECTORS)


def test_amounts_are_a_union_in_which_a_krona_counts_once(tmp_path: Path) -> None:
    links = [role("P-k", organisation, "accountant") for organisation in FOUND]
    told = connectors(networks(tmp_path, links=links))["P-k"]
    assert (told["amount_low_ore"], told["amount_likely_ore"]) == (60_000, 60_000)


def test_an_accountant_of_many_is_what_chance_brings_and_a_hub_is_marked(tmp_path: Path) -> None:
    links = [role("P-k", organisation, "accountant") for organisation in [*FOUND[:2], *OTHERS]]
    hub = {"hub_id": "P-k", "kind": "person", "parties": 62, "why_sv": "många", "why_en": "many"}
    told = connectors(networks(tmp_path, links=links, hubs=[hub]))["P-k"]
    assert told["q_value"] > 0.05
    assert (told["is_hub"], told["hub_en"]) == (True, "many")


@pytest.mark.parametrize("kind", ["household", "family", "guardian"])
def test_household_and_kinship_tie_nobody(tmp_path: Path, kind: str) -> None:
    links = [role("P-O-0", f"P-O-{n}", kind) for n in range(1, 6)]
    assert networks(tmp_path, links=links).connectors.num_rows == 0


@pytest.mark.parametrize(("kin", "parties"), [("household", 2), ("family", 2), (None, 3)])
def test_what_the_firms_of_one_household_share_counts_once(tmp_path: Path, kin: str | None, parties: int) -> None:
    paid = [payment(FOUND[n], "O-z", f"z{n}") for n in range(3)]
    links = [role("P-O-0", "P-O-1", kin)] if kin else []
    told = connectors(networks(tmp_path, links=links, transfers=paid, organisations=["O-z"]))["O-z"]
    assert told["parties"] == parties
    assert told["organisation_ids"] == FOUND[:3]


def test_a_payee_of_several_cases_is_told_with_the_money(tmp_path: Path) -> None:
    paid = [
        payment(organisation, "O-z", f"{organisation} {n}", f"2024-0{n}-01") for organisation in FOUND for n in (2, 5)
    ]
    told = networks(tmp_path, transfers=paid, organisations=["O-z"])
    assert connectors(told)["O-z"]["q_value"] < 0.001
    assert {(tie["amount_ore"], tie["valid_from"], tie["valid_to"]) for tie in told.ties.to_pylist()} == {
        (10_000, day("2024-02-01"), day("2024-05-01"))
    }


@pytest.mark.parametrize("kind", ["salary", "tax", "public", "cash"])
def test_wages_taxes_public_money_and_cash_tie_nobody(tmp_path: Path, kind: str) -> None:
    paid = [payment(organisation, "O-z", organisation, kind=kind) for organisation in FOUND]
    assert networks(tmp_path, transfers=paid, organisations=["O-z"]).connectors.num_rows == 0


def test_an_organisation_without_which_the_cases_fall_apart_is_key_and_a_person_never_is(tmp_path: Path) -> None:
    paid = [payment(organisation, "O-z", organisation) for organisation in FOUND[:4]]
    told = networks(tmp_path / "1", transfers=paid, organisations=["O-z"])
    (key,) = told.key.to_pylist()
    assert (key["organisation_id"], key["cases"], len(key["parts"])) == ("O-z", 4, 4)
    links = [role("P-k", organisation, "accountant") for organisation in FOUND]
    assert networks(tmp_path / "2", links=links).key.num_rows == 0


def test_a_second_way_between_the_cases_leaves_nobody_key(tmp_path: Path) -> None:
    paid = [
        payment(organisation, payee, f"{organisation} {payee}")
        for organisation in FOUND[:4]
        for payee in ("O-w", "O-z")
    ]
    assert networks(tmp_path, transfers=paid, organisations=["O-w", "O-z"]).key.num_rows == 0


def test_connectors_stand_in_the_order_of_their_ids_whatever_they_bridge(tmp_path: Path) -> None:
    links = [role("P-b", organisation, "accountant") for organisation in FOUND]
    links += [role("P-a", organisation, "accountant") for organisation in FOUND[:2]]
    told = networks(tmp_path, links=links).connectors["connector_id"].to_pylist()
    assert told == ["P-a", "P-b"]


def test_one_case_has_no_network(tmp_path: Path) -> None:
    told = networks(tmp_path, [FOUND[0]], links=[role("P-k", organisation, "accountant") for organisation in FOUND])
    assert told.connectors.num_rows == told.ties.num_rows == told.key.num_rows == 0


def test_the_hypergeometric_is_what_swaps_that_keep_every_degree_give() -> None:
    draw = np.random.default_rng(1)
    ties = np.unique(np.stack([np.repeat(np.arange(300), 2), draw.integers(0, 60, 600)], axis=1), axis=0)
    of_case = ties[:, 0] < 40
    degree = np.bincount(ties[:, 1], minlength=60)
    thing = int(np.argmax(degree))
    strata, counts = np.zeros(len(ties), np.int64), []
    for seed in range(400):
        other = swapped(ties, strata, seed=seed)
        counts.append(int(((other[:, 1] == thing) & (other[:, 0] < 40)).sum()))
    null = stats.hypergeom(len(ties), int(of_case.sum()), int(degree[thing]))
    assert np.mean(counts) == pytest.approx(null.mean(), abs=0.2)
    for limit in (2, 3, 4):
        assert (np.array(counts) > limit).mean() == pytest.approx(null.sf(limit), abs=0.06)
