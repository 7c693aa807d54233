from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from follow_money.entities.names import agreement, fold, fold_strictly, names_agree, person_key


def one(name: str) -> str | None:
    key: str | None = person_key(pa.array([name]))[0].as_py()
    return key


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Anna Sjöström", "SJÖSTRÖM, Anna"),
        ("Anna Sjöström", "Anna Sjoestroem"),
        ("Åsa Ängberg", "Aasa Aengberg"),
        ("Anna-Karin Berg", "Anna Karin Berg"),
        ("Dr. Ali von Berg", "Ali Berg"),
        ("Ayşe Şahin", "Ayse Sahin"),
        ("Zo\u0308e Berg", "Zöe Berg"),
        ("Abd al Malik", "Malik Abd"),
    ],
)
def test_spellings_of_one_name_have_one_key(name: str, other: str) -> None:
    assert one(name) == one(other)


def test_names_in_other_scripts_are_written_in_latin_letters() -> None:
    assert one("Юсуф Али") == "ali yusuf"


def test_strict_folding_keeps_the_swedish_letters_apart() -> None:
    assert fold_strictly(pa.array(["Håll É", "HÄLL e"])).to_pylist() == ["håll e", "häll e"]
    assert fold(pa.array(["Håll", "HÄLL"])).to_pylist() == ["hall", "hall"]


@pytest.mark.parametrize("name", ["", " ", "-", "..."])
def test_a_name_of_nothing_has_no_key(name: str) -> None:
    assert one(name) is None


def test_a_name_of_particles_is_kept() -> None:
    assert one("De la") is not None


@pytest.mark.parametrize(
    ("name", "other", "agree"),
    [
        ("anna svensson", "ana svensson", True),
        ("anna karin svensson", "anna svensson", True),
        ("a svensson", "anna svensson", True),
        ("karin svensson", "karl svensson", False),
        ("erik svensson", "eva svensson", False),
        ("anna berg", "omar lind", False),
    ],
)
def test_names_agree_word_by_word(name: str, other: str, agree: bool) -> None:
    assert names_agree(name, other) is agree
    assert agreement(pa.array([name]), pa.array([other])).tolist() == [agree]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(st.none(), st.text(max_size=300)), max_size=20))
def test_no_name_is_too_odd_and_order_does_not_matter(names: list[str | None]) -> None:
    keys = person_key(pa.array(names, pa.string())).to_pylist()
    assert person_key(pa.array(names[::-1], pa.string())).to_pylist() == keys[::-1]
    assert all(key is None or key == " ".join(sorted(key.split())) for key in keys)
