from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from follow_money.errors import InputError, UsageError
from follow_money.registers.draft import draft_mapping
from follow_money.registers.mapping import read_mapping
from follow_money.registers.profiles import profile, profiles

if TYPE_CHECKING:
    from tests.registers.delivered_folder import Folder

CSV = "Id;Datum;Typ;Belopp\n1;2024-01-02;LÖN;1,50\n"
HEAD = 'format = 1\n[[delivery]]\nregister = "payments"\nfiles = ["p.csv"]\npayer = "kommun"\n'
STATED = 'purposes = ["payment_control"]\nlegal_basis = "x"\n[delivery.columns]\n'
COLUMNS = 'payment_id = "Id"\npaid_at = "Datum"\namount_ore = "Belopp"\n'


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ("format = 2\n", "must say `format = 1`"),
        ("format = 1\n", r"holds no \[\[delivery\]\]"),
        ("format = \n", "is not valid TOML"),
        ("format = 1\nfiles = 3\n", "unknown key 'files'"),
        (HEAD + "colour = 3\n" + STATED + COLUMNS, "delivery 1: unknown key 'colour'"),
        (HEAD.replace("payments", "paymants") + STATED + COLUMNS, "no register 'paymants'.*Did you mean payments"),
        (HEAD + STATED + COLUMNS + 'amuont_ore = "Belopp"\n', "no column 'amuont_ore'.*Did you mean amount_ore"),
        (HEAD + STATED + 'payment_id = "Id"\n', "required columns paid_at, amount_ore of payments are not mapped"),
        (HEAD + STATED.replace("payment_control", "fun") + COLUMNS, "unknown purpose 'fun'"),
        (HEAD + STATED + COLUMNS + 'kind = { column = "Typ", wat = 1 }\n', "column kind: unknown key 'wat'"),
        (HEAD + STATED + COLUMNS + 'kind = { column = "Typ", values = { a = "b" } }\n', "'b' is not a value"),
        (HEAD + STATED + COLUMNS + 'kind = { column = "Typ", constant = "tax" }\n', "either `column` or `constant`"),
        (HEAD + STATED + COLUMNS + 'payee_name = { column = "N", unit = "kr" }\n', "this column does not take it"),
        (HEAD + STATED + COLUMNS + 'payee_name = ""\n', "the name of the file column is empty"),
        (HEAD + STATED + COLUMNS + 'payee_name = "Kön"\n', r"protected attribute \(sex\)"),
        (HEAD + STATED + COLUMNS + 'payee_name = "Medborgarskap_kod"\n', r"protected attribute \(citizenship\)"),
        (HEAD.replace('"kommun"', "3") + STATED + COLUMNS, "`payer` must be a text"),
        (HEAD.replace("p.csv", "../p.csv") + STATED + COLUMNS, "must stay within the folder"),
        (HEAD + STATED + COLUMNS.replace('"Belopp"', '"Belop"'), "p.csv has no column 'Belop'.*Did you mean Belopp"),
    ],
)
def test_a_wrong_mapping_is_a_sentence_that_says_where(folder: Folder, mapping: str, sentence: str) -> None:
    folder.put("p.csv", CSV)
    folder.put("mapping.toml", mapping)
    with pytest.raises(UsageError) as error:
        folder.load()
    assert re.search(sentence, str(error.value))
    assert "mapping.toml" in str(error.value)


def test_a_column_that_only_some_files_hold_is_absent_in_the_others(folder: Folder) -> None:
    folder.put("mapping.toml", HEAD.replace("p.csv", "*.csv") + STATED + COLUMNS + 'payee_name = "Namn"\n')
    folder.put("a.csv", CSV)
    folder.put("b.csv", CSV.replace("Typ", "Namn"))
    files = {file.file_name: file for file in folder.load().intake.files}
    assert files["a.csv"].absent_columns == ("payee_name",)
    assert files["b.csv"].absent_columns == ()


def test_a_file_without_a_required_column_is_named(folder: Folder) -> None:
    folder.put("mapping.toml", HEAD.replace("p.csv", "*.csv") + STATED + COLUMNS)
    folder.put("a.csv", CSV)
    folder.put("b.csv", CSV.replace("Belopp", "Summa"))
    with pytest.raises(InputError, match=r"b\.csv: its header has no column 'Belopp'"):
        folder.load()


def test_unmapped_columns_are_ignored_and_protected_attributes_dropped(folder: Folder) -> None:
    folder.put("mapping.toml", HEAD + STATED + COLUMNS)
    folder.put("p.csv", "Id;Datum;Kön;Belopp;Födelseort;Modersmål;Språk;Konto\n1;2024-01-02;K;1,50;Ort;x;y;z\n")
    loaded = folder.load()
    file = loaded.intake.files[0]
    assert file.dropped_columns == ("Kön", "Födelseort", "Modersmål", "Språk")
    assert file.ignored_columns == ("Konto",)


def test_values_otherwise_constants_and_signs_are_applied(folder: Folder) -> None:
    kind = 'kind = { column = "Typ", values = { "lön" = "salary" }, otherwise = "other" }\n'
    amount = 'amount_ore = { column = "Belopp", sign = "negate" }\ncurrency = { constant = "EUR" }\n'
    folder.put("mapping.toml", HEAD + STATED + 'payment_id = "Id"\npaid_at = "Datum"\n' + kind + amount)
    folder.put("p.csv", CSV + "2;2024-01-02;Konstig;-2,00\n3;2024-01-02;RENT;0\n4;2024-01-02;;0\n")
    loaded = folder.load()
    assert loaded.column("payments", "kind") == ["salary", "other", "rent", None]
    assert loaded.column("payments", "amount_ore") == [-150, 200, 0, 0]
    assert set(loaded.column("payments", "currency")) == {"EUR"}


def test_texts_that_stand_for_nothing_become_null(folder: Folder) -> None:
    masked = 'payee_name = { column = "Namn", empty = ["*", "[maskerad]"] }\n'
    folder.put("mapping.toml", HEAD + STATED + COLUMNS + masked)
    folder.put(
        "p.csv", "Id;Datum;Namn;Belopp\n1;2024-01-02; * ;1,50\n2;2024-01-02;[maskerad];1,50\n3;2024-01-02;A*;1,50\n"
    )
    assert folder.load().column("payments", "payee_name") == [None, None, "A*"]


def test_an_unlisted_category_without_otherwise_is_quarantined(folder: Folder) -> None:
    folder.put("mapping.toml", HEAD + STATED + COLUMNS + 'kind = { column = "Typ", values = { "LÖN" = "salary" } }\n')
    folder.put("p.csv", CSV + "2;2024-01-02;Konstig;2,00\n")
    assert folder.load().reasons() == {3: "category"}


def test_an_empty_folder_is_a_sentence(folder: Folder) -> None:
    with pytest.raises(InputError, match="holds no files"):
        folder.load()


def test_a_folder_without_a_known_register_is_a_sentence(folder: Folder) -> None:
    folder.put("sommarbilder.csv", "a;b\n1;2\n")
    with pytest.raises(InputError, match="holds no known register"):
        folder.load()


def test_a_folder_that_is_not_there_is_a_sentence(folder: Folder) -> None:
    folder.path.rmdir()
    with pytest.raises(UsageError, match="is not a folder"):
        folder.load()


def test_an_empty_file_is_a_sentence(folder: Folder) -> None:
    folder.put("payments.csv", "")
    with pytest.raises(InputError, match=r"payments\.csv: the file is empty"):
        folder.load()


def test_the_same_bytes_twice_are_refused_with_both_names(folder: Folder) -> None:
    folder.put("mapping.toml", HEAD.replace("p.csv", "*.csv") + STATED + COLUMNS)
    folder.put("a.csv", CSV)
    folder.put("b.csv", CSV)
    with pytest.raises(InputError, match=r"Duplicate file.*a\.csv and b\.csv"):
        folder.load()
    assert list(folder.out.iterdir()) == []


def test_a_mapping_that_matches_no_file_is_a_sentence(folder: Folder) -> None:
    folder.put("mapping.toml", HEAD + STATED + COLUMNS)
    folder.put("q.csv", CSV)
    with pytest.raises(InputError, match=r"No file.*p\.csv"):
        folder.load()


def test_a_mapped_column_that_stands_twice_is_refused(folder: Folder) -> None:
    folder.put("mapping.toml", HEAD + STATED + COLUMNS)
    folder.put("p.csv", "Id;Datum;Belopp;belopp\n1;2024-01-02;1,00;2,00\n")
    with pytest.raises(InputError, match="stands twice"):
        folder.load()


def test_files_are_taken_by_name_when_there_is_no_mapping(folder: Folder) -> None:
    folder.put("payments_2024.csv", "payment_id;paid_at;amount_ore\n1;2024-01-02;150\n")
    folder.put("tax_rates.csv", "a;b\n")
    loaded = folder.load()
    assert loaded.column("payments", "amount_ore") == [150]
    assert loaded.column("payments", "currency") == ["SEK"]
    assert loaded.intake.unmatched == ("tax_rates.csv",)
    assert loaded.intake.files[0].legal_basis == "not stated"
    assert not loaded.intake.is_mapped


def test_a_delivery_outside_the_profile_is_not_read_and_listed_with_its_reason(folder: Folder) -> None:
    bank = HEAD + STATED + COLUMNS
    rates = bank.replace("format = 1\n", "").split("[delivery.columns]")[0].replace("payments", "rates")
    rates = rates.replace("p.csv", "r.csv") + '[delivery.columns]\nkind = "k"\nvalid_from = "f"\namount_ore = "a"\n'
    folder.put("mapping.toml", bank + rates)
    folder.put("p.csv", CSV)
    folder.put("r.csv", "k;f;a\nlabour_hour;2024-01-01;150,00\n")
    loaded = folder.load(profile_name="municipal_committee")
    assert loaded.intake.registers == ("rates",)
    assert [(u.file_name, u.reason) for u in loaded.intake.unread] == [
        ("p.csv", "the profile municipal_committee does not hold the register payments")
    ]
    assert not (loaded.out / "records" / "payments.parquet").exists()


def test_nothing_that_the_profile_may_read_is_a_sentence(folder: Folder) -> None:
    folder.put("mapping.toml", HEAD + STATED + COLUMNS)
    folder.put("p.csv", CSV)
    with pytest.raises(InputError, match="Nothing in the folder"):
        folder.load(profile_name="tax_agency")


def test_the_payer_of_another_body_is_not_read() -> None:
    fk = profile("forsakringskassan")
    assert "kommun" not in fk.payers
    assert set(profiles()) >= {"own", "municipal_committee", "forsakringskassan"}


def test_an_unknown_profile_is_a_sentence_with_the_closest_name() -> None:
    with pytest.raises(UsageError, match="Did you mean tax_agency"):
        profile("tax_agncy")


def test_a_profile_file_with_an_unknown_register_is_refused(folder: Folder) -> None:
    path = folder.put("profiles.toml", '[mine]\npayers = ["*"]\nregisters = ["paymants"]\n')
    with pytest.raises(UsageError, match="Did you mean payments"):
        profiles(path)


def test_a_draft_can_be_read_back_and_names_the_dropped_columns(folder: Folder) -> None:
    folder.put("kontoutdrag.csv", "Transaktionsid;Bokföringsdag;Mottagare;Belopp;Kön\n1;2024-01-02;A;1,50;K\n")
    draft = draft_mapping(folder.path)
    assert 'register = "payments"' in draft
    assert "# not used: Kön (protected attribute: sex, always dropped)" in draft
    path = folder.put("mapping.toml", draft)
    (delivery,) = read_mapping(path)
    assert delivery.columns["payment_id"].columns == ("Transaktionsid",)
    assert folder.load().column("payments", "amount_ore") == [150]
