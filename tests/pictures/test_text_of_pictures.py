from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from follow_money.pictures.kronor import kronor
from follow_money.pictures.printable import printable
from follow_money.pictures.svg import escaped, shortened


@pytest.mark.parametrize(
    ("ore", "told"),
    [
        (0, "0 kr"),
        (49, "0 kr"),
        (50, "1 kr"),
        (123_456_700, "1 234 567 kr"),
        (99_950, "1 000 kr"),
        (-150, "−2 kr"),
        (-100, "−1 kr"),
    ],
)
def test_kronor_in_swedish(ore: int, told: str) -> None:
    assert kronor(ore) == told.replace(" ", "\u00a0")


def test_kronor_with_ore_round_nothing() -> None:
    assert kronor(123_456_789, with_ore=True) == "1\u00a0234\u00a0567,89\u00a0kr"
    assert kronor(-5, "en", with_ore=True) == "−SEK\u00a00.05"


def test_kronor_in_english() -> None:
    assert kronor(123_456_700, "en") == "SEK\u00a01,234,567"


def test_swedish_letters_and_dashes_stay() -> None:
    assert printable("Åsa Öberg – 1\u00a0000 €") == "Åsa Öberg – 1\u00a0000 €"


def test_letter_and_accent_become_one_letter() -> None:
    assert printable("A\u030a") == "Å"


@pytest.mark.parametrize("text", ["\u202e", "\u200b", "\u00ad", "\x00", "\x1b", "😀", "東", "\ufeff", "\u2028"])
def test_what_hides_or_has_no_glyph_becomes_its_code(text: str) -> None:
    assert printable(f"a{text}b") == f"a‹U+{ord(text):04X}›b"


@given(st.text())
def test_printable_text_stays_as_it_is(text: str) -> None:
    assert printable(printable(text)) == printable(text)


@given(st.text())
def test_no_text_opens_a_tag_or_ends_an_attribute(text: str) -> None:
    assert not set('<>"') & set(escaped(text))


@given(st.text(), st.integers(1, 40))
def test_shortened_text_is_short(text: str, characters: int) -> None:
    assert len(shortened(text, characters)) <= characters
