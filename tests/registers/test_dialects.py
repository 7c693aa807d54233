from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from follow_money.errors import InputError
from tests.registers.delivered_folder import Folder, Loaded

Load = Callable[..., Loaded]

TEXT = "Id;Datum;Mottagare;Belopp\n1;2024-01-02;Åkerö Ömsorg;12,50\n2;2024-01-03;Hémma;-7,00\n"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_any_separator_is_found(payments: Load, separator: str) -> None:
    rows = "Id;Datum;Mottagare;Belopp\n1;2024-01-02;A;1250.25\n".replace(";", separator)
    loaded = payments(rows)
    assert loaded.intake.files[0].separator == separator
    assert loaded.column("payments", "amount_ore") == [125025]


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-16", "utf-16-le"),
        ("latin-1", "latin-1"),
        ("cp437", "cp437"),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_encoding_and_record_ending_is_found(payments: Load, codec: str, name: str, ending: str) -> None:
    loaded = payments(TEXT.replace("\n", ending).encode(codec))
    assert loaded.intake.files[0].encoding == name
    assert loaded.intake.files[0].lines == 3
    assert loaded.column("payments", "payee_name") == ["Åkerö Ömsorg", "Hémma"]
    assert loaded.column("payments", "amount_ore") == [1250, -700]


def test_cp1252_is_told_from_its_own_letters(payments: Load) -> None:
    loaded = payments(TEXT.replace("Hémma", "Hemmå – €").encode("cp1252"))
    assert loaded.intake.files[0].encoding == "cp1252"
    assert loaded.column("payments", "payee_name")[1] == "Hemmå – €"


def test_the_only_swedish_letter_in_the_last_line_decides(payments: Load) -> None:
    lines = ["Id;Datum;Mottagare;Belopp"] + [f"{i};2024-01-02;A;1,50" for i in range(60_000)] + ["x;2024-01-02;Å;1,50"]
    loaded = payments("\n".join(lines).encode("latin-1"))
    assert loaded.intake.files[0].encoding == "latin-1"
    assert loaded.column("payments", "payee_name")[-1] == "Å"


def test_equally_many_lines_in_two_encodings_stop_with_the_setting_to_give(payments: Load) -> None:
    content = b"Id;Datum;Mottagare;Belopp\n1;2024-01-02;" + "Å".encode() + b";1,5\n2;2024-01-02;" + b"\xc5" + b";1,5\n"
    with pytest.raises(InputError, match=r'encoding = "utf-8"'):
        payments(content)


def test_an_encoding_given_in_the_mapping_wins(payments: Load) -> None:
    loaded = payments(TEXT.encode("cp437"), dialect='encoding = "CP437"\nseparator = ";"\ndecimal = ","')
    assert loaded.column("payments", "payee_name")[0] == "Åkerö Ömsorg"


def test_a_latin1_line_in_a_utf8_file_alone_is_quarantined(payments: Load) -> None:
    content = TEXT.encode() + b"3;2024-01-02;\xc5ker;1,00\n4;2024-01-02;A;1,00\n"
    loaded = payments(content)
    assert loaded.reasons() == {4: "encoding"}
    assert loaded.quarantine()[0]["raw"] == b"3;2024-01-02;\xc5ker;1,00"
    assert loaded.column("payments", "payment_id") == ["1", "2", "4"]


def test_a_utf8_line_in_a_latin1_file_alone_is_quarantined(payments: Load) -> None:
    content = TEXT.encode("latin-1") + "3;2024-01-02;Åker;1,00\n".encode()
    assert payments(content).reasons() == {4: "encoding"}


def test_only_amounts_like_1_234_stop_with_the_setting_to_give(payments: Load) -> None:
    with pytest.raises(InputError, match=r'decimal = ","'):
        payments("Id;Datum;Mottagare;Belopp\n1;2024-01-02;A;1,234\n")


def test_the_decimal_sign_given_decides_what_1_234_is(payments: Load) -> None:
    loaded = payments("Id;Datum;Mottagare;Belopp\n1;2024-01-02;A;1,234\n", dialect='decimal = "."')
    assert loaded.column("payments", "amount_ore") == [123400]


def test_one_clear_amount_of_the_file_decides_for_all(payments: Load) -> None:
    loaded = payments("Id;Datum;Mottagare;Belopp\n1;2024-01-02;A;1,234\n2;2024-01-02;A;1,234.50\n")
    assert loaded.column("payments", "amount_ore") == [123400, 123450]


def test_the_header_is_found_below_junk_lines_and_junk_columns(payments: Load) -> None:
    loaded = payments("Utdrag\n\n;;Id;Datum;Mottagare;Belopp\nDETALJ;;1;2024-01-02;A;1,50\n;;;;;\n")
    file = loaded.intake.files[0]
    assert (file.header_lines, file.blank_lines, file.loaded_lines, file.lines) == (3, 1, 1, 5)
    assert loaded.rows("payments")[0]["record_id"].endswith(":4")


def test_a_header_without_the_name_of_an_empty_last_column_is_read(payments: Load) -> None:
    loaded = payments("Id;Datum;Mottagare;Belopp\n1;2024-01-02;A;1,50;\n2;2024-01-02;B;1,50;\n")
    assert loaded.column("payments", "payment_id") == ["1", "2"]


def test_a_dos_end_of_file_mark_is_a_blank_line(payments: Load) -> None:
    loaded = payments(TEXT + "\x1a")
    assert loaded.intake.files[0].blank_lines == 1
    assert loaded.quarantine() == []


def test_columns_may_drift_from_month_to_month(folder: Folder) -> None:
    folder.map_payments()
    mapping = (folder.path / "mapping.toml").read_text()
    folder.put("mapping.toml", mapping.replace('"Mottagare"', '{ column = ["Mottagare", "Namn"] }'))
    folder.put("01.csv", "Id;Datum;Mottagare;Belopp\n1;2024-01-02;A;1,50\n")
    folder.put("02.csv", "Belopp;Skräp;Namn;Datum;Id\n2,50;x;B;2024-02-02;2\n")
    rows = {row["payment_id"]: row for row in folder.load().rows("payments")}
    assert [(rows[i]["payee_name"], rows[i]["amount_ore"]) for i in "12"] == [("A", 150), ("B", 250)]


def _workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    book.create_sheet("Annat").append(["inget"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_workbook_keeps_numbers_dates_and_amounts(folder: Folder) -> None:
    folder.put(
        "payments.xlsx",
        _workbook(
            [
                ["Utdrag"],
                ["payment_id", "paid_at", "payee_number", "payee_name", "amount_ore"],
                [1, datetime(2024, 7, 1, 12, 30), 1212121213, "A", 1250.0],  # noqa: DTZ001 - a clock time without a zone
                ["b", date(2024, 7, 2), "0012121213", "B", "1250"],
                [],
                ["c", "2024-07-03", 197001011231, "C", 7],
                ["d", "2024-07-03", 101011231, "D", 7],
                ["e", "2024-07-03", 1011231, "E", 7],
            ]
        ),
    )
    loaded = folder.load()
    assert loaded.column("payments", "payee_number") == [
        "1212121213",
        "0012121213",
        "197001011231",
        "0101011231",
        "1011231",
    ]
    assert loaded.column("payments", "payment_id")[0] == "1"
    assert loaded.column("payments", "amount_ore") == [1250, 1250, 7, 7, 7]
    assert loaded.column("payments", "paid_at")[0] == datetime(2024, 7, 1, 10, 30, tzinfo=UTC)
    file = loaded.intake.files[0]
    assert (file.header_lines, file.blank_lines, file.loaded_lines) == (2, 1, 5)
    assert sum("leading zero" in note for note in file.notes) == 2


def test_decimal_cells_of_a_workbook_are_never_ambiguous(folder: Folder) -> None:
    folder.put("mapping.toml", _xlsx_mapping())
    folder.put(
        "a.xlsx", _workbook([["Id", "Datum", "Belopp"], ["1", "2024-01-01", 1.234e3], ["2", "2024-01-01", 0.07]])
    )
    assert folder.load().column("payments", "amount_ore") == [123400, 7]


def _xlsx_mapping() -> str:
    return """format = 1
[[delivery]]
register = "payments"
files = ["*.xlsx"]
payer = "kommun"
purposes = ["payment_control"]
legal_basis = "test"
[delivery.columns]
payment_id = "Id"
paid_at = "Datum"
amount_ore = "Belopp"
"""


def test_a_broken_workbook_is_a_sentence(folder: Folder) -> None:
    folder.put("payments.xlsx", b"PK\x03\x04 cut")
    with pytest.raises(InputError, match=r"payments\.xlsx: it cannot be read as a workbook"):
        folder.load()


def test_parquet_types_are_taken_as_they_are(folder: Folder) -> None:
    table = pa.table(
        {
            "payment_id": pa.array([1, 2]),
            "paid_at": pa.array([datetime(2024, 1, 1, 12), datetime(2024, 7, 1, 12)], pa.timestamp("ms")),  # noqa: DTZ001 - a clock time without a zone
            "payee_number": ["0012121213", None],
            "amount_ore": pa.array([150, -7]),
        }
    )
    pq.write_table(table, folder.path / "payments.parquet")
    loaded = folder.load()
    assert loaded.column("payments", "payment_id") == ["1", "2"]
    assert [t.hour for t in loaded.column("payments", "paid_at")] == [11, 10]
    assert loaded.column("payments", "payee_number") == ["0012121213", None]
    assert loaded.column("payments", "amount_ore") == [150, -7]
    assert loaded.column("payments", "record_id")[1].endswith(":2")


def test_decimals_of_a_parquet_file_stay_exact(folder: Folder) -> None:
    folder.put("mapping.toml", _xlsx_mapping().replace("xlsx", "parquet"))
    amounts = pa.array([Decimal("1.100"), Decimal("9007199254740.990")], pa.decimal128(20, 3))
    pq.write_table(
        pa.table({"Id": ["a", "b"], "Datum": [date(2024, 1, 1)] * 2, "Belopp": amounts}), folder.path / "a.parquet"
    )
    assert folder.load().column("payments", "amount_ore") == [110, 900719925474099]


def test_a_broken_parquet_file_is_a_sentence(folder: Folder) -> None:
    folder.put("payments.parquet", b"PAR1 cut")
    with pytest.raises(InputError, match=r"payments\.parquet: it cannot be read as Parquet"):
        folder.load()
