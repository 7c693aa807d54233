"""What registers really deliver: odd names, odd numbers, one person twice, one source id for two."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.engine import Engine
from follow_money.entities.link_parties import model_file
from follow_money.entities.numbers_of_others import wholly_unlike
from follow_money.entities.training import kept_model
from follow_money.errors import StorageError
from tests.entities.small_registers import World, made_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

A, B = "19" + made_up("800101123"), "19" + made_up("820202123")
BORN = date(1980, 1, 1)
ODD_NAMES = [
    "ANNA BERG",
    "Dr. Anna Berg",
    "",
    "X",
    "Ö",
    "a" * 300,
    "محمد علي",
    "Анна Берг",
    "Berg,",
    ",",
    "''",
    "Anna  Berg ",
]
HOME = {"street": "Storgatan 1 lgh 1001", "postcode": "151 31", "phone": "070-1234567"}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(threads=1, memory_gb=2) as opened:
        yield opened


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> World:
    return World(engine, tmp_path)


def test_no_name_is_too_odd_and_none_alone_joins_anything(world: World) -> None:
    world.register(
        "persons", *({"person_name": name, **HOME} for name in ODD_NAMES), *({"person_name": n} for n in ODD_NAMES)
    )
    world.resolve()
    lone = [m for m in world.mentions if m["street"] is None and m["name"]]
    assert len({m["entity_id"] for m in lone}) == len(lone)


@pytest.mark.parametrize(
    "number", ["19800101", "8001011", "ABC", "800101-ABCD", "0000000000", "111111-1111", "  ", "19801301-1234"]
)
def test_an_odd_number_drops_no_row_and_joins_no_stranger(world: World, number: str) -> None:
    world.register(
        "persons",
        {"person_number": number, "person_name": "Anna Berg"},
        {"person_number": number, "person_name": "Omar Lind"},
    )
    assert len(world.resolve()) == 2


def test_one_person_with_two_valid_numbers_in_one_file_stays_two(world: World) -> None:
    world.register("persons", *({"person_number": n, "person_name": "Anna Berg", **HOME} for n in (A, B)))
    assert len(world.resolve()) == 2


def test_a_source_id_used_again_for_another_person_joins_neither(world: World) -> None:
    world.register(
        "invoices",
        {"supplier_key": "7", "supplier_number": A, "supplier_name": "Anna Berg"},
        {"supplier_key": "7", "supplier_number": B, "supplier_name": "Omar Lind"},
    )
    assert len(world.resolve()) == 2


def test_somebody_elses_number_is_refused_where_name_and_home_speak_against_it(world: World) -> None:
    world.register(
        "persons",
        {"person_number": A, "person_name": "Anna Berg", "birth_date": BORN, **HOME},
        {"person_number": A, "person_name": "Anna Berg", **HOME},
        {"person_number": A, "person_name": "Omar Lind", "street": "Nygatan 9", "postcode": "18255"},
        {"person_number": A, "person_name": "Siv Ek"},
    )
    world.resolve()
    holder = world.entity("persons", birth_date=BORN)
    refused = world.mention("persons", name="Omar Lind")
    assert (refused["conflict"], refused["entity_id"] != holder) == ("name", True)
    unsupported = world.mention("persons", name="Siv Ek")  # nothing speaks for a wholly unlike name
    assert (unsupported["conflict"], unsupported["is_exact"]) == ("name", False)
    assert unsupported["entity_id"] != holder


@pytest.mark.parametrize("support", [{"birth_date": BORN}, HOME])
def test_a_wholly_unlike_name_keeps_a_number_that_home_or_birth_date_speak_for(
    world: World, support: dict[str, Any]
) -> None:
    world.register(
        "persons",
        {"person_number": A, "person_name": "Anna Berg", "birth_date": BORN, **HOME},
        {"person_number": A, "person_name": "Siv Ek", **support},
    )
    assert len(world.resolve()) == 1


@pytest.mark.parametrize("name", ["محمد علي", "قسطنطين البغدادي"])
def test_a_name_in_arabic_script_keeps_its_number(world: World, name: str) -> None:
    latin = {"محمد علي": "Mohammed Ali", "قسطنطين البغدادي": "Konstantin Baghdadi"}[name]
    world.register("persons", {"person_number": A, "person_name": latin, "birth_date": BORN, **HOME})
    world.register("roles", {"person_number": A, "person_name": name, "role": "owner"})
    assert len(world.resolve()) == 1


@pytest.mark.parametrize("number", [None, A])
def test_a_key_that_another_party_got_later_joins_no_wholly_unlike_names(world: World, number: str | None) -> None:
    world.register(
        "invoices",
        {"supplier_key": "7", "supplier_number": number, "supplier_name": "Anna Berg"},
        {"supplier_key": "7", "supplier_number": number, "supplier_name": "Anna Bergh"},
        {"supplier_key": "7", "supplier_name": "Omar Lind"},
    )
    assert len(world.resolve()) == 2


@pytest.mark.parametrize(
    ("name", "other", "parties"),
    [
        ("Kerstin Almqvist", "Omar Almqvist", 2),
        ("Almqvist, Kerstin", "Omar Almqvist", 2),
        ("Almqvist Kerstin", "Omar Almqvist", 2),
        ("Kerstin Anna Almqvist", "Omar Almqvist", 2),
        ("K Almqvist", "Omar Almqvist", 2),
        ("K Almqvist", "Kerstin Almqvist", 1),
        ("Kerstin Almqvist", "Kristin Almqvist", 1),
        ("Anna Kerstin Almqvist", "Kerstin Almqvist", 1),
        ("Kerstin Almqvist", "Kerstin Lindgren", 1),
        ("Kerstin Almqvist", "Almqvist", 1),
        ("Kerstin Almqvist", "Almqvist Bygg AB", 1),
        ("Solen Granens Almqvist", "Tallen Bygg och Almqvist", 1),
        ("Solens Almqvist AB", "Granens Almqvist AB", 1),
    ],
)
def test_a_key_that_a_person_of_the_same_family_name_got_later_joins_nobody(
    world: World, name: str, other: str, parties: int
) -> None:
    for first, second in ((name, other), (other, name)):
        for times in (1, 3):
            rows = [{"supplier_key": "7", "supplier_name": first}] * times
            world.register("invoices", *rows, {"supplier_key": "7", "supplier_name": second})
            assert len(world.resolve()) == parties


RENAMED = [
    ("Omsorgen Solen", "Hemtjänsten Solen"),
    ("Hotell Kronan", "Pensionat Kronan"),
    ("Solens Omsorg", "Granens Omsorg"),
    ("Solbackens Förskola", "Västerängs Förskola"),
    ("Sundsvalls Kommun", "Timrå Kommun"),
    ("Margareta Berg", "Greta Berg"),
    ("Maria Lind", "Mia Lind"),
]


def parties_of_a_key(world: World, name: str, other: str) -> int:
    """How many parties two names under one key are, whichever of them is the usual one."""
    found = set()
    for usual, once in ((name, other), (other, name)):
        rows = [{"supplier_key": "7", "supplier_name": usual}] * 3
        world.register("invoices", *rows, {"supplier_key": "7", "supplier_name": once})
        world.resolve()
        assert "person" not in {m["kind"] for m in world.mentions if m["register"] == "invoices"}
        found.add(len({m["entity_id"] for m in world.mentions if m["register"] == "invoices"}))
    (parties,) = found
    return parties


def deliver_persons(world: World, *given: str) -> None:
    """Persons with these given names, and a family name that no supplier bears."""
    world.register("persons", *({"person_name": f"{each} Ek", "birth_date": BORN} for each in given))


@pytest.mark.parametrize(("name", "other"), RENAMED)
def test_a_renamed_supplier_keeps_its_key_where_persons_delivered_bear_no_such_given_names(
    world: World, name: str, other: str
) -> None:
    deliver_persons(world, "Maria", "Margareta", "Solveig")
    assert parties_of_a_key(world, name, other) == 1


@pytest.mark.parametrize(
    ("name", "other", "parties"),
    [
        ("Kerstin Almqvist", "Omar Almqvist", 2),
        ("Almqvist Kerstin", "Omar Almqvist", 2),
        ("Kerstin Kersti Almqvist", "Omar Almqvist", 2),
        ("K Almqvist", "Omar Almqvist", 2),
        ("Erik Berg", "Fredrik Berg", 2),
        ("Maria Lind", "Mia Lind", 2),
        ("Margareta Berg", "Greta Berg", 1),
        ("Helena Berg", "Lena Berg", 1),
        ("Kerstin Almqvist", "Nina Almqvist", 1),
        ("Kerstin Almqvist", "Kersti Almqvist", 1),
    ],
)
def test_names_under_one_key_are_two_where_persons_delivered_bear_both_given_names(
    world: World, name: str, other: str, parties: int
) -> None:
    borne = ("Kerstin", "Kersti", "Omar", "Erik", "Fredrik", "Maria", "Mia", "Margareta", "Greta", "Helena", "Lena")
    deliver_persons(world, *borne)
    assert parties_of_a_key(world, name, other) == parties


@pytest.mark.parametrize(("keys", "parties"), [(0, 2), (1, 1)])
@pytest.mark.parametrize(("name", "other"), RENAMED[:5])
def test_a_word_that_keys_share_is_no_given_name_in_a_ledger_alone(
    world: World, name: str, other: str, keys: int, parties: int
) -> None:
    rows = [{"supplier_key": "7", "supplier_name": each} for each in (name, other)]
    more = [
        {"supplier_key": f"other {key}", "supplier_name": f"{name.split(maxsplit=1)[0]} Tallen"} for key in range(keys)
    ]
    world.register("invoices", *rows, *more)
    world.resolve()
    assert len({m["entity_id"] for m in world.mentions if m["source_key"] == "7"}) == parties


def test_persons_of_one_family_name_under_a_key_of_another_country_stay_two(world: World) -> None:
    world.register(
        "foreign_persons",
        *({"foreign_number": "7", "person_name": f"{given} Almqvist"} for given in ("Kerstin", "Omar", "Kersti")),
        *({"foreign_number": "8", "person_name": f"{given} Lindgren"} for given in ("Helena", "Lena")),
    )
    world.resolve()
    told = {m["name"]: m["entity_id"] for m in world.mentions}
    assert told["Kerstin Almqvist"] == told["Kersti Almqvist"] != told["Omar Almqvist"]
    assert told["Helena Lindgren"] == told["Lena Lindgren"]


@pytest.mark.parametrize(
    ("name", "other"), [("Anna Berg", "Omar Lind"), ("Anna Berg", "Omar Berg"), ("Granen AB", "Solen AB")]
)
@pytest.mark.parametrize("is_usual", [False, True])
def test_many_rows_of_another_party_take_no_number_over_by_its_key(
    world: World, name: str, other: str, is_usual: bool
) -> None:
    number = made_up("556100001") if name.endswith("AB") else A
    if not name.endswith("AB"):
        world.register("persons", {"person_number": B, "person_name": other})  # so that the ledger's is a person's name
    world.register(
        "invoices",
        {"supplier_key": "7", "supplier_number": number, "supplier_name": name},
        *[{"supplier_key": "7", "supplier_name": other}] * (5 if is_usual else 1),
    )
    world.resolve()
    assert world.entity("invoices", name=name) != world.entity("invoices", name=other)


def test_a_trade_in_common_does_not_make_one_of_two_who_had_a_key(world: World) -> None:
    world.register(
        "invoices",
        *(
            {"supplier_key": str(i), "supplier_name": f"{name} Bygg AB"}
            for i, name in enumerate(["Norrby", "Ekdal", "Vikman", "Tallgren"])
        ),
        {"supplier_key": "9", "supplier_name": "Andersson Bygg AB"},
        {"supplier_key": "9", "supplier_name": "Lindkvist Bygg AB"},
        {"supplier_key": "8", "supplier_name": "Solens Omsorg AB"},
        {"supplier_key": "8", "supplier_name": "Solen Bygg AB"},
    )
    world.resolve()
    told = {m["name"]: m["entity_id"] for m in world.mentions}
    assert told["Andersson Bygg AB"] != told["Lindkvist Bygg AB"]
    assert told["Solens Omsorg AB"] == told["Solen Bygg AB"]


@pytest.mark.parametrize(
    "filler", ["SAKNAS", "Okänd", "UTLAND", "19000101-0000", "19000101-1234", "19801301-1234", made_up("556100001")]
)
def test_what_fills_the_place_of_a_number_joins_no_namesakes(world: World, filler: str) -> None:
    other = {"street": "Nygatan 9 lgh 1202", "postcode": "182 55"}
    row = {"person_number": filler, "person_name": "Anna Andersson"}
    world.register("persons", {**row, **HOME}, {**row, **other})
    world.register("roles", {**row, "role": "owner"})
    world.resolve()
    assert len({m["entity_id"] for m in world.mentions if m["register"] == "persons"}) == 2
    assert "wrong_number" not in {m["why"] for m in world.mentions}


def test_a_wrong_number_does_not_join_two_homes(world: World) -> None:
    wrong = A[:-1] + str((int(A[-1]) + 4) % 10)
    row = {"person_number": wrong, "person_name": "Anna Andersson"}
    world.register("persons", {**row, **HOME}, {**row, "street": "Nygatan 9 lgh 1202", "postcode": "182 55"})
    world.register("roles", {**row, "role": "owner"})
    world.resolve()
    assert len({m["entity_id"] for m in world.mentions if m["register"] == "persons"}) == 2


def test_a_number_that_manuals_show_is_nobodys(world: World) -> None:
    world.register(
        "persons", *({"person_number": "191212121212", "person_name": n} for n in ("Anna Berg", "Omar Lind"))
    )
    world.register("roles", {"person_number": "121212-1212", "person_name": "Anna Berg", "role": "owner"})
    world.resolve(synthetic=False)
    assert len(world.entities) == 3
    assert all("placeholder" in entity["number_problems"] for entity in world.entities.values())


def test_many_rows_do_not_take_a_number_over_from_its_holder(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg", "birth_date": BORN, **HOME})
    nearly = BORN.replace(day=BORN.day + 1)
    world.register(
        "roles",
        *(
            {"person_number": A, "person_name": "Omar Lind", "birth_date": nearly, "role": r}
            for r in ("owner", "x", "y")
        ),
    )
    world.resolve()
    holder, other = world.mention("persons"), world.mention("roles")
    assert (holder["conflict"], holder["is_exact"]) == (None, True)
    assert (other["conflict"], other["is_exact"], other["entity_id"] != holder["entity_id"]) == ("name", False, True)
    assert world.entities[holder["entity_id"]]["number"] == A


def test_many_rows_do_not_take_an_undated_number_over_from_its_holder(world: World) -> None:
    undated = made_up("800060123")
    world.register("persons", {"person_number": undated, "person_name": "Anna Berg", "birth_date": BORN})
    world.register(
        "roles",
        *(
            {"person_number": undated, "person_name": "Omar Lind", "birth_date": date(1961, 7, 25), "role": r}
            for r in ("owner", "x", "y")
        ),
    )
    world.resolve()
    assert (world.mention("persons")["conflict"], world.mention("roles")["conflict"]) == (None, "birth_date")


@pytest.mark.parametrize(
    ("name", "other", "unlike"),
    [
        ("anna berg", "omar lind", True),
        ("anna berg", "ana lind", False),
        ("a berg", "anna lind", False),
        ("drwsh qbny", "omar darwish", False),
        ("drwsh qbny", "omar lind", True),
        ("bghdady", "baghdadi", False),
        ("kim ly", "ali hassan", True),
        ("vy ng", "eva anna", True),
    ],
)
def test_names_are_wholly_unlike_when_no_word_is_like_any(name: str, other: str, unlike: bool) -> None:
    assert wholly_unlike(name, other) is unlike


def test_a_slip_in_a_birth_date_does_not_keep_a_row_from_its_number(world: World) -> None:
    world.register("persons", {"person_number": A, "person_name": "Anna Berg", "birth_date": BORN})
    world.register(
        "roles", {"person_number": A, "person_name": "Anna Berg", "birth_date": date(1980, 1, 11), "role": "owner"}
    )
    assert len(world.resolve()) == 1


def test_a_broken_model_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = model_file(tmp_path, "person")
    assert kept_model(path) is None
    path.write_text("{", encoding="utf-8")
    with pytest.raises(StorageError, match="is no linkage model"):
        kept_model(path)
