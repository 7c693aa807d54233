from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from follow_money.errors import UsageError
from follow_money.referral.authority import authority_codes, find_authority, parse_authority
from follow_money.referral.gateways import gateways, judge, judge_all, parse_gateway

ANY_DAY = date(2026, 3, 2)


def gateway(**told: Any) -> Any:
    plain = {
        "id": "G",
        "version": 1,
        "law": "L",
        "effect": "must",
        "valid_from": "2024-07-01",
        "text_sv": "",
        "text_en": "",
    }
    return parse_gateway({**plain, "confidence": {"content": "v", "date": "v"}, **told})


def test_gateway_holds_from_its_first_to_its_last_day() -> None:
    one = gateway(valid_to="2025-06-30")
    assert judge(one, date(2024, 6, 30)).reason == "gateway_not_yet"
    assert judge(one, date(2024, 7, 1)).is_valid
    assert judge(one, date(2025, 6, 30)).is_valid
    assert judge(one, date(2025, 7, 1)).reason == "gateway_repealed"


def test_bare_year_holds_from_its_last_day() -> None:
    assert not judge(gateway(valid_from="2008"), date(2008, 12, 30)).is_valid
    assert judge(gateway(valid_from="2008"), date(2008, 12, 31)).is_valid


def test_unknown_or_unconfirmed_date_blocks() -> None:
    assert judge(gateway(valid_from=None), ANY_DAY).reason == "gateway_date_unconfirmed"
    assert judge(gateway(confidence={"content": "v", "date": "u"}), ANY_DAY).reason == "gateway_date_unconfirmed"


def test_unread_wording_blocks() -> None:
    assert judge(gateway(confidence={"content": "u", "date": "v"}), ANY_DAY).reason == "gateway_content_unconfirmed"


@pytest.mark.parametrize("effect", ["bar", "scope", "proposed", "status"])
def test_what_opens_nothing_is_never_valid(effect: str) -> None:
    assert judge(gateway(effect=effect), ANY_DAY).reason == "gateway_opens_nothing"


def test_table_holds_every_gateway_with_both_languages() -> None:
    assert list(gateways()) == [f"G{number:02d}" for number in range(1, 18)]
    for one in gateways().values():
        assert one.text["sv"]
        assert one.text["en"]
        assert {one.confidence_content, one.confidence_date} <= set("vsu")


def test_forsakringskassan_may_be_told_under_g03_and_g06_but_not_under_unconfirmed_ones() -> None:
    verdicts = judge_all(find_authority("forsakringskassan").gateways, ANY_DAY)
    assert [(one.gateway.id, one.is_valid) for one in verdicts] == [
        ("G03", True),
        ("G06", True),
        ("G09", False),
        ("G10", False),
    ]


def test_unknown_gateway_is_a_sentence() -> None:
    with pytest.raises(UsageError, match="has no G99"):
        judge_all(["G99"], ANY_DAY)


def test_every_authority_file_fits_the_contract_and_the_gateway_table() -> None:
    for code in authority_codes():
        one = find_authority(code)
        assert one.code == code
        assert set(one.gateways) <= set(gateways())


def test_accounts_addresses_and_birth_dates_are_on_no_list() -> None:
    never = {"account", "payer_account", "payee_account", "street", "postcode", "city", "phone", "birth_date"}
    for code in authority_codes():
        for allowed in find_authority(code).registers.values():
            assert not never & {*allowed.columns, *allowed.other_programmes}


def test_unknown_authority_is_a_sentence() -> None:
    with pytest.raises(UsageError, match="There is no authority 'x'"):
        find_authority("x")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"registers": {"nothing": {"columns": []}}}, "names register 'nothing'"),
        ({"registers": {"claims": {"columns": ["nothing"]}}}, "what the contract lacks: nothing"),
        ({"extra": 1}, "unknown or missing keys: extra"),
        ({"format": 2}, "format 2"),
    ],
)
def test_broken_authority_file_says_what_is_wrong(change: dict[str, Any], match: str) -> None:
    text = ("code", "name_sv", "name_en", "decides_sv", "decides_en")
    lists = ("programmes", "payers", "gateways", "person_roles")
    plain = {"format": 1, "registers": {}, **dict.fromkeys(text, "a"), **{key: [] for key in lists}}
    with pytest.raises(UsageError, match=match):
        parse_authority({**plain, **change})
