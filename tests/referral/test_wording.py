from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

import pytest

from follow_money.referral import find_authority
from follow_money.referral.packet import packet_files
from follow_money.referral.texts import LANGUAGES, never_said, texts
from tests.referral.letter_case import CREATED, letter_case
from tests.referral.reading import pages

FOLDER = files("follow_money.referral")


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in strings(inner)]
    return [value] if isinstance(value, str) else []


def keys(value: Any, path: str = "") -> set[str]:
    if not isinstance(value, dict):
        return {path}
    return {found for key, inner in value.items() for found in keys(inner, f"{path}.{key}")}


@pytest.mark.parametrize(
    "word",
    [
        "bedragare",
        "Bedragaren",
        "fuskare",
        "misstänkt",
        "misstänkta",
        "skyldig",
        "brottsling",
        "kriminell",
        "fraudster",
        "suspect",
        "Suspected",
        "guilty",
        "criminal",
        "was false",
    ],
)
def test_word_list_finds(word: str) -> None:
    assert never_said(f"x {word}, y")


@pytest.mark.parametrize(
    "word",
    [
        "underrättelseskyldighet",
        "uppgiftsskyldighet",
        "bidragsbrottslagen",
        "brottsbekämpande",
        "is contradicted by",
        "motsägs av",
    ],
)
def test_word_list_leaves_names_of_laws(word: str) -> None:
    assert not never_said(f"x {word}, y")


@pytest.mark.parametrize(
    "name",
    [
        "templates/sv.toml",
        "templates/en.toml",
        "templates/anmalan.typ",
        "gateways.toml",
        "authorities/forsakringskassan.toml",
    ],
)
def test_no_template_says_what_a_packet_never_says(name: str) -> None:
    assert never_said((FOLDER / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_packet_says_what_a_packet_never_says(language: str) -> None:
    told = packet_files(
        letter_case(), find_authority("forsakringskassan"), language=language, created=CREATED, author="X"
    )
    assert never_said(" ".join(pages(told["anmalan.pdf"]))) == []
    for name in ("bevis.json", "talar-emot.json", "manifest.json"):
        assert never_said(" ".join(strings(json.loads(told[name])))) == []
    for name in ("bevis.csv", "tidslinje.svg"):
        assert never_said(told[name].decode()) == []


def test_both_languages_have_the_same_sentences_with_the_same_gaps() -> None:
    swedish, english = texts("sv"), texts("en")
    assert keys(swedish) == keys(english)
    for one, other in zip(strings(swedish), strings(english), strict=True):
        assert sorted(re.findall(r"\{\w+\}", one)) == sorted(re.findall(r"\{\w+\}", other))


def test_packet_says_that_the_authority_decides_and_that_intent_is_not_told() -> None:
    told = packet_files(letter_case(), find_authority("forsakringskassan"), language="sv", created=CREATED, author="X")
    text = " ".join(pages(told["anmalan.pdf"]))
    assert "Beslutet fattas av Försäkringskassan, inte av ett program." in text
    assert "Det säger inget om någons avsikt." in text
