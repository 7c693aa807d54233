from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from follow_money.registers.amounts import Decimals, count_decimals, to_ore
from follow_money.registers.dates import DATE_FORMATS, DAY, parse, parse_given
from follow_money.registers.instants import stockholm_to_utc, to_instants, utc_to_stockholm

if TYPE_CHECKING:
    from decimal import Decimal

    from tests.registers.delivered_folder import Folder


def ore(text: str, *, decimal: str = ",", unit: str = "kr", sign: str = "as_is") -> int | str | None:
    values, failures = to_ore(pa.array([text], pa.string()), decimal=decimal, unit=unit, sign=sign)
    failed = [reason.value for reason, flags in failures.items() if flags[0]]
    value: int | None = values[0].as_py()
    return failed[0] if failed else value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("12", 1200),
        ("12,5", 1250),
        ("12,50", 1250),
        ("12,500000", 1250),
        (",50", 50),
        ("12,", 1200),
        ("1 234,50", 123450),
        ("1\u00a0234\u00a0567,50", 123456750),
        ("1\u202f234,50", 123450),
        ("1'234,50", 123450),
        ("1.234.567,50", 123456750),
        ("-12,50", -1250),
        ("−12,50", -1250),
        ("12,50-", -1250),
        ("(12,50)", -1250),
        ("+12,50", 1250),
        ("12,50 kr", 1250),
        ("SEK 12,50", 1250),
        ("-1 234,50 kr", -123450),
        ("kr -12", -1200),
        ("12:-", 1200),
        ("0012,50", 1250),
        ("90071992547409,91", 9007199254740991),
        ("90071992547409,93", "amount_range"),
        ("123456789012345678901", "amount_range"),
        ("12,505", "amount_precision"),
        ("1.234.56,7", "amount"),
        ("12,34,56", "amount"),
        ("1.50", "amount"),
        ("12 34", "amount"),
        ("--5", "amount"),
        ("-(5)", "amount"),
        ("(5)-", "amount"),
        ("5 EUR", "amount"),
        ("tolv", "amount"),
        ("-", "amount"),
        (",", "amount"),
        ("1e5", "amount"),
        ("٣", "amount"),
    ],
)
def test_an_amount_becomes_exact_ore_or_a_reason(text: str, expected: int | str) -> None:
    assert ore(text) == expected


def test_signs_and_units_are_as_the_mapping_says() -> None:
    assert ore("-5", sign="absolute") == 500
    assert ore("-5", sign="negate") == 500
    assert ore("1234", unit="ore") == 1234
    assert ore("12,00", unit="ore") == 12
    assert ore("12,5", unit="ore") == "amount_precision"


@given(st.decimals(min_value=-90_000_000_000_000, max_value=90_000_000_000_000, places=2))
def test_any_decimal_number_is_read_exactly(value: Decimal) -> None:
    expected = int(value * 100)
    assert ore(f"{value:.2f}".replace(".", ",")) == expected
    assert ore(f"{value:,.2f}", decimal=".") == expected
    assert ore(f"{value:,.2f}".replace(",", " ").replace(".", ",")) == expected


@pytest.mark.parametrize(
    ("values", "sign"),
    [
        (["1,50"], ","),
        (["1.50"], "."),
        (["1.234,5"], ","),
        (["1,234.5", "1,234"], "."),
        (["1.234.567"], ","),
        (["0,125"], ","),
        (["12"], "."),
    ],
)
def test_the_decimal_sign_follows_from_the_values(values: list[str], sign: str) -> None:
    seen = count_decimals(pa.array(values))
    assert seen.sign("f.csv") == sign


def test_wrongly_grouped_amounts_say_nothing_about_the_decimal_sign() -> None:
    assert count_decimals(pa.array(["12,34,56", "1.234.56,7", "tolv"])) == Decimals(0, 0, 0)


def test_values_that_leave_the_decimal_sign_open_are_counted_as_such() -> None:
    assert count_decimals(pa.array(["1,234", "12.345", None])) == Decimals(0, 0, 2)


@pytest.mark.parametrize("text", ["2024-02-29", "20240229", "2024/02/29", "29.02.2024", "2024-02-29 00:00:00"])
def test_unambiguous_days_are_read_without_a_format(text: str) -> None:
    micros, read = parse(pa.array([text]), DATE_FORMATS)
    assert read[0]
    assert np.datetime64(int(micros[0] // DAY), "D") == np.datetime64("2024-02-29")


@pytest.mark.parametrize(
    "text", ["2024-02-30", "2023-02-29", "20241301", "2024-00-10", "03/04/2024", "2024-1-2", "", "null"]
)
def test_impossible_or_ambiguous_days_are_not_read(text: str) -> None:
    assert not parse(pa.array([text]), DATE_FORMATS)[1][0]


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("3/4/2024", "%d/%m/%Y"),
        ("03/04/24", "%d/%m/%y"),
        ("3 Apr 2024", "%d %b %Y"),
        ("45385", "excel"),
        ("45385.0", "excel"),
    ],
)
def test_a_given_format_is_used(text: str, format_: str) -> None:
    micros, read = parse_given(pa.array([text, None, "x"]), format_)
    assert read.tolist() == [True, False, False]
    assert np.datetime64(int(micros[0] // DAY), "D") == np.datetime64("2024-04-03")


@given(st.dates(min_value=date(1000, 1, 1)))
def test_any_day_is_read_as_itself(day: date) -> None:
    micros, read = parse(pa.array([day.isoformat(), day.strftime("%Y%m%d")]), DATE_FORMATS)
    assert read.all()
    assert {np.datetime64(int(m // DAY), "D").astype(date) for m in micros} == {day}


def instant(text: str, *, latest: bool = False) -> datetime | None:
    values, _ = to_instants(pa.array([text]), date_format=None, latest=latest)
    value = values[0].as_py()
    return None if value is None else value.astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-15 12:00", datetime(2024, 1, 15, 11, tzinfo=UTC)),
        ("2024-07-15T12:00:00", datetime(2024, 7, 15, 10, tzinfo=UTC)),
        ("2024-07-15", datetime(2024, 7, 14, 22, tzinfo=UTC)),
        ("202407151200", datetime(2024, 7, 15, 10, tzinfo=UTC)),
        ("2024-07-15T12:00:00Z", datetime(2024, 7, 15, 12, tzinfo=UTC)),
        ("2024-07-15T12:00:00.250+02:00", datetime(2024, 7, 15, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("2024-07-15 12:00:00,5", datetime(2024, 7, 15, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("2024-07-15 12:00-0330", datetime(2024, 7, 15, 15, 30, tzinfo=UTC)),
        ("2024-07-15 25:00", None),
        ("2024-07-15 12:00 CEST", None),
    ],
)
def test_a_clock_time_is_swedish_unless_it_says_its_zone(text: str, expected: datetime | None) -> None:
    assert instant(text) == expected


def test_the_hour_that_comes_twice_is_its_first_for_a_start_and_its_second_for_an_end() -> None:
    assert instant("2024-10-27 02:30") == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
    assert instant("2024-10-27 02:30", latest=True) == datetime(2024, 10, 27, 1, 30, tzinfo=UTC)
    assert instant("2024-10-27 03:00") == datetime(2024, 10, 27, 2, 0, tzinfo=UTC)
    assert instant("2024-10-27 01:59:59", latest=True) == datetime(2024, 10, 26, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("latest", [False, True])
def test_the_hour_that_is_missing_is_read_by_the_clock_not_yet_moved(*, latest: bool) -> None:
    assert instant("2024-03-31 02:30", latest=latest) == datetime(2024, 3, 31, 1, 30, tzinfo=UTC)
    assert instant("2024-03-31 01:59", latest=latest) == datetime(2024, 3, 31, 0, 59, tzinfo=UTC)
    assert instant("2024-03-31 03:00", latest=latest) == datetime(2024, 3, 31, 1, 0, tzinfo=UTC)


@given(
    st.datetimes(
        min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - a clock time without a zone
        max_value=datetime(2099, 12, 1),  # noqa: DTZ001 - a clock time without a zone
    )
)
def test_local_time_and_back_is_the_same_time(moment: datetime) -> None:
    local = np.array([np.datetime64(moment, "us").astype(np.int64)])
    there = [stockholm_to_utc(local, latest=latest) for latest in (False, True)]
    assert there[0][0] <= there[1][0]
    back = {int(utc_to_stockholm(utc)[0] - local[0]) for utc in there}
    assert back <= {0, 3_600_000_000}


TIMES = "report_id;programme;starts_at;ends_at;is_double;user_number\n"


def test_a_shift_that_ends_before_it_starts_is_quarantined(folder: Folder) -> None:
    rows = (
        "1;assistance;2024-01-02 10:00;2024-01-02 09:59;0;001\n"
        "2;assistance;2024-01-02 10:00;2024-01-02 10:00;ja;001\n"
        "3;assistance;2024-10-27 02:30;2024-10-27 02:15;;001\n"
    )
    folder.put("time_reports.csv", TIMES + rows)
    loaded = folder.load()
    assert loaded.reasons() == {2: "ends_before_start"}
    assert loaded.column("time_reports", "is_double") == [True, None]


def test_a_leading_zero_of_a_number_is_kept(folder: Folder) -> None:
    folder.put("time_reports.csv", TIMES + "1;assistance;2024-01-02;2024-01-03;0; 0001011230 \n")
    assert folder.load().column("time_reports", "user_number") == ["0001011230"]


def test_a_row_may_lack_its_number(folder: Folder) -> None:
    folder.put("time_reports.csv", TIMES + "1;assistance;2024-01-02;2024-01-03;0;\n")
    assert folder.load().column("time_reports", "user_number") == [None]


def test_hours_become_whole_minutes(folder: Folder) -> None:
    folder.put(
        "mapping.toml",
        """format = 1
[[delivery]]
register = "claims"
files = ["c.csv"]
payer = "kommun"
purposes = ["payment_control"]
legal_basis = "x"
[delivery.columns]
claim_id = "id"
programme = { constant = "home_care" }
period_from = { column = "månad", format = "%Y%m" }
period_to = { column = "månad", format = "%Y%m" }
amount_ore = "kr"
billed_minutes = { column = "timmar", unit = "hours" }
""",
    )
    folder.put(
        "c.csv", "id;månad;kr;timmar\na;202401;1,00;7,5\nb;202401;1,00;7:45\nc;202401;1,00;0,3333\nd;202401;1,00;x\n"
    )
    loaded = folder.load()
    assert loaded.column("claims", "billed_minutes") == [450, 465, 20]
    assert loaded.reasons() == {5: "number"}
    assert loaded.column("claims", "payer") == ["kommun"] * 3


def test_months_are_counted_by_the_swedish_clock(folder: Folder) -> None:
    folder.put("payments.csv", "payment_id;paid_at;amount_ore\n1;2024-02-01 00:30;1\n2;2024-03-31 23:30;1\n")
    assert folder.load().intake.files[0].months == {"2024-02": 1, "2024-03": 1}


def test_a_currency_that_is_no_code_is_quarantined(folder: Folder) -> None:
    folder.put("payments.csv", "payment_id;paid_at;amount_ore;currency\n1;2024-02-01;1;kronor\n2;2024-02-01;1;EUR\n")
    loaded = folder.load()
    assert loaded.reasons() == {2: "category"}
    assert loaded.column("payments", "currency") == ["EUR"]
