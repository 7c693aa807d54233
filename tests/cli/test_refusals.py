from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.told import refused
from tests.whole_flow import command, digests, half_written

Arguments = tuple[str | Path, ...]


def _screened_badly(exports: Path, workspace: Path, *more: str | Path) -> Any:  # an `Ended`
    told = command("screen", exports, "-w", workspace, *more)
    if workspace.exists():
        assert half_written(workspace) == []
        assert list((workspace / "runs").iterdir()) == []
        assert list(workspace.glob("restricted/load-*")) == []
        assert not (workspace / "latest.json").exists()
    return told


def test_a_missing_and_an_empty_folder_are_refused_before_a_workspace_is_made(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name, words in (("nowhere", "There is no folder"), ("empty", "is empty")):
        refused(_screened_badly(tmp_path / name, tmp_path / "workspace"), 2, words, name)
        refused(command("screen", tmp_path / name, "-w", tmp_path / "workspace", "--dry-run"), 2, words, name)
    assert not (tmp_path / "workspace").exists()


def test_a_folder_without_a_known_register_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "letter.txt").write_text("hello", encoding="utf-8")
    refused(_screened_badly(tmp_path / "in", tmp_path / "workspace"), 2, "no known register", "follow-money init")
    assert not (tmp_path / "workspace").exists()


_MAPPING = """format = 1
[[delivery]]
register = "invoices"
files = ["invoices.csv"]
payer = "kommun"
purposes = ["supplier_control"]
legal_basis = "test"
[delivery.columns]
net_ore = { column = "Belopp", unit = "ore" }
booked_on = "booked_on"
payer = "payer"
"""


def test_a_file_cut_in_the_middle_is_told_after_a_screening_and_when_it_is_too_much(
    ledger: Path, tmp_path: Path
) -> None:
    path = ledger / "invoices.csv"
    path.write_bytes(path.read_bytes()[:-30])
    told = command("screen", ledger, "-w", tmp_path / "workspace", "--max-quarantine", "0.5", "--language", "en")
    assert told.code == 0
    assert (
        "In quarantine, invoices.csv: lines 1, cut_off. The file is cut off at its end: ask for a new export."
        in " ".join(told.out.split())
    )
    told = command("screen", ledger, "-w", tmp_path / "other", "--max-quarantine", "0")
    refused(told, 3, "Cut off at the end: invoices.csv; ask for a new export.")


def test_a_mapping_that_names_a_missing_column_is_refused(ledger: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(_MAPPING, encoding="utf-8")
    told = _screened_badly(ledger, tmp_path / "workspace", "--mapping", tmp_path / "mine.toml")
    refused(told, 2, "invoices.csv", "'Belopp'")


def test_a_missing_and_a_broken_mapping_are_refused(ledger: Path, tmp_path: Path) -> None:
    told = _screened_badly(ledger, tmp_path / "workspace", "--mapping", tmp_path / "nowhere.toml")
    refused(told, 2, "There is no mapping file", "nowhere.toml", "follow-money init")
    (tmp_path / "mine.toml").write_text("format = ", encoding="utf-8")
    refused(_screened_badly(ledger, tmp_path / "workspace", "--mapping", tmp_path / "mine.toml"), 2, "mine.toml")


def test_a_file_delivered_twice_is_refused(ledger: Path, tmp_path: Path) -> None:
    shutil.copy(ledger / "invoices.csv", ledger / "invoices_again.csv")
    refused(_screened_badly(ledger, tmp_path / "workspace"), 2, "invoices.csv", "invoices_again.csv")


def test_a_file_cut_in_the_middle_loses_only_its_last_row_or_is_refused(ledger: Path, tmp_path: Path) -> None:
    whole = (ledger / "invoices.csv").read_bytes()
    (ledger / "invoices.csv").write_bytes(whole[: len(whole) // 2])
    told = command("screen", ledger, "-w", tmp_path / "workspace", "--max-quarantine", "0.05", "--json")
    rows = json.loads(told.out)["rows"]
    assert rows["quarantined_lines"] == 1
    assert rows["loaded_lines"] == whole[: len(whole) // 2].count(b"\n") - 1
    refused(_screened_badly(ledger, tmp_path / "strict", "--max-quarantine", "0"), 3, "invoices.csv", "restricted")


def test_a_workbook_cut_in_the_middle_is_refused(tmp_path: Path) -> None:
    import openpyxl

    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "invoices.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["voucher_id", "payer", "net_ore", "booked_on"])
    for n in range(100):
        sheet.append([f"V{n}", "kommun", 100 + n, "2024-01-02"])
    book.save(path)
    path.write_bytes(path.read_bytes()[:3000])
    refused(_screened_badly(tmp_path / "in", tmp_path / "workspace"), 2, "invoices.xlsx")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('langage = "sv"', ("unknown key 'langage'", "Did you mean language?")),
        ("capacity = 0", ("capacity is 0",)),
        ("capacity = ", ("is not valid TOML",)),
        ('profile = "nobody"', ("nobody", "municipal_committee")),
        ("[detectors.salary_retrun]\n", ("salary_retrun", "Did you mean 'salary_return'?")),
        ("[detectors.salary_return]\nwithin_dys = 3\n", ("within_dys", "Did you mean 'within_days'?")),
    ],
)
def test_wrong_settings_are_refused_before_a_workspace_is_made(
    ledger: Path, tmp_path: Path, settings: str, words: tuple[str, ...]
) -> None:
    (tmp_path / "settings.toml").write_text(settings, encoding="utf-8")
    refused(_screened_badly(ledger, tmp_path / "workspace", "--settings", tmp_path / "settings.toml"), 2, *words)
    assert not (tmp_path / "workspace").exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--profile", "nobody"), ("nobody", "municipal_committee")),
        (("--until", "lunch"), ("'lunch'", "load, resolve")),
        (("--max-quarantine", "2"), ("max_quarantine is 2",)),
        (("--settings", "nowhere.toml"), ("nowhere.toml", "follow-money init")),
    ],
)
def test_wrong_options_are_refused(ledger: Path, tmp_path: Path, more: Arguments, words: tuple[str, ...]) -> None:
    refused(_screened_badly(ledger, tmp_path / "workspace", *more), 2, *words)
    assert not (tmp_path / "workspace").exists()


def test_a_workspace_within_the_exported_folder_is_refused(ledger: Path) -> None:
    refused(command("screen", ledger, "-w", ledger / "workspace"), 2, "lies within")
    assert [path.name for path in ledger.iterdir()] == ["invoices.csv"]


def test_reading_commands_make_no_workspace(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    for arguments in (
        ("queue",), ("explain", "1"), ("find", "a"), ("decide", "1", "--outcome", "close", "--reason", "r"),
        ("refer", "1"), ("trail", "1"), ("not-same", "O-x", "--mention", "M-x", "--reason", "r"),
    ):  # fmt: skip
        refused(command(*arguments, "-w", nowhere), 2, "There is no workspace", "follow-money screen")
    assert not nowhere.exists()


def test_a_workspace_without_a_run_says_so(ledger: Path, tmp_path: Path) -> None:
    command("screen", ledger, "-w", tmp_path / "workspace", "--until", "load")
    for arguments in (("queue",), ("explain", "1"), ("trail", "1"), ("refer", "1")):
        refused(command(*arguments, "-w", tmp_path / "workspace"), 2, "has no finished run")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("explain", "C-nobody"), "C-nobody"),
        (("explain", "9999"), "9999"),
        (("explain", "H-nobody"), "H-nobody"),
        (("explain", "O-nobody"), "O-nobody"),
        (("trail", "C-nobody"), "C-nobody"),
        (("trail", "H-nobody"), "H-nobody"),
        (("trail", "O-nobody"), "O-nobody"),
        (("trail", "²"), "There is no case '²'"),
        (("explain", "²"), "²"),
        (("refer", "9" * 5000), "There is no case '999"),
        (("trail", "1", "--to", "O-nobody"), "'O-nobody' neither pays nor is paid"),
        (("trail", "1", "--month", "may"), "'may' is no month"),
        (("trail", "1", "--paid"), "--paid"),
        (("trail", "1", "--from", "O-nobody"), "O-nobody"),
        (("decide", "9999", "--outcome", "close", "--reason", "r"), "9999"),
        (("decide", "1", "--outcome", "arrest", "--reason", "r"), "close, notify, investigate"),
        (("decide", "1", "--outcome", "close", "--reason", " "), "needs a reason"),
        (("refer", "9999"), "9999"),
        (("refer", "1", "--to", "nobody"), "nobody"),
        (("find", " "), "Say what to look for"),
        (("what-if", "nothing_such"), "nothing_such"),
        (("what-if", "long_months", "--q", "2"), "from 0 to 1"),
        (("not-same", "O-nobody", "--mention", "M-x", "--reason", "r"), "O-nobody"),
    ],
)
def test_what_is_not_there_is_told_and_nothing_is_written(place: Path, arguments: Arguments, word: str) -> None:
    before = digests(place)
    refused(command(*arguments, "-w", place), 2, word)
    assert digests(place) == before


def test_a_packet_is_never_overwritten_and_a_broken_one_ends_with_4(place: Path) -> None:
    assert command("refer", "1", "-w", place).code == 0
    refused(command("refer", "1", "-w", place), 2, "already in that folder")
    [packet] = (place / "packets").iterdir()
    with (packet / "bevis.csv").open("a", encoding="utf-8") as file:
        file.write("x")
    told = command("verify", packet)
    assert told.code == 4
    assert told.out.startswith("broken\n")
    assert json.loads(command("verify", packet, "--json").out)["whole"] is False


@pytest.mark.parametrize(
    "arguments",
    [
        ("screen",),
        ("nonsense",),
        ("screen", "a", "--bogus"),
        ("queue", "--capacity", "0"),
        ("queue", "--language", "da"),
    ],
)
def test_wrong_usage_ends_with_2(arguments: Arguments) -> None:
    told = command(*arguments)
    assert told.code == 2
    assert not told.out
    assert "Usage: follow-money" in told.err
    assert "Traceback" not in told.err


def test_a_fault_of_ours_ends_with_4_and_tells_no_data(place: Path) -> None:
    [cases] = place.glob("runs/*/triage/cases.parquet")
    cases.write_bytes(b"PAR1 Anna Andersson PAR1")
    told = command("queue", "-w", place)
    assert told.code == 4
    assert "This is a fault of the toolkit" in told.err
    assert "Traceback" not in told.err
    assert "Anna" not in told.err


def test_drafts_are_written_once_and_overwritten_when_asked(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("init", ledger).code == 0
    assert (tmp_path / "settings.toml").exists()
    refused(command("init", ledger), 2, "settings.toml", "--force")
    assert command("init", ledger, "--force", "--json").code == 0
    told = command("screen", ledger, "-w", "workspace", "--settings", "settings.toml", "--dry-run")
    assert told.code in {0, 2}
    assert "Traceback" not in told.err


def test_a_demo_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    refused(command("demo", tmp_path), 2, "is no demo")
    refused(command("demo", tmp_path / "demo", "--people", "10"), 2, "1500", "--people")
    assert half_written(tmp_path) == []
