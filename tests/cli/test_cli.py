from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest

from follow_money.detectors.catalogue import catalogue
from follow_money.stages import STAGES
from tests.whole_flow import Screened, command, digests, half_written, in_a_process

Arguments = tuple[str | Path, ...]


@pytest.fixture
def place(screened: Screened, tmp_path: Path) -> Path:
    """A screened workspace to write to."""
    return screened.copy(tmp_path / "workspace").folder


def test_the_help_names_every_verb_and_the_exit_codes() -> None:
    told = command("--help")
    assert told.code == 0
    for word in (
        "demo",
        "init",
        "screen",
        "queue",
        "find",
        "explain",
        "trail",
        "what-if",
        "networks",
        "unusual",
        "same",
        "not-same",
        "undo",
        "judgements",
        "matching-key",
        "match-out",
        "match-in",
        "decide",
        "refer",
        "verify",
        "lab",
    ):
        assert f" {word} " in told.out
    assert "130 interrupted" in told.out


def test_the_help_of_until_names_every_stage() -> None:
    told = " ".join(command("screen", "--help", columns=200).out.split())
    assert "load, resolve, connect, detect or triage" in told
    assert all(stage in told for stage in STAGES)


def test_the_help_loads_neither_a_database_nor_arrow() -> None:
    code = "import sys, follow_money.cli.app; print([m for m in ('duckdb', 'pyarrow', 'pandas', 'numpy') if m in sys.modules])"
    arguments, environment = in_a_process()
    done = subprocess.run([arguments[0], "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_public_names_are_listed_and_there() -> None:
    import follow_money

    for name in follow_money.__all__:
        assert name in dir(follow_money)
        assert getattr(follow_money, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = follow_money.nothing


# --- JSON ---


def _publicly_paid(screened: Screened) -> str:
    """An organisation of a case that gets public money."""
    facts = screened.run.graph.flow_facts()
    paid = set(facts.store.told(np.flatnonzero(facts.is_public))["payee_id"].to_pylist())
    listed = screened.run.cases["organisation_ids"].to_pylist()
    return next(str(each) for ids in listed for each in ids if each in paid)


def _one_document(told: Any) -> Any:  # any JSON value
    assert told.code == 0, told.err
    document = json.loads(told.out)
    assert not told.err
    return document


def test_every_command_prints_one_json_document_and_nothing_else(screened: Screened, place: Path) -> None:
    def run(*arguments: str | Path) -> Any:  # any JSON value
        return _one_document(command(*arguments, "--json"))

    assert run("screen", screened.exports, "-w", place)["run_id"] == screened.run.run_id
    assert run("screen", screened.exports, "-w", place, "--until", "load") == {"until": "load"}
    assert run("screen", screened.exports, "-w", place, "--dry-run")["counts"] == screened.run.told["rows"]
    queue = run("queue", "-w", place, "--capacity", "2")
    assert [case["rank"] for case in queue["cases"]] == [1, 2]
    organisation = queue["cases"][0]["organisation_id"]
    assert run("find", "Assistans", "-w", place)["entities"]
    for what in ("1", organisation, "salary_return"):
        assert run("explain", what, "-w", place)["sentences"]
    assert run("trail", _publicly_paid(screened), "-w", place)["trail_id"].startswith("T-")
    assert set(run("networks", "-w", place)) == {"run_id", "connectors", "ties", "key_connectors"}
    assert run("unusual", "1", "-w", place)["case_id"] == queue["cases"][0]["case_id"]
    assert run("what-if", "hours_above_grant", "-w", place)["levels"]
    assert {found["detector"] for found in run("detectors")["detectors"]} == set(catalogue())
    assert run("decide", "1", "--outcome", "notify", "--reason", "r", "-w", place)["outcome"] == "notify"
    assert run("queue", "-w", place)["cases"][0]["decided"] == "notify"
    packet = run("refer", "1", "-w", place)["packet"]
    assert run("verify", packet)["whole"] is True


def test_the_queue_as_json_bears_entity_ids_and_no_name(screened: Screened, place: Path) -> None:
    told = command("queue", "-w", place, "--json").out
    organisations = screened.run.cases["organisation_id"].combine_chunks()
    for named in screened.run.names(organisations).values():
        assert named.entity_id in told
        assert named.name not in told


def test_progress_goes_to_standard_error_and_the_queue_to_standard_output(ledger: Path, tmp_path: Path) -> None:
    told = command("screen", ledger, "-w", tmp_path / "workspace")
    assert told.code == 0
    assert [line.split(":")[0] for line in told.err.splitlines() if "done" in line] == list(STAGES)
    assert "done" not in told.out
    assert told.out.strip()


# --- what people read ---


@pytest.mark.parametrize("columns", [80, 100, 160])
def test_the_queue_fits_the_screen_and_cuts_no_word(screened: Screened, place: Path, columns: int) -> None:
    told = command("queue", "-w", place, columns=columns)
    assert max(map(len, told.out.splitlines())) <= columns
    assert "…" not in told.out
    for case_id in screened.run.cases["case_id"].to_pylist():
        assert case_id in told.out


def test_screen_and_queue_print_the_same_queue(screened: Screened, place: Path) -> None:
    told = command("screen", screened.exports, "-w", place).out.splitlines()
    assert told[:-1] == command("queue", "-w", place).out.splitlines()
    assert "0 sammanslagna, 0 delade" in told[-1]


def test_the_queue_shows_what_was_decided(place: Path) -> None:
    command("decide", "1", "--outcome", "investigate", "--reason", "r", "-w", place)
    assert "fördjupad granskning" in command("queue", "-w", place).out
    assert "Decision: investigate" in command("queue", "-w", place, "--language", "en").out


def test_the_queue_as_a_picture_bears_no_name(screened: Screened, place: Path, tmp_path: Path) -> None:
    picture = tmp_path / "queue.svg"
    assert command("queue", "-w", place, "--picture", picture).code == 0
    text = picture.read_text(encoding="utf-8")
    for named in screened.run.names(screened.run.cases["organisation_id"].combine_chunks()).values():
        assert named.name not in text
    assert screened.run.cases["case_id"][0].as_py() in text


def test_a_case_is_explained_in_both_languages_with_source_rows(place: Path) -> None:
    swedish, english = (command("explain", "1", "-w", place, "--language", it).out for it in ("sv", "en"))
    assert "Att utesluta:" in swedish
    assert "Källrader (" in swedish
    assert " rad " in swedish
    assert "To rule out:" in english
    assert "Source rows (" in english
    assert "Talar emot" not in english


def test_a_hit_is_explained(screened: Screened, place: Path) -> None:
    hit = screened.run.hits["hit_id"][0].as_py()
    told = command("explain", hit, "-w", place, "--rows", "3").out
    assert told.startswith(hit)
    assert sum(".csv rad " in line for line in told.splitlines()) == 3


def test_an_entity_is_explained_with_why_it_was_not_flagged(screened: Screened, place: Path) -> None:
    tests = screened.run.tests.to_pylist()
    flagged = set(screened.run.hits["organisation_id"].to_pylist())
    quiet = next(
        test for test in tests
        if test["subject_kind"] == "organisation" and not test["is_hit"] and not test["not_evaluable"]
        and test["subject_id"] not in flagged
    )  # fmt: skip
    told = command("explain", quiet["subject_id"], "-w", place, "--language", "en").out
    assert f"No findings about {quiet['subject_id']} itself." in told
    assert f"Not flagged by {quiet['detector']}: " in told
    if quiet["q_value"] is not None:
        assert f"peers: {quiet['peer_group']}" in told
        assert "q above the limit 0.05" in told or "below a fixed floor" in told
    assert "kunde inte" not in told


def test_an_entity_of_a_narrow_profile_is_told_what_could_not_be_evaluated(ledger: Path, tmp_path: Path) -> None:
    command("screen", ledger, "-w", tmp_path / "workspace")
    [entity, *_] = json.loads(command("find", "Leverantör", "-w", tmp_path / "workspace", "--json").out)["entities"]
    told = command("explain", entity["entity_id"], "-w", tmp_path / "workspace").out
    assert "Kunde inte prövas, salary_return: payments: inte levererat" in told
    assert "leverantörsreskontra som leverantör: Leverantör" in told.replace(", ", ": ")
    assert "same_name" not in told


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_detector_is_explained_without_a_workspace(name: str, tmp_path: Path) -> None:
    told = command("explain", name, "-w", tmp_path / "nowhere", "--language", "en")
    assert told.code == 0
    assert all(f"{heading}: " in told.out for heading in ("Why", "Not flagged", "Parameters", "Null", "Source"))
    assert "False positives to expect: " in told.out
    assert catalogue()[name].title_en in told.out
    swedish = command("explain", name, "-w", tmp_path / "nowhere").out
    assert catalogue()[name].title_sv in swedish
    assert not (tmp_path / "nowhere").exists()


# --- what-if ---


def test_what_if_counts_the_tests_within_each_limit_and_the_findings_among_them(
    screened: Screened, place: Path
) -> None:
    told = _one_document(command("what-if", "collecting_account", "-w", place, "--q", "0", "--q", "1", "--json"))
    tests = [test for test in screened.run.tests.to_pylist() if test["detector"] == "collecting_account"]
    hits = sum(test["is_hit"] for test in tests)
    none, now, every = told["levels"]
    assert (none["limit"], now["limit"], every["limit"]) == (0.0, 0.05, 1.0)
    assert [none["is_now"], now["is_now"], every["is_now"]] == [False, True, False]
    assert (none["hits_now"] + none["hits_gone"], every["reach"], every["hits_now"]) == (hits, len(tests), hits)
    assert now["reach"] == sum(test["q_value"] <= 0.05 for test in tests)
    assert now["hits_gone"] == 0


def test_what_if_tells_both_limits_where_both_are_asked_for(place: Path) -> None:
    arguments = ("--q", "0.2", "--observed", "2", "--json")
    told = _one_document(command("what-if", "collecting_account", "-w", place, *arguments))["levels"]
    assert {(level["by"], level["limit"]) for level in told} == {("q", 0.05), ("q", 0.2), ("observed", 2.0)}


def test_what_if_of_a_detector_that_was_off_says_so(place: Path) -> None:
    _refused(command("what-if", "dwelling_overfull", "-w", place), 2, "it was not on")


def test_what_if_of_a_fact_asks_for_a_value_of_what_was_observed(screened: Screened, place: Path) -> None:
    name = "shifts_elsewhere"
    told = _one_document(command("what-if", name, "-w", place, "--observed", "1", "--observed", "1e9", "--json"))[
        "levels"
    ]
    tests = [
        test for test in screened.run.tests.to_pylist() if test["detector"] == name and test["observed"] is not None
    ]
    assert told[0]["reach"] == sum(test["observed"] >= 1 for test in tests)
    assert told[-1]["reach"] == 0
    _refused(command("what-if", name, "-w", place, "--q", "0.1"), 2, "--observed")
    table = command("what-if", name, "-w", place, "--language", "en").out
    assert "at least" in table
    assert "At most so many" in table
    assert "pass någon annanstans" in command("what-if", name, "-w", place).out


# --- networks ---


def test_networks_are_told_in_both_languages_and_rank_nobody(screened: Screened, place: Path) -> None:
    swedish = command("networks", "-w", place, "--all").out
    english = command("networks", "-w", place, "--all", "--language", "en").out
    if screened.run.connectors.num_rows:
        assert "rangordnar ingen" in " ".join(swedish.split())
        assert "rank nobody" in " ".join(english.split())
        order = [(each["tie"], each["connector_id"]) for each in screened.run.connectors.to_pylist()]
        assert order == sorted(order)
        hidden = [each for each in screened.run.connectors.to_pylist() if each["q_value"] > 0.05 or each["is_hub"]]
        assert ("--all" in command("networks", "-w", place).out) == bool(hidden)
        assert "--all" not in swedish
    else:
        assert "Nothing connects the cases." in english


# --- trail ---


def test_a_trail_is_told_with_names_and_drawn_without(screened: Screened, place: Path, tmp_path: Path) -> None:
    organisation = _publicly_paid(screened)
    sankey, time_line = tmp_path / "trail.svg", tmp_path / "time.svg"
    arguments = ("trail", organisation, "-w", place, "--rows", "3", "--picture", sankey, "--time-line", time_line)
    told = command(*arguments)
    assert told.code == 0
    assert told.out.startswith("Spår T-")
    assert 0 < sum(".csv rad " in line for line in told.out.splitlines()) <= 3
    name = screened.run.names()[organisation].name
    assert name in told.out
    for picture in (sankey, time_line):
        text = picture.read_text(encoding="utf-8")
        assert organisation in text
        assert name not in text


def test_what_of_a_trail_came_to_a_party_is_told_with_the_most_that_can_have(screened: Screened, place: Path) -> None:
    organisation = _publicly_paid(screened)
    arguments = ("trail", organisation, "-w", place, "--rows", "0", "--to", organisation)
    told = json.loads(command(*arguments, "--json").out)
    came = told["came_to"]
    assert came["low_ore"] == came["high_ore"] == came["most_ore"] == told["source_ore"]
    assert "största flödet" in command(*arguments).out
    assert "greatest flow" in command(*arguments, "--language", "en", "--backward").out


def test_the_outer_bound_of_a_trail_is_printed_when_asked_for(screened: Screened, place: Path) -> None:
    arguments = ("trail", _publicly_paid(screened), "-w", place, "--rows", "0", "--bound", "poison")
    assert "Yttre gräns" in command(*arguments).out
    assert json.loads(command(*arguments, "--json").out)["outer_bound"]
    assert command(*arguments[:-1], "lemon").code == 2


def test_a_wrong_party_of_a_hits_trail_is_said_before_anything_is_told(screened: Screened, place: Path) -> None:
    [hit, *_] = screened.run.hits.filter(pc.is_valid(screened.run.hits["trail_id"]))["hit_id"].to_pylist()
    own = set(screened.run.trail(hit).trail.store.node_ids.to_pylist())
    stranger = next(each for each in screened.run.graph.flows().node_ids.to_pylist() if each not in own)
    told = command("trail", hit, "-w", place, "--to", stranger)
    _refused(told, 2, f"'{stranger}' neither pays nor is paid in the payments that the hit '{hit}' rests on")


@pytest.mark.parametrize(
    ("command_of", "option"), [("trail", "--picture"), ("trail", "--time-line"), ("queue", "--picture")]
)
def test_picture_that_cannot_be_written_is_told_by_its_option_and_no_folder_is_made(
    screened: Screened, place: Path, tmp_path: Path, command_of: str, option: str
) -> None:
    asked = [_publicly_paid(screened)] if command_of == "trail" else []
    before = digests(place)
    mistyped = tmp_path / "picturse" / "a.svg"
    _refused(command(command_of, *asked, "-w", place, option, tmp_path), 2, f"{option} {tmp_path} is a folder")
    _refused(command(command_of, *asked, "-w", place, option, mistyped), 2, f"{option} {mistyped}", "no folder")
    assert not mistyped.parent.exists()
    assert digests(place) == before


def test_all_that_a_trail_was_asked_for_is_in_the_audit_log(screened: Screened, place: Path) -> None:
    organisation = _publicly_paid(screened)
    arguments = ("trail", organisation, "-w", place, "--json")
    command(*arguments, "--month", "2024-06", "--month", "2024-05", "--from", _payer_of(screened, organisation))
    command(*arguments, "--paid", "--to", organisation)
    lines = [json.loads(line) for line in (place / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    narrowed, paid = (line for line in lines if line["event"] == "trail")
    assert narrowed["months"] == ["2024-05", "2024-06"]
    assert narrowed["paid_by"] == [_payer_of(screened, organisation)]
    assert (narrowed["paid"], narrowed["to"]) == (False, [])
    assert (paid["paid"], paid["to"], paid["paid_by"]) == (True, [organisation], [])


def _payer_of(screened: Screened, organisation: str) -> str:
    """Who pays it public money."""
    facts = screened.run.graph.flow_facts()
    paid = facts.store.paid_to(facts.store.node(organisation))
    return str(facts.store.told(paid[facts.is_public[paid]])["payer_id"][0].as_py())


def test_a_trail_of_one_month_from_one_payer_in_english(screened: Screened, place: Path) -> None:
    organisation = _publicly_paid(screened)
    payer = _payer_of(screened, organisation)
    arguments = ("trail", organisation, "-w", place, "--from", payer, "--language", "en")
    whole = json.loads(command(*arguments, "--json").out)
    month = json.loads(command(*arguments, "--json", "--month", "2024-05", "--month", "2024-06").out)
    assert 0 < month["source_payments"] < whole["source_payments"]
    told = command(*arguments, "--month", "2024-05").out
    assert told.startswith("Trail T-")
    assert "Ended as, of SEK" in told
    assert "Slutade" not in told


# --- dry run ---


def test_a_dry_run_writes_nothing_and_prints_what_can_be_evaluated(exports: Path, tmp_path: Path) -> None:
    before = digests(exports)
    told = command(
        "screen", exports, "-w", tmp_path / "workspace", "--synthetic", "--dry-run", "--profile", "municipal_committee"
    )
    assert told.code == 0
    assert list(tmp_path.iterdir()) == []
    assert digests(exports) == before
    assert "time_reports" in told.out
    assert "2024-01 – 2024-12" in told.out
    words = " ".join(told.out.split())
    assert "nej: payments: inte läst, profilen" in words
    assert max(len(line) for line in told.out.splitlines() if ".csv" not in line) <= 100


def test_a_dry_run_beside_a_workspace_leaves_it_as_it_is(screened: Screened, place: Path) -> None:
    before = digests(place)
    told = command("screen", screened.exports, "-w", place, "--dry-run", "--language", "en")
    assert told.code == 0
    assert "Registers read" in told.out
    assert digests(place) == before
    assert command("screen", screened.exports, "-w", place, "--dry-run", "--real").code == 2


def test_a_dry_run_over_the_quarantine_limit_prints_the_coverage_and_ends_with_3(ledger: Path, tmp_path: Path) -> None:
    with (ledger / "invoices.csv").open("a", encoding="utf-8") as file:
        file.write("V;F;kommun;A AB;much;2024-13-45;SEK\n" * 10)
    told = command("screen", ledger, "-w", tmp_path / "workspace", "--dry-run")
    assert told.code == 3
    assert "10 rader i karantän" in told.out
    assert not (tmp_path / "workspace").exists()
    assert command("screen", ledger, "-w", tmp_path / "workspace", "--dry-run", "--max-quarantine", "0.1").code == 0


# --- bad input ---


def _refused(told: Any, code: int, *words: str) -> None:  # an `Ended`
    assert told.code == code, told.err
    assert not told.out
    *progress, sentence = told.err.strip().splitlines()
    assert all(": " in line and " of " in line for line in progress)
    assert sentence.startswith("follow-money: ")
    assert "Traceback" not in told.err
    for word in words:
        assert word in sentence


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
        _refused(_screened_badly(tmp_path / name, tmp_path / "workspace"), 2, words, name)
        _refused(command("screen", tmp_path / name, "-w", tmp_path / "workspace", "--dry-run"), 2, words, name)
    assert not (tmp_path / "workspace").exists()


def test_a_folder_without_a_known_register_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "letter.txt").write_text("hello", encoding="utf-8")
    _refused(_screened_badly(tmp_path / "in", tmp_path / "workspace"), 2, "no known register", "follow-money init")
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
    _refused(told, 3, "Cut off at the end: invoices.csv; ask for a new export.")


def test_a_mapping_that_names_a_missing_column_is_refused(ledger: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(_MAPPING, encoding="utf-8")
    told = _screened_badly(ledger, tmp_path / "workspace", "--mapping", tmp_path / "mine.toml")
    _refused(told, 2, "invoices.csv", "'Belopp'")


def test_a_missing_and_a_broken_mapping_are_refused(ledger: Path, tmp_path: Path) -> None:
    told = _screened_badly(ledger, tmp_path / "workspace", "--mapping", tmp_path / "nowhere.toml")
    _refused(told, 2, "There is no mapping file", "nowhere.toml", "follow-money init")
    (tmp_path / "mine.toml").write_text("format = ", encoding="utf-8")
    _refused(_screened_badly(ledger, tmp_path / "workspace", "--mapping", tmp_path / "mine.toml"), 2, "mine.toml")


def test_a_file_delivered_twice_is_refused(ledger: Path, tmp_path: Path) -> None:
    shutil.copy(ledger / "invoices.csv", ledger / "invoices_again.csv")
    _refused(_screened_badly(ledger, tmp_path / "workspace"), 2, "invoices.csv", "invoices_again.csv")


def test_a_file_cut_in_the_middle_loses_only_its_last_row_or_is_refused(ledger: Path, tmp_path: Path) -> None:
    whole = (ledger / "invoices.csv").read_bytes()
    (ledger / "invoices.csv").write_bytes(whole[: len(whole) // 2])
    told = command("screen", ledger, "-w", tmp_path / "workspace", "--max-quarantine", "0.05", "--json")
    rows = json.loads(told.out)["rows"]
    assert rows["quarantined_lines"] == 1
    assert rows["loaded_lines"] == whole[: len(whole) // 2].count(b"\n") - 1
    _refused(_screened_badly(ledger, tmp_path / "strict", "--max-quarantine", "0"), 3, "invoices.csv", "restricted")


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
    _refused(_screened_badly(tmp_path / "in", tmp_path / "workspace"), 2, "invoices.xlsx")


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
    _refused(_screened_badly(ledger, tmp_path / "workspace", "--settings", tmp_path / "settings.toml"), 2, *words)
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
    _refused(_screened_badly(ledger, tmp_path / "workspace", *more), 2, *words)
    assert not (tmp_path / "workspace").exists()


def test_a_workspace_within_the_exported_folder_is_refused(ledger: Path) -> None:
    _refused(command("screen", ledger, "-w", ledger / "workspace"), 2, "lies within")
    assert [path.name for path in ledger.iterdir()] == ["invoices.csv"]


def test_reading_commands_make_no_workspace(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    for arguments in (
        ("queue",), ("explain", "1"), ("find", "a"), ("decide", "1", "--outcome", "close", "--reason", "r"),
        ("refer", "1"), ("trail", "1"), ("not-same", "O-x", "--mention", "M-x", "--reason", "r"),
    ):  # fmt: skip
        _refused(command(*arguments, "-w", nowhere), 2, "There is no workspace", "follow-money screen")
    assert not nowhere.exists()


def test_a_workspace_without_a_run_says_so(ledger: Path, tmp_path: Path) -> None:
    command("screen", ledger, "-w", tmp_path / "workspace", "--until", "load")
    for arguments in (("queue",), ("explain", "1"), ("trail", "1"), ("refer", "1")):
        _refused(command(*arguments, "-w", tmp_path / "workspace"), 2, "has no finished run")


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
    _refused(command(*arguments, "-w", place), 2, word)
    assert digests(place) == before


def test_a_packet_is_never_overwritten_and_a_broken_one_ends_with_4(place: Path) -> None:
    assert command("refer", "1", "-w", place).code == 0
    _refused(command("refer", "1", "-w", place), 2, "already in that folder")
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
    _refused(command("init", ledger), 2, "settings.toml", "--force")
    assert command("init", ledger, "--force", "--json").code == 0
    told = command("screen", ledger, "-w", "workspace", "--settings", "settings.toml", "--dry-run")
    assert told.code in {0, 2}
    assert "Traceback" not in told.err


def test_a_demo_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    _refused(command("demo", tmp_path), 2, "is no demo")
    _refused(command("demo", tmp_path / "demo", "--people", "10"), 2, "1500", "--people")
    assert half_written(tmp_path) == []
