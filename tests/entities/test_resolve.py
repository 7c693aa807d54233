"""Exact resolution on registers of a few rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from follow_money.engine import Engine
from follow_money.entities.resolve import record_entities
from tests.entities.small_registers import World, made_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

A, B, OLD = "19" + made_up("800101123"), "19" + made_up("820202123"), made_up("100101123")
FIRM_X, FIRM_Y = made_up("556677889"), made_up("556688779")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(threads=1, memory_gb=2) as opened:
        yield opened


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    return World(engine, tmp_path)


def test_one_number_written_in_many_ways_is_one_person(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg", "birth_date": date(1980, 1, 1)})
    world.register(
        "payroll",
        *(
            {"person_number": n, "person_name": "BERG, Anna"}
            for n in (A, A[2:], f"{A[2:8]}-{A[8:]}", f" {A[:8]} {A[8:]}")
        ),
    )
    (person,) = world.resolve().values()
    assert (person["kind"], person["number"], person["name"], person["mentions"]) == ("person", A, "Anna Berg", 5)
    assert person["entity_id"].startswith("P-")
    assert all(m["why"] == "exact_number" and m["is_exact"] and m["probability"] == 1.0 for m in world.mentions)


def test_leading_zero_survives_resolution(world: World) -> None:
    number = "20" + made_up("050101123")
    world.register("persons", {"person_number": number, "person_name": "A"})
    (person,) = world.resolve().values()
    assert person["number"] == number


def test_namesakes_stay_apart(world: World) -> None:
    world.register(
        "persons", {"person_number": A, "person_name": "Anna Berg"}, {"person_number": B, "person_name": "Anna Berg"}
    )
    world.register("roles", {"person_name": "Anna Berg", "role": "owner"})
    assert len(world.resolve()) == 3
    lone = world.mention("roles", name="Anna Berg")
    assert (lone["why"], lone["is_exact"]) == ("alone", False)


def test_a_persons_name_alone_never_joins_two_registers(world: World) -> None:
    world.register("roles", {"person_name": "Anna Berg", "role": "owner"})
    world.register("staff_ledgers", {"person_name": "Anna Berg"})
    assert len(world.resolve()) == 2


def test_an_open_century_is_closed_by_the_same_persons_twelve_digits(world: World) -> None:
    world.register("persons", {"person_number": "20" + OLD, "person_name": "A"})
    world.register("payroll", {"person_number": OLD, "person_name": "A"})
    (person,) = world.resolve().values()
    assert (person["number"], person["number_problems"]) == ("20" + OLD, [])


def test_an_open_century_is_closed_by_a_birth_date(world: World) -> None:
    world.register("persons", {"person_number": OLD, "person_name": "A", "birth_date": date(1910, 1, 1)})
    (person,) = world.resolve().values()
    assert person["number"] == "19" + OLD


def test_a_century_that_nothing_tells_is_not_invented(world: World) -> None:
    world.register("payroll", {"person_number": OLD, "person_name": "A"})
    (person,) = world.resolve().values()
    assert (person["number"], person["number_problems"]) == (OLD, ["century_unknown"])


@pytest.mark.parametrize(
    ("name", "birth_date", "is_one"),
    [
        ("Anna Lind", None, True),
        ("Lind, Anna Karin", None, True),
        (None, None, True),
        ("Karl Berg", None, False),
        ("Omar Haddad", None, False),
        ("Anna Berg", date(1910, 1, 2), False),
        ("Anna Berg", date(2010, 10, 1), True),
    ],
)
def test_an_open_century_is_not_closed_against_name_or_birth_date(
    world: World, name: str | None, birth_date: date | None, is_one: bool
) -> None:
    world.register("persons", {"person_number": "20" + OLD, "person_name": "Anna Berg"})
    world.register("roles", {"person_number": OLD, "person_name": name, "birth_date": birth_date, "role": "owner"})
    world.resolve()
    assert (world.entity("persons") == world.entity("roles", role="person")) == is_one
    assert "birth_date" not in {m["conflict"] for m in world.mentions}
    assert "name" not in {m["conflict"] for m in world.mentions}


def test_ten_digits_of_two_people_a_century_apart_join_neither(world: World) -> None:
    world.register(
        "persons", {"person_number": "19" + OLD, "person_name": "A"}, {"person_number": "20" + OLD, "person_name": "B"}
    )
    world.register("payroll", {"person_number": OLD, "person_name": "A"})
    assert len(world.resolve()) == 3


def test_a_birth_date_that_contradicts_the_number_keeps_the_row_apart(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.register(
        "roles", {"person_number": A, "person_name": "Anna Berg", "birth_date": date(1955, 5, 5), "role": "owner"}
    )
    assert len(world.resolve()) == 2
    odd = world.mention("roles", role="person")
    assert (odd["conflict"], odd["is_exact"]) == ("birth_date", False)


def test_another_name_does_not_split_a_shared_number_and_is_noted(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.register("payroll", {"person_number": A, "person_name": "Anna Lind"})
    world.register("roles", {"person_number": A, "person_name": "Anna Bergh", "role": "owner"})
    assert len(world.resolve()) == 1
    assert [(m["name"], m["name_note"]) for m in world.mentions if m["name_note"]] == [("Anna Lind", "anna lind")]


def test_a_wholly_unlike_name_alone_keeps_a_row_from_a_shared_number(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.register("payroll", {"person_number": A, "person_name": "Omar Lind"})
    assert len(world.resolve()) == 2
    odd = world.mention("payroll")
    assert (odd["conflict"], odd["is_exact"], world.mention("persons")["is_exact"]) == ("name", False, True)


def test_a_shared_address_phone_or_account_never_merges(world: World) -> None:
    home = {"street": "Storgatan 1 lgh 1101", "postcode": "15131", "city": "X", "phone": "08-1234567"}
    world.register(
        "persons",
        {"person_number": A, "person_name": "Anna Berg", **home},
        {"person_number": B, "person_name": "Bo Berg", **home},
    )
    world.register("accounts", *({"account": "bg:5050-1055", "holder_number": n, "holder_name": "x"} for n in (A, B)))
    world.resolve()
    assert world.resolution.entities == {"account": 1, "person": 2}


def test_father_and_son_at_one_address_stay_apart(world: World) -> None:
    home = {"street": "Storgatan 1 lgh 1101", "postcode": "15131", "phone": "08-1234567"}
    world.register(
        "persons",
        {"person_number": A, "person_name": "Per Berg", "birth_date": date(1980, 1, 1), **home},
        {"person_name": "Per Berg", "birth_date": date(2010, 3, 3), **home},
        *(
            {"person_number": "19" + made_up(f"7{i}0101{i:03}"), "person_name": f"Q{chr(97 + i)} Z{chr(97 + i)}"}
            for i in range(9)
        ),
    )
    world.resolve()
    assert len({m["entity_id"] for m in world.mentions if m["name"] == "Per Berg"}) == 2


def test_an_invalid_number_joins_only_the_same_text_and_name(world: World) -> None:
    wrong = A[:-1] + str((int(A[-1]) + 4) % 10)
    world.register(
        "payroll",
        {"person_number": wrong, "person_name": "Anna Berg"},
        {"person_number": wrong, "person_name": "Omar Lind"},
    )
    world.register("roles", {"person_number": wrong, "person_name": "Berg Anna", "role": "owner"})
    assert len(world.resolve()) == 2
    anna = world.mention("roles", role="person")
    assert (anna["why"], anna["is_exact"]) == ("wrong_number", False)
    assert world.entities[anna["entity_id"]]["number_problems"] == ["check_digit"]
    assert anna["entity_id"] == world.entity("payroll", name="Anna Berg")


def test_a_filler_in_the_numbers_place_joins_nothing(world: World) -> None:
    world.register("payroll", {"person_number": "000000-0000", "person_name": "Anna Berg"})
    world.register("roles", {"person_number": "000000-0000", "person_name": "Anna Berg", "role": "owner"})
    assert len(world.resolve()) == 2


def test_interim_numbers_tie_within_their_register_only(world: World) -> None:
    world.register(
        "payroll",
        {"person_number": "800101-T123", "person_name": "A"},
        {"person_number": "19800101T123", "person_name": "B"},
    )
    world.register("roles", {"person_number": "800101-T123", "person_name": "A", "role": "owner"})
    assert len(world.resolve()) == 3


def test_a_sole_trader_is_linked_to_the_person_and_not_merged(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    world.register(
        "organisations", {"organisation_number": A[2:], "organisation_name": "Anna Bergs Städ enskild firma"}
    )
    world.register(
        "payments",
        {"payee_number": A[2:], "payee_name": "Anna Bergs städ"},
        {"payer_number": A, "payer_name": "Anna Berg"},
    )
    world.resolve()
    firm, person = world.entity("organisations"), world.entity("persons")
    assert firm != person
    assert (world.entities[firm]["is_sole_trader"], world.entities[firm]["sole_trader_of"]) == (True, person)
    assert world.entity("payments", role="payee") == firm
    assert world.entity("payments", role="payer") == person


def test_spelled_variants_of_an_organisation_are_one_by_number(world: World) -> None:
    world.register("organisations", {"organisation_number": FIRM_X, "organisation_name": "Solens Omsorg AB"})
    world.register(
        "invoices",
        {"supplier_number": f"16{FIRM_X}", "supplier_name": "SOLENS OMSORG AKTIEBOLAG"},
        {"supplier_number": f"{FIRM_X[:6]}-{FIRM_X[6:]}", "supplier_name": "Solens Oms."},
    )
    (firm,) = world.resolve().values()
    assert (firm["name"], firm["number"], firm["legal_form"]) == ("Solens Omsorg AB", f"16{FIRM_X}", "AB")


def test_spelled_variants_of_an_organisation_are_one_by_name(world: World) -> None:
    world.register("organisations", {"organisation_number": FIRM_X, "organisation_name": "Sölens Omsorg AB"})
    world.register(
        "invoices",
        *(
            {"supplier_name": n}
            for n in ("AB Sölens Omsorg", "SOLENS OMSORG AKTIEBOLAG", "Sölens Omsorg AB i likvidation")
        ),
    )
    assert len(world.resolve()) == 1
    found = world.mention("invoices", name="AB Sölens Omsorg")
    assert (found["why"], found["is_exact"], found["probability"] < 1) == ("same_name", False, True)


def test_one_name_in_two_towns_is_one_only_where_town_or_telephone_agrees(world: World) -> None:
    kiosk = {"organisation_name": "Stationskiosken AB"}
    here, there = ({"city": "Granköping", "postcode": "18110"}, {"city": "Umeå", "postcode": "90320"})
    world.register(
        "organisations",
        {**kiosk, **here, "street": "Torget 1", "organisation_number": FIRM_X, "phone": "08-1234567"},
        {**kiosk, **there, "street": "Kajen 2"},
        {**kiosk, "postcode": "903 22", "street": "Kajen 3"},
        {**kiosk, **here, "street": "Storgatan 9"},
        {**kiosk, "phone": "+46 8 123 45 67"},
        kiosk,
    )
    world.resolve()
    told = {m["street"] or m["phone"]: m["entity_id"] for m in world.mentions}
    assert told["Storgatan 9"] == told["Torget 1"] == told["+46 8 123 45 67"]
    assert told["Kajen 2"] == told["Kajen 3"] != told["Torget 1"]
    assert told[None] not in {told["Torget 1"], told["Kajen 2"]}


def test_one_name_with_two_legal_forms_or_two_numbers_is_not_one(world: World) -> None:
    world.register(
        "invoices", {"supplier_name": "Solen AB"}, {"supplier_name": "Solen HB"}, {"supplier_name": "Månen AB"}
    )
    world.register(
        "organisations", *({"organisation_number": n, "organisation_name": "Månen AB"} for n in (FIRM_X, FIRM_Y))
    )
    assert len(world.resolve()) == 5


def test_a_form_that_is_half_of_the_name_is_not_taken_to_be_left_out(world: World) -> None:
    world.register("invoices", *({"supplier_name": n} for n in ("Brf Solen", "Solen", "Månen AB", "Månen")))
    world.resolve()
    assert world.entity("invoices", name="Brf Solen") != world.entity("invoices", name="Solen")
    assert world.entity("invoices", name="Månen AB") == world.entity("invoices", name="Månen")


def test_a_person_named_ek_is_no_economic_association(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Ek"})
    world.register("payments", {"payee_name": "Anna Ek", "payer_name": "Solens Omsorg AB"})
    world.resolve()
    assert world.mention("payments", name="Anna Ek")["kind"] == "person"


def test_names_that_differ_in_a_swedish_letter_are_two(world: World) -> None:
    world.register("invoices", *({"supplier_name": n} for n in ("Hålls AB", "Hälls AB", "Halls AB")))
    assert len(world.resolve()) == 3


def test_one_supplier_key_is_one_supplier(world: World) -> None:
    world.register(
        "invoices",
        *({"supplier_key": "S1", "supplier_name": n} for n in ("Solens Omsorg AB", "Solens Omsrog AB", "Solen AB")),
        {"supplier_key": "S2", "supplier_name": "Berg Bygg AB"},
    )
    world.resolve()
    assert len({m["entity_id"] for m in world.mentions if m["source_key"] == "S1"}) == 1
    assert world.mention("invoices", source_key="S2")["why"] == "exact_source_key"


def test_a_key_of_many_names_is_a_category(world: World) -> None:
    names = ("Anna Berg", "Omar Lind", "Solen AB", "Kyrkans Kafé", "Vinterväg Ltd")
    world.register("invoices", *({"supplier_key": "Personal Budgets", "supplier_name": n} for n in names))
    assert len(world.resolve()) == 5
    assert {m["conflict"] for m in world.mentions} == {"key_of_many_names"}


def test_a_key_of_two_numbers_joins_neither(world: World) -> None:
    world.register(
        "invoices",
        *({"supplier_key": "S1", "supplier_number": n, "supplier_name": "Solen AB"} for n in (FIRM_X, FIRM_Y)),
    )
    assert len(world.resolve()) == 2


def test_masked_suppliers_and_withheld_rows_are_nobody(world: World) -> None:
    world.register(
        "invoices",
        {"supplier_name": "[innehåller personuppgifter]"},
        {"supplier_name": "*"},
        {"supplier_name": "Solen AB"},
        {"is_withheld": True},
    )
    assert len(world.resolve()) == 1


def test_a_party_is_what_its_number_or_name_says(world: World) -> None:
    world.register(
        "persons", {"person_number": A, "person_name": "Anna Berg"}, {"person_number": B, "person_name": "Bo Lind"}
    )
    world.register("organisations", {"organisation_number": FIRM_X, "organisation_name": "Kyrkans Kafé"})
    payees = [
        ("", FIRM_Y, "X"),
        ("", A, "Y"),
        ("person", None, "Bo Lind"),
        ("organisation", None, "Solen AB"),
        ("organisation", None, "Kyrkans Kafé"),
        ("person", None, "Bo Berg"),
        ("organisation", None, "Okända rörelsen"),
    ]
    world.register(
        "payments",
        *({"payment_id": str(i), "payee_number": n, "payee_name": name} for i, (_, n, name) in enumerate(payees)),
    )
    world.resolve()
    for told, number, name in payees:
        found = world.mention("payments", name=name)["kind"]
        assert found == (told or ("person" if number == A else "organisation")), name


def test_accounts_are_entities_however_they_are_written(world: World) -> None:
    world.register("balances", {"account": "bg:5050-1055"}, {"account": "BG:50501055"}, {"account": "bg:5050-1056"})
    world.resolve()
    assert world.resolution.entities == {"account": 2}
    assert {m["why"] for m in world.mentions} == {"exact_account"}


def test_record_entities_name_everybody_a_record_speaks_of(world: World, engine: Engine) -> None:
    world.register(
        "payroll", {"person_number": A, "person_name": "A", "organisation_number": FIRM_X}, {"person_name": "B"}
    )
    world.resolve()
    told = record_entities(engine, world.records, world.folder / "out").to_pylist()
    assert [(t["record_id"], t["role"]) for t in told] == [
        ("payroll:0", "organisation"),
        ("payroll:0", "person"),
        ("payroll:1", "person"),
    ]
    assert told[1]["entity_id"] == world.entity("payroll", name="A")


def test_no_id_holds_a_number_and_another_key_gives_other_ids(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg"})
    (entity,) = world.resolve()
    assert entity == entity.lower().replace("p-", "P-")
    assert len(entity) == 14
    assert not any(digits in entity for digits in (A, A[2:], A[2:8]))


def test_registers_without_rows_resolve_to_nothing(world: World) -> None:
    world.register("persons")
    world.register("payments")
    assert world.resolve() == {}


_PERSON = st.fixed_dictionaries(
    {
        "person_number": st.sampled_from([None, A, A[2:], B, OLD, "20" + OLD, A[:-1] + "x", "800101-T123"]),
        "person_name": st.sampled_from([None, "Anna Berg", "Berg Anna", "Bo Lind"]),
        "birth_date": st.sampled_from([None, date(1980, 1, 1), date(2010, 1, 1)]),
    }
)
_SUPPLIER = st.fixed_dictionaries(
    {
        "supplier_number": st.sampled_from([None, FIRM_X, "16" + FIRM_X, FIRM_Y, A]),
        "supplier_name": st.sampled_from([None, "Solen AB", "SOLEN AKTIEBOLAG", "Solen", "Sölen HB", "Anna Berg"]),
        "supplier_key": st.sampled_from([None, "1", "2"]),
    }
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_PERSON, max_size=8), st.lists(_SUPPLIER, max_size=8), st.randoms(use_true_random=False))
def test_resolution_is_an_equivalence_and_the_order_of_rows_does_not_matter(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, persons: list[Any], suppliers: list[Any], random: Any
) -> None:
    outcomes = []
    for shuffled in (False, True):
        world = World(engine, tmp_path_factory.mktemp("world"))
        rows = {"roles": [{**p, "role": "owner"} for p in persons], "invoices": list(suppliers)}
        for name, told in rows.items():
            if shuffled:
                random.shuffle(told)
            world.register(name, *told)
        world.resolve()
        outcomes.append(
            [(world.folder / "out" / f"{name}.parquet").read_bytes() for name in ("mentions", "entities", "pairs")]
        )
        assert len(world.mentions) == len({(m["register"], m["role"], m["match_key"]) for m in world.mentions})
        assert {m["entity_id"] for m in world.mentions} == set(world.entities)
        numbers = [e["number"] for e in world.entities.values() if e["number"]]
        assert len({(e["kind"], e["number"]) for e in world.entities.values() if e["number"]}) == len(numbers)
    assert outcomes[0] == outcomes[1]


def test_probabilities_and_reasons_are_told_for_every_mention(world: World) -> None:
    world.register(
        "invoices",
        {"supplier_name": "Solen AB", "supplier_key": "1"},
        {"supplier_name": "Månen"},
        {"supplier_number": FIRM_X},
    )
    world.resolve()
    table = pq.read_table(world.folder / "out" / "mentions.parquet")
    assert set(table["why"].to_pylist()) == {"exact_source_key", "alone", "exact_number"}
    assert all(0 < p <= 1 for p in table["probability"].to_pylist())
