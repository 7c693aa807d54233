from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.registers.delivered_folder import Folder, Loaded

HIDDEN = "19900101-1235"  # check digit shifted: nobody's number
HIDDEN_SHORT = "9001011235"
OPEN = "19850505-1231"

PERSONS = (
    "person_number;person_name;birth_date;street;is_protected\n"
    f"{HIDDEN};Hemlig Person;1990-01-01;Gömda gatan 1;1\n"
    f"{OPEN};Öppen Person;1985-05-05;Storgatan 2;0\n"
)
TIMES = (
    "report_id;programme;user_number;user_name;staff_number;staff_name;starts_at;ends_at\n"
    f"1;assistance;{HIDDEN_SHORT};Hemlig Person;{OPEN};Öppen Person;2024-01-02 08:00;2024-01-02 10:00\n"
    f"2;assistance;{OPEN};Öppen Person;{OPEN};Öppen Person;2024-01-02 08:00;2024-01-02 10:00\n"
    f"3;assistance;{HIDDEN};Hemlig Person;{OPEN};Öppen Person;2024-13-02 08:00;2024-01-02 10:00\n"
    f"4;assistance;{HIDDEN};Hemlig Person\n"
    f"5;assistance;{OPEN};Öppen Person;{OPEN};Öppen Person;2024-13-02 08:00;2024-01-02 10:00\n"
)
PAYMENTS = (
    "payment_id;paid_at;payee_account;payee_number;payee_name;payer_name;amount_ore\n"
    f"1;2024-01-02;bg:123-4567;{HIDDEN};Hemlig Person;Kommunen;150\n"
    "2;2024-01-02;bg:1234567;;Hemlig Person;Kommunen;250\n"
    "3;2024-01-02;bg:999-0000;;Annan;Kommunen;350\n"
)
ACCOUNTS = f"account;holder_number;holder_name\nbg:123-4567;{HIDDEN};Hemlig Person\nbg:999-0000;{OPEN};Öppen Person\n"


@pytest.fixture
def loaded(folder: Folder) -> Loaded:
    folder.put("persons.csv", PERSONS)
    folder.put("time_reports.csv", TIMES)
    folder.put("payments.csv", PAYMENTS)
    folder.put("accounts.csv", ACCOUNTS)
    return folder.load()


def everything_written(out: Path) -> str:
    """All values of all tables, and the bytes of all other files, as one text."""
    import pyarrow.parquet as pq

    texts = []
    for path in sorted(out.rglob("*")):
        if path.suffix == ".parquet":
            texts.append(str([[str(v) for v in row.values()] for row in pq.read_table(path).to_pylist()]))
        elif path.is_file():
            texts.append(path.read_text(encoding="utf-8"))
    return "\n".join(texts)


def test_nothing_of_a_protected_person_is_in_any_output(loaded: Loaded) -> None:
    text = everything_written(loaded.out)
    for part in ("Hemlig", HIDDEN, HIDDEN_SHORT, "900101", "Gömda", "123-4567", "1234567"):
        assert part not in text
    assert "Öppen Person" in text


def test_the_person_is_left_out_of_the_population_register(loaded: Loaded) -> None:
    assert loaded.column("persons", "person_number") == [OPEN]
    (file,) = (f for f in loaded.intake.files if f.register == "persons")
    assert (file.loaded_lines, file.withheld_lines, file.withheld_rows) == (1, 1, 0)


def test_hours_of_a_withheld_row_stay_and_the_other_party_too(loaded: Loaded) -> None:
    first, second = loaded.rows("time_reports")
    assert first["is_withheld"]
    assert (first["user_number"], first["user_name"]) == (None, None)
    assert first["staff_number"] == OPEN
    assert (first["ends_at"] - first["starts_at"]).total_seconds() == 7200
    assert not second["is_withheld"]


def test_a_quarantined_row_that_names_the_person_has_no_raw_text_and_counts_as_withheld(loaded: Loaded) -> None:
    assert loaded.reasons() == {4: "withheld", 5: "withheld", 6: "date"}
    raws = {row["line"]: row["raw"] for row in loaded.quarantine()}
    assert raws[4] == raws[5] == b""
    assert b"2024-13-02" in raws[6]
    (file,) = (f for f in loaded.intake.files if f.register == "time_reports")
    assert (file.loaded_lines, file.withheld_lines, file.quarantined_lines) == (1, 3, 1)


def test_a_payment_to_the_persons_account_is_withheld_even_without_the_number(loaded: Loaded) -> None:
    rows = loaded.rows("payments")
    assert [row["is_withheld"] for row in rows] == [True, True, False]
    assert [row["payee_account"] for row in rows] == [None, None, "bg:999-0000"]
    assert [row["amount_ore"] for row in rows] == [150, 250, 350]
    assert [row["payer_name"] for row in rows] == ["Kommunen"] * 3


def test_protection_holds_under_a_profile_that_does_not_read_the_population_register(folder: Folder) -> None:
    profiles = folder.put("../profiles.toml", '[narrow]\npayers = ["*"]\nregisters = ["time_reports"]\n')
    folder.put("persons.csv", PERSONS)
    folder.put("time_reports.csv", TIMES)
    from follow_money.registers.load import load
    from follow_money.registers.profiles import profile

    folder.out.mkdir()
    load(
        folder.path, folder.out, mapping=None, profile=profile("narrow", profiles), synthetic=False, max_quarantine=1.0
    )
    assert "Hemlig" not in everything_written(folder.out)


def test_a_mark_of_protection_that_cannot_be_read_counts_as_protection(folder: Folder) -> None:
    folder.put("persons.csv", PERSONS.replace("gatan 1;1", "gatan 1;kanske"))
    folder.put("time_reports.csv", TIMES)
    loaded = folder.load()
    assert "Hemlig" not in everything_written(loaded.out)


def test_a_broken_line_of_the_population_register_keeps_no_raw_text(folder: Folder) -> None:
    folder.put("persons.csv", PERSONS + '19700101-1231;"Hemlig Okänd;1\n')
    loaded = folder.load()
    assert loaded.reasons()[4] == "unclosed_quote"
    assert "Okänd" not in everything_written(loaded.out)


def test_counts_say_how_many_persons_are_protected_and_not_who(loaded: Loaded) -> None:
    assert loaded.intake.protected_persons == 1
    assert loaded.intake.counts["withheld_lines"] == 1 + 3 + 2 + 1
