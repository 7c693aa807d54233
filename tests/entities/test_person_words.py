"""Names as linkage compares them: one spelling for many, given and family name, whichever way round."""

from __future__ import annotations

import pyarrow as pa
import pytest

from follow_money.entities.names import fold, person_key
from follow_money.entities.person_words import bearers, person_words
from follow_money.entities.spellings import one_spelling


@pytest.mark.parametrize(
    "variants",
    [
        "Yusuf Youssef Yousif",
        "Gabriel Gebrail Jibril",
        "Georgis Gewargis",
        "Afrem Ephrem",
        "Khalid Chaled",
        "Abdulrahman Abdelrahman",
        "Şahin Sahin Shahin",
        "Jovanović Jovanovich Jovanovitch",
        "Aleksandr Alexander",
        "Mohammed Muhammad Mehmet",
        "Sayed Sayyid Seyit Syed",
    ],
)
def test_one_name_written_in_many_ways_has_one_spelling(variants: str) -> None:
    assert len(set(one_spelling(fold(pa.array(variants.split()))).to_pylist())) == 1


@pytest.mark.parametrize(
    "names",
    [
        "Karin Karl",
        "Anna Hanna Johanna",
        "Hasan Hussein",
        "Ahmed Mohammed Mahmoud",
        "Erik Eva",
        "Aisha Isa",
        "Iris Georg Georgios",
        "Zaid Said Saad",
        "Zahra Sara",
        "Leena Lina",
        "Ian Jan",
        "Jane Janne",
        "Azad Asad",
        "Nazir Nasir",
        "Nazim Nasim",
        "Hazim Hashim",
        "Kazim Qasim",
        "Said Sayed",
    ],
)
def test_different_names_keep_different_spellings(names: str) -> None:
    assert len(set(one_spelling(fold(pa.array(names.split()))).to_pylist())) == len(names.split())


def test_given_and_family_name_are_found_whichever_way_a_name_is_turned() -> None:
    usual = [f"{given} {family}" for given in ("Ada", "Bo", "Eva", "Pia", "Siv") for family in ("Berg", "Dahl", "Lind")]
    told = person_words(pa.array([*usual, "Berg, Ada", "BERG ADA", "Ada Maria Berg", "Berg", "", None]))
    ends = list(zip(told.given.to_pylist(), told.family.to_pylist(), strict=True))
    assert ends[15:] == [("ada", "berg"), ("ada", "berg"), ("ada", "berg"), (None, "berg"), (None, None), (None, None)]
    assert told.key.to_pylist()[15:18] == ["ada berg", "ada berg", "ada berg maria"]


def test_long_names_that_differ_at_their_end_are_two() -> None:
    many = " ".join(f"Namn{chr(97 + i)}{chr(97 + i)}x" for i in range(20))
    told = person_words(pa.array([f"{many} Berg", f"{many} Dahl"]))
    assert told.family.to_pylist() == ["berg", "dal"]
    assert len(set(told.key.to_pylist())) == 2


@pytest.mark.parametrize("name", ["X", "Å", "a" * 300, "محمد علي", "De la", "  ", "123 456"])
def test_no_name_is_too_odd(name: str) -> None:
    told = person_words(pa.array([name, "Ada Berg"]))
    assert told.key.to_pylist()[1] == "ada berg"


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Leg. läk. Anna Berg", "Anna Berg"),
        ("Advokat Anna Berg", "Anna Berg"),
        ("Anna Berg (dödsbo)", "Anna Berg"),
        ("Dödsboet efter Anna Berg", "Anna Berg"),
        ("Berg, Anna dbo", "Anna Berg"),
        ("Anna Berg c/o Erik Lind", "Anna Berg"),
        ("Anna Berg 19811228-XXXX", "Anna Berg"),
        ("Anna Berg (811228)", "Anna Berg"),
    ],
)
def test_what_stands_beside_a_name_is_no_part_of_it(name: str, other: str) -> None:
    told = person_words(pa.array([name, other]))
    assert len(set(told.key.to_pylist())) == len(set(told.given.to_pylist())) == len(set(told.family.to_pylist())) == 1
    assert len(set(person_key(pa.array([name, other])).to_pylist())) == 1


@pytest.mark.parametrize("name", ["Anna och Erik Berg", "Berg, Anna & Erik", "c/o Erik Lind", "Anna Berg & Erik Lind"])
def test_two_people_and_one_in_whose_care_somebody_is_are_nobodys_name(name: str) -> None:
    assert person_words(pa.array([name])).key.to_pylist() == person_key(pa.array([name])).to_pylist() == [None]


@pytest.mark.parametrize("initial", "ABCDEFGHIJKLMNOPQRSTUVWXZ")
def test_an_initial_is_like_the_name_that_it_stands_for(initial: str) -> None:
    begins = {"C": "Carl", "H": "Hans", "J": "Johan", "Q": "Quentin", "W": "Wille", "X": "Xenia", "Z": "Zara"}
    told = person_words(pa.array([f"{initial}. Berg", f"{begins.get(initial, initial + 'nna')} Berg"]))
    one, whole = told.given.to_pylist()
    assert (len(one), one) == (1, whole[0])


def test_bearers_are_counted_and_nobody_bears_nothing() -> None:
    assert bearers(pa.array(["a", "b", "a", None])).to_pylist() == [2, 1, 2, 0]


@pytest.mark.parametrize(
    ("name", "given", "family"),
    [
        ("Y. Berg", "i", "berg"),
        ("Anh Le", "an", "le"),
        ("Le, Anh", "an", "le"),
        ("Anna Maria Le", "ana", "le"),
        ("Minh Van", "min", "van"),
        ("Li Bin", "li", "bin"),
        ("Sok Ing", "sok", "ing"),
        ("Johan van der Berg", "iohan", "berg"),
        ("Anna Berg, civ. ing.", "ana", "berg"),
        ("Jose Garcia y Lopez", "iose", "lopes"),
    ],
)
def test_a_particle_or_title_that_is_the_name_itself_stays(name: str, given: str, family: str) -> None:
    told = person_words(pa.array([name]))
    assert (told.given[0].as_py(), told.family[0].as_py()) == (given, family)


@pytest.mark.parametrize(
    ("name", "other"), [("Anh Le", "Anh Van"), ("Le Van Minh", "Minh"), ("Y. Berg", "Berg"), ("Li Bin", "Li")]
)
def test_names_that_differ_in_a_word_that_may_be_a_particle_are_two(name: str, other: str) -> None:
    keys = person_key(pa.array([name, other]))
    assert keys[0] != keys[1]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("محمد علي", "Mohammed Ali"),
        ("مُحَمَّد عليّ", "Muhammad Aly"),
        ("أحمد حسن", "Ahmed Hassan"),
        ("فاطمة الزهراء", "Fatima Al-Zahra"),
        ("عائشة محمود", "Aisha Mahmoud"),
        ("عبدالرحمن سعيد", "Abdulrahman Said"),
        ("جبرائيل حداد", "Gabriel Haddad"),
        ("حسن، محمد", "Mohammed Hassan"),
        ("(محمد) حسن", "Mohammed Hassan"),
        ("ﻣﺤﻤﺪ ﺣﺴﻦ", "Mohammed Hassan"),
        ("عبد الله حسن", "Abdullah Hassan"),
        ("محمد بن علي", "Mohammed bin Ali"),
        ("إلهام كريم", "Ilham Karim"),
        ("سارا علي", "Sara Ali"),
        ("حامد علي", "Hamed Ali"),
    ],
)
def test_common_names_in_arabic_script_are_those_in_latin_letters(name: str, other: str) -> None:
    told = person_words(pa.array([name, other]))
    assert told.key[0] == told.key[1]


@pytest.mark.parametrize(
    ("name", "other"),
    [("سالم علي", "سلام علي"), ("هناء علي", "حنان علي"), ("حامد علي", "حميد علي"), ("ألين علي", "ين علي")],
)
def test_names_that_differ_in_a_long_vowel_in_arabic_script_are_two(name: str, other: str) -> None:
    told = person_words(pa.array([name, other]))
    assert told.key[0] != told.key[1]
