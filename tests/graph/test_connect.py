"""Every register on entity ids: one row a record, and nobody's number, name or address."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from follow_money.engine import Engine
from follow_money.graph.connect import connect
from follow_money.graph.money_graph import DERIVED, MoneyGraph, table_names, table_schema
from follow_money.registers.contract import REGISTERS
from tests.entities.small_registers import World, made_up

if TYPE_CHECKING:
    from tests.graph.connected_graph import Connected

ANNA, BERTIL = "19" + made_up("800101123"), "19" + made_up("820202123")
FIRM = made_up("556677889")
AT = datetime(2024, 3, 1, 8, tzinfo=UTC)
PERIOD = {"period_from": date(2024, 3, 1), "period_to": date(2024, 3, 31)}
CLAIM = {"claim_id": "k1", "payer": "kommun", "programme": "home_care", "amount_ore": 100, "currency": "SEK"} | PERIOD


def planted() -> dict[str, list[dict[str, Any]]]:
    """One row of many registers, with texts that nobody may meet again."""
    firm = {"organisation_number": FIRM, "organisation_name": "Hemtjänst Planterad AB"}
    anna = {"person_number": ANNA, "person_name": "Anna Planterad"}
    home = {"street": "Planteringsgatan 7 lgh 1102", "postcode": "12345", "city": "Planterstad", "phone": "0701234567"}
    account = "bg:5050-1055"
    shift = {"programme": "home_care", "starts_at": AT, "ends_at": AT.replace(hour=12), "report_id": "r1"}
    return {
        "organisations": [
            firm | home | {"legal_form": "AB"},
            firm | {"organisation_number": made_up("556688779")} | home,
        ],
        "persons": [
            anna | home | {"birth_date": date(1980, 1, 1)},
            {"person_number": BERTIL, "person_name": "Bertil Planterad"} | home,
        ],
        "roles": [firm | anna | {"role": "owner", "birth_date": date(1980, 1, 1)}],
        "relations": [anna | {"other_number": BERTIL, "other_name": "Bertil Planterad", "kind": "household"}],
        "accounts": [{"account": account, "holder_number": ANNA, "holder_name": "Anna Planterad"}],
        "balances": [{"account": account, "balance_on": date(2024, 1, 1), "balance_ore": 5, "currency": "SEK"}],
        "claims": [CLAIM | firm | anna],
        "time_reports": [shift | firm | {"user_number": ANNA, "user_name": "Anna Planterad", "staff_number": BERTIL}],
        "payroll": [firm | anna | {"month": date(2024, 3, 1), "cash_pay_ore": 7}],
        "payments": [
            {"payment_id": "b1", "paid_at": AT, "amount_ore": 9, "currency": "SEK", "kind": "salary"}
            | {
                "payer_number": FIRM,
                "payer_name": "Hemtjänst Planterad AB",
                "payee_account": account,
                "payee_name": "Anna Planterad",
            }
        ],
        "invoices": [
            {
                "payer": "kommun",
                "supplier_number": FIRM,
                "supplier_name": "Planterad AB",
                "supplier_key": "LEV-PLANTERAD",
            }
            | {"booked_on": date(2024, 3, 1), "net_ore": 11, "currency": "SEK", "invoice_no": "F1"}
        ],
    }


SECRETS = (
    ANNA,
    ANNA[2:],
    BERTIL,
    FIRM,
    "planterad",
    "planter",
    "5050",
    "1055",
    "1102",
    "12345",
    "701234567",
    "1980-01-01",
)


def test_no_table_holds_a_number_a_name_an_address_a_telephone_or_an_account(connected: Connected) -> None:
    graph, _ = connected(**planted())
    seen = 0
    for path in sorted(graph.folder.glob("*.parquet")):
        table = pq.read_table(path)
        seen += table.num_rows
        text = (" ".join(table.schema.names) + str(table.schema.metadata) + str(table.to_pylist())).lower()
        assert [secret for secret in SECRETS if secret.lower() in text] == [], path.name
        raw = path.read_bytes().lower()  # statistics and dictionaries stand outside the compressed pages
        assert [secret for secret in SECRETS if len(secret) > 5 and secret.lower().encode() in raw] == [], path.name
    assert seen > 20


def test_restricted_columns_are_dropped_and_the_schema_is_the_declared_one(connected: Connected) -> None:
    graph, _ = connected(**planted())
    for path in graph.folder.glob("*.parquet"):
        assert pq.read_schema(path).equals(table_schema(path.stem)), path.name
    restricted = {column.name for register in REGISTERS.values() for column in register.columns if column.restricted}
    assert not restricted & {name for table in table_names() for name in table_schema(table).names}


def test_parties_become_entities_and_everything_else_stays_as_told(connected: Connected) -> None:
    graph, world = connected(**planted())
    (claim,) = graph.table("claims").to_pylist()
    assert claim["organisation_id"] == world.entity("claims", number=FIRM)
    assert claim["person_id"] == world.entity("persons", number=ANNA)
    assert {name: claim[name] for name in CLAIM} == CLAIM
    assert claim["links_exact"] is True


def test_missing_registers_are_empty_tables(connected: Connected, engine: Engine) -> None:
    graph, _ = connected(claims=planted()["claims"])
    assert sorted(path.stem for path in graph.folder.glob("*.parquet")) == [
        "claims", "current_claims", "entity_facts", "hubs", "identity_signals", "links", "rates",  # tariffs are packaged
    ]  # fmt: skip
    assert not graph.has("payments")
    for name in table_names():
        assert graph.table(name).schema.equals(table_schema(name))
        assert engine.query(f"select * from {name}").schema.names == table_schema(name).names
    assert graph.table("transfers", ["amount_ore"]).num_rows == 0


def test_party_that_a_row_lacks_is_null_and_leaves_the_links_exact(connected: Connected) -> None:
    graph, _ = connected(claims=[CLAIM | {"organisation_number": FIRM}])
    (claim,) = graph.table("claims").to_pylist()
    assert claim["person_id"] is None
    assert claim["links_exact"] is True


def test_party_known_by_name_alone_makes_the_row_doubtful(connected: Connected) -> None:
    graph, _ = connected(claims=[CLAIM | {"organisation_number": FIRM, "person_name": "Anna Berg"}])
    (claim,) = graph.table("claims").to_pylist()
    assert claim["person_id"] is not None
    assert claim["links_exact"] is False


def told(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_input_gives_the_same_bytes(connected: Connected) -> None:
    once, twice = (connected(name, **planted())[0].folder for name in ("one", "two"))
    assert told(once) == told(twice)
    assert {name.parts[0] for name in told(once)} > {"flows", "links.parquet"}


def test_facts_tell_what_an_entity_is_and_nothing_that_identifies_it(connected: Connected) -> None:
    registers = planted()
    registers["persons"][0]["died_on"] = date(2024, 5, 1)
    graph, world = connected(**registers)
    facts = {row["entity_id"]: row for row in graph.table("entity_facts").to_pylist()}
    anna = facts[world.entity("persons", number=ANNA)]
    assert (anna["kind"], anna["is_numbered"], anna["died_on"]) == ("person", True, date(2024, 5, 1))
    assert set(facts) == set(world.entities)


def test_an_organisation_keeps_of_its_address_the_first_digit_of_the_postcode(connected: Connected) -> None:
    told = [
        ({"postcode": "SE-402 20"}, "4"),
        ({"postcode": "12345", "postal_region": "9"}, "9"),
        ({"postcode": "0201"}, None),
        ({}, None),
    ]
    rows = [address | {"organisation_name": f"Planterad {place} AB"} for place, (address, _) in enumerate(told)]
    graph, _ = connected(organisations=rows)
    assert graph.table("organisations")["postal_region"].to_pylist() == [region for _, region in told]


NUMBERS = st.sampled_from([ANNA, BERTIL, BERTIL[2:], "", None])
NAMES = st.sampled_from(["Anna Berg", "ANNA BERG", "Bertil Ek", "", None])
ROWS = st.lists(st.tuples(NUMBERS, NAMES, NUMBERS, NAMES), min_size=0, max_size=12)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(relations=ROWS, payments=ROWS)
def test_every_record_is_exactly_one_row(
    engine: Engine, tmp_path: Path, relations: list[Any], payments: list[Any]
) -> None:
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    world = World(engine, tmp_path)
    world.register(
        "relations",
        *(
            {"person_number": a, "person_name": b, "other_number": c, "other_name": d, "kind": "family"}
            for a, b, c, d in relations
        ),
    )
    world.register(
        "payments",
        *(
            {
                "payment_id": f"b{place}",
                "paid_at": AT,
                "amount_ore": 1,
                "currency": "SEK",
                "payee_account": "bg:1-1" if b else None,
            }
            | {"payer_number": a, "payer_name": b, "payee_number": c, "payee_name": d}
            for place, (a, b, c, d) in enumerate(payments)
        ),
    )
    world.register(
        "accounts", *({"account": "bg:1-1", "holder_number": c, "holder_name": d} for _, _, c, d in payments)
    )
    world.resolve()
    out = tmp_path / "connected"
    out.mkdir()
    graph = connect(engine, world.records, tmp_path / "out", out)
    for name, path in world.records.items():
        assert graph.table(name)["record_id"].to_pylist() == sorted(pq.read_table(path)["record_id"].to_pylist())
    assert graph.table("transfers")["record_id"].to_pylist() == graph.table("payments")["record_id"].to_pylist()


def test_unknown_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        MoneyGraph(tmp_path).table("sagas")
    assert set(DERIVED) <= set(table_names())
