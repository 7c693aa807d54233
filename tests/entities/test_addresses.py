from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from follow_money.entities.addresses import account_key, parse_address, parse_addresses, phone_key


@pytest.mark.parametrize(
    ("line", "postcode", "expected"),
    [
        (
            "Storgatan 12 lgh 1102",
            "151 31",
            {"street": "storgatan", "number": "12", "lgh": "1102", "postcode": "15131"},
        ),
        (
            "Storg. 12, lgh 1102",
            "SE-15131",
            {"street": "storgatan", "number": "12", "lgh": "1102", "postcode": "15131"},
        ),
        ("Storgatan 12B", "15131", {"street": "storgatan", "number": "12", "letter": "b"}),
        (
            "Kyrkv. 3 b, 151 31 Södertälje",
            "",
            {"street": "kyrkvagen", "number": "3", "letter": "b", "postcode": "15131", "city": "sodertalje"},
        ),
        ("c/o Anna Berg, Storgatan 1", "15131", {"co": "anna berg", "street": "storgatan", "number": "1"}),
        ("c/o Anna Berg Storgatan 1", "15131", {"co": "anna berg", "street": "storgatan", "number": "1"}),
        ("C / O Berg Kyrkv. 3 lgh 1001", "15131", {"co": "berg", "street": "kyrkvagen", "number": "3", "lgh": "1001"}),
        ("Storg 12", "15131", {"street": "storgatan", "number": "12"}),
        ("Kyrkv 3 nb", "15131", {"street": "kyrkvagen", "number": "3"}),
        ("Ekst. 4, 2 tr", "15131", {"street": "ekstigen", "number": "4", "letter": ""}),
        ("N:a Ringv. 91", "15131", {"street": "norra ringvagen", "number": "91"}),
        ("S Kungsgatan 5", "15131", {"street": "sodra kungsgatan", "number": "5"}),
        ("Berg 12", "15131", {"street": "berg", "number": "12"}),
        ("Box 123", "15131", {"box": "123", "street": ""}),
        ("Postbox 123", "15131", {"box": "123", "street": ""}),
        ("Storgatan 1", "01234", {"postcode": ""}),
        ("Storgatan 12 lgh1102", "15131", {"street": "storgatan", "number": "12", "lgh": "1102"}),
        ("Storgatan 12 B, 1102", "15131", {"number": "12", "letter": "b", "lgh": "1102"}),
        ("Storgatan 12/1102", "15131", {"number": "12", "lgh": "1102"}),
        ("Storgatan\u00a0１２ lgh\u00a01102", "15131", {"street": "storgatan", "number": "12", "lgh": "1102"}),
        ("c/o Berg Ringv 5", "15131", {"co": "berg", "street": "ringvagen", "number": "5"}),
        ("Ringväg 5", "15131", {"street": "ringvagen", "number": "5"}),
        ("1:a Långgatan 5", "41303", {"street": "forsta langgatan", "number": "5"}),
        ("Box 12, Storgatan 3", "15131", {"box": "12", "street": "storgatan", "number": "3"}),
        ("P.O. Box 12", "15131", {"box": "12", "street": ""}),
        ("FE 123", "83877", {"box": "123", "street": "", "number": ""}),
        ("Plan 3, Storgatan 5", "15131", {"street": "storgatan", "number": "5"}),
        ("Uppg. 2 Storgatan 5", "15131", {"street": "storgatan", "number": "5"}),
        ("Östra Berga 4:11", "83004", {"street": "ostra berga", "number": "4:11"}),
    ],
)
def test_an_address_is_taken_apart(line: str, postcode: str, expected: dict[str, Any]) -> None:
    found = parse_address(line, postcode)
    assert {part: getattr(found, part) for part in expected} == expected


def test_a_missing_flat_gives_one_building_and_no_dwelling() -> None:
    told = parse_addresses(
        *(
            pa.array(column, pa.string())
            for column in (["Storgatan 12 lgh 1102", "Storg. 12"], ["15131", "151 31"], ["", None])
        )
    )
    assert len(set(told.building().to_pylist())) == 1
    assert told.dwelling().null_count == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Storgatan 12", "Storgatan 21"),
        ("Östra Berga 4:11", "Östra Berga 4:12"),
        ("Plan 3, Storgatan 5", "Plan 3, Nygatan 5"),
    ],
)
def test_two_houses_are_two(one: str, other: str) -> None:
    told = parse_addresses(*(pa.array(column, pa.string()) for column in ([one, other], ["15131"] * 2, [""] * 2)))
    assert len(set(told.building().to_pylist())) == 2


def test_one_telephone_and_one_account_have_one_key() -> None:
    assert len(set(phone_key(pa.array(["08-123 45 67", "+46 (0)8 1234567", "0046 8 123 45 67"])).to_pylist())) == 1
    assert phone_key(pa.array(["12", None])).to_pylist() == [None, None]
    assert len(set(account_key(pa.array(["bg:5050-1055", "BG:50501055"])).to_pylist())) == 1
