from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from personnummer import personnummer
from stdnum.se import orgnr

from follow_money.entities.identity_numbers import NumberKind, classify, classify_all
from tests.entities.small_registers import AS_OF
from tests.entities.small_registers import made_up as number

BORN_1980, BORN_2010, FIRM = "800101123", "100101123", "556677889"


@pytest.mark.parametrize(
    ("form", "kind", "normalised"),
    [
        ("{0}", NumberKind.PERSONNUMMER, "19{0}"),
        ("19{0}", NumberKind.PERSONNUMMER, "19{0}"),
        ("{1}-{2}", NumberKind.PERSONNUMMER, "19{0}"),
        ("19{1}-{2}", NumberKind.PERSONNUMMER, "19{0}"),
        (" 19{1} {2} ", NumberKind.PERSONNUMMER, "19{0}"),
        ("19{1}\u2013{2}", NumberKind.PERSONNUMMER, "19{0}"),
    ],
)
def test_every_way_to_write_a_personal_number_is_one_number(form: str, kind: NumberKind, normalised: str) -> None:
    ten = number(BORN_1980)
    found = classify(form.format(ten, ten[:6], ten[6:]), as_of=AS_OF, synthetic=True)
    assert (found.kind, found.number, found.is_valid, found.problems) == (kind, normalised.format(ten), True, ())
    assert found.birth_date == date(1980, 1, 1)


@pytest.mark.parametrize("form", ["{0}", "{1}-{2}", "16{0}", "SE{0}01"])
def test_every_way_to_write_an_organisation_number_is_one_number(form: str) -> None:
    ten = number(FIRM)
    found = classify(form.format(ten, ten[:6], ten[6:]), as_of=AS_OF, synthetic=True)
    assert (found.kind, found.number, found.is_valid) == (NumberKind.ORGANISATIONSNUMMER, "16" + ten, True)


def test_leading_zero_of_a_number_is_kept() -> None:
    ten = number("050101123")
    assert classify("20" + ten, as_of=AS_OF, synthetic=True).number == "20" + ten


def test_ten_digits_without_a_sign_keep_both_centuries() -> None:
    ten = number(BORN_2010)
    found = classify(ten, as_of=AS_OF, synthetic=True)
    assert (found.number, found.century_known, found.candidates) == (ten, False, ("19" + ten, "20" + ten))
    assert found.is_valid
    assert found.problems == ("century_unknown",)


@pytest.mark.parametrize("text", ["801301-1234", "010229+1234", "800132-1234", "010229-1234"])
def test_a_date_that_no_century_holds_tells_none(text: str) -> None:
    found = classify(text, as_of=AS_OF, synthetic=True)
    assert (found.number, found.century_known, found.candidates) == (text.replace("-", "").replace("+", ""), False, ())
    assert "date" in found.problems


def test_only_one_century_is_possible_for_most_people() -> None:
    assert classify(number(BORN_1980), as_of=AS_OF, synthetic=True).century_known


def test_hyphen_and_plus_tell_the_century() -> None:
    ten = number(BORN_2010)
    assert classify(f"{ten[:6]}-{ten[6:]}", as_of=AS_OF, synthetic=True).birth_date == date(2010, 1, 1)
    assert classify(f"{ten[:6]}+{ten[6:]}", as_of=AS_OF, synthetic=True).birth_date == date(1910, 1, 1)


@pytest.mark.parametrize(
    ("nine", "prefix", "kind", "problem"),
    [
        ("800230123", "19", NumberKind.PERSONNUMMER, "date"),  # 30 February
        ("810229123", "19", NumberKind.PERSONNUMMER, "date"),  # no leap year
        ("990101123", "20", NumberKind.PERSONNUMMER, "future_date"),
        ("800101123", "17", NumberKind.PERSONNUMMER, "century"),
        ("800101123", "16", NumberKind.PERSONNUMMER, "century"),
        ("556677889", "19", NumberKind.ORGANISATIONSNUMMER, "century"),
        ("000000000", "", NumberKind.PERSONNUMMER, "placeholder"),
    ],
)
def test_what_cannot_be_is_invalid_even_with_the_right_check_digit(
    nine: str, prefix: str, kind: NumberKind, problem: str
) -> None:
    found = classify(prefix + number(nine), as_of=AS_OF, synthetic=True)
    assert found.kind is kind
    assert problem in found.problems
    assert not found.is_valid


@pytest.mark.parametrize(
    ("nine", "kind", "born"),
    [
        ("800161123", NumberKind.SAMORDNING, date(1980, 1, 1)),
        ("800289123", NumberKind.SAMORDNING, date(1980, 2, 29)),
        ("800160123", NumberKind.SAMORDNING_UNKNOWN_DATE, None),
        ("800060123", NumberKind.SAMORDNING_UNKNOWN_DATE, None),
    ],
)
def test_coordination_numbers_are_valid_also_without_a_date(nine: str, kind: NumberKind, born: date | None) -> None:
    found = classify("19" + number(nine), as_of=AS_OF, synthetic=True)
    assert (found.kind, found.birth_date, found.is_valid) == (kind, born, True)


@pytest.mark.parametrize("text", ["800101-T123", "800101-TF12", "19800101TF12"])
def test_interim_numbers_are_known(text: str) -> None:
    found = classify(text, as_of=AS_OF, synthetic=True)
    assert (found.kind, found.is_valid) == (NumberKind.INTERIM, True)


@pytest.mark.parametrize("text", ["19800101", "1980-01-01"])
def test_a_date_in_the_numbers_place_is_a_date_of_birth(text: str) -> None:
    found = classify(text, as_of=AS_OF)
    assert (found.kind, found.number, found.birth_date) == (NumberKind.BIRTH_DATE, None, date(1980, 1, 1))


@pytest.mark.parametrize(
    ("text", "problem"), [("800101-AB12", "letters"), ("abc", "form"), ("12345", "form"), ("80010112345", "form")]
)
def test_a_text_that_is_no_number_says_why(text: str, problem: str) -> None:
    found = classify(text, as_of=AS_OF)
    assert (found.number, found.is_valid) == (None, False) or not found.is_valid
    assert problem in found.problems


def test_a_real_check_digit_is_refused_among_made_up_data_and_the_reverse() -> None:
    real_looking = "19" + number("000060000"[:6] + "000", shift=0)  # an undated coordination number: nobody's
    nobodys = "19" + number("000060000"[:6] + "000")
    assert "not_synthetic" in classify(real_looking, as_of=AS_OF, synthetic=True).problems
    assert classify(nobodys, as_of=AS_OF, synthetic=True).is_valid
    assert "check_digit" in classify(nobodys, as_of=AS_OF, synthetic=False).problems


@settings(deadline=None)
@given(st.integers(0, 99), st.integers(1, 12), st.integers(1, 28), st.integers(1, 999), st.integers(1, 9))
def test_a_wrong_check_digit_is_wrong_for_other_libraries_too(
    year: int, month: int, day: int, serial: int, shift: int
) -> None:
    ten = number(f"{year:02}{month:02}{day:02}{serial:03}", shift=shift)
    assert not personnummer.valid(f"{ten[:6]}-{ten[6:]}")
    assert not classify(f"19{ten}", as_of=AS_OF).is_valid


@settings(deadline=None)
@given(st.integers(20, 99), st.integers(200_000, 999_999), st.integers(1, 9))
def test_organisation_numbers_are_checked_as_other_libraries_do(first: int, rest: int, shift: int) -> None:
    nine = f"55{first}{rest:06}"[:9]
    ten = number(nine, shift=shift)
    assert orgnr.is_valid(ten) == classify(ten, as_of=AS_OF).is_valid


@settings(deadline=None)
@given(st.lists(st.text(alphabet="0123456789-+ TFSE.åx", max_size=14), max_size=30))
def test_many_are_classified_as_one_by_one(texts: list[str]) -> None:
    together = classify_all(pa.array(texts, pa.string()), as_of=AS_OF, synthetic=True)
    alone = [classify(text, as_of=AS_OF, synthetic=True) for text in texts]
    assert together.kind_names().to_pylist() == [one.kind.value for one in alone]
    assert together.is_valid.tolist() == [one.is_valid for one in alone]
    assert [None if np.isnat(day) else day.item() for day in together.birth_date] == [one.birth_date for one in alone]


@settings(deadline=None)
@given(st.text(max_size=30))
def test_no_text_is_too_odd_to_classify(text: str) -> None:
    assert classify(text, as_of=AS_OF).kind in NumberKind


@pytest.mark.parametrize(
    "written",
    [
        "{ten}.0",
        "{ten},0",
        "'{ten}",
        "\ufeff{ten}",
        "{six}-\u200e{four}",
        "{six}\u00ad-{four}",
        "{six}\u2013{four}",
        "{wide}",
    ],
)
def test_what_files_do_to_a_number_does_not_change_it(written: str) -> None:
    ten = number(BORN_1980)[-10:]
    wide = "".join(chr(ord(figure) - ord("0") + 0xFF10) for figure in ten)
    told = classify(written.format(ten=ten, six=ten[:6], four=ten[6:], wide=wide), as_of=AS_OF, synthetic=True)
    assert (told.number, told.problems) == (classify(ten, as_of=AS_OF, synthetic=True).number, ())


@pytest.mark.parametrize("written", ["SE{six}{four}01", "SE {six}-{four} 01", "SE{six}-{four}"])
def test_the_number_within_a_vat_number_is_found(written: str) -> None:
    ten = number(FIRM)
    told = classify(written.format(six=ten[:6], four=ten[6:]), as_of=AS_OF, synthetic=True)
    assert (told.kind, told.number) == (NumberKind.ORGANISATIONSNUMMER, "16" + ten)


@pytest.mark.parametrize("written", ["19800101-XXXX", "19800101xxxx", "19800101-****", "1980/01/01"])
def test_a_masked_end_leaves_a_date_of_birth(written: str) -> None:
    told = classify(written, as_of=AS_OF)
    assert (told.kind, told.birth_date, told.number) == (NumberKind.BIRTH_DATE, date(1980, 1, 1), None)


def test_a_century_that_makes_somebody_older_than_anybody_was_is_wrong() -> None:
    told = classify("18" + number(BORN_1980)[-10:], as_of=AS_OF, synthetic=True)
    assert (told.problems, told.is_valid) == (("century",), False)


def test_a_birth_date_filled_up_with_noughts_is_nobodys_number_though_its_check_digit_is_right() -> None:
    assert classify("198501070000", as_of=AS_OF).problems == ("placeholder",)
    assert classify("850107-0000", as_of=AS_OF).problems == ("placeholder",)
    made_up_person = "19" + number("850108000")
    assert (made_up_person[-4:], classify(made_up_person, as_of=AS_OF, synthetic=True).problems) == ("0000", ())
